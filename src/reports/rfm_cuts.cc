#include "reports/rfm_cuts.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "reports/families.h"
#include "stats/kmeans1d.h"

namespace ca::reports {
namespace {

void append(std::vector<double>& to, const std::vector<double>& from) {
  to.insert(to.end(), from.begin(), from.end());
}

MetricCuts cut(std::vector<double> values, Scale scale, bool is_low_best) {
  MetricCuts metric{.scale = scale, .is_low_best = is_low_best};
  for (double& value : values) value = metric.scaled(value);
  stats::Clusters clusters =
      stats::kmeans1d(stats::counted(std::move(values)), static_cast<std::size_t>(kScores));
  metric.means = std::move(clusters.means);
  metric.sizes = std::move(clusters.sizes);
  metric.cuts = std::move(clusters.cuts);
  return metric;
}

constexpr double kLeastShare = 1e-4;

double stability_index(const MetricCuts& metric, const std::vector<double>& values) {
  if (metric.means.empty()) return values.empty() ? 0 : INFINITY;
  std::vector<std::int64_t> now(metric.means.size());
  for (const double value : values) {
    ++now[static_cast<std::size_t>(std::ranges::lower_bound(metric.cuts, metric.scaled(value)) -
                                   metric.cuts.begin())];
  }
  std::int64_t all = 0;
  for (const std::int64_t size : metric.sizes) all += size;
  const auto share = [](std::int64_t part, std::size_t whole) {
    return std::max(kLeastShare,
                    whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole));
  };
  double index = 0;
  for (std::size_t c = 0; c < now.size(); ++c) {
    const double then = share(metric.sizes[c], static_cast<std::size_t>(all));
    const double there = share(now[c], values.size());
    index += (there - then) * std::log(there / then);
  }
  return index;
}

/// Calls use(partition, customer, values, worker) for every buyer up to a moment but anonymous
/// ones, each worker's one after the other.
template <class Use>
void for_each_buyer(const journeys::Journeys& journeys, std::int64_t as_of, ThreadPool& pool,
                    const Cancellation& cancellation, Use use) {
  pool.for_each(journeys.partitions().size(), [&](std::size_t p, std::size_t worker) {
    const journeys::Partition& partition = journeys.partitions()[p];
    std::vector<std::uint32_t> orders;
    for (std::uint32_t customer = 0; customer < partition.customers(); ++customer) {
      if (customer % 10'000 == 0) cancellation.check();
      if (partition.is_superseded(customer)) continue;
      Journey journey = partition.journey(customer, as_of);
      if (journey.is_anonymous) continue;
      find_orders(journey, orders);
      if (!journey.orders.empty()) use(p, customer, values_of(journey, as_of), worker);
    }
  });
}

/// Whether some asked report needs a model.
bool asks_for_segments(const Question& question) {
  if (!question.segments) return false;
  return question.reports.empty() ||
         std::ranges::any_of(question.reports, [](const std::string& report) {
           return report == kClientKpis || family_of(report).stage == kSegmentsStage;
         });
}

}  // namespace

RfmValues find_rfm_values(const journeys::Journeys& journeys, std::int64_t as_of, ThreadPool& pool,
                          const Cancellation& cancellation) {
  std::vector<RfmValues> workers(pool.size());
  for_each_buyer(journeys, as_of, pool, cancellation,
                 [&](std::size_t, std::uint32_t, const CustomerValues& values, std::size_t worker) {
                   RfmValues& found = workers[worker];
                   found.recency.push_back(values.recency_hours);
                   if (values.frequency_hours) found.frequency.push_back(*values.frequency_hours);
                   if (values.monetary && *values.monetary > 0)
                     found.monetary.push_back(*values.monetary);
                 });
  RfmValues all;
  for (RfmValues& found : workers) {
    append(all.recency, std::exchange(found.recency, {}));
    append(all.frequency, std::exchange(found.frequency, {}));
    append(all.monetary, std::exchange(found.monetary, {}));
  }
  return all;
}

SegmentsAsOf segments_as_of(const journeys::Journeys& journeys, const SegmentModel& model,
                            std::int64_t as_of, ThreadPool& pool,
                            const Cancellation& cancellation) {
  SegmentsAsOf found;
  for (const journeys::Partition& partition : journeys.partitions()) {
    found.segments_.emplace_back(partition.customers(), SegmentsAsOf::kNone);
  }
  for_each_buyer(journeys, as_of, pool, cancellation,
                 [&](std::size_t p, std::uint32_t customer, const CustomerValues& values,
                     std::size_t) { found.segments_[p][customer] = model.segment(values); });
  return found;
}

RfmCuts cut(RfmValues values, const SegmentSettings::Scales& scales, std::int64_t as_of,
            ThreadPool& pool) {
  RfmCuts cuts;
  cuts.as_of = as_of;
  pool.for_each(3, [&](std::size_t metric, std::size_t) {
    if (metric == 0) cuts.recency = cut(std::move(values.recency), scales.recency, true);
    if (metric == 1) cuts.frequency = cut(std::move(values.frequency), scales.frequency, true);
    if (metric == 2) cuts.monetary = cut(std::move(values.monetary), scales.monetary, false);
  });
  return cuts;
}

double drift(const RfmCuts& cuts, const RfmValues& values) {
  return std::max({stability_index(cuts.recency, values.recency),
                   stability_index(cuts.frequency, values.frequency),
                   stability_index(cuts.monetary, values.monetary)});
}

void find_segment_model(const journeys::Journeys& journeys, const Question& question, Facts& facts,
                        ThreadPool& pool, const Cancellation& cancellation) {
  if (!asks_for_segments(question)) return;
  const SegmentsAsked& asked = *question.segments;
  const std::int64_t as_of = facts.main.as_of;
  const bool has_cuts = asked.known && asked.known->as_of == as_of;
  auto model = std::make_shared<SegmentModel>();
  model->rules = asked.settings.rules;
  model->cuts = has_cuts ? asked.known->cuts
                         : cut(find_rfm_values(journeys, as_of, pool, cancellation),
                               asked.settings.scales, as_of, pool);
  facts.main.segments = model;
  for (Frame& value : facts.values) value.segments = model;
}

}  // namespace ca::reports
