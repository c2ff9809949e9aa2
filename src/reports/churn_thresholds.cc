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

/// Takes in the orders of one population.
struct GapsOfOrders {
  explicit GapsOfOrders(const Axis& history) : gaps(history) {}

  /// An order of the customer; a customer's orders come together and in time order.
  void add(std::uint64_t customer, std::int64_t start, Day day) {
    if (last.customer != customer) {
      last = {.customer = customer, .first = start, .last_day = day};
      return;
    }
    if (day == last.last_day) return;  // one purchase day is one event (ruling 28)
    last.last_day = day;
    ++last.count;
    const Fixed mean = ExactSum::to_fixed(static_cast<double>(start - last.first) /
                                          static_cast<double>(last.count));
    gaps.add(day, mean - last.mean, last.count == 1);
    last.mean = mean;
  }

  Gaps last;
  PurchaseGaps gaps;
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
  std::vector<GapsOfOrders> populations;
  std::uint64_t customers = 0;
  std::vector<std::uint32_t> orders;  ///< of the customer at hand
};

void look_at(const journeys::Journeys& journeys, std::size_t file, const Facts& facts,
             const Asked& asked, const Cancellation& cancellation, Worker& worker) {
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
      worker.populations[population].add(customer, journey.start[s], journey.day_of(s));
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

ChurnThresholds::Buckets thresholds(const PurchaseGaps& gaps, Period period, const Frame& frame,
                                    MeanGap& mean) {
  ChurnThresholds::Buckets buckets(BucketRows(frame.history, period));
  const BucketRows& rows = buckets.rows;
  mean = {};
  Day day = frame.history.begin;
  for (std::size_t b = 0; b < rows.size(); ++b) {
    for (; day < rows.end_of_bucket(b) && frame.history.contains(day); day = day + 1) {
      mean.sum += gaps.sum(day);
      mean.customers += gaps.customers(day);
    }
    const std::int64_t end = frame.zone->start_of(rows.end_of_bucket(b)).micros;
    const bool is_complete = end - 1 <= frame.as_of;
    buckets.hours.push_back(mean.hours());
    buckets.engaged_from.push_back(is_complete ? mean.from_closed(end)
                                               : mean.from_open(frame.as_of));
  }
  index(buckets);
  return buckets;
}

std::shared_ptr<const ChurnThresholds> thresholds(const PurchaseGaps& gaps, const Frame& frame) {
  MeanGap mean;
  ChurnThresholds::Buckets weekly = thresholds(gaps, Period::kWeekly, frame, mean);
  ChurnThresholds::Buckets monthly = thresholds(gaps, Period::kMonthly, frame, mean);
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

/// By index of the frame that is asked.
std::vector<std::shared_ptr<const PurchaseGaps>> gaps_of(const journeys::Journeys& journeys,
                                                         const Facts& facts, const Asked& asked,
                                                         ThreadPool& pool,
                                                         const Cancellation& cancellation) {
  const GapsOfOrders none(facts.main.history);
  std::vector<Worker> workers(pool.size());
  for (Worker& worker : workers) worker.populations.assign(asked.frames.size(), none);
  pool.for_each(journeys.partitions().size(), [&](std::size_t p, std::size_t worker) {
    look_at(journeys, p, facts, asked, cancellation, workers[worker]);
  });
  std::vector<std::shared_ptr<const PurchaseGaps>> found;
  for (std::size_t population = 0; population < asked.frames.size(); ++population) {
    auto all = std::make_shared<PurchaseGaps>(facts.main.history);
    for (const Worker& worker : workers) all->merge(worker.populations[population].gaps);
    found.push_back(std::move(all));
  }
  return found;
}

}  // namespace

void PurchaseGaps::merge(const PurchaseGaps& other) {
  sums_.merge(other.sums_);
  customers_.merge(other.customers_);
}

void find_gaps(const journeys::Journeys& journeys, Facts& facts, ThreadPool& pool) {
  Question everybody;
  everybody.with_all_values = true;
  const Asked asked(everybody, facts);
  const auto gaps = gaps_of(journeys, facts, asked, pool, Cancellation());
  for (std::size_t i = 0; i < gaps.size(); ++i) asked.frames[i]->gaps = gaps[i];
}

void find_churn_thresholds(const journeys::Journeys& journeys, const Question& question,
                           Facts& facts, ThreadPool& pool, const Cancellation& cancellation) {
  if (!asks_for_churn(question)) return;
  const Asked asked(question, facts);
  const bool are_known =
      facts.customers == nullptr &&
      std::ranges::all_of(asked.frames, [](const Frame* frame) { return frame->gaps != nullptr; });
  if (!are_known) {
    const auto gaps = gaps_of(journeys, facts, asked, pool, cancellation);
    for (std::size_t i = 0; i < gaps.size(); ++i) asked.frames[i]->gaps = gaps[i];
  }
  for (Frame* frame : asked.frames) frame->churn = thresholds(*frame->gaps, *frame);
}

}  // namespace ca::reports
