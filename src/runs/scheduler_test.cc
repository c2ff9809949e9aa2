#include "runs/scheduler.h"

#include <gtest/gtest.h>
#include <sys/mman.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <fstream>
#include <map>
#include <memory>
#include <set>
#include <thread>

#include "base/error.h"
#include "workspace/test_support.h"

namespace ca::runs {
namespace {

using namespace std::chrono_literals;
using workspace::TimePoint;
using workspace::testing::Child;
using workspace::testing::FakeClock;

TimePoint utc(const std::string& text) {
  return to_time_point(read_instant(text, Zone::utc()).instant);
}

struct SchedulerTest : ::testing::Test {
  ScratchFolderInMemory folder;
  workspace::Home home = workspace::Home::open(folder.path());
  FakeClock fake;
  workspace::Workspace workspace{home, fake.clock()};
  workspace::ScheduleTable table{workspace};
  std::vector<DueRun> asked;

  Scheduler scheduler() {
    return Scheduler(workspace, [this](const DueRun& due) { asked.push_back(due); });
  }
  void set(const std::string& period, const std::string& zone, bool catch_up = true) {
    workspace::ScheduleRecord record;
    record.period = period;
    record.timezone = zone;
    record.catch_up = catch_up;
    table.save(normalised(record, "UTC"), fake.now);
  }
  /// The days of the zone for which runs were asked.
  std::map<std::string, int> days(const std::string& zone) const {
    std::map<std::string, int> counts;
    for (const DueRun& due : asked) ++counts[Zone::find(zone).format(due.slot).substr(0, 10)];
    return counts;
  }
  std::size_t until(Scheduler& ticking, TimePoint end, std::chrono::seconds step) {
    const std::size_t before = asked.size();
    for (; fake.now < end; fake.now += step) ticking.tick(fake.now);
    return asked.size() - before;
  }
};

struct Change {
  const char* zone;
  const char* begin;  ///< UTC, five days before a change of the clocks
};

struct OverChange : SchedulerTest, ::testing::WithParamInterface<Change> {};

// Ten days over a change, with an outage of three hours in the night of the change.
TEST_P(OverChange, TenDaysAreTenRuns) {
  const Zone zone = Zone::find(GetParam().zone);
  const Day first = *parse_day(GetParam().begin);
  fake.now = to_time_point(zone.from_local(first, 12 * kMicrosPerHour).instant);
  set("daily", zone.name());
  {
    Scheduler before = scheduler();
    until(before, to_time_point(zone.start_of(first + 4)) - 1h, 240s);
  }
  fake.now += 3h;  // nothing ticks
  Scheduler after = scheduler();
  until(after, to_time_point(zone.start_of(first + 11)) - 1s, 240s);
  const auto counts = days(zone.name());
  ASSERT_EQ(asked.size(), 10U);
  ASSERT_EQ(counts.size(), 10U);
  for (Day day = first + 1; day < first + 11; day = day + 1) {
    EXPECT_EQ(counts.count(format_day(day)), 1U) << format_day(day);
  }
  EXPECT_EQ(std::ranges::count_if(asked, &DueRun::is_late), 1);
}

INSTANTIATE_TEST_SUITE_P(Zones, OverChange,
                         ::testing::Values(Change{"Europe/London", "2025-03-26"},
                                           Change{"Europe/London", "2025-10-22"},
                                           Change{"America/New_York", "2025-03-05"},
                                           Change{"America/New_York", "2025-10-29"},
                                           Change{"Australia/Lord_Howe", "2025-04-01"},
                                           Change{"Australia/Lord_Howe", "2025-10-01"},
                                           Change{"Asia/Beirut", "2025-03-26"},
                                           Change{"Asia/Beirut", "2025-10-22"},
                                           Change{"America/Santiago", "2025-04-02"},
                                           Change{"America/Santiago", "2025-09-03"}));

TEST_F(SchedulerTest, ARunIsAskedForAsTheScheduleSays) {
  workspace::ScheduleRecord record;
  record.name = "nightly";
  record.period = "daily";
  record.analyses = {"ingest", "quality"};
  record.is_full = true;
  table.save(normalised(record, "UTC"), fake.now);
  Scheduler ticking = scheduler();
  until(ticking, fake.now + 24h, 1h);
  ASSERT_EQ(asked.size(), 1U);
  EXPECT_EQ(asked[0].schedule, "nightly");
  EXPECT_EQ(asked[0].options.only, (std::set<std::string>{"ingest", "quality"}));
  EXPECT_TRUE(asked[0].options.full);
  EXPECT_EQ(asked[0].options.trigger, workspace::Trigger::kSchedule);
  EXPECT_EQ(table.read()->next_run_at, "2024-05-03T00:00:00.000Z");
}

TEST_F(SchedulerTest, WithoutAScheduleNothingIsDue) {
  Scheduler ticking = scheduler();
  EXPECT_EQ(until(ticking, fake.now + 24h * 400, 24h), 0U);
}

TEST_F(SchedulerTest, OneRunStandsForAllThatWereMissed) {
  set("hourly", "UTC");
  fake.now += 24h * 30 + 20min;
  Scheduler ticking = scheduler();
  EXPECT_EQ(until(ticking, fake.now + 5min, 1s), 1U);
  EXPECT_TRUE(asked[0].is_late);
  EXPECT_EQ(to_time_point(asked[0].slot), utc("2024-05-31 12:00"));
  EXPECT_EQ(until(ticking, fake.now + 3h, 10s), 3U);
}

TEST_F(SchedulerTest, WithoutCatchUpWhatWasMissedIsPassedOver) {
  set("daily", "UTC", false);
  fake.now += 24h * 3;
  Scheduler ticking = scheduler();
  EXPECT_EQ(until(ticking, utc("2024-05-04 23:59"), 60s), 0U);
  EXPECT_EQ(until(ticking, utc("2024-05-05 23:59"), 60s), 1U);
  // A few minutes are not an outage.
  fake.now = utc("2024-05-06 00:04");
  EXPECT_EQ(until(ticking, utc("2024-05-06 01:00"), 10s), 1U);
}

TEST_F(SchedulerTest, AnotherScheduleRepeatsNothing) {
  set("daily", "UTC");
  Scheduler ticking = scheduler();
  EXPECT_EQ(until(ticking, utc("2024-05-02 00:00:30"), 1s), 1U);
  set("daily", "UTC");
  EXPECT_EQ(until(ticking, utc("2024-05-02 23:59"), 60s), 0U);
  set("0 23 * * *", "UTC");
  EXPECT_EQ(until(ticking, utc("2024-05-03 22:59"), 60s), 0U);
  table.remove();
  EXPECT_EQ(until(ticking, utc("2024-05-04 22:59"), 60s), 0U);
  set("0 23 * * *", "UTC");
  EXPECT_EQ(until(ticking, utc("2024-05-04 23:01"), 10s), 1U);
}

TEST_F(SchedulerTest, WhatFallsIntoAPauseIsNotMadeUpFor) {
  set("daily", "UTC");
  Scheduler ticking = scheduler();
  EXPECT_TRUE(table.enable(false, "", fake.now));
  EXPECT_FALSE(table.enable(false, "", fake.now));
  EXPECT_EQ(until(ticking, utc("2024-05-04 12:00"), 60s), 0U);
  EXPECT_TRUE(table.enable(true, "", fake.now));
  EXPECT_EQ(until(ticking, utc("2024-05-04 23:59"), 60s), 0U);
  EXPECT_EQ(until(ticking, utc("2024-05-05 00:01"), 1s), 1U);
}

TEST_F(SchedulerTest, AClockThatIsSetBackRepeatsNothingAndLosesNothing) {
  set("hourly", "UTC");
  Scheduler ticking = scheduler();
  EXPECT_EQ(until(ticking, utc("2024-05-01 15:30"), 10s), 3U);
  fake.now = utc("2024-05-01 14:30");
  EXPECT_EQ(until(ticking, utc("2024-05-01 15:30"), 10s), 0U);
  EXPECT_EQ(until(ticking, utc("2024-05-01 16:30"), 10s), 1U);
  fake.now = utc("2034-05-01 12:00");  // a clock that is wrong for a while
  EXPECT_EQ(until(ticking, utc("2034-05-01 12:10"), 10s), 1U);
  fake.now = utc("2024-05-01 16:40");
  EXPECT_EQ(until(ticking, utc("2024-05-01 18:30"), 10s), 2U);
}

TEST_F(SchedulerTest, WhatCouldNotBeAskedForIsAskedForAgain) {
  set("daily", "UTC");
  fake.now = utc("2024-05-02 00:00");
  Scheduler failing(workspace, [](const DueRun&) { throw Error("E-FILE", "The disk is full."); });
  EXPECT_THROW(failing.tick(fake.now), Error);
  fake.now += 30s;
  EXPECT_FALSE(failing.tick(fake.now));
  Scheduler ticking = scheduler();
  EXPECT_EQ(until(ticking, fake.now + 10min, 1s), 1U);
  EXPECT_EQ(to_time_point(asked[0].slot), utc("2024-05-02 00:00"));
  EXPECT_EQ(until(ticking, fake.now + 10min, 1s), 0U);
}

TEST_F(SchedulerTest, WhatItTookWhenItDiedIsTakenByAnother) {
  set("daily", "UTC");
  const auto record = *table.read();
  fake.now = utc("2024-05-02 00:00");
  EXPECT_TRUE(table.take_slot(record, fake.now, fake.now, "", false));
  EXPECT_FALSE(table.take_slot(record, fake.now, fake.now, "", false));
  Scheduler ticking = scheduler();
  EXPECT_EQ(until(ticking, fake.now + 60s, 1s), 0U);
  EXPECT_EQ(until(ticking, fake.now + 5s, 1s), 1U);
}

TEST_F(SchedulerTest, ASlotOfAScheduleThatIsGoneIsNotTaken) {
  set("daily", "UTC");
  const auto old = *table.read();
  fake.now += 1s;
  set("daily", "UTC");
  EXPECT_FALSE(table.take_slot(old, utc("2024-05-02"), utc("2024-05-02"), "", false));
  const auto current = *table.read();
  table.enable(false, "", fake.now);
  EXPECT_FALSE(table.take_slot(current, utc("2024-05-02"), utc("2024-05-02"), "", false));
}

TEST_F(SchedulerTest, OldSlotsAreForgottenButTheNewest) {
  set("0 0 * * *", "UTC");
  Scheduler ticking = scheduler();
  EXPECT_EQ(until(ticking, utc("2024-05-11 12:00"), 1h), 10U);
  EXPECT_EQ(table.prune_slots(utc("2024-05-09 12:00"), fake.now), 8);
  EXPECT_EQ(table.prune_slots(utc("2024-07-09 12:00"), utc("2024-08-13 12:00")), 1);
  EXPECT_EQ(table.newest_slot(fake.now), utc("2024-05-11"));
}

TEST_F(SchedulerTest, AClockThatWasAheadMakesNothingRunAgain) {
  set("0 0 1 */3 *", "UTC");
  {
    Scheduler ticking = scheduler();
    EXPECT_EQ(until(ticking, utc("2024-07-01 01:00"), 1h), 1U);
    fake.now = utc("2034-08-01 12:00");
    EXPECT_EQ(until(ticking, utc("2034-08-01 12:10"), 60s), 1U);
  }
  fake.now = utc("2024-08-20 12:00");
  Scheduler again = scheduler();
  EXPECT_EQ(until(again, utc("2024-08-25 12:00"), 1h), 0U);
  EXPECT_EQ(until(again, utc("2024-10-01 01:00"), 1h), 1U);
}

TEST_F(SchedulerTest, AScheduleSavedByAClockThatWasAheadCountsFromNow) {
  for (const auto& [period, runs] : {std::pair("daily", 1U), std::pair("hourly", 24U)}) {
    const TimePoint begin = fake.now;
    fake.now += 24h * 3650;
    set(period, "UTC");
    fake.now = begin;
    Scheduler ticking = scheduler();
    EXPECT_EQ(until(ticking, begin + 24h, 10s), runs) << period;
    EXPECT_EQ(table.read()->active_since, workspace::utc_text(begin));
    EXPECT_LE(table.read()->created_at, workspace::utc_text(begin));
    EXPECT_LT(table.read()->next_run_at, workspace::utc_text(begin + 49h));
  }
}

TEST_F(SchedulerTest, AScheduleSavedAMomentAgoIsNoneOfAnotherClock) {
  set("* * * * *", "UTC");
  const auto saved = *table.read();
  Scheduler ticking = scheduler();
  EXPECT_FALSE(ticking.tick(fake.now - 1s));
  EXPECT_EQ(table.read(), saved);
}

TEST_F(SchedulerTest, TicksByItselfUntilItIsStopped) {
  std::atomic<int> days = 0;
  std::atomic<int> runs = 0;
  workspace::ScheduleRecord record;
  record.period = "* * * * *";
  fake.now = std::chrono::system_clock::now() - 10min;
  table.save(normalised(record, "UTC"), fake.now);
  Scheduler ticking(
      workspace, [&](const DueRun&) { ++runs; }, [&](TimePoint) { ++days; });
  ticking.start();
  const auto deadline = std::chrono::steady_clock::now() + 20s;
  while ((runs == 0 || days == 0) && std::chrono::steady_clock::now() < deadline) {
    std::this_thread::sleep_for(5ms);
  }
  ticking.stop();
  EXPECT_GE(runs, 1);
  EXPECT_EQ(days, 1);
}

constexpr int kMinutes = 240;

/// Keeps two of them at the same minute, in threads or processes.
struct Pace {
  std::array<std::atomic<int>, 2> minute{};

