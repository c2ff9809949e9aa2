#include "stats/seasonal_profile.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ca::stats {
namespace {

using ::testing::ElementsAre;

constexpr std::int64_t kMinute = 60 * kMicrosPerSecond;

Instant at(const char* text) { return read_instant(text, Zone::utc()).instant; }

TEST(SeasonSlots, AreTheStepsOfTheSeries) {
  EXPECT_EQ(SeasonSlots(Season::kNone, kMicrosPerHour).count(), 1U);
  EXPECT_EQ(SeasonSlots(Season::kDaily, kMicrosPerHour).count(), 24U);
  EXPECT_EQ(SeasonSlots(Season::kWeekly, kMicrosPerHour).count(), 168U);
  EXPECT_EQ(SeasonSlots(Season::kWeekly, kMicrosPerDay).count(), 7U);
  EXPECT_EQ(SeasonSlots(Season::kDaily, 5 * kMinute).count(), 48U);
  EXPECT_EQ(SeasonSlots(Season::kDaily, 5 * kMinute, true).count(), 288U);
  EXPECT_EQ(SeasonSlots(Season::kDaily, kMicrosPerSecond, true).count(), 1440U);
  EXPECT_EQ(SeasonSlots(Season::kDaily, 7 * kMinute, true).count(), 48U);
  EXPECT_EQ(SeasonSlots(Season::kDaily, 50 * kMinute).count(), 24U);
  EXPECT_EQ(SeasonSlots(Season::kDaily, kMicrosPerHour).neighbours(), 1U);
  EXPECT_EQ(SeasonSlots(Season::kWeekly, kMicrosPerDay).neighbours(), 0U);
}

TEST(SeasonSlots, AMomentHasOnePlace) {
  const SeasonSlots hours(Season::kDaily, kMicrosPerHour);
  EXPECT_EQ(hours.place_of(at("2026-03-01 07:59:59")).slot, 7U);
  EXPECT_EQ(hours.place_of(at("2026-03-01 08:00:00")).slot, 8U);
  EXPECT_EQ(hours.place_of(at("1960-03-01 23:00:00")).slot, 23U);
  const SeasonSlots days(Season::kWeekly, kMicrosPerDay);
  EXPECT_EQ(days.place_of(at("2026-03-02 00:00:00")).slot,
            days.place_of(at("2026-03-09 23:59:59")).slot);
}

// Slots of half an hour: 00:15 is the middle of the first, 00:30 lies between the first two.
TEST(SeasonSlots, ShortStepsLieBetweenTheMiddlesOfTwoSlots) {
  const SeasonSlots slots(Season::kDaily, 5 * kMinute);
  std::vector<double> values(48, 0);
  values[0] = 10;
  values[1] = 20;
  const SeasonProfile profile(values);
  EXPECT_DOUBLE_EQ(profile.at(slots.place_of(at("2026-03-01 00:15:00"))), 10);
  EXPECT_DOUBLE_EQ(profile.at(slots.place_of(at("2026-03-01 00:30:00"))), 15);
  EXPECT_DOUBLE_EQ(profile.at(slots.place_of(at("2026-03-01 00:40:00"))), 10 + 10 * 25 / 30.0);
  EXPECT_DOUBLE_EQ(profile.at(slots.place_of(at("2026-03-01 00:00:00"))), 5);
  EXPECT_DOUBLE_EQ(profile.at(slots.place_of(at("2026-03-01 23:55:00"))), 10 * 10 / 30.0);
}

TEST(SeasonSlots, MediansLeaveOut) {
  const std::vector<SeasonSlots::Place> places = {{.slot = 0}, {.slot = 1}, {.slot = 0},
                                                  {.slot = 0}, {.slot = 1}, {.slot = 0}};
  const std::vector<double> values = {1, 50, 5, 3, 70, 1000};
  const std::vector<std::uint8_t> left_out = {0, 0, 0, 0, 1, 1};
  const SlotMedians found = medians_by_slot(3, places, values, left_out);
  EXPECT_THAT(found.medians, ElementsAre(3, 50, 0));
  EXPECT_THAT(found.counts, ElementsAre(3, 1, 0));
}

}  // namespace
}  // namespace ca::stats
