#include "base/geohash.h"

#include <algorithm>
#include <cmath>
#include <string_view>

namespace ca {
namespace {

constexpr std::string_view kLetters = "0123456789bcdefghjkmnpqrstuvwxyz";

struct Bits {
  int longitude;
  int latitude;
};
Bits bits_of(int letters) { return {(5 * letters + 1) / 2, 5 * letters / 2}; }

/// Degrees of an edge: exact, since the product and the quotient by a power of two are.
double edge(std::uint64_t number, double degrees, int bits) {
  return std::ldexp(degrees * static_cast<double>(number), -bits);
}

/// In which of the 2^bits equal parts of `degrees` a value lies.
std::uint64_t part_of(double value, double degrees, int bits) {
  const std::uint64_t last = (std::uint64_t{1} << bits) - 1;
  const double half = degrees / 2;
  const double guess = std::floor(std::ldexp((value + half) / degrees, bits));
  auto part = static_cast<std::uint64_t>(std::clamp(guess, 0.0, static_cast<double>(last)));
  // Rounding may have carried the guess over an edge.
  while (part > 0 && value < edge(part, degrees, bits) - half) --part;
  while (part < last && value >= edge(part + 1, degrees, bits) - half) ++part;
  return part;
}

}  // namespace

std::uint64_t geohash_number(const Point& point, int letters) {
  const Bits bits = bits_of(letters);
  const std::uint64_t column = part_of(point.longitude, 360, bits.longitude);
  const std::uint64_t row = part_of(point.latitude, 180, bits.latitude);
  std::uint64_t number = 0;
  int of_column = bits.longitude;
  int of_row = bits.latitude;
  for (int bit = 0; bit < 5 * letters; ++bit) {
    number = (number << 1) | (((bit % 2 == 0) ? column >> --of_column : row >> --of_row) & 1);
  }
  return number;
}

std::string geohash_text(std::uint64_t number, int letters) {
  std::string text;
  for (int shift = 5 * (letters - 1); shift >= 0; shift -= 5) {
    text += kLetters[(number >> shift) & 31];
  }
  return text;
}

Point geohash_centre(std::uint64_t number, int letters) {
  const Bits bits = bits_of(letters);
  std::uint64_t column = 0;
  std::uint64_t row = 0;
  for (int bit = 0; bit < 5 * letters; ++bit) {
    std::uint64_t& part = bit % 2 == 0 ? column : row;
    part = (part << 1) | ((number >> (5 * letters - 1 - bit)) & 1);
  }
  // Twice the number and one: the middle between two edges, still exact.
  return {edge(2 * row + 1, 180, bits.latitude + 1) - 90,
          edge(2 * column + 1, 360, bits.longitude + 1) - 180};
}

}  // namespace ca
