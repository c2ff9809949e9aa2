#include "models/delivered_population.h"

#include <algorithm>
#include <numeric>

namespace ca::models {
namespace {

/// The positions in the order of their keys, which are below `keys`; equal ones stay in theirs.
template <class Key>
std::vector<std::uint32_t> counting_sort(std::span<const std::uint32_t> positions, std::size_t keys,
                                         Key&& key_of) {
  std::vector<std::uint32_t> next(keys + 1, 0);
  for (const std::uint32_t position : positions) ++next[key_of(position) + 1];
  std::partial_sum(next.begin(), next.end(), next.begin());
  std::vector<std::uint32_t> sorted(positions.size());
  for (const std::uint32_t position : positions) sorted[next[key_of(position)]++] = position;
  return sorted;
}

}  // namespace

DeliveredPopulation::DeliveredPopulation(const DeliveredOrders& all,
                                         std::span<const std::uint32_t> members)
    : all_(all), members_(members) {
  std::vector<bool> is_used(all.places.size());
  std::vector<std::uint32_t> placed;
  std::int32_t first_week = INT32_MAX;
  std::int32_t last_week = INT32_MIN;
  hours_.resize(size());
  for (std::uint32_t i = 0; i < size(); ++i) {
    const DeliveredOrder& one = order(i);
    hours_[i] = one.hour_of_week;
    const bool is_other =
        i == 0 || one.customer != order(i - 1).customer || one.partition != order(i - 1).partition;
    if (is_other) first_of_customer_.push_back(i);
    if (one.place == kNoPlace) continue;
    is_used[one.place] = true;
    placed.push_back(i);
    first_week = std::min(first_week, one.week);
    last_week = std::max(last_week, one.week);
  }
  first_of_customer_.push_back(size());

  std::vector<std::uint32_t> number(all.places.size());
  for (std::uint32_t place = 0; place < is_used.size(); ++place) {
    if (!is_used[place]) continue;
    number[place] = static_cast<std::uint32_t>(places_.size());
    places_.push_back(place);
  }
  place_of_.assign(size(), kNoPlace);
  for (const std::uint32_t i : placed) place_of_[i] = number[order(i).place];

  by_place_ = counting_sort(placed, places_.size(), [&](std::uint32_t i) { return place_of_[i]; });
  if (placed.empty()) return;
  std::vector<std::int32_t> weeks(size());  // apart from orders, as it is jumped about
  for (std::uint32_t i = 0; i < size(); ++i) weeks[i] = order(i).week;
  by_week_ = counting_sort(
      by_place_, static_cast<std::size_t>(last_week - first_week) + 1,
      [&](std::uint32_t i) { return static_cast<std::size_t>(weeks[i] - first_week); });
  for (std::uint32_t i = 0; i < by_week_.size(); ++i) {
    const std::int32_t week = weeks[by_week_[i]];
    const std::uint32_t place = place_of_[by_week_[i]];
    if (place_weeks_.empty() || place_weeks_.back().week != week ||
        place_weeks_.back().place != place) {
      place_weeks_.push_back({week, place, i, i});
    }
    place_weeks_.back().end = i + 1;
  }
}

}  // namespace ca::models
