#include "stats/group_effects.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/random.h"

namespace ca::stats {
namespace {

/// Values of groups whose true means are drawn, less the mean of all.
struct Drawn {
  std::vector<GroupMean> means;
  double squares = 0;
};
Drawn draw(std::size_t groups, double within, double between, std::uint64_t seed) {
  Random random(seed);
  std::vector<std::vector<double>> values(groups);
  double sum = 0;
  std::int64_t n = 0;
  for (std::vector<double>& group : values) {
    const double mean = std::sqrt(between) * random.normal();
    group.resize(1 + random.below(30));
    for (double& value : group) {
      value = mean + std::sqrt(within) * random.normal();
      sum += value;
      ++n;
    }
  }
  Drawn drawn;
  for (const std::vector<double>& group : values) {
    double of_group = 0;
    for (const double value : group) {
      const double difference = value - sum / static_cast<double>(n);
      of_group += difference;
      drawn.squares += difference * difference;
    }
    const auto size = static_cast<std::int64_t>(group.size());
    drawn.means.push_back({size, of_group / static_cast<double>(size)});
  }
  return drawn;
}

TEST(SpreadOf, EqualGroupsGiveTheTextbooksAnalysisOfVariance) {
  // Three groups of two: 1, 3; 5, 7; 9, 11. Mean squares: between 32, within 2; (32 - 2) / 2 = 15.
  const std::vector<GroupMean> groups = {{2, -4}, {2, 0}, {2, 4}};
  const Spread spread = spread_of(groups, 25 + 9 + 1 + 1 + 9 + 25);
  EXPECT_NEAR(spread.within, 2, 1e-12);
  EXPECT_NEAR(spread.between, 15, 1e-12);
  EXPECT_NEAR(spread.trust(2), 15.0 / 16, 1e-12);
}

TEST(SpreadOf, FindsWhatWasDrawn) {
  // 2,000 groups: the standard errors are about 0.01 of within and 0.05 of between.
  const Drawn drawn = draw(2000, 4, 1, 7);
  const Spread spread = spread_of(drawn.means, drawn.squares);
  EXPECT_NEAR(spread.within, 4, 0.15);
  EXPECT_NEAR(spread.between, 1, 0.2);
}

TEST(SpreadOf, WithoutDifferencesThereIsLittleToTrust) {
  const Drawn drawn = draw(2000, 4, 0, 8);
  EXPECT_LT(spread_of(drawn.means, drawn.squares).trust(30), 0.25);
}

TEST(SpreadOf, TheOrderOfGroupsChangesNothing) {
  Drawn drawn = draw(500, 4, 1, 9);
  const Spread spread = spread_of(drawn.means, drawn.squares);
  std::ranges::reverse(drawn.means);
  const Spread again = spread_of(drawn.means, drawn.squares);
  EXPECT_EQ(spread.within, again.within);
  EXPECT_EQ(spread.between, again.between);
}

TEST(SpreadOf, NothingAndEqualValuesHaveNone) {
  for (const std::vector<GroupMean>& groups :
       {std::vector<GroupMean>{}, std::vector<GroupMean>{{1, 0}},
        std::vector<GroupMean>{{5, 0}, {3, 0}}}) {
    const Spread spread = spread_of(groups, 0);
    EXPECT_EQ(spread.within, 0);
    EXPECT_EQ(spread.between, 0);
    EXPECT_EQ(spread.trust(10), 0);
  }
}

std::vector<Deviation> deviations(std::size_t count, double ordinary, std::size_t odd,
                                  std::uint64_t seed) {
  Random random(seed);
  std::vector<Deviation> groups;
  for (std::size_t g = 0; g < count; ++g) {
    const double variance = 0.1 + random.uniform();
    const double value = std::sqrt(variance + ordinary) * random.normal();
    groups.push_back({g < odd ? value + 50 : value, variance});
  }
  return groups;
}

TEST(OrdinaryVariance, FindsWhatWasDrawn) {
  // The median of 20,000 is told to about 1 %, so the sum of variances (about 4.6) to 3 %.
  EXPECT_NEAR(ordinary_variance(deviations(20'000, 4, 0, 1)), 4, 0.25);
  EXPECT_LT(ordinary_variance(deviations(20'000, 0, 0, 2)), 0.05);
}

TEST(OrdinaryVariance, AFewGroupsOutOfTheOrdinaryHardlyChangeIt) {
  EXPECT_NEAR(ordinary_variance(deviations(20'000, 4, 1000, 3)), 4, 0.9);
}

TEST(OrdinaryVariance, OfFewGroups) {
  EXPECT_EQ(ordinary_variance({}), 0);
  EXPECT_EQ(ordinary_variance(std::vector<Deviation>{{100, 1}}), 0);
  EXPECT_EQ(ordinary_variance(std::vector<Deviation>{{0, 1}, {0, 1}, {9, 1}}), 0);
  // Two that are 5 apart from their middle: each is 0.6745 of its deviation.
  const double variance = ordinary_variance(std::vector<Deviation>{{5, 1}, {-5, 1}});
  EXPECT_NEAR(5 / std::sqrt(1 + variance), 0.6745, 1e-3);
}

TEST(Normal, IsThatOfTables) {
  EXPECT_NEAR(normal_above(1.959963985), 0.025, 1e-9);
  EXPECT_NEAR(normal_above(-3), 1 - 0.0013498980, 1e-9);
  EXPECT_NEAR(normal_quantile(0.975), 1.959963985, 1e-8);
}

}  // namespace
}  // namespace ca::stats
