#include "reports/members.h"

#include <fmt/format.h>

#include "reports/customer_set.h"
#include "reports/test_shop.h"

namespace ca::reports {
namespace {

using Key = CellRef::Key;

Key day(const char* text) { return std::int64_t{parse_day(text)->number}; }
Key number(std::int64_t value) { return value; }
Key text(const char* value) { return std::string(value); }

CellRef cell(const TestShop& shop, const std::string& report, const std::string& column,
             std::vector<Key> key = {}) {
  const std::size_t position =
      find_countable(find_report(report), column, shop.journeys().schema());
  return {report, column, position, std::move(key)};
}

Members ask(const TestShop& shop, const CellRef& cell, const std::string& population = "main",
            const Window& window = {}, const MembersQuestion& how = {}) {
  ThreadPool pool(2);
  MembersQuestion question = how;
  question.cell = cell;
  question.of_main = population == "main";
  question.population = population;
  return members(shop.journeys(), find_facts(shop.journeys(), window, pool), question, pool,
                 Cancellation());
}

/// The clients with their n, and what belongs to nobody: "A 2, B 1 + 1".
std::string text_of(const Members& members) {
  std::string text;
  for (std::size_t row = 0; row < members.table.rows(); ++row) {
    text +=
        fmt::format("{}{} {}", text.empty() ? "" : ", ", members.table.find("client")->text(row),
                    members.table.find("n")->integer(row));
  }
  if (members.anonymous > 0) text += fmt::format(" + {}", members.anonymous);
  return text;
}

TestShop fixture() {
  return TestShop({.has_dimension = true, .partitions = 2}, kFixtureSessions, kFixtureCustomers);
}

/// Who is behind a cell of the fixture of reports.md section 11.
std::string behind(const std::string& report, const std::string& column, std::vector<Key> key = {},
                   const std::string& population = "main", const Window& window = {}) {
  const TestShop shop = fixture();
  return text_of(ask(shop, cell(shop, report, column, std::move(key)), population, window));
}

std::string message(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    return error.code() + ": " + error.message() + " | " + error.hint();
  }
  return "no error";
}

// ---- each family --------------------------------------------------------------------------------

TEST(Members, OfOrdersAndTheirSums) {
  EXPECT_EQ(behind("daily_orders", "orders", {day("2021-03-04")}), "A 1, B 1");
  EXPECT_EQ(behind("weekly_orders", "orders", {day("2021-03-08")}), "A 2, B 1, C 1");
  EXPECT_EQ(behind("monthly_orders", "orders", {day("2021-03-01")}), "A 4, B 2, C 2");
  EXPECT_EQ(behind("hourly_orders", "orders", {number(11)}), "A 2, C 1");
  EXPECT_EQ(behind("weekly_revenue", "payment_amount", {day("2021-03-01")}), "A 2, B 1");
  EXPECT_EQ(behind("hourly_revenue", "payment_amount", {number(9)}), "B 2");
}

TEST(Members, OfASumAreThoseWhosePaymentsWereAdded) {
  const TestShop shop({}, R"(
      order client start            amount
      1     A      2021-03-01T11:00 20
      2     A      2021-03-01T12:00 -
      3     B      2021-03-01T13:00 -
      4     B      2021-03-01T14:00 no)",
                      "");
  EXPECT_EQ(text_of(ask(shop, cell(shop, "daily_orders", "orders", {day("2021-03-01")}))),
            "A 2, B 1");
  EXPECT_EQ(text_of(ask(shop, cell(shop, "daily_revenue", "payment_amount", {day("2021-03-01")}))),
            "A 1");
  EXPECT_EQ(text_of(ask(shop, cell(shop, "kpis", "total_revenue"))), "A 1");
  EXPECT_EQ(text_of(ask(shop, cell(shop, "kpis", "average_basket_value_per_user"))), "A 1");
  EXPECT_EQ(text_of(ask(shop, cell(shop, "kpis", "total_discount"))), "");
}

