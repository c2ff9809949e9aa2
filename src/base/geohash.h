#pragma once

#include <cstdint>
#include <string>

namespace ca {

// Geohashes (G. Niemeyer, 2008): the earth in cells whose number is made of the bits of longitude
// and latitude in turn, longitude first, five bits a letter. Cells of 7 letters are 153 m high and,
// at the equator, as wide. A cell holds its southern and western edge. Letters ascend as in ASCII,
// so numbers of one length are in the order of their texts.

inline constexpr int kGeohashLetters = 7;

struct Point {
  double latitude = 0;   ///< degrees, -90 to 90
  double longitude = 0;  ///< degrees, -180 to 180
};

/// The number of the cell with the point, of 1 to 12 letters.
std::uint64_t geohash_number(const Point& point, int letters = kGeohashLetters);
std::string geohash_text(std::uint64_t number, int letters = kGeohashLetters);
Point geohash_centre(std::uint64_t number, int letters = kGeohashLetters);

}  // namespace ca
