#include "models/order_windows.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "models/test_tested.h"

namespace ca::models {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::int64_t kWeek = 7 * kMicrosPerDay;

/// Those of all orders, customer after customer by key and in time order.
std::string orders_of(TestedShop& shop, std::size_t population = 0) {
  std::string text;
  for (const WindowedOrder& order : shop.windows(population).orders()) {
    text += text_of(order) + (order.is_last ? "\n" : " ");
  }
  return text;
}

// ---- windows ----------------------------------------------------------------------------------

TEST(OrderWindows, AreOf168HoursAndHoldTheirFarEnds) {
  TestedShop shop({.as_of = "2021-03-29T10:00"}, R"(
    order client start               amount
    1     A      2021-03-01T10:00:00 1
    2     A      2021-03-08T09:59:59 1
    3     A      2021-03-08T10:00:00 1
    4     A      2021-03-15T10:00:00 1
    5     A      2021-03-22T10:00:00 1
    6     A      2021-03-22T10:00:01 1
  )");
  // Of 4 the third lies just inside and the second just outside; likewise the fifth and the sixth.
  // The second is a second too early to be seen whole and the third is not; the fifth has its seven
  // days after, the sixth lacks a second.
  EXPECT_EQ(orders_of(shop), "0-2 1-1 2w1 1w1 1w1 1-0\n");
}

TEST(OrderWindows, AMicrosecondMoreIsOutside) {
  TestedShop shop({.as_of = "2021-04-29T10:00"}, R"(
    order client start                      amount
    1     A      2021-02-01T10:00:00        no
    2     A      2021-03-08T09:59:59.999999 1
    3     A      2021-03-15T10:00:00        1
    4     A      2021-03-22T10:00:00.000001 1
    5     B      2021-02-01T10:00:00        no
    6     B      2021-03-08T10:00:00.000001 1
    7     B      2021-03-15T10:00:00        1
    8     B      2021-03-22T09:59:59.999999 1
  )");
  EXPECT_EQ(orders_of(shop), "0w0 0w0 0w0\n0w1 1w1 1w0\n");
}

TEST(OrderWindows, OrdersOfTheVeryMomentAreOnNeitherSide) {
  TestedShop shop({.as_of = "2021-04-29"}, R"(
    order client start               amount
    0     A      2021-02-01T10:00:00 no
    1     A      2021-03-14T10:00:00 1
    2     A      2021-03-15T10:00:00 1
    3     A      2021-03-15T10:00:00 1
    4     A      2021-03-15T10:00:00 1
    5     A      2021-03-16T10:00:00 1
    6     A      2021-03-16T10:00:00 1
  )");
  EXPECT_EQ(orders_of(shop), "0w5 1w2 1w2 1w2 4w0 4w0\n");
}

TEST(OrderWindows, SessionsWithoutAPurchaseAreNoOrdersButShowThatTheCustomerWasThere) {
  TestedShop shop({.as_of = "2021-04-29"}, R"(
    order client start            amount
    1     A      2021-03-08T10:00 no
    2     A      2021-03-14T10:00 no
    3     A      2021-03-15T10:00 1
    4     A      2021-03-16T10:00 no
    5     B      2021-03-08T10:01 no
    6     B      2021-03-15T10:00 1
    7     C      2021-03-01T10:00 no
  )");
  EXPECT_EQ(orders_of(shop), "0w0\n0-0\n") << "B came a minute too late, C never bought";
}

TEST(OrderWindows, ADownloadShowsItTooUnlessItIsLater) {
  TestedShop shop({.as_of = "2021-04-29"}, R"(
    order client start            amount
    1     A      2021-03-15T10:00 1
    2     B      2021-03-15T10:00 1
    3     C      2021-03-15T10:00 1
    4     D      2021-03-01T10:00 no
    5     D      2021-03-15T10:00 1
  )",
                  R"(
    client download
    A      2021-03-08T10:00
    B      2021-03-08T10:01
    C      -
    D      2021-03-12T10:00
  )");
  EXPECT_EQ(orders_of(shop), "0w0\n0-0\n0-0\n0w0\n");
}

