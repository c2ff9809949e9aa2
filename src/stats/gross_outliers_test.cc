#include "stats/gross_outliers.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/random.h"

namespace ca::stats {
namespace {

std::vector<double> sorted(std::vector<double> scores) {
  std::ranges::sort(scores);
  return scores;
}

std::vector<double> distances(std::size_t count, Random& random) {
  std::vector<double> scores;
  for (std::size_t i = 0; i < count; ++i) scores.push_back(std::abs(random.normal()));
  return scores;
}

TEST(StandApart, FindsScoresFarAboveTheOthersThoughTheyAreAlike) {
  Random random(1);
  for (const std::size_t odd : {1U, 2U, 6U, 20U}) {
    std::vector<double> scores = distances(700, random);
    for (std::size_t i = 0; i < odd; ++i) scores.push_back(60 + 0.1 * static_cast<double>(i));
    EXPECT_EQ(stand_apart(sorted(scores)), odd);
  }
}

TEST(StandApart, SeldomFindsAnyWhereAllAreOfOneKind) {
  Random random(2);
  int found = 0;
  for (int shop = 0; shop < 400; ++shop) {
    std::vector<double> scores = distances(365, random);
    if (shop % 2 == 1) {
      for (double& score : scores) score = std::exp(2 * score);  // a heavy tail
    }
    found += stand_apart(sorted(scores)) > 0 ? 1 : 0;
  }
  EXPECT_LE(found, 12);  // of 400, with a chance of 1e-4 a gap and 36 gaps
}

TEST(StandApart, OfFewOrEqualScoresNoneDoes) {
  EXPECT_EQ(stand_apart({}), 0U);
  std::vector<double> scores(19, 1.0);
  scores.back() = 100;
  EXPECT_EQ(stand_apart(scores), 0U);
  EXPECT_EQ(stand_apart(std::vector<double>(50, 1.0)), 0U);
  EXPECT_EQ(stand_apart(std::vector<double>(50, 0.0)), 0U);
}

}  // namespace
}  // namespace ca::stats
