#pragma once

#include <cstdint>
#include <vector>

#include "demo/shop.h"

namespace ca::demo {

inline constexpr double kPlaceHeight = 180.0 / (1 << 17);  ///< degrees of a geohash cell of 7
inline constexpr double kPlaceWidth = 360.0 / (1 << 18);

/// The eight cities, unequal in size, each with its neighbourhoods, a few of them hard to get to.
std::vector<City> make_cities(std::uint64_t seed);

}  // namespace ca::demo
