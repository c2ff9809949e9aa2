#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/cancellation.h"
#include "base/thread_pool.h"
#include "journeys/journeys.h"
#include "reports/facts.h"
#include "stats/purchase_counts.h"

namespace ca::models {

/// The purchases of every customer who has one, up to as_of: what customers' value is predicted
/// from. The purchases of one calendar day are one, with the sum of what they paid (ruling 28);
/// wherever models of value speak of orders they mean such days. Buyers stand in byte order of
/// their keys, so that nothing depends on how the journeys are divided. Anonymous sessions are
/// nobody's. Views into the journeys, which must outlive it.
struct PurchaseDays {
  std::vector<std::string_view> client;  ///< by buyer
  std::vector<std::uint64_t> first;      ///< by buyer, where his days begin; and one past the last
  std::vector<std::int32_t> day;         ///< calendar day in the workspace's zone, ascending
  std::vector<double> amount;            ///< currency; 0 where no purchase of the day has a payment

  /// Where the buyer stands in the journeys: position of the file, and of the customer in it.
  struct Place {
    std::uint32_t file;
    std::uint32_t customer;
  };
  std::vector<Place> place;

  /// Index into Facts::values, or reports::kNoPopulation: of most of his purchases, of equally many
  /// that of the latest.
  std::vector<std::uint32_t> modal_value;
  std::vector<std::uint32_t> first_value;      ///< of his first purchase
  std::vector<std::uint64_t> first_of_values;  ///< as `first`, for `values`
  std::vector<std::uint32_t> values;           ///< those he has purchases in

  Day begin;          ///< the first day of main's history
  Day last;           ///< the day of as_of
  Day last_complete;  ///< and the last day that has ended by then

  std::size_t buyers() const { return client.size(); }
  std::span<const std::int32_t> days_of(std::size_t buyer) const {
    return std::span(day).subspan(first[buyer], first[buyer + 1] - first[buyer]);
  }
  std::span<const double> amounts_of(std::size_t buyer) const {
    return std::span(amount).subspan(first[buyer], first[buyer + 1] - first[buyer]);
  }
  std::span<const std::uint32_t> values_of(std::size_t buyer) const {
    return std::span(values).subspan(first_of_values[buyer],
                                     first_of_values[buyer + 1] - first_of_values[buyer]);
  }
};

/// Days in weeks, the unit in which models of value count time.
inline double weeks(std::int32_t days) { return static_cast<double>(days) / 7; }

PurchaseDays find_purchase_days(const journeys::Journeys& journeys, const reports::Facts& facts,
                                ThreadPool& pool, const Cancellation& cancellation);

/// Some buyers as they stood at the end of a day, by position: those with a purchase by then.
struct BuyerStates {
  Day origin;
  std::vector<std::uint32_t> buyer;  ///< index into PurchaseDays
  stats::PurchaseCounts counts;      ///< repeat purchase days; weeks
  std::vector<double> total;         ///< paid in all
  std::vector<double> paid_days;     ///< purchase days with a payment above 0
  std::vector<double> mean_paid;     ///< the mean of those; 0 without one
  std::vector<double> repeat_days;   ///< likewise, the first purchase day left out
  std::vector<double> mean_repeat;

  std::size_t size() const { return buyer.size(); }
};

/// Of these buyers (ascending), those who had bought by then.
BuyerStates states_at(const PurchaseDays& days, std::span<const std::uint32_t> buyers, Day origin);

/// The states at positions [from, to).
BuyerStates slice(const BuyerStates& states, std::size_t from, std::size_t to);

/// What buyers did from the day after an origin, for so many days.
struct Outcomes {
  std::vector<double> orders;  ///< purchase days
  std::vector<double> value;   ///< what they paid
};
Outcomes outcomes_after(const PurchaseDays& days, const BuyerStates& states, std::int32_t length);

/// All buyers, or so many of them, ascending: chosen by a hash of seed and key, so that a buyer's
/// being chosen depends on nobody else's data and the number chosen is exact.
std::vector<std::uint32_t> every_buyer(const PurchaseDays& days);
std::vector<std::uint32_t> sample_of_buyers(const PurchaseDays& days,
                                            std::span<const std::uint32_t> buyers,
                                            std::size_t at_most, std::uint64_t seed);

}  // namespace ca::models
