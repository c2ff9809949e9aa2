#include "reports/churn_thresholds.h"

#include <algorithm>
#include <memory>

#include "reports/families.h"

namespace ca::reports {
namespace {

using Fixed = ExactSum::Fixed;

constexpr std::int64_t kDefaultMicros = 168 * kMicrosPerHour;

/// A customer's gaps in one population, purchase day after purchase day.
struct Gaps {
  std::uint64_t customer = UINT64_MAX;  ///< whose they are
  std::int64_t first = 0;               ///< the first purchase
  std::int32_t last_day = 0;
  std::int64_t count = 0;
  Fixed mean = 0;  ///< microseconds
};

/// Sums of the customers' mean gaps, and how many have one, as differences from bucket to bucket:
/// the sum of a column down to a bucket is what was known at its end. In microseconds the sums hold
/// for 70 million customer-years of mean gaps.
struct GapSums {
  explicit GapSums(const Axis& history, Period of)
      : period(of),
        first(bucket_number(history.begin, of)),
        sums(history.buckets(of).size(), 1),
        customers(history.buckets(of).size(), 1) {}

  void add(Day day, Fixed change, bool is_first) {
    const auto row = static_cast<std::size_t>(bucket_number(day, period) - first);
    sums.add(row, 0, change);
    if (is_first) customers.add(row, 0, 1);
  }
  void merge(const GapSums& other) {
    sums.merge(other.sums);
    customers.merge(other.customers);
  }

  Period period;
  std::int32_t first;
  Sums sums;
  Counts customers;
};

/// The gaps of one population.
struct PopulationGaps {
  explicit PopulationGaps(const Axis& history)
      : weekly(history, Period::kWeekly), monthly(history, Period::kMonthly) {}

  /// Takes in an order of the customer; a customer's orders come together and in time order.
  void add(std::uint64_t customer, std::int64_t start, std::int32_t day) {
    if (gaps.customer != customer) {
      gaps = {.customer = customer, .first = start, .last_day = day};
      return;
    }
    if (day == gaps.last_day) return;  // one purchase day is one event (ruling 28)
    gaps.last_day = day;
    ++gaps.count;
    const Fixed mean = ExactSum::to_fixed(static_cast<double>(start - gaps.first) /
                                          static_cast<double>(gaps.count));
    weekly.add({day}, mean - gaps.mean, gaps.count == 1);
    monthly.add({day}, mean - gaps.mean, gaps.count == 1);
    gaps.mean = mean;
  }
  void merge(const PopulationGaps& other) {
    weekly.merge(other.weekly);
    monthly.merge(other.monthly);
  }

  Gaps gaps;
  GapSums weekly;
  GapSums monthly;
};

void look_at(const journeys::Partition& partition, const Facts& facts, std::uint64_t& customers,
             std::vector<PopulationGaps>& populations) {
  const bool has_values = !facts.values.empty();
  for (std::uint32_t c = 0; c < partition.customers(); ++c) {
    if (partition.is_superseded(c)) continue;
    const Journey journey = partition.journey(c, facts.main.as_of);
    if (journey.is_anonymous) continue;
    const std::uint64_t customer = customers++;
    for (std::size_t s = 0; s < journey.size; ++s) {
      if (!journey.is_order(s)) continue;
      populations.front().add(customer, journey.start[s], journey.day[s]);
      if (!has_values) continue;
      const std::uint32_t value = facts.value_of_code[journey.dimension[s]];
      if (value == kNoPopulation) continue;  // a value outside of a union
      populations[1 + value].add(customer, journey.start[s], journey.day[s]);
    }
  }
}

/// A mean of microseconds, exact: sum / customers.
struct MeanGap {
  Fixed sum = 0;
  std::int64_t customers = 0;

