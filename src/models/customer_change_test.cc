#include "models/customer_change.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "models/test_tested.h"
#include "stats/multiple_testing.h"

namespace ca::models {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// ---- uses of promotions and products ----------------------------------------------------------

/// Customers who downloaded long before, ordered on 13 March and again on the 15th, and then so
/// many times more.
class Customers {
 public:
  /// `count` of them, with `after[i % size]` orders from the 16th on. Payments differ a little.
  Customers& add(const std::string& promotion, int count, const std::vector<int>& after,
                 int day = 15) {
    for (int i = 0; i < count; ++i) {
      const int client = clients_++;
      customers_ += fmt::format("c{} 2021-01-01\n", client);
      order(client, day - 2, 10 + client % 7, "-");
      order(client, day, 10, promotion);
      for (int o = 0; o < after[static_cast<std::size_t>(i) % after.size()]; ++o) {
        order(client, day + 1 + o, 11 + client % 5, "-");
      }
    }
    return *this;
  }
  std::vector<ChangeTest> tests(Measure measure, TestSettings settings = {},
                                std::size_t partitions = 1, std::size_t threads = 1) const {
    TestedShop shop({.shop = {.partitions = partitions},
                     .as_of = "2021-06-30",
                     .settings = settings,
                     .threads = threads},
                    sessions_, customers_);
    return shop.usage(Usage::kPromotion, measure);
  }

