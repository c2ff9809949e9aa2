#include "ingest/cleaning.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <set>

#include "ingest/test_support.h"

namespace ca::ingest {
namespace {

using namespace testing;
using sources::Kind;

using Cell = std::optional<std::string>;
using Cells = std::map<std::string, Cell>;  ///< by field; "action" is the one action

/// A row of each kind with nothing to say about.
Cells good_row(Kind kind) {
  switch (kind) {
    case Kind::kSessions:
      return {{"order_id", "o1"},
              {"client", "c1"},
              {"session_start_date", "2024-01-15 10:00"},
              {"date", "2024-01-15 10:30"},
              {"payment_amount", "12.5"},
              {"discount_amount", "0.5"},
              {"has_purchased", "yes"},
              {"promotion_id", "SPRING"},
              {"dimension", "north"},
              {"action", "1"}};
    case Kind::kCustomers:
      return {{"client", "c1"},
              {"download_date", "2024-01-01"},
              {"signup_date", "2024-01-02"},
              {"action", "2024-01-03"}};
    case Kind::kProducts:
      return {{"order_id", "o1"},
              {"product", "tea"},
              {"price", "2.5"},
              {"category", "drinks"},
              {"quantity", "2"}};
    case Kind::kDeliveries: break;
  }
  return {{"order_id", "o1"},
          {"delivery_date", "2024-01-15 11:00"},
          {"prepare_date", "2024-01-15 10:20"},
          {"return_date", "2024-01-15 11:30"},
          {"latitude", "51.5"},
          {"longitude", "-0.1"}};
}

/// The columns that hold a kind's cells.
const char* columns_of(Kind kind) {
  switch (kind) {
    case Kind::kSessions:
      return "order_id, client, session_start_date, date, payment_amount, discount_amount, "
             "has_purchased, actions, promotion_id, dimension";
    case Kind::kCustomers: return "client, download_date, signup_date";
    case Kind::kProducts: return "order_id, product, category, price, quantity";
    case Kind::kDeliveries: break;
  }
  return "order_id, delivery_date, prepare_date, return_date, latitude, longitude";
}

class CleaningTest : public ::testing::Test {
 protected:
  SourcePlan plan_of(Kind kind, const Cells& row) const {
    SourcePlan plan;
    plan.location.kind = kind;
    plan.timezone = "Europe/London";
    plan.date_pattern = pattern;
    for (const auto& [field, cell] : row) {
      if (field == "action") {
        plan.mapping.actions = {"column action"};
      } else {
        plan.mapping.columns[field] = "column " + field;
      }
    }
    return plan;
  }

  static sources::Relation relation_of(const Cells& row) {
    sources::Relation relation;
    for (const auto& [field, cell] : row) {
      relation.select += fmt::format("{} CAST({} AS VARCHAR) AS \"column {}\"",
                                     relation.select.empty() ? "SELECT" : ",",
                                     cell ? sql::literal(*cell) : "NULL", field);
      relation.columns.push_back({"column " + field, "VARCHAR"});
    }
    return relation;
  }

  /// The columns `shown` of the cleaned row.
  std::string cleaned(Kind kind, const Cells& row, const std::string& shown) {
    const sources::Relation relation = relation_of(row);
    const std::string select =
        cleaned_select(plan_of(kind, row), keep_anonymous, relation, connection);
    return rows_of(connection, fmt::format("SELECT {} FROM ({})", shown, select));
  }
  std::string cleaned_with(Kind kind, const Cells& changes, const std::string& shown) {
    Cells row = good_row(kind);
    for (const auto& [field, cell] : changes) row[field] = cell;
    return cleaned(kind, row, shown);
  }

  /// The names of the rules whose bits the row has, in their order.
  std::string notes(Kind kind, const Cells& changes) {
    const auto bits = static_cast<std::uint32_t>(std::stoul(cleaned_with(kind, changes, "notes")));
    std::string names;
    for (const NoteRule& rule : note_rules(kind)) {
      if ((bits & rule.bit) == 0) continue;
      names += (names.empty() ? "" : " ") + std::string(rule.name);
      reached.insert(rule.name);
    }
    return names;
  }
  void expect_all_reached(Kind kind) const {
    for (const NoteRule& rule : note_rules(kind)) {
      if (rule.bit == note::kOrphan) continue;  // load looks orders up
      EXPECT_TRUE(reached.contains(rule.name)) << rule.name;
    }
  }

