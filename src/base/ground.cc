#include "base/ground.h"

#include <algorithm>
#include <cmath>

namespace ca {
namespace {

constexpr std::int32_t kReach = 5;      ///< squares around, in each direction
constexpr std::int64_t kManyMore = 10;  ///< times as many

std::size_t square_at(std::int32_t row, std::int32_t column) {
  return static_cast<std::size_t>(row * Ground::kColumns + column);
}

std::int32_t row_of(std::size_t square) {
  return static_cast<std::int32_t>(square) / Ground::kColumns;
}
std::int32_t column_of(std::size_t square) {
  return static_cast<std::int32_t>(square) % Ground::kColumns;
}

bool is_at_zero(std::size_t square) {
  const auto [south, west] = Ground::corner_of(square);
  return (south == -1 || south == 0) && (west == -1 || west == 0);
}

}  // namespace

std::string_view rule_of(PlaceFault fault) {
  switch (fault) {
    case PlaceFault::kNone: break;
    case PlaceFault::kMissing: return "coordinates_missing";
    case PlaceFault::kIncomplete: return "coordinates_incomplete";
    case PlaceFault::kOutOfRange: return "coordinates_out_of_range";
    case PlaceFault::kZero: return "coordinates_zero";
    case PlaceFault::kMirrored: return "coordinates_mirrored";
  }
  return "";
}

std::size_t Ground::square_of(const Point& point) {
  const auto part = [](double value, std::int32_t count) {
    return std::min(static_cast<std::int32_t>(std::floor(value)) + count / 2, count - 1);
  };
  return square_at(part(point.latitude, kRows), part(point.longitude, kColumns));
}

std::pair<std::int32_t, std::int32_t> Ground::corner_of(std::size_t square) {
  return {row_of(square) - kRows / 2, column_of(square) - kColumns / 2};
}

PlaceFault Ground::fault_alone(double latitude, double longitude) {
  if (std::isnan(latitude) && std::isnan(longitude)) return PlaceFault::kMissing;
  if (std::isnan(latitude) || std::isnan(longitude)) return PlaceFault::kIncomplete;
  if (std::abs(latitude) > 90 || std::abs(longitude) > 180) return PlaceFault::kOutOfRange;
  return latitude == 0 && longitude == 0 ? PlaceFault::kZero : PlaceFault::kNone;
}

void Ground::merge(const Ground& other) {
  for (std::size_t square = 0; square < places_.size(); ++square) {
    places_[square] += other.places_[square];
  }
}

/// East of the last column is the first one; there is nothing beyond the poles.
std::int64_t Ground::around(std::int32_t row, std::int32_t column) const {
  std::int64_t count = 0;
  for (std::int32_t r = std::max(row - kReach, 0); r <= std::min(row + kReach, kRows - 1); ++r) {
    for (std::int32_t c = column - kReach; c <= column + kReach; ++c) {
      const std::size_t square = square_at(r, (c + kColumns) % kColumns);
      if (faults_[square] != PlaceFault::kZero) count += places_[square];
    }
  }
  return count;
}

void Ground::find_faults() {
  faults_.assign(places_.size(), PlaceFault::kNone);
  std::int64_t all = 0;
  std::int64_t at_zero = 0;
  for (std::size_t square = 0; square < places_.size(); ++square) {
    all += places_[square];
    if (is_at_zero(square)) at_zero += places_[square];
  }
  if (2 * at_zero <= all) {
    for (std::size_t square = 0; square < places_.size(); ++square) {
      if (is_at_zero(square)) faults_[square] = PlaceFault::kZero;
    }
  }
  std::vector<std::size_t> mirrored;
  for (std::size_t square = 0; square < places_.size(); ++square) {
    if (places_[square] == 0 || faults_[square] != PlaceFault::kNone) continue;
    const std::int32_t row = row_of(square);
    const std::int32_t column = column_of(square);
    const std::int32_t other_row = kRows - 1 - row;
    const std::int32_t other_column = kColumns - 1 - column;
    const std::int64_t here = around(row, column);
    const std::int64_t there = std::max(
        {around(other_row, column), around(row, other_column), around(other_row, other_column)});
    if (there >= kManyMore * here) mirrored.push_back(square);
  }
  for (const std::size_t square : mirrored) faults_[square] = PlaceFault::kMirrored;
}

PlaceFault Ground::fault_of(double latitude, double longitude) const {
  const PlaceFault alone = fault_alone(latitude, longitude);
  return alone == PlaceFault::kNone ? fault_in(square_of({latitude, longitude})) : alone;
}

}  // namespace ca
