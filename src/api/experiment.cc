#include "api/experiment.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "api/experiment_file.h"
#include "base/error.h"
#include "base/terminal.h"

namespace ca::api {
namespace {

using Names = std::vector<std::string>;

bool has(const Names& names, const std::string& name) {
  return std::ranges::find(names, name) != names.end();
}

/// The columns that a text names: itself, or what stands between its commas. A name may hold commas
/// too, so the longest name that is a column is taken each time.
Names columns_in(const std::string& text, const Names& columns) {
  Names found;
  std::size_t begin = 0;
  while (true) {
    std::size_t end = text.size();
    while (!has(columns, text.substr(begin, end - begin))) {
      const std::size_t comma = end == begin ? std::string::npos : text.rfind(',', end - 1);
      if (comma == std::string::npos || comma < begin) {
        end = std::min(text.find(',', begin), text.size());
        break;
      }
      end = comma;
    }
    found.push_back(text.substr(begin, end - begin));
    if (end == text.size()) return found;
    begin = end + 1;
  }
}

Names metrics_of(const ExperimentQuery& query, const ColumnFile& file) {
  Names metrics;
  for (const std::string& text : query.metrics) {
    for (std::string& name : columns_in(text, file.columns())) {
      file.check(name, "--metric");
      if (name == query.arm) {
        throw Error("E-PARAM", fmt::format("\"{}\" is the arm and a metric.", name),
                    "A metric is a number that the arms may have changed.");
      }
      if (has(metrics, name)) {
        throw Error("E-PARAM", fmt::format("The metric \"{}\" is given twice.", name));
      }
      metrics.push_back(std::move(name));
    }
  }
  if (metrics.empty()) {
    throw Error("E-PARAM", "No metric is given.", "Name a column of numbers: --metric revenue.");
  }
  return metrics;
}

void check_covariate(const std::string& name, const ExperimentQuery& query, const Names& metrics,
                     const ColumnFile& file) {
  file.check(name, "--covariate");
  if (name == query.arm || has(metrics, name)) {
    throw Error("E-PARAM",
                fmt::format("\"{}\" is the covariate and {}.", name,
                            name == query.arm ? "the arm" : "a metric"),
                "A covariate is a number that was known before the experiment began.");
  }
}

/// The arms with the control first.
void put_first(const std::string& control, ExperimentFile& file, const std::string& column) {
  const auto found = std::ranges::find(file.arms, control);
  if (found == file.arms.end()) {
    throw Error(
        "E-PARAM",
        fmt::format("No row has \"{}\" (--control) in the column \"{}\".", control, column),
        file.arms.empty() ? "That column is empty in every row." : hint_of(control, file.arms),
        {{"control", control}});
  }
  if (file.arms.size() < 2) {
    throw Error(
        "E-PARAM",
        fmt::format("All rows are in the arm \"{}\": there is none to compare with it.", control));
  }
  const auto place = static_cast<std::uint32_t>(found - file.arms.begin());
  std::rotate(file.arms.begin(), found, found + 1);
  for (std::uint32_t& arm : file.arm_of) {
    if (arm == place) {
      arm = 0;
    } else if (arm < place) {
      ++arm;
    }
  }
}

void check_numbers(const NumbersRead& column) {
  if (column.values > 0) return;
  throw Error("E-PARAM", fmt::format("The column \"{}\" holds no number.", column.units.name),
              column.unread.unreadable > 0
                  ? fmt::format("It has cells such as \"{}\".", column.unread.sample)
                  : "Its cells are empty.",
              {{"column", column.units.name}});
}

}  // namespace

ExperimentAnswer experiment(const ExperimentQuery& query, Progress& progress,
                            const Cancellation& cancellation) {
  if (!(query.alpha > 0 && query.alpha <= 0.5)) {
    throw Error("E-PARAM", fmt::format("alpha is {}.", query.alpha),
                "It is the share of false alarms that is tolerated, above 0 and at most 0.5; "
                "usual is 0.05.");
  }
  ColumnFile source(query.file, cancellation);
  ExperimentAnswer answer;
  answer.query = query;
  source.check(query.arm, "--arm");
  answer.query.metrics = metrics_of(query, source);
  ExperimentColumns columns{.arm = query.arm, .numbers = answer.query.metrics};
  if (query.covariate) {
    check_covariate(*query.covariate, query, answer.query.metrics, source);
    columns.numbers.push_back(*query.covariate);
  }

  ExperimentFile file = read_experiment(source, columns, kMostArms, progress, cancellation);
  if (file.rows == 0) {
    throw Error("E-EMPTY", fmt::format("{} has no row.", query.file.string()),
                "It needs a row for each unit of the experiment.");
  }
  put_first(query.control, file, query.arm);
  answer.rows = file.rows;
  answer.without_arm = file.without_arm;
  answer.malformed = file.malformed;
  answer.warnings = std::move(file.warnings);
  models::ExperimentData data{.arms = std::move(file.arms),
                              .arm_of = std::move(file.arm_of),
                              .metrics = {},
                              .covariate = {}};
  for (std::size_t i = 0; i < file.numbers.size(); ++i) {
    NumbersRead& column = file.numbers[i];
    check_numbers(column);
    if (column.unread.unreadable > 0) answer.unread.push_back(std::move(column.unread));
    if (i < answer.query.metrics.size()) {
      data.metrics.push_back(std::move(column.units));
    } else {
      data.covariate = std::move(column.units);
    }
  }
  progress.stage("compare", data.metrics.size() * (data.arms.size() - 1), "comparisons");
  answer.experiment = models::judge_experiment(data, query.alpha, [&] {
    cancellation.check();
    progress.advance(1);
  });
  progress.finish();
  return answer;
}

std::vector<std::string> notes_of(const ExperimentAnswer& answer) {
  std::vector<std::string> notes = answer.warnings;
  if (answer.experiment.is_mismatch) {
    notes.push_back(fmt::format(
        "Sample ratio mismatch: arms of equal shares would differ so much in size by chance in "
        "fewer than 1 of 1,000 experiments (chi-square {:.4g}). If equal shares were meant, find "
        "out "
        "why before you believe any difference; if not, this does not apply.",
        answer.experiment.sample_ratio->chi2));
  }
  if (answer.malformed > 0) {
    notes.push_back(malformed_sentence(answer.malformed));
  }
  if (answer.without_arm > 0) {
    notes.push_back(fmt::format("{} rows have an empty \"{}\" and are left out.",
                                with_separators(answer.without_arm), answer.query.arm));
  }
  for (const UnreadCells& column : answer.unread) {
    notes.push_back(sentence_of(column));
  }
  for (const models::ArmFigures& figures : answer.experiment.figures) {
    if (figures.missing == 0) continue;
    notes.push_back(fmt::format("{}: {} units have no {} and are left out of it.", figures.arm,
                                with_separators(figures.missing), figures.metric));
  }
  return notes;
}

}  // namespace ca::api
