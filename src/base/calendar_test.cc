#include "base/calendar.h"

#include <date/tz.h>
#include <gtest/gtest.h>

#include <random>

#include "base/error.h"

namespace ca {
namespace {

constexpr std::int64_t kMinute = 60 * kMicrosPerSecond;

Day day(const char* text) {
  const std::optional<Day> parsed = parse_day(text);
  EXPECT_TRUE(parsed.has_value()) << text;
  return parsed.value_or(Day{});
}

/// The instant of a UTC date-time, as text, by the reader under test's simplest form.
std::string utc_text(Instant instant) { return Zone::utc().format(instant); }

// ---- days and buckets ----

TEST(Day, ReadsOnlyDaysThatExist) {
  EXPECT_EQ(parse_day("1970-01-01"), Day{0});
  EXPECT_EQ(parse_day("2000-02-29"), Day{11016});
  EXPECT_EQ(parse_day("1969-12-31"), Day{-1});
  for (const char* text :
       {"", "2024-1-01", "2024-01-1", "2024-13-01", "2024-00-10", "2024-02-30", "2023-02-29",
        "1900-02-29", "2024-04-31", "2024-01-00", "2024-01-01 ", " 2024-01-01", "20240101",
        "2024/01/01", "2024-01-01T", "24-01-01", "-024-01-01", "2024-01-0x", "2024-0x-01"}) {
    EXPECT_FALSE(parse_day(text).has_value()) << text;
  }
}

TEST(Day, WritesWhatItReads) {
  for (std::int32_t number = -800'000; number < 1'000'000; number += 137) {
    const std::string text = format_day(Day{number});
    if (text[0] != '-' && text.size() == 10) {
      ASSERT_EQ(parse_day(text), Day{number});
    }
  }
  EXPECT_EQ(format_day(Day{0}), "1970-01-01");
  EXPECT_EQ(format_day(day_from_civil(800, 12, 25)), "0800-12-25");
}

TEST(Day, KnowsWeekdaysBeforeAndAfter1970) {
  EXPECT_EQ(iso_weekday(day("1970-01-01")), 4);
  EXPECT_EQ(iso_weekday(day("1969-12-31")), 3);
  EXPECT_EQ(iso_weekday(day("1969-12-29")), 1);
  EXPECT_EQ(iso_weekday(day("2024-02-29")), 4);
  EXPECT_EQ(iso_weekday(day("2024-03-03")), 7);
  EXPECT_EQ(iso_weekday(day("1900-01-01")), 1);
}

TEST(Buckets, BeginOnMondaysAndFirstsAcrossYears) {
  EXPECT_EQ(monday_of(day("2025-01-01")), day("2024-12-30"));
  EXPECT_EQ(monday_of(day("2024-12-30")), day("2024-12-30"));
  EXPECT_EQ(monday_of(day("2024-12-29")), day("2024-12-23"));
  EXPECT_EQ(first_of_month(day("2024-02-29")), day("2024-02-01"));
  EXPECT_EQ(bucket_of(day("2024-12-31"), Period::kMonthly), day("2024-12-01"));
  EXPECT_EQ(bucket_of(day("2024-12-31"), Period::kWeekly), day("2024-12-30"));
  EXPECT_EQ(bucket_of(day("2024-12-31"), Period::kDaily), day("2024-12-31"));
  EXPECT_EQ(next_bucket(day("2024-12-01"), Period::kMonthly), day("2025-01-01"));
  EXPECT_EQ(next_bucket(day("2023-02-01"), Period::kMonthly), day("2023-03-01"));
  EXPECT_EQ(next_bucket(day("2024-12-30"), Period::kWeekly), day("2025-01-06"));
  EXPECT_EQ(next_bucket(day("2023-12-31"), Period::kDaily), day("2024-01-01"));
}

TEST(Buckets, AreNumberedFromThatOf1970) {
  EXPECT_EQ(bucket_number(day("1970-01-01"), Period::kDaily), 0);
  EXPECT_EQ(bucket_number(day("1970-01-04"), Period::kWeekly), 0);
  EXPECT_EQ(bucket_number(day("1970-01-05"), Period::kWeekly), 1);
  EXPECT_EQ(bucket_number(day("1969-12-28"), Period::kWeekly), -1);
  EXPECT_EQ(bucket_number(day("1970-01-31"), Period::kMonthly), 0);
  EXPECT_EQ(bucket_number(day("1969-12-31"), Period::kMonthly), -1);
  EXPECT_EQ(bucket_number(day("2024-02-29"), Period::kMonthly), 54 * 12 + 1);
  for (const Period period : {Period::kDaily, Period::kWeekly, Period::kMonthly}) {
    for (Day at = day("1967-12-15"); at < day("1973-01-01"); at = at + 1) {
      const std::int32_t number = bucket_number(at, period);
      ASSERT_EQ(bucket_begin(number, period), bucket_of(at, period)) << format_day(at);
      ASSERT_EQ(bucket_number(next_bucket(bucket_of(at, period), period), period), number + 1)
          << format_day(at);
    }
  }
}

TEST(Buckets, FollowEachOtherWithoutGaps) {
  for (const Period period : {Period::kDaily, Period::kWeekly, Period::kMonthly}) {
    for (Day at = day("1999-12-15"); at < day("2005-01-01"); at = at + 1) {
      const Day bucket = bucket_of(at, period);
      ASSERT_LE(bucket, at);
      ASSERT_GT(next_bucket(bucket, period), at);
      ASSERT_EQ(bucket_of(next_bucket(bucket, period), period), next_bucket(bucket, period));
    }
  }
}

TEST(Period, HasTheNamesOfReports) {
  EXPECT_EQ(name_of(Period::kHourly), "hourly");
  EXPECT_EQ(name_of(Period::kDaily), "daily");
  EXPECT_EQ(name_of(Period::kWeekly), "weekly");
  EXPECT_EQ(name_of(Period::kMonthly), "monthly");
}

// ---- zones ----

struct WallClock {
  const char* zone;
  const char* date;
  int hour;
  int minute;
  LocalReading reading;
  const char* utc;
};

class ReadingWallClocks : public testing::TestWithParam<WallClock> {};

TEST_P(ReadingWallClocks, FollowsTheZone) {
  const WallClock& wall = GetParam();
  const Zone zone = Zone::find(wall.zone);
  const Zone::Read read =
      zone.from_local(day(wall.date), wall.hour * kMicrosPerHour + wall.minute * kMinute);
  EXPECT_EQ(utc_text(read.instant), wall.utc);
  EXPECT_EQ(read.reading, wall.reading);
}

constexpr LocalReading kUnique = LocalReading::kUnique;
constexpr LocalReading kSkipped = LocalReading::kSkipped;
constexpr LocalReading kRepeated = LocalReading::kRepeated;

INSTANTIATE_TEST_SUITE_P(
    , ReadingWallClocks,
    testing::Values(
        WallClock{"Europe/London", "2024-03-31", 0, 59, kUnique, "2024-03-31T00:59:00"},
        WallClock{"Europe/London", "2024-03-31", 1, 0, kSkipped, "2024-03-31T01:00:00"},
        WallClock{"Europe/London", "2024-03-31", 1, 30, kSkipped, "2024-03-31T01:30:00"},
        WallClock{"Europe/London", "2024-03-31", 2, 0, kUnique, "2024-03-31T01:00:00"},
        WallClock{"Europe/London", "2024-10-27", 0, 59, kUnique, "2024-10-26T23:59:00"},
        WallClock{"Europe/London", "2024-10-27", 1, 0, kRepeated, "2024-10-27T00:00:00"},
        WallClock{"Europe/London", "2024-10-27", 1, 59, kRepeated, "2024-10-27T00:59:00"},
        WallClock{"Europe/London", "2024-10-27", 2, 0, kUnique, "2024-10-27T02:00:00"},
        WallClock{"America/New_York", "2024-03-10", 2, 30, kSkipped, "2024-03-10T07:30:00"},
        WallClock{"America/New_York", "2024-03-10", 3, 0, kUnique, "2024-03-10T07:00:00"},
        WallClock{"America/New_York", "2024-11-03", 1, 30, kRepeated, "2024-11-03T05:30:00"},
        WallClock{"America/New_York", "2024-11-03", 2, 0, kUnique, "2024-11-03T07:00:00"},
        WallClock{"America/New_York", "2024-12-31", 23, 59, kUnique, "2025-01-01T04:59:00"},
        WallClock{"Australia/Lord_Howe", "2024-10-06", 2, 15, kSkipped, "2024-10-05T15:45:00"},
        WallClock{"Australia/Lord_Howe", "2024-10-06", 2, 30, kUnique, "2024-10-05T15:30:00"},
        WallClock{"Australia/Lord_Howe", "2024-04-07", 1, 45, kRepeated, "2024-04-06T14:45:00"},
        WallClock{"Australia/Lord_Howe", "2024-04-07", 2, 0, kUnique, "2024-04-06T15:30:00"},
        WallClock{"America/Sao_Paulo", "2018-11-04", 0, 0, kSkipped, "2018-11-04T03:00:00"},
        WallClock{"America/Sao_Paulo", "2018-11-03", 23, 59, kUnique, "2018-11-04T02:59:00"},
        WallClock{"America/Havana", "2023-11-05", 0, 0, kRepeated, "2023-11-05T04:00:00"},
        WallClock{"Pacific/Apia", "2011-12-30", 12, 0, kSkipped, "2011-12-30T22:00:00"},
        WallClock{"Asia/Kolkata", "2024-02-29", 0, 0, kUnique, "2024-02-28T18:30:00"},
        WallClock{"Europe/London", "2100-07-01", 12, 0, kUnique, "2100-07-01T11:00:00"},
        WallClock{"America/New_York", "2040-07-04", 12, 0, kUnique, "2040-07-04T16:00:00"},
        WallClock{"America/New_York", "1850-07-04", 12, 0, kUnique, "1850-07-04T17:00:00"},
        WallClock{"UTC", "2024-03-31", 1, 30, kUnique, "2024-03-31T01:30:00"}));

TEST(Zone, DaysBeginAndEndByTheWallClock) {
  const Zone zone = Zone::find("America/Sao_Paulo");
  EXPECT_EQ(utc_text(zone.start_of(day("2018-11-04"))), "2018-11-04T03:00:00");
  EXPECT_EQ(utc_text(zone.end_of(day("2018-11-04"))), "2018-11-05T01:59:59.999999");
  const LocalTime first = zone.to_local(zone.start_of(day("2018-11-04")));
  EXPECT_EQ(first.day, day("2018-11-04"));
  EXPECT_EQ(first.hour(), 1);
  EXPECT_EQ(zone.to_local({zone.start_of(day("2018-11-04")).micros - 1}).day, day("2018-11-03"));
  const Zone london = Zone::find("Europe/London");
  const auto hours = [&](const char* text) {
    return (london.end_of(day(text)).micros + 1 - london.start_of(day(text)).micros) /
           kMicrosPerHour;
  };
  EXPECT_EQ(hours("2024-03-31"), 23);
  EXPECT_EQ(hours("2024-10-27"), 25);
  EXPECT_EQ(hours("2024-02-29"), 24);
}

TEST(Zone, WritesTheWallClock) {
  const Zone zone = Zone::find("America/New_York");
  EXPECT_EQ(zone.name(), "America/New_York");
  EXPECT_EQ(zone.format({0}), "1969-12-31T19:00:00");
  EXPECT_EQ(zone.format({1}), "1969-12-31T19:00:00.000001");
  EXPECT_EQ(Zone::utc().format({-1}), "1969-12-31T23:59:59.999999");
  EXPECT_EQ(Zone::utc().format({500'000}), "1970-01-01T00:00:00.500000");
  EXPECT_EQ(Zone::utc().name(), "UTC");
  EXPECT_EQ(Zone::utc().to_local({-1}).hour(), 23);
}

TEST(Zone, TellsWhichNameWasMeant) {
  try {
    Zone::find("Europe/Lodnon");
    FAIL() << "found a zone that is none";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "E-PARAM");
    EXPECT_EQ(error.message(), "There is no time zone \"Europe/Lodnon\".");
    EXPECT_EQ(error.hint(), "Did you mean Europe/London?");
  }
  EXPECT_THROW(Zone::find(""), Error);
  EXPECT_THROW(Zone::find("../../etc/passwd"), Error);
  EXPECT_EQ(Zone::find("US/Eastern").name(), "US/Eastern");
}

/// The tz library's own search through its tables, slow but written by others.
Zone::Read by_library(const date::time_zone& zone, Day at, std::int64_t micros_of_day) {
  const std::chrono::microseconds local(at.number * kMicrosPerDay + micros_of_day);
  const date::local_info info = zone.get_info(
      date::local_time<std::chrono::seconds>(std::chrono::floor<std::chrono::seconds>(local)));
  const Instant instant{(local - info.first.offset).count()};
  if (info.result == date::local_info::nonexistent) return {instant, kSkipped};
  return {instant, info.result == date::local_info::ambiguous ? kRepeated : kUnique};
}

TEST(Zone, AgreesWithTheLibraryFor1900To2037) {
  std::mt19937_64 random(11);
  const std::int32_t first = day("1900-01-02").number;
  const std::int32_t last = day("2037-12-30").number;
  for (const char* name :
       {"Europe/London", "America/New_York", "Australia/Lord_Howe", "America/Sao_Paulo",
        "Asia/Kolkata", "Africa/Casablanca", "Europe/Dublin", "America/St_Johns", "Asia/Gaza"}) {
    const date::time_zone* library = date::locate_zone(name);
    const Zone zone = Zone::find(name);
    // Around every change, and anywhere.
    std::vector<std::int64_t> locals;
    date::sys_seconds at = date::sys_days{date::year{1900} / 1 / 2};
    while (at < date::sys_days{date::year{2037} / 12 / 1}) {
      const date::sys_info span = library->get_info(at);
      const std::int64_t local =
          (span.end.time_since_epoch() + span.offset).count() * kMicrosPerSecond;
      for (const int minutes : {-61, -60, -31, -30, -29, -1, 0, 1, 15, 29, 30, 31, 59, 60, 61}) {
        locals.push_back(local + minutes * kMinute);
      }
      at = span.end;
    }
    for (int i = 0; i < 1000; ++i) {
      const auto number = static_cast<std::int32_t>(
          first + static_cast<std::int32_t>(random() % static_cast<unsigned>(last - first)));
      locals.push_back(number * kMicrosPerDay +
                       static_cast<std::int64_t>(random() % kMicrosPerDay));
    }
    for (const std::int64_t local : locals) {
      const Day date{static_cast<std::int32_t>(
          date::floor<date::days>(std::chrono::microseconds(local)).count())};
      if (date.number < first || date.number > last) continue;
      const std::int64_t rest = local - date.number * kMicrosPerDay;
      const Zone::Read read = zone.from_local(date, rest);
      const Zone::Read expected = by_library(*library, date, rest);
      ASSERT_EQ(read.instant, expected.instant) << name << ' ' << format_day(date) << ' ' << rest;
      ASSERT_EQ(read.reading, expected.reading) << name << ' ' << format_day(date) << ' ' << rest;
      const LocalTime back = zone.to_local(read.instant);
      ASSERT_EQ(back.day == date && back.micros_of_day == rest, read.reading != kSkipped);
    }
  }
}

}  // namespace
}  // namespace ca
