#include "stats/period_change.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "stats/period_permutation.h"
#include "stats/random.h"

namespace ca::stats {
namespace {

Periods pair_of(double before, double after) { return {.after = after, .before = {before}}; }

Periods periods_of(double after, const std::vector<double>& before) {
  Periods periods;
  periods.after = after;
  periods.count = static_cast<std::uint8_t>(before.size());
  std::ranges::copy(before, periods.before.begin());
  return periods;
}

// Darwin's maize, crossed less self-fertilised, in eighths of an inch. Fisher (1935, section 21)
// counted 863 of 32,768 arrangements with a sum as large or larger.
const std::vector<double> kMaize = {49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48};
constexpr double kFisher = 2 * 863.0 / 32768;

std::vector<Periods> maize(double unit) {
  std::vector<Periods> units;
  for (const double difference : kMaize) {
    units.push_back(pair_of(100 * unit, (100 + difference) * unit));
  }
  return units;
}

TEST(PeriodChange, FishersArrangementsOfDarwinsMaize) {
  const PeriodChange change = change_of(maize(1), true, 0.05, 1);
  EXPECT_EQ(change.n, 15);
  EXPECT_EQ(change.test, PeriodTest::kPermutation);
  EXPECT_NEAR(change.p_value.value(), kFisher, 1e-14);
  // SciPy 1.17: ttest_1samp.
  EXPECT_NEAR(change.statistic.value(), 2.1479874613311205, 1e-12);
  EXPECT_EQ(change.degrees.value(), 14);
  EXPECT_NEAR(change.interval.value().low, 0.031193318392979563, 1e-11);
  EXPECT_NEAR(change.interval.value().high, 41.83547334827369, 1e-11);
  EXPECT_NEAR(change.mean_before, 100, 1e-12);
  EXPECT_NEAR(change.mean_after, 100 + 314 / 15.0, 1e-12);
  EXPECT_NEAR(change.difference, 314 / 15.0, 1e-12);
}

// The same as amounts, whose arrangements are drawn: at p 0.0527 some 1,900 until 100 are extreme,
// so that a standard error is a tenth of p.
TEST(PeriodChange, DrawnArrangementsComeNearTheExactOnes) {
  double sum = 0;
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    const PeriodChange change = change_of(maize(0.1), false, 0.05, seed);
    EXPECT_EQ(change.test, PeriodTest::kPermutation);
    EXPECT_NEAR(change.p_value.value(), kFisher, 5 * 0.1 * kFisher) << seed;
    sum += *change.p_value;
  }
  EXPECT_NEAR(sum / 100, kFisher, 0.04 * kFisher);
  EXPECT_EQ(change_of(maize(0.1), false, 0.05, 7).p_value,
            change_of(maize(0.1), false, 0.05, 7).p_value);
}

// By enumeration of the 5^4, and of the 2 x 3 x 4 x 5 x 3 arrangements.
TEST(PeriodChange, SeveralPeriodsBefore) {
  const std::vector<Periods> four = {periods_of(3, {1, 0, 2, 1}), periods_of(5, {2, 2, 0, 1}),
                                     periods_of(0, {1, 0, 0, 0}), periods_of(4, {0, 1, 0, 3})};
  EXPECT_NEAR(period_permutation_p_value(four, true, 1), 0.0112, 1e-14);
  EXPECT_NEAR(period_permutation_p_value(four, false, 1), 0.0112, 1e-14);
  const std::vector<Periods> mixed = {periods_of(3, {1}), periods_of(5, {2, 2}),
                                      periods_of(0, {1, 0, 0}), periods_of(4, {0, 1, 0, 3}),
                                      periods_of(6, {1, 1})};
  EXPECT_NEAR(period_permutation_p_value(mixed, true, 1), 0.013888888888888888, 1e-14);
  EXPECT_NEAR(period_permutation_p_value(mixed, false, 1), 0.013888888888888888, 1e-14);
  const PeriodChange change = change_of(mixed, true, 0.05, 1);
  EXPECT_NEAR(change.difference * 5, 12.666666666666668, 1e-12);
  EXPECT_EQ(change.test, PeriodTest::kPermutation) << "unequal exposure is not binomial's";
}

/// `after` events in the later period and `before` in the first of `periods` ones before, each of a
/// customer of his own.
std::vector<Periods> single_events(int after, int before, std::uint8_t periods) {
  std::vector<Periods> units;
  for (int i = 0; i < after + before; ++i) {
    Periods unit = i < after ? pair_of(0, 1) : pair_of(1, 0);
    unit.count = periods;
    units.push_back(unit);
  }
  return units;
}

// SciPy: binom with share 1 / (1 + count), the smaller tail doubled.
TEST(PeriodChange, ConditionalBinomial) {
  const auto p_value = [](int after, int before, std::uint8_t periods) {
    const auto units = single_events(after, before, periods);
    const PeriodChange change = change_of(units, true, 0.05, 1);
    EXPECT_EQ(change.test, PeriodTest::kConditionalBinomial);
    return change.p_value.value();
  };
  EXPECT_NEAR(p_value(13, 5, 1), 0.09625244140625, 1e-14);
  EXPECT_NEAR(p_value(5, 13, 1), 0.09625244140625, 1e-14);
  EXPECT_NEAR(p_value(13, 17, 4), 0.006222097263966763, 1e-14);
  EXPECT_NEAR(p_value(1, 29, 4), 0.021044980667851498, 1e-14);
  EXPECT_NEAR(p_value(0, 12, 4), 0.13743895347199994, 1e-14);
  EXPECT_EQ(p_value(5, 4, 1), 1);
}

// Of customers with one event each, flipping signs and tossing coins are the same.
TEST(PeriodChange, BinomialAndPermutationAgreeOnSingleEvents) {
  for (const int after : {0, 3, 9, 40}) {
    const auto units = single_events(after, 11, 1);
    EXPECT_NEAR(period_permutation_p_value(units, true, 1),
                change_of(units, true, 0.05, 1).p_value.value(), 1e-13)
        << after;
  }
}

TEST(PeriodChange, OverDispersedCountsAreNoBinomial) {
  std::vector<Periods> units;
  for (int i = 0; i < 40; ++i) units.push_back(i % 2 == 0 ? pair_of(0, 9) : pair_of(6, 0));
  const PeriodChange change = change_of(units, true, 0.05, 1);
  EXPECT_EQ(change.test, PeriodTest::kPermutation);
  // As coins: 180 events after against 120 before would be p = 0.0006.
  EXPECT_GT(change.p_value.value(), 0.1);
}

TEST(PeriodChange, ManyMovingUnitsAreTestedByT) {
  std::vector<Periods> units;
  for (int i = 0; i < 300; ++i) units.push_back(pair_of(i % 7, i % 11));
  EXPECT_EQ(change_of(units, false, 0.05, 1).test, PeriodTest::kPairedT);
  EXPECT_EQ(change_of(std::span(units).first(200), false, 0.05, 1).test, PeriodTest::kPermutation);
}

// Twelve purchases among 5,000 customers: what matters is twelve.
TEST(PeriodChange, UnitsThatNeverMoveChangeNoPValue) {
  std::vector<Periods> units(5000, pair_of(0, 0));
  for (std::size_t i = 0; i < 12; ++i) units[i * 100] = pair_of(0, i < 9 ? 2.5 : 1.5);
  const PeriodChange change = change_of(units, false, 0.05, 1);
  EXPECT_EQ(change.test, PeriodTest::kPermutation);
  EXPECT_NEAR(change.p_value.value(), std::ldexp(1, -11), 1e-15);
}

TEST(PeriodChange, WithoutSpread) {
  const PeriodChange same = change_of(std::vector(40, pair_of(1.5, 1.5)), false, 0.05, 1);
  EXPECT_EQ(same.p_value.value(), 1);
  EXPECT_EQ(same.difference, 0);
  EXPECT_FALSE(same.interval);
  const PeriodChange more = change_of(std::vector(40, pair_of(1.5, 1.8)), false, 0.05, 1);
  EXPECT_NEAR(more.p_value.value(), std::ldexp(1, -39), 1e-20);
  EXPECT_NEAR(more.difference, 0.3, 1e-15);
  EXPECT_FALSE(more.standard_error);
  EXPECT_FALSE(change_of(std::vector(400, pair_of(1.5, 1.8)), false, 0.05, 1).p_value);
  EXPECT_EQ(change_of(std::vector(400, pair_of(0, 0)), true, 0.05, 1).p_value.value(), 1);
}

TEST(PeriodChange, BelowTwoUnitsNothingIsDefined) {
  EXPECT_EQ(change_of({}, true, 0.05, 1).n, 0);
  EXPECT_FALSE(change_of({}, true, 0.05, 1).p_value);
  const PeriodChange one = change_of(std::vector{pair_of(2, 5)}, true, 0.05, 1);
  EXPECT_EQ(one.difference, 3);
  EXPECT_FALSE(one.p_value);
  EXPECT_FALSE(one.interval);
}

// The 10,000th arrangement is the one seen.
TEST(PeriodChange, APValueIsNeverZero) {
  RandomStream random(1, 1);
  std::vector<Periods> units;
  for (int i = 0; i < 100; ++i) units.push_back(pair_of(random.uniform(), 5 + random.uniform()));
  EXPECT_EQ(change_of(units, false, 0.05, 1).p_value.value(), 1e-4);
}

TEST(PeriodChange, LargeCountsAreNotConvolved) {
  std::vector<Periods> units;
  for (int i = 0; i < 150; ++i) units.push_back(pair_of(1e15 - 1e6 * i, 1e15 - 1e6 * (i * i % 97)));
  const PeriodChange change = change_of(units, true, 0.05, 1);
  EXPECT_TRUE(change.p_value && *change.p_value > 0 && *change.p_value <= 1);
  EXPECT_TRUE(std::isfinite(change.difference));
}

// With the sign of every difference turned, only signs of the result turn.
TEST(PeriodChange, BeforeAndAfterAreAlike) {
  RandomStream random(2, 1);
  for (const bool are_counts : {true, false}) {
    std::vector<Periods> there;
    std::vector<Periods> back;
    for (int i = 0; i < 60; ++i) {
      const double x = are_counts ? static_cast<double>(random.poisson(3)) : random.uniform();
      const double y = are_counts ? static_cast<double>(random.poisson(5)) : random.uniform();
      there.push_back(pair_of(x, y));
      back.push_back(pair_of(y, x));
    }
    const PeriodChange a = change_of(there, are_counts, 0.05, 3);
    const PeriodChange b = change_of(back, are_counts, 0.05, 3);
    EXPECT_EQ(a.test, b.test);
    EXPECT_EQ(a.difference, -b.difference);
    EXPECT_NEAR(*a.p_value, *b.p_value, are_counts ? 1e-13 : 0.2);
  }
}

TEST(PeriodChange, NamesOfTests) {
  EXPECT_EQ(name_of(PeriodTest::kConditionalBinomial), "conditional binomial");
  EXPECT_EQ(name_of(PeriodTest::kPermutation), "permutation");
  EXPECT_EQ(name_of(PeriodTest::kPairedT), "paired t");
}

}  // namespace
}  // namespace ca::stats
