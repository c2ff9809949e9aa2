#include "base/text_table.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace ca {
namespace {

Table orders() {
  Table table("orders");
  table.add("day", ColumnType::kDay);
  table.add("orders", ColumnType::kInteger);
  table.add("revenue", ColumnType::kDouble);
  table.add("shop", ColumnType::kText);
  auto& columns = table.columns();
  const auto add = [&](unsigned day, std::int64_t orders, double revenue, const char* shop) {
    columns[0].push(day_from_civil(2024, 1, day));
    columns[1].push(orders);
    columns[2].push(revenue);
    columns[3].push(std::string(shop));
  };
  add(1, 5, 12.5, "north");
  add(2, 1234567, 1234567.891, "日本");
  columns[0].push(day_from_civil(2024, 1, 3));
  columns[1].push_null();
  columns[2].push_null();
  columns[3].push_null();
  return table;
}

std::string lines(std::initializer_list<const char*> texts) {
  std::string out;
  for (const char* text : texts) out.append(text).append("\n");
  return out;
}

std::string column_of_doubles(std::initializer_list<double> values) {
  Table table("x");
  table.add("key", ColumnType::kInteger);
  table.add("value", ColumnType::kDouble);
  for (const double value : values) {
    table.columns()[0].push(std::int64_t{20240101});
    table.columns()[1].push(value);
  }
  return to_text_table(table, Zone::utc());
}

TEST(TextTable, AlignsNumbersRightAndTextLeft) {
  EXPECT_EQ(to_text_table(orders(), Zone::utc()),
            lines({" day            orders       revenue  shop",
                   "────────────────────────────────────────────",
                   " 2024-01-01          5         12.50  north",
                   " 2024-01-02  1,234,567  1,234,567.89  日本",
                   " 2024-01-03          ·             ·  ·"}));
}

TEST(TextTable, DoesWithoutUnicode) {
  TextOptions options;
  options.unicode = false;
  options.max_rows = 1;
  EXPECT_EQ(to_text_table(orders(), Zone::utc(), options),
            lines({" day         orders  revenue  shop", "------------------------------------",
                   " 2024-01-01       5     12.5  north", " 1 of 3 rows"}));
}

TEST(TextTable, ColoursOnlyItsOwnParts) {
  TextOptions options;
  options.colour = true;
  Table table = orders().head(0);
  table.columns()[0].push(Day{0});
  table.columns()[1].push_null();
  table.columns()[2].push(0.5);
  table.columns()[3].push(std::string("\x1b[31mred"));
  EXPECT_EQ(to_text_table(table, Zone::utc(), options),
            lines({" \x1b[1mday\x1b[0m         \x1b[1morders\x1b[0m  \x1b[1mrevenue\x1b[0m  "
                   "\x1b[1mshop\x1b[0m",
                   "\x1b[2m──────────────────────────────────────────\x1b[0m",
                   " 1970-01-01       \x1b[2m·\x1b[0m      0.5  \\x1b[31mred"}));
}

TEST(TextTable, RoundsForEyesWithOneScaleForAColumn) {
  EXPECT_EQ(column_of_doubles({1.0 / 3, 2, -0.5}),
            lines({"      key    value", "───────────────────", " 20240101   0.3333",
                   " 20240101   2.0000", " 20240101  -0.5000"}));
  EXPECT_EQ(column_of_doubles({0, 0.1 + 0.2, 99.5}),
            lines({"      key  value", "─────────────────", " 20240101    0.0", " 20240101    0.3",
                   " 20240101   99.5"}));
  EXPECT_EQ(column_of_doubles({123.45678}),
            lines({"      key    value", "───────────────────", " 20240101  123.457"}));
  EXPECT_EQ(column_of_doubles({-1e-9, 1e300, -0.00004, 0.00006}),
            lines({"      key   value", "──────────────────", " 20240101  -1e-09",
                   " 20240101  1e+300", " 20240101  -4e-05", " 20240101  0.0001"}));
}

TEST(TextTable, HasNoMinusZero) {
  EXPECT_EQ(column_of_doubles({-0.001, -5000.25}),
            lines({"      key      value", "─────────────────────", " 20240101       0.00",
                   " 20240101  -5,000.25"}));
}

TEST(TextTable, BreaksHeadersThenCutsTextsThenLeavesColumnsOut) {
  Table table("wide");
  table.add("customer_name", ColumnType::kText);
  table.add("since_last_week_total", ColumnType::kInteger);
  table.add("is_new", ColumnType::kBoolean);
  table.columns()[0].push(std::string("Ada Lovelace of Ockham Park"));
  table.columns()[1].push(std::int64_t{-1200});
  table.columns()[2].push(std::int64_t{1});

  TextOptions options;
  options.width = 46;
  EXPECT_EQ(to_text_table(table, Zone::utc(), options),
            lines({"                              since_", "                               last_",
                   "                               week_  is_",
                   " customer_name                 total  new",  //
                   "───────────────────────────────────────────",
                   " Ada Lovelace of Ockham Park  -1,200  true"}));
  options.width = 32;
  EXPECT_EQ(to_text_table(table, Zone::utc(), options),
            lines({"                   since_", "                    last_",
                   "                    week_  is_", " customer_name      total  new",
                   "────────────────────────────────", " Ada Lovelace of…  -1,200  true"}));
  options.width = 25;
  EXPECT_EQ(to_text_table(table, Zone::utc(), options),
            lines({"               since_", "                last_", " customer_      week_",
                   " name           total", "──────────────────────", " Ada Lovelac…  -1,200",
                   " 2 of 3 columns"}));
  options.width = 8;
  EXPECT_EQ(to_text_table(table, Zone::utc(), options),
            lines({" custo…", " name", "────────", " Ada L…", " 1 of 3 columns"}));
}

TEST(TextTable, NeverIsWiderThanAsked) {
  for (int width = 4; width < 120; ++width) {
    TextOptions options;
    options.width = width;
    const std::string text = to_text_table(orders(), Zone::utc(), options);
    for (std::size_t begin = 0; begin < text.size();) {
      const std::size_t end = text.find('\n', begin);
      const std::string line = text.substr(begin, end - begin);
      if (line.find(" of ") == std::string::npos) {
        ASSERT_LE(columns_of(line), static_cast<std::size_t>(width)) << line;
      }
      begin = end + 1;
    }
  }
}

TEST(TextTable, ShowsInstantsByTheWallClockAndKeysWithoutSeparators) {
  Table table("x");
  table.set_key_columns(1);
  table.add("customer", ColumnType::kInteger);
  table.add("at", ColumnType::kInstant);
  table.columns()[0].push(std::int64_t{1234567});
  table.columns()[1].push(Instant{0});
  EXPECT_EQ(to_text_table(table, Zone::find("America/New_York")),
            lines({" customer  at", "───────────────────────────────",
                   "  1234567  1969-12-31 19:00:00"}));
}

TEST(TextTable, CutsEndlessTextAndEscapesControlCharacters) {
  Table table("x");
  table.add("text", ColumnType::kText);
  for (const std::string& text : {std::string(10'000, 'x'), std::string("a\nb\x1b]0;t\x07"),
                                  std::string("<script>\"'../"), std::string()}) {
    table.columns()[0].push(text);
  }
  const std::string shown = to_text_table(table, Zone::utc());
  EXPECT_EQ(std::count(shown.begin(), shown.end(), '\n'), 6);
  EXPECT_NE(shown.find(" " + std::string(59, 'x') + "…\n"), std::string::npos);
  EXPECT_NE(shown.find(" a\\nb\\x1b]0;t\\x07\n"), std::string::npos);
  EXPECT_NE(shown.find(" <script>\"'../\n"), std::string::npos);
  EXPECT_EQ(shown.find('\x1b'), std::string::npos);
}

TEST(TextTable, SaysWhenThereIsNothing) {
  EXPECT_EQ(to_text_table(orders().head(0), Zone::utc()),
            lines({" day  orders  revenue  shop", "────────────────────────────", " no rows"}));
  EXPECT_EQ(to_text_table(Table(), Zone::utc()), "");
}

TEST(TextOptions, FollowTheTerminal) {
  Terminal terminal;
  terminal.columns = 77;
  terminal.unicode = false;
  terminal.colour = true;
  const TextOptions options = text_options_for(terminal);
  EXPECT_EQ(options.width, 77);
  EXPECT_FALSE(options.unicode);
  EXPECT_TRUE(options.colour);
}

}  // namespace
}  // namespace ca
