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

namespace {

/// What models at one origin are compared with.
struct Truth {
  Outcomes outcomes;
  std::vector<double> daily;
  WeekdayShares weekdays;
};

Truth truth_after(const FittedModels& fitted, const BuyerStates& states) {
  return {.outcomes = outcomes_after(fitted.days(), states, fitted.horizon()),
          .daily = daily_value(fitted.days(), states, fitted.horizon()),
          .weekdays = weekday_shares(fitted.days(), states.origin)};
}

/// The model is fitted and its course known, so that threads only read.
Judged judged(const std::string& name, FittedModels& fitted, const Expected& expected,
              const Truth& truth) {
  const ValueModel& model = fitted.model(name);
  std::vector<double> daily = bend(fitted.course(name), truth.weekdays, fitted.origin());
  double total = 0;
  for (const double value : expected.value) total += value;
  for (double& day : daily) day *= total;
  return {.model = name,
          .origin = fitted.origin(),
          .quality = judge(expected, daily, truth.outcomes, truth.daily),
          .parameters = model.parameters,
          .standard_errors = model.standard_errors,
          .log_likelihood = model.log_likelihood,
          .notes = model.notes};
}

constexpr const char* kNetworks = "lstm";

/// Networks are trained by one thread each: those of all origins beside each other.
void train_networks(const std::vector<std::string>& models, Competition& competition,
                    ThreadPool& pool, const std::function<void()>& after_each_model) {
  if (std::ranges::find(models, kNetworks) == models.end()) return;
  pool.for_each(competition.fitted.size(), [&](std::size_t origin, std::size_t) {
    competition.fitted[origin]->expected(kNetworks);
    if (after_each_model) after_each_model();
  });
}

/// All models at one origin. They are fitted one after the other, each by all threads, and then
/// judged beside each other.
std::vector<Judged> judge_all(const std::vector<std::string>& models, FittedModels& fitted,
                              const Cancellation& cancellation,
                              const std::function<void()>& after_each_model) {
  const Truth truth = truth_after(fitted, fitted.sample());
  for (const std::string& model : models) {
    cancellation.check();
    fitted.expected(model);
    fitted.course(model);
    if (after_each_model && model != kNetworks) after_each_model();
  }
  std::vector<Judged> all(models.size());
  fitted.pool().for_each(models.size(), [&](std::size_t i, std::size_t) {
    cancellation.check();
    all[i] = judged(models[i], fitted, fitted.expected(models[i]), truth);
  });
  return all;
}

}  // namespace

Judged judge_at(const std::string& name, FittedModels& fitted, const BuyerStates& states) {
  const Expected expected = fitted.model(name).expect(states, fitted.horizon(), fitted.pool());
  fitted.course(name);
  return judged(name, fitted, expected, truth_after(fitted, states));
}

Competition compete(const PurchaseDays& days, const std::vector<std::uint32_t>& buyers, Day end,
                    std::int32_t horizon, const std::vector<std::string>& models,
                    const ValueOptions& options, ThreadPool& pool, const Cancellation& cancellation,
                    const std::function<void()>& after_each_model) {
  Competition competition;
  competition.champion = kWithoutCompetition;
  const RollingOrigins rolling = rolling_origins(days.begin, end, horizon);
  competition.length = rolling.length;
  competition.buyers = sample_of_buyers(days, buyers, options.fitted_on, options.seed);
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
    if (owned->sample().size() < kFewestBuyers) continue;
    competition.fitted.push_back(std::move(owned));
  }
  train_networks(models, competition, pool, after_each_model);
  for (const auto& fitted : competition.fitted) {
    for (Judged& judged : judge_all(models, *fitted, cancellation, after_each_model)) {
      if (const auto score = judged.quality.score()) {
        sums[judged.model].first += *score;
        ++sums[judged.model].second;
      }
      competition.judged.push_back(std::move(judged));
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
