#include "stats/prediction_quality.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>

#include "stats/scaled_sum.h"

namespace ca::stats {
namespace {

bool is_usable(std::span<const double> actual, std::span<const double> predicted) {
  const auto is_finite = [](double value) { return std::isfinite(value); };
  return !actual.empty() && actual.size() == predicted.size() &&
         std::all_of(actual.begin(), actual.end(), is_finite) &&
         std::all_of(predicted.begin(), predicted.end(), is_finite);
}

/// Positions of the values, largest first.
std::vector<std::size_t> descending(std::span<const double> values) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return values[a] > values[b]; });
  return order;
}

/// Calls body(from, to) for each run of equal values in that order.
template <typename Body>
void for_each_tie(std::span<const double> values, const std::vector<std::size_t>& order,
                  const Body& body) {
  for (std::size_t from = 0; from < order.size();) {
    std::size_t to = from + 1;
    while (to < order.size() && values[order[to]] == values[order[from]]) ++to;
    body(from, to);
    from = to;
  }
}

std::optional<double> finite(double value) {
  return std::isfinite(value) ? std::optional(value) : std::nullopt;
}

std::optional<double> gini_of_ordered(const std::vector<double>& shares) {
  const auto n = static_cast<double>(shares.size());
  const double total = scaled_sum(shares);
  if (shares.size() < 2 || !(total > 0)) return std::nullopt;
  // The mean of cumulated sums counts the i-th of n values n - i times.
  std::vector<double> cumulated(shares.size());
  for (std::size_t i = 0; i < shares.size(); ++i) {
    cumulated[i] = shares[i] * static_cast<double>(shares.size() - i);
  }
  return finite(2 * (scaled_sum(cumulated) / n) / total - 1 - 1 / n);
}

/// Twice the rank of each value from the smallest on; tied values share their mean rank.
std::vector<std::int64_t> doubled_ranks(std::span<const double> values) {
  const auto order = descending(values);
  std::vector<std::int64_t> ranks(values.size());
  const auto n = static_cast<std::int64_t>(values.size());
  for_each_tie(values, order, [&](std::size_t from, std::size_t to) {
    // Ranks n - to + 1 .. n - from, whose mean doubled is the sum of the ends.
    const std::int64_t rank =
        2 * n - static_cast<std::int64_t>(to) - static_cast<std::int64_t>(from) + 1;
    for (std::size_t i = from; i < to; ++i) ranks[order[i]] = rank;
  });
  return ranks;
}

}  // namespace

std::vector<double> tie_mean(std::span<const double> actual, std::span<const double> predicted) {
  if (!is_usable(actual, predicted)) return {};
  const auto order = descending(predicted);
  std::vector<double> ordered(order.size());
  for (std::size_t i = 0; i < order.size(); ++i) ordered[i] = actual[order[i]];
  for_each_tie(predicted, order, [&](std::size_t from, std::size_t to) {
    if (to - from == 1) return;
    const std::span<double> tied(&ordered[from], to - from);
    const double mean = scaled_sum(tied) / static_cast<double>(tied.size());
    std::fill(tied.begin(), tied.end(), mean);
  });
  return ordered;
}

std::optional<double> gini(std::span<const double> actual, std::span<const double> predicted) {
  return gini_of_ordered(tie_mean(actual, predicted));
}

std::optional<double> normalised_gini(std::span<const double> actual,
                                      std::span<const double> predicted) {
  const auto reached = gini(actual, predicted);
  if (!reached || std::all_of(actual.begin(), actual.end(),
                              [&](double value) { return value == actual.front(); })) {
    return std::nullopt;
  }
  const auto best = gini(actual, actual);
  if (!best || !(*best > 0)) return std::nullopt;
  return finite(*reached / *best);
}

std::optional<double> top_capture(std::span<const double> actual, std::span<const double> predicted,
                                  double share) {
  const auto ordered = tie_mean(actual, predicted);
  const double total = scaled_sum(ordered);
  if (ordered.size() < 2 || !(total > 0) || !(share >= 0 && share <= 1)) return std::nullopt;
  const auto best = static_cast<std::size_t>(share * static_cast<double>(ordered.size()));
  return finite(scaled_sum(std::span(ordered).first(best)) / total);
}

std::optional<double> spearman_random_ties(std::span<const double> actual,
                                           std::span<const double> predicted) {
  if (!is_usable(actual, predicted) || actual.size() < 2) return std::nullopt;
  const auto a = doubled_ranks(predicted);
  const auto b = doubled_ranks(actual);
  const auto n = static_cast<std::int64_t>(a.size());
  // Ranks have the mean (n + 1) / 2; everything is doubled and integer, so the sums are exact.
  __int128 covariance = 0;
  __int128 variance = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    covariance += static_cast<__int128>(a[i] - (n + 1)) * (b[i] - (n + 1));
    variance += static_cast<__int128>(b[i] - (n + 1)) * (b[i] - (n + 1));
  }
  if (variance == 0) return std::nullopt;
  const auto count = static_cast<double>(n);
  const double covariance_of_ranks = static_cast<double>(covariance) / 4 / count;
  const double variance_of_ranks = static_cast<double>(variance) / 4 / count;
  return finite(covariance_of_ranks / std::sqrt((count * count - 1) / 12 * variance_of_ranks));
}

std::optional<double> mean_absolute_error(std::span<const double> actual,
                                          std::span<const double> predicted) {
  if (!is_usable(actual, predicted)) return std::nullopt;
  std::vector<double> errors(actual.size());
  for (std::size_t i = 0; i < errors.size(); ++i) errors[i] = std::abs(predicted[i] - actual[i]);
  return finite(scaled_sum(errors) / static_cast<double>(errors.size()));
}

std::optional<double> root_mean_squared_error(std::span<const double> actual,
                                              std::span<const double> predicted) {
  if (!is_usable(actual, predicted)) return std::nullopt;
  std::vector<double> squares(actual.size());
  double largest = 0;
  for (std::size_t i = 0; i < squares.size(); ++i) {
    squares[i] = std::abs(predicted[i] - actual[i]);
    largest = std::max(largest, squares[i]);
  }
  if (largest == 0) return 0;
  for (double& value : squares) value = (value / largest) * (value / largest);
  return finite(largest * std::sqrt(scaled_sum(squares) / static_cast<double>(squares.size())));
}

std::optional<double> bias(std::span<const double> actual, std::span<const double> predicted) {
  if (!is_usable(actual, predicted)) return std::nullopt;
  const double total = scaled_sum(actual);
  if (total == 0) return std::nullopt;
  return finite(scaled_sum(predicted) / total - 1);
}

std::vector<CalibrationBand> decile_calibration(std::span<const double> actual,
                                                std::span<const double> predicted) {
  const auto by_actual = tie_mean(actual, predicted);
  const auto by_prediction = tie_mean(predicted, predicted);
  const std::size_t n = by_actual.size();
  std::vector<CalibrationBand> bands;
  for (std::size_t from = 0; from < n;) {
    const std::size_t tenth = 10 * from / n;
    std::size_t to = from + 1;
    while (to < n && 10 * to / n == tenth) ++to;
    const auto customers = static_cast<double>(to - from);
    bands.push_back({scaled_sum(std::span(by_prediction).subspan(from, to - from)) / customers,
                     scaled_sum(std::span(by_actual).subspan(from, to - from)) / customers,
                     to - from});
    from = to;
  }
  return bands;
}

}  // namespace ca::stats
