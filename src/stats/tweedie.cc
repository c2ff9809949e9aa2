#include "stats/tweedie.h"

#include <fmt/format.h>

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <limits>

#include "base/error.h"
#include "stats/chunks.h"

namespace ca::stats {
namespace {

using Matrix = Eigen::MatrixXd;
using Vector = Eigen::VectorXd;

/// Linear predictors of amounts in units of their mean stay within e^-kWidest and e^kWidest.
constexpr double kWidestPredictor = 30;

void check(const RegressionRows& rows, const TweedieOptions& options) {
  const std::size_t n = rows.size();
  if (rows.x.size() != n * rows.features || (!rows.weight.empty() && rows.weight.size() != n)) {
    throw Error("E-PARAM", "features, amounts and weights of a regression differ in number");
  }
  const auto is_finite = [](double value) { return std::isfinite(value); };
  if (!std::all_of(rows.x.begin(), rows.x.end(), is_finite)) {
    throw Error("E-PARAM", "a feature of the regression is not finite");
  }
  for (std::size_t i = 0; i < n; ++i) {
    if (!(rows.y[i] >= 0) || !is_finite(rows.y[i]) || !(rows.weight_at(i) > 0) ||
        !is_finite(rows.weight_at(i))) {
      throw Error("E-PARAM",
                  fmt::format("row {} of the regression has the amount {} and the weight {}", i,
                              rows.y[i], rows.weight_at(i)),
                  "give amounts of 0 or more and weights above 0");
    }
  }
  if (options.powers.empty() || !(options.ridge >= 0) ||
      !std::all_of(options.powers.begin(), options.powers.end(),
                   [](double power) { return power > 1 && power < 2; })) {
    throw Error("E-PARAM", "a Tweedie regression needs powers between 1 and 2 and a ridge >= 0");
  }
}

/// Features with mean 0 and standard deviation 1, amounts with mean 1.
struct Standardised {
  Matrix design;  ///< the first column is 1
  Vector amount;
  Vector weight;  ///< sums to 1
  Vector mean;
  Vector deviation;  ///< 0 for a feature that does not vary
  double unit = 0;   ///< the mean amount
};

Standardised standardised(const RegressionRows& rows) {
  const auto n = static_cast<Eigen::Index>(rows.size());
  const auto k = static_cast<Eigen::Index>(rows.features);
  Standardised data;
  data.weight.resize(n);
  for (Eigen::Index i = 0; i < n; ++i) {
    data.weight[i] = rows.weight_at(static_cast<std::size_t>(i));
  }
  data.weight /= data.weight.sum();
  data.amount = Eigen::Map<const Vector>(rows.y.data(), n);
  data.unit = data.weight.dot(data.amount);
  if (data.unit > 0) data.amount /= data.unit;
  const Eigen::Map<const Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>> x(
      rows.x.data(), n, k);
  data.design.resize(n, k + 1);
  data.design.col(0).setOnes();
  data.mean.resize(k);
  data.deviation.resize(k);
  for (Eigen::Index j = 0; j < k; ++j) {
    auto column = data.design.col(j + 1);
    // Scaled first, so that squares of any finite feature stay finite.
    const double largest = x.col(j).cwiseAbs().maxCoeff();
    const double scale = largest > 0 ? largest : 1;
    column = x.col(j) / scale;
    const double mean = data.weight.dot(column);
    column.array() -= mean;
    const double deviation = std::sqrt(data.weight.dot(column.cwiseAbs2()));
    data.mean[j] = mean * scale;
    if (deviation > 1e-12) {
      column /= deviation;
      data.deviation[j] = deviation * scale;
    } else {
      column.setZero();
      data.deviation[j] = 0;
    }
  }
  return data;
}

/// Minus the quasi-likelihood with the ridge, and what a scoring step needs of it.
struct Step {
  double loss = 0;
  Vector score;
  Matrix information;
};

Step step_at(const Standardised& data, const Vector& beta, double power, double ridge,
             ThreadPool* pool) {
  const Eigen::Index width = beta.size();
  const auto n = static_cast<std::size_t>(data.amount.size());
  std::vector<Step> parts(chunks_of(n));
  for_each_chunk(n, pool, [&](std::size_t chunk, std::size_t from, std::size_t to) {
    const auto begin = static_cast<Eigen::Index>(from);
    const auto rows = static_cast<Eigen::Index>(to - from);
    const auto design = data.design.middleRows(begin, rows);
    const Vector linear = (design * beta).cwiseMax(-kWidestPredictor).cwiseMin(kWidestPredictor);
    const auto y = data.amount.segment(begin, rows).array();
    const auto weight = data.weight.segment(begin, rows).array();
    const Eigen::ArrayXd low = ((1 - power) * linear.array()).exp();   // mu^(1 - p)
    const Eigen::ArrayXd high = ((2 - power) * linear.array()).exp();  // mu^(2 - p)
    Step& part = parts[chunk];
    part.loss = (weight * (high / (2 - power) - y * low / (1 - power))).sum();
    part.score = design.transpose() * (weight * (y * low - high)).matrix();
    part.information = design.transpose() * (weight * high).matrix().asDiagonal() * design;
  });
  Step sum{0, Vector::Zero(width), Matrix::Zero(width, width)};
  for (const Step& part : parts) {
    sum.loss += part.loss;
    sum.score += part.score;
    sum.information += part.information;
  }
  const auto slopes = beta.tail(width - 1);
  sum.loss += ridge / 2 * slopes.squaredNorm();
  sum.score.tail(width - 1) -= ridge * slopes;
  sum.information.diagonal().tail(width - 1).array() += ridge;
  // A feature that does not vary, or a row of zeros without a ridge, must not make it singular.
  sum.information.diagonal().array() += 1e-12;
  return sum;
}

struct Regression {
  Vector beta;
  bool is_converged = false;
  int iterations = 0;
};

Regression regression(const Standardised& data, double power, double ridge, Vector start,
                      ThreadPool* pool) {
  constexpr int kMostSteps = 100;
  Regression result{std::move(start), false, 0};
  Step at = step_at(data, result.beta, power, ridge, pool);
  for (; result.iterations < kMostSteps && !result.is_converged; ++result.iterations) {
    Vector move = at.information.ldlt().solve(at.score);
    const double gain = at.score.dot(move);
    if (!(gain > 1e-16 * (1 + std::abs(at.loss)))) {
      result.is_converged = true;
      break;
    }
    // A step may not change the mean of an ordinary row by more than a factor e^2 or so.
    if (const double length = move.norm(); length > 2) move *= 2 / length;
    double factor = 1;
    for (;; factor /= 2) {
      const Vector tried = result.beta + factor * move;
      Step reached = step_at(data, tried, power, ridge, pool);
      if (reached.loss < at.loss) {
        result.beta = tried;
        at = std::move(reached);
        break;
      }
      if (factor < 1e-6) {
        // Nothing better within rounding.
        result.is_converged = gain < 1e-9 * (1 + std::abs(at.loss));
        return result;
      }
    }
  }
  return result;
}

/// Rows by which powers are compared: fitted means do not depend much on the power, so some
/// thousand rows tell powers apart.
struct LikelihoodRows {
  std::vector<Eigen::Index> rows;
  Vector mean;

