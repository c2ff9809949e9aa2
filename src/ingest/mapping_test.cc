#include "ingest/mapping.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "ingest/test_support.h"

namespace ca::ingest {
namespace {

using namespace testing;
using sources::Kind;

std::map<std::string, std::string> session_columns() {
  return {{"order_id", "id"},
          {"client", "customer"},
          {"session_start_date", "start"},
          {"payment_amount", "paid"}};
}

std::vector<std::string> many_actions(std::size_t count) {
  std::vector<std::string> actions;
  for (std::size_t i = 0; i < count; ++i) actions.push_back(fmt::format("step_{}", i));
  return actions;
}

// ---- checked() --------------------------------------------------------------------------------

TEST(CheckedMapping, KeepsWhatIsMappedAndLeavesOutEmptyNames) {
  auto columns = session_columns();
  columns["discount_amount"] = "";
  columns["dimension"] = "country";
  const Mapping mapping = checked(Kind::kSessions, {columns, {"b", "a"}});
  columns.erase("discount_amount");
  EXPECT_EQ(mapping.columns, columns);
  EXPECT_EQ(mapping.actions, (std::vector<std::string>{"b", "a"}));
}

TEST(CheckedMapping, ResolvesAliases) {
  const Mapping customers =
      checked(Kind::kCustomers, {{{"client_2", "user"}, {"download_date", "d"}}, {}});
  EXPECT_EQ(customers.columns.at("client"), "user");
  EXPECT_FALSE(customers.columns.contains("client_2"));

  const Mapping products =
      checked(Kind::kProducts, {{{"order_id_2", "o"}, {"product", "p"}, {"price", "x"}}, {}});
  EXPECT_EQ(products.columns.at("order_id"), "o");

  const Mapping deliveries =
      checked(Kind::kDeliveries, {{{"order_id_2", "o"}, {"delivery_date", "d"}}, {}});
  EXPECT_EQ(deliveries.columns.at("order_id"), "o");
}

TEST(CheckedMapping, AnAliasAndItsFieldAreOneField) {
  const auto error = error_of([] {
    checked(Kind::kCustomers, {{{"client", "a"}, {"client_2", "b"}, {"download_date", "d"}}, {}});
  });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), "E-MAP-DUP");
  EXPECT_EQ(error->message(), "The field client of customers is mapped twice.");
}

struct Unknown {
  Kind kind;
  const char* field;
  const char* hint;
};

class UnknownFields : public ::testing::TestWithParam<Unknown> {};

TEST_P(UnknownFields, AreRefusedWithTheNearestName) {
  auto columns = session_columns();
  if (GetParam().kind == Kind::kCustomers) columns = {{"client", "c"}, {"download_date", "d"}};
  columns[GetParam().field] = "column";
  const auto error = error_of([&] { checked(GetParam().kind, {columns, {}}); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), "E-PARAM");
  EXPECT_NE(error->message().find(fmt::format("\"{}\"", GetParam().field)), std::string::npos)
      << error->message();
  EXPECT_EQ(error->hint(), GetParam().hint);
}

INSTANTIATE_TEST_SUITE_P(
    , UnknownFields,
    ::testing::Values(Unknown{Kind::kSessions, "has_purchase", "Did you mean has_purchased?"},
                      Unknown{Kind::kSessions, "Dimensions", "Did you mean dimension?"},
                      Unknown{Kind::kSessions, "order_id_2", "Did you mean order_id?"},
                      Unknown{Kind::kSessions, "signup_date", ""}, Unknown{Kind::kSessions, "", ""},
                      Unknown{Kind::kCustomers, "signupdate", "Did you mean signup_date?"},
                      Unknown{Kind::kCustomers, "price", ""}));

TEST(CheckedMapping, NamesEachRequiredFieldThatIsMissing) {
  const std::map<Kind, std::string> required = {
      {Kind::kSessions, "order_id client session_start_date payment_amount"},
      {Kind::kCustomers, "client download_date"},
      {Kind::kProducts, "order_id product price"},
      {Kind::kDeliveries, "order_id delivery_date"}};
  for (const auto& [kind, names] : required) {
    std::map<std::string, std::string> all;
    std::string needed;
    for (const Field& field : fields_of(kind)) {
      all[field.name] = "column_" + field.name;
      if (field.required) needed += (needed.empty() ? "" : " ") + field.name;
    }
    EXPECT_EQ(needed, names);
    for (const Field& field : fields_of(kind)) {
      auto columns = all;
      columns.erase(field.name);
      const auto error = error_of([&] { checked(kind, {columns, {}}); });
      EXPECT_EQ(error ? error->code() : "none", field.required ? "E-MAP-MISSING" : "none")
          << name_of(kind) << " without " << field.name;
      if (!error) continue;
      EXPECT_NE(error->message().find(field.name), std::string::npos) << error->message();
      columns[field.name] = "";
      EXPECT_EQ(code_of([&] { checked(kind, {columns, {}}); }), "E-MAP-MISSING");
    }
  }
}

