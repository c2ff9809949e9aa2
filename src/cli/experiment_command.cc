#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <iostream>

#include "api/experiment.h"
#include "base/progress.h"
#include "base/terminal.h"
#include "cli/commands.h"
#include "cli/print.h"

namespace ca::cli {
namespace {

std::string signed_digits_of(double value) {
  return value > 0 ? "+" + digits_of(value) : digits_of(value);
}

/// Figures of one metric: shares in percent, their differences in points of a hundred.
class Figures {
 public:
  explicit Figures(bool is_share) : is_share_(is_share), factor_(is_share ? 100 : 1) {}

  std::string mean(const std::optional<double>& value) const {
    if (!value) return "-";
    return digits_of(*value * factor_) + (is_share_ ? " %" : "");
  }
  std::string size(const std::optional<double>& value) const {
    return value ? digits_of(*value * factor_) + unit() : "-";
  }
  std::string change(const std::optional<double>& value) const {
    return value ? signed_digits_of(*value * factor_) + unit() : "-";
  }
  std::string change(const std::optional<stats::Interval>& interval) const {
    if (!interval) return "-";
    return fmt::format("{} to {}{}", signed_digits_of(interval->low * factor_),
                       signed_digits_of(interval->high * factor_), unit());
  }

 private:
  const char* unit() const { return is_share_ ? " pts" : ""; }

  bool is_share_;
  double factor_;
};

std::string chance(const std::optional<double>& p) {
  if (!p) return "-";
  return *p < 0.0001 ? "<0.0001" : fmt::format("{:.4f}", *p);
}

Table arms_of(const models::Experiment& experiment) {
  Table table("arms");
  table.add("arm", ColumnType::kText);
  table.add("units", ColumnType::kInteger);
  for (const models::Experiment::Arm& arm : experiment.arms) {
    table.columns()[0].push(arm.name);
    table.columns()[1].push(arm.n);
  }
  return table;
}

Table effects_of(const models::Experiment& experiment) {
  Table table = text_table("effects", {"metric", "arm", "control_mean", "arm_mean", "difference",
                                       "interval", "p_value", "q_value", "test"});
  for (const models::ArmEffect& effect : experiment.effects) {
    const Figures figures(effect.is_share);
    const stats::TwoSampleTest& test = effect.comparison.result;
    add_row(table, {effect.metric, effect.arm, figures.mean(effect.control_mean),
                    figures.mean(effect.mean), figures.change(effect.difference),
                    figures.change(test.interval), chance(test.p_value), chance(effect.q_value),
                    effect.is_insufficient ? "too few units"
                                           : std::string(name_of(effect.comparison.test))});
  }
  return table;
}

std::string without_extremes(const models::ArmEffect& effect) {
  if (!effect.winsorised) return "-";
  if (effect.winsorised->cut == 0) return "nothing cut";
  return Figures(effect.is_share).change(effect.winsorised->test.interval);
}

/// The same differences looked at in other ways.
Table looks_of(const models::Experiment& experiment, bool has_covariate) {
  Table table = text_table("looks", {"metric", "arm", "relative", "at_any_time", "without_extremes",
                                     "detectable", "units_needed"});
  if (has_covariate) table.add("with_covariate", ColumnType::kText);
  for (const models::ArmEffect& effect : experiment.effects) {
    if (effect.is_insufficient) continue;
    const Figures figures(effect.is_share);
    const auto& relative = effect.relative.value;
    std::vector<std::string> cells = {
        effect.metric,
        effect.arm,
        relative ? signed_digits_of(*relative * 100) + " %" : "-",
        effect.always_valid ? figures.change(effect.always_valid->interval) : "-",
        without_extremes(effect),
        figures.size(effect.detectable_effect),
        effect.units_needed ? with_separators(*effect.units_needed) : "-"};
    if (has_covariate) {
      cells.push_back(effect.cuped ? figures.change(effect.cuped->found.test.interval) : "-");
    }
    add_row(table, std::move(cells));
  }
  return table;
}

void print_words(const api::ExperimentAnswer& answer) {
  std::vector<std::string> unhelped;
  for (const models::ArmEffect& effect : answer.experiment.effects) {
    std::cout << visible(effect.says) << ".\n";
    if (!effect.cuped) continue;
    if (effect.cuped->found.does_help) {
      std::cout << fmt::format("  {}: {}.\n", visible(models::sentence_of(*effect.cuped)),
                               Figures(effect.is_share).change(effect.cuped->found.test.interval));
    } else if (std::ranges::find(unhelped, effect.metric) == unhelped.end()) {
      unhelped.push_back(effect.metric);
    }
  }
  if (!unhelped.empty()) {
    std::cout << visible(fmt::format("{} does not help with {}: it says next to nothing about it.",
                                     *answer.query.covariate, fmt::join(unhelped, ", ")))
              << '\n';
  }
}

void print(const api::ExperimentAnswer& answer) {
  const models::Experiment& experiment = answer.experiment;
  std::cout << fmt::format("{} units in {} arms, compared with {}.\n",
                           with_separators(answer.rows - answer.without_arm),
                           experiment.arms.size(), visible(answer.query.control));
  show(arms_of(experiment), Zone::utc());
  if (experiment.sample_ratio && !experiment.is_mismatch) {
    std::cout << fmt::format("These sizes fit equal shares (chi-square {:.2f}, p {:.2f}).\n",
                             experiment.sample_ratio->chi2, experiment.sample_ratio->p_value);
  }
  std::cout << '\n';
  print_words(answer);
  std::cout << '\n';
  show(effects_of(experiment), Zone::utc());
  std::cout << fmt::format(
      "{:.4g} of 100 such intervals hold the true difference. {} tests: q_value tells for all of "
      "them together.\n",
      100 * (1 - experiment.alpha), experiment.tests);
  const Table looks = looks_of(experiment, answer.query.covariate.has_value());
  if (looks.rows() == 0) return;
  std::cout << "\nThe same differences\n";
  show(looks, Zone::utc());
  std::cout
      << "relative: in percent of the control. at_any_time: also when you look before the "
         "end.\nwithout_extremes: values above the 99 % quantile cut to it. detectable: would "
         "be found\n4 times in 5 with these units. units_needed: a side, to find what was "
         "seen 4 times in 5.\n";
}

}  // namespace

int experiment(const Common& common, const ExperimentArguments& arguments,
               const Cancellation& cancellation) {
  const auto progress = progress_on_stderr();
  const api::ExperimentAnswer answer = api::experiment({.file = arguments.file,
                                                        .arm = arguments.arm,
                                                        .control = arguments.control,
                                                        .metrics = arguments.metrics,
                                                        .covariate = arguments.covariate,
                                                        .alpha = arguments.alpha},
                                                       *progress, cancellation);
  if (common.json) {
    std::cout << api::to_json(answer) << '\n';
    return 0;
  }
  print(answer);
  for (const std::string& note : api::notes_of(answer)) show_warning(note);
  return 0;
}

}  // namespace ca::cli
