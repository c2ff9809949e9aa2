#include "models/segment_periods.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "models/test_tested.h"

namespace ca::models {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// ---- stretches --------------------------------------------------------------------------------

/// The frame of a question as of that moment.
struct AsOf {
  explicit AsOf(const std::string& moment, const std::string& zone_name = "UTC")
      : zone(Zone::find(zone_name)) {
    frame.zone = &zone;
    // A day stands for its last microsecond, as in questions.
    const ReadInstant read = read_instant(moment, zone);
    frame.as_of = read.reading == InstantReading::kDateOnly
                      ? zone.end_of(zone.to_local(read.instant).day).micros
                      : read.instant.micros;
    frame.last_day = zone.to_local({frame.as_of}).day;
  }
  Zone zone;
  reports::Frame frame;
};

/// "from..to" by the wall clock, without what is midnight or the last microsecond of a day.
std::string text_of(const Stretch& stretch, const Zone& zone) {
  const auto moment = [&](std::int64_t micros, const std::string& usual) {
    std::string text = zone.format({micros});
    const std::size_t at = text.find('T' + usual);
    return at == std::string::npos ? text : text.substr(0, at);
  };
  return moment(stretch.begin, "00:00:00") + ".." + moment(stretch.end, "23:59:59.999999");
}
/// The current one, then the earlier ones, the latest first.
std::vector<std::string> stretches(const AsOf& as_of, Period period, std::int32_t periods_ago = 0) {
  const ComparedStretches found = compared_stretches(as_of.frame, period, periods_ago);
  std::vector<std::string> texts = {text_of(found.current, as_of.zone)};
  for (const Stretch& earlier : found.earlier) texts.push_back(text_of(earlier, as_of.zone));
  return texts;
}

TEST(ComparedStretches, OfADayAreTheSameWeekdays) {
  EXPECT_THAT(
      stretches(AsOf("2021-03-31"), Period::kDaily),
      ElementsAre("2021-03-31..2021-03-31", "2021-03-24..2021-03-24", "2021-03-17..2021-03-17",
                  "2021-03-10..2021-03-10", "2021-03-03..2021-03-03"));
  // A day that is not over is left for another time, even if a microsecond is missing.
  for (const char* moment :
       {"2021-03-31T00:00", "2021-03-31T12:00", "2021-03-31T23:59:59.999998"}) {
    EXPECT_EQ(stretches(AsOf(moment), Period::kDaily).front(), "2021-03-30..2021-03-30") << moment;
  }
  EXPECT_THAT(
      stretches(AsOf("2024-01-03T10:00"), Period::kDaily),
      ElementsAre("2024-01-02..2024-01-02", "2023-12-26..2023-12-26", "2023-12-19..2023-12-19",
                  "2023-12-12..2023-12-12", "2023-12-05..2023-12-05"));
}

TEST(ComparedStretches, OfADayAreLookedAtAsOfNow) {
  const AsOf as_of("2021-03-31T12:00");
  EXPECT_EQ(compared_stretches(as_of.frame, Period::kDaily).as_of, as_of.frame.as_of);
  EXPECT_EQ(compared_stretches(as_of.frame, Period::kDaily).begin(),
            as_of.zone.start_of(day_from_civil(2021, 3, 2)).micros);
  const ComparedStretches earlier = compared_stretches(as_of.frame, Period::kDaily, 5);
  EXPECT_EQ(as_of.zone.format({earlier.as_of}), "2021-02-24T12:00:00");
}

TEST(ComparedStretches, OfAWeekAreItsPartUpToNow) {
  // A Wednesday.
  EXPECT_THAT(stretches(AsOf("2021-03-31T10:30"), Period::kWeekly),
              ElementsAre("2021-03-29..2021-03-31T10:30:00", "2021-03-22..2021-03-24T10:30:00",
                          "2021-03-15..2021-03-17T10:30:00", "2021-03-08..2021-03-10T10:30:00",
                          "2021-03-01..2021-03-03T10:30:00"));
  // Complete, on Sunday evening; and a microsecond of Monday.
  EXPECT_THAT(
      stretches(AsOf("2021-03-28"), Period::kWeekly),
      ElementsAre("2021-03-22..2021-03-28", "2021-03-15..2021-03-21", "2021-03-08..2021-03-14",
                  "2021-03-01..2021-03-07", "2021-02-22..2021-02-28"));
  EXPECT_EQ(stretches(AsOf("2021-03-29T00:00"), Period::kWeekly)[1],
            "2021-03-22..2021-03-22T00:00:00");
  // Over the end of a year.
  EXPECT_THAT(stretches(AsOf("2021-01-01T10:00"), Period::kWeekly),
              ElementsAre("2020-12-28..2021-01-01T10:00:00", "2020-12-21..2020-12-25T10:00:00",
                          "2020-12-14..2020-12-18T10:00:00", "2020-12-07..2020-12-11T10:00:00",
                          "2020-11-30..2020-12-04T10:00:00"));
}

TEST(ComparedStretches, OfAMonthAreItsPartUpToNow) {
  EXPECT_THAT(stretches(AsOf("2021-03-15T10:00"), Period::kMonthly),
              ElementsAre("2021-03-01..2021-03-15T10:00:00", "2021-02-01..2021-02-15T10:00:00",
                          "2021-01-01..2021-01-15T10:00:00", "2020-12-01..2020-12-15T10:00:00",
                          "2020-11-01..2020-11-15T10:00:00"));
}

TEST(ComparedStretches, AMonthThatIsTooShortIsTakenWhole) {
  EXPECT_THAT(stretches(AsOf("2021-03-31T10:00"), Period::kMonthly),
              ElementsAre("2021-03-01..2021-03-31T10:00:00", "2021-02-01..2021-02-28",
                          "2021-01-01..2021-01-31T10:00:00", "2020-12-01..2020-12-31T10:00:00",
                          "2020-11-01..2020-11-30"));
  EXPECT_EQ(stretches(AsOf("2021-03-29T10:00"), Period::kMonthly)[1], "2021-02-01..2021-02-28");
  EXPECT_EQ(stretches(AsOf("2024-03-29T10:00"), Period::kMonthly)[1],
            "2024-02-01..2024-02-29T10:00:00")
      << "a leap year";
  EXPECT_EQ(stretches(AsOf("2024-03-30T10:00"), Period::kMonthly)[1], "2024-02-01..2024-02-29");
}

TEST(ComparedStretches, ACompleteMonthIsComparedWithWholeOnes) {
  EXPECT_THAT(
      stretches(AsOf("2021-02-28"), Period::kMonthly),
      ElementsAre("2021-02-01..2021-02-28", "2021-01-01..2021-01-31", "2020-12-01..2020-12-31",
                  "2020-11-01..2020-11-30", "2020-10-01..2020-10-31"));
  // In a leap year the 28th is not the end.
  EXPECT_EQ(stretches(AsOf("2024-02-28"), Period::kMonthly)[1], "2024-01-01..2024-01-28");
  EXPECT_EQ(stretches(AsOf("2024-02-29"), Period::kMonthly)[1], "2024-01-01..2024-01-31");
}

TEST(ComparedStretches, FivePeriodsAgoShareNothingWithNow) {
  const AsOf as_of("2021-03-31T10:00");
  EXPECT_THAT(
      stretches(as_of, Period::kDaily, 5),
      ElementsAre("2021-02-23..2021-02-23", "2021-02-16..2021-02-16", "2021-02-09..2021-02-09",
                  "2021-02-02..2021-02-02", "2021-01-26..2021-01-26"));
  EXPECT_THAT(stretches(as_of, Period::kWeekly, 5),
              ElementsAre("2021-02-22..2021-02-24T10:00:00", "2021-02-15..2021-02-17T10:00:00",
                          "2021-02-08..2021-02-10T10:00:00", "2021-02-01..2021-02-03T10:00:00",
                          "2021-01-25..2021-01-27T10:00:00"));
  EXPECT_THAT(stretches(as_of, Period::kMonthly, 5),
              ElementsAre("2020-10-01..2020-10-31T10:00:00", "2020-09-01..2020-09-30",
                          "2020-08-01..2020-08-31T10:00:00", "2020-07-01..2020-07-31T10:00:00",
                          "2020-06-01..2020-06-30"));
  for (const Period period : kComparedPeriods) {
    const ComparedStretches now = compared_stretches(as_of.frame, period);
    const ComparedStretches then = compared_stretches(as_of.frame, period, 5);
    EXPECT_LT(then.as_of, now.begin());
    EXPECT_LE(then.current.end, then.as_of);
    EXPECT_EQ(now.as_of, as_of.frame.as_of);
  }
}

TEST(ComparedStretches, FollowTheWallClock) {
  // London's clocks go forward on 28 March 2021 and back on 31 October.
  const AsOf spring("2021-03-31T10:30", "Europe/London");
  EXPECT_THAT(stretches(spring, Period::kWeekly),
              ElementsAre("2021-03-29..2021-03-31T10:30:00", "2021-03-22..2021-03-24T10:30:00",
                          "2021-03-15..2021-03-17T10:30:00", "2021-03-08..2021-03-10T10:30:00",
                          "2021-03-01..2021-03-03T10:30:00"));
  EXPECT_EQ(compared_stretches(spring.frame, Period::kWeekly).current.begin,
            Instant{read_instant("2021-03-28T23:00Z", spring.zone).instant}.micros);
  const ComparedStretches sunday =
      compared_stretches(AsOf("2021-03-28", "Europe/London").frame, Period::kDaily);
  EXPECT_EQ(sunday.current.end - sunday.current.begin + 1, 23 * kMicrosPerHour);
  EXPECT_EQ(sunday.earlier[0].end - sunday.earlier[0].begin + 1, 24 * kMicrosPerHour);
  const ComparedStretches autumn =
      compared_stretches(AsOf("2021-10-31", "Europe/London").frame, Period::kDaily);
  EXPECT_EQ(autumn.current.end - autumn.current.begin + 1, 25 * kMicrosPerHour);
  // Half past one does not exist on that Sunday.
  EXPECT_EQ(stretches(AsOf("2021-04-04T01:30", "Europe/London"), Period::kWeekly)[1],
            "2021-03-22..2021-03-28T02:30:00");
}

TEST(ComparedStretches, TheSecondOfTwoHoursIsNotTakenForTheFirst) {
  // 01:30 of London occurs twice; this is the later one.
  const AsOf as_of("2021-10-31T01:30Z", "Europe/London");
  ASSERT_EQ(as_of.zone.format({as_of.frame.as_of}), "2021-10-31T01:30:00");
  for (const Period period : kComparedPeriods) {
    EXPECT_EQ(compared_stretches(as_of.frame, period).as_of, as_of.frame.as_of) << name_of(period);
  }
}

TEST(ComparedStretches, NeverOverlapAndStayInOrderOnAnyDay) {
  for (const char* zone : {"UTC", "Europe/London", "America/Sao_Paulo", "Asia/Kolkata"}) {
    for (int d = 0; d < 400; ++d) {
      const std::string day = format_day(day_from_civil(2016, 1, 1) + d);
      for (const char* time : {"", "T00:00", "T00:30", "T01:30", "T23:59:59"}) {
        const AsOf as_of(day + time, zone);
        for (const Period period : kComparedPeriods) {
          for (const std::int32_t ago : {0, 5}) {
            const ComparedStretches found = compared_stretches(as_of.frame, period, ago);
            std::int64_t later = found.as_of + 1;
            const auto comes_before = [&](const Stretch& stretch) {
              const bool is_right = stretch.begin <= stretch.end && stretch.end < later;
              later = stretch.begin;
              return is_right;
            };
            bool is_right = comes_before(found.current);
            for (const Stretch& earlier : found.earlier) is_right &= comes_before(earlier);
            ASSERT_TRUE(is_right) << zone << " " << day << time << " " << name_of(period) << ago;
          }
        }
      }
    }
  }
}

// ---- customers --------------------------------------------------------------------------------

/// Recency below a week is best; who bought within it is a champion, everybody else hibernates, or
/// so the rules of this shop say.
reports::SegmentModel model() {
  reports::SegmentModel model;
  model.rules = std::make_shared<const reports::SegmentRules>(
      reports::SegmentRules::parse(R"({"rules": [{"segment": "champions", "recency": [5]}]})"));
  // Hours: up to 30 days, and more.
  model.cuts.recency.means = {100, 2'000};
  model.cuts.recency.cuts = {30.0 * 24};
  model.cuts.recency.sizes = {1, 1};
  return model;
}
const std::size_t kChampions = 0;

struct Collected {
  explicit Collected(const std::string& sessions, const std::string& as_of,
                     std::size_t partitions = 1, std::size_t threads = 1,
                     Populations populations = Populations::kMain)
      : segments(model()),
        shop({.shop = {.has_dimension = true, .partitions = partitions},
              .as_of = as_of,
              .populations = populations,
              .threads = threads,
              .segments = &segments},
             sessions) {}
  SegmentPeriods::Customers& of(std::size_t period, Comparison comparison = Comparison::kNow,
                                std::size_t segment = kChampions, std::size_t population = 0) {
    return shop.populations[population].segments->customers(period, comparison, segment);
  }
  /// Everything, sorted.
  std::string text(std::size_t population = 0) {
    std::string text;
    for (std::size_t period = 0; period < kComparedPeriods.size(); ++period) {
      for (const Comparison comparison : kComparisons) {
        for (std::size_t segment = 0; segment < reports::kSegments; ++segment) {
          SegmentPeriods::Customers& found = of(period, comparison, segment, population);
          std::ranges::sort(found.orders);
          std::ranges::sort(found.payments);
          for (const PeriodOrders& orders : found.orders) {
            text += fmt::format("{} {} {} {}\n", period, static_cast<int>(comparison), segment,
                                fmt::join(orders, ","));
          }
          for (const PeriodPayments& paid : found.payments) {
            text += fmt::format("{} {} {} {} {} {}\n", period, static_cast<int>(comparison),
                                segment, paid.current, fmt::join(paid.earlier, ","), paid.count);
          }
        }
      }
    }
    return text;
  }

  reports::SegmentModel segments;
  TestedShop shop;
};
constexpr const char* kEndOfDay = "2021-03-30T23:59:59.999999";
constexpr std::size_t kDay = 0;
constexpr std::size_t kWeekly = 1;
constexpr std::size_t kMonth = 2;

// As of Wednesday, 31 March at noon: the day is Tuesday, 30 March.
constexpr const char* kOneCustomer = R"(
  order client start               amount dimension
  0     A      2021-02-20T10:00:00 5      X
  1     A      2021-03-02T00:00:00 10     X
  2     A      2021-03-02T23:59:59 20     X
  3     A      2021-03-09T10:00:00 -      X
  4     A      2021-03-16T10:00:00 30     Y
  5     A      2021-03-17T10:00:00 999    X
  6     A      2021-03-30T10:00:00 7      X
  7     A      2021-03-30T11:00:00 -      X
  8     A      2021-03-30T12:00:00 8      Y
  9     A      2021-03-31T11:00:00 999    X
  10    A      2021-03-31T13:00:00 999    X
)";

TEST(SegmentPeriods, CountOrdersAndPaymentsOfEachPeriod) {
  Collected found(kOneCustomer, "2021-03-31T12:00");
  EXPECT_THAT(found.of(kDay).orders, ElementsAre(PeriodOrders{3, 0, 1, 1, 2}));
  ASSERT_EQ(found.of(kDay).payments.size(), 1U);
  const PeriodPayments& paid = found.of(kDay).payments[0];
  EXPECT_EQ(paid.current, 7.5);
  EXPECT_EQ(paid.count, 2) << "of 16 and 2 March; the 9th has an order that nobody paid";
  EXPECT_EQ(paid.earlier[0], 30);
  EXPECT_EQ(paid.earlier[1], 15);
}

TEST(SegmentPeriods, OfADimensionValueAreOfItsSessions) {
  Collected found(kOneCustomer, "2021-03-31T12:00", 1, 1, Populations::kValues);
  ASSERT_EQ(found.shop.populations.size(), 2U);
  EXPECT_THAT(found.of(kDay, Comparison::kNow, kChampions, 0).orders,
              ElementsAre(PeriodOrders{2, 0, 0, 1, 2}));
  EXPECT_THAT(found.of(kDay, Comparison::kNow, kChampions, 1).orders, IsEmpty())
      << "in Y there was no order on 2 March";
}

TEST(SegmentPeriods, AreOfCustomersWhoAreInTheSameSegmentAsThen) {
  Collected found(R"(
    order client  start            amount dimension
    1     stays   2021-02-25T10:00 1      X
    2     stays   2021-03-30T10:00 1      X
    3     returns 2020-10-01T10:00 1      X
    4     returns 2021-03-30T10:00 1      X
    5     leaves  2021-02-20T10:00 1      X
    6     sleeps  2020-10-01T10:00 1      X
    7     new     2021-03-30T10:00 1      X
    8     -       2021-02-25T10:00 1      X
    9     -       2021-03-30T10:00 1      X
  )",
                  kEndOfDay);
  EXPECT_EQ(found.of(kDay).orders, std::vector<PeriodOrders>({{1, 0, 0, 0, 0}}));
  EXPECT_EQ(found.of(kDay, Comparison::kNow, reports::kOthers).orders,
            std::vector<PeriodOrders>({{0, 0, 0, 0, 0}}))
      << "who sleeps, and nobody else";
}