 private:
  void order(int client, int day, int amount, const std::string& promotion) {
    sessions_ += fmt::format("o{} c{} {}T10:00 {} {}\n", orders_++, client,
                             format_day(day_from_civil(2021, 3, day)), amount, promotion);
  }
  int clients_ = 0;
  int orders_ = 0;
  std::string sessions_ = "order client start amount promotion\n";
  std::string customers_ = "client download\n";
};

/// Every figure of the tests, to the last bit.
std::string text_of(const std::vector<ChangeTest>& tests) {
  const auto cell = [](const std::optional<double>& value) {
    return value ? fmt::format("{}", *value) : "-";
  };
  std::string text;
  for (const ChangeTest& test : tests) {
    text += fmt::format(
        "{} {} {} {} {} {} {} {} {} {} {} {} {} {} {} {} {} {} {} {}\n", test.group, test.customers,
        test.mean_before, test.mean_after, test.difference, cell(test.with_use),
        stats::name_of(test.distribution), stats::name_of(test.test), cell(test.paired_p_value),
        cell(test.accepted), test.matched, test.others, test.is_insufficient, test.expected,
        cell(test.effect), test.interval ? fmt::format("{}", test.interval->low) : "-",
        test.interval ? fmt::format("{}", test.interval->high) : "-", cell(test.p_value),
        cell(test.q_value), cell(test.minimum_detectable_effect));
  }
  return text;
}

TEST(UsageTests, FindWhatAPromotionBrings) {
  Customers customers;
  customers.add("-", 90, {0, 1, 2}).add("p", 60, {1, 2, 3});
  const std::vector<ChangeTest> tests = customers.tests(Measure::kOrders);
  ASSERT_EQ(tests.size(), 1U);
  const ChangeTest& test = tests[0];
  EXPECT_EQ(test.group, "p");
  EXPECT_EQ(test.customers, 60);
  EXPECT_EQ(test.matched, 60);
  EXPECT_EQ(test.mean_before, 1);
  EXPECT_EQ(test.mean_after, 2);
  EXPECT_EQ(test.difference, 1);
  EXPECT_EQ(test.with_use, 2.0) << "the order of the use counted after";
  EXPECT_DOUBLE_EQ(test.effect.value(), 1);
  EXPECT_DOUBLE_EQ(test.expected, 1);
  EXPECT_FALSE(test.is_insufficient);
  EXPECT_TRUE(test.is_significant);
  EXPECT_LT(test.p_value.value(), 1e-6);
  EXPECT_EQ(test.q_value, test.p_value) << "the only test of the report";
  EXPECT_LT(test.accepted.value(), 0.5);
  EXPECT_LT(test.interval->low, 1);
  EXPECT_GT(test.interval->high, 1);
  EXPECT_NEAR(
      test.minimum_detectable_effect.value() / ((test.interval->high - test.interval->low) / 2),
      2.8016 / 1.97, 0.02);
  EXPECT_THAT(sentence_of_use(test, Measure::kOrders, {}), ::testing::StartsWith("likely "));
}

TEST(UsageTests, FindNothingInWhatHappensToEverybody) {
  // Everybody orders more after, with the promotion or without it.
  Customers customers;
  customers.add("-", 90, {1, 2, 3}).add("p", 60, {1, 2, 3});
  const ChangeTest test = customers.tests(Measure::kOrders).at(0);
  EXPECT_EQ(test.difference, 1);
  EXPECT_LT(test.paired_p_value.value(), 1e-4) << "it is a change, but no effect";
  EXPECT_NEAR(test.effect.value(), 0, 1e-12);
  EXPECT_NEAR(test.p_value.value(), 1, 1e-6);
  EXPECT_FALSE(test.is_significant);
  EXPECT_THAT(sentence_of_use(test, Measure::kOrders, {}),
              ::testing::StartsWith("no clear change: between "));
}

TEST(UsageTests, GiveNoVerdictBelowThirtyCustomers) {
  const auto test_of = [](int users, std::int64_t least, Measure measure) {
    TestSettings settings;
    settings.least_customers = least;
    Customers customers;
    customers.add("-", 60, {1, 2}).add("p", users, {1, 2, 3});
    return customers.tests(measure, settings).at(0);
  };
  for (const Measure measure : {Measure::kOrders, Measure::kAmount}) {
    const ChangeTest few = test_of(29, 30, measure);
    EXPECT_TRUE(few.is_insufficient);
    EXPECT_EQ(few.customers, 29);
    EXPECT_FALSE(few.p_value || few.q_value || few.interval || few.accepted || few.paired_p_value ||
                 few.minimum_detectable_effect || few.is_significant);
    EXPECT_TRUE(few.effect) << "what was seen is told";
    EXPECT_EQ(sentence_of_use(few, measure, {}), "not enough data: 29 customers");
    const ChangeTest enough = test_of(30, 30, measure);
    EXPECT_FALSE(enough.is_insufficient);
    EXPECT_TRUE(enough.p_value && enough.q_value && enough.interval && enough.accepted &&
                enough.paired_p_value && enough.minimum_detectable_effect);
    EXPECT_FALSE(test_of(29, 29, measure).is_insufficient);
    EXPECT_TRUE(test_of(30, 31, measure).is_insufficient);
    EXPECT_FALSE(test_of(2, 2, measure).is_insufficient);
  }
}

TEST(UsageTests, NeedThatManyWhoCanBeCompared) {
  // Thirty-one users, two of them on a day on which nobody else ordered.
  Customers customers;
  customers.add("-", 60, {1, 2}).add("p", 29, {1, 2, 3}).add("p", 2, {1}, 22);
  const ChangeTest test = customers.tests(Measure::kOrders).at(0);
  EXPECT_EQ(test.customers, 31);
  EXPECT_EQ(test.matched, 29);
  EXPECT_TRUE(test.is_insufficient);
  EXPECT_FALSE(test.p_value || test.q_value || test.interval || test.minimum_detectable_effect);
  EXPECT_TRUE(test.paired_p_value) << "of before and after there are enough";
  EXPECT_EQ(sentence_of_use(test, Measure::kOrders, {}),
            "not enough data: only 29 of 31 customers can be compared with others");
}

TEST(UsageTests, WithNobodyElseHaveNoVerdict) {
  const ChangeTest test = Customers().add("p", 40, {1, 2, 3}).tests(Measure::kOrders).at(0);
  EXPECT_EQ(test.matched, 0);
  EXPECT_TRUE(test.is_insufficient);
  EXPECT_FALSE(test.effect);
  EXPECT_EQ(test.difference, 1 - 1.0 / 40) << "fourteen with one, thirteen with two and with three";
  EXPECT_EQ(sentence_of_use(test, Measure::kOrders, {}),
            "no verdict: nobody to compare these customers with");
}

TEST(UsageTests, WithOneOtherDoNotSayThatNothingChanged) {
  Customers customers;
  customers.add("-", 1, {0}).add("p", 40, {1, 2, 3});
  const ChangeTest test = customers.tests(Measure::kOrders).at(0);
  EXPECT_EQ(test.matched, 40);
  EXPECT_GT(test.effect.value(), 1);
  EXPECT_FALSE(test.p_value);
  EXPECT_EQ(sentence_of_use(test, Measure::kOrders, {}),
            "no verdict: too little varies to judge chance");
}

TEST(UsageTests, AllowForAllGroupsOfTheReport) {
  Customers customers;
  customers.add("-", 200, {0, 1, 2, 3});
  for (int p = 0; p < 20; ++p) {
    customers.add(fmt::format("p{:02}", p), p == 7 ? 12 : 40,
                  p == 3   ? std::vector<int>{3, 4}
                  : p == 5 ? std::vector<int>{1, 1, 2, 2, 3}
                           : std::vector<int>{0, 1, 2, 3});
  }
  const std::vector<ChangeTest> tests = customers.tests(Measure::kOrders);
  ASSERT_EQ(tests.size(), 20U);
  std::vector<std::optional<double>> p_values;
  for (const ChangeTest& test : tests) p_values.push_back(test.p_value);
  EXPECT_FALSE(p_values[7]) << "twelve customers make no test, and count for none";
  const std::vector<std::optional<double>> q_values = stats::benjamini_hochberg(p_values);
  for (std::size_t i = 0; i < tests.size(); ++i) {
    EXPECT_EQ(tests[i].q_value, q_values[i]);
    EXPECT_EQ(tests[i].is_significant, q_values[i].value_or(1) < 0.05);
  }
  EXPECT_TRUE(tests[3].is_significant);
  // By itself the one would pass, among nineteen it does not.
  EXPECT_LT(tests[5].p_value.value(), 0.05);
  EXPECT_FALSE(tests[5].is_significant);
  EXPECT_THAT(sentence_of_use(tests[5], Measure::kOrders, {}), ::testing::StartsWith("not sure: "));
}

TEST(UsageTests, AreOfPromotionsThatSomebodyCouldBeTestedWith) {
  TestedShop shop({.as_of = "2021-03-20"}, R"(
    order client start            amount promotion
    1     A      2021-03-01T10:00 1      early
    2     A      2021-03-10T10:00 1      whole
    3     A      2021-03-19T10:00 1      late
    4     B      2021-03-10T10:00 no     visit
  )");
  const std::vector<ChangeTest> tests = shop.usage(Usage::kPromotion, Measure::kOrders);
  ASSERT_EQ(tests.size(), 1U);
  EXPECT_EQ(tests[0].group, "whole");
  EXPECT_EQ(tests[0].customers, 1);
  EXPECT_EQ(sentence_of_use(tests[0], Measure::kOrders, {}), "not enough data: 1 customer");
  EXPECT_THAT(shop.usage(Usage::kPromotion, Measure::kAmount), IsEmpty());
  EXPECT_THAT(shop.usage(Usage::kProduct, Measure::kOrders), IsEmpty());
}

TEST(UsageTests, OfProductsTakeOffWhatIsPaidForTheProduct) {
  std::string sessions = "order client start amount\n";
  std::string lines = "order product category price\n";
  std::string customers = "client download\n";
  for (int c = 0; c < 40; ++c) {
    customers += fmt::format("c{} 2021-01-01\n", c);
    sessions += fmt::format("b{0} c{0} 2021-03-13T10:00 {1}\nu{0} c{0} 2021-03-15T10:00 10\n", c,
                            20 + c % 3);
    sessions += fmt::format("a{0} c{0} 2021-03-16T10:00 {1}\n", c, 30 + c % 3);
    lines += fmt::format("u{0} tea t 10\na{0} tea t 20\na{0} cup t {1}\n", c, 10 + c % 3);
  }
  TestedShop shop({.as_of = "2021-06-30"}, sessions, customers, lines);
  const std::vector<ChangeTest> tests = shop.usage(Usage::kProduct, Measure::kAmount);
  const auto tea = std::ranges::find(tests, "tea", &ChangeTest::group);
  ASSERT_NE(tea, tests.end());
  EXPECT_NEAR(tea->mean_before, 21, 0.1);
  EXPECT_NEAR(tea->difference, -10, 1e-9) << "31 in the mean after, 20 of it for tea";
}

TEST(UsageTests, DoNotDependOnThreadsOrPartitions) {
  Customers customers;
  customers.add("-", 120, {0, 1, 2, 5}).add("p", 61, {1, 2, 3}).add("q", 33, {0, 4});
  customers.add("-", 20, {1}, 17).add("q", 10, {2, 3}, 17).add("r", 5, {0});
  for (const Measure measure : {Measure::kOrders, Measure::kAmount}) {
    const std::string first = text_of(customers.tests(measure));
    EXPECT_EQ(std::ranges::count(first, '\n'), measure == Measure::kOrders ? 3 : 2) << first;
    for (const auto& [partitions, threads] :
         std::vector<std::pair<std::size_t, std::size_t>>{{1, 4}, {3, 1}, {7, 2}, {16, 4}}) {
      EXPECT_EQ(text_of(customers.tests(measure, {}, partitions, threads)), first)
          << partitions << " partitions, " << threads << " threads";
    }
  }
}

// ---- segments ---------------------------------------------------------------------------------

/// Segments' customers as a test says.
struct SegmentShop {
  SegmentShop()
      : shop({.segments = &model}, "order client start amount\n 1 A 2021-03-01 1\n"),
        periods(*shop.populations[0].segments) {
    for (std::size_t period = 0; period < kComparedPeriods.size(); ++period) {
      for (const Comparison comparison : kComparisons) {
        for (std::size_t segment = 0; segment < reports::kSegments; ++segment) {
          periods.customers(period, comparison, segment) = {};
        }
      }
    }
  }
  /// `count` customers with these orders now, and one in each period before.
  void add(Comparison comparison, std::size_t segment, int count,
           const std::vector<std::uint32_t>& now) {
    for (int i = 0; i < count; ++i) {
      const std::uint32_t orders = now[static_cast<std::size_t>(i) % now.size()];
      periods.customers(0, comparison, segment).orders.push_back({orders, 1, 1, 1, 1});
    }
  }
  std::vector<ChangeTest> tests(Measure measure = Measure::kOrders, TestSettings settings = {}) {
    return segment_tests(periods, 0, measure, settings);
  }

