#include "support/cells.h"

#include <gtest/gtest.h>

#include <stdexcept>

namespace ca::tests {
namespace {

const Shape kShape = {{"day"},
                      {{"day", ColumnType::kDay},
                       {"orders", ColumnType::kInteger},
                       {"paid", ColumnType::kDouble},
                       {"name", ColumnType::kText}}};

std::string compare(std::string_view expected, std::string_view got, Order order = Order::kAny) {
  return differences(parse_csv(expected), parse_csv(got), kShape, order);
}

TEST(ParseCsv, KnowsNullFromTheEmptyText) {
  const Cells cells = parse_csv("a,b,c\r\n,\"\",\"x, \"\"y\"\"\nz\"\n1,2,3");
  EXPECT_EQ(cells.header, (std::vector<std::string>{"a", "b", "c"}));
  ASSERT_EQ(cells.rows.size(), 2U);
  EXPECT_EQ(cells.rows[0], (Cells::Row{std::nullopt, "", "x, \"y\"\nz"}));
  EXPECT_EQ(cells.rows[1], (Cells::Row{"1", "2", "3"}));
  EXPECT_EQ(cells.find("c"), 2U);
  EXPECT_FALSE(cells.find("d"));
  EXPECT_THROW(parse_csv("a,b\n1\n"), std::runtime_error);
  EXPECT_THROW(parse_csv(""), std::runtime_error);
}

TEST(CsvCell, IsReadBack) {
  for (const std::string text : {"plain", "a,b", "say \"x\"", "two\nlines", " blanks "}) {
    EXPECT_EQ(parse_csv("h\n" + csv_cell(text) + "\n").rows[0][0], text);
  }
}

TEST(Differences, NoneBetweenEqualTables) {
  EXPECT_EQ(
      compare("day,orders\n2021-03-01,1\n2021-03-02,\n", "day,orders\n2021-03-01,1\n2021-03-02,\n"),
      "");
  EXPECT_EQ(compare("day,orders\n", "day,orders\n"), "");
}

TEST(Differences, RowsAreMatchedByKeyAndColumnsByName) {
  EXPECT_EQ(compare("day,orders,name\na,1,x\nb,2,y\n", "day,more,name,orders\nb,0,y,2\na,0,x,1\n"),
            "");
  EXPECT_EQ(compare("day,orders\na,1\nb,2\n", "day,orders\nb,2\na,1\n", Order::kSame),
            "[day=a] is expected in row 1, got in row 2\n"
            "[day=b] is expected in row 2, got in row 1\n");
}

TEST(Differences, CountsAndTextsMustBeEqual) {
  EXPECT_EQ(compare("day,orders\na,3\n", "day,orders\na,4\n"),
            "[day=a] orders: expected \"3\", got \"4\"\n");
  EXPECT_NE(compare("day,orders\na,1000000000\n", "day,orders\na,1000000001\n"), "");
  EXPECT_NE(compare("day,name\na,1.0\n", "day,name\na,1.00\n"), "");
}

TEST(Differences, DoublesHaveRoom) {
  EXPECT_EQ(compare("day,paid\na,0.1\n", "day,paid\na,0.10000000000000002\n"), "");
  EXPECT_EQ(compare("day,paid\na,3\n", "day,paid\na,3.0\n"), "");
  EXPECT_NE(compare("day,paid\na,1.0\n", "day,paid\na,1.00000001\n"), "");
  EXPECT_NE(compare("day,paid\na,0.0\n", "day,paid\na,1e-12\n"), "");
  EXPECT_EQ(compare("day,paid\na,0.0\nb,-1.0\nc,1.0\n", "day,paid\na,1e-12\nb,-1.0\nc,1.0\n"), "");
}

TEST(Differences, NullIsNotZeroAndNotTheEmptyText) {
  EXPECT_EQ(compare("day,paid\na,\n", "day,paid\na,0.0\n"),
            "[day=a] paid: expected null, got \"0.0\"\n");
  EXPECT_NE(compare("day,paid\na,0.0\n", "day,paid\na,\n"), "");
  EXPECT_NE(compare("day,orders\na,0\n", "day,orders\na,\n"), "");
  EXPECT_NE(compare("day,name\na,\n", "day,name\na,\"\"\n"), "");
}

TEST(Differences, MissingColumnsAndRowsAreNamed) {
  EXPECT_EQ(compare("day,orders\na,1\n", "day,paid\na,1\n"), "column orders is missing\n");
  EXPECT_EQ(compare("day,orders\na,1\nb,2\n", "day,orders\na,1\nc,3\n"),
            "[day=b] is missing\n[day=c] is not expected\n");
  EXPECT_EQ(compare("day,orders\na,1\n", "day,orders\na,1\na,1\n"),
            "the result has two rows of [day=a]\n");
}

TEST(Differences, RowsWithoutAKeyAreMatchedByPosition) {
  const Shape shape = {{}, {{"orders", ColumnType::kInteger}}};
  const auto compare = [&](std::string_view a, std::string_view b) {
    return differences(parse_csv(a), parse_csv(b), shape);
  };
  EXPECT_EQ(compare("orders\n1\n2\n", "orders\n1\n2\n"), "");
  EXPECT_EQ(compare("orders\n1\n", "orders\n2\n"), "row 1 orders: expected \"1\", got \"2\"\n");
  EXPECT_EQ(compare("orders\n1\n", "orders\n1\n2\n"), "expected 1 rows, got 2\n");
}

TEST(Differences, OnlyTheFirstTenAreListed) {
  std::string expected = "day,orders\n";
  for (int i = 0; i < 12; ++i) expected += std::to_string(i) + ",0\n";
  const std::string text = compare(expected, "day,orders\n");
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 11);
  EXPECT_TRUE(text.ends_with("... 12 differences\n")) << text;
}

}  // namespace
}  // namespace ca::tests
