#include "ingest/first_rows.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "ingest/test_support.h"

namespace ca::ingest {
namespace {

using namespace testing;

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

// ---- described() --------------------------------------------------------------------------------

class DescribedTest : public ::testing::Test {
 protected:
  ProbedColumn column(const std::vector<std::optional<std::string>>& cells) {
    FirstRows first;
    first.columns = {{"cell", "VARCHAR"}};
    for (const auto& cell : cells) first.rows.push_back({cell});
    return described(first, {zone, pattern, '.'}).columns.at(0);
  }

  Zone zone = Zone::utc();
  std::string pattern;
};

TEST_F(DescribedTest, SaysWhatCellsCanBeReadAs) {
  EXPECT_EQ(column({"1", "0", "1"}).looks_like(), FieldType::kBoolean);
  EXPECT_TRUE(column({"1", "0", "1"}).is_number);
  EXPECT_EQ(column({"True", "no", std::nullopt}).looks_like(), FieldType::kBoolean);
  EXPECT_EQ(column({"1", "2.5", "-"}).looks_like(), FieldType::kNumber);
  EXPECT_EQ(column({"2024-01-01", "2024-01-02 10:00"}).looks_like(), FieldType::kInstant);
  EXPECT_EQ(column({"1700000000", "1700000001"}).looks_like(), FieldType::kNumber);
  EXPECT_TRUE(column({"1700000000", "1700000001"}).is_instant);
  EXPECT_EQ(column({"o1", "o2"}).looks_like(), FieldType::kText);
  EXPECT_EQ(column({std::nullopt, "", "none"}).looks_like(), FieldType::kText);
  EXPECT_EQ(column({}).looks_like(), FieldType::kText);
}

TEST_F(DescribedTest, CountsValues) {
  EXPECT_TRUE(column({"a", "b", std::nullopt}).is_unique());
  EXPECT_FALSE(column({"a", "b", "a"}).is_unique());
  EXPECT_FALSE(column({std::nullopt}).is_unique());
  EXPECT_EQ(column({"a", "b", "a", "nan"}).distinct, 2U);
  EXPECT_EQ(column({"a", "b", "a", "nan"}).filled, 3U);
}

TEST_F(DescribedTest, SamplesEndWithACharacter) {
  std::string smileys;
  for (int i = 0; i < 100; ++i) smileys += "x\U0001F600";
  const std::string sample = column({smileys}).samples.at(0);
  EXPECT_LE(sample.size(), 200U);
  EXPECT_EQ(sample.size() % 5, 0U);
}

TEST(FirstRowsTest, AreTextWithNullsAndCutCells) {
  sql::Database database("");
  sql::Connection connection = database.connect();
  sources::Relation relation;
  relation.select =
      "SELECT i AS \"a \"\"b\", CASE WHEN i = 0 THEN NULL ELSE repeat('y', 5000) END AS t "
      "FROM range(9) r(i)";
  relation.columns = {{"a \"b", "BIGINT"}, {"t", "VARCHAR"}};
  const FirstRows first = first_rows(relation, connection, 2);
  ASSERT_EQ(first.rows.size(), 2U);
  EXPECT_EQ(first.rows[0][0], "0");
  EXPECT_FALSE(first.rows[0][1].has_value());
  EXPECT_EQ(first.rows[1][1]->size(), kLongestCell);
}

}  // namespace
}  // namespace ca::ingest