  reports::SegmentModel model{
      .cuts = {},
      .rules = std::make_shared<const reports::SegmentRules>(reports::SegmentRules::complete())};
  TestedShop shop;
  SegmentPeriods& periods;
};

TEST(SegmentTests, AreAgainstTheSameComparisonBefore) {
  SegmentShop shop;
  // Now one order more than usual, but so it was five periods ago.
  shop.add(Comparison::kNow, 2, 40, {1, 2, 3});
  shop.add(Comparison::kEarlier, 2, 60, {1, 2, 3});
  shop.add(Comparison::kNow, 4, 40, {2, 3, 4});
  shop.add(Comparison::kEarlier, 4, 60, {0, 1, 2});
  shop.add(Comparison::kEarlier, 5, 60, {0, 1, 2});  // nobody is left
  const std::vector<ChangeTest> tests = shop.tests();
  ASSERT_EQ(tests.size(), 2U);
  EXPECT_EQ(tests[0].group, reports::segments()[2].name);
  EXPECT_EQ(tests[0].customers, 40);
  EXPECT_EQ(tests[0].others, 60);
  EXPECT_EQ(tests[0].mean_before, 1);
  EXPECT_LT(tests[0].paired_p_value.value(), 1e-4);
  EXPECT_FALSE(tests[0].is_significant);
  EXPECT_EQ(tests[1].group, reports::segments()[4].name);
  EXPECT_TRUE(tests[1].is_significant);
  // Forty have 2, 3, 4 in turn: 14, 13, 13 times.
  const double mean = (14 * 2 + 13 * 3 + 13 * 4) / 40.0;
  EXPECT_DOUBLE_EQ(tests[1].difference, mean - 1);
  EXPECT_DOUBLE_EQ(tests[1].effect.value(), mean - 1 - 0);
  EXPECT_DOUBLE_EQ(tests[1].expected, 1) << "after the comparison before";
  EXPECT_THAT(sentence_of_segment(tests[1], Measure::kOrders, {}),
              ::testing::StartsWith("likely "));
}

TEST(SegmentTests, NeedEnoughCustomersNowAndBefore) {
  for (const auto& [now, before, is_enough] : std::vector<std::tuple<int, int, bool>>{
           {30, 30, true}, {29, 30, false}, {30, 29, false}, {90, 0, false}}) {
    SegmentShop shop;
    shop.add(Comparison::kNow, 0, now, {1, 2, 3});
    shop.add(Comparison::kEarlier, 0, before, {1, 2, 3});
    const ChangeTest test = shop.tests().at(0);
    EXPECT_EQ(test.is_insufficient, !is_enough) << now << " " << before;
    EXPECT_EQ(test.p_value.has_value(), is_enough);
    EXPECT_EQ(test.interval.has_value(), is_enough);
    EXPECT_EQ(test.accepted.has_value(), now >= 30);
    EXPECT_EQ(test.effect.has_value(), before > 0);
    EXPECT_EQ(sentence_of_segment(test, Measure::kOrders, {}).substr(0, 44),
              std::string(now == 29      ? "not enough data: 29 customers"
                          : before == 0  ? "no verdict: the time before is not known"
                          : before == 29 ? "not enough data: 29 customers in the same comparison "
                                           "before"
                                         : sentence_of_segment(test, Measure::kOrders, {}))
                  .substr(0, 44));
    TestSettings settings;
    settings.least_customers = 29;
    EXPECT_EQ(shop.tests(Measure::kOrders, settings).at(0).is_insufficient, before == 0);
  }
}

TEST(SegmentTests, AllowForAllSegments) {
  SegmentShop shop;
  std::mt19937 random(3);
  for (std::size_t segment = 0; segment < reports::kSegments; ++segment) {
    for (const Comparison comparison : kComparisons) {
      std::vector<std::uint32_t> orders;
      for (int i = 0; i < 40; ++i) orders.push_back(static_cast<std::uint32_t>(random() % 4));
      shop.add(comparison, segment, segment == 6 ? 10 : 40, orders);
    }
  }
  const std::vector<ChangeTest> tests = shop.tests();
  ASSERT_EQ(tests.size(), reports::kSegments);
  std::vector<std::optional<double>> p_values;
  for (const ChangeTest& test : tests) p_values.push_back(test.p_value);
  const std::vector<std::optional<double>> q_values = stats::benjamini_hochberg(p_values);
  for (std::size_t i = 0; i < tests.size(); ++i) EXPECT_EQ(tests[i].q_value, q_values[i]);
  EXPECT_FALSE(tests[6].q_value);
}

TEST(SegmentTests, DoNotDependOnTheOrderOfCustomers) {
  SegmentShop shop;
  std::mt19937 random(5);
  SegmentPeriods::Customers customers;
  for (int i = 0; i < 120; ++i) {
    PeriodOrders orders{};
    for (std::uint32_t& count : orders) count = static_cast<std::uint32_t>(random() % 3);
    customers.orders.push_back(orders);
    PeriodPayments paid;
    paid.count = static_cast<std::uint8_t>(1 + random() % 4);
    for (std::size_t e = 0; e < paid.count; ++e) {
      paid.earlier[e] = static_cast<double>(random() % 1'000) / 7;
    }
    paid.current = static_cast<double>(random() % 1'000) / 7;
    customers.payments.push_back(paid);
  }
  std::string first;
  for (unsigned seed = 0; seed < 4; ++seed) {
    std::ranges::shuffle(customers.orders, std::mt19937(seed));
    std::ranges::shuffle(customers.payments, std::mt19937(seed + 9));
    for (const Comparison comparison : kComparisons) {
      shop.periods.customers(0, comparison, 1) = customers;
    }
    const std::string text = text_of(shop.tests()) + text_of(shop.tests(Measure::kAmount));
    if (first.empty()) first = text;
    EXPECT_EQ(text, first);
  }
}

}  // namespace
}  // namespace ca::models