TEST(OrderWindows, NothingLaterThanAsOfExists) {
  constexpr const char* kSessions = R"(
    order client start            amount promotion
    1     A      2021-03-01T10:00 1      -
    2     A      2021-03-15T10:00 1      p
    3     A      2021-03-21T10:00 1      q
    4     B      2021-03-25T10:00 1      p
  )";
  TestedShop then({.as_of = "2021-03-20T10:00"}, kSessions);
  EXPECT_EQ(orders_of(then), "0-0 0-0\n");
  EXPECT_THAT(uses_of(then, Usage::kPromotion), ElementsAre("p 0-0"));
  TestedShop later({.as_of = "2021-03-22T10:00"}, kSessions);
  EXPECT_EQ(orders_of(later), "0-0 0w1 1-0\n");
}

TEST(OrderWindows, AChangeOfTheClockMakesNoHourMore) {
  // Summer time begins on 31 March: 168 hours after ten o'clock it is eleven.
  TestedShop spring({.shop = {.zone = "Europe/London"}, .as_of = "2024-05-01"}, R"(
    order client start               amount
    1     A      2024-02-01T10:00:00 no
    2     A      2024-03-28T10:00:00 1
    3     A      2024-04-04T11:00:00 1
    4     B      2024-02-01T10:00:00 no
    5     B      2024-03-28T10:00:00 1
    6     B      2024-04-04T11:00:01 1
  )");
  EXPECT_EQ(orders_of(spring), "0w1 1w0\n0w0 0w0\n");
  // It ends on 27 October: 168 hours before ten o'clock it was eleven.
  TestedShop autumn({.shop = {.zone = "Europe/London"}, .as_of = "2024-12-01"}, R"(
    order client start               amount
    1     A      2024-09-01T10:00:00 no
    2     A      2024-10-24T11:00:00 1
    3     A      2024-10-31T10:00:00 1
    4     B      2024-09-01T10:00:00 no
    5     B      2024-10-24T10:59:59 1
    6     B      2024-10-31T10:00:00 1
  )");
  EXPECT_EQ(orders_of(autumn), "0w1 1w0\n0w0 0w0\n");
}

TEST(OrderWindows, WhereStartsAreDatesADayIsAMoment) {
  TestedShop shop({.as_of = "2021-04-29"}, R"(
    order client start      amount
    0     A      2021-02-01 no
    1     A      2021-03-07 1
    2     A      2021-03-08 1
    3     A      2021-03-15 1
    4     A      2021-03-15 1
    5     A      2021-03-22 1
    6     A      2021-03-23 1
  )");
  ASSERT_TRUE(shop.shop.journeys().schema().starts_are_dates);
  EXPECT_EQ(orders_of(shop), "0w1 1w2 1w1 1w1 2w1 1w0\n");
}

TEST(OrderWindows, CanBeOfAnotherLength) {
  constexpr const char* kSessions = R"(
    order client start            amount
    1     A      2021-03-01T10:00 1
    2     A      2021-03-02T10:00 1
    3     A      2021-03-03T10:01 1
    4     A      2021-03-20T10:00 1
  )";
  TestSettings settings;
  settings.window_days = 1;
  TestedShop day({.as_of = "2021-04-29", .settings = settings}, kSessions);
  EXPECT_EQ(orders_of(day), "0-1 1w0 0w0 0w0\n");
  settings.window_days = 90;
  TestedShop quarter({.as_of = "2021-04-29", .settings = settings}, kSessions);
  EXPECT_EQ(orders_of(quarter), "0-3 1-2 2-1 3-0\n");
}

TEST(OrderWindows, NobodyHasNoWindows) {
  TestedShop shop({.as_of = "2021-04-29"}, R"(
    order client start            amount promotion
    1     -      2021-03-15T10:00 1      p
    2     -      2021-03-15T10:00 1      p
    3     A      2021-03-15T10:00 no     p
  )");
  EXPECT_THAT(shop.windows().orders(), IsEmpty());
  EXPECT_THAT(uses_of(shop, Usage::kPromotion), IsEmpty());
}

// ---- standing ---------------------------------------------------------------------------------

