#include "runs/schedule.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <set>

#include "base/error.h"

namespace ca::runs {
namespace {

constexpr std::int64_t kMinute = 60 * kMicrosPerSecond;

workspace::ScheduleRecord words(const std::string& period, const std::string& zone,
                                const std::string& at = "") {
  workspace::ScheduleRecord record;
  record.period = period;
  record.timezone = zone;
  record.at = at;
  return record;
}

Instant utc(const std::string& text) {
  const ReadInstant read = read_instant(text, Zone::utc());
  EXPECT_EQ(read.reading, InstantReading::kExact) << text;
  return read.instant;
}

/// The next slots as the zone's clock shows them, without seconds.
std::string next(const workspace::ScheduleRecord& record, const std::string& after,
                 std::size_t count) {
  const Schedule schedule = read_schedule(record);
  std::string text;
  for (const Instant slot : next_slots(schedule, utc(after), count)) {
    const std::string shown = schedule.zone.format(slot);
    EXPECT_EQ(shown.substr(16), ":00") << shown;
    text += (text.empty() ? "" : " ") + shown.substr(5, 11);
  }
  return text;
}

TEST(Schedule, PeriodsAtTheirTimes) {
  EXPECT_EQ(next(words("daily", "UTC"), "2024-05-01 12:00", 2), "05-02T00:00 05-03T00:00");
  EXPECT_EQ(next(words("daily", "Asia/Kathmandu", "03:30"), "2024-05-01 12:00", 2),
            "05-02T03:30 05-03T03:30");
  EXPECT_EQ(next(words("weekly", "UTC"), "2024-05-01 12:00", 2), "05-06T00:00 05-13T00:00");
  EXPECT_EQ(next(words("12_hours", "UTC", "18:15"), "2024-05-01 12:00", 3),
            "05-01T18:15 05-02T06:15 05-02T18:15");
  EXPECT_EQ(next(words("12h", "UTC"), "2024-05-01 12:00", 2), "05-02T00:00 05-02T12:00");
  EXPECT_EQ(next(words("hourly", "UTC", "00:20"), "2024-05-01 12:20", 2),
            "05-01T13:20 05-01T14:20");
  EXPECT_EQ(next(words("30 3 * * mon-fri", "UTC"), "2024-05-03 03:30", 2),
            "05-06T03:30 05-07T03:30");
  EXPECT_EQ(next(words("once", "UTC"), "2024-05-01 12:00", 2), "");
}

TEST(Schedule, ASlotIsAfterTheMomentNotAtIt) {
  EXPECT_EQ(next(words("daily", "UTC"), "2024-05-02 00:00", 1), "05-03T00:00");
  EXPECT_EQ(next(words("daily", "UTC"), "2024-05-01 23:59:59.999999", 1), "05-02T00:00");
  EXPECT_EQ(next(words("* * * * *", "UTC"), "2024-05-02 00:00", 1), "05-02T00:01");
}

// Europe/London 2024: 01:00 to 02:00 is skipped on 31 March and comes twice on 27 October.
TEST(Schedule, ATimeThatIsSkippedIsDueAtTheEndOfTheGap) {
  EXPECT_EQ(next(words("daily", "Europe/London", "01:30"), "2024-03-30 12:00", 2),
            "03-31T02:00 04-01T01:30");
  EXPECT_EQ(next(words("15,30,45 1 * * *", "Europe/London"), "2024-03-30 12:00", 2),
            "03-31T02:00 04-01T01:15");
  // Beirut's clocks go from midnight to one o'clock, Scoresbysund's (2024) around midnight.
  EXPECT_EQ(next(words("daily", "Asia/Beirut"), "2024-03-30 12:00", 2), "03-31T01:00 04-01T00:00");
  EXPECT_EQ(next(words("daily", "America/Nuuk", "23:30"), "2024-03-30 12:00", 2),
            "03-31T00:00 03-31T23:30");
}

TEST(Schedule, ATimeThatComesTwiceIsDueTheFirstTime) {
  const Schedule schedule = read_schedule(words("daily", "Europe/London", "01:30"));
  const auto slots = next_slots(schedule, utc("2024-10-26 12:00"), 2);
  EXPECT_EQ(slots[0], utc("2024-10-27 00:30"));
  EXPECT_EQ(slots[1], utc("2024-10-28 01:30"));
}

TEST(Schedule, HourlyIsEveryElapsedHour) {
  EXPECT_EQ(next(words("hourly", "Europe/London"), "2024-03-30 23:30", 3),
            "03-31T00:00 03-31T02:00 03-31T03:00");
  EXPECT_EQ(next(words("hourly", "Europe/London"), "2024-10-26 23:30", 3),
            "10-27T01:00 10-27T01:00 10-27T02:00");
  // Half an hour: the pace stays, the minute that the clock shows moves.
  auto lord_howe = words("hourly", "Australia/Lord_Howe");
  lord_howe.created_at = "2024-09-01T00:00:00.000Z";
  EXPECT_EQ(next(lord_howe, "2024-10-05 14:00", 3), "10-06T01:00 10-06T02:30 10-06T03:30");
}

TEST(Schedule, ACronOfEveryHourGoesOnInAnHourThatComesTwice) {
  EXPECT_EQ(next(words("*/30 * * * *", "Europe/London"), "2024-10-26 23:45", 6),
            "10-27T01:00 10-27T01:30 10-27T01:00 10-27T01:30 10-27T02:00 10-27T02:30");
  EXPECT_EQ(next(words("*/30 * * * *", "Europe/London"), "2024-03-31 00:20", 3),
            "03-31T00:30 03-31T02:00 03-31T02:30");
}

// Apia had no 30 December 2011.
TEST(Schedule, ADayThatAZoneLeftOutHasNoRun) {
  EXPECT_EQ(next(words("daily", "Pacific/Apia", "12:00"), "2011-12-29 12:00", 3),
            "12-29T12:00 12-31T12:00 01-01T12:00");
  EXPECT_EQ(next(words("daily", "Pacific/Apia"), "2011-12-29 12:00", 2), "12-31T00:00 01-01T00:00");
  EXPECT_EQ(next(words("0 * 30 12 *", "Pacific/Apia"), "2011-12-29 12:00", 1), "12-30T00:00");
  EXPECT_EQ(next(words("hourly", "Pacific/Apia"), "2011-12-30 08:30", 3),
            "12-29T23:00 12-31T00:00 12-31T01:00");
}

TEST(Schedule, RareDaysComeAndOthersDoNot) {
  EXPECT_EQ(next(words("0 0 29 2 *", "UTC"), "2096-03-01 00:00", 1), "02-29T00:00");
  const Schedule schedule = read_schedule(words("0 0 29 2 *", "UTC"));
  EXPECT_EQ(next_slot(schedule, utc("2096-03-01 00:00")), utc("2104-02-29 00:00"));
  const Schedule new_year = read_schedule(words("0 0 */31 1 mon", "UTC"));
  EXPECT_EQ(next_slot(new_year, utc("2091-01-01 00:00")), utc("2103-01-01 00:00"));
}

TEST(Schedule, TheLastSlotOfALongTimeIsFoundAtOnce) {
  const Instant until = utc("2034-05-01 12:00:30");
  EXPECT_EQ(last_slot(read_schedule(words("* * * * *", "UTC")), utc("1990-01-01 00:00"), until),
            utc("2034-05-01 12:00"));
  EXPECT_EQ(last_slot(read_schedule(words("0 0 29 2 *", "UTC")), utc("1990-01-01 00:00"), until),
            utc("2032-02-29 00:00"));
  EXPECT_EQ(last_slot(read_schedule(words("daily", "UTC")), utc("2034-05-01 00:00"), until),
            std::nullopt);
}

TEST(Schedule, ErrorsNameTheField) {
  const auto field_of = [](const workspace::ScheduleRecord& record) {
    try {
      read_schedule(record);
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), "E-PARAM");
      EXPECT_FALSE(error.hint().empty());
      return error.details().at(0).second;
    }
    return std::string("none");
  };
  EXPECT_EQ(field_of(words("daly", "UTC")), "period");
  EXPECT_EQ(field_of(words("", "UTC")), "period");
  EXPECT_EQ(field_of(words("daily", "Mars/Olympus")), "timezone");
  for (const char* at : {"24:00", "12:60", "9:30", "09:30:00", "0930", "-1:00"}) {
    EXPECT_EQ(field_of(words("daily", "UTC", at)), "at") << at;
  }
  EXPECT_EQ(field_of(words("0 3 * * *", "UTC", "04:00")), "at");
  EXPECT_EQ(field_of(words("cron", "UTC")), "cron");
  auto record = words("daily", "UTC");
  record.cron = "0 3 * * *";
  EXPECT_EQ(field_of(record), "cron");
  record = words("daily", "UTC");
  record.analyses = {"ingest", "clw"};
  EXPECT_EQ(field_of(record), "analyses");
}

