#include "stats/permutation.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include "stats/drawn_p_value.h"
#include "stats/random.h"
#include "stats/two_samples.h"

namespace ca::stats {
namespace {

/// Sums that are reckoned in another order differ by less than this, relatively.
constexpr double kRounding = 1e-9;
/// Permutations of which a quantile is taken.
constexpr int kForQuantile = 2000;

struct Sums {
  double n = 0;
  double values = 0;
  double squares = 0;

  void add(double value) {
    values += value;
    squares += value * value;
  }
  Sums without(const Sums& other) const {
    return {n - other.n, values - other.values, squares - other.squares};
  }
  double mean() const { return values / n; }
  double variance_of_mean() const {
    return std::max(0.0, squares - values * values / n) / (n - 1) / n;
  }
};

double welch_distance(const Sums& a, const Sums& b) {
  const double difference = std::abs(a.mean() - b.mean());
  const double variance = a.variance_of_mean() + b.variance_of_mean();
  if (variance > 0) return difference / std::sqrt(variance);
  return difference > 0 ? std::numeric_limits<double>::infinity() : 0;
}

/// Deals the smaller sample anew from all values, again and again.
class Dealer {
 public:
  Dealer(std::span<const double> treated, std::span<const double> control, std::uint64_t seed)
      : random_(seed, 0), size_(std::min(treated.size(), control.size())) {
    values_.assign(treated.begin(), treated.end());
    values_.insert(values_.end(), control.begin(), control.end());
    all_.n = static_cast<double>(values_.size());
    const auto zeros = static_cast<std::size_t>(std::ranges::count(values_, 0.0));
    is_sparse_ = values_.size() - zeros < size_;
    if (is_sparse_) {
      std::erase(values_, 0.0);
    } else {
      const double centre = moments_of(values_).mean;  // small numbers, whose squares are exact
      for (double& value : values_) value -= centre;
    }
    for (const double value : values_) all_.add(value);
  }

  double deal() {
    const Sums dealt = is_sparse_ ? deal_sparse() : deal_dense();
    return welch_distance(dealt, all_.without(dealt));
  }

 private:
  /// Each value other than zero is dealt by what is left of the sample among what is left of all.
  Sums deal_sparse() {
    Sums dealt{.n = static_cast<double>(size_)};
    double places = dealt.n;
    double left = all_.n;
    for (const double value : values_) {
      if (random_.uniform() * left < places) {
        dealt.add(value);
        --places;
      }
      --left;
    }
    return dealt;
  }
  /// The beginning of a shuffle; a shuffle may start from any order.
  Sums deal_dense() {
    Sums dealt{.n = static_cast<double>(size_)};
    for (std::size_t i = 0; i < size_; ++i) {
      const std::size_t other = i + random_.below(static_cast<std::uint32_t>(values_.size() - i));
      std::swap(values_[i], values_[other]);
      dealt.add(values_[i]);
    }
    return dealt;
  }

  RandomStream random_;
  std::size_t size_;
  std::vector<double> values_;  ///< of both samples, without the zeros where these are most
  bool is_sparse_ = false;
  Sums all_;
};

}  // namespace

std::optional<PermutationTest> permutation_test(std::span<const double> treated,
                                                std::span<const double> control,
                                                std::uint64_t seed) {
  const TwoSampleTest seen = welch(moments_of(treated), moments_of(control), 0.05);
  if (!seen.statistic) return {};
  const double least = std::abs(*seen.statistic) * (1 - kRounding);
  Dealer dealer(treated, control, seed);
  const DrawnPValue found = drawn_p_value([&] { return dealer.deal() >= least; });
  return PermutationTest{
      .statistic = *seen.statistic, .p_value = found.p_value, .permutations = found.drawn};
}

std::optional<double> permuted_quantile(std::span<const double> treated,
                                        std::span<const double> control, double alpha,
                                        std::uint64_t seed) {
  if (!welch(moments_of(treated), moments_of(control), alpha).statistic) return {};
  Dealer dealer(treated, control, seed);
  std::vector<double> distances(kForQuantile);
  for (double& distance : distances) distance = dealer.deal();
  const auto place = static_cast<std::ptrdiff_t>(std::ceil((1 - alpha) * (kForQuantile + 1))) - 1;
  const auto quantile = distances.begin() + std::min<std::ptrdiff_t>(place, kForQuantile - 1);
  std::ranges::nth_element(distances, quantile);
  return std::isfinite(*quantile) ? std::optional(*quantile) : std::nullopt;
}

}  // namespace ca::stats
