#include "models/segment_periods.h"

#include <algorithm>
#include <cmath>

#include "base/exact_sum.h"
#include "reports/customer_values.h"

namespace ca::models {
namespace {

using journeys::Journey;

/// The journey as it was at an earlier moment, which is included.
Journey as_it_was(Journey journey, std::int64_t moment) {
  const auto later = [&](std::uint32_t s) { return journey.start[s] > moment; };
  journey.size = static_cast<std::size_t>(
      std::upper_bound(journey.start, journey.start + journey.size, moment) - journey.start);
  journey.orders = journey.orders.first(static_cast<std::size_t>(
      std::ranges::find_if(journey.orders, later) - journey.orders.begin()));
  journey.as_of = moment;
  return journey;
}

Stretch whole_day(const Zone& zone, Day day) {
  return {zone.start_of(day).micros, zone.end_of(day).micros};
}

/// From the beginning of a bucket as far into it as `now` is into its own.
Stretch same_part(const Zone& zone, Day bucket, Day last, std::int32_t days, LocalTime now) {
  const Day day = bucket + days;
  if (day > last) return {zone.start_of(bucket).micros, zone.end_of(last).micros};
  return {zone.start_of(bucket).micros, zone.from_local(day, now.micros_of_day).instant.micros};
}

}  // namespace

ComparedStretches compared_stretches(const reports::Frame& frame, Period period,
                                     std::int32_t periods_ago) {
  const Zone& zone = *frame.zone;
  const LocalTime now = zone.to_local({frame.as_of});
  ComparedStretches stretches;
  if (period == Period::kDaily) {
    const bool is_complete = !frame.is_partial(frame.last_day, Period::kDaily);
    const std::int32_t days_ago = 7 * periods_ago;
    const Day day = (is_complete ? frame.last_day : frame.last_day - 1) - days_ago;
    stretches.current = whole_day(zone, day);
    // A wall clock may show the last hour of a day twice.
    stretches.as_of = days_ago == 0 ? frame.as_of
                      : is_complete
                          ? stretches.current.end
                          : zone.from_local(now.day - days_ago, now.micros_of_day).instant.micros;
    std::int32_t weeks = 0;
    for (Stretch& earlier : stretches.earlier) earlier = whole_day(zone, day - 7 * ++weeks);
    return stretches;
  }
  const Day bucket = bucket_of(now.day, period);
  const bool is_partial = frame.is_partial(bucket, period);
  std::int32_t number = bucket_number(bucket, period) - periods_ago;
  const auto next_earlier = [&] {
    const Day begin = bucket_begin(number, period);
    const Day last = bucket_begin(number + 1, period) - 1;
    --number;
    // A period that is complete is compared with whole ones, however long they are.
    return is_partial ? same_part(zone, begin, last, now.day - bucket, now)
                      : Stretch{zone.start_of(begin).micros, zone.end_of(last).micros};
  };
  stretches.current = next_earlier();
  if (periods_ago == 0) stretches.current.end = frame.as_of;
  stretches.as_of = stretches.current.end;
  for (Stretch& earlier : stretches.earlier) earlier = next_earlier();
  return stretches;
}

SegmentPeriods::SegmentPeriods(const reports::Frame& frame, const reports::SegmentModel& model)
    : model_(model) {
  for (std::size_t p = 0; p < kComparedPeriods.size(); ++p) {
    for (const Comparison comparison : kComparisons) {
      stretches_[p][static_cast<std::size_t>(comparison)] = compared_stretches(
          frame, kComparedPeriods[p], comparison == Comparison::kNow ? 0 : 1 + kEarlierPeriods);
    }
  }
}

void SegmentPeriods::add(const Journey& journey) {
  if (journey.is_anonymous || journey.orders.empty()) return;
  const auto segment_of = [&](const Journey& then) {
    return model_.segment(reports::values_of(then, then.as_of));
  };
  for (std::size_t c = 0; c < kComparisons.size(); ++c) {
    Journey then;  // of the period before: most end at the same moment
    std::uint8_t segment = 0;
    for (std::size_t p = 0; p < kComparedPeriods.size(); ++p) {
      const ComparedStretches& stretches = stretches_[p][c];
      const Journey before = as_it_was(journey, stretches.begin());
      if (before.orders.empty()) continue;
      if (then.as_of != stretches.as_of) {
        then = as_it_was(journey, stretches.as_of);
        segment = segment_of(then);
      }
      if (segment_of(before) != segment) continue;
      compare(then, stretches, customers_[p][c][segment]);
    }
  }
}

void SegmentPeriods::compare(const Journey& journey, const ComparedStretches& stretches,
                             Customers& customers) {
  PeriodOrders counts{};
  std::array<ExactSum, 1 + kEarlierPeriods> paid;
  std::array<std::uint32_t, 1 + kEarlierPeriods> payments{};
  const auto count = [&](std::size_t period, std::uint32_t s) {
    ++counts[period];
    if (std::isnan(journey.amount[s])) return;
    paid[period].add(journey.amount[s]);
    ++payments[period];
  };
  const auto first = std::ranges::lower_bound(journey.orders, stretches.begin(), {},
                                              [&](std::uint32_t s) { return journey.start[s]; });
  for (auto order = first; order != journey.orders.end(); ++order) {
    const std::int64_t moment = journey.start[*order];
    if (stretches.current.contains(moment)) count(0, *order);
    for (std::size_t e = 0; e < kEarlierPeriods; ++e) {
      if (stretches.earlier[e].contains(moment)) count(1 + e, *order);
    }
  }
  customers.orders.push_back(counts);

  PeriodPayments means;
  const auto mean = [&](std::size_t period) { return paid[period].value() / payments[period]; };
  for (std::size_t e = 1; e <= kEarlierPeriods; ++e) {
    if (payments[e] > 0) means.earlier[means.count++] = mean(e);
  }
  if (payments[0] == 0 || means.count == 0) return;
  means.current = mean(0);
  customers.payments.push_back(means);
}

void SegmentPeriods::merge(SegmentPeriods&& other) {
  const auto take = [](auto& all, auto& part) {
    all.insert(all.end(), part.begin(), part.end());
    part = {};
  };
  for (std::size_t p = 0; p < customers_.size(); ++p) {
    for (std::size_t c = 0; c < customers_[p].size(); ++c) {
      for (std::size_t s = 0; s < customers_[p][c].size(); ++s) {
        take(customers_[p][c][s].orders, other.customers_[p][c][s].orders);
        take(customers_[p][c][s].payments, other.customers_[p][c][s].payments);
      }
    }
  }
}

}  // namespace ca::models