TEST(CheckedMapping, GivesEachColumnOneMeaning) {
  auto columns = session_columns();
  columns["dimension"] = "customer";
  EXPECT_EQ(code_of([&] { checked(Kind::kSessions, {columns, {}}); }), "E-MAP-DUP");
  const auto error = error_of([] {
    checked(Kind::kSessions, {session_columns(), {"seen", "paid"}});
  });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), "E-MAP-DUP");
  EXPECT_EQ(error->message(), "paid is mapped twice.");
  EXPECT_EQ(code_of([] {
              checked(Kind::kSessions, {session_columns(), {"seen", "seen"}});
            }),
            "E-MAP-DUP");
}

TEST(CheckedMapping, TakesThirtyOneActions) {
  EXPECT_EQ(kMaxActions, 31U);
  const std::map<std::string, std::string> customers = {{"client", "c"}, {"download_date", "d"}};
  EXPECT_EQ(checked(Kind::kSessions, {session_columns(), many_actions(31)}).actions,
            many_actions(31));
  EXPECT_EQ(checked(Kind::kCustomers, {customers, many_actions(31)}).actions, many_actions(31));
  EXPECT_EQ(code_of([&] {
              checked(Kind::kSessions, {session_columns(), many_actions(32)});
            }),
            "E-PARAM");
  EXPECT_EQ(code_of([&] { checked(Kind::kCustomers, {customers, many_actions(32)}); }), "E-PARAM");
}

TEST(CheckedMapping, KeepsNamesThatReportsUse) {
  for (const char* name : {"has_sessions", "purchased", "download", "signup", ""}) {
    EXPECT_EQ(code_of([&] {
                checked(Kind::kSessions, {session_columns(), {name}});
              }),
              "E-PARAM")
        << name;
  }
}

TEST(CheckedMapping, OnlySessionsAndCustomersHaveActions) {
  EXPECT_EQ(
      code_of([] {
        checked(Kind::kProducts, {{{"order_id", "o"}, {"product", "p"}, {"price", "x"}}, {"seen"}});
      }),
      "E-PARAM");
  EXPECT_EQ(code_of([] {
              checked(Kind::kDeliveries, {{{"order_id", "o"}, {"delivery_date", "d"}}, {"seen"}});
            }),
            "E-PARAM");
}

// ---- check_columns() --------------------------------------------------------------------------

TEST(CheckColumns, TellsTheNearestColumnOfTheSource) {
  sources::Relation relation;
  for (const char* name : {"id", "customer", "start", "paid", "Country"}) {
    relation.columns.push_back({name, "VARCHAR"});
  }
  auto columns = session_columns();
  EXPECT_EQ(code_of([&] { check_columns(Kind::kSessions, {columns, {}}, relation); }), "none");

  columns["dimension"] = "country";
  const auto error = error_of([&] { check_columns(Kind::kSessions, {columns, {}}, relation); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), "E-MAP-MISSING");
  EXPECT_EQ(error->message(), "Column country was not found in sessions. Did you mean Country?");
  EXPECT_EQ(error->hint(), "The source has: id, customer, start, paid, Country.");

  const auto action = error_of([&] {
    check_columns(Kind::kSessions, {session_columns(), {"xyzzy"}}, relation);
  });
  ASSERT_TRUE(action);
  EXPECT_EQ(action->message(), "Column xyzzy was not found in sessions.");
}

// ---- probe() ----------------------------------------------------------------------------------

/// A shop's sessions of which the probe sees the given cells of one column.
class ProbeTest : public ::testing::Test {
 protected:
  /// `cells` is a SELECT of one column `cell`; the other columns are in order.
  Probe probe_cells(const std::string& field, const std::string& cells) {
    SourcePlan plan;
    plan.timezone = "Europe/London";
    plan.date_pattern = pattern;
    plan.mapping.columns = {{"order_id", "id"},
                            {"client", "customer"},
                            {"session_start_date", "start"},
                            {"payment_amount", "paid"}};
    if (field == "action") {
      plan.mapping.actions = {"cell"};
    } else {
      plan.mapping.columns[field] = "cell";
    }
    sources::Relation relation;
    relation.decimal = decimal;
    relation.select =
        fmt::format("SELECT 'o' AS id, 'c' AS customer, '{}' AS start, '1' AS paid, cell FROM ({})",
                    pattern.empty() ? "2024-01-01" : "01/01/2024", cells);
    for (const char* name : {"id", "customer", "start", "paid", "cell"}) {
      relation.columns.push_back({name, "VARCHAR"});
    }
    return probe(plan, relation, connection);
  }
  std::string code(const std::string& field, const std::string& cells) {
    return code_of([&] { probe_cells(field, cells); });
  }

  sql::Database database{""};
  sql::Connection connection = database.connect();
  std::string pattern;
  char decimal = '.';
};

