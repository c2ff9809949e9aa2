#include "models/customer_change.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/checksum.h"
#include "base/random.h"
#include "stats/bootstrap.h"
#include "stats/multiple_testing.h"
#include "stats/two_samples.h"

namespace ca::models {
namespace {

using stats::Periods;

std::uint64_t seed_for(std::string_view group, const TestSettings& settings) {
  return Random::mix(settings.seed ^ checksum_of(group).xxh3);
}

/// What the customers' periods say by themselves. `units` in an order that nothing but the data
/// decides.
ChangeTest paired_test(std::string group, std::span<const Periods> units, Measure measure,
                       const TestSettings& settings) {
  ChangeTest test;
  const std::uint64_t seed = seed_for(group, settings);
  test.group = std::move(group);
  test.customers = static_cast<std::int64_t>(units.size());
  const stats::PeriodChange change =
      stats::change_of(units, measure == Measure::kOrders, settings.alpha, seed);
  test.mean_before = change.mean_before;
  test.mean_after = change.mean_after;
  test.difference = change.difference;
  test.test = change.test;

  std::vector<double> before;
  std::vector<double> after;
  std::vector<double> differences;
  for (const Periods& unit : units) {
    before.insert(before.end(), unit.before.begin(), unit.before.begin() + unit.count);
    after.push_back(unit.after);
    differences.push_back(unit.difference());
  }
  test.distribution = stats::shape_of(after, before).distribution;
  test.is_insufficient = test.customers < settings.least_customers;
  if (test.is_insufficient) return test;
  test.paired_p_value = change.p_value;
  std::ranges::sort(differences);
  test.accepted = stats::accepted_share(differences, {}, seed);
  return test;
}

/// Gives the verdict, which `compared` of the customers are behind.
void judge(ChangeTest& test, const stats::TwoSampleTest& effect, std::int64_t compared,
           const TestSettings& settings) {
  test.is_insufficient = test.is_insufficient || compared < settings.least_customers;
  if (test.is_insufficient || !effect.standard_error) return;
  test.interval = effect.interval;
  test.p_value = effect.p_value;
  test.minimum_detectable_effect =
      stats::minimum_detectable_effect(*effect.standard_error, settings.alpha, stats::kPower);
}

void find_significant(std::vector<ChangeTest>& tests, const TestSettings& settings) {
  std::vector<std::optional<double>> p_values;
  for (const ChangeTest& test : tests) p_values.push_back(test.p_value);
  const std::vector<std::optional<double>> q_values = stats::benjamini_hochberg(p_values);
  for (std::size_t i = 0; i < tests.size(); ++i) {
    tests[i].q_value = q_values[i];
    tests[i].is_significant = q_values[i] && *q_values[i] < settings.alpha;
  }
}

stats::Moments change_in(std::span<const Periods> units) {
  std::vector<double> differences;
  for (const Periods& unit : units) differences.push_back(unit.difference());
  return stats::moments_of(differences);
}

/// In an order that nothing but the data decides.
std::vector<Periods> periods_of(SegmentPeriods::Customers& customers, Measure measure) {
  std::vector<Periods> units;
  if (measure == Measure::kAmount) {
    std::ranges::sort(customers.payments);
    for (const PeriodPayments& paid : customers.payments) {
      units.push_back({paid.current, paid.earlier, paid.count});
    }
    return units;
  }
  std::ranges::sort(customers.orders);
  for (const PeriodOrders& orders : customers.orders) {
    Periods& unit = units.emplace_back();
    unit.after = orders[0];
    unit.count = kEarlierPeriods;
    std::copy(orders.begin() + 1, orders.end(), unit.before.begin());
  }
  return units;
}

/// A customer who is tested: his periods, and the value after were the use counted.
struct User {
  double before;
  double after;
  double with_use;
  auto operator<=>(const User&) const = default;
};

ChangeTest usage_test(const std::string& group, std::span<const FirstUse> uses,
                      std::vector<User> users, std::span<const std::uint32_t> tested,
                      const MatchingPool& pool, Measure measure, const TestSettings& settings) {
  std::ranges::sort(users);
  std::vector<Periods> units;
  double with_use = 0;
  for (const User& user : users) {
    Periods& unit = units.emplace_back();
    unit.after = user.after;
    unit.before[0] = user.before;
    with_use += user.with_use - user.before;
  }
  ChangeTest test = paired_test(group, units, measure, settings);
  test.with_use = with_use / static_cast<double>(units.size());
  const MatchedEffect effect = pool.effect(uses, tested, settings.alpha);
  test.matched = effect.matched;
  test.expected = effect.expected;
  test.effect = effect.effect;
  judge(test, effect.test, effect.matched, settings);
  return test;
}

}  // namespace

template <class Use>
ByGroup<Use>::ByGroup(std::span<const Use> in_any_order, std::size_t groups)
    : uses(in_any_order.begin(), in_any_order.end()), begin(groups + 1) {
  for (const Use& use : in_any_order) ++begin[use.group + 1];
  for (std::size_t g = 0; g < groups; ++g) begin[g + 1] += begin[g];
  std::vector<std::size_t> next(begin.begin(), begin.end() - 1);
  for (const Use& use : in_any_order) uses[next[use.group]++] = use;
}

std::vector<ChangeTest> usage_tests(OrderWindows& windows, Usage usage, Measure measure,
                                    const reports::Names& names, double amount_unit,
                                    const TestSettings& settings, ThreadPool& pool) {
  const MatchingPool matching(windows, usage, measure, amount_unit);
  const OrderWindows::Uses& uses = windows.uses(usage);
  const ByGroup<FirstUse> first(uses.first, names.size());
  const ByGroup<PaidUse> paid(measure == Measure::kAmount ? std::span<const PaidUse>(uses.paid)
                                                          : std::span<const PaidUse>(),
                              names.size());
  std::vector<ChangeTest> tests(names.size());
  pool.for_each(names.size(), [&](std::size_t group, std::size_t) {
    std::vector<User> users;
    std::vector<std::uint32_t> tested;
    if (measure == Measure::kOrders) {
      for (const FirstUse& use : first.of(group)) {
        const WindowedOrder& order = windows.orders()[use.order];
        if (!order.is_seen_whole) continue;
        const double after = order.after;
        users.push_back({static_cast<double>(order.before), after, after + 1});
        tested.push_back(use.order);
      }
    } else {
      for (const PaidUse& use : paid.of(group)) {
        const WindowedOrder& order = windows.orders()[use.order];
        users.push_back({windows.payments()[order.paid].before, use.after_own, use.with_use});
        tested.push_back(use.order);
      }
    }
    if (users.empty()) return;
    tests[group] = usage_test(names.text(static_cast<std::uint32_t>(group)), first.of(group),
                              std::move(users), tested, matching, measure, settings);
  });
  std::erase_if(tests, [](const ChangeTest& test) { return test.customers == 0; });
  find_significant(tests, settings);
  return tests;
}

std::vector<ChangeTest> segment_tests(SegmentPeriods& periods, std::size_t period, Measure measure,
                                      const TestSettings& settings) {
  std::vector<ChangeTest> tests;
  for (std::size_t segment = 0; segment < reports::kSegments; ++segment) {
    const auto units_of = [&](Comparison comparison) {
      return periods_of(periods.customers(period, comparison, segment), measure);
    };
    const std::vector<Periods> now = units_of(Comparison::kNow);
    const std::vector<Periods> earlier = units_of(Comparison::kEarlier);
    if (now.empty()) continue;
    ChangeTest& test = tests.emplace_back(
        paired_test(std::string(reports::segments()[segment].name), now, measure, settings));
    test.matched = test.customers;
    test.others = static_cast<std::int64_t>(earlier.size());
    if (earlier.empty()) {
      test.is_insufficient = true;
      continue;
    }
    const stats::TwoSampleTest effect =
        stats::welch(change_in(now), change_in(earlier), settings.alpha);
    test.effect = effect.difference;
    test.expected = test.mean_after - effect.difference;
    judge(test, effect, std::min(test.customers, test.others), settings);
  }
  find_significant(tests, settings);
  return tests;
}

}  // namespace ca::models