  void wait(std::size_t mine) {
    const int reached = ++minute[mine];
    while (minute[1 - mine] < reached) std::this_thread::sleep_for(std::chrono::microseconds(20));
  }
};

/// Ticks through a schedule of every minute; the slots it got.
std::set<std::int64_t> minutes_won(const workspace::Home& home, TimePoint begin, Pace& pace,
                                   std::size_t mine) {
  FakeClock fake{begin};
  workspace::Workspace workspace(home, fake.clock());
  std::set<std::int64_t> won;
  Scheduler ticking(workspace, [&](const DueRun& due) { won.insert(due.slot.micros); });
  for (int minute = 0; minute < kMinutes; ++minute) {
    fake.now += 60s;
    pace.wait(mine);
    ticking.tick(fake.now);
  }
  return won;
}

TEST_F(SchedulerTest, TwoThreadsTakeNoSlotTwiceAndLoseNone) {
  set("* * * * *", "UTC");
  std::array<std::set<std::int64_t>, 2> won;
  Pace pace;
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < 2; ++i) {
      threads.emplace_back([&, i] { won[i] = minutes_won(home, fake.now, pace, i); });
    }
  }
  std::set<std::int64_t> all = won[0];
  for (const std::int64_t slot : won[1]) EXPECT_TRUE(all.insert(slot).second);
  EXPECT_EQ(all.size(), std::size_t{kMinutes});
}