  bool is_known() const { return customers > 0 && sum > 0; }
  double hours() const {
    if (!is_known()) return static_cast<double>(kDefaultMicros) / kMicrosPerHour;
    return ExactSum::to_double(sum) / static_cast<double>(customers) / kMicrosPerHour;
  }
  /// Instants are whole microseconds: the first one in [end - T, end).
  std::int64_t from_closed(std::int64_t end) const { return end - whole_micros(0); }
  /// And the first one in (end - T, end].
  std::int64_t from_open(std::int64_t end) const { return end - whole_micros(1); }

 private:
  /// The whole microseconds of T less `fraction` of the least part of one.
  std::int64_t whole_micros(Fixed fraction) const {
    const Fixed one = Fixed{1} << ExactSum::kFractionBits;
    if (!is_known()) return static_cast<std::int64_t>((kDefaultMicros * one - fraction) / one);
    return static_cast<std::int64_t>((sum - fraction) / (customers * one));
  }
};

/// Fills what lets a fold find the buckets of a purchase without looking at each.
void index(ChurnThresholds::Buckets& buckets) {
  const std::size_t size = buckets.engaged_from.size();
  buckets.least_from_here = buckets.engaged_from;
  buckets.ascends_until.assign(size, size);
  for (std::size_t b = size; b-- > 1;) {
    const std::size_t before = b - 1;
    buckets.least_from_here[before] =
        std::min(buckets.least_from_here[before], buckets.least_from_here[b]);
    const bool ascends = buckets.engaged_from[before] <= buckets.engaged_from[b];
    buckets.ascends_until[before] = ascends ? buckets.ascends_until[b] : b;
  }
}

ChurnThresholds::Buckets thresholds(const GapSums& gaps, const Frame& frame, MeanGap& mean) {
  ChurnThresholds::Buckets buckets;
  buckets.period = gaps.period;
  buckets.first = gaps.first;
  mean = {};
  for (std::size_t b = 0; b < gaps.sums.rows(); ++b) {
    mean.sum += gaps.sums.at(b, 0);
    mean.customers += gaps.customers.at(b, 0);
    const Day bucket = bucket_begin(gaps.first + static_cast<std::int32_t>(b), gaps.period);
    const std::int64_t end = frame.zone->start_of(next_bucket(bucket, gaps.period)).micros;
    const bool is_complete = end - 1 <= frame.as_of;
    buckets.hours.push_back(mean.hours());
    buckets.engaged_from.push_back(is_complete ? mean.from_closed(end)
                                               : mean.from_open(frame.as_of));
  }
  index(buckets);
  return buckets;
}

std::shared_ptr<const ChurnThresholds> thresholds(const PopulationGaps& gaps, const Frame& frame) {
  auto churn = std::make_shared<ChurnThresholds>();
  MeanGap mean;
  churn->monthly = thresholds(gaps.monthly, frame, mean);
  churn->weekly = thresholds(gaps.weekly, frame, mean);
  churn->hours = mean.hours();
  if (frame.history.days > 0) churn->engaged_from = mean.from_open(frame.as_of);
  return churn;
}

}  // namespace

bool asks_for_churn(const std::set<std::string>& reports) {
  return std::ranges::any_of(
      reports, [](const std::string& report) { return family_of(report).name == kChurnFamily; });
}

void find_churn_thresholds(const journeys::Journeys& journeys, Facts& facts, ThreadPool& pool) {
  struct Worker {
    std::vector<PopulationGaps> populations;
    std::uint64_t customers = 0;
  };
  const PopulationGaps none(facts.main.history);
  std::vector<Worker> workers(pool.size(), {{1 + facts.values.size(), none}, 0});
  pool.for_each(journeys.partitions().size(), [&](std::size_t p, std::size_t worker) {
    look_at(journeys.partitions()[p], facts, workers[worker].customers,
            workers[worker].populations);
  });
  for (std::size_t population = 0; population <= facts.values.size(); ++population) {
    PopulationGaps all = none;
    for (const Worker& worker : workers) all.merge(worker.populations[population]);
    Frame& frame = population == 0 ? facts.main : facts.values[population - 1];
    frame.churn = thresholds(all, frame);
  }
}

}  // namespace ca::reports
