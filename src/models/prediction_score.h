#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "models/value_model.h"
#include "stats/prediction_quality.h"

namespace ca::models {

/// How revenue spreads over the days of the week, Monday first: adds up to 7. From the eight weeks
/// up to the origin, or as many whole weeks as there are; even where nothing was paid.
using WeekdayShares = std::array<double, 7>;
WeekdayShares weekday_shares(const PurchaseDays& days, Day origin);

/// The shares of a course bent by the days of the week; adds up to 1 again. Day 0 is the day after
/// the origin.
std::vector<double> bend(std::vector<double> course, const WeekdayShares& shares, Day origin);

/// What these buyers paid on each of the days after the origin.
std::vector<double> daily_value(const PurchaseDays& days, const BuyerStates& states,
                                std::int32_t length);

/// How good a model's predictions were once the truth was known (metrics of models' quality). What
/// is not defined, such as a bias where nobody bought, is missing.
struct PredictionQuality {
  double orders_predicted = 0;
  double orders_actual = 0;
  double value_predicted = 0;
  double value_actual = 0;
  std::optional<double> orders_mae;
  std::optional<double> orders_rmse;
  std::optional<double> value_mae;
  std::optional<double> bias;
  std::optional<double> normalised_gini;
  std::optional<double> spearman;
  std::optional<double> top10_capture;
  /// sum |predicted - actual| / sum actual over the days' revenue of the buyers known at the origin
  std::optional<double> daily_error;
  std::vector<stats::CalibrationBand> deciles;

  /// What models compete in; less is better:
  ///   (1 - normalised Gini) + (|ln(1 + bias)| + value error + daily error) / 4
  /// that is, who is worth much, how much all are worth together, how much each is (the mean
  /// absolute error in units of the mean value) and when. A logarithm of the bias, because twice as
  /// much is as wrong as half. Missing where one of them is.
  std::optional<double> score() const;
};

PredictionQuality judge(const Expected& expected, std::span<const double> daily_expected,
                        const Outcomes& outcomes, std::span<const double> daily_actual);

}  // namespace ca::models
