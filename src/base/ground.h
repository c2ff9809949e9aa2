#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "base/geohash.h"

namespace ca {

/// Why a pair of coordinates is no place.
enum class PlaceFault : std::uint8_t {
  kNone,
  kMissing,     ///< neither is there
  kIncomplete,  ///< one of the two is missing
  kOutOfRange,  ///< beyond 90 or 180 degrees
  kZero,        ///< zero, or the open sea around it while the shop is elsewhere
  kMirrored     ///< a sign is wrong: mirrored it lies where the shop delivers
};
/// "coordinates_missing", ...: the rule of data_quality.
std::string_view rule_of(PlaceFault fault);

/// Where on earth a shop delivers: places counted by squares of one degree. It tells places that
/// cannot be meant. Both rules look at whole squares, so the order of places does not matter.
///
/// The sea: there is no land within a degree of (0, 0), where coordinates lie that were zero to
/// begin with and have been reckoned with. A shop most of whose places are there means them.
///
/// Mirrored: with the sign of latitude, longitude or both turned round the place lies where, within
/// 5 degrees, at least ten times as many places are as within 5 degrees of it as it stands. So a
/// shop on both sides of the equator or of Greenwich keeps its places, and more than one place in
/// ten with a wrong sign is not told from a second ground.
class Ground {
 public:
  static constexpr std::int32_t kRows = 180;
  static constexpr std::int32_t kColumns = 360;

  Ground() : places_(kRows * kColumns) {}

  /// The square with the point, which is in range.
  static std::size_t square_of(const Point& point);
  /// Its southern and western edge, in degrees.
  static std::pair<std::int32_t, std::int32_t> corner_of(std::size_t square);

  /// What can be told of coordinates by themselves; null is NaN. Never kMirrored.
  static PlaceFault fault_alone(double latitude, double longitude);

  /// Counts places that have no fault by themselves.
  void add(std::size_t square, std::int64_t count = 1) { places_[square] += count; }
  void merge(const Ground& other);

  /// Finds the faults of the squares with places; to be called when all are counted.
  void find_faults();
  /// Of a place that has no fault by itself.
  PlaceFault fault_in(std::size_t square) const { return faults_[square]; }
  PlaceFault fault_of(double latitude, double longitude) const;

 private:
  std::int64_t around(std::int32_t row, std::int32_t column) const;

  std::vector<std::int64_t> places_;  ///< by square
  std::vector<PlaceFault> faults_;    ///< by square
};

}  // namespace ca
