#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "stats/compare.h"
#include "stats/cuped.h"
#include "stats/sample_ratio.h"
#include "stats/sequential.h"
#include "stats/two_samples.h"

namespace ca::models {

// An experiment that was run: every arm compared with the control, for every metric. Pure
// computation: the order of the units changes no byte, nor does that of the metrics.

/// One number a unit. A missing one is told by the flag; its value means nothing.
struct UnitNumbers {
  std::string name;
  std::vector<double> values;
  std::vector<std::uint8_t> is_missing;
};

struct ExperimentData {
  std::vector<std::string> arms;      ///< the control first, every one with a unit
  std::vector<std::uint32_t> arm_of;  ///< by unit, an index into arms
  std::vector<UnitNumbers> metrics;
  std::optional<UnitNumbers> covariate;  ///< known before the experiment
};

/// Below so many values a side nothing is tested (ruling 45).
inline constexpr std::int64_t kLeastUnits = 30;
/// Below this p-value the sizes of the arms are called a mismatch (Fabijan et al. 2019).
inline constexpr double kSampleRatioMismatch = 0.001;
/// Values above this quantile are cut to it in the winsorised comparison.
inline constexpr double kWinsorAt = 0.99;

/// One metric in one arm.
struct ArmFigures {
  std::string metric;
  std::string arm;
  std::int64_t n = 0;        ///< units with a value
  std::int64_t missing = 0;  ///< units without one
  std::optional<double> mean;
  /// Of the mean, by Student's t; of a share by Wilson's, when the metric has two values.
  std::optional<stats::Interval> interval;
};

/// With what the covariate explains taken off. Only units with both numbers count.
struct CupedFigures {
  std::string covariate;
  std::int64_t units = 0;  ///< of both arms
  stats::Cuped found;
};

/// With values above the bound cut to it: how much of the difference a few great values make.
struct WinsorisedFigures {
  double bound = 0;             ///< the 99 % quantile of all arms together
  bool is_of_non_zero = false;  ///< of the values other than zero, because that quantile is zero
  std::int64_t cut = 0;         ///< values of both arms that were above it
  stats::TwoSampleTest test;    ///< Welch
};

/// One metric of one arm against the control.
struct ArmEffect {
  std::string metric;
  std::string arm;
  std::int64_t n = 0;  ///< units with a value in the arm, and in the control
  std::int64_t control_n = 0;
  std::optional<double> mean;
  std::optional<double> control_mean;
  bool is_insufficient = false;  ///< fewer than kLeastUnits a side: nothing but the difference
  bool is_share = false;         ///< of zeros and ones
  std::optional<double> difference;
  stats::Comparison comparison;
  std::optional<double> q_value;  ///< Benjamini-Hochberg over all tests of the experiment
  stats::RelativeDifference relative;
  std::optional<CupedFigures> cuped;
  std::optional<WinsorisedFigures> winsorised;  ///< of metrics with more than two values
  std::optional<stats::AlwaysValid> always_valid;
  std::optional<double> detectable_effect;   ///< at stats::kPower, with as many units as there are
  std::optional<std::int64_t> units_needed;  ///< a side, to find the difference seen at that power
  std::string says;                          ///< one sentence
};

struct Experiment {
  double alpha = 0.05;
  struct Arm {
    std::string name;
    std::int64_t n = 0;
  };
  std::vector<Arm> arms;                           ///< the control first
  std::optional<stats::SampleRatio> sample_ratio;  ///< against equal shares
  bool is_mismatch = false;
  std::vector<ArmFigures> figures;  ///< by metric, then by arm, the control first
  std::vector<ArmEffect> effects;   ///< by metric, then by arm
  std::int64_t tests = 0;           ///< of which q-values are made
};

/// Every arm against the first, on every metric. `after_each` is called after each comparison.
/// alpha between 0 and 1.
Experiment judge_experiment(const ExperimentData& data, double alpha,
                            const std::function<void()>& after_each = {});

/// What an effect says in one sentence, once its figures are there.
std::string sentence_of(const ArmEffect& effect, double alpha, std::int64_t tests);
/// What CUPED says in one sentence.
std::string sentence_of(const CupedFigures& cuped);

}  // namespace ca::models