TEST(Members, OfKeyFigures) {
  EXPECT_EQ(behind("kpis", "total_orders"), "A 4, B 2, C 2");
  EXPECT_EQ(behind("kpis", "total_visits"), "A 5, C 3, B 2, D 1");
  EXPECT_EQ(behind("kpis", "total_visitors"), "A 1, B 1, C 1, D 1");
  EXPECT_EQ(behind("kpis", "conversion_rate"), "A 4, B 2, C 2");
  EXPECT_EQ(behind("kpis", "last_week_visitors"), "A 1, B 1, C 1");
  EXPECT_EQ(behind("kpis", "previous_week_orders"), "A 2, B 1");
}

TEST(Members, OfFunnels) {
  const TestShop shop(
      {.session_actions = {"look", "add"}, .customer_actions = {"add", "rate"}, .has_signup = true},
      R"(
      order client start            amount actions
      1     A      2021-03-01T11:00 20     look+add
      2     A      2021-03-02T11:30 no     look
      3     B      2021-03-02T11:00 10     add)",
      R"(
      client download         signup           add              rate
      A      2021-02-27T10:00 2021-03-01T10:00 2021-03-01T10:30 -
      B      2021-03-02T09:00 -                2021-03-02T10:30 2021-03-02T10:45
      C      2021-03-02T09:00 2021-03-02T09:10 -                2021-03-02T09:30)");
  const auto behind = [&](const char* report, const char* column, std::vector<Key> key = {}) {
    return text_of(ask(shop, cell(shop, report, column, std::move(key))));
  };
  EXPECT_EQ(behind("daily_funnel", "daily_has_sessions", {day("2021-03-02")}), "A 1, B 1");
  EXPECT_EQ(behind("daily_funnel", "daily_look", {day("2021-03-02")}), "A 1");
  EXPECT_EQ(behind("weekly_funnel", "weekly_purchased", {day("2021-03-01")}), "A 1, B 1");
  EXPECT_EQ(behind("monthly_funnel", "monthly_look", {day("2021-03-01")}), "A 2");
  EXPECT_EQ(behind("weekly_funnel", "weekly_conv_look", {day("2021-03-01")}), "A 2");
  EXPECT_EQ(behind("weekly_funnel", "weekly_conv_purchased", {day("2021-03-01")}), "A 1, B 1");
  EXPECT_EQ(behind("hourly_funnel", "hourly_add", {number(11)}), "A 1, B 1");
  EXPECT_EQ(behind("hourly_funnel", "hourly_conv_add", {number(11)}), "A 1, B 1");
  EXPECT_EQ(behind("daily_funnel_downloads", "daily_download", {day("2021-02-27")}), "A 1");
  EXPECT_EQ(behind("monthly_funnel_downloads", "monthly_signup", {day("2021-03-01")}), "A 1, C 1");
  EXPECT_EQ(behind("weekly_funnel_downloads", "weekly_rate", {day("2021-03-01")}), "B 1, C 1");
  EXPECT_EQ(behind("hourly_funnel_downloads", "hourly_download", {number(9)}), "B 1, C 1");
  EXPECT_EQ(behind("overall_funnel", "yearly_add"), "A 1, B 1");  // sessions
  EXPECT_EQ(behind("overall_funnel", "yearly_download"), "A 1, B 1, C 1");
  EXPECT_EQ(behind("overall_funnel", "yearly_rate"), "B 1, C 1");
}

