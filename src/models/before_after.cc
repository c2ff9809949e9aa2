#include "models/before_after.h"

#include <algorithm>

#include "reports/pass.h"

namespace ca::models {
namespace {

using reports::Journey;

/// Nothing yet, for each population that is asked for.
std::vector<TestedPopulation> nothing_yet(const reports::Facts& facts, Populations populations,
                                          const reports::SegmentModel* segments,
                                          const TestSettings& settings) {
  std::vector<TestedPopulation> tested;
  const auto used = std::make_shared<UsedSoFar>();
  const double amount_unit = amount_unit_for(facts.main);
  const auto begin = [&](const reports::Frame& frame) {
    TestedPopulation& population = tested.emplace_back();
    population.frame = &frame;
    population.amount_unit = amount_unit;
    const bool has_promotion = frame.schema->has_promotion;
    if (has_promotion) population.payments.emplace(amount_unit);
    if (has_promotion || frame.schema->has_products) {
      population.windows.emplace(frame, settings.window_days * kMicrosPerDay, used);
    }
    if (segments != nullptr) population.segments.emplace(frame, *segments);
  };
  if (populations == Populations::kMain) {
    begin(facts.main);
  } else {
    std::ranges::for_each(facts.values, begin);
  }
  return tested;
}

}  // namespace

void TestedPopulation::add(const Journey& journey) {
  if (windows) windows->add(journey);
  if (payments) payments->add(journey);
  if (segments) segments->add(journey);
}

void TestedPopulation::merge(TestedPopulation&& other) {
  if (windows) windows->merge(std::move(*other.windows));
  if (payments) payments->merge(*other.payments);
  if (segments) segments->merge(std::move(*other.segments));
}

std::vector<TestedPopulation> collect_tested(const journeys::Journeys& journeys,
                                             const reports::Facts& facts, Populations populations,
                                             const reports::SegmentModel* segments,
                                             const TestSettings& settings, ThreadPool& pool,
                                             Progress& progress, const Cancellation& cancellation) {
  const auto begin = [&] { return nothing_yet(facts, populations, segments, settings); };
  std::vector<std::vector<TestedPopulation>> workers(pool.size());
  pool.for_each(journeys.partitions().size(), [&](std::size_t p, std::size_t worker) {
    std::vector<TestedPopulation>& tested = workers[worker];
    if (tested.empty()) tested = begin();
    const journeys::Partition& partition = journeys.partitions()[p];
    reports::SubJourneys sub_journeys(facts);
    std::vector<std::uint32_t> orders;
    for (std::uint32_t customer = 0; customer < partition.customers(); ++customer) {
      if (customer % 10'000 == 0) cancellation.check();
      if (partition.is_superseded(customer)) continue;
      const Journey journey = reports::journey_in(partition, customer, facts.main, orders);
      if (journey.orders.empty()) continue;
      if (populations == Populations::kMain) {
        tested.front().add(journey);
        continue;
      }
      const std::span<const std::uint32_t> values = sub_journeys.values_of(journey);
      for (const std::uint32_t value : values) {
        if (value == reports::kNoPopulation) continue;
        tested[value].add(values.size() == 1 ? journey : sub_journeys.in(journey, value));
      }
    }
    progress.advance(static_cast<std::uint64_t>(partition.count_live_sessions()));
  });
  std::vector<TestedPopulation> all = begin();
  for (std::vector<TestedPopulation>& tested : workers) {
    for (std::size_t i = 0; i < tested.size(); ++i) all[i].merge(std::move(tested[i]));
    tested.clear();
  }
  return all;
}

}  // namespace ca::models
