#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <vector>

namespace ca::stats {

/// A log-likelihood, or one with a prior added, at the point `theta`; writes its gradient.
using LogLikelihood =
    std::function<double(std::span<const double> theta, std::span<double> gradient)>;

/// Parameters are sought between e^-kWidest and e^kWidest: theta holds logarithms.
constexpr double kWidest = 16;

/// A normal prior of theta, too weak to matter where the data says anything. It grows with the
/// number of customers, so that what is flat stays within reach for millions of them.
struct WeakPrior {
  static constexpr double kDeviation = 1.5;
  std::vector<double> centre;  ///< empty for no prior
  double weight = 1;

  WeakPrior() = default;
  WeakPrior(std::vector<double> around, double customers);
  /// The logarithm of its density but for a constant; adds the gradient.
  double add(std::span<const double> theta, std::span<double> gradient) const;
};

struct Maximum {
  std::vector<double> theta;
  double value = 0;
  /// The Newton step from here would gain less than 1e-7 units of log-likelihood.
  bool is_converged = false;
  /// Of theta, from the inverse of the negative Hessian; empty unless that is positive definite.
  std::vector<double> standard_errors;
  int evaluations = 0;

  /// Converged, away from the ends of the range, and no standard error above 3: a parameter that
  /// may as well be e^3 times larger or smaller is not determined.
  bool is_determined() const;
};

/// Climbs from `start` with L-BFGS (NLopt) to about 1e-9 of the value, for the fine search below.
/// Never throws for a likelihood that is finite within the bounds.
std::vector<double> climb(const LogLikelihood& likelihood, std::vector<double> start,
                          int* evaluations = nullptr);

/// Newton's method from near a maximum, with the Hessian by central differences of the gradient,
/// kept as long as it serves: few evaluations of a likelihood of many rows.
Maximum refine(const LogLikelihood& likelihood, std::vector<double> start);

}  // namespace ca::stats
