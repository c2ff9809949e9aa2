#include "ingest/value_reader.h"

#include <gtest/gtest.h>

namespace ca::ingest {
namespace {

using Outcome = ValueReader::Outcome;

ValueReader::Number read(std::string_view text, char decimal = '.') {
  static const Zone zone = Zone::utc();
  static const std::string pattern;
  return ValueReader{.zone = zone, .pattern = pattern, .decimal = decimal}.number(text);
}

struct GoodNumber {
  const char* text;
  double value;
};

class GoodNumbers : public ::testing::TestWithParam<GoodNumber> {};

TEST_P(GoodNumbers, AreRead) {
  const ValueReader::Number number = read(GetParam().text);
  EXPECT_EQ(number.outcome, Outcome::kValue) << GetParam().text;
  EXPECT_EQ(number.value, GetParam().value) << GetParam().text;
}

INSTANTIATE_TEST_SUITE_P(
    , GoodNumbers,
    ::testing::Values(
        GoodNumber{"0", 0}, GoodNumber{"7", 7}, GoodNumber{"007", 7}, GoodNumber{"12.50", 12.5},
        GoodNumber{"-12.50", -12.5}, GoodNumber{"+12.50", 12.5}, GoodNumber{".5", 0.5},
        GoodNumber{"-.5", -0.5}, GoodNumber{"+.5", 0.5}, GoodNumber{"5.", 5},
        GoodNumber{" 5 \r\n", 5}, GoodNumber{"1e3", 1000}, GoodNumber{"1E3", 1000},
        GoodNumber{"1e+3", 1000}, GoodNumber{"2.5e-3", 0.0025}, GoodNumber{"2.5E-3", 0.0025},
        GoodNumber{"0.1", 0.1}, GoodNumber{"1e-400", 0}, GoodNumber{"1E-400", 0},
        GoodNumber{"-1e-400", 0}, GoodNumber{"4.9e-324", 4.9e-324}, GoodNumber{"1e15", 1e15},
        GoodNumber{"-1e15", -1e15}, GoodNumber{"1000000000000000", 1e15},
        GoodNumber{"999999999999999.9", 999999999999999.9},
        GoodNumber{"0.30000000000000004", 0.30000000000000004},
        GoodNumber{"12.3400000000000000000000000000000000000000000000000000000000000000001",
                   12.34}));

TEST(Numbers, NothingIsMissing) {
  for (const char* text : {"", " ", "\t\r\n", "-", " - ", "None", "none", "NONE", "nan", "NaN",
                           "null", "NULL", " Null "}) {
    EXPECT_EQ(read(text).outcome, Outcome::kMissing) << text;
  }
}

TEST(Numbers, EverythingElseIsUnreadable) {
  for (const char* text : {"x",
                           "1x",
                           "x1",
                           "1 2",
                           "1,000",
                           "1'000",
                           "1_000",
                           "1.000.000",
                           "1,5",
                           "0x10",
                           "0X1F",
                           "0x1p3",
                           "1p3",
                           "inf",
                           "-inf",
                           "+inf",
                           "Infinity",
                           "-nan",
                           "+nan",
                           "nan(1)",
                           "--1",
                           "++1",
                           "+-1",
                           "-+1",
                           "+",
                           ".",
                           "-.",
                           "e5",
                           "1e",
                           "1e+",
                           "1e5.0",
                           "1ee5",
                           "$5",
                           "5$",
                           "5 EUR",
                           "5%",
                           "1e16",
                           "-1e16",
                           "1000000000000001",
                           "1e400",
                           "-1e400",
                           "12:30",
                           "true",
                           "\xEF\xBC\x95",
                           "\xC2\xA0"
                           "5",
                           "N/A",
                           "#N/A",
                           "--"}) {
    EXPECT_EQ(read(text).outcome, Outcome::kUnreadable) << text;
  }
}

TEST(Numbers, WithADecimalComma) {
  for (const auto& [text, value] :
       {GoodNumber{"12,50", 12.5}, GoodNumber{"-12,50", -12.5}, GoodNumber{"+12,5", 12.5},
        GoodNumber{",5", 0.5}, GoodNumber{"-,5", -0.5}, GoodNumber{"5,", 5},
        GoodNumber{"1,5e3", 1500}, GoodNumber{"7", 7}, GoodNumber{" 7,25 ", 7.25},
        GoodNumber{"1e15", 1e15}}) {
    const ValueReader::Number number = read(text, ',');
    EXPECT_EQ(number.outcome, Outcome::kValue) << text;
    EXPECT_EQ(number.value, value) << text;
  }
  for (const char* text : {"12.50", "1.000,50", "1,000,50", ",", "-,", "1,5,", "1,5e1,5", "x,5"}) {
    EXPECT_EQ(read(text, ',').outcome, Outcome::kUnreadable) << text;
  }
  for (const char* text : {"", "-", "nan"}) {
    EXPECT_EQ(read(text, ',').outcome, Outcome::kMissing) << text;
  }
}

TEST(Booleans, AreTheWordsOfTheSpecificationInAnyCase) {
  for (const char* text :
       {"true", "TRUE", "True", "1", "t", "T", "yes", "Yes", "y", "Y", "1.0", " true ", "1\r"}) {
    EXPECT_EQ(ValueReader::boolean(text).outcome, Outcome::kValue) << text;
    EXPECT_TRUE(ValueReader::boolean(text).value) << text;
  }
  for (const char* text :
       {"false", "FALSE", "False", "0", "f", "F", "no", "No", "n", "N", "0.0", "\tfalse"}) {
    EXPECT_EQ(ValueReader::boolean(text).outcome, Outcome::kValue) << text;
    EXPECT_FALSE(ValueReader::boolean(text).value) << text;
  }
  for (const char* text : {"", " ", "-", "None", "nan", "NULL"}) {
    EXPECT_EQ(ValueReader::boolean(text).outcome, Outcome::kMissing) << text;
    EXPECT_FALSE(ValueReader::boolean(text).value) << text;
  }
  for (const char* text : {"2", "-1", "1.00", "10", "01", "on", "off", "x", "truee", "tru", "ja",
                           "wahr", "yes!", "1,0", "00"}) {
    EXPECT_EQ(ValueReader::boolean(text).outcome, Outcome::kUnreadable) << text;
    EXPECT_FALSE(ValueReader::boolean(text).value) << text;
  }
}

}  // namespace
}  // namespace ca::ingest
