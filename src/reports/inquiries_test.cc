// What one pass answers at once, whatever else is asked beside it, for some customers, and when
// only the first rows are wanted.

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "reports/pass.h"
#include "reports/test_random_shop.h"

namespace ca::reports {
namespace {

std::vector<std::vector<Answer>> answers_of(const TestShop& shop,
                                            const std::vector<Inquiry>& inquiries,
                                            std::size_t threads = 1) {
  ThreadPool pool(threads);
  return answer(shop.journeys(), inquiries, pool, no_progress(), Cancellation());
}

Facts facts_of(const TestShop& shop, const Window& window) {
  ThreadPool pool(1);
  return find_facts(shop.journeys(), window, pool);
}

/// The facts about these customers of the shop.
Facts facts_among(const TestShop& shop, const Window& window,
                  const std::vector<std::string>& clients) {
  const auto customers = std::make_shared<CustomerSet>(shop.journeys());
  for (const std::string& client : clients) customers->insert(shop.journeys(), client);
  return among(facts_of(shop, window), shop.journeys(), customers);
}

/// Names of the reports that the shop has.
std::set<std::string> reports_of(const TestShop& shop) {
  std::set<std::string> names;
  for (const Answer& answer : shop.answers(everything())) {
    for (const Table& table : answer.tables) names.insert(table.name());
  }
  return names;
}

const Table& table_of(const Answer& answer, const std::string& report) {
  return *std::ranges::find(answer.tables, report, &Table::name);
}

// ---- several inquiries --------------------------------------------------------------------------

TEST(Inquiries, OfOnePassAreThoseOfAPassEach) {
  const TestShop shop = random_shop(11, 4);
  Question some = everything();
  some.reports = {"kpis", "client_kpis", "most_ordered_products", "churn_weekly"};
  some.limit = 5;
  Question of_a_value;
  of_a_value.with_main = false;
  of_a_value.values = {"Y"};
  const Window october = TestShop::between("2021-10-09", "2021-10-31");
  const Window end = TestShop::between("2021-10-20", "");
  const std::vector<Inquiry> inquiries = {
      {everything(), facts_of(shop, {})},
      {some, facts_of(shop, october)},
      {some, facts_of(shop, TestShop::between("2022-03-01", "2022-03-31"))},
      {of_a_value, facts_of(shop, end)},
      {everything(), facts_among(shop, october, {"c1", "c3", "c5"})},
      {everything(), merged(facts_of(shop, end), {"X", "Z"}, "X and Z")}};
  for (const std::size_t threads : {1, 3}) {
    const std::vector<std::vector<Answer>> together = answers_of(shop, inquiries, threads);
    ASSERT_EQ(together.size(), inquiries.size());
    for (std::size_t i = 0; i < inquiries.size(); ++i) {
      EXPECT_EQ(text_of(together[i]), text_of(answers_of(shop, {inquiries[i]}).front())) << i;
    }
  }
}

TEST(Inquiries, MayBeNone) { EXPECT_TRUE(answers_of(random_shop(11, 1), {}).empty()); }

TEST(Inquiries, AReportAloneIsTheSameAsBesideAllOthers) {
  const TestShop shop = random_shop(12, 2);
  for (const Window& window : {Window(), TestShop::between("2021-10-10", "2021-10-31")}) {
    Question question = everything();
    question.window = window;
    const std::vector<Answer> all = shop.answers(question);
    std::size_t compared = 0;
    for (const std::string& report : reports_of(shop)) {
      question.reports = {report};
      const std::vector<Answer> alone = shop.answers(question);
      ASSERT_EQ(alone.size(), all.size());
      for (std::size_t a = 0; a < alone.size(); ++a) {
        const auto tables = std::ranges::count(all[a].tables, report, &Table::name);
        ASSERT_EQ(std::ssize(alone[a].tables), tables) << report;
        if (tables == 0) continue;  // main's alone
        EXPECT_EQ(to_csv(alone[a].tables.front(), Zone::utc()),
                  to_csv(table_of(all[a], report), Zone::utc()))
            << report << " of " << all[a].population;
        ++compared;
      }
    }
    EXPECT_GT(compared, 150U);
  }
}

// ---- only the first rows ------------------------------------------------------------------------

TEST(Limit, GivesTheFirstRowsAndTheNumberOfAll) {
  for (const std::size_t partitions : {1, 4}) {
    const TestShop shop = random_shop(13, partitions);
    const std::vector<Answer> all = shop.answers(everything());
    for (const std::size_t limit : {0, 1, 7, 45, 1000}) {
      Question question = everything();
      question.limit = limit;
      const std::vector<Answer> first = shop.answers(question, 2);
      ASSERT_EQ(first.size(), all.size());
      for (std::size_t a = 0; a < all.size(); ++a) {
        ASSERT_EQ(first[a].tables.size(), all[a].tables.size());
        for (const Table& table : all[a].tables) {
          const Table& cut = table_of(first[a], table.name());
          const std::string what =
              fmt::format("{} of {}, limit {}", table.name(), all[a].population, limit);
          EXPECT_EQ(cut.total_rows(), table.rows()) << what;
          // Whoever asks takes the first ones: tables may have more.
          EXPECT_GE(cut.rows(), std::min(limit, table.rows())) << what;
          EXPECT_EQ(to_csv(cut.head(limit), Zone::utc()), to_csv(table.head(limit), Zone::utc()))
              << what;
        }
      }
    }
  }
}

TEST(Limit, MakesNoMoreRowsOfCustomers) {
  const TestShop shop = random_shop(13, 4);
  Question question = everything();
  question.limit = 7;
  const std::vector<Answer> answers = shop.answers(question);
  for (const char* report : {"client_kpis", "total_order_count_per_customer"}) {
    for (const Answer& answer : answers) EXPECT_EQ(table_of(answer, report).rows(), 7U) << report;
  }
}

// ---- some customers -----------------------------------------------------------------------------

TEST(CustomerSet, KnowsTheCustomersThatAreThere) {
  const TestShop shop({.partitions = 4},
                      R"(order client start            amount
                         1     A      2021-03-01T11:00 20
                         2     B      2021-03-02T11:00 no
                         3     -      2021-03-03T11:00 30)",
                      R"(client download
                         A      2021-03-01T10:00
                         C      2021-03-05T10:00)");
  CustomerSet customers(shop.journeys());
  EXPECT_EQ(customers.size(), 0);
  for (const char* client : {"A", "B", "C", "A"}) {
    EXPECT_TRUE(customers.insert(shop.journeys(), client)) << client;
  }
  EXPECT_EQ(customers.size(), 3);
  // The order id by which a session of nobody is told apart is no customer.
  for (const char* client : {"D", "a", "", "3", "-"}) {
    EXPECT_FALSE(customers.insert(shop.journeys(), client)) << client;
  }
  EXPECT_EQ(customers.size(), 3);
}

/// The lines of the text that begin with the words of `column` that are kept; of all, the header.
std::string rows_where(const std::string& text, std::size_t column,
                       const std::set<std::string>& kept) {
  std::istringstream lines(text);
  std::string rows;
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string word;
    for (std::size_t c = 0; c <= column; ++c) words >> word;
    if (rows.empty() || kept.contains(word)) rows += line + "\n";
  }
  return rows;
}

