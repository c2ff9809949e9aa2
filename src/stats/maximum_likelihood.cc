#include "stats/maximum_likelihood.h"

#include <nlopt.h>

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>

namespace ca::stats {
namespace {

using Matrix = Eigen::MatrixXd;
using Vector = Eigen::VectorXd;

/// What refine() does step by step.
class Newton {
 public:
  explicit Newton(const LogLikelihood& likelihood) : likelihood_(likelihood) {}

  double value(const Vector& theta, Vector& gradient) {
    ++evaluations_;
    gradient.resize(theta.size());
    const double value =
        likelihood_(std::span(theta.data(), static_cast<std::size_t>(theta.size())),
                    std::span(gradient.data(), static_cast<std::size_t>(gradient.size())));
    return std::isfinite(value) && gradient.allFinite() ? value
                                                        : -std::numeric_limits<double>::infinity();
  }

  /// Minus the Hessian at theta.
  Matrix information(const Vector& theta) {
    constexpr double kStep = 1e-4;
    const Eigen::Index n = theta.size();
    Matrix result(n, n);
    Vector above;
    Vector below;
    for (Eigen::Index i = 0; i < n; ++i) {
      Vector moved = theta;
      moved[i] += kStep;
      value(moved, above);
      moved[i] = theta[i] - kStep;
      value(moved, below);
      result.col(i) = (below - above) / (2 * kStep);
    }
    return (result + result.transpose()) / 2;
  }

  int evaluations() const { return evaluations_; }