TEST(Members, OfCohorts) {
  // A ordered on 03-01, 03-04, 03-09, 03-14; B on 03-04, 03-11; C on 03-10, 03-15.
  EXPECT_EQ(behind("weekly_cohort_downloads", "0", {day("2021-03-01")}), "A 1, B 1");
  EXPECT_EQ(behind("weekly_cohort_downloads", "cohort_size", {day("2021-03-01")}), "A 1, B 1, D 1");
  EXPECT_EQ(behind("daily_cohort_from_1_to_2", "3", {day("2021-03-01")}), "A 1");
  EXPECT_EQ(behind("weekly_cohort_from_1_to_2", "1", {day("2021-03-01")}), "B 1");
  EXPECT_EQ(behind("monthly_cohort_from_3_to_4", "0", {day("2021-03-01")}), "A 1");
  EXPECT_EQ(behind("cohort_revenue", "cohort_size", {day("2021-03-01")}), "A 1, B 1, C 1");
  EXPECT_EQ(behind("cohort_revenue", "0", {day("2021-03-01")}), "A 4, B 2, C 2");
}

TEST(Members, OfCohortsBeyondTheLastOffset) {
  const TestShop shop({}, R"(
      order client start            amount
      1     A      2021-01-01T11:00 20
      2     A      2021-01-20T12:00 5
      3     B      2021-01-01T13:00 1
      4     B      2022-06-01T14:00 1)",
                      "");
  EXPECT_EQ(
      text_of(ask(shop, cell(shop, "daily_cohort_from_1_to_2", "beyond", {day("2021-01-01")}))),
      "A 1, B 1");
  const auto revenue = [&](const char* column) {
    return text_of(ask(shop, cell(shop, "cohort_revenue", column, {day("2021-01-01")})));
  };
  EXPECT_EQ(revenue("15"), "A 2, B 1");
  EXPECT_EQ(revenue("beyond"), "B 1");
}

TEST(Members, OfTheCustomerJourneyByOrderNumber) {
  EXPECT_EQ(behind("customer_journey", "client_count", {number(0)}), "A 1, B 1, C 1, D 1");
  EXPECT_EQ(behind("customer_journey", "client_count", {number(3)}), "A 1");
  EXPECT_EQ(behind("customer_journey", "customers` average Purchase Value", {number(2)}),
            "A 1, B 1, C 1");
  EXPECT_EQ(behind("customer_journey", "client_count", {Key()}), "A 1, B 1, C 1");
  // The mean buyer has three orders, so the fourth is not shown.
  EXPECT_NE(message([] {
              behind("customer_journey", "client_count", {number(4)});
            }).find("Here order_number is 0, 1, 2, 3, null."),
            std::string::npos);
}

TEST(Members, OfNewAndReturning) {
  EXPECT_EQ(behind("daily_new_and_returning", "new_customers", {day("2021-03-04")}), "B 1");
  EXPECT_EQ(behind("daily_new_and_returning", "returning_orders", {day("2021-03-04")}), "A 1");
  EXPECT_EQ(behind("weekly_new_and_returning", "new_orders", {day("2021-03-01")}), "A 2, B 1");
  EXPECT_EQ(behind("weekly_new_and_returning", "returning_revenue", {day("2021-03-08")}),
            "A 2, B 1");
  EXPECT_EQ(behind("monthly_new_and_returning", "new_revenue", {day("2021-03-01")}),
            "A 4, B 2, C 2");
}

TEST(Members, OfWeeklyAveragesAreTheNumerators) {
  const Key week = day("2021-03-01");
  EXPECT_EQ(behind("weekly_average_session_per_user", "sessions", {week}), "A 3, B 1, D 1");
  EXPECT_EQ(behind("weekly_average_session_per_user", "client_count", {week}), "A 1, B 1, D 1");
  EXPECT_EQ(behind("weekly_average_order_per_user", "orders", {week}), "A 2, B 1");
  EXPECT_EQ(behind("weekly_average_payment_amount", "client_count", {week}), "A 1, B 1");
  EXPECT_EQ(behind("weekly_average_payment_amount", "payment_amount", {week}), "A 2, B 1");
  EXPECT_EQ(behind("weekly_average_payment_amount", "payment_count", {week}), "A 2, B 1");
}

