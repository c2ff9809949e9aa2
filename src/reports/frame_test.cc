#include "reports/frame.h"

#include <gtest/gtest.h>

namespace ca::reports {
namespace {

TEST(BucketRows, AreTheBucketsOfTheAxisInOrder) {
  const Axis axis{day_from_civil(2023, 12, 30), 63};  // a Saturday, up to a leap day
  for (const Period period : {Period::kDaily, Period::kWeekly, Period::kMonthly}) {
    const BucketRows rows(axis, period);
    const std::vector<Day> buckets = axis.buckets(period);
    ASSERT_EQ(rows.size(), buckets.size());
    for (std::int32_t d = 0; d < axis.days; ++d) {
      const Day day = axis.begin + d;
      ASSERT_EQ(buckets.at(rows[day]), bucket_of(day, period)) << format_day(day);
      ASSERT_EQ(rows.bucket(rows[day]), bucket_of(day, period)) << format_day(day);
      ASSERT_EQ(rows.end_of_bucket(rows[day]), next_bucket(bucket_of(day, period), period));
      ASSERT_EQ(rows.row_of_any(day), static_cast<std::int64_t>(rows[day]));
    }
  }
  const BucketRows weeks(axis, Period::kWeekly);
  EXPECT_EQ(weeks.size(), 10U);
  EXPECT_EQ(weeks.row_of_any(day_from_civil(2023, 12, 25)), 0);  // the Monday before the axis
  EXPECT_EQ(weeks.row_of_any(day_from_civil(2023, 12, 24)), -1);
}

TEST(BucketRows, OfAnEmptyAxisAreNone) {
  EXPECT_EQ(BucketRows(Axis{day_from_civil(2024, 1, 1), 0}, Period::kWeekly).size(), 0U);
}

}  // namespace
}  // namespace ca::reports
