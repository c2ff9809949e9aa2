#include "base/table.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <stdexcept>

namespace ca {
namespace {

Table two_columns() {
  Table table("orders");
  table.add("day", ColumnType::kDay);
  table.add("revenue", ColumnType::kDouble);
  table.columns()[0].push(Day{1});
  table.columns()[1].push(1.5);
  table.columns()[0].push(Day{2});
  table.columns()[1].push_null();
  return table;
}

TEST(Table, IsReorderedWithRepeatsAndWithout) {
  Table table("t");
  table.set_key_columns(2);
  table.add("day", ColumnType::kDay);
  table.add("text", ColumnType::kText);
  for (const int day : {3, 1, 2}) {
    table.columns()[0].push(Day{day});
    if (day == 1) {
      table.columns()[1].push_null();
    } else {
      table.columns()[1].push(std::to_string(day));
    }
  }
  const std::vector<std::size_t> order = {1, 2, 0, 1};
  const Table sorted = table.reordered(order);
  EXPECT_EQ(sorted.name(), "t");
  EXPECT_EQ(sorted.key_columns(), 2U);
  ASSERT_EQ(sorted.rows(), 4U);
  EXPECT_EQ(sorted.column(0).integer(0), 1);
  EXPECT_TRUE(sorted.column(1).is_null(0));
  EXPECT_EQ(sorted.column(1).text(1), "2");
  EXPECT_EQ(sorted.column(1).text(2), "3");
  EXPECT_TRUE(sorted.column(1).is_null(3));
  EXPECT_EQ(table.reordered({}).rows(), 0U);
  EXPECT_EQ(table.reordered({}).width(), 2U);
}

TEST(Column, TurnsNotANumberIntoNullAndMinusZeroIntoZero) {
  Column column("x", ColumnType::kDouble);
  column.push(std::nan(""));
  column.push(std::numeric_limits<double>::infinity());
  column.push(-std::numeric_limits<double>::infinity());
  column.push(-0.0);
  column.push(-2.5);
  ASSERT_EQ(column.size(), 5u);
  EXPECT_TRUE(column.is_null(0));
  EXPECT_TRUE(column.is_null(1));
  EXPECT_TRUE(column.is_null(2));
  EXPECT_FALSE(column.is_null(3));
  EXPECT_FALSE(std::signbit(column.real(3)));
  EXPECT_EQ(column.real(4), -2.5);
}

TEST(Column, RefusesValuesOfAnotherType) {
  Column text("x", ColumnType::kText);
  EXPECT_ANY_THROW(text.push(1.0));
  EXPECT_ANY_THROW(text.push(std::int64_t{1}));
  EXPECT_EQ(text.size(), 0u);
  Column number("x", ColumnType::kInteger);
  number.push(std::int64_t{1});
  EXPECT_THROW(text.append(number), std::invalid_argument);
}

TEST(Column, KeepsNullsInPlaceForEveryType) {
  for (const ColumnType type : {ColumnType::kInteger, ColumnType::kDouble, ColumnType::kBoolean,
                                ColumnType::kText, ColumnType::kDay, ColumnType::kInstant}) {
    Column column("x", type);
    column.push_null();
    Column copy("y", type);
    copy.append(column);
    EXPECT_EQ(copy.size(), 1u);
    EXPECT_TRUE(copy.is_null(0)) << name_of(type);
  }
}

TEST(Table, FindsColumnsByName) {
  const Table table = two_columns();
  EXPECT_EQ(table.rows(), 2u);
  EXPECT_EQ(table.width(), 2u);
  ASSERT_NE(table.find("revenue"), nullptr);
  EXPECT_EQ(table.find("revenue")->real(0), 1.5);
  EXPECT_EQ(table.find("Revenue"), nullptr);
  EXPECT_EQ(Table().rows(), 0u);
}

TEST(Table, AppendsTablesOfTheSameColumnsOnly) {
  Table table = two_columns();
  table.append(two_columns());
  ASSERT_EQ(table.rows(), 4u);
  EXPECT_EQ(table.column(0).integer(2), 1);
  EXPECT_TRUE(table.column(1).is_null(3));
  table.append(table);
  EXPECT_EQ(table.rows(), 8u);

  Table renamed = two_columns();
  renamed.columns()[1].rename("cost");
  EXPECT_THROW(table.append(renamed), std::invalid_argument);
  EXPECT_THROW(table.append(Table()), std::invalid_argument);
  EXPECT_EQ(table.rows(), 8u);
}

TEST(Table, HeadKeepsNameKeysAndTypes) {
  Table table = two_columns();
  table.set_key_columns(2);
  const Table head = table.head(1);
  EXPECT_EQ(head.name(), "orders");
  EXPECT_EQ(head.key_columns(), 2u);
  EXPECT_EQ(head.rows(), 1u);
  EXPECT_EQ(head.column(1).type(), ColumnType::kDouble);
  EXPECT_EQ(table.head(100).rows(), 2u);
  EXPECT_EQ(table.head(0).width(), 2u);
}

}  // namespace
}  // namespace ca
