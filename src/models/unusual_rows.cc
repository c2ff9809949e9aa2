#include "models/unusual_rows.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>

#include "nets/autoencoder.h"
#include "stats/generalised_pareto.h"
#include "stats/gross_outliers.h"
#include "stats/quantile.h"

namespace ca::models {
namespace {

using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

constexpr std::size_t kParts = 5;
constexpr double kMostFirst = 2.5;      // deviations that count while it is not known who is unlike
constexpr double kMostLearnt = 4;       // deviations that a network is shown
constexpr double kFarAway = 3;          // times the median distance: not learnt from
constexpr double kMostDeviation = 3.5;  // of few rows
constexpr std::size_t kFewestOfAny = 8;

/// What is usual of some rows: where they are and how their features go together.
class RobustDistance {
 public:
  explicit RobustDistance(const Matrix& rows) {
    learn(rows.cwiseMax(-kMostFirst).cwiseMin(kMostFirst));
    std::vector<double> distances;
    for (Eigen::Index row = 0; row < rows.rows(); ++row) distances.push_back(of(rows.row(row)));
    std::vector<double> reordered = distances;
    const double most = kFarAway * stats::median_of(reordered);
    Matrix like(rows.rows(), rows.cols());
    Eigen::Index kept = 0;
    for (Eigen::Index row = 0; row < rows.rows(); ++row) {
      if (distances[static_cast<std::size_t>(row)] <= most) like.row(kept++) = rows.row(row);
    }
    learn(like.topRows(kept));
  }

  double of(const Eigen::RowVectorXd& row) const {
    return factor_.matrixL().solve((row - mean_).transpose()).norm();
  }

 private:
  void learn(const Matrix& rows) {
    mean_ = rows.colwise().mean();
    const Matrix centred = rows.rowwise() - mean_;
    const auto n = static_cast<double>(rows.rows());
    const auto features = static_cast<double>(rows.cols());
    Eigen::MatrixXd covariance = centred.transpose() * centred / n;
    // Shrunk to its diagonal, which holds still where there are few rows, and from below by what
    // never is unusual.
    const double shrunk = features / (features + n);
    const Eigen::VectorXd diagonal = covariance.diagonal();
    covariance *= 1 - shrunk;
    covariance.diagonal() += shrunk * diagonal;
    covariance.diagonal().array() += 1e-3;
    factor_.compute(covariance);
  }

  Eigen::RowVectorXd mean_;
  Eigen::LLT<Eigen::MatrixXd> factor_;
};

Matrix part_of(std::span<const double> rows, std::size_t features, std::size_t part, bool is_in) {
  const std::size_t count = rows.size() / features;
  Matrix chosen(static_cast<Eigen::Index>(count), static_cast<Eigen::Index>(features));
  Eigen::Index kept = 0;
  for (std::size_t row = 0; row < count; ++row) {
    if ((row % kParts == part) != is_in) continue;
    for (std::size_t f = 0; f < features; ++f) {
      chosen(kept, static_cast<Eigen::Index>(f)) = rows[row * features + f];
    }
    ++kept;
  }
  return chosen.topRows(kept);
}

std::vector<double> errors_of(nets::Autoencoder& network, const Matrix& rows) {
  const std::span<const double> numbers(rows.data(), static_cast<std::size_t>(rows.size()));
  const std::vector<double> given = network.reconstruct(numbers);
  const auto features = static_cast<std::size_t>(rows.cols());
  std::vector<double> errors(static_cast<std::size_t>(rows.rows()));
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    errors[i / features] += std::pow(numbers[i] - given[i], 2);
  }
  for (double& error : errors) error = std::sqrt(error / static_cast<double>(features));
  return errors;
}

/// Chances of scores as high, by the tail of those that do not stand apart.
std::vector<double> chances(const std::vector<double>& scores) {
  std::vector<double> usual = scores;
  std::ranges::sort(usual);
  usual.resize(usual.size() - stats::stand_apart(usual));
  const stats::ScoreTail tail(std::move(usual));
  std::vector<double> chances;
  for (const double score : scores) {
    chances.push_back(std::clamp(tail.p_value(score), kLeastChance, 1.0));
  }
  return chances;
}

UnusualRows judged(std::vector<double> p_values, Scored scored, double rate) {
  UnusualRows found{std::move(p_values), {}, scored};
  for (const double p : found.p_values) found.are_unusual.push_back(p < rate);
  return found;
}

/// Of few rows: the largest of independent normal deviations.
UnusualRows by_deviation(std::span<const double> rows, std::size_t features) {
  UnusualRows found;
  found.scored = Scored::kDeviation;
  for (std::size_t at = 0; at < rows.size(); at += features) {
    double largest = 0;
    for (std::size_t f = 0; f < features; ++f) largest = std::max(largest, std::abs(rows[at + f]));
    const double of_one = std::erfc(largest / std::sqrt(2.0));
    const double p = -std::expm1(static_cast<double>(features) * std::log1p(-of_one));
    found.p_values.push_back(std::clamp(of_one < 1 ? p : 1.0, kLeastChance, 1.0));
    found.are_unusual.push_back(largest > kMostDeviation);
  }
  return found;
}

/// The rows without columns that say nothing.
std::vector<double> telling(std::span<const double> rows, std::size_t& features) {
  std::vector<std::size_t> kept;
  for (std::size_t f = 0; f < features; ++f) {
    bool says = false;
    for (std::size_t at = f; at < rows.size(); at += features) says |= rows[at] != 0;
    if (says) kept.push_back(f);
  }
  std::vector<double> numbers;
  for (std::size_t at = 0; at < rows.size(); at += features) {
    for (const std::size_t f : kept) numbers.push_back(rows[at + f]);
  }
  features = kept.size();
  return numbers;
}

}  // namespace