 private:
  const LogLikelihood& likelihood_;
  int evaluations_ = 0;
};

/// The step H^-1 g with eigenvalues of H made positive and not tiny, no longer than 1.
Vector ascent(const Matrix& information, const Vector& gradient) {
  const Eigen::SelfAdjointEigenSolver<Matrix> eigen(information);
  const double largest = eigen.eigenvalues().cwiseAbs().maxCoeff();
  Vector step = eigen.eigenvectors().transpose() * gradient;
  for (Eigen::Index i = 0; i < step.size(); ++i) {
    step[i] /= std::max(std::abs(eigen.eigenvalues()[i]), std::max(1e-10 * largest, 1e-300));
  }
  step = eigen.eigenvectors() * step;
  const double length = step.norm();
  return length > 1 ? Vector(step / length) : step;
}

}  // namespace

WeakPrior::WeakPrior(std::vector<double> around, double customers)
    : centre(std::move(around)), weight(std::max(1.0, customers / 1000)) {}

double WeakPrior::add(std::span<const double> theta, std::span<double> gradient) const {
  double sum = 0;
  for (std::size_t i = 0; i < centre.size(); ++i) {
    const double distance = (theta[i] - centre[i]) / kDeviation;
    sum -= weight * distance * distance / 2;
    gradient[i] -= weight * distance / kDeviation;
  }
  return sum;
}

bool Maximum::is_determined() const {
  return is_converged && !standard_errors.empty() &&
         std::all_of(standard_errors.begin(), standard_errors.end(),
                     [](double error) { return error < 3; }) &&
         std::all_of(theta.begin(), theta.end(),
                     [](double value) { return std::abs(value) < kWidest - 1; });
}

std::vector<double> climb(const LogLikelihood& likelihood, std::vector<double> start,
                          int* evaluations) {
  const auto n = static_cast<unsigned>(start.size());
  struct Search {
    const LogLikelihood& likelihood;
    std::vector<double> best;
    double best_value = -std::numeric_limits<double>::infinity();
    int evaluations = 0;
  };
  for (double& value : start) value = std::clamp(value, -kWidest, kWidest);
  Search search{likelihood, start};
  const std::unique_ptr<nlopt_opt_s, decltype(&nlopt_destroy)> optimiser(
      nlopt_create(NLOPT_LD_LBFGS, n), &nlopt_destroy);
  nlopt_set_lower_bounds1(optimiser.get(), -kWidest);
  nlopt_set_upper_bounds1(optimiser.get(), kWidest);
  nlopt_set_ftol_rel(optimiser.get(), 1e-10);
  nlopt_set_maxeval(optimiser.get(), 400);
  nlopt_set_min_objective(
      optimiser.get(),
      [](unsigned size, const double* theta, double* gradient, void* data) {
        auto& searched = *static_cast<Search*>(data);
        std::vector<double> slope(size);
        const double value = searched.likelihood(std::span(theta, size), slope);
        ++searched.evaluations;
        if (value > searched.best_value) {
          searched.best_value = value;
          searched.best.assign(theta, theta + size);
        }
        if (gradient != nullptr) {
          std::transform(slope.begin(), slope.end(), gradient, [](double v) { return -v; });
        }
        return -value;
      },
      &search);
  // A line search that finds nothing better answers with an error; the best point stands.
  double lowest = 0;
  nlopt_optimize(optimiser.get(), start.data(), &lowest);
  if (evaluations != nullptr) *evaluations += search.evaluations;
  return search.best;
}

Maximum refine(const LogLikelihood& likelihood, std::vector<double> start) {
  constexpr int kMostSteps = 40;
  constexpr double kSmallGain = 1e-7;
  Newton newton(likelihood);
  Vector theta = Eigen::Map<Vector>(start.data(), static_cast<Eigen::Index>(start.size()));
  Vector gradient;
  double value = newton.value(theta, gradient);
  Matrix information = newton.information(theta);
  bool is_fresh = true;
  Maximum maximum;
  for (int step_number = 0; step_number < kMostSteps; ++step_number) {
    const Vector step = ascent(information, gradient);
    const double gain = gradient.dot(step) / 2;
    if (gain < kSmallGain) {
      // The value no longer tells points apart; the gradient still does.
      const Vector last = (theta + step).cwiseMax(-kWidest).cwiseMin(kWidest);
      Vector last_gradient;
      const double last_value = newton.value(last, last_gradient);
      if (last_gradient.norm() < gradient.norm()) {
        theta = last;
        value = last_value;
        is_fresh = false;
      }
      maximum.is_converged = true;
      break;
    }
    bool is_better = false;
    Vector tried_gradient;
    for (double factor = 1; factor > 1e-6 && !is_better; factor /= 4) {
      const Vector tried = (theta + factor * step).cwiseMax(-kWidest).cwiseMin(kWidest);
      const double reached = newton.value(tried, tried_gradient);
      if (reached > value) {
        theta = tried;
        value = reached;
        is_better = true;
      }
    }
    if (!is_better && is_fresh) {
      // Rounding in sums of many rows hides gains below their last digits.
      maximum.is_converged = gain < 1e-10 * std::abs(value);
      break;
    }
    if (is_better) gradient = tried_gradient;
    const double left = gradient.dot(ascent(information, gradient)) / 2;
    is_fresh = false;
    if (!is_better || left > gain / 30) {
      information = newton.information(theta);
      is_fresh = true;
    }
  }
  if (!is_fresh) information = newton.information(theta);
  maximum.theta.assign(theta.begin(), theta.end());
  maximum.value = value;
  maximum.evaluations = newton.evaluations();
  const Eigen::SelfAdjointEigenSolver<Matrix> eigen(information);
  const double smallest = eigen.eigenvalues().minCoeff();
  if (information.allFinite() && smallest > 1e-12 * eigen.eigenvalues().maxCoeff() &&
      smallest > 0) {
    const Matrix covariance = eigen.eigenvectors() *
                              eigen.eigenvalues().cwiseInverse().asDiagonal() *
                              eigen.eigenvectors().transpose();
    for (Eigen::Index i = 0; i < theta.size(); ++i) {
      maximum.standard_errors.push_back(std::sqrt(covariance(i, i)));
    }
  }
  return maximum;
}

}  // namespace ca::stats
