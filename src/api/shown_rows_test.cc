#include "api/shown_rows.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "base/writers.h"
#include "ingest/test_support.h"

namespace ca::api {
namespace {

using ingest::testing::code_of;
using ingest::testing::error_of;

/// Ten rows: row, tens (which has ties and nulls), name.
Table ten() {
  Table table("ten");
  Column row("row", ColumnType::kInteger);
  Column tens("tens", ColumnType::kDouble);
  Column name("name", ColumnType::kText);
  for (std::int64_t i = 0; i < 10; ++i) {
    row.push(i);
    i % 4 == 3 ? tens.push_null() : tens.push(static_cast<double>(i / 4) * 10.0);
    name.push(std::string(1, static_cast<char>('j' - i)));
  }
  table.add(row);
  table.add(tens);
  table.add(name);
  return table;
}

std::string rows_of(const ShownRows& shown) {
  const Table table = shown_rows(ten(), shown);
  EXPECT_EQ(table.total_rows(), 10U);
  std::string rows;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    rows += std::to_string(table.column(0).integer(row));
  }
  return rows;
}

TEST(ShownRows, AreAllUnlessSomethingIsAsked) {
  EXPECT_EQ(rows_of({}), "0123456789");
  EXPECT_EQ(rows_of({.limit = 3}), "012");
  EXPECT_EQ(rows_of({.limit = 0}), "");
}

TEST(ShownRows, NullsAreLastAndTiesAsTheyWere) {
  EXPECT_EQ(rows_of({.sort = "tens"}), "0124568937");
  EXPECT_EQ(rows_of({.sort = "tens", .is_descending = true}), "8945601237");
  EXPECT_EQ(rows_of({.sort = "name"}), "9876543210");
  EXPECT_EQ(rows_of({.sort = "row", .is_descending = true}), "9876543210");
}

TEST(ShownRows, TheFirstOfSortedRowsAreThoseOfAll) {
  const std::string all = rows_of({.sort = "tens", .is_descending = true});
  for (std::size_t limit = 0; limit <= 12; ++limit) {
    EXPECT_EQ(rows_of({.sort = "tens", .is_descending = true, .limit = limit}),
              all.substr(0, limit));
  }
}

TEST(ShownRows, ASampleIsEvenAndHasBothEnds) {
  EXPECT_EQ(rows_of({.sample = 4}), "0369");
  EXPECT_EQ(rows_of({.sample = 2}), "09");
  EXPECT_EQ(rows_of({.sample = 1}), "0");
  EXPECT_EQ(rows_of({.sample = 10}), "0123456789");
  EXPECT_EQ(rows_of({.sample = 11}), "0123456789");
  EXPECT_EQ(rows_of({.sort = "row", .is_descending = true, .sample = 4}), "9630");
  EXPECT_EQ(rows_of({.sample = 4, .limit = 2}), "03");
  EXPECT_EQ(rows_of({.sort = "tens", .sample = 4, .limit = 2}), "04");
}

TEST(ShownRows, OfNoRowsAreNone) {
  Table empty("empty");
  empty.add("row", ColumnType::kInteger);
  EXPECT_EQ(shown_rows(empty, {.sort = "row", .sample = 3, .limit = 3}).rows(), 0U);
}

TEST(ShownRows, AColumnThatIsNoneIsToldWithTheNearest) {
  const auto error = error_of([] { shown_rows(ten(), {.sort = "tons"}); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), "E-PARAM");
  EXPECT_EQ(error->message(), "ten has no column \"tons\" to sort by.");
  EXPECT_EQ(error->hint(), "Did you mean tens?");
  EXPECT_EQ(code_of([] { check_sort({}, "ten", {}); }), "none");
}

}  // namespace
}  // namespace ca::api
