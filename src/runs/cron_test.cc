#include "runs/cron.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace ca::runs {
namespace {

std::string minutes_of(const std::string& field) {
  const Cron cron = Cron::parse(field + " * * * *");
  std::string text;
  for (int minute = 0; minute < 60; ++minute) {
    if (cron.has_minute(minute)) text += std::to_string(minute) + " ";
  }
  return text;
}

/// The days of March 2024 that count; the 1st is a Friday.
std::string march(const std::string& days) {
  const Cron cron = Cron::parse("0 0 " + days);
  std::string text;
  for (unsigned day = 1; day <= 31; ++day) {
    if (cron.has_day(day_from_civil(2024, 3, day))) text += std::to_string(day) + " ";
  }
  return text;
}

std::string refusal(const std::string& text) {
  try {
    Cron::parse(text);
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "E-PARAM");
    EXPECT_FALSE(error.hint().empty());
    return error.message();
  }
  return "none";
}

TEST(Cron, ReadsNumbersRangesStepsAndLists) {
  EXPECT_EQ(minutes_of("5"), "5 ");
  EXPECT_EQ(minutes_of("05"), "5 ");
  EXPECT_EQ(minutes_of("*/20"), "0 20 40 ");
  EXPECT_EQ(minutes_of("10-14"), "10 11 12 13 14 ");
  EXPECT_EQ(minutes_of("10-20/5,59,0-1"), "0 1 10 15 20 59 ");
}

TEST(Cron, ReadsNamesOfMonthsAndDaysInAnyCase) {
  EXPECT_EQ(march("* MAR-may mon"), "4 11 18 25 ");
  EXPECT_EQ(march("* jan *"), "");
  EXPECT_EQ(march("* * Fri-SUN"), "1 2 3 8 9 10 15 16 17 22 23 24 29 30 31 ");
  EXPECT_EQ(march("* * 5-7"), march("* * fri-sun"));
  EXPECT_EQ(march("* * 0"), march("* * 7"));
}

// POSIX crontab: with both fields restricted a day of either counts. cron(8): `*/n` restricts
// nothing in this sense.
TEST(Cron, DayOfMonthOrDayOfWeek) {
  EXPECT_EQ(march("13 * fri"), "1 8 13 15 22 29 ");
  EXPECT_EQ(march("13 * *"), "13 ");
  EXPECT_EQ(march("*/2 * fri"), "1 15 29 ");
}

TEST(Cron, KnowsAPaceFromATimeOfDay) {
  EXPECT_TRUE(Cron::parse("*/5 * * * *").is_every_hour());
  EXPECT_FALSE(Cron::parse("0 */2 * * *").is_every_hour());
  EXPECT_EQ(Cron::parse(" 0\t 3 * *   1 ").text(), "0 3 * * 1");
}

TEST(Cron, AnErrorNamesTheFieldAndTheMistake) {
  EXPECT_EQ(refusal("60 * * * *"), "In the cron expression the minute \"60\" is out of range.");
  EXPECT_EQ(refusal("0 24 * * *"), "In the cron expression the hour \"24\" is out of range.");
  EXPECT_EQ(refusal("0 0 0 * *"), "In the cron expression the day of month \"0\" is out of range.");
  EXPECT_EQ(refusal("0 0 * juno *"),
            "In the cron expression the month \"juno\" is neither a number nor a name.");
  EXPECT_EQ(refusal("0 0 * * 8"), "In the cron expression the day of week \"8\" is out of range.");
  EXPECT_EQ(refusal("0 0 * * sat-mon"),
            "In the cron expression the day of week \"sat-mon\" begins after it ends.");
  EXPECT_EQ(refusal("5/10 * * * *"),
            "In the cron expression the minute \"5/10\" has a step but no range.");
  EXPECT_EQ(refusal("*/0 * * * *"),
            "In the cron expression the minute \"*/0\" has a step that is none.");
  EXPECT_EQ(refusal("1,,2 * * * *"),
            "In the cron expression the minute \"1,,2\" has an empty place in its list.");
  EXPECT_EQ(refusal("- * * * *"), "In the cron expression the minute \"-\" lacks a number.");
  EXPECT_EQ(refusal("0 0 31 feb,apr *"),
            "In the cron expression the day of month \"31\" does not exist in those months.");
  EXPECT_EQ(refusal("0 0 31 feb mon"), "none");
}

TEST(Cron, WhatItDoesNotKnowIsRefused) {
  for (const char* text :
       {"", "   ", "* * * *", "* * * * * *", "@daily", "? * * * *", "0 0 L * *", "0 0 15W * *",
        "0 0 * * mon#2", "+1 * * * *", "-1 * * * *", "1- * * * *", "1-2-3 * * * *", "*/ * * * *",
        "1/ * * * *", "99999999999999999999 * * * *", "*/99999999999 * * * *", "0 0 * * sunday"}) {
    EXPECT_NE(refusal(text), "none") << text;
  }
  EXPECT_EQ(refusal(std::string(100'000, '1')), "The cron expression is too long.");
  EXPECT_NE(refusal(std::string("0 0 * * \0", 9)), "none");
}

}  // namespace
}  // namespace ca::runs