TEST_F(SchedulerTest, TwoProcessesTakeNoSlotTwiceAndLoseNone) {
  set("* * * * *", "UTC");
  void* shared =
      ::mmap(nullptr, sizeof(Pace), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  ASSERT_NE(shared, MAP_FAILED);
  Pace& pace = *new (shared) Pace();
  const TimePoint begin = fake.now;
  std::vector<std::unique_ptr<Child>> children;
  for (std::size_t i = 0; i < 2; ++i) {
    children.push_back(std::make_unique<Child>([&, i](const Child::Ready&) {
      const auto won = minutes_won(home, begin, pace, i);
      std::ofstream file(folder.path() / std::to_string(i));
      for (const std::int64_t slot : won) file << slot << '\n';
      return file.flush() ? 0 : 1;
    }));
  }
  for (auto& child : children) ASSERT_EQ(child->join(), 0);
  std::set<std::int64_t> all;
  for (const char* name : {"0", "1"}) {
    std::ifstream file(folder.path() / name);
    for (std::int64_t slot; file >> slot;) EXPECT_TRUE(all.insert(slot).second) << slot;
  }
  EXPECT_EQ(all.size(), std::size_t{kMinutes});
  ::munmap(shared, sizeof(Pace));
}

}  // namespace
}  // namespace ca::runs