TEST(SegmentPeriods, AnOrderOfTheVeryBeginningMakesTheSegmentThen) {
  // The first period begins at midnight of 2 March.
  const auto orders_with = [](const std::string& moment) {
    Collected found(
        "order client start amount dimension\n 1 A " + moment + " 1 X\n 2 A 2021-03-30T10:00 1 X\n",
        kEndOfDay);
    return found.of(kDay).orders.size();
  };
  EXPECT_EQ(orders_with("2021-03-02T00:00:00"), 1U);
  EXPECT_EQ(orders_with("2021-03-02T00:00:01"), 0U);
  // Recency of 30 days and more is worse: from 2 March back to 31 January.
  EXPECT_EQ(orders_with("2021-01-31T00:00:00"), 1U);
  EXPECT_EQ(orders_with("2021-01-30T23:59:59"), 0U);
}

TEST(SegmentPeriods, FivePeriodsAgoNothingLaterIsKnown) {
  // The same orders five weeks earlier are the same comparison.
  constexpr const char* kThen = R"(
    order client start            amount dimension
    1     A      2021-01-20T10:00 10     X
    2     A      2021-02-02T10:00 20     X
    3     A      2021-02-23T10:00 30     X
    4     B      2021-01-20T10:00 10     X
    5     B      2021-03-30T10:00 40     X
  )";
  Collected found(kThen, kEndOfDay);
  // Of 26 January to 23 February. B is a champion of neither: as of 23 February he is not.
  EXPECT_EQ(found.of(kDay, Comparison::kEarlier).orders,
            std::vector<PeriodOrders>({{1, 0, 0, 1, 0}}));
  ASSERT_EQ(found.of(kDay, Comparison::kEarlier).payments.size(), 1U);
  EXPECT_EQ(found.of(kDay, Comparison::kEarlier).payments[0].current, 30);
  EXPECT_EQ(found.of(kDay, Comparison::kEarlier).payments[0].earlier[0], 20);
}