TEST(CustomerSet, IsAShopOfItsOwn) {
  // Everybody's first and last session, first date and dimension values are those of c0, who is in
  // each of the segments: so axes and populations are the same in a shop of the segment alone.
  const RandomTexts texts(14);
  const std::string more =
      "f0 c0 2021-09-01T10:15 4.07 0.1 spring X basket\nf1 c0 2021-09-01T10:15 8 - - Y -\n"
      "f2 c0 2021-09-03T10:15 9 - - Z -\nf3 c0 2021-12-01T12:15 no - - X -\n";
  const auto shop_of = [&](const std::set<std::string>& clients, std::size_t partitions) {
    const bool is_all = clients.empty();
    return TestShop({.zone = "Europe/London",
                     .session_actions = {"basket"},
                     .customer_actions = {"login"},
                     .has_dimension = true,
                     .partitions = partitions},
                    (is_all ? texts.sessions : rows_where(texts.sessions, 1, clients)) + more,
                    is_all ? texts.customers : rows_where(texts.customers, 0, clients), [&] {
                      if (is_all) return texts.lines;
                      std::set<std::string> orders;
                      std::istringstream rows(rows_where(texts.sessions, 1, clients));
                      std::string order;
                      for (std::string rest; rows >> order && std::getline(rows, rest);)
                        orders.insert(order);
                      return rows_where(texts.lines, 0, orders);
                    }());
  };
  const TestShop all = shop_of({}, 3);
  std::set<std::string> odd;
  for (int c = 1; c < 60; c += 2) odd.insert(fmt::format("c{}", c));
  odd.insert("c0");
  for (const std::set<std::string>& clients :
       {std::set<std::string>{"c0"}, {"c0", "c7"}, {"c0", "c18", "c33", "c34", "c35"}, odd}) {
    const TestShop alone = shop_of(clients, 1);
    for (const Window& window :
         {Window(), TestShop::between("2021-10-04", "2021-10-31"),
          TestShop::between("", "2021-10-20"), TestShop::between("2021-10-31", "2021-10-31")}) {
      const Facts facts = facts_among(all, window, {clients.begin(), clients.end()});
      EXPECT_EQ(facts.sessions, facts_of(alone, window).sessions);
      Question question = everything();
      question.window = window;
      question.segments = std::nullopt;  // which are everybody's, and not a part's own
      const std::string expected = text_of(alone.answers(question));
      EXPECT_EQ(text_of(answers_of(all, {{question, facts}}, 2).front()), expected)
          << clients.size() << " customers";
      EXPECT_EQ(text_of(answers_of(all, {{question, merged(facts, {"X", "Z"}, "both")}}).front()),
                text_of(answers_of(alone, {{question,
                                            merged(facts_of(alone, window), {"X", "Z"}, "both")}})
                            .front()));
    }
  }
}