  LikelihoodRows(const Standardised& data, const Vector& beta) {
    constexpr Eigen::Index kEnough = 4000;
    const Eigen::Index n = data.amount.size();
    const Eigen::Index stride = std::max<Eigen::Index>(1, n / kEnough);
    for (Eigen::Index i = stride / 2; i < n; i += stride) rows.push_back(i);
    mean.resize(static_cast<Eigen::Index>(rows.size()));
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const double linear = data.design.row(rows[i]).dot(beta);
      mean[static_cast<Eigen::Index>(i)] =
          std::exp(std::clamp(linear, -kWidestPredictor, kWidestPredictor));
    }
  }

  /// A row of weight w has the dispersion / w, with weights whose mean is 1.
  double log_likelihood(const Standardised& data, double dispersion,
                        TweedieDensity& density) const {
    const auto n = static_cast<double>(data.amount.size());
    double sum = 0;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      sum += density.log(data.amount[rows[i]], mean[static_cast<Eigen::Index>(i)],
                         dispersion / (n * data.weight[rows[i]]));
    }
    return sum;
  }

  double pearson_dispersion(const Standardised& data, double power) const {
    double sum = 0;
    double weights = 0;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const double mu = mean[static_cast<Eigen::Index>(i)];
      const double off = data.amount[rows[i]] - mu;
      sum += data.weight[rows[i]] * off * off / std::pow(mu, power);
      weights += data.weight[rows[i]];
    }
    return sum / weights;
  }
};

struct Dispersion {
  double value = 1;
  double log_likelihood = -std::numeric_limits<double>::infinity();
};