std::string_view name_of(Scored scored) {
  switch (scored) {
    case Scored::kNot: break;
    case Scored::kDeviation: return "largest deviation";
    case Scored::kDistance: return "robust distance";
    case Scored::kDistanceAndNetwork: return "robust distance and autoencoder";
  }
  return "too few days";
}

UnusualRows find_unusual(std::span<const double> rows, std::size_t features,
                         const UnusualSettings& settings, const Cancellation& cancellation) {
  const std::size_t count = features == 0 ? 0 : rows.size() / features;
  const std::vector<double> numbers = telling(rows, features);
  if (count < kFewestOfAny || features == 0) {
    return {std::vector<double>(count, 1.0), std::vector<bool>(count, false), Scored::kNot};
  }
  if (count < kFewestRows) return by_deviation(numbers, features);

  std::vector<double> distances(count);
  std::vector<double> errors(count);
  for (std::size_t part = 0; part < kParts; ++part) {
    cancellation.check();
    const Matrix learnt = part_of(numbers, features, part, false);
    const Matrix asked = part_of(numbers, features, part, true);
    const RobustDistance distance(learnt);
    std::vector<double> of_part;
    if (settings.with_network) {
      const Matrix shown = learnt.cwiseMax(-kMostLearnt).cwiseMin(kMostLearnt);
      nets::Autoencoder::Options options;
      options.training.seed = settings.seed + part;
      nets::Autoencoder network = nets::Autoencoder::train(
          {shown.data(), static_cast<std::size_t>(shown.size())}, features, options, cancellation);
      of_part = errors_of(network, asked);
    }
    for (std::size_t i = 0; i < static_cast<std::size_t>(asked.rows()); ++i) {
      const std::size_t row = part + i * kParts;
      distances[row] = distance.of(asked.row(static_cast<Eigen::Index>(i)));
      if (settings.with_network) errors[row] = of_part[i];
    }
  }
  if (!settings.with_network) {
    return judged(chances(distances), Scored::kDistance, settings.rate);
  }
  UnusualRows found = combine({chances(distances), chances(errors)}, settings);
  found.scored = Scored::kDistanceAndNetwork;
  return found;
}

UnusualRows combine(const std::vector<std::vector<double>>& p_values,
                    const UnusualSettings& settings) {
  const std::size_t count = p_values.empty() ? 0 : p_values.front().size();
  std::vector<double> scores(count);
  for (std::size_t row = 0; row < count; ++row) {
    double looks = 0;
    for (const std::vector<double>& look : p_values) {
      if (std::isnan(look[row])) continue;
      scores[row] -= std::log(look[row]);
      ++looks;
    }
    if (looks > 0) scores[row] /= looks;
  }
  if (count < kFewestRows) {
    UnusualRows few = judged({}, Scored::kDeviation, settings.rate);
    for (const double score : scores) {
      few.p_values.push_back(std::exp(-score));
      few.are_unusual.push_back(few.p_values.back() < settings.rate);
    }
    return few;
  }
  return judged(chances(scores), Scored::kDistance, settings.rate);
}

}  // namespace ca::models
