#include "runs/deliveries.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>
#include <numeric>

#include "base/error.h"
#include "models/delivery_tables.h"
#include "runs/shop_plan.h"

namespace ca::runs {
namespace {

constexpr std::array kKeys = {"delivery.detector", "delivery.max_hours", "delivery.seed"};

/// Networks are for main and so many dimension values, those with most sessions (ruling 46).
constexpr std::size_t kValuesWithNetworks = 8;

std::vector<bool> are_largest(const std::vector<std::int64_t>& sessions) {
  std::vector<std::size_t> order(sessions.size());
  std::iota(order.begin(), order.end(), 0);
  std::ranges::stable_sort(order, std::greater(), [&](std::size_t v) { return sessions[v]; });
  std::vector<bool> are(sessions.size(), false);
  for (std::size_t i = 0; i < std::min(order.size(), kValuesWithNetworks); ++i) {
    are[order[i]] = true;
  }
  return are;
}

}  // namespace

models::DeliverySettings delivery_settings(const workspace::Configuration& configuration) {
  for (const auto& [key, value] : configuration.settings) {
    if (!key.starts_with("delivery.") || std::ranges::find(kKeys, key) != kKeys.end()) continue;
    throw Error("E-PARAM", fmt::format("{} is not known.", key),
                "[delivery] has detector, max_hours and seed.", {{"key", key}});
  }
  const std::string detector = setting(configuration, "delivery.detector", "shrunken");
  if (detector != "shrunken" && detector != "autoencoder") {
    throw Error("E-PARAM", fmt::format("delivery.detector is \"{}\".", detector),
                "It is \"shrunken\", the default, or \"autoencoder\".",
                {{"key", "delivery.detector"}});
  }
  models::DeliverySettings settings;
  if (detector == "autoencoder") settings.detector = models::Detector::kAutoencoder;
  settings.seed =
      static_cast<std::uint64_t>(whole_setting(configuration, "delivery.seed", 1, 0, INT64_MAX));
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
  answer.reports.push_back(
      models::delivery_tables(models::DeliveredPopulation(delivered, delivered.of_main), facts.main,
                              settings, pool, cancellation));
  cancellation.check();
  models::DeliverySettings without_network = settings;
  without_network.detector = models::Detector::kShrunken;
  if (settings.detector == models::Detector::kAutoencoder &&
      facts.values.size() > kValuesWithNetworks) {
    answer.notes.push_back(fmt::format(
        "The autoencoder judges main and the {} largest dimension values; the {} others are judged "
        "by shrunken effects.",
        kValuesWithNetworks, facts.values.size() - kValuesWithNetworks));
  }
  const std::vector<bool> is_large = are_largest(facts.value_sessions);
  std::vector<reports::Answer> of_values(facts.values.size());
  pool.for_each(facts.values.size(), [&](std::size_t value, std::size_t) {
    cancellation.check();
    const models::DeliveredPopulation population(delivered, delivered.of_value(value));
    of_values[value] =
        models::delivery_tables(population, facts.values[value],
                                is_large[value] ? settings : without_network, pool, cancellation);
  });
  std::ranges::move(of_values, std::back_inserter(answer.reports));
  return answer;
}

}  // namespace ca::runs
