#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <random>

#include "reports/allocation.h"
#include "reports/pair_counts.h"
#include "reports/test_shop.h"

namespace ca::reports {
namespace {

/// A orders tea twice and bread; B tea and jam of two categories; an order without a client; one
/// without a basket; a basket that was not bought.
const char* const kSessions = R"(
  order client start            amount discount dimension
  1     A      2024-02-28T11:00 30     3        X
  2     A      2024-02-28T11:59 8      -        X
  3     A      2024-03-01T12:00 7      -        Y
  4     B      2024-03-01T12:30 20     2        Y
  5     -      2024-03-01T11:00 4      -        Y
  6     B      2024-03-02T11:00 9      -        Y
  7     B      2024-03-02T12:00 no     -        Y
)";
const char* const kLines = R"(
  order product category price quantity
  1     tea     drinks   10    1
  1     bread   food     5     2
  1     tea     drinks   10    1
  2     tea     drinks   8     1
  3     bread   food     -     1
  4     jam     food     5     2
  4     jam     breakfast 2    5
  4     tea     drinks   20    1
  5     tea     drinks   4     1
  7     jam     food     1     1
)";

TestShop shop(std::size_t partitions = 1) {
  return {{.has_dimension = true, .partitions = partitions}, kSessions, "", kLines};
}

TEST(Products, AreRankedByTheOrdersThatHoldThem) {
  // Order 1 paid 30 for lines of 20 and 10; order 4 paid 20 for lines of 20 (jam) and 20 (tea).
  EXPECT_EQ(shop().csv("most_ordered_products"),
            "products,order_count,quantity,revenue,client_count\n"
            "tea,4,5.0,42.0,2\n"
            "bread,2,3.0,17.0,1\n"
            "jam,1,7.0,10.0,1\n");
  EXPECT_EQ(shop().csv("most_ordered_products", "X"),
            "products,order_count,quantity,revenue,client_count\n"
            "tea,2,3.0,28.0,1\n"
            "bread,1,2.0,10.0,1\n");
}

TEST(Products, CountInEveryCategoryTheyAreOf) {
  EXPECT_EQ(shop().csv("most_ordered_categories"),
            "category,order_count,quantity,revenue,client_count\n"
            "drinks,4,5.0,42.0,2\n"
            "food,3,5.0,22.0,2\n"
            "breakfast,1,5.0,5.0,1\n");
}

TEST(Products, ByDayHaveRowsWhereTheyWereSold) {
  EXPECT_EQ(shop().csv("daily_products_of_sales"),
            "daily,products,payment_amount,order_count\n"
            "2024-02-28,bread,10.0,1\n"
            "2024-02-28,tea,28.0,2\n"
            "2024-03-01,bread,7.0,1\n"
            "2024-03-01,jam,10.0,1\n"
            "2024-03-01,tea,14.0,2\n");
}

TEST(Products, OfOrdersWithoutAClientHaveNoCustomer) {
  EXPECT_EQ(shop().csv("product_kpis"),
            "products,average_product_sold_per_user_kpi,total_product_revenue_kpi,"
            "total_product_discount_kpi,total_product_cust_kpi\n"
            "bread,2.0,17.0,1.0,1\n"
            "jam,1.0,10.0,1.0,1\n"
            "tea,1.5,42.0,3.0,2\n");
}

TEST(Products, AreRankedWithinTheHour) {
  EXPECT_EQ(shop().csv("hourly_products_of_sales"),
            "hours,products,order_count,product_order_count_rank,hourly_total_orders,"
            "hourly_order_ratio\n"
            "11,tea,3,1,3,1.0\n"
            "11,bread,1,2,3,0.3333333333333333\n"
            "12,bread,1,1,2,0.5\n"
            "12,jam,1,2,2,0.5\n"
            "12,tea,1,3,2,0.5\n");
  EXPECT_EQ(shop().csv("hourly_categories_of_sales", "X"),
            "hours,category,order_count,product_cat_order_count_rank,hourly_total_orders,"
            "hourly_order_ratio\n"
            "11,drinks,2,1,2,1.0\n"
            "11,food,1,2,2,0.5\n");
}

TEST(Products, TakeTheOrdersInsideTheWindow) {
  EXPECT_EQ(
      shop().csv("most_ordered_products", "main", TestShop::between("2024-02-29", "2024-03-01")),
      "products,order_count,quantity,revenue,client_count\n"
      "tea,2,2.0,14.0,1\n"
      "bread,1,1.0,7.0,1\n"
      "jam,1,7.0,10.0,1\n");
}

