#include "models/newcomers.h"

#include <gtest/gtest.h>

#include <numeric>

#include "models/test_purchases.h"

namespace ca::models {
namespace {

/// So many first purchases on each day, `of_day` says how many.
template <class OfDay>
void arrive(InventedPurchases& purchases, std::int32_t days, OfDay of_day) {
  for (std::int32_t day = 0; day < days; ++day) {
    for (int i = 0; i < of_day(day); ++i) purchases.add({{day, 10}});
  }
}

double sum(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0);
}

TEST(Arrivals, GoOnWithTheDaysOfTheWeek) {
  InventedPurchases purchases(4, 4 + 209);  // 1970-01-05, a Monday
  for (std::int32_t day = 0; day < 210; ++day) {
    for (int i = 0; i < (day % 7 == 5 ? 8 : 2); ++i) purchases.add({{4 + day, 10}});
  }
  const Arrivals arrivals = expect_arrivals(purchases.days(), Day{4 + 209}, 14);
  ASSERT_EQ(arrivals.daily.size(), 14U);
  EXPECT_NEAR(arrivals.daily[0], 2, 1e-9);
  EXPECT_NEAR(arrivals.daily[5], 8, 1e-9) << "a Saturday";
  EXPECT_NEAR(sum(arrivals.daily), 40, 1e-9);
}

TEST(Arrivals, AYearThatRepeatsItselfIsSeen) {
  InventedPurchases purchases(0, 999);
  arrive(purchases, 1000, [](std::int32_t day) { return day % 364 < 182 ? 2 : 12; });
  const Arrivals arrivals = expect_arrivals(purchases.days(), Day{999}, 180);
  EXPECT_EQ(arrivals.method, "year");
  double truth = 0;
  for (std::int32_t day = 1000; day < 1180; ++day) truth += day % 364 < 182 ? 2 : 12;
  EXPECT_NEAR(sum(arrivals.daily), truth, 0.05 * truth);
}

TEST(Arrivals, WhereNobodyCameLatelyNobodyIsExpected) {
  InventedPurchases purchases(0, 399);
  arrive(purchases, 90, [](std::int32_t) { return 3; });
  EXPECT_NEAR(sum(expect_arrivals(purchases.days(), Day{399}, 180).daily), 0, 1e-6);
  InventedPurchases nobody(0, 10);
  EXPECT_EQ(sum(expect_arrivals(nobody.days(), Day{10}, 30).daily), 0);
}

TEST(Newcomers, BringTheirFirstPurchaseAndWhatFollowsByAge) {
  InventedPurchases purchases(0, 279);
  arrive(purchases, 280, [](std::int32_t) { return 4; });
  // Every newcomer buys again once, on the second day.
  const Newcomers newcomers = expect_newcomers(purchases.days(), Day{279}, 3, {0, 0, 1, 1});
  ASSERT_EQ(newcomers.value.size(), 3U);
  EXPECT_NEAR(newcomers.first_payment, 10, 1e-12);
  EXPECT_NEAR(newcomers.value[0], 40, 1e-9);
  EXPECT_NEAR(newcomers.value[1], 40, 1e-9);
  EXPECT_NEAR(newcomers.value[2], 40 + 4 * newcomers.repeat_payment, 1e-9);
}

}  // namespace
}  // namespace ca::models
