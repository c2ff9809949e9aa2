#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace ca::stats {

// How good a prediction was once the truth is known: `actual` and `predicted` hold one value a
// customer, in the same order. Customers with equal predictions share their mean actual value, so
// that the order of rows never decides a figure; the same customers in another order give the same
// bytes. Undefined (no or different numbers of values, a value that is not finite, nothing to
// divide by) is nullopt. O(n log n).
// Source: the project's definition of model quality, metrics.md; the formulas stand with each.

/// The actual values in descending order of prediction, each replaced by the mean of the customers
/// who have the same prediction. Empty where undefined.
std::vector<double> tie_mean(std::span<const double> actual, std::span<const double> predicted);

/// 2 mean(cumulated z) / sum(z) - 1 - 1/n with z = tie_mean. From 2 customers on and for a positive
/// sum of actual values.
std::optional<double> gini(std::span<const double> actual, std::span<const double> predicted);

/// gini(actual, predicted) / gini(actual, actual); 1 is a perfect order. Undefined when all actual
/// values are equal.
std::optional<double> normalised_gini(std::span<const double> actual,
                                      std::span<const double> predicted);

/// Share of the actual sum that the best floor(share * n) predictions hold. 0 <= share <= 1.
std::optional<double> top_capture(std::span<const double> actual, std::span<const double> predicted,
                                  double share = 0.1);

/// Spearman's rank correlation, expected when ties of the prediction are broken at random.
/// Undefined when all actual values are equal; 0 when all predictions are.
std::optional<double> spearman_random_ties(std::span<const double> actual,
                                           std::span<const double> predicted);

/// mean |predicted - actual|. Rewards predicting too little: read it with the bias.
std::optional<double> mean_absolute_error(std::span<const double> actual,
                                          std::span<const double> predicted);
/// sqrt(mean (predicted - actual)^2)
std::optional<double> root_mean_squared_error(std::span<const double> actual,
                                              std::span<const double> predicted);
/// sum(predicted) / sum(actual) - 1, for a sum of actual values other than 0
std::optional<double> bias(std::span<const double> actual, std::span<const double> predicted);

/// One tenth of the customers by prediction.
struct CalibrationBand {
  double mean_predicted = 0;
  double mean_actual = 0;
  std::size_t customers = 0;
};

/// Tenths of the customers, the highest predictions first: customer i of n in that order is in
/// tenth floor(10 i / n), tied customers count with their mean. Fewer bands when there are fewer
/// than ten customers; empty where undefined.
std::vector<CalibrationBand> decile_calibration(std::span<const double> actual,
                                                std::span<const double> predicted);

}  // namespace ca::stats