TEST(Schedule, IsStoredInItsOwnWords) {
  const auto stored = normalised(words("0  3 * * 1", ""), "Europe/London");
  EXPECT_EQ(stored.period, "cron");
  EXPECT_EQ(stored.cron, "0 3 * * 1");
  EXPECT_EQ(stored.timezone, "Europe/London");
  EXPECT_EQ(normalised(words("12 hours", "UTC"), "").period, "12_hours");
  EXPECT_EQ(normalised(stored, ""), stored);
}

TEST(Schedule, WhatItsStagesMakeIsPublished) {
  const auto stages = [](std::vector<std::string> analyses) {
    auto record = words("daily", "UTC");
    record.analyses = std::move(analyses);
    return normalised(record, "").analyses;
  };
  using Stages = std::vector<std::string>;
  EXPECT_EQ(stages({"clv", "ingest"}), (Stages{"ingest", "exploratory", "clv", "publish"}));
  EXPECT_EQ(stages({"exploratory", "export"}), (Stages{"exploratory", "publish", "export"}));
  EXPECT_EQ(stages({"ingest", "quality"}), (Stages{"ingest", "quality"}));
  EXPECT_EQ(stages({}), Stages());
}

TEST(Schedule, OnceHasNeitherATimeNorAZoneNorMissedRuns) {
  const auto refused = [](const workspace::ScheduleRecord& record) {
    try {
      check_once(record);
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), "E-PARAM");
      return error.details().at(0).second;
    }
    return std::string("none");
  };
  EXPECT_EQ(refused(words("once", "")), "none");
  EXPECT_EQ(refused(words("once", "", "25:99")), "at");
  EXPECT_EQ(refused(words("once", "UTC")), "timezone");
  auto record = words("once", "");
  record.catch_up = false;
  EXPECT_EQ(refused(record), "catch_up");
}

