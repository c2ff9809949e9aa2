#include "models/experiment.h"

#include <algorithm>
#include <cmath>
#include <span>
#include <utility>

#include "stats/multiple_testing.h"
#include "stats/quantile.h"

namespace ca::models {
namespace {

constexpr std::uint64_t kSeed = 1;
constexpr double kMostUnits = 1e15;

/// A unit with both numbers, in an order that is its own.
using Pair = std::pair<double, double>;

/// One metric of one arm. Values are sorted, so that sums do not depend on the order of the units.
struct ArmValues {
  std::vector<double> values;
  std::vector<Pair> pairs;  ///< value and covariate
  std::int64_t missing = 0;
  stats::Moments moments;
};

std::vector<ArmValues> sorted_by_arm(const ExperimentData& data, const UnitNumbers& metric) {
  std::vector<ArmValues> arms(data.arms.size());
  for (std::size_t unit = 0; unit < data.arm_of.size(); ++unit) {
    ArmValues& arm = arms[data.arm_of[unit]];
    if (metric.is_missing[unit] != 0) {
      ++arm.missing;
      continue;
    }
    arm.values.push_back(metric.values[unit]);
    if (data.covariate && data.covariate->is_missing[unit] == 0) {
      arm.pairs.emplace_back(metric.values[unit], data.covariate->values[unit]);
    }
  }
  for (ArmValues& arm : arms) {
    std::ranges::sort(arm.values);
    std::ranges::sort(arm.pairs);
    arm.moments = stats::moments_of(arm.values);
  }
  return arms;
}

/// What is asked of all arms of a metric together.
struct Together {
  double least = 0;
  double greatest = 0;
  bool has_two_values = false;
  bool is_share = false;  ///< nothing but zeros and ones
  double bound = 0;
  bool is_bound_of_non_zero = false;
};

Together together_of(const std::vector<ArmValues>& arms) {
  std::vector<double> all;
  for (const ArmValues& arm : arms) all.insert(all.end(), arm.values.begin(), arm.values.end());
  Together together;
  if (all.empty()) return together;
  std::ranges::sort(all);
  together.least = all.front();
  together.greatest = all.back();
  const auto is_end = [&](double value) {
    return value == together.least || value == together.greatest;
  };
  const bool has_ends_alone = std::ranges::all_of(all, is_end);
  together.has_two_values = has_ends_alone && together.least != together.greatest;
  together.is_share = has_ends_alone && (together.least == 0 || together.least == 1) &&
                      (together.greatest == 0 || together.greatest == 1);
  together.bound = stats::quantile(all, kWinsorAt);
  if (together.bound == 0) {
    std::erase(all, 0.0);
    together.is_bound_of_non_zero = !all.empty();
    if (!all.empty()) together.bound = stats::quantile(all, kWinsorAt);
  }
  return together;
}

std::optional<stats::Interval> interval_of(const ArmValues& arm, const Together& together,
                                           double alpha) {
  if (arm.values.empty()) return {};
  if (together.has_two_values || together.is_share) {
    const double least = together.is_share ? 0 : together.least;
    const double distance = together.is_share ? 1 : together.greatest - together.least;
    const auto successes =
        std::ranges::count_if(arm.values, [&](double value) { return value != least; });
    const stats::Interval share =
        stats::share_interval(successes, static_cast<std::int64_t>(arm.values.size()), alpha);
    return stats::Interval{least + share.low * distance, least + share.high * distance};
  }
  if (!(arm.moments.variance.value_or(0) > 0)) return {};
  return stats::mean_interval(arm.moments, alpha);
}

std::vector<double> cut_above(std::span<const double> values, double bound, std::int64_t& cut) {
  std::vector<double> all(values.begin(), values.end());
  for (double& value : all) {
    cut += value > bound;
    value = std::min(value, bound);
  }
  return all;
}

WinsorisedFigures winsorised(const ArmValues& treated, const ArmValues& control,
                             const Together& together, double alpha) {
  WinsorisedFigures figures{.bound = together.bound,
                            .is_of_non_zero = together.is_bound_of_non_zero,
                            .cut = 0,
                            .test = {}};
  const auto high = cut_above(treated.values, together.bound, figures.cut);
  const auto low = cut_above(control.values, together.bound, figures.cut);
  figures.test = stats::welch(stats::moments_of(high), stats::moments_of(low), alpha);
  return figures;
}

struct Unzipped {
  std::vector<double> values;
  std::vector<double> covariate;
  explicit Unzipped(const std::vector<Pair>& pairs) {
    for (const auto& [value, known] : pairs) {
      values.push_back(value);
      covariate.push_back(known);
    }
  }
};

std::optional<CupedFigures> cuped_figures(const std::string& name, const ArmValues& treated,
                                          const ArmValues& control, double alpha) {
  if (std::min(treated.pairs.size(), control.pairs.size()) <
      static_cast<std::size_t>(kLeastUnits)) {
    return {};
  }
  const Unzipped one(treated.pairs);
  const Unzipped other(control.pairs);
  const auto found =
      stats::cuped({one.values, one.covariate}, {other.values, other.covariate}, alpha);
  if (!found) return {};
  return CupedFigures{
      .covariate = name,
      .units = static_cast<std::int64_t>(treated.pairs.size() + control.pairs.size()),
      .found = *found};
}

/// Units a side at which the smallest detectable effect is the difference.
std::optional<std::int64_t> units_needed(const ArmValues& treated, const ArmValues& control,
                                         double difference, double alpha) {
  if (difference == 0 || !treated.moments.variance || !control.moments.variance) return {};
  const double of_one =
      std::sqrt(*treated.moments.variance + *control.moments.variance) / std::abs(difference);
  const double roots = stats::minimum_detectable_effect(of_one, alpha, stats::kPower);
  const double units = std::ceil(roots * roots);
  if (!(units < kMostUnits)) return {};
  return std::max<std::int64_t>(2, static_cast<std::int64_t>(units));
}

ArmEffect effect_of(const ArmValues& treated, const ArmValues& control, const Together& together,
                    const UnitNumbers* covariate, double alpha) {
  ArmEffect effect;
  effect.n = treated.moments.n;
  effect.control_n = control.moments.n;
  effect.is_share = together.is_share;
  if (effect.n > 0) effect.mean = treated.moments.mean;
  if (effect.control_n > 0) effect.control_mean = control.moments.mean;
  if (effect.mean && effect.control_mean) {
    effect.difference = *effect.mean - *effect.control_mean;
  }
  effect.is_insufficient = std::min(effect.n, effect.control_n) < kLeastUnits;
  if (effect.is_insufficient) return effect;

  effect.comparison = stats::compare(treated.values, control.values, alpha, kSeed);
  const stats::TwoSampleTest& test = effect.comparison.result;
  effect.difference = test.difference;
  effect.relative = stats::relative_difference(treated.moments, control.moments, alpha);
  if (!together.has_two_values && together.least != together.greatest) {
    effect.winsorised = winsorised(treated, control, together, alpha);
  }
  if (covariate != nullptr) effect.cuped = cuped_figures(covariate->name, treated, control, alpha);
  if (test.standard_error) {
    const double size =
        2 / (1 / static_cast<double>(effect.n) + 1 / static_cast<double>(effect.control_n));
    effect.always_valid = stats::always_valid(test.difference, *test.standard_error, size, alpha);
    effect.detectable_effect =
        stats::minimum_detectable_effect(*test.standard_error, alpha, stats::kPower);
    effect.units_needed = units_needed(treated, control, test.difference, alpha);
  }
  return effect;
}

std::vector<Experiment::Arm> sizes_of(const ExperimentData& data) {
  std::vector<Experiment::Arm> arms;
  for (const std::string& name : data.arms) arms.push_back({.name = name, .n = 0});
  for (const std::uint32_t arm : data.arm_of) ++arms[arm].n;
  return arms;
}

void add_q_values(Experiment& experiment) {
  std::vector<std::optional<double>> p_values;
  for (const ArmEffect& effect : experiment.effects) {
    p_values.push_back(effect.comparison.result.p_value);
    experiment.tests += effect.comparison.result.p_value.has_value();
  }
  const auto q_values = stats::benjamini_hochberg(p_values);
  for (std::size_t i = 0; i < q_values.size(); ++i) experiment.effects[i].q_value = q_values[i];
}

}  // namespace

Experiment judge_experiment(const ExperimentData& data, double alpha,
                            const std::function<void()>& after_each) {
  Experiment experiment{.alpha = alpha,
                        .arms = sizes_of(data),
                        .sample_ratio = {},
                        .is_mismatch = false,
                        .figures = {},
                        .effects = {},
                        .tests = 0};
  std::vector<std::int64_t> sizes;
  for (const Experiment::Arm& arm : experiment.arms) sizes.push_back(arm.n);
  experiment.sample_ratio = stats::equal_sample_ratio(sizes);
  experiment.is_mismatch =
      experiment.sample_ratio && experiment.sample_ratio->p_value < kSampleRatioMismatch;

  const UnitNumbers* covariate = data.covariate ? &*data.covariate : nullptr;
  for (const UnitNumbers& metric : data.metrics) {
    const std::vector<ArmValues> arms = sorted_by_arm(data, metric);
    const Together together = together_of(arms);
    for (std::size_t arm = 0; arm < arms.size(); ++arm) {
      ArmFigures figures{.metric = metric.name,
                         .arm = data.arms[arm],
                         .n = arms[arm].moments.n,
                         .missing = arms[arm].missing,
                         .mean = {},
                         .interval = interval_of(arms[arm], together, alpha)};
      if (figures.n > 0) figures.mean = arms[arm].moments.mean;
      experiment.figures.push_back(std::move(figures));
      if (arm == 0) continue;
      ArmEffect effect = effect_of(arms[arm], arms[0], together, covariate, alpha);
      effect.metric = metric.name;
      effect.arm = data.arms[arm];
      experiment.effects.push_back(std::move(effect));
      if (after_each) after_each();
    }
  }
  add_q_values(experiment);
  for (ArmEffect& effect : experiment.effects) {
    effect.says = sentence_of(effect, alpha, experiment.tests);
  }
  return experiment;
}

}  // namespace ca::models
