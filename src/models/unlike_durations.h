#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/cancellation.h"
#include "models/delivered_population.h"

namespace ca::models {

// The detector of the older program, for those who want its findings back: customers by their last
// five durations, places by the means of their last five weeks, each judged by how badly an
// autoencoder gives them back. Source: reports.md 5.11.

inline constexpr std::size_t kLastDurations = 5;

/// Groups and what each is judged by: kLastDurations numbers in minutes, row after row.
struct DurationRows {
  std::vector<std::uint32_t> groups;  ///< customers or places of the population
  std::vector<double> numbers;
};

/// Customers with `least` durations or more, by client; the newest duration is the last.
DurationRows customer_rows(const DeliveredPopulation& population, Leg leg, std::int64_t least);
/// Places with `least` durations or more, ascending: means of the last weeks that have one, before
/// which the mean of all stands where there are fewer weeks.
DurationRows place_rows(const DeliveredPopulation& population, Leg leg, std::int64_t least);

/// The chance of each row that a usual one is given back as badly; empty for fewer than 30 rows.
/// Numbers are standardised. In five parts each row is scored by an autoencoder that has learnt
/// from the others, at most 2,000 of them; the tail of these scores, without those that stand far
/// apart, says the chances. Deterministic. Throws Error E-CANCELLED.
std::vector<double> chances_by_autoencoder(const DurationRows& rows, std::uint64_t seed,
                                           const Cancellation& cancellation);

}  // namespace ca::models
