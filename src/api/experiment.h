#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "api/column_file.h"
#include "base/cancellation.h"
#include "base/progress.h"
#include "models/experiment.h"

namespace ca::api {

/// What `experiment` asks of a file with a row a unit (a customer, say).
struct ExperimentQuery {
  std::filesystem::path file;  ///< Parquet where it is called so, else CSV
  std::string arm;             ///< the column that says which arm a unit was in
  std::string control;         ///< the value of that column that all others are compared with
  /// Columns; each text is a column or several, separated by commas.
  std::vector<std::string> metrics;
  std::optional<std::string> covariate;
  double alpha = 0.05;
};

struct ExperimentAnswer {
  ExperimentQuery query;  ///< with one metric a text
  std::int64_t rows = 0;
  std::int64_t without_arm = 0;  ///< rows whose arm is empty, left out
  std::int64_t malformed = 0;    ///< lines that could not be split, left out
  std::vector<UnreadCells> unread;
  std::vector<std::string> warnings;  ///< about the file
  models::Experiment experiment;
};

inline constexpr std::size_t kMostArms = 100;

/// Needs no home. Errors: E-FILE, E-PERM (the file), E-EMPTY (no row), E-PARAM (a column that is
/// not there, is asked for twice or is the arm's; a control that no row has; no other arm or more
/// than kMostArms; a metric that holds no number; alpha outside (0, 0.5]), E-CANCELLED.
ExperimentAnswer experiment(const ExperimentQuery& query, Progress& progress,
                            const Cancellation& cancellation);

/// {arms: [{arm, n}], sample_ratio: {chi2, p_value}, results: [{metric, arm, difference, ci_low,
/// ci_high, test, statistic, p_value, q_value, cuped, ...}], ...}: docs/experiments.md.
std::string to_json(const ExperimentAnswer& answer);

/// What is to be known beside the figures, in words: what was left out, sizes that do not fit.
std::vector<std::string> notes_of(const ExperimentAnswer& answer);

}  // namespace ca::api
