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
  const auto begin = [&](const reports::Frame& frame) {
    TestedPopulation& population = tested.emplace_back();
    population.frame = &frame;
    population.amount_unit = amount_unit_for(facts.main);
    const bool has_promotion = frame.schema->has_promotion;
    if (has_promotion) population.payments.emplace(population.amount_unit);
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

/// The dimension values that the journey has sessions in.
void find_values(const Journey& journey, const reports::Facts& facts,
                 std::vector<std::uint32_t>& values) {
  values.clear();
  for (std::size_t s = 0; s < journey.size; ++s) {
    const std::uint32_t value = facts.value_of_code[journey.dimension[s]];
    if (value != reports::kNoPopulation && std::ranges::find(values, value) == values.end()) {
      values.push_back(value);
    }
  }
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
    std::vector<std::uint32_t> values;
    for (std::uint32_t customer = 0; customer < partition.customers(); ++customer) {
      if (customer % 10'000 == 0) cancellation.check();
      if (partition.is_superseded(customer)) continue;
      const Journey journey = reports::journey_in(partition, customer, facts.main, orders);
      if (journey.orders.empty()) continue;
      if (populations == Populations::kMain) {
        tested.front().add(journey);
        continue;
      }
      find_values(journey, facts, values);
      for (const std::uint32_t value : values) {
        tested[value].add(sub_journeys.in(journey, value));
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