TEST(Products, WithoutCategoriesHaveNoReportAboutThem) {
  const TestShop shop({}, "order client start amount\n1 A 2024-03-01T09:00 4\n", "",
                      "order product price\n1 tea 2\n1 jam 1\n");
  EXPECT_EQ(shop.csv("most_ordered_categories"), "absent");
  EXPECT_EQ(shop.csv("most_ordered_products"),
            "products,order_count,quantity,revenue,client_count\n"
            "jam,1,1.0,1.3333333333333333,1\n"
            "tea,1,1.0,2.6666666666666665,1\n");
}

TEST(Products, AreTheSameInAnyNumberOfPartitions) {
  const TestShop one = shop(), eight = shop(8);
  for (const char* report : {"most_ordered_products", "most_ordered_categories", "product_kpis",
                             "daily_products_of_sales", "most_combined_products"}) {
    EXPECT_EQ(one.csv(report), eight.csv(report)) << report;
  }
}

// ---- pairs ------------------------------------------------------------------------------------

TEST(ProductPairs, AreAssociationRules) {
  // Five orders have a basket; tea is in four, bread in two; jam, in one, is in no pair.
  EXPECT_EQ(shop().csv("most_combined_products"),
            "products,order_count,product_1,product_2,support,confidence_1_2,confidence_2_1,lift\n"
            "bread - tea,1,bread,tea,0.2,0.5,0.25,0.625\n");
  EXPECT_EQ(
      shop().csv("most_combined_products", "X"),
      "products,order_count,product_1,product_2,support,confidence_1_2,confidence_2_1,lift\n");
}

