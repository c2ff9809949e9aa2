#include "base/writers.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <limits>
#include <nlohmann/json.hpp>
#include <random>
#include <sstream>

namespace ca {
namespace {

const std::vector<std::string> kWeirdTexts = {"plain",
                                              "a,b",
                                              "say \"hi\"",
                                              "two\nlines",
                                              "cr\rlf\r\n",
                                              "\ttab",
                                              "<script>alert(1)</script>",
                                              "../../etc/passwd",
                                              "naïve 日本 🎉 👩‍💻",
                                              "'; DROP TABLE x; --",
                                              "\x01\x1f\x7f",
                                              "back\\slash",
                                              std::string("nul\0byte", 8),
                                              std::string(10'000, 'x'),
                                              std::string(3'000, '"')};

Table texts() {
  Table table("texts");
  table.add("text", ColumnType::kText);
  for (const std::string& text : kWeirdTexts) table.columns()[0].push(text);
  return table;
}

/// One row with a value of each type and one of nulls.
Table every_type() {
  Table table("every");
  for (const ColumnType type : {ColumnType::kInteger, ColumnType::kDouble, ColumnType::kBoolean,
                                ColumnType::kText, ColumnType::kDay, ColumnType::kInstant}) {
    table.add(std::string(name_of(type)), type);
  }
  auto& columns = table.columns();
  columns[0].push(std::int64_t{-9'007'199'254'740'993});
  columns[1].push(1.0);
  columns[2].push(std::int64_t{1});
  columns[3].push(std::string());
  columns[4].push(day_from_civil(2024, 2, 29));
  columns[5].push(Instant{1'700'000'000'000'001});
  for (Column& column : columns) column.push_null();
  return table;
}

std::string number(double value) {
  std::string out;
  append_number(out, value);
  return out;
}

/// A strict reader of RFC 4180 with LF, written for this test: rows of cells, null where unquoted
/// and empty.
std::vector<std::vector<std::optional<std::string>>> read_csv(const std::string& text) {
  std::vector<std::vector<std::optional<std::string>>> rows(1);
  for (std::size_t i = 0; i < text.size();) {
    std::optional<std::string> cell;
    if (text[i] == '"') {
      cell.emplace();
      for (++i; text[i] != '"' || text[i + 1] == '"'; ++i) {
        if (text[i] == '"') ++i;
        *cell += text[i];
      }
      ++i;
    } else {
      const std::size_t end = text.find_first_of(",\n", i);
      EXPECT_EQ(text.substr(i, end - i).find_first_of("\"\r"), std::string::npos);
      if (end != i) cell = text.substr(i, end - i);
      i = end;
    }
    rows.back().push_back(cell);
    EXPECT_TRUE(text[i] == ',' || text[i] == '\n');
    if (text[i] == '\n') rows.emplace_back();
    ++i;
  }
  EXPECT_TRUE(rows.back().empty());
  rows.pop_back();
  return rows;
}

TEST(Format, IsReadFromItsName) {
  for (const Format format : {Format::kTable, Format::kCsv, Format::kJson, Format::kParquet}) {
    EXPECT_EQ(parse_format(name_of(format)), format);
  }
  EXPECT_EQ(parse_format("JSON"), Format::kJson);
  EXPECT_EQ(parse_format("xlsx"), std::nullopt);
  EXPECT_EQ(parse_format(""), std::nullopt);
}

TEST(Numbers, AreShortestAndAlwaysReal) {
  EXPECT_EQ(number(0), "0.0");
  EXPECT_EQ(number(-0.0), "0.0");
  EXPECT_EQ(number(1), "1.0");
  EXPECT_EQ(number(-12), "-12.0");
  EXPECT_EQ(number(0.1), "0.1");
  EXPECT_EQ(number(0.1 + 0.2), "0.30000000000000004");
  EXPECT_EQ(number(100'000), "100000.0");
  EXPECT_EQ(number(1e15), "1000000000000000.0");
  EXPECT_EQ(number(9007199254740993.0), "9007199254740992.0");
  EXPECT_EQ(number(1e16), "1e+16");
  EXPECT_EQ(number(1.5e300), "1.5e+300");
  EXPECT_EQ(number(0.0001), "0.0001");
  EXPECT_EQ(number(0.00001), "1e-05");
  EXPECT_EQ(number(-1.25e-7), "-1.25e-07");
  EXPECT_EQ(number(std::numeric_limits<double>::denorm_min()), "5e-324");
  EXPECT_EQ(number(std::numeric_limits<double>::max()), "1.7976931348623157e+308");
}

TEST(Numbers, ReadBackAsTheSameBits) {
  std::mt19937_64 random(5);
  for (int i = 0; i < 100'000; ++i) {
    const double value = std::bit_cast<double>(random());
    if (!std::isfinite(value)) continue;
    ASSERT_EQ(std::strtod(number(value).c_str(), nullptr), value);
    const double cents = static_cast<double>(random() % 100'000'000) / 100;
    ASSERT_EQ(std::strtod(number(cents).c_str(), nullptr), cents);
  }
}

TEST(Csv, WritesEveryTypeByTheRulings) {
  EXPECT_EQ(to_csv(every_type(), Zone::find("America/New_York")),
            "integer,double,boolean,text,date,timestamp\n"
            "-9007199254740993,1.0,true,\"\",2024-02-29,2023-11-14T17:13:20.000001\n"
            ",,,,,\n");
}

TEST(Csv, QuotesOnlyWhatNeedsIt) {
  Table table("x");
  table.add("a,b", ColumnType::kText);
  table.add("plain", ColumnType::kText);
  table.columns()[0].push(std::string("say \"hi\""));
  table.columns()[1].push(std::string(" spaces stay "));
  table.columns()[0].push(std::string("two\nlines"));
  table.columns()[1].push(std::string("semi;colon"));
  EXPECT_EQ(to_csv(table, Zone::utc()),
            "\"a,b\",plain\n"
            "\"say \"\"hi\"\"\", spaces stay \n"
            "\"two\nlines\",semi;colon\n");
}

TEST(Csv, ReadsBackAsTheSameText) {
  const auto rows = read_csv(to_csv(texts(), Zone::utc()));
  ASSERT_EQ(rows.size(), kWeirdTexts.size() + 1);
  for (std::size_t i = 0; i < kWeirdTexts.size(); ++i) EXPECT_EQ(rows[i + 1][0], kWeirdTexts[i]);
}

TEST(Csv, DisarmsFormulasOnlyWhenAsked) {
  Table table("x");
  table.add("=cmd", ColumnType::kText);
  table.add("number", ColumnType::kDouble);
  for (const char* text : {"=1+1", "+1", "-1", "@sum", "\ttab", "\rcr", "a=1", "", "=a,\"b\""}) {
    table.columns()[0].push(std::string(text));
    table.columns()[1].push(-1.0);
  }
  EXPECT_EQ(to_csv(table, Zone::utc(), {.spreadsheet_safe = true}),
            "'=cmd,number\n"
            "'=1+1,-1.0\n"
            "'+1,-1.0\n"
            "'-1,-1.0\n"
            "'@sum,-1.0\n"
            "'\ttab,-1.0\n"
            "\"'\rcr\",-1.0\n"
            "a=1,-1.0\n"
            "\"\",-1.0\n"
            "\"'=a,\"\"b\"\"\",-1.0\n");
  EXPECT_EQ(to_csv(table, Zone::utc()).find('\''), std::string::npos);
}

TEST(Csv, StreamsTheSameBytes) {
  Table table = texts();
  for (int i = 0; i < 4; ++i) table.append(table);  // several pieces
  std::ostringstream out;
  write_csv(out, table, Zone::utc());
  EXPECT_EQ(out.str(), to_csv(table, Zone::utc()));
  EXPECT_EQ(to_csv(texts().head(0), Zone::utc()), "text\n");
  EXPECT_EQ(to_csv(Table(), Zone::utc()), "");
}

TEST(Json, WritesEveryType) {
  EXPECT_EQ(to_json_rows(every_type(), Zone::utc()),
            "[[-9007199254740993,1.0,true,\"\",\"2024-02-29\",\"2023-11-14T22:13:20.000001\"],"
            "[null,null,null,null,null,null]]");
  EXPECT_EQ(to_json_rows(texts().head(0), Zone::utc()), "[]");
  EXPECT_EQ(to_json_rows(Table(), Zone::utc()), "[]");
}

TEST(Json, IsReadByOthersAsTheSameText) {
  const auto rows = nlohmann::json::parse(to_json_rows(texts(), Zone::utc()));
  ASSERT_EQ(rows.size(), kWeirdTexts.size());
  for (std::size_t i = 0; i < kWeirdTexts.size(); ++i) EXPECT_EQ(rows[i][0], kWeirdTexts[i]);
}

TEST(Json, EscapesAndReplaces) {
  EXPECT_EQ(json_string("a\"b\\c\n\r\t\x01"), "\"a\\\"b\\\\c\\n\\r\\t\\u0001\"");
  EXPECT_EQ(json_string("</script>"), "\"</script>\"");
  EXPECT_EQ(json_string("naïve"), "\"naïve\"");
  EXPECT_EQ(json_string("bad\xFF\xE6\x97"), "\"bad\xEF\xBF\xBD\xEF\xBF\xBD\"");
  EXPECT_EQ(json_string(""), "\"\"");
  std::mt19937 random(9);
  for (int i = 0; i < 2000; ++i) {
    std::string bytes(random() % 20, '\0');
    for (char& byte : bytes) byte = static_cast<char>(random());
    ASSERT_TRUE(nlohmann::json::accept(json_string(bytes)));
  }
}

TEST(Json, HasNoNumberThatIsNone) {
  EXPECT_EQ(json_number(std::nan("")), "null");
  EXPECT_EQ(json_number(-std::numeric_limits<double>::infinity()), "null");
  EXPECT_EQ(json_number(2), "2.0");
  EXPECT_EQ(json_number(-0.0), "0.0");
}

}  // namespace
}  // namespace ca