TEST(Standing, OfCustomersWithoutAnOrderBeforeIsTheTimeSinceTheLast) {
  const auto standing = [](std::int64_t since) { return Stratum::standing(0, since, kWeek); };
  EXPECT_EQ(standing(kWeek + 1), standing(2 * kWeek));
  EXPECT_EQ(standing(2 * kWeek + 1), standing(4 * kWeek));
  EXPECT_EQ(standing(4 * kWeek + 1), standing(12 * kWeek));
  EXPECT_EQ(standing(12 * kWeek + 1), standing(1'000 * kWeek));
  const std::set<std::uint32_t> apart = {standing(2 * kWeek), standing(4 * kWeek),
                                         standing(12 * kWeek), standing(13 * kWeek), standing(-1)};
  EXPECT_EQ(apart.size(), 5U) << "and those who never ordered";
  EXPECT_LT(*apart.rbegin(), Stratum::kLapses);
}

TEST(Standing, OfOthersIsTheirNumberAndTheDaysSince) {
  const auto standing = [](std::uint32_t before, std::int64_t since) {
    return Stratum::standing(before, since, kWeek);
  };
  EXPECT_EQ(standing(1, 0), standing(1, kMicrosPerDay));
  EXPECT_EQ(standing(1, kMicrosPerDay + 1), standing(1, 3 * kMicrosPerDay));
  EXPECT_EQ(standing(1, 3 * kMicrosPerDay + 1), standing(1, kWeek));
  std::set<std::uint32_t> all;
  for (std::uint32_t before = 1; before <= 10; ++before) {
    for (const std::int64_t since : {1, 2, 7}) all.insert(standing(before, since * kMicrosPerDay));
  }
  EXPECT_EQ(all.size(), 30U);
  EXPECT_GE(*all.begin(), Stratum::kLapses);
  EXPECT_LT(*all.rbegin(), Stratum::kStandings);
  EXPECT_EQ(standing(11, 0), standing(10, 0)) << "more are not told apart";
  EXPECT_EQ(standing(100, kWeek), standing(10, kWeek));
}

TEST(Strata, AreOfALocalDay) {
  // Nine hours ahead of UTC: the first two are of 15 March, the third of the 16th.
  TestedShop shop({.shop = {.zone = "Asia/Tokyo"}, .as_of = "2021-04-29"}, R"(
    order client start            amount
    1     A      2021-03-15T00:00 1
    2     B      2021-03-15T23:59 1
    3     C      2021-03-16T00:00 1
  )",
                  R"(
    client download
    A      2021-03-01
    B      2021-03-01
    C      2021-03-01
  )");
  const auto orders = shop.windows().orders();
  ASSERT_EQ(orders.size(), 3U);
  EXPECT_EQ(orders[0].stratum, orders[1].stratum);
  EXPECT_NE(orders[1].stratum, orders[2].stratum);
  EXPECT_EQ(orders[1].stratum % Stratum::kStandings, orders[2].stratum % Stratum::kStandings);
  for (const WindowedOrder& order : orders) EXPECT_LT(order.stratum, shop.windows().strata());
}

TEST(Strata, WithTheVeryFirstSessionAndTheNewestDayAreWithinBounds) {
  TestSettings settings;
  settings.window_days = 1;
  TestedShop shop({.as_of = "2021-03-03T00:00", .settings = settings}, R"(
    order client start            amount
    1     A      2021-03-01T00:00 1
    2     A      2021-03-02T00:00 1
    3     A      2021-03-03T00:00 1
  )",
                  "client download\n A 2021-02-01\n");
  EXPECT_EQ(orders_of(shop), "0w1 1w1 1-0\n");
  for (const WindowedOrder& order : shop.windows().orders()) {
    if (order.is_seen_whole) {
      EXPECT_LT(order.stratum, shop.windows().strata());
    }
  }
}

TEST(Strata, AreOnlyOfOrdersSeenWhole) {
  TestedShop shop({.as_of = "2021-03-29T10:00"}, R"(
    order client start            amount
    1     A      2021-03-01T10:00 1
    2     A      2021-03-15T10:00 1
    3     A      2021-03-25T10:00 1
  )");
  const auto orders = shop.windows().orders();
  EXPECT_EQ(orders[0].stratum, Stratum::kNone);
  EXPECT_NE(orders[1].stratum, Stratum::kNone);
  EXPECT_EQ(orders[2].stratum, Stratum::kNone);
}

/// One customer with so many orders a minute apart.
std::string a_busy_customer(int orders) {
  std::string sessions = "order client start amount promotion\n";
  for (int i = 0; i < orders; ++i) {
    sessions += fmt::format("o{} A 2021-03-15T{:02}:{:02} 1 {}\n", i, 10 + i / 60, i % 60,
                            i == 50 ? "p" : "-");
  }
  return sessions;
}