// ---- what holds in every zone ----

const std::vector<std::string>& zones() {
  static const std::vector<std::string> names = {"UTC",
                                                 "Europe/London",
                                                 "America/New_York",
                                                 "America/Sao_Paulo",
                                                 "Asia/Kathmandu",
                                                 "Australia/Lord_Howe",
                                                 "Pacific/Apia",
                                                 "Asia/Beirut",
                                                 "America/Nuuk",
                                                 "Antarctica/Troll",
                                                 "Africa/Cairo",
                                                 "America/St_Johns",
                                                 "Pacific/Chatham",
                                                 "Africa/Casablanca",
                                                 "Asia/Tehran",
                                                 "Pacific/Kiritimati",
                                                 "America/Santiago",
                                                 "Asia/Pyongyang",
                                                 "America/Caracas",
                                                 "Europe/Moscow",
                                                 "Africa/El_Aaiun",
                                                 "America/Havana",
                                                 "Asia/Gaza",
                                                 "Europe/Dublin"};
  return names;
}

struct InZone : ::testing::TestWithParam<std::string> {
  Zone zone = Zone::find(GetParam());
  Instant begin = utc("2011-03-01 00:00");
  Instant end = utc(std::getenv("CA_LONG") != nullptr ? "2030-01-01 00:00" : "2012-04-05 00:00");

  std::vector<Instant> slots_of(const Schedule& schedule) const {
    std::vector<Instant> slots;
    for (auto slot = next_slot(schedule, begin); slot && *slot < end;
         slot = next_slot(schedule, *slot)) {
      EXPECT_TRUE(slots.empty() || *slot > slots.back());
      slots.push_back(*slot);
    }
    return slots;
  }
};

