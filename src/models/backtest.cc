#include "models/backtest.h"

#include <fmt/format.h>

#include <algorithm>

namespace ca::models {
namespace {

constexpr std::int32_t kShortestHoldout = 14;
constexpr std::size_t kFewestBuyers = 30;
constexpr const char* kWithoutCompetition = "bgnbd";

}  // namespace

RollingOrigins rolling_origins(Day begin, Day end, std::int32_t horizon) {
  RollingOrigins rolling;
  rolling.length = std::min(horizon, (end - begin + 1) / 4);
  if (rolling.length < kShortestHoldout) return rolling;
  for (const std::int32_t half_lengths : {4, 3, 2}) {
    rolling.origins.push_back(end - rolling.length * half_lengths / 2);
  }
  return rolling;
}

const std::vector<std::string>& competing_models() {
  static const std::vector<std::string> names = {"past_total",
                                                 "past_rate",
                                                 "seasonal",
                                                 "bgnbd",
                                                 "mbgnbd",
                                                 "paretonbd",
                                                 "tweedie",
                                                 "lstm",
                                                 "geo(bgnbd,tweedie)",
                                                 "geo(paretonbd,tweedie)",
                                                 "geo(lstm,tweedie)"};
  return names;
}

Judged judge_at(const std::string& name, FittedModels& fitted, const BuyerStates& states,
                std::int32_t length) {
  const ValueModel& model = fitted.model(name);
  const Expected expected = model.expect(states, length, fitted.pool());
  const Outcomes outcomes = outcomes_after(fitted.days(), states, length);
  std::vector<double> daily = bend(model.course(fitted.sample(), length),
                                   weekday_shares(fitted.days(), states.origin), states.origin);
  double total = 0;
  for (const double value : expected.value) total += value;
  for (double& day : daily) day *= total;
  return {.model = name,
          .origin = states.origin,
          .quality = judge(expected, daily, outcomes, daily_value(fitted.days(), states, length)),
          .parameters = model.parameters,
          .standard_errors = model.standard_errors,
          .log_likelihood = model.log_likelihood,
          .notes = model.notes};
}

Competition compete(const PurchaseDays& days, std::vector<std::uint32_t> buyers, Day end,
                    std::int32_t horizon, const std::vector<std::string>& models,
                    const ValueOptions& options, ThreadPool& pool, const Cancellation& cancellation,
                    const std::function<void()>& after_each_model) {
  Competition competition;
  competition.champion = kWithoutCompetition;
  const RollingOrigins rolling = rolling_origins(days.begin, end, horizon);
  competition.length = rolling.length;
  competition.buyers = std::move(buyers);
  if (rolling.origins.empty()) {
    competition.notes.push_back(
        fmt::format("History is too short to compare models ({} days); {} is used unseen.",
                    std::max(0, end - days.begin + 1), kWithoutCompetition));
    return competition;
  }
  std::map<std::string, std::pair<double, int>> sums;
  for (const Day origin : rolling.origins) {
    auto owned = std::make_unique<FittedModels>(days, competition.buyers, origin, rolling.length,
                                                options, pool, cancellation);
    FittedModels& fitted = *owned;
    if (fitted.sample().size() < kFewestBuyers) continue;
    competition.fitted.push_back(std::move(owned));
    for (const std::string& model : models) {
      cancellation.check();
      Judged judged = judge_at(model, fitted, fitted.sample(), rolling.length);
      if (const auto score = judged.quality.score()) {
        sums[model].first += *score;
        ++sums[model].second;
      }
      competition.judged.push_back(std::move(judged));
      if (after_each_model) after_each_model();
    }
  }
  int most_origins = 0;
  for (const auto& [model, sum] : sums) most_origins = std::max(most_origins, sum.second);
  std::optional<double> best;
  for (const std::string& model : models) {
    const auto sum = sums.find(model);
    if (sum == sums.end() || sum->second.second < most_origins) continue;
    const double score = sum->second.first / sum->second.second;
    competition.scores[model] = score;
    if (!best || score < *best) {
      best = score;
      competition.champion = model;
    }
  }
  if (!best) {
    competition.notes.push_back(
        fmt::format("Too few buyers to compare models; {} is used unseen.", kWithoutCompetition));
  }
  return competition;
}

}  // namespace ca::models
