#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "models/matched_effect.h"
#include "models/order_windows.h"
#include "models/segment_periods.h"
#include "stats/distribution.h"
#include "stats/period_change.h"

namespace ca::models {

struct TestSettings {
  std::int32_t window_days = 7;       ///< before and after a use
  std::int64_t least_customers = 30;  ///< fewer are not enough for a verdict (ruling 45)
  double alpha = 0.05;
  std::uint64_t seed = 1;
};

/// What became of the customers of one group (a promotion, product or segment) from the time before
/// to the time after.
struct ChangeTest {
  std::string group;
  std::int64_t customers = 0;
  double mean_before = 0;
  double mean_after = 0;
  double difference = 0;           ///< after less before
  std::optional<double> with_use;  ///< likewise, the order of the use counted after
  stats::Distribution distribution = stats::Distribution::kConstant;
  stats::PeriodTest test = stats::PeriodTest::kPairedT;
  std::optional<double> paired_p_value;  ///< of the difference being zero
  /// Share of resampled tests of that which do not reject it. Missing where data are too few.
  std::optional<double> accepted;

  /// The verdict is about the effect: what customers changed beyond those they are compared with.
  /// All of it is missing where is_insufficient.
  std::int64_t matched = 0;  ///< customers who could be compared
  std::int64_t others = 0;   ///< segments: customers of the earlier comparison
  bool is_insufficient = true;
  double expected = 0;  ///< mean after, had there been no effect
  std::optional<double> effect;
  std::optional<stats::Interval> interval;
  std::optional<double> p_value;
  std::optional<double> q_value;                    ///< among all groups of the report
  std::optional<double> minimum_detectable_effect;  ///< found four times in five
  bool is_significant = false;                      ///< q_value below alpha
};

/// First uses of every group together: those of group g are at [begin[g], begin[g + 1]).
template <class Use>
struct ByGroup {
  std::vector<Use> uses;
  std::vector<std::size_t> begin;

  ByGroup(std::span<const Use> in_any_order, std::size_t groups);
  std::size_t groups() const { return begin.size() - 1; }
  std::span<const Use> of(std::size_t group) const {
    return std::span(uses).subspan(begin[group], begin[group + 1] - begin[group]);
  }
};

/// One test a promotion or product with at least one customer, in the order of codes, whose texts
/// are `names`. `amount_unit` as in MatchingPool.
std::vector<ChangeTest> usage_tests(OrderWindows& windows, Usage usage, Measure measure,
                                    const reports::Names& names, double amount_unit,
                                    const TestSettings& settings, ThreadPool& pool);
/// One test a segment with at least one customer, in the order of segments; `period` is a position
/// in kComparedPeriods. Customers are compared with those of the comparison five periods ago.
std::vector<ChangeTest> segment_tests(SegmentPeriods& periods, std::size_t period, Measure measure,
                                      const TestSettings& settings);

/// The finding as a person would say it: "likely 4 to 9 % more orders", "not enough data: 12
/// customers".
/// Of a use of a promotion or product, and of a segment.
std::string sentence_of_use(const ChangeTest& test, Measure measure, const TestSettings& settings);
std::string sentence_of_segment(const ChangeTest& test, Measure measure,
                                const TestSettings& settings);

}  // namespace ca::models