/// By brute force: the first minute at which the clock shows `minutes` of that day or anything
/// later, or nothing when the day is left out.
std::optional<Instant> first_minute(const Zone& zone, Day day, std::int64_t minutes) {
  const auto shown = [&](std::int64_t micros) {
    const LocalTime local = zone.to_local({micros});
    return std::pair(local.day, local.micros_of_day);
  };
  const std::int64_t guess = day.number * kMicrosPerDay + minutes * kMinute;
  bool has_day = false;
  std::optional<Instant> found;
  for (std::int64_t at = guess - 40 * kMicrosPerHour; at < guess + 40 * kMicrosPerHour;
       at += 15 * kMinute) {
    if (shown(at).first == day) has_day = true;
    if (!found && shown(at) >= std::pair(day, minutes * kMinute)) found = Instant{at};
  }
  if (!has_day) return std::nullopt;
  while (shown(found->micros - kMinute) >= std::pair(day, minutes * kMinute)) {
    found->micros -= kMinute;
  }
  return found;
}

TEST_P(InZone, DailyIsOnceADayThatThereIs) {
  for (const int minutes : {0, 30, 90, 150, 23 * 60 + 30}) {
    const auto record =
        words("daily", GetParam(), fmt::format("{:02}:{:02}", minutes / 60, minutes % 60));
    std::set<Instant> expected;
    const Day last = zone.to_local(end).day;
    for (Day day = zone.to_local(begin).day - 1; day < last + 1; day = day + 1) {
      const auto slot = first_minute(zone, day, minutes);
      if (slot && *slot > begin && *slot < end) expected.insert(*slot);
    }
    const std::vector<Instant> slots = slots_of(read_schedule(record));
    EXPECT_EQ(std::set<Instant>(slots.begin(), slots.end()), expected) << minutes;
  }
}

TEST_P(InZone, HourlyIsOnceAnElapsedHour) {
  const std::vector<Instant> slots = slots_of(read_schedule(words("hourly", GetParam(), "00:10")));
  EXPECT_EQ(static_cast<std::int64_t>(slots.size()), (end.micros - begin.micros) / kMicrosPerHour);
  for (std::size_t i = 1; i < slots.size(); ++i) {
    ASSERT_EQ(slots[i].micros - slots[i - 1].micros, kMicrosPerHour);
  }
}

TEST_P(InZone, TwelveHoursIsTwiceADay) {
  const Schedule schedule = read_schedule(words("12_hours", GetParam(), "01:30"));
  const std::vector<Instant> slots = slots_of(schedule);
  for (std::size_t i = 1; i < slots.size(); ++i) {
    const std::int64_t hours = (slots[i].micros - slots[i - 1].micros) / kMicrosPerHour;
    ASSERT_GE(hours, 9);
    ASSERT_LE(hours, 14);
  }
}

TEST_P(InZone, CronOfEveryHourIsWheneverTheClockShowsTheMinute) {
  const Schedule schedule = read_schedule(words("15 * * * *", GetParam()));
  std::vector<Instant> expected;
  for (std::int64_t at = begin.micros + 15 * kMinute; at < end.micros; at += 15 * kMinute) {
    const std::int64_t rest = zone.to_local({at}).micros_of_day % kMicrosPerHour;
    if (rest == 15 * kMinute) expected.push_back({at});
  }
  EXPECT_EQ(slots_of(schedule), expected);
}

TEST_P(InZone, TheNextSlotDoesNotDependOnWhereOneBegins) {
  for (const char* period : {"hourly", "12h", "daily", "weekly", "*/20 1-3 * * *", "7 * 1 * sun"}) {
    const Schedule schedule = read_schedule(words(period, GetParam()));
    const std::vector<Instant> slots = slots_of(schedule);
    for (std::size_t i = 1; i < slots.size(); i += 41) {
      const std::int64_t middle = (slots[i - 1].micros + slots[i].micros) / 2;
      ASSERT_EQ(next_slot(schedule, {middle}), slots[i]) << period;
      ASSERT_EQ(next_slot(schedule, {slots[i].micros - 1}), slots[i]) << period;
      ASSERT_EQ(last_slot(schedule, begin, {slots[i].micros}), slots[i]) << period;
      ASSERT_EQ(last_slot(schedule, begin, {slots[i].micros - 1}), slots[i - 1]) << period;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Zones, InZone, ::testing::ValuesIn(zones()), [](const auto& zone) {
  std::string name = zone.param;
  std::ranges::replace(name, '/', '_');
  return name;
});

}  // namespace
}  // namespace ca::runs
