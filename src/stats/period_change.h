#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "stats/two_samples.h"

namespace ca::stats {

// Has something changed for the same customers between a period and those before it? Each unit is
// its own control, so that customers may differ from each other as much as they like. If nothing
// changed, any of a unit's periods could as well have been the later one; all tests here rest on
// that.

/// One unit: its value in a period, and in 1 to 4 equally long ones before it.
struct Periods {
  double after = 0;
  std::array<double, 4> before{};
  std::uint8_t count = 1;  ///< how many of `before`

  double before_mean() const;
  double difference() const { return after - before_mean(); }
};

enum class PeriodTest {
  /// Of all events, the later period has Binomial(events, 1 / (1 + count)): the C-test of
  /// Przyborowski & Wilenski 1940. Two-sided by doubling the smaller tail, which unlike adding up
  /// small probabilities agrees with the central interval (Fay 2010).
  kConditionalBinomial,
  /// Of the mean difference (period_permutation.h).
  kPermutation,
  /// Student's t of the differences.
  kPairedT,
};
std::string_view name_of(PeriodTest test);

struct PeriodChange {
  std::int64_t n = 0;
  double mean_before = 0;
  double mean_after = 0;
  double difference = 0;                 ///< mean of after less before, in the values' unit
  std::optional<double> standard_error;  ///< of the difference; missing where it has no spread
  std::optional<Interval> interval;      ///< of the difference, by Student's t whatever the test
  std::optional<double> statistic;       ///< Student's t of the differences, whatever the test
  std::optional<double> degrees;         ///< of freedom of `statistic`
  std::optional<double> p_value;         ///< two-sided, by `test`
  PeriodTest test = PeriodTest::kPairedT;
};

/// Up to so many units whose periods differ, the permutation test; Student's t beyond.
inline constexpr std::int64_t kMostPermuted = 200;

/// `units` in an order that does not depend on threads. `are_counts`: all values are whole numbers
/// from 0 to 1e15.
///
/// The conditional binomial test needs counts, the same number of periods before, and that a
/// unit's periods spread no more than Poisson's would: pooled variance within units at most their
/// mean. It would be too eager otherwise. That rule looks only at what stays the same whichever
/// period is called the later one, so that looking first does not bend the test. Units whose
/// periods are all equal say nothing about which was the later one, so what decides between
/// permutation and t is the number of the others: a t of thousands of zeros and five purchases
/// would be one of five values.
///
/// Below two units only n and means. Where all differences are zero, p is 1. Equal differences
/// other than zero have a p-value by permutation, but none by t.
PeriodChange change_of(std::span<const Periods> units, bool are_counts, double alpha,
                       std::uint64_t seed);

}  // namespace ca::stats
