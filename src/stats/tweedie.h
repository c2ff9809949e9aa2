#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "base/thread_pool.h"
#include "stats/note.h"

namespace ca::stats {

/// Rows of features (row i begins at i * features) with an amount >= 0 and a weight each; no
/// weights are 1 each.
struct RegressionRows {
  std::size_t features = 0;
  std::vector<double> x;
  std::vector<double> y;
  std::vector<double> weight;

  std::size_t size() const { return y.size(); }
  std::span<const double> features_of(std::size_t row) const {
    return std::span(x).subspan(row * features, features);
  }
  double weight_at(std::size_t row) const { return weight.empty() ? 1 : weight[row]; }
};

struct TweedieOptions {
  /// Candidates for the power of the variance, each in (1, 2). The one of the greatest likelihood
  /// is taken; a single one is used as it is. 1.5 is a sound choice where time matters.
  std::vector<double> powers = {1.2, 1.35, 1.5, 1.65, 1.8};
  /// Weight of half the squared coefficients of standardised features against the mean
  /// quasi-likelihood of a row, with amounts measured in their mean.
  double ridge = 1e-3;
};

/// Regression for amounts that are often 0: mean mu = exp(intercept + coefficients . x), variance
/// dispersion mu^power, which is the sum of a Poisson number of gamma amounts (Tweedie 1984;
/// Jorgensen 1997).
struct TweedieModel {
  double power = 1.5;
  double dispersion = 1;
  double intercept = 0;
  std::vector<double> coefficients;
  /// Linear predictors are kept within these: the range seen in the fit, widened by a factor e
  /// either side, so that no row far from all others is promised a fortune.
  double lowest = 0;
  double highest = 0;
  bool is_zero = false;  ///< nothing was ever paid: 0 is predicted

  /// The mean amount. Finite for every finite row.
  double predict(std::span<const double> features) const;
};

struct TweedieFit {
  TweedieModel model;
  double log_likelihood = 0;  ///< of the rows by which power and dispersion were chosen
  std::size_t likelihood_rows = 0;
  bool is_converged = false;
  int iterations = 0;  ///< of the power that was chosen
  std::vector<Note> notes;
};

/// Fisher scoring (iteratively reweighted least squares) on standardised features with a ridge.
/// Power and dispersion maximise the exact likelihood (Dunn & Smyth 2005) given the fitted means,
/// on every so many rows where there are more than 4,000. The same bytes on any number of threads.
/// Throws E-PARAM for sizes that do not fit, values that are not finite, amounts below 0, weights
/// not above 0 and powers outside (1, 2), else always answers:
///   no-rows, all-zero       0 is predicted
///   constant-features       features that do not vary have the coefficient 0
///   not-converged           the steps ended before the maximum
TweedieFit fit_tweedie(const RegressionRows& rows, const TweedieOptions& options = {},
                       ThreadPool* pool = nullptr);

/// predict() of each row.
std::vector<double> predict(const TweedieModel& model, const RegressionRows& rows,
                            ThreadPool* pool = nullptr);

/// Densities of one power. Keeps what the terms of the series share, so that it must not be shared
/// between threads.
class TweedieDensity {
 public:
  explicit TweedieDensity(double power) : power_(power) {}

  /// ln of the density at y > 0, or of the probability of y = 0, by the series of Dunn & Smyth 2005
  /// (relative error below 1e-10), or the saddle point where it has over 10,000 terms (1e-4).
  double log(double y, double mean, double dispersion);

 private:
  /// ln(j! Gamma(a j)) for j >= 1
  double log_divisor(std::size_t j);

  double power_;
  std::vector<double> log_divisors_;
};

}  // namespace ca::stats
