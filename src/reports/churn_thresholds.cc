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
  Day last_day;
  std::int64_t count = 0;
  Fixed mean = 0;  ///< microseconds
};

/// Sums of the customers' mean gaps, and how many have one, as differences from bucket to bucket:
/// the sum of a column down to a bucket is what was known at its end. In microseconds the sums hold
/// for 70 million customer-years of mean gaps.
struct GapSums {
  explicit GapSums(std::size_t buckets) : sums(buckets, 1), customers(buckets, 1) {}

  void add(std::size_t bucket, Fixed change, bool is_first) {
    sums.add(bucket, 0, change);
    if (is_first) customers.add(bucket, 0, 1);
  }
  void merge(const GapSums& other) {
    sums.merge(other.sums);
    customers.merge(other.customers);
  }

  Sums sums;
  Counts customers;
};

/// The buckets of all populations.
struct Calendar {
  explicit Calendar(const Axis& history)
      : weeks(history, Period::kWeekly), months(history, Period::kMonthly) {}

  BucketRows weeks;
  BucketRows months;
};

/// The gaps of one population.
struct PopulationGaps {
  explicit PopulationGaps(const Calendar& calendar)
      : weekly(calendar.weeks.size()), monthly(calendar.months.size()) {}

  /// Takes in an order of the customer; a customer's orders come together and in time order.
  void add(const Calendar& calendar, std::uint64_t customer, std::int64_t start, Day day) {
    if (gaps.customer != customer) {
      gaps = {.customer = customer, .first = start, .last_day = day};
      return;
    }
    if (day == gaps.last_day) return;  // one purchase day is one event (ruling 28)
    gaps.last_day = day;
    ++gaps.count;
    const Fixed mean = ExactSum::to_fixed(static_cast<double>(start - gaps.first) /
                                          static_cast<double>(gaps.count));
    weekly.add(calendar.weeks[day], mean - gaps.mean, gaps.count == 1);
    monthly.add(calendar.months[day], mean - gaps.mean, gaps.count == 1);
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

/// The frames that are asked, and where a customer's orders of a dimension value belong.
struct Asked {
  Asked(const Question& question, Facts& facts)
      : main(question.with_main ? add(facts.main) : kNoPopulation) {
    for (Frame& value : facts.values) {
      const bool is_asked = question.with_all_values || question.values.contains(value.population);
      of_value.push_back(is_asked ? add(value) : kNoPopulation);
      has_values |= is_asked;
    }
  }

  std::vector<Frame*> frames;
  std::uint32_t main;  ///< index into frames, or kNoPopulation
  std::vector<std::uint32_t> of_value;
  bool has_values = false;

 private:
  std::uint32_t add(Frame& frame) {
    frames.push_back(&frame);
    return static_cast<std::uint32_t>(frames.size() - 1);
  }
};

/// What one thread has seen, by index of the frame.
struct Worker {
  std::vector<PopulationGaps> populations;
  std::uint64_t customers = 0;
  std::vector<std::uint32_t> orders;  ///< of the customer at hand
};

void look_at(const journeys::Journeys& journeys, std::size_t file, const Facts& facts,
             const Asked& asked, const Calendar& calendar, const Cancellation& cancellation,
             Worker& worker) {
  const journeys::Partition& partition = journeys.partitions()[file];
  for (std::uint32_t c = 0; c < partition.customers(); ++c) {
    if (c % 10'000 == 0) cancellation.check();
    if (partition.is_superseded(c)) continue;
    if (!facts.asks_about(file, c)) continue;
    Journey journey = partition.journey(c, facts.main.as_of);
    if (journey.is_anonymous) continue;
    find_orders(journey, worker.orders);
    const std::uint64_t customer = worker.customers++;
    const auto add = [&](std::uint32_t population, std::size_t s) {
      if (population == kNoPopulation) return;
      worker.populations[population].add(calendar, customer, journey.start[s], journey.day_of(s));
    };
    for (const std::uint32_t s : journey.orders) {
      add(asked.main, s);
      if (!asked.has_values) continue;
      const std::uint32_t value = facts.value_of_code[journey.dimension[s]];
      if (value != kNoPopulation) add(asked.of_value[value], s);
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

ChurnThresholds::Buckets thresholds(const GapSums& gaps, const BucketRows& rows, const Frame& frame,
                                    MeanGap& mean) {
  ChurnThresholds::Buckets buckets(rows);
  mean = {};
  for (std::size_t b = 0; b < rows.size(); ++b) {
    mean.sum += gaps.sums.at(b, 0);
    mean.customers += gaps.customers.at(b, 0);
    const std::int64_t end = frame.zone->start_of(rows.end_of_bucket(b)).micros;
    const bool is_complete = end - 1 <= frame.as_of;
    buckets.hours.push_back(mean.hours());
    buckets.engaged_from.push_back(is_complete ? mean.from_closed(end)
                                               : mean.from_open(frame.as_of));
  }
  index(buckets);
  return buckets;
}

std::shared_ptr<const ChurnThresholds> thresholds(const PopulationGaps& gaps,
                                                  const Calendar& calendar, const Frame& frame) {
  MeanGap mean;
  ChurnThresholds::Buckets weekly = thresholds(gaps.weekly, calendar.weeks, frame, mean);
  ChurnThresholds::Buckets monthly = thresholds(gaps.monthly, calendar.months, frame, mean);
  const std::int64_t now = frame.history.days > 0 ? mean.from_open(frame.as_of) : 0;
  return std::make_shared<ChurnThresholds>(
      ChurnThresholds{std::move(weekly), std::move(monthly), mean.hours(), now});
}

bool asks_for_churn(const Question& question) {
  return question.reports.empty() ||
         std::ranges::any_of(question.reports, [](const std::string& report) {
           return family_of(report).name == kChurnFamily;
         });
}

}  // namespace

void find_churn_thresholds(const journeys::Journeys& journeys, const Question& question,
                           Facts& facts, ThreadPool& pool, const Cancellation& cancellation) {
  if (!asks_for_churn(question)) return;
  const Calendar calendar(facts.main.history);
  const Asked asked(question, facts);
  const PopulationGaps none(calendar);
  std::vector<Worker> workers(pool.size());
  for (Worker& worker : workers) worker.populations.assign(asked.frames.size(), none);
  pool.for_each(journeys.partitions().size(), [&](std::size_t p, std::size_t worker) {
    look_at(journeys, p, facts, asked, calendar, cancellation, workers[worker]);
  });
  for (std::size_t population = 0; population < asked.frames.size(); ++population) {
    PopulationGaps all = none;
    for (const Worker& worker : workers) all.merge(worker.populations[population]);
    Frame& frame = *asked.frames[population];
    frame.churn = thresholds(all, calendar, frame);
  }
}

}  // namespace ca::reports
