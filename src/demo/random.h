#pragma once

#include <cstdint>

#include "base/random.h"

namespace ca::demo {

/// What a stream of random numbers is for. Each use of each customer, order and day has a stream of
/// its own, so that nothing depends on who draws first.
enum class Purpose : std::uint64_t {
  kCatalogue = 1,
  kPlaces,
  kPromotions,
  kOddDays,
  kLife,
  kHome,
  kBasket,
  kDelivery,
  kDirt
};

/// The stream of one seed, purpose and index, on any number of threads.
class Random : public ca::Random {
 public:
  Random(std::uint64_t seed, Purpose purpose, std::uint64_t index)
      : ca::Random(mix(mix(seed * 64 + static_cast<std::uint64_t>(purpose)) + index)) {}
};

}  // namespace ca::demo