TEST(Strata, AreNotOfOrdersWithMoreThanAHundredOthersAround) {
  const std::string customers = "client download\n A 2021-03-01\n";
  TestedShop person({.as_of = "2021-04-29"}, a_busy_customer(101), customers);
  for (const WindowedOrder& order : person.windows().orders()) {
    EXPECT_EQ(order.before + order.after, 100U);
    EXPECT_NE(order.stratum, Stratum::kNone);
  }
  TestedShop machine({.as_of = "2021-04-29"}, a_busy_customer(102), customers);
  for (const WindowedOrder& order : machine.windows().orders()) {
    EXPECT_EQ(order.before + order.after, 101U);
    EXPECT_EQ(order.stratum, Stratum::kNone);
  }
  EXPECT_THAT(uses_of(machine, Usage::kPromotion), ElementsAre("p 50w51")) << "it still is a use";
}

// ---- populations, threads ---------------------------------------------------------------------

constexpr const char* kTwoCities = R"(
  order client start            amount promotion dimension
  1     A      2021-02-01T10:00 5      -         X
  2     A      2021-03-13T10:00 10     -         Y
  3     A      2021-03-14T10:00 20     p         X
  4     A      2021-03-15T10:00 40     p         Y
  5     A      2021-03-16T10:00 80     -         Y
  6     A      2021-03-17T10:00 160    -         X
  7     B      2021-03-15T10:00 1      p         Y
)";

TEST(OrderWindows, OfADimensionValueAreOfTheSessionsInIt) {
  TestedShop main({.shop = {.has_dimension = true}, .as_of = "2021-05-29"}, kTwoCities);
  EXPECT_EQ(orders_of(main), "0-0 0w4 1w3 2w2 3w1 4w0\n0-0\n");
  TestedShop values(
      {.shop = {.has_dimension = true}, .as_of = "2021-05-29", .populations = Populations::kValues},
      kTwoCities);
  ASSERT_EQ(values.populations.size(), 2U);
  EXPECT_EQ(values.populations[0].frame->population, "X");
  // In X are orders 1, 3, 6: the use is of 3.
  EXPECT_EQ(orders_of(values, 0), "0-0 0w1 1w0\n");
  EXPECT_THAT(uses_of(values, Usage::kPromotion, 0), ElementsAre("p 0w1"));
  // In Y are 2, 4, 5: the use is of 4, which is A's second one elsewhere.
  EXPECT_EQ(orders_of(values, 1), "0w2 1w1 2w0\n0-0\n") << "A downloaded on the day of 1";
  EXPECT_THAT(uses_of(values, Usage::kPromotion, 1), ElementsAre("p 0-0", "p 1w1"));
  const std::vector<PaidUse>& paid = values.windows(1).uses(Usage::kPromotion).paid;
  ASSERT_EQ(paid.size(), 1U);
  EXPECT_EQ(paid[0].after_own, 80);
  EXPECT_EQ(paid[0].with_use, 60);
}

TEST(OrderWindows, BasketsOfADimensionValueAreThoseOfItsSessions) {
  TestedShop values(
      {.shop = {.has_dimension = true}, .as_of = "2021-05-29", .populations = Populations::kValues},
      kTwoCities, "", R"(
    order product category price
    2     two     c        1
    3     three   c        1
    4     four    c        1
    5     four    c        60
    5     five    c        20
    6     six     c        1
  )");
  EXPECT_THAT(uses_of(values, Usage::kProduct, 0), ElementsAre("six 1w0", "three 0w1"));
  EXPECT_THAT(uses_of(values, Usage::kProduct, 1), ElementsAre("five 2w0", "four 1w1", "two 0w2"));
  const std::vector<PaidUse>& paid = values.windows(1).uses(Usage::kProduct).paid;
  ASSERT_EQ(paid.size(), 1U);
  EXPECT_EQ(paid[0].after_own, 20) << "60 of the 80 after are for four itself";
}