TEST(Members, OfDistributions) {
  // Payments from 10 to 60 in bins of 2.5; the mean of A is 28.75, of B 12.5, of C 57.5.
  EXPECT_EQ(behind("purchase_amount_distribution", "orders", {Key(10.0)}), "B 1");
  EXPECT_EQ(behind("purchase_amount_distribution", "client_count", {Key(27.5)}), "A 1");
  EXPECT_EQ(behind("purchase_amount_distribution", "client_count", {Key(57.5)}), "C 1");
  EXPECT_EQ(behind("user_counts_per_order_seq", "frequency", {number(2)}), "B 1, C 1");
  EXPECT_EQ(behind("user_counts_per_order_seq", "reached", {number(2)}), "A 1, B 1, C 1");
}

TEST(Members, OfChurnAreTheBuyersWhoAreNotEngaged) {
  EXPECT_EQ(behind("churn", "churn"), "");
  EXPECT_EQ(behind("churn", "engaged"), "A 1, B 1, C 1");
  // A threshold of 81 hours: A ordered 76 hours before the week's end, B 87.
  const Key week = day("2021-03-01");
  EXPECT_EQ(behind("churn_weekly", "churn", {week}), "B 1");
  EXPECT_EQ(behind("churn_weekly", "engaged", {week}), "A 1");
  EXPECT_EQ(behind("churn_weekly", "total", {week}), "A 1, B 1");
  EXPECT_EQ(behind("churn_weekly", "total", {day("2021-03-08")}), "A 1, B 1, C 1");
  EXPECT_EQ(behind("churn_monthly", "engaged", {day("2021-03-01")}, "X"), "A 1, C 1");
}

TEST(Members, OfPromotions) {
  const Key fourth = day("2021-03-04");
  const Key promotion = text("promo_1");
  const auto daily = [&](const char* report, const char* column) {
    return behind(report, column, {fourth, promotion});
  };
  EXPECT_EQ(daily("inorganic_orders_per_promotion_per_day", "order_count"), "A 1");
  EXPECT_EQ(daily("daily_inorganic_ratio", "total_order_count"), "A 1, B 1");
  EXPECT_EQ(daily("daily_inorganic_ratio", "order_count"), "A 1");
  EXPECT_EQ(daily("daily_inorganic_ratio", "inorganic_ratio"), "A 1");
  EXPECT_EQ(daily("daily_promotion_revenue", "total_revenue"), "A 1");
  EXPECT_EQ(daily("daily_promotion_discount", "total_discount"), "A 1");
  EXPECT_EQ(behind("daily_organic_orders", "order_count", {fourth}), "B 1");
  EXPECT_EQ(behind("hourly_organic_orders", "order_count", {number(9), text("organic")}), "B 1");
  EXPECT_EQ(behind("hourly_inorganic_ratio", "total_order_count", {number(9), promotion}), "B 2");
  EXPECT_EQ(behind("hourly_inorganic_ratio", "inorganic_ratio", {number(9), promotion}), "B 1");
  EXPECT_EQ(behind("inorganic_orders_per_promotion_per_hour", "order_count_total",
                   {number(20), promotion}),
            "A 1");
  for (const auto& [report, column] :
       {std::pair("promotion_kpis", "order_count"), std::pair("promotion_kpis", "total_revenue"),
        std::pair("promotion_kpis", "total_discount"), std::pair("promotion_kpis", "client_count"),
        std::pair("promotion_kpis", "order_count_total"),
        std::pair("promotion_number_of_customer", "client_count"),
        std::pair("avg_order_count_per_promo_per_cust", "average_order_count")}) {
    EXPECT_EQ(behind(report, column, {promotion}), "A 1, B 1") << report << " " << column;
  }
}