  sql::Database database{""};
  sql::Connection connection = database.connect();
  std::string pattern;
  bool keep_anonymous = false;
  std::set<std::string> reached;
};

TEST_F(CleaningTest, EverySessionNote) {
  const auto of = [&](const Cells& changes) { return notes(Kind::kSessions, changes); };
  EXPECT_EQ(of({}), "");
  EXPECT_EQ(of({{"order_id", ""}}), "order_id_missing");
  EXPECT_EQ(of({{"order_id", std::nullopt}}), "order_id_missing");
  EXPECT_EQ(of({{"order_id", " \t"}}), "order_id_missing");
  EXPECT_EQ(of({{"client", ""}}), "client_missing");
  EXPECT_EQ(of({{"client", std::nullopt}}), "client_missing");
  EXPECT_EQ(of({{"session_start_date", ""}}), "session_start_date_missing");
  EXPECT_EQ(of({{"session_start_date", std::nullopt}}), "session_start_date_missing");
  EXPECT_EQ(of({{"session_start_date", "None"}}), "session_start_date_missing");
  EXPECT_EQ(of({{"session_start_date", "1900-01-01 00:00:00"}}), "session_start_date_missing");
  EXPECT_EQ(of({{"session_start_date", "03/04/2024"}}), "session_start_date_unreadable");
  EXPECT_EQ(of({{"session_start_date", "2024-02-30"}}), "session_start_date_unreadable");
  EXPECT_EQ(of({{"has_purchased", ""}}), "has_purchased_missing");
  EXPECT_EQ(of({{"has_purchased", "nan"}}), "has_purchased_missing");
  EXPECT_EQ(of({{"has_purchased", "perhaps"}}), "has_purchased_unreadable");
  EXPECT_EQ(of({{"session_start_date", "2024-03-31 01:30"}}), "wall_clock_skipped");
  EXPECT_EQ(of({{"session_start_date", "2024-10-27 01:30"}}), "wall_clock_repeated");
  EXPECT_EQ(of({{"date", "2024-03-31 01:30"}}), "wall_clock_skipped");
  EXPECT_EQ(of({{"date", "soon"}}), "date_unreadable");
  EXPECT_EQ(of({{"date", ""}}), "");
  EXPECT_EQ(of({{"payment_amount", "ten"}}), "payment_amount_unreadable");
  EXPECT_EQ(of({{"payment_amount", "1e16"}}), "payment_amount_unreadable");
  EXPECT_EQ(of({{"payment_amount", "-"}}), "");
  EXPECT_EQ(of({{"discount_amount", "0x1"}}), "discount_amount_unreadable");
  EXPECT_EQ(of({{"action", "clicked"}}), "action_unreadable");
  EXPECT_EQ(of({{"action", ""}}), "");
  EXPECT_EQ(of({{"order_id", ""},
                {"client", ""},
                {"session_start_date", "x"},
                {"date", "x"},
                {"payment_amount", "x"},
                {"discount_amount", "x"},
                {"has_purchased", "x"},
                {"action", "x"}}),
            "order_id_missing client_missing session_start_date_unreadable "
            "has_purchased_unreadable date_unreadable payment_amount_unreadable "
            "discount_amount_unreadable action_unreadable");
  keep_anonymous = true;
  EXPECT_EQ(of({{"client", ""}}), "anonymous_kept");
  EXPECT_EQ(of({{"order_id", ""}, {"client", ""}}), "order_id_missing anonymous_kept");
  EXPECT_EQ(of({}), "");
  expect_all_reached(Kind::kSessions);
}

TEST_F(CleaningTest, EveryCustomerNote) {
  const auto of = [&](const Cells& changes) { return notes(Kind::kCustomers, changes); };
  EXPECT_EQ(of({}), "");
  EXPECT_EQ(of({{"client", ""}}), "client_missing");
  EXPECT_EQ(of({{"download_date", ""}}), "download_date_missing");
  EXPECT_EQ(of({{"download_date", "1900-01-01"}}), "download_date_missing");
  EXPECT_EQ(of({{"download_date", "x"}}), "download_date_unreadable");
  EXPECT_EQ(of({{"download_date", "2024-03-31 01:30"}}), "wall_clock_skipped");
  EXPECT_EQ(of({{"signup_date", "2024-10-27 01:30"}}), "wall_clock_repeated");
  EXPECT_EQ(of({{"signup_date", "x"}}), "signup_date_unreadable");
  EXPECT_EQ(of({{"signup_date", "1900-01-01 00:00:00"}}), "");
  EXPECT_EQ(of({{"action", "x"}}), "action_unreadable");
  EXPECT_EQ(of({{"action", ""}}), "");
  expect_all_reached(Kind::kCustomers);
}

TEST_F(CleaningTest, EveryBasketLineNote) {
  const auto of = [&](const Cells& changes) { return notes(Kind::kProducts, changes); };
  EXPECT_EQ(of({}), "");
  EXPECT_EQ(of({{"order_id", ""}}), "order_id_missing");
  EXPECT_EQ(of({{"product", " "}}), "product_missing");
  EXPECT_EQ(of({{"price", "x"}}), "price_unreadable");
  EXPECT_EQ(of({{"price", "None"}}), "");
  EXPECT_EQ(of({{"quantity", "a few"}}), "quantity_unreadable");
  EXPECT_EQ(of({{"quantity", ""}}), "");
  expect_all_reached(Kind::kProducts);
}

TEST_F(CleaningTest, EveryDeliveryNote) {
  const auto of = [&](const Cells& changes) { return notes(Kind::kDeliveries, changes); };
  EXPECT_EQ(of({}), "");
  EXPECT_EQ(of({{"order_id", ""}}), "order_id_missing");
  EXPECT_EQ(of({{"delivery_date", ""}}), "delivery_date_missing");
  EXPECT_EQ(of({{"delivery_date", "x"}}), "delivery_date_unreadable");
  EXPECT_EQ(of({{"delivery_date", "2024-03-31 01:30"}}), "wall_clock_skipped");
  EXPECT_EQ(of({{"return_date", "2024-10-27 01:30"}}), "wall_clock_repeated");
  EXPECT_EQ(of({{"prepare_date", "x"}}), "date_unreadable");
  EXPECT_EQ(of({{"return_date", "x"}}), "date_unreadable");
  EXPECT_EQ(of({{"latitude", "north"}}), "coordinate_unreadable");
  EXPECT_EQ(of({{"longitude", "west"}}), "coordinate_unreadable");
  EXPECT_EQ(of({{"prepare_date", ""}, {"return_date", "-"}, {"latitude", ""}}), "");
  expect_all_reached(Kind::kDeliveries);
}

TEST_F(CleaningTest, ARowOfEachKindBecomesTypedCells) {
  const auto cells = [&](Kind kind) { return cleaned(kind, good_row(kind), columns_of(kind)); };
  EXPECT_EQ(cells(Kind::kSessions),
            "o1|c1|2024-01-15 10:00:00|2024-01-15 10:30:00|12.5|0.5|true|1|SPRING|north\n");
  EXPECT_EQ(cells(Kind::kCustomers), "c1|2024-01-01 00:00:00|2024-01-02 00:00:00\n");
  EXPECT_EQ(cells(Kind::kProducts), "o1|tea|drinks|2.5|2.0\n");
  EXPECT_EQ(cells(Kind::kDeliveries),
            "o1|2024-01-15 11:00:00|2024-01-15 10:20:00|2024-01-15 11:30:00|51.5|-0.1\n");
  EXPECT_EQ(cleaned_with(Kind::kCustomers, {}, "action_0"), "2024-01-03 00:00:00\n");
}

TEST_F(CleaningTest, WhatIsNotReadIsNull) {
  EXPECT_EQ(cleaned_with(Kind::kSessions,
                         {{"date", "x"},
                          {"payment_amount", "x"},
                          {"discount_amount", "-"},
                          {"action", "x"},
                          {"has_purchased", "x"}},
                         "date, payment_amount, discount_amount, actions, has_purchased"),
            "~|~|~|0|false\n");
  EXPECT_EQ(
      cleaned_with(Kind::kCustomers, {{"signup_date", "1900-01-01 00:00:00"}, {"action", "x"}},
                   "signup_date, action_0"),
      "~|~\n");
  // A quantity that is not there counts 1 later, in the journeys.
  EXPECT_EQ(cleaned_with(Kind::kProducts, {{"price", ""}, {"quantity", ""}}, "price, quantity"),
            "~|~\n");
  EXPECT_EQ(cleaned_with(
                Kind::kDeliveries,
                {{"prepare_date", ""}, {"return_date", "x"}, {"latitude", "-"}, {"longitude", "x"}},
                "prepare_date, return_date, latitude, longitude"),
            "~|~|~|~\n");
}

TEST_F(CleaningTest, UnmappedColumnsAreNullAndEveryRowIsAnOrder) {
  const auto cells = [&](Kind kind, const Cells& row) {
    return cleaned(kind, row, columns_of(kind));
  };
  EXPECT_EQ(cells(Kind::kSessions, {{"order_id", "o1"},
                                    {"client", "c1"},
                                    {"session_start_date", "2024-01-15"},
                                    {"payment_amount", "3"}}),
            "o1|c1|2024-01-15 00:00:00|~|3.0|~|true|0|~|~\n");
  EXPECT_EQ(cells(Kind::kCustomers, {{"client", "c1"}, {"download_date", "2024-01-15"}}),
            "c1|2024-01-15 00:00:00|~\n");
  EXPECT_EQ(cells(Kind::kProducts, {{"order_id", "o1"}, {"product", "p"}, {"price", "3"}}),
            "o1|p|~|3.0|~\n");
  EXPECT_EQ(cells(Kind::kDeliveries, {{"order_id", "o1"}, {"delivery_date", "2024-01-15"}}),
            "o1|2024-01-15 00:00:00|~|~|~|~\n");
}

TEST_F(CleaningTest, SomePromotionsAreNone) {
  for (const char* text :
       {"", " ", "-", " - ", "none", "None", "NONE", "nan", "NaN", "null", "Null", " null "}) {
    EXPECT_EQ(cleaned_with(Kind::kSessions, {{"promotion_id", text}}, "promotion_id"), "~\n")
        << text;
  }
  EXPECT_EQ(cleaned_with(Kind::kSessions, {{"promotion_id", std::nullopt}}, "promotion_id"), "~\n");
  for (const char* text : {"0", "no", "false", "--", "nones", "no promotion", " SPRING "}) {
    EXPECT_EQ(cleaned_with(Kind::kSessions, {{"promotion_id", text}}, "promotion_id"),
              std::string(text) + "\n");
  }
}

TEST_F(CleaningTest, DimensionsAndCategoriesAreValuesAsTheyStand) {
  for (const char* text : {"", " north ", "-", "none", "nan", "main", "../x"}) {
    EXPECT_EQ(cleaned_with(Kind::kSessions, {{"dimension", text}}, "dimension"),
              std::string(text) + "\n");
    EXPECT_EQ(cleaned_with(Kind::kProducts, {{"category", text}}, "category"),
              std::string(text) + "\n");
  }
  EXPECT_EQ(cleaned_with(Kind::kSessions, {{"dimension", std::nullopt}}, "dimension"), "(none)\n");
  EXPECT_EQ(cleaned_with(Kind::kProducts, {{"category", std::nullopt}}, "category"), "(none)\n");
}

TEST_F(CleaningTest, DatesAreReadInTheZoneOfTheSource) {
  const auto start = [&](const char* text) {
    return cleaned_with(Kind::kSessions, {{"session_start_date", text}},
                        "session_start_date, notes");
  };
  EXPECT_EQ(start("2024-07-01 12:00"), "2024-07-01 11:00:00|0\n");
  EXPECT_EQ(start("2024-07-01"), "2024-06-30 23:00:00|0\n");
  EXPECT_EQ(start("2024-07-01T12:00:00.123456+05:30"), "2024-07-01 06:30:00.123456|0\n");
  EXPECT_EQ(start("1719835200"), "2024-07-01 12:00:00|0\n");
  EXPECT_EQ(start("1719835200123"), "2024-07-01 12:00:00.123|0\n");
  EXPECT_EQ(start("999999999"), "2001-09-09 01:46:39|0\n");
  EXPECT_EQ(start("171983520"), "1975-06-14 13:12:00|0\n");
  EXPECT_EQ(start("17198352001"), fmt::format("~|{}\n", note::kDateUnreadable));
  EXPECT_EQ(start("1900-01-01 00:00:01"), "1900-01-01 00:00:01|0\n");
  EXPECT_EQ(start("2200-12-31 23:59:59"), "2200-12-31 23:59:59|0\n");
}

TEST_F(CleaningTest, ASkippedHourMovesForwardAndARepeatedOneIsTheFirst) {
  EXPECT_EQ(cleaned_with(Kind::kSessions, {{"session_start_date", "2024-03-31 01:30"}},
                         "session_start_date"),
            "2024-03-31 01:30:00\n");  // 02:30 BST
  EXPECT_EQ(cleaned_with(Kind::kSessions, {{"session_start_date", "2024-10-27 01:30"}},
                         "session_start_date"),
            "2024-10-27 00:30:00\n");  // 01:30 BST, not 01:30 GMT
}

TEST_F(CleaningTest, WithAPatternOnlyThatFormIsRead) {
  pattern = "%d.%m.%Y %H:%M";
  const auto start = [&](const char* text) {
    return cleaned_with(Kind::kSessions, {{"session_start_date", text}, {"date", std::nullopt}},
                        "session_start_date, notes");
  };
  EXPECT_EQ(start("01.07.2024 12:00"), "2024-07-01 11:00:00|0\n");
  EXPECT_EQ(start("31.03.2024 01:30"), fmt::format("2024-03-31 01:30:00|{}\n", note::kDateSkipped));
  EXPECT_EQ(start("2024-07-01 12:00"), fmt::format("~|{}\n", note::kDateUnreadable));
  EXPECT_EQ(start("1719835200"), fmt::format("~|{}\n", note::kDateUnreadable));
  EXPECT_EQ(start("01.07.2024 12:00 or so"), fmt::format("~|{}\n", note::kDateUnreadable));
  EXPECT_EQ(start("-"), fmt::format("~|{}\n", note::kDateMissing));
}

TEST_F(CleaningTest, ActionsAreBitsInTheirOrder) {
  SourcePlan plan = plan_of(Kind::kSessions, good_row(Kind::kSessions));
  plan.mapping.actions.clear();
  sources::Relation relation = relation_of(good_row(Kind::kSessions));
  for (std::size_t a = 0; a < kMaxActions; ++a) {
    plan.mapping.actions.push_back(fmt::format("step {}", a));
    relation.select += fmt::format(", '{}' AS \"step {}\"", a % 3 == 0 ? "yes" : "0", a);
  }
  std::uint32_t expected = 0;
  for (std::size_t a = 0; a < kMaxActions; a += 3) expected |= 1U << a;
  const std::string select = cleaned_select(plan, false, relation, connection);
  EXPECT_EQ(rows_of(connection, "SELECT actions, notes FROM (" + select + ")"),
            fmt::format("{}|0\n", expected));
}

TEST_F(CleaningTest, TypedColumnsAreReadAsTheirText) {
  SourcePlan plan;
  plan.timezone = "Europe/London";
  plan.mapping.columns = {{"order_id", "id"},          {"client", "client"},
                          {"session_start_date", "s"}, {"date", "d"},
                          {"payment_amount", "a"},     {"discount_amount", "g"},
                          {"has_purchased", "p"},      {"dimension", "n"}};
  sources::Relation relation;
  relation.select =
      "SELECT 9007199254740993 AS id, 7 AS client, TIMESTAMP '2024-07-01 12:00:00.5' AS s, "
      "DATE '2024-07-02' AS d, 0.1::DOUBLE AS a, 12.50::DECIMAL(10, 2) AS g, true AS p, "
      "CAST(NULL AS INTEGER) AS n";
  const std::string select = cleaned_select(plan, false, relation, connection);
  EXPECT_EQ(
      rows_of(connection, fmt::format("SELECT {} FROM ({})", columns_of(Kind::kSessions), select)),
      "9007199254740993|7|2024-07-01 11:00:00.5|2024-07-01 23:00:00|0.1|12.5|true|0|~|(none)\n");
}

TEST_F(CleaningTest, TheTallyNumbersRowsAndKeepsTheSmallestCellsBehindARule) {
  SourcePlan plan;
  plan.timezone = "UTC";
  plan.mapping.columns = {{"order_id", "id"},
                          {"client", "id"},
                          {"session_start_date", "start"},
                          {"payment_amount", "paid"}};
  sources::Relation relation;
  relation.select =
      "SELECT 'o' || i AS id, '2024-01-01' AS start, chr((122 - i % 10)::INTEGER) AS paid "
      "FROM range(5000) t(i)";
  const auto tally = std::make_shared<CleaningTally>(100);
  const std::string select = cleaned_select(plan, false, relation, connection, tally);
  EXPECT_EQ(rows_of(connection, "SELECT min(number), max(number), count(DISTINCT number) FROM (" +
                                    select + ")"),
            "100|5099|5000\n");
  EXPECT_EQ(tally->rows(), 5000);
  EXPECT_EQ(tally->sample(note::kAmountUnreadable),
            (std::vector<std::string>{"q", "r", "s", "t", "u"}));
  EXPECT_TRUE(tally->sample(note::kDateUnreadable).empty());
}

TEST_F(CleaningTest, ManyChunksKeepTheirNullsApart) {
  SourcePlan plan;
  plan.timezone = "UTC";
  plan.mapping.columns = {{"order_id", "id"},
                          {"client", "client"},
                          {"session_start_date", "start"},
                          {"payment_amount", "paid"}};
  sources::Relation relation;
  relation.select =
      "SELECT 'o' || i AS id, CASE WHEN i % 5 <> 0 THEN 'c' || (i % 7) END AS client, "
      "CASE WHEN i % 11 = 0 THEN NULL ELSE (1700000000 + i)::VARCHAR END AS start, "
      "CASE WHEN i % 3 = 0 THEN '' WHEN i % 3 = 1 THEN 'x' ELSE (i / 2)::VARCHAR END AS paid "
      "FROM range(20000) t(i)";
  const std::string select = cleaned_select(plan, false, relation, connection);
  connection.run("CREATE TABLE cleaned AS " + select);
  const auto expect_none = [&](const char* condition) {
    EXPECT_EQ(connection.integer(fmt::format(
                  "SELECT count(*) FROM (SELECT *, substr(order_id, 2)::BIGINT AS i FROM cleaned) "
                  "WHERE {}",
                  condition)),
              0)
        << condition;
  };
  EXPECT_EQ(connection.integer("SELECT count(DISTINCT order_id) FROM cleaned"), 20000);
  expect_none("(i % 5 = 0) <> (client IS NULL)");
  expect_none("(i % 5 = 0) <> ((notes & 2) <> 0)");
  expect_none("(i % 11 = 0) <> (session_start_date IS NULL)");
  expect_none("(i % 11 = 0) <> ((notes & 4) <> 0)");
  expect_none("epoch(session_start_date) <> 1700000000 + i");
  expect_none("(i % 3 = 2) <> (payment_amount IS NOT NULL)");
  expect_none("(i % 3 = 1) <> ((notes & 1024) <> 0)");
  expect_none("payment_amount <> i / 2");
}

TEST_F(CleaningTest, EverySourceKeepsItsOwnReader) {
  // Two registrations on one database: the second must not change what the first reads.
  Cells row = good_row(Kind::kSessions);
  row["session_start_date"] = "2024-07-01 12:00";
  row["payment_amount"] = "2.5";
  SourcePlan london_plan = plan_of(Kind::kSessions, row);
  SourcePlan tokyo_plan = london_plan;
  tokyo_plan.timezone = "Asia/Tokyo";
  sources::Relation comma = relation_of(row);
  comma.decimal = ',';
  const std::string first = cleaned_select(london_plan, false, relation_of(row), connection);
  const std::string second = cleaned_select(tokyo_plan, false, comma, connection);
  EXPECT_EQ(rows_of(connection, fmt::format("SELECT session_start_date, payment_amount FROM ({}) "
                                            "UNION ALL SELECT session_start_date, payment_amount "
                                            "FROM ({})",
                                            first, second)),
            "2024-07-01 11:00:00|2.5\n2024-07-01 03:00:00|~\n");
}

TEST(WallClock, ShowsAnInstantAsTheClockOfTheZone) {
  sql::Database database("");
  sql::Connection connection = database.connect();
  register_clock(connection, "wall_clock", Zone::find("Europe/London"));
  EXPECT_EQ(rows_of(connection,
                    "SELECT wall_clock(TIMESTAMP '2024-07-01 12:00:00.5') UNION ALL "
                    "SELECT wall_clock(TIMESTAMP '2024-01-01 12:00:00') UNION ALL "
                    "SELECT wall_clock(TIMESTAMP '1900-06-01 00:00:00') UNION ALL "
                    "SELECT wall_clock(CAST(NULL AS TIMESTAMP))"),
            "2024-07-01 13:00:00.5\n2024-01-01 12:00:00\n1900-06-01 00:00:00\n~\n");
}

}  // namespace
}  // namespace ca::ingest
