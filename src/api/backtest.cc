#include "api/backtest.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "api/snapshots.h"
#include "base/error.h"

namespace ca::api {
namespace {

constexpr const char* kAll = "all";
constexpr const char* kChampion = "champion";

/// Every model by itself, and the combinations that compete.
std::vector<std::string> all_models() {
  std::vector<std::string> names = models::value_model_names();
  for (const std::string& name : models::competing_models()) {
    if (std::ranges::find(names, name) == names.end()) names.push_back(name);
  }
  return names;
}

void check_days(const BacktestResult& result, const models::PurchaseDays& days) {
  const std::string history =
      fmt::format("The history goes from {} to {}.", format_day(days.begin), format_day(days.last));
  if (result.calibrate_until < days.begin || result.holdout_until > days.last) {
    throw Error("E-PARAM", "The days are not within the history.", history);
  }
  if (result.holdout_until <= result.calibrate_until) {
    throw Error("E-PARAM", "The holdout must end after the calibration.", history);
  }
}

nlohmann::json number(const std::optional<double>& value) {
  return value ? nlohmann::json(*value) : nlohmann::json();
}

nlohmann::json deciles_of(const models::PredictionQuality& quality) {
  nlohmann::json list = nlohmann::json::array();
  for (const stats::CalibrationBand& band : quality.deciles) {
    list.push_back({{"predicted", band.mean_predicted},
                    {"actual", band.mean_actual},
                    {"customers", band.customers}});
  }
  return list;
}

nlohmann::json json_of(const models::Judged& judged) {
  const models::PredictionQuality& quality = judged.quality;
  return {{"name", judged.model},
          {"parameters", judged.parameters},
          {"standard_errors", judged.standard_errors},
          {"log_likelihood", number(judged.log_likelihood)},
          {"orders_predicted", quality.orders_predicted},
          {"orders_actual", quality.orders_actual},
          {"orders_mae", number(quality.orders_mae)},
          {"orders_rmse", number(quality.orders_rmse)},
          {"value_predicted", quality.value_predicted},
          {"value_actual", quality.value_actual},
          {"value_mae", number(quality.value_mae)},
          {"bias", number(quality.bias)},
          {"normalised_gini", number(quality.normalised_gini)},
          {"spearman", number(quality.spearman)},
          {"top10_capture", number(quality.top10_capture)},
          {"daily_error", number(quality.daily_error)},
          {"deciles", deciles_of(quality)},
          {"notes", judged.notes}};
}

}  // namespace

BacktestResult backtest_clv(const workspace::Home& home, const BacktestQuery& query,
                            Progress& progress, const Cancellation& cancellation) {
  BacktestResult result{.calibrate_until = parse_day_of(query.calibrate_until, "--calibrate-until"),
                        .holdout_until = parse_day_of(query.holdout_until, "--holdout-until"),
                        .timezone = {},
                        .champion = {},
                        .competition = {},
                        .models = {}};
  const reports::Snapshot snapshot = find_snapshot(home);
  result.timezone = snapshot.manifest().timezone;
  ThreadPool pool(usable_processors());
  const journeys::Journeys journeys(home.journeys_folder() / snapshot.manifest().journeys);
  journeys.verify(pool, journeys::kFirstColdSection);
  const reports::Facts facts = reports::find_facts(
      journeys, {.as_of = Instant{snapshot.manifest().as_of}, .from = {}, .to = {}}, pool);
  const models::PurchaseDays days = models::find_purchase_days(journeys, facts, pool, cancellation);
  check_days(result, days);

  const std::int32_t length = result.holdout_until - result.calibrate_until;
  const models::ValueOptions options;
  const std::vector<std::uint32_t> everybody = models::every_buyer(days);
  const models::BuyerStates states = models::states_at(days, everybody, result.calibrate_until);
  result.customers = static_cast<std::int64_t>(states.size());
  if (states.size() == 0) {
    throw Error("E-EMPTY", "Nobody had bought by the end of the calibration.",
                fmt::format("The history begins on {}.", format_day(days.begin)));
  }
  models::FittedModels fitted(days, everybody, result.calibrate_until, length, options, pool,
                              cancellation);
  std::vector<std::string> asked;
  if (query.model == kAll || query.model == kChampion) {
    const std::vector<std::string>& competing = models::competing_models();
    progress.stage("compare models", competing.size() * 3, "fits");
    result.competition =
        models::compete(days, states.buyer, result.calibrate_until, length, competing, options,
                        pool, cancellation, [&] { progress.advance(1); });
    result.champion = result.competition.champion;
    asked = query.model == kAll ? all_models() : std::vector{result.champion};
  } else {
    asked = {query.model};
  }
  progress.stage("judge models", asked.size(), "models");
  for (const std::string& model : asked) {
    result.models.push_back(models::judge_at(model, fitted, states));
    progress.advance(1);
  }
  progress.finish();
  return result;
}

std::string to_json(const BacktestResult& result) {
  nlohmann::json list = nlohmann::json::array();
  for (const models::Judged& judged : result.models) list.push_back(json_of(judged));
  nlohmann::json origins = nlohmann::json::array();
  for (const models::Judged& judged : result.competition.judged) {
    nlohmann::json origin = json_of(judged);
    origin["origin"] = format_day(judged.origin);
    origin["score"] = number(judged.quality.score());
    origins.push_back(std::move(origin));
  }
  return nlohmann::json{
      {"champion", result.champion.empty() ? nlohmann::json() : nlohmann::json(result.champion)},
      {"calibrate_until", format_day(result.calibrate_until)},
      {"holdout_until", format_day(result.holdout_until)},
      {"customers", result.customers},
      {"scores", result.competition.scores},
      {"notes", result.competition.notes},
      {"models", std::move(list)},
      {"rolling_origins", std::move(origins)}}
      .dump();
}

}  // namespace ca::api