TEST(Members, OfProductsAndCategories) {
  const TestShop shop({}, R"(
      order client start            amount discount
      1     A      2021-03-01T11:00 20     2
      2     A      2021-03-02T12:00 -      -
      3     B      2021-03-02T12:00 10     -
      4     -      2021-03-02T12:00 10     -
      5     C      2021-03-02T12:00 no     -)",
                      "", R"(
      order product category price quantity
      1     tea     drinks   5     2
      1     tea     gifts    5     1
      1     jam     food     5     1
      2     tea     drinks   5     1
      2     jam     food     5     1
      3     tea     drinks   5     3
      4     tea     drinks   5     1
      4     jam     food     5     1
      5     tea     drinks   5     1)");
  const auto behind = [&](const char* report, const char* column, std::vector<Key> key) {
    return text_of(ask(shop, cell(shop, report, column, std::move(key))));
  };
  const Key tea = text("tea");
  for (const char* column : {"order_count", "quantity", "revenue"}) {
    EXPECT_EQ(behind("most_ordered_products", column, {tea}), "A 2, B 1 + 1") << column;
    EXPECT_EQ(behind("most_ordered_categories", column, {text("food")}), "A 2 + 1") << column;
  }
  EXPECT_EQ(behind("most_ordered_products", "client_count", {tea}), "A 1, B 1");
  EXPECT_EQ(behind("most_ordered_categories", "client_count", {text("gifts")}), "A 1");
  for (const char* column : {"order_count", "payment_amount"}) {
    EXPECT_EQ(behind("daily_products_of_sales", column, {day("2021-03-01"), tea}), "A 1");
    EXPECT_EQ(behind("daily_products_of_sales", column, {day("2021-03-02"), tea}), "A 1, B 1 + 1");
  }
  EXPECT_EQ(behind("product_kpis", "average_product_sold_per_user_kpi", {tea}), "A 2, B 1");
  EXPECT_EQ(behind("product_kpis", "total_product_revenue_kpi", {tea}), "A 2, B 1 + 1");
  EXPECT_EQ(behind("product_kpis", "total_product_discount_kpi", {text("jam")}), "A 2 + 1");
  EXPECT_EQ(behind("product_kpis", "total_product_cust_kpi", {text("jam")}), "A 1");
  for (const char* report : {"hourly_products_of_sales", "hourly_categories_of_sales"}) {
    const Key key = text(std::string(report) == "hourly_products_of_sales" ? "jam" : "food");
    EXPECT_EQ(behind(report, "order_count", {number(12), key}), "A 1 + 1");
    EXPECT_EQ(behind(report, "hourly_order_ratio", {number(12), key}), "A 1 + 1");
    EXPECT_EQ(behind(report, "hourly_total_orders", {number(12), key}), "A 1, B 1 + 1");
  }
  for (const char* column : {"order_count", "support", "confidence_1_2", "confidence_2_1"}) {
    EXPECT_EQ(behind("most_combined_products", column, {text("jam"), tea}), "A 2 + 1") << column;
  }
  EXPECT_NE(message([&] {
              behind("most_combined_products", "support", {tea, text("jam")});
            }).find("E-PARAM: most_combined_products has no row with that key."),
            std::string::npos);
}

TEST(Members, OfDimensionValuesAreThoseOfTheKeysValue) {
  EXPECT_EQ(behind("dimension_kpis", "order_count", {text("X")}), "A 4, C 2");
  EXPECT_EQ(behind("dimension_kpis", "session_count", {text("Y")}), "B 2, D 1");
  EXPECT_EQ(behind("dimension_kpis", "visitor_count", {text("Y")}), "B 1, D 1");
  EXPECT_EQ(behind("dimension_kpis", "client_count", {text("Y")}), "B 1");
  EXPECT_EQ(behind("daily_dimension_values", "visitor_count", {text("Y"), day("2021-03-03")}),
            "D 1");
  EXPECT_EQ(behind("daily_dimension_values", "payment_amount", {text("X"), day("2021-03-04")}),
            "A 1");
  EXPECT_NE(message([] {
              behind("dimension_kpis", "order_count", {text("x")});
            }).find("Did you mean \"X\"?"),
            std::string::npos);
}

