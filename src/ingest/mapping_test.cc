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

}  // namespace
}  // namespace ca::ingest
