#include "stats/kmeans1d.h"

#include <algorithm>
#include <limits>

namespace ca::stats {
namespace {

constexpr double kTie = 1e-12;  ///< of the total sum of squares

/// A running sum with the error of each step carried along (Kahan and Neumaier).
class CarryingSum {
 public:
  void add(long double value) {
    const long double sum = sum_ + value;
    const bool is_larger = (sum_ < 0 ? -sum_ : sum_) >= (value < 0 ? -value : value);
    rest_ += is_larger ? (sum_ - sum) + value : (value - sum) + sum_;
    sum_ = sum;
  }
  long double value() const { return sum_ + rest_; }

 private:
  long double sum_ = 0;
  long double rest_ = 0;
};

/// A long double as two doubles, which are faster to take differences of.
struct Split {
  double high = 0;
  double rest = 0;

  Split() = default;
  explicit Split(long double value)
      : high(static_cast<double>(value)), rest(static_cast<double>(value - high)) {}
  double operator-(const Split& other) const { return (high - other.high) + (rest - other.rest); }
};

/// Sums of squares of runs of values. What is added up is the distance from the mean of all, in
/// long double; the difference of two sums is right to the last bits of a double, so a run's cost
/// is wrong by some 1e-16 of the total at most.
class Runs {
 public:
  explicit Runs(std::span<const WeightedValue> values) : values_(values) {
    CarryingSum all;
    std::int64_t weight = 0;
    for (const WeightedValue& v : values) {
      all.add(static_cast<long double>(v.value) * static_cast<long double>(v.weight));
      weight += v.weight;
    }
    middle_ = all.value() / static_cast<long double>(weight);
    sums_.reserve(values.size() + 1);
    sums_.push_back({});
    CarryingSum first;
    CarryingSum second;
    double before = 0;
    for (const WeightedValue& v : values) {
      const long double distance = static_cast<long double>(v.value) - middle_;
      const auto w = static_cast<long double>(v.weight);
      first.add(distance * w);
      second.add(distance * distance * w);
      before += static_cast<double>(v.weight);
      sums_.push_back({Split(first.value()), Split(second.value()), before});
    }
  }

  /// Of the values [begin, end), which are not none.
  double cost(std::size_t begin, std::size_t end) const {
    const Sums& a = sums_[begin];
    const Sums& b = sums_[end];
    const double first = b.first - a.first;
    const double second = b.second - a.second;
    return std::max(0.0, second - first * first / (b.weight - a.weight));
  }
  double mean(std::size_t begin, std::size_t end) const {
    const Sums& a = sums_[begin];
    const Sums& b = sums_[end];
    const long double offset =
        static_cast<long double>(b.first - a.first) / static_cast<long double>(b.weight - a.weight);
    // Of one value it is the value.
    return end - begin == 1 ? values_[begin].value : static_cast<double>(middle_ + offset);
  }
  std::int64_t size(std::size_t begin, std::size_t end) const {
    return static_cast<std::int64_t>(sums_[end].weight - sums_[begin].weight);
  }
  std::size_t values() const { return values_.size(); }

 private:
  struct Sums {
    Split first;
    Split second;
    double weight = 0;  ///< whole, and below 2^53
  };

  std::span<const WeightedValue> values_;
  long double middle_ = 0;
  std::vector<Sums> sums_;  ///< of the values before each
};

/// costs[end]: the least cost of the values [0, end) in some number of clusters.
using Costs = std::vector<double>;

/// One more cluster: fills `costs` for ends in [low, high), of which the last cluster begins in
/// [from, to]. Ends are taken by their middle; a later end's last cluster begins no earlier.
void divide(const Runs& runs, const Costs& before, Costs& costs, std::size_t low, std::size_t high,
            std::size_t from, std::size_t to) {
  while (low < high) {
    const std::size_t end = low + (high - low) / 2;
    double least = std::numeric_limits<double>::infinity();
    std::size_t best = from;
    for (std::size_t begin = from; begin <= std::min(to, end - 1); ++begin) {
      const double cost = before[begin] + runs.cost(begin, end);
      if (cost < least) {
        least = cost;
        best = begin;
      }
    }
    costs[end] = least;
    divide(runs, before, costs, low, end, from, best);
    low = end + 1;
    from = best;
  }
}

/// Where clusters begin: from the last one, the earliest that keeps the whole within a tie.
std::vector<std::size_t> begins_of(const Runs& runs, const std::vector<Costs>& layers,
                                   std::size_t k) {
  std::vector<std::size_t> begins(k, 0);
  std::size_t end = runs.values();
  double most = kTie * runs.cost(0, end);
  for (std::size_t cluster = k; cluster-- > 1;) {
    const Costs& before = layers[cluster - 1];
    double least = std::numeric_limits<double>::infinity();
    std::size_t best = cluster;
    for (std::size_t begin = cluster; begin < end; ++begin) {
      const double cost = before[begin] + runs.cost(begin, end);
      if (cost < least) {
        least = cost;
        best = begin;
      }
    }
    if (cluster == k - 1) most += least;
    for (std::size_t begin = cluster; begin < best; ++begin) {
      if (before[begin] + runs.cost(begin, end) > most) continue;
      best = begin;
      break;
    }
    most -= runs.cost(best, end);
    begins[cluster] = best;
    end = best;
  }
  return begins;
}

}  // namespace

std::vector<WeightedValue> counted(std::vector<double> values) {
  std::ranges::sort(values);
  std::vector<WeightedValue> distinct;
  for (const double value : values) {
    if (!distinct.empty() && distinct.back().value == value) {
      ++distinct.back().weight;
    } else {
      distinct.push_back({value, 1});
    }
  }
  return distinct;
}

Clusters kmeans1d(std::span<const WeightedValue> values, std::size_t k) {
  k = std::min(k, values.size());
  if (k == 0) return {};
  const Runs runs(values);
  const std::size_t n = values.size();
  // layers[i]: i + 1 clusters. The last layer is asked for its end alone.
  std::vector<Costs> layers;
  for (std::size_t i = 0; i + 1 < k; ++i) {
    Costs& costs = layers.emplace_back(n + 1, 0.0);
    if (i == 0) {
      for (std::size_t end = 1; end <= n; ++end) costs[end] = runs.cost(0, end);
    } else {
      divide(runs, layers[i - 1], costs, i + 1, n + 1, i, n - 1);
    }
  }

  Clusters clusters;
  clusters.begins = begins_of(runs, layers, k);
  for (std::size_t cluster = 0; cluster < k; ++cluster) {
    const std::size_t begin = clusters.begins[cluster];
    const std::size_t end = cluster + 1 < k ? clusters.begins[cluster + 1] : n;
    clusters.means.push_back(runs.mean(begin, end));
    clusters.sizes.push_back(runs.size(begin, end));
    clusters.cost += runs.cost(begin, end);
    if (cluster == 0) continue;
    const double below = clusters.means[cluster - 1];
    clusters.cuts.push_back(below + (clusters.means[cluster] - below) / 2);
  }
  return clusters;
}

}  // namespace ca::stats