TEST(SegmentPeriods, MonthsAreCountedOverTheirSameParts) {
  Collected found(R"(
    order client start            amount dimension
    1     A      2020-10-25T10:00 1      X
    2     A      2020-11-15T12:00 1      X
    3     A      2020-12-15T12:01 1      X
    4     A      2021-01-01T00:00 1      X
    5     A      2021-02-28T23:00 1      X
    6     A      2021-03-01T00:00 1      X
    7     A      2021-03-15T12:00 1      X
    8     A      2021-03-15T12:01 1      X
  )",
                  "2021-03-15T12:00");
  EXPECT_EQ(found.of(kMonth).orders, std::vector<PeriodOrders>({{2, 0, 1, 0, 1}}));
}

TEST(SegmentPeriods, PaymentsNeedOneNowAndOneBefore) {
  Collected found(R"(
    order client start            amount dimension
    1     A      2021-03-01T10:00 1      X
    2     A      2021-03-22T10:00 -      X
    3     A      2021-03-29T10:00 5      X
    4     B      2021-03-01T00:00 1      X
    5     B      2021-03-08T10:00 6      X
    6     B      2021-03-29T10:00 -      X
    7     C      2021-02-25T10:00 1      X
    8     C      2021-03-22T10:00 0      X
    9     C      2021-03-29T10:00 0      X
  )",
                  "2021-03-30T12:00");
  // A's first order is after the beginning, so A is not known then; B paid nothing now.
  ASSERT_EQ(found.of(kWeekly).orders.size(), 2U);
  ASSERT_EQ(found.of(kWeekly).payments.size(), 1U);
  EXPECT_EQ(found.of(kWeekly).payments[0].current, 0);
  EXPECT_EQ(found.of(kWeekly).payments[0].count, 1);
}

TEST(SegmentPeriods, DoNotDependOnPartitionsOrThreads) {
  std::string sessions = "order client start amount dimension\n";
  std::uint32_t state = 99;
  const auto chance = [&](std::uint32_t of) {
    return (state = state * 1664525 + 1013904223) / 65536 % of;
  };
  for (int i = 0; i < 1'500; ++i) {
    sessions +=
        fmt::format("o{} c{} {}T{:02}:00 {} d{}\n", i, chance(80),
                    format_day(day_from_civil(2020, 6, 1) + static_cast<std::int32_t>(chance(303))),
                    chance(24), chance(9) == 0 ? "-" : fmt::format("{}.1", chance(50)), chance(2));
  }
  for (const Populations populations : {Populations::kMain, Populations::kValues}) {
    const std::string first = Collected(sessions, kEndOfDay, 1, 1, populations).text();
    EXPECT_GT(std::ranges::count(first, '\n'), 100);
    EXPECT_EQ(Collected(sessions, kEndOfDay, 3, 2, populations).text(), first);
    EXPECT_EQ(Collected(sessions, kEndOfDay, 16, 4, populations).text(), first);
  }
}

}  // namespace
}  // namespace ca::models