/// 49 cells of `good` and one of `bad`.
std::string one_of_fifty(const std::string& good, const std::string& bad) {
  return fmt::format("SELECT CASE i WHEN 7 THEN '{}' ELSE '{}' END AS cell FROM range(50) t(i)",
                     bad, good);
}

TEST_F(ProbeTest, SaysWhatTheFirstRowsLookLike) {
  const Probe found =
      probe_cells("dimension",
                  "SELECT CASE WHEN i % 4 = 0 THEN NULL ELSE 'v' || (i % 8) END AS cell "
                  "FROM range(1000) t(i)");
  EXPECT_EQ(found.rows, kProbeRows);
  ASSERT_EQ(found.columns.size(), 5U);
  EXPECT_EQ(found.columns[4].name, "cell");
  EXPECT_EQ(found.columns[4].type, "VARCHAR");
  EXPECT_DOUBLE_EQ(found.columns[4].null_percent, 26);  // rows 0, 4, ..., 48 of 50
  EXPECT_EQ(found.columns[4].samples, (std::vector<std::string>{"v1", "v2", "v3"}));
  EXPECT_DOUBLE_EQ(found.columns[0].null_percent, 0);
  EXPECT_EQ(found.columns[0].samples, (std::vector<std::string>{"o"}));
}

TEST_F(ProbeTest, NoRowsAreNoMistake) {
  const Probe found = probe_cells("date", "SELECT '' AS cell WHERE false");
  EXPECT_EQ(found.rows, 0);
  EXPECT_DOUBLE_EQ(found.columns[0].null_percent, 0);
}

TEST_F(ProbeTest, RefusesAColumnOfAnotherType) {
  const auto error =
      error_of([&] { probe_cells("discount_amount", one_of_fifty("2.50", "free")); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), "E-MAP-TYPE");
  EXPECT_EQ(error->message(), "cell does not look like a number in 1 of 50 rows.");
  EXPECT_EQ(code("discount_amount", one_of_fifty("2.50", "1,50")), "E-MAP-TYPE");
  EXPECT_EQ(code("discount_amount", one_of_fifty("2.50", "-2.5e0")), "none");
  EXPECT_EQ(code("has_purchased", one_of_fifty("yes", "perhaps")), "E-MAP-TYPE");
  EXPECT_EQ(code("has_purchased", one_of_fifty("yes", "N")), "none");
  EXPECT_EQ(code("date", one_of_fifty("2024-01-01", "01/02/2024")), "E-MAP-TYPE");
  EXPECT_EQ(code("date", one_of_fifty("2024-01-01", "2024-01-01T08:15Z")), "none");
  EXPECT_EQ(code("action", one_of_fifty("1", "clicked")), "E-MAP-TYPE");
  EXPECT_EQ(code("action", one_of_fifty("1", "0")), "none");
  EXPECT_EQ(code("dimension", one_of_fifty("north", "42 \U0001F600")), "none");
}

TEST_F(ProbeTest, LooksNoFurtherThanItsRows) {
  EXPECT_EQ(code("discount_amount",
                 "SELECT CASE WHEN i < 50 THEN '1' ELSE 'x' END AS cell FROM range(60) t(i)"),
            "none");
}

TEST_F(ProbeTest, ValuesThatStandForNothingAreNotCounted) {
  for (const char* word : {"", " ", "-", "None", "NaN", "NULL"}) {
    EXPECT_EQ(code("discount_amount", one_of_fifty(word, "3")), "none") << word;
    EXPECT_EQ(code("has_purchased", one_of_fifty(word, "no")), "none") << word;
    EXPECT_EQ(code("date", one_of_fifty(word, "2024-01-01")), "none") << word;
    // They are not readable cells either: the one that is left decides.
    EXPECT_EQ(code("discount_amount", one_of_fifty(word, "x")), "E-MAP-TYPE") << word;
  }
  EXPECT_EQ(code("discount_amount", "SELECT CAST(NULL AS VARCHAR) AS cell FROM range(9)"), "none");
  const auto error = error_of([&] { probe_cells("discount_amount", one_of_fifty("-", "x")); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->message(), "cell does not look like a number in 1 of 1 rows.");
}

TEST_F(ProbeTest, ReadsAsTheSourceIsRead) {
  decimal = ',';
  EXPECT_EQ(code("discount_amount", one_of_fifty("2,50", "3")), "none");
  EXPECT_EQ(code("discount_amount", one_of_fifty("2,50", "3.5")), "E-MAP-TYPE");
  pattern = "%d/%m/%Y";
  EXPECT_EQ(code("date", one_of_fifty("24/12/2024", "31/01/2025")), "none");
  EXPECT_EQ(code("date", one_of_fifty("24/12/2024", "2024-12-24")), "E-MAP-TYPE");
}

}  // namespace
}  // namespace ca::ingest
