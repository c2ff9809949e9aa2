#include "models/delivery_severity.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <numeric>
#include <span>

namespace ca::models {
namespace {

constexpr double kErrorOfMedian = 1.5707963267948966;  ///< its variance beside that of the mean
constexpr double kDeviationOfMedian = 1.4826022185056018;

/// Between two neighbours their middle, rounded; the values are reordered.
std::int64_t median_of(std::vector<std::int64_t>& values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  if (values.size() % 2 == 1) return *middle;
  return std::midpoint(*std::max_element(values.begin(), middle), *middle);
}

}  // namespace

SeverityModel::SeverityModel(const DeliveredPopulation& population, Leg leg, const Spreads& spreads,
                             std::int64_t least_customer_orders)
    : rest_(population.size()) {
  std::vector<std::int64_t> values;
  for (std::uint32_t i = 0; i < population.size(); ++i) {
    rest_[i] = population.order(i).duration(leg);
    if (rest_[i] != kNoDuration) values.push_back(rest_[i]);
  }
  if (values.empty()) return;
  const std::int64_t of_all = median_of(values);
  for (std::int64_t& rest : rest_) {
    if (rest != kNoDuration) rest -= of_all;
  }
  const auto take_off = [&](std::span<const std::uint32_t> group, const stats::Spread& spread,
                            std::int64_t least) {
    values.clear();
    for (const std::uint32_t i : group) {
      if (rest_[i] != kNoDuration) values.push_back(rest_[i]);
    }
    const auto n = static_cast<std::int64_t>(values.size());
    if (n < least) return;
    const double trust = stats::Spread{spread.within * kErrorOfMedian, spread.between}.trust(n);
    const std::int64_t effect = std::llround(trust * static_cast<double>(median_of(values)));
    for (const std::uint32_t i : group) {
      if (rest_[i] != kNoDuration) rest_[i] -= effect;
    }
  };

  std::vector<std::vector<std::uint32_t>> hours(kHoursOfWeek);
  for (std::uint32_t i = 0; i < population.size(); ++i) {
    hours[population.hour_of_week(i)].push_back(i);
  }
  for (const std::vector<std::uint32_t>& hour : hours) take_off(hour, spreads.hours, 1);

  const std::span<const std::uint32_t> placed = population.by_place();
  for (std::size_t begin = 0; begin < placed.size();) {
    std::size_t end = begin + 1;
    while (end < placed.size() &&
           population.place_of(placed[end]) == population.place_of(placed[begin])) {
      ++end;
    }
    take_off(placed.subspan(begin, end - begin), spreads.places, 1);
    begin = end;
  }

  std::vector<std::uint32_t> of_customer;
  const std::span<const std::uint32_t> first = population.customers();
  for (std::size_t c = 0; c + 1 < first.size(); ++c) {
    of_customer.resize(first[c + 1] - first[c]);
    std::iota(of_customer.begin(), of_customer.end(), first[c]);
    take_off(of_customer, spreads.customers, least_customer_orders);
  }

  values.clear();
  for (const std::int64_t rest : rest_) {
    if (rest != kNoDuration) values.push_back(rest);
  }
  const std::int64_t middle = median_of(values);
  for (std::int64_t& value : values) value = std::abs(value - middle);
  middle_ = static_cast<double>(middle);
  scale_ = kDeviationOfMedian * static_cast<double>(median_of(values));
}

std::optional<double> SeverityModel::severity(std::uint32_t position) const {
  if (rest_[position] == kNoDuration || scale_ == 0) return std::nullopt;
  return (static_cast<double>(rest_[position]) - middle_) / scale_;
}

}  // namespace ca::models
