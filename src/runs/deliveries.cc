#include "runs/deliveries.h"

#include <fmt/format.h>

#include <array>

#include "base/error.h"
#include "models/delivery_tables.h"
#include "runs/shop_plan.h"

namespace ca::runs {
namespace {

constexpr std::array kKeys = {"delivery.detector", "delivery.max_hours"};

}  // namespace

models::DeliverySettings delivery_settings(const workspace::Configuration& configuration) {
  for (const auto& [key, value] : configuration.settings) {
    if (!key.starts_with("delivery.") || std::ranges::find(kKeys, key) != kKeys.end()) continue;
    throw Error("E-PARAM", fmt::format("{} is not known.", key),
                "[delivery] has detector and max_hours.", {{"key", key}});
  }
  const std::string detector = setting(configuration, "delivery.detector", "shrunken");
  if (detector != "shrunken") {
    throw Error("E-PARAM",
                detector == "autoencoder"
                    ? std::string("delivery.detector \"autoencoder\" is not available yet.")
                    : fmt::format("delivery.detector is \"{}\".", detector),
                "Use \"shrunken\", which is the default.", {{"key", "delivery.detector"}});
  }
  models::DeliverySettings settings;
  settings.longest = max_delivery_hours(configuration) * kMicrosPerHour;
  return settings;
}

DeliveryAnswer answer_deliveries(const journeys::Journeys& journeys, const reports::Facts& facts,
                                 const models::DeliverySettings& settings, ThreadPool& pool,
                                 Progress& progress, const Cancellation& cancellation) {
  DeliveryAnswer answer;
  if (!journeys.schema().has_deliveries) return answer;
  const models::DeliveredOrders delivered =
      models::collect_delivered(journeys, facts, settings.longest, pool, progress, cancellation);
  for (const models::Leg leg : models::kLegs) {
    const std::int64_t count = delivered.left_out[static_cast<std::size_t>(leg)];
    if (count == 0) continue;
    answer.notes.push_back(fmt::format("{}: {} durations below zero or above {} hours left out.",
                                       models::name_of(leg), count,
                                       settings.longest / kMicrosPerHour));
  }
  answer.reports.push_back(models::delivery_tables(
      models::DeliveredPopulation(delivered, delivered.of_main), facts.main, settings, pool));
  cancellation.check();
  std::vector<reports::Answer> of_values(facts.values.size());
  pool.for_each(facts.values.size(), [&](std::size_t value, std::size_t) {
    cancellation.check();
    const models::DeliveredPopulation population(delivered, delivered.of_value(value));
    of_values[value] = models::delivery_tables(population, facts.values[value], settings, pool);
  });
  std::ranges::move(of_values, std::back_inserter(answer.reports));
  return answer;
}

}  // namespace ca::runs
