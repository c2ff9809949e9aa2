#include "models/before_after_tables.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "base/writers.h"
#include "models/test_tested.h"
#include "reports/catalogue.h"

namespace ca::models {
namespace {

using ::testing::ElementsAre;

/// Promotions named by what their two users order after, who had two orders before each; of
/// `unpaid` nobody knows a payment.
TestedShop& shop() {
  static TestedShop shop = [] {
    std::string sessions = "order client start amount promotion\n";
    std::string lines = "order product category price\n";
    std::string customers = "client download\n";
    int orders = 0;
    int clients = 0;
    for (const auto& [promotion, after] : std::vector<std::pair<std::string, int>>{{"more", 3},
                                                                                   {"most", 5},
                                                                                   {"less", 1},
                                                                                   {"b-same", 2},
                                                                                   {"a-same", 2},
                                                                                   {"none", 0},
                                                                                   {"a-most", 5},
                                                                                   {"unpaid", 1},
                                                                                   {"-", 2}}) {
      for (int c = 0; c < 2; ++c) {
        const std::string client = fmt::format("c{}", clients++);
        customers += client + " 2021-01-01\n";
        const auto order = [&](int day, const std::string& used) {
          sessions += fmt::format("o{} {} 2021-03-{}T10:00 {} {}\n", ++orders, client, day,
                                  promotion == "unpaid" ? "-" : std::to_string(day), used);
          lines += fmt::format("o{} cup kitchen {}\n", orders, day);
        };
        order(11, "-");
        order(12, "-");
        order(15, promotion);
        for (int o = 0; o < after; ++o) order(16 + o, "-");
      }
    }
    return TestedShop({.as_of = "2021-06-30"}, sessions, customers, lines);
  }();
  return shop;
}

Table table(const std::string& name) {
  reports::Answer answer =
      before_after_tables(shop().populations[0], shop().options.settings, shop().pool);
  for (Table& one : answer.tables) {
    if (one.name() == name) return std::move(one);
  }
  ADD_FAILURE() << name << " is not there";
  return answer.tables.front();
}
std::vector<std::string> texts(const std::string& name, const char* column) {
  const Table found = table(name);
  std::vector<std::string> texts;
  for (std::size_t row = 0; row < found.rows(); ++row) {
    texts.push_back(found.find(column)->text(row));
  }
  return texts;
}

TEST(BeforeAfterTables, AreThoseThatTheShopIsConfiguredFor) {
  const reports::Answer answer =
      before_after_tables(shop().populations[0], shop().options.settings, shop().pool);
  EXPECT_TRUE(answer.is_main);
  std::set<std::string> names;
  for (const Table& one : answer.tables) {
    EXPECT_TRUE(names.insert(one.name()).second) << one.name();
    EXPECT_EQ(reports::family_of(one.name()).stage, reports::kTestsStage);
    // As many columns as are promised, each with a cell a row, and every cell is a number.
    EXPECT_EQ(one.columns().size(), reports::find_report(one.name()).columns.size());
    const std::string csv = to_csv(one, Zone::utc());
    EXPECT_EQ(csv.find("nan"), std::string::npos) << csv;
    EXPECT_EQ(csv.find("inf"), std::string::npos) << csv;
  }
  EXPECT_EQ(names.size(), 11U) << "segments are not known here";
}

TEST(BeforeAfterTables, OfWhatRoseBeginWithTheMost) {
  EXPECT_THAT(texts("promotion_usage_before_after_orders_accept", "promotions"),
              ElementsAre("a-most", "most", "more"));
}

TEST(BeforeAfterTables, OfWhatDidNotBeginWithTheLeast) {
  EXPECT_THAT(texts("promotion_usage_before_after_orders_reject", "promotions"),
              ElementsAre("none", "less", "unpaid", "a-same", "b-same"));
}

TEST(BeforeAfterTables, OfDifferencesHaveEveryPromotion) {
  const Table found = table("order_and_payment_amount_differences");
  EXPECT_THAT(texts("order_and_payment_amount_differences", "promotions"),
              ElementsAre("a-most", "a-same", "b-same", "less", "more", "most", "none", "unpaid"));
  const auto none = 6;
  const auto more = 4;
  EXPECT_TRUE(found.find("diff_amount")->is_null(none)) << "nobody paid after";
  EXPECT_TRUE(found.find("diff_amount")->is_null(7));
  EXPECT_EQ(found.find("n_amount")->integer(none), 0);
  EXPECT_EQ(found.find("diff")->real(none), -2);
  EXPECT_EQ(found.find("n")->integer(none), 2);
  // Days are payments: 16, 17, 18 after 11, 12.
  EXPECT_EQ(found.find("diff_amount")->real(more), 17 - 11.5);
  EXPECT_EQ(found.find("diff")->real(more), 1);
  EXPECT_EQ(found.find("diff_did")->real(more), 1) << "others did not change";
}

TEST(BeforeAfterTables, AgreeBetweenTheEffectAndWhatWasExpected) {
  for (const char* name :
       {"promotion_usage_before_after_orders_accept", "promotion_usage_before_after_orders_reject",
        "promotion_usage_before_after_amount_accept"}) {
    const Table found = table(name);
    ASSERT_GT(found.rows(), 0U);
    for (std::size_t row = 0; row < found.rows(); ++row) {
      if (found.find("n_matched")->integer(row) != found.find("n_control")->integer(row)) continue;
      EXPECT_NEAR(found.find("mean_validation")->real(row) - found.find("expected")->real(row),
                  found.find("diff_did")->real(row), 1e-12);
      EXPECT_NEAR(found.find("mean_validation")->real(row) - found.find("mean_control")->real(row),
                  found.find("diff")->real(row), 1e-12);
    }
  }
}

}  // namespace
}  // namespace ca::models