TEST(ProductPairs, StandInByteOrderAndEndAfterAThousand) {
  // Two orders hold the same 50 products: 1,225 pairs of equal count.
  std::string lines = "order product price\n";
  for (const char* order : {"1", "2"}) {
    for (int p = 0; p < 50; ++p) lines += std::string(order) + " p" + std::to_string(p) + " 1\n";
  }
  const TestShop shop({},
                      "order client start amount\n1 A 2024-03-01T09:00 4\n"
                      "2 B 2024-03-01T09:00 4\n",
                      "", lines);
  const std::string csv = shop.csv("most_combined_products");
  EXPECT_EQ(std::ranges::count(csv, '\n'), 1'001);
  EXPECT_NE(csv.find("\np0 - p1,2,p0,p1,1.0,1.0,1.0,1.0\np0 - p10,2,p0,p10,"), std::string::npos);
  EXPECT_EQ(csv.find("p9 - p10"), std::string::npos) << "p10 comes first in bytes";
}

TEST(PairCounts, CountTheSameInATableAndInATriangle) {
  std::mt19937 random(3);
  // Few codes become a triangle, many stay a table.
  for (const std::size_t codes : {std::size_t{2}, std::size_t{60}, std::size_t{5'000}}) {
    std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint32_t> expected, got;
    PairCounts one(codes), two(codes);
    for (int i = 0; i < 30'000; ++i) {
      const auto a = static_cast<std::uint32_t>(random() % codes);
      const auto b = static_cast<std::uint32_t>(random() % codes);
      if (a == b) continue;
      (i % 7 == 0 ? one : two).add(PairCounts::pair_row(a, b), 0, 1);
      ++expected[std::minmax(a, b)];
    }
    std::string bytes;
    one.save(bytes);
    bytes += "rest";
    std::string_view left = bytes;
    PairCounts all(codes);
    all.load(left);
    EXPECT_EQ(left, "rest");
    all.merge(two);
    all.for_each([&](std::uint32_t a, std::uint32_t b, std::uint32_t n) { got[{a, b}] = n; });
    EXPECT_EQ(got, expected) << codes;
  }
}

TEST(PairCounts, RefuseBytesThatAreCutOrOfAnotherShop) {
  PairCounts pairs(9);
  pairs.add(PairCounts::pair_row(8, 2), 0, 3);
  std::string bytes;
  pairs.save(bytes);
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    std::string_view cut = std::string_view(bytes).substr(0, size);
    EXPECT_THROW(PairCounts(9).load(cut), Error) << size;
  }
  std::string_view whole = bytes;
  EXPECT_THROW(PairCounts(8).load(whole), Error);
}

// ---- allocation -------------------------------------------------------------------------------

/// Revenue of each product of one order, as the report has it.
std::string revenue(const std::string& amount, const std::string& lines,
                    const std::string& discount = "-") {
  const TestShop shop(
      {},
      "order client start amount discount\n1 A 2024-03-01T09:00 " + amount + " " + discount + "\n",
      "", "order product category price quantity\n" + lines);
  const std::string csv = shop.csv("product_kpis");
  return csv.substr(csv.find('\n') + 1);
}

TEST(Allocation, SharesWhatWasPaidByTheAmountsOfLines) {
  EXPECT_EQ(revenue("15", "1 a x 10 1\n1 b x 5 4\n", "3"), "a,1.0,5.0,1.0,1\nb,1.0,10.0,2.0,1\n");
}

TEST(Allocation, OfReturnsIsNegative) {
  EXPECT_EQ(revenue("15", "1 a x 40 1\n1 b x -10 1\n"), "a,1.0,20.0,0.0,1\nb,1.0,-5.0,0.0,1\n");
}

TEST(Allocation, WithoutAPaymentTakesTheAmountsOfLines) {
  EXPECT_EQ(revenue("-", "1 a x 10 1\n1 b x 5 4\n", "3"), "a,1.0,10.0,1.0,1\nb,1.0,20.0,2.0,1\n");
  EXPECT_EQ(revenue("-", "1 a x 10 1\n"), "a,1.0,10.0,0.0,1\n");
}

TEST(Allocation, OfABasketWorthNothingIsByQuantityElseEqual) {
  EXPECT_EQ(revenue("12", "1 a x 0 1\n1 b x 0 3\n"), "a,1.0,3.0,0.0,1\nb,1.0,9.0,0.0,1\n");
  EXPECT_EQ(revenue("12", "1 a x 6 2\n1 b x -4 3\n"), "a,1.0,4.8,0.0,1\nb,1.0,7.2,0.0,1\n");
  EXPECT_EQ(revenue("12", "1 a x 0 1\n1 b x 0 -1\n"), "a,1.0,6.0,0.0,1\nb,1.0,6.0,0.0,1\n");
}

TEST(Allocation, LeavesTheRestToTheGreatestLineAndAddsUpExactly) {
  // By codes z comes first, by bytes last: it takes what thirds, rounded up here, leave.
  const TestShop shop({}, "order client start amount discount\n1 A 2024-03-01T09:00 0.1 0.07\n", "",
                      "order product category price quantity\n"
                      "1 z x 1 1\n1 a y 1 1\n1 a b 1 1\n");
  ThreadPool pool(1);
  const Facts facts = find_facts(shop.journeys(), {}, pool);
  const journeys::Partition& partition = shop.journeys().partitions().front();
  const Journey journey = partition.journey(0, INT64_MAX);
  Allocation allocation(facts.main);
  const auto shares = allocation.of(journey, 0, 0, 3);
  ASSERT_EQ(shares.size(), 3U);
  ExactSum::Fixed revenue = 0, discount = 0;
  for (const Allocation::Share& share : shares) {
    revenue += share.revenue;
    discount += share.discount;
  }
  EXPECT_TRUE(revenue == ExactSum::to_fixed(0.1));
  EXPECT_TRUE(discount == ExactSum::to_fixed(0.07));
  const ExactSum::Fixed third = ExactSum::to_fixed(0.1) / 3;
  for (std::size_t line = 0; line < 3; ++line) {
    const std::string& product = shop.journeys().products().text(partition.lines().product[line]);
    const ExactSum::Fixed beyond = shares[line].revenue - third;
    EXPECT_TRUE(product == "a" ? beyond == 1 : beyond == 0) << product;
  }
}

TEST(Allocation, LeavesAFreeLineNoMoreThanRoundingToUnits) {
  // The prices as doubles do not add up to a double; what that is off must not fall to the heir.
  std::string lines = "order product price\n1 z 0\n";
  for (int p = 0; p < 30; ++p) lines += fmt::format("1 p{} {}.{:02}\n", p, 33 + p % 3, 3 * p % 10);
  const TestShop shop({}, "order client start amount\n1 A 2024-03-01T09:00 1002.31\n", "", lines);
  ThreadPool pool(1);
  const Facts facts = find_facts(shop.journeys(), {}, pool);
  const journeys::Partition& partition = shop.journeys().partitions().front();
  const Journey journey = partition.journey(0, INT64_MAX);
  Allocation allocation(facts.main);
  const auto shares = allocation.of(journey, 0, 0, 31);
  for (std::size_t line = 0; line < shares.size(); ++line) {
    if (partition.lines().amount[line] != 0) continue;
    EXPECT_LE(std::abs(static_cast<double>(shares[line].revenue)), 15) << "half a unit a line";
  }
}

}  // namespace
}  // namespace ca::reports