/// The report of a segment as CSV.
std::string csv(const TestShop& shop, const std::string& report,
                const std::vector<std::string>& clients) {
  Question question;
  question.reports = {report};
  return to_csv(
      answers_of(shop, {{question, facts_among(shop, {}, clients)}}).front().front().tables.front(),
      Zone::utc());
}

TEST(CustomerSet, KeepsEverybodysAxisAndLeavesOutNobodysSessions) {
  const TestShop shop({.has_dimension = true},
                      R"(order client start            amount dimension
                         1     A      2021-03-01T11:00 20     X
                         2     -      2021-03-02T11:00 70     Y
                         3     B      2021-03-03T11:00 40     X
                         4     C      2021-03-04T11:00 50     Y)",
                      "");
  EXPECT_EQ(csv(shop, "daily_orders", {"B"}),
            "daily,orders,is_partial\n2021-03-01,0,false\n2021-03-02,0,false\n2021-03-03,1,false\n"
            "2021-03-04,0,true\n");
  EXPECT_NE(csv(shop, "hourly_revenue", {"A", "B"}).find("\n11,60.0\n"), std::string::npos);
  // Values in which nobody of the segment was are values still.
  EXPECT_NE(csv(shop, "dimension_kpis", {"B"}).find("\nY,0,"), std::string::npos);
}

TEST(CustomerSet, HasTheThresholdOfChurnOfItsOwnGaps) {
  // A comes every day, B every 10 days: T is 24 h, 240 h, and 132 h of both.
  const TestShop shop({},
                      R"(order client start            amount
                         1     A      2021-03-01T10:00 1
                         2     A      2021-03-02T10:00 1
                         3     A      2021-03-03T10:00 1
                         4     B      2021-03-01T10:00 1
                         5     B      2021-03-11T10:00 1
                         6     C      2021-03-13T10:00 1)",
                      "");
  const auto threshold = [&](const std::vector<std::string>& clients) {
    Question question;
    question.reports = {"churn"};
    const std::vector<Answer> answers =
        answers_of(shop, {{question, facts_among(shop, {}, clients)}}).front();
    const Table& table = answers.front().tables.front();
    for (const Column& column : table.columns()) {
      if (column.name().find("threshold") != std::string::npos) return column.real(0);
    }
    return std::nan("");
  };
  EXPECT_EQ(threshold({"A"}), 24.0);
  EXPECT_EQ(threshold({"B"}), 240.0);
  EXPECT_EQ(threshold({"A", "B"}), 132.0);
  EXPECT_EQ(threshold({"A", "B", "C"}), 132.0);
  EXPECT_EQ(threshold({"C"}), 168.0);  // who has no gap
}

}  // namespace
}  // namespace ca::reports