TEST(Members, OfACustomersRowAreTheCustomer) {
  EXPECT_EQ(behind("client_kpis", "order_count", {text("A")}), "A 4");
  EXPECT_EQ(behind("client_kpis", "session_count", {text("A")}), "A 5");
  EXPECT_EQ(behind("client_kpis", "monetary", {text("B")}), "B 2");
  EXPECT_EQ(behind("total_order_count_per_customer", "order_count", {text("C")}), "C 2");
  for (const char* nobody : {"D", "Z"}) {
    EXPECT_NE(message([&] {
                behind("client_kpis", "order_count", {text(nobody)});
              }).find("E-PARAM: client_kpis has no such row."),
              std::string::npos);
  }
}

// ---- whom -----------------------------------------------------------------------------------

TEST(Members, OfAPopulationHaveTheirFiguresInIt) {
  const TestShop shop({.has_dimension = true}, R"(
      order client start            amount dimension
      1     A      2021-03-01T11:00 20     X
      2     A      2021-03-02T11:00 30     Y
      3     B      2021-03-03T11:00 1      X
      4     C      2021-03-03T12:00 no     X)",
                      "");
  const auto csv = [&](const std::string& population, const Window& window) {
    return to_csv(ask(shop, cell(shop, "kpis", "total_visitors"), population, window).table,
                  Zone::utc());
  };
  const std::string header = "client,first_order,last_order,orders,revenue,recency,n,segment\n";
  EXPECT_EQ(csv("main", {}),
            header +
                "A,2021-03-01T11:00:00,2021-03-02T11:00:00,2,50.0,25.0,1,champions\n"
                "B,2021-03-03T11:00:00,2021-03-03T11:00:00,1,1.0,1.0,1,new customers\n"
                "C,,,0,0.0,,1,\n");
  EXPECT_EQ(csv("X", {}),
            header +
                "A,2021-03-01T11:00:00,2021-03-01T11:00:00,1,20.0,49.0,1,new customers\n"
                "B,2021-03-03T11:00:00,2021-03-03T11:00:00,1,1.0,1.0,1,new customers\n"
                "C,,,0,0.0,,1,\n");
  // All history up to the window's end, though only who came in it is listed.
  const Window second = TestShop::between("2021-03-02", "2021-03-02");
  EXPECT_EQ(
      csv("main", second),
      header + "A,2021-03-01T11:00:00,2021-03-02T11:00:00,2,50.0,12.999999999722222,1,champions\n");
  EXPECT_NE(message([&] { csv("Z", {}); }).find("kpis has no row of \"Z\"."), std::string::npos);
}

TEST(Members, AreNeverSessionsWithoutAClient) {
  const TestShop shop({.has_dimension = true}, R"(
      order client start            amount dimension
      1     A      2021-03-01T11:00 20     X
      2     -      2021-03-01T12:00 30     X
      3     -      2021-03-01T13:00 no     X
      4     B      2021-03-01T13:00 no     Y)",
                      "");
  const auto behind = [&](const char* report, const char* column, std::vector<Key> key = {}) {
    return text_of(ask(shop, cell(shop, report, column, std::move(key))));
  };
  EXPECT_EQ(behind("daily_orders", "orders", {day("2021-03-01")}), "A 1 + 1");
  EXPECT_EQ(behind("kpis", "total_visits"), "A 1, B 1 + 2");
  EXPECT_EQ(behind("kpis", "total_visitors"), "A 1, B 1");
  EXPECT_EQ(behind("dimension_kpis", "session_count", {text("X")}), "A 1 + 2");
}

TEST(Members, OfASegmentAreItsOwn) {
  const TestShop shop = fixture();
  const auto customers = std::make_shared<CustomerSet>(shop.journeys());
  for (const char* client : {"A", "D"}) ASSERT_TRUE(customers->insert(shop.journeys(), client));
  ThreadPool pool(2);
  const Facts facts = among(find_facts(shop.journeys(), {}, pool), shop.journeys(), customers);
  const auto behind = [&](const CellRef& cell) {
    MembersQuestion question;
    question.cell = cell;
    return text_of(members(shop.journeys(), facts, question, pool, Cancellation()));
  };
  EXPECT_EQ(behind(cell(shop, "kpis", "total_visits")), "A 5, D 1");
  EXPECT_EQ(behind(cell(shop, "client_kpis", "order_count", {text("A")})), "A 4");
  EXPECT_NE(message([&] {
              behind(cell(shop, "client_kpis", "order_count", {text("B")}));
            }).find("client_kpis has no such row."),
            std::string::npos);
}

