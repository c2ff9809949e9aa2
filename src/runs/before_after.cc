#include "runs/before_after.h"

#include <algorithm>
#include <optional>

#include "models/before_after_tables.h"
#include "runs/shop_plan.h"

namespace ca::runs {

models::TestSettings test_settings(const workspace::Configuration& configuration) {
  models::TestSettings settings;
  settings.window_days =
      static_cast<std::int32_t>(whole_setting(configuration, "tests.window_days", 7, 1, 90));
  settings.least_customers =
      whole_setting(configuration, "tests.least_customers", 30, 2, 1'000'000);
  settings.seed =
      static_cast<std::uint64_t>(whole_setting(configuration, "tests.seed", 1, 0, INT64_MAX));
  return settings;
}

std::vector<reports::Answer> answer_tests(const journeys::Journeys& journeys,
                                          const reports::Facts& facts,
                                          const reports::KeptSegments* segments,
                                          const models::TestSettings& settings, ThreadPool& pool,
                                          Progress& progress, const Cancellation& cancellation) {
  using models::Populations;
  std::optional<reports::SegmentModel> model;
  if (segments != nullptr) model = {segments->cuts, segments->settings.rules};
  std::vector<reports::Answer> answers;
  // Main and the values one after the other: what is kept of customers' orders is as large.
  for (const Populations populations : {Populations::kMain, Populations::kValues}) {
    if (populations == Populations::kValues && facts.values.empty()) continue;
    std::vector<models::TestedPopulation> tested =
        models::collect_tested(journeys, facts, populations, model ? &*model : nullptr, settings,
                               pool, progress, cancellation);
    for (models::TestedPopulation& population : tested) {
      cancellation.check();
      answers.push_back(models::before_after_tables(population, settings, pool));
    }
  }
  return answers;
}

}  // namespace ca::runs
