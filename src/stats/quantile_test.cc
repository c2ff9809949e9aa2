#include "stats/quantile.h"

#include <gtest/gtest.h>

#include <vector>

namespace ca::stats {
namespace {

TEST(Quantile, LiesBetweenTwoValues) {
  const std::vector<double> sorted = {1, 3, 4, 100};
  EXPECT_EQ(quantile(sorted, 0), 1);
  EXPECT_DOUBLE_EQ(quantile(sorted, 0.5), 3.5);
  EXPECT_EQ(quantile(sorted, 1), 100);
}

TEST(Quantile, OfValuesInAnyOrder) {
  std::vector<double> odd = {5, 1, 3};
  std::vector<double> even = {4, 1, 3, 100};
  EXPECT_EQ(median_of(odd), 3);
  EXPECT_EQ(median_of(even), 3.5);
  EXPECT_EQ(median_of({}), 0);
  EXPECT_EQ(order_statistic(even, 0), 1);
  EXPECT_EQ(order_statistic(even, 0.99), 4);
  EXPECT_EQ(order_statistic(even, 1), 100);
}

}  // namespace
}  // namespace ca::stats