TEST(Members, OfAWindow) {
  const Window window = TestShop::between("2021-03-09", "2021-03-11");
  EXPECT_EQ(behind("kpis", "total_orders", {}, "main", window), "A 1, B 1, C 1");
  EXPECT_EQ(behind("kpis", "total_orders", {}, "Y", window), "B 1");
  EXPECT_EQ(behind("weekly_orders", "orders", {day("2021-03-08")}, "main", window),
            "A 1, B 1, C 1");
  EXPECT_EQ(behind("customer_journey", "client_count", {number(1)}, "main", window),
            "A 1, B 1, C 1");
  EXPECT_NE(message([&] {
              behind("daily_orders", "orders", {day("2021-03-12")}, "main", window);
            }).find("Here daily is 2021-03-09, 2021-03-10, 2021-03-11."),
            std::string::npos);
}

// ---- the list ---------------------------------------------------------------------------------

TEST(Members, AreSortedByEachColumnAndComeInPages) {
  const TestShop shop = fixture();
  const CellRef visits = cell(shop, "kpis", "total_visits");
  const auto list = [&](const char* column, bool is_descending, std::size_t offset = 0,
                        std::optional<std::size_t> limit = {}) {
    MembersQuestion how;
    how.order = {column, is_descending};
    how.offset = offset;
    how.limit = limit;
    const Members members = ask(shop, visits, "main", {}, how);
    EXPECT_EQ(members.total, 4);
    EXPECT_EQ(members.n, 11);
    std::string clients;
    for (std::size_t row = 0; row < members.table.rows(); ++row) {
      clients += members.table.find("client")->text(row);
    }
    return clients;
  };
  EXPECT_EQ(list("client", false), "ABCD");
  EXPECT_EQ(list("client", true), "DCBA");
  EXPECT_EQ(list("n", true), "ACBD");
  EXPECT_EQ(list("n", false), "DBCA");
  EXPECT_EQ(list("orders", true), "ABCD");
  EXPECT_EQ(list("orders", false), "DBCA");
  EXPECT_EQ(list("revenue", true), "ACBD");  // 115, 115, 25, 0
  EXPECT_EQ(list("revenue", false), "DBAC");
  EXPECT_EQ(list("first_order", false), "ABCD");
  EXPECT_EQ(list("first_order", true), "CBAD");  // who never ordered comes last
  EXPECT_EQ(list("last_order", true), "CABD");
  EXPECT_EQ(list("recency", false), "CABD");
  EXPECT_EQ(list("client", false, 1, 2), "BC");
  EXPECT_EQ(list("client", false, 3), "D");
  EXPECT_EQ(list("client", false, 9), "");
  EXPECT_EQ(list("client", false, 0, 0), "");
  EXPECT_NE(message([&] { list("reveneu", false); }).find("Did you mean revenue?"),
            std::string::npos);
}

TEST(Members, AreTheSameForAnyThreadsAndPartitions) {
  std::string sessions = "order client start amount dimension\n";
  for (int i = 0; i < 500; ++i) {
    sessions += fmt::format("{} c{} 2021-03-{:02}T1{}:00 {} {}\n", i, i * 7 % 41, 1 + i % 28,
                            i % 10, i % 3 == 0 ? "no" : "1", i % 2 == 0 ? "X" : "Y");
  }
  std::set<std::string> answers;
  for (const std::size_t partitions : {1, 8}) {
    const TestShop shop({.has_dimension = true, .partitions = partitions}, sessions, "");
    for (const std::size_t threads : {1, 3}) {
      ThreadPool pool(threads);
      MembersQuestion question;
      question.cell = cell(shop, "churn", "engaged");
      question.of_main = false;
      question.population = "X";
      const Members found = members(shop.journeys(), find_facts(shop.journeys(), {}, pool),
                                    question, pool, Cancellation());
      EXPECT_GT(found.total, 10);
      answers.insert(to_csv(found.table, Zone::utc()));
    }
  }
  EXPECT_EQ(answers.size(), 1U);
}

