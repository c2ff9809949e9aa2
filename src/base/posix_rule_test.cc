#include "base/posix_rule.h"

#include <gtest/gtest.h>

#include "base/calendar.h"

namespace ca {
namespace {

std::int64_t utc(int year, unsigned month, unsigned day, int hour, int minute = 0) {
  return std::int64_t{day_from_civil(year, month, day).number} * 86400 + hour * 3600 + minute * 60;
}

void expect_changes(std::string_view rule, int year, std::int64_t first, std::int64_t first_offset,
                    std::int64_t second, std::int64_t second_offset) {
  const std::vector<OffsetChange> changes = changes_by_posix_rule(rule, year, year);
  ASSERT_EQ(changes.size(), 2u) << rule;
  EXPECT_EQ(changes[0].at, first) << rule;
  EXPECT_EQ(changes[0].offset, first_offset) << rule;
  EXPECT_EQ(changes[1].at, second) << rule;
  EXPECT_EQ(changes[1].offset, second_offset) << rule;
}

// The dates are those of the zones' tables, which list them up to 2037.
TEST(PosixRule, GivesTheChangesOfAYear) {
  expect_changes("EST5EDT,M3.2.0,M11.1.0", 2025, utc(2025, 3, 9, 7), -4 * 3600, utc(2025, 11, 2, 6),
                 -5 * 3600);
  expect_changes("GMT0BST,M3.5.0/1,M10.5.0", 2025, utc(2025, 3, 30, 1), 3600, utc(2025, 10, 26, 1),
                 0);
}

TEST(PosixRule, KnowsTheSouthHalfHoursAndNegativeSummerTime) {
  // Lord Howe moves by half an hour and begins the year in summer time.
  expect_changes("<+1030>-10:30<+11>-11,M10.1.0,M4.1.0", 2025, utc(2025, 4, 5, 15), 37800,
                 utc(2025, 10, 4, 15, 30), 39600);
  // Dublin's law calls winter the exception.
  expect_changes("IST-1GMT0,M10.5.0,M3.5.0/1", 2025, utc(2025, 3, 30, 1), 3600,
                 utc(2025, 10, 26, 1), 0);
}

TEST(PosixRule, KnowsHoursOutsideTheDay) {
  expect_changes("EET-2EEST,M3.4.4/50,M10.4.4/50", 2026, utc(2026, 3, 28, 0), 3 * 3600,
                 utc(2026, 10, 23, 23), 2 * 3600);
  expect_changes("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", 2026, utc(2026, 3, 29, 1), -3600,
                 utc(2026, 10, 25, 1), -2 * 3600);
}

TEST(PosixRule, IsEmptyWithoutSummerTimeOrInAnotherForm) {
  for (const char* rule : {"", "UTC0", "<+0545>-5:45", "EST5EDT", "EST5EDT,J60,J300",
                           "EST5EDT,M3.2.0", "EST5EDT,M13.2.0,M11.1.0", "EST5EDT,M3.2.0,M11.1.0,",
                           "EST5EDT,M3.2.7,M11.1.0", "<EST", "5EDT", "EST5EDT,M3.6.0,M11.1.0"}) {
    EXPECT_TRUE(changes_by_posix_rule(rule, 2025, 2026).empty()) << rule;
  }
}

}  // namespace
}  // namespace ca
