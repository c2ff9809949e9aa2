#pragma once

#include <cstdint>
#include <vector>

#include "demo/shop.h"

namespace ca::demo {

/// Moments of the shop's wall clock: seconds since the first midnight of the history.
using Second = std::uint32_t;
inline constexpr Second kNever = UINT32_MAX;
inline constexpr Second kSecondsPerDay = 86400;

/// What happened in a visit.
enum Step : std::uint8_t {
  kViewed = 1,
  kFilledBasket = 2,
  kSawOrder = 4,
  kPurchased = 8,
  kRefund = 16
};

inline constexpr std::uint8_t kNoPromotion = UINT8_MAX;

/// A visit, as it waits for its day to be written: small, because there are many. What is in the
/// basket is found out later, from a stream of random numbers that customer and sequence name.
struct Visit {
  Second start = 0;
  std::uint32_t customer = 0;
  std::int32_t cents = 0;      ///< payment aimed at; of a refund below zero; else 0
  std::uint16_t sequence = 0;  ///< of the customer's visits, in no order of time
  std::uint16_t seconds = 0;   ///< how long it took
  std::uint8_t steps = 0;      ///< bits of Step
  std::uint8_t promotion = kNoPromotion;
  std::uint8_t city = 0;
  std::uint8_t unused = 0;

  bool has(Step step) const { return (steps & step) != 0; }
};

/// A customer and all his visits.
struct Life {
  Second download = 0;
  Second signup = kNever;
  Second login = kNever;
  std::vector<Visit> visits;

  // What the models call hidden: for checks against the truth.
  bool is_buyer = false;
  double rate = 0;     ///< repeat purchases a week of the clock
  double dropout = 0;  ///< probability to leave after a repeat purchase
  std::uint32_t orders = 0;
  std::uint32_t repeats = 0;  ///< orders after the first, without refunds
  bool has_left = false;
  double days_about = 0;  ///< on the clock of visits, weighted by how often he looks in
};

/// Where a customer lives.
struct Home {
  std::uint8_t city = 0;
  std::uint8_t place = 0;
};
Home home_of(const Shop& shop, std::uint32_t customer);
/// A neighbourhood of the city, the first ones more often.
std::uint8_t draw_place(const City& city, double uniform);

/// Lives customer number `customer` of `customers`, numbered by download. `life` is overwritten;
/// its memory is used again.
void live(const Shop& shop, std::uint32_t customer, std::uint32_t customers, Life& life);

}  // namespace ca::demo