/// The dispersion of the greatest likelihood, by golden section about Pearson's.
Dispersion likeliest_dispersion(const LikelihoodRows& rows, const Standardised& data,
                                double power) {
  // Amounts may agree with their means exactly; the density is then a spike.
  const double centre = std::log(std::clamp(rows.pearson_dispersion(data, power), 1e-4, 1e8));
  constexpr double kGolden = 0.6180339887498949;
  double low = centre - 2;
  double high = centre + 2;
  TweedieDensity density(power);
  const auto value = [&](double log_dispersion) {
    return rows.log_likelihood(data, std::exp(log_dispersion), density);
  };
  double left = high - kGolden * (high - low);
  double right = low + kGolden * (high - low);
  double at_left = value(left);
  double at_right = value(right);
  for (int i = 0; i < 14; ++i) {
    if (at_left > at_right) {
      high = right;
      right = left;
      at_right = at_left;
      left = high - kGolden * (high - low);
      at_left = value(left);
    } else {
      low = left;
      left = right;
      at_left = at_right;
      right = low + kGolden * (high - low);
      at_right = value(right);
    }
  }
  return at_left > at_right ? Dispersion{std::exp(left), at_left}
                            : Dispersion{std::exp(right), at_right};
}

/// Standardised coefficients and amounts back to the caller's.
TweedieModel model_of(const Standardised& data, const Vector& beta) {
  TweedieModel model;
  const double log_unit = std::log(data.unit);
  double intercept = beta[0] + log_unit;
  for (Eigen::Index j = 0; j < data.mean.size(); ++j) {
    const double slope = data.deviation[j] > 0 ? beta[j + 1] / data.deviation[j] : 0;
    model.coefficients.push_back(slope);
    intercept -= slope * data.mean[j];
  }
  model.intercept = intercept;
  const Vector linear = data.design * beta;
  model.lowest = std::max(linear.minCoeff() - 1, -kWidestPredictor) + log_unit;
  model.highest = std::min(linear.maxCoeff() + 1, kWidestPredictor) + log_unit;
  return model;
}

}  // namespace

double TweedieModel::predict(std::span<const double> features) const {
  if (is_zero) return 0;
  double linear = intercept;
  for (std::size_t j = 0; j < coefficients.size(); ++j) linear += coefficients[j] * features[j];
  if (std::isnan(linear)) linear = intercept;  // products that overflowed with both signs
  return std::exp(std::clamp(linear, lowest, highest));
}

TweedieFit fit_tweedie(const RegressionRows& rows, const TweedieOptions& options,
                       ThreadPool* pool) {
  check(rows, options);
  TweedieFit fit;
  fit.model.coefficients.assign(rows.features, 0);
  const bool is_all_zero =
      std::all_of(rows.y.begin(), rows.y.end(), [](double y) { return y == 0; });
  if (is_all_zero) {
    fit.model.is_zero = true;
    fit.model.power = options.powers.front();
    fit.is_converged = true;
    fit.notes.push_back(rows.size() == 0 ? Note{"no-rows", "There are no rows to learn from."}
                                         : Note{"all-zero", "All amounts are 0."});
    return fit;
  }
  const Standardised data = standardised(rows);
  if ((data.deviation.array() == 0).any()) {
    fit.notes.push_back(
        {"constant-features", fmt::format("{} of {} features do not vary and have no influence.",
                                          (data.deviation.array() == 0).count(), rows.features)});
  }
  Vector start = Vector::Zero(static_cast<Eigen::Index>(rows.features) + 1);
  bool is_first = true;
  for (const double power : options.powers) {
    const Regression found = regression(data, power, options.ridge, start, pool);
    start = found.beta;
    const LikelihoodRows compared(data, found.beta);
    const Dispersion dispersion = likeliest_dispersion(compared, data, power);
    // In the caller's amounts, each density is 1 / unit of that of the scaled amount.
    double log_likelihood = dispersion.log_likelihood;
    for (const Eigen::Index row : compared.rows) {
      if (data.amount[row] > 0) log_likelihood -= std::log(data.unit);
    }
    if (!is_first && !(log_likelihood > fit.log_likelihood)) continue;
    is_first = false;
    fit.model = model_of(data, found.beta);
    fit.model.power = power;
    fit.model.dispersion = dispersion.value * std::pow(data.unit, 2 - power);
    fit.log_likelihood = log_likelihood;
    fit.likelihood_rows = compared.rows.size();
    fit.is_converged = found.is_converged;
    fit.iterations = found.iterations;
  }
  if (!fit.is_converged) {
    fit.notes.push_back({"not-converged", "The steps ended before they reached the maximum."});
  }
  return fit;
}

std::vector<double> predict(const TweedieModel& model, const RegressionRows& rows,
                            ThreadPool* pool) {
  if (rows.features != model.coefficients.size() ||
      rows.x.size() % std::max<std::size_t>(1, rows.features) != 0) {
    throw Error("E-PARAM", "the rows to predict have other features than the model");
  }
  const std::size_t n = rows.features > 0 ? rows.x.size() / rows.features : rows.size();
  std::vector<double> result(n);
  for_each_chunk(n, pool, [&](std::size_t, std::size_t from, std::size_t to) {
    for (std::size_t i = from; i < to; ++i) result[i] = model.predict(rows.features_of(i));
  });
  return result;
}

}  // namespace ca::stats