/// Everything about all customers, in an order of its own: a line an order and a use.
std::vector<std::string> everything(OrderWindows& windows, const reports::Frame& frame) {
  std::vector<std::string> lines;
  const auto order_text = [&](std::uint32_t number) {
    const WindowedOrder& order = windows.orders()[number];
    std::string text =
        fmt::format("{} {} {} {}", text_of(order), static_cast<std::int32_t>(order.stratum),
                    order.has_no_promotion, order.has_basket);
    if (order.paid != WindowedOrder::kUnpaid) {
      const WindowPayments& payments = windows.payments()[order.paid];
      text += fmt::format(" {} {}", payments.before, payments.after);
    }
    return text;
  };
  for (std::uint32_t i = 0; i < windows.orders().size(); ++i) lines.push_back(order_text(i));
  for (const Usage usage : {Usage::kPromotion, Usage::kProduct}) {
    const reports::Names& names = usage == Usage::kPromotion ? *frame.promotions : *frame.products;
    for (const FirstUse& use : windows.uses(usage).first) {
      std::size_t rest = 1;  // orders of the customer from the use on
      while (!windows.orders()[use.order + rest - 1].is_last) ++rest;
      lines.push_back(
          fmt::format("first {} {} {}", names.text(use.group), order_text(use.order), rest));
    }
    for (const PaidUse& use : windows.uses(usage).paid) {
      lines.push_back(fmt::format("paid {} {} {} {}", names.text(use.group), order_text(use.order),
                                  use.after_own, use.with_use));
    }
  }
  std::ranges::sort(lines);
  return lines;
}

/// Sixty customers with orders, promotions and baskets that follow no rule.
std::pair<std::string, std::string> a_crowd() {
  std::string sessions = "order client start amount promotion dimension\n";
  std::string lines = "order product category price\n";
  std::uint32_t state = 12345;
  const auto chance = [&](std::uint32_t of) {
    return (state = state * 1664525 + 1013904223) / 65536 % of;
  };
  int number = 0;
  for (int c = 0; c < 60; ++c) {
    for (std::uint32_t i = 0; i <= chance(12); ++i) {
      const std::uint32_t promotion = chance(5);
      sessions += fmt::format("o{} c{} 2021-{:02}-{:02}T{:02}:00 {} {} d{}\n", ++number, c,
                              1 + chance(3), 1 + chance(28), chance(24),
                              chance(6) == 0 ? "-" : fmt::format("{}.{}", chance(99), chance(99)),
                              promotion < 3 ? "-" : fmt::format("p{}", promotion), chance(3));
      for (std::uint32_t l = chance(3); l > 0; --l) {
        lines += fmt::format("o{} t{} c{} {}.25\n", number, chance(6), l, chance(30));
      }
    }
  }
  return {sessions, lines};
}

TEST(OrderWindows, DoNotDependOnPartitionsThreadsOrTheOrderOfMerging) {
  const auto [sessions, lines] = a_crowd();
  for (const Populations populations : {Populations::kMain, Populations::kValues}) {
    std::vector<std::vector<std::string>> first;
    for (const auto& [partitions, threads] :
         std::vector<std::pair<std::size_t, std::size_t>>{{1, 1}, {2, 1}, {7, 2}, {16, 4}}) {
      TestedShop shop({.shop = {.has_dimension = true, .partitions = partitions},
                       .as_of = "2021-03-29",
                       .populations = populations,
                       .threads = threads},
                      sessions, "", lines);
      std::vector<std::vector<std::string>> found;
      for (std::size_t p = 0; p < shop.populations.size(); ++p) {
        found.push_back(everything(shop.windows(p), *shop.populations[p].frame));
      }
      if (first.empty()) first = found;
      EXPECT_EQ(found, first) << partitions << " partitions, " << threads << " threads";
    }
    ASSERT_EQ(first.size(), populations == Populations::kMain ? 1U : 3U);
    EXPECT_GT(first[0].size(), 100U);
  }
}

TEST(OrderWindows, MergeInAnyOrder) {
  const auto [sessions, lines] = a_crowd();
  TestedShop shop({.shop = {.partitions = 3}, .as_of = "2021-03-29"}, sessions, "", lines);
  const std::vector<std::string> all = everything(shop.windows(), shop.facts.main);
  const auto part = [&](std::size_t p) {
    OrderWindows windows(shop.facts.main, kWeek);
    std::vector<std::uint32_t> orders;
    const journeys::Partition& partition = shop.shop.journeys().partitions()[p];
    for (std::uint32_t customer = 0; customer < partition.customers(); ++customer) {
      windows.add(reports::journey_in(partition, customer, shop.facts.main, orders));
    }
    return windows;
  };
  std::vector<std::size_t> places = {0, 1, 2};
  do {
    OrderWindows merged(shop.facts.main, kWeek);  // with nothing in it
    OrderWindows pair = part(places[0]);
    pair.merge(part(places[1]));
    merged.merge(part(places[2]));
    merged.merge(std::move(pair));
    EXPECT_EQ(everything(merged, shop.facts.main), all);
  } while (std::ranges::next_permutation(places).found);
}

}  // namespace
}  // namespace ca::models