TEST(Members, StopWhenCancelled) {
  const TestShop shop = fixture();
  ThreadPool pool(1);
  MembersQuestion question;
  question.cell = cell(shop, "kpis", "total_orders");
  const Facts facts = find_facts(shop.journeys(), {}, pool);
  Cancellation cancellation;
  cancellation.cancel();
  EXPECT_NE(message([&] {
              members(shop.journeys(), facts, question, pool, cancellation);
            }).find("E-CANCELLED"),
            std::string::npos);
}

// ---- cells that are none
// --------------------------------------------------------------------------

TEST(Members, OfAnEmptyCellOrARowThatIsNotThereIsAnError) {
  EXPECT_NE(message([] {
              behind("weekly_cohort_downloads", "3", {day("2021-03-01")});
            }).find("The cell 3 of weekly_cohort_downloads is empty"),
            std::string::npos);
  EXPECT_NE(message([] {
              behind("daily_orders", "orders", {day("2021-02-28")});
            }).find("Here daily goes from 2021-03-01 to 2021-03-15."),
            std::string::npos);
  EXPECT_NE(message([] {
              behind("weekly_orders", "orders", {day("2021-03-02")});
            }).find("Here weekly is 2021-03-01, 2021-03-08, 2021-03-15."),
            std::string::npos);
  EXPECT_NE(message([] {
              behind("promotion_kpis", "client_count", {text("promo1")});
            }).find("Did you mean \"promo_1\"?"),
            std::string::npos);
  EXPECT_NE(
      message([] {
        behind("daily_promotion_revenue", "total_revenue", {day("2021-03-04"), text("promo_2")});
      }).find("Did you mean \"promo_1\"?"),
      std::string::npos);
  EXPECT_NE(message([] { behind("hourly_orders", "orders", {number(-1)}); }).find("E-PARAM"),
            std::string::npos);
  EXPECT_NE(message([] {
              behind("hourly_orders", "orders", {number(24)});
            }).find("Here hourly goes from 0 to 23."),
            std::string::npos);
}

TEST(Members, OfAColumnThatDoesNotCountIsAnErrorThatNamesThoseThatDo) {
  const Schema schema;
  EXPECT_EQ(message([&] { find_countable(find_report("churn"), "threshold_hours", schema); }),
            "E-PARAM: threshold_hours of churn does not count customers, sessions or orders. | "
            "Columns that count are churn, engaged, total.");
  EXPECT_EQ(message([&] { find_countable(find_report("churn"), "engagd", schema); }),
            "E-PARAM: churn has no column \"engagd\". | Did you mean engaged?");
  EXPECT_EQ(message([&] { find_countable(find_report("run_log"), "message", schema); }),
            "E-PARAM: message of run_log does not count customers, sessions or orders. | "
            "Nobody is behind the columns of run_log.");
  EXPECT_EQ(find_countable(find_report("churn_weekly"), "total", schema), 3U);
}

/// Keys name rows, so they count nothing; and a row has a key wherever there is more than one.
TEST(Members, KeysDoNotCount) {
  for (const FamilySpec& family : families()) {
    for (const ReportSpec& report : family.reports) {
      for (const std::string& name : key_of(report)) {
        const auto column = std::ranges::find(report.columns, name, &ColumnSpec::name);
        ASSERT_NE(column, report.columns.end()) << report.name << " " << name;
        EXPECT_EQ(column->counts, Counted::kNothing) << report.name << " " << name;
      }
    }
  }
}

}  // namespace
}  // namespace ca::reports
