#include "sources/csv_sniffer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ca::sources {
namespace {

using ::testing::ElementsAre;

char separator_of(std::string_view text) { return sniff_csv(text, true, {}).separator; }

TEST(Sniffer, FindsEachSeparator) {
  EXPECT_EQ(separator_of("a,b\n1,2\n"), ',');
  EXPECT_EQ(separator_of("a;b\n1;2\n"), ';');
  EXPECT_EQ(separator_of("a\tb\n1\t2\n"), '\t');
  EXPECT_EQ(separator_of("a|b\n1|2\n"), '|');
  EXPECT_EQ(separator_of("a:b\n1:2\n"), ':');
}

TEST(Sniffer, IsNotMisledByWhatCellsHold) {
  // Commas within quotes, decimal commas, times of day, prose in a name.
  EXPECT_EQ(separator_of("\"a,b,c\";d\n\"1,2,3\";4\n"), ';');
  EXPECT_EQ(separator_of("name;amount;day\nx;1,50;2\ny;2,75;3\n"), ';');
  EXPECT_EQ(separator_of("name;amount, EUR\nx;1,50\ny;2,75\n"), ';');
  EXPECT_EQ(separator_of("time,value\n2024-01-01 10:00:00,1\n2024-01-01 11:00:00,2\n"), ',');
  EXPECT_EQ(separator_of("time:utc,value\n10:00,1\n11:00,2\n"), ',');
  EXPECT_EQ(separator_of("tags,note\na|b|c,x\na|b|c,y\n"), ',');
  EXPECT_EQ(separator_of("a, b, c\n1, 2, 3\n"), ',');
}

TEST(Sniffer, OneColumnIsLegal) {
  const Sniffed times = sniff_csv("time\n10:00:00\n11:00:00\n", true, {});
  EXPECT_EQ(times.separator, ',');
  EXPECT_THAT(times.header, ElementsAre("time"));
  EXPECT_THAT(sniff_csv("client\n1,5\n2,5\n", true, {}).header, ElementsAre("client"));
}

TEST(Sniffer, HalfTheLinesMayBeBroken) {
  std::string text = "order;client;day\n";
  for (int i = 0; i < 50; ++i) text += "1;2;3\n1;2\n";
  EXPECT_EQ(separator_of(text), ';');
  EXPECT_THAT(sniff_csv(text, true, {}).header, ElementsAre("order", "client", "day"));
}

TEST(Sniffer, AHeaderAloneIsEnough) {
  EXPECT_THAT(sniff_csv("a|b", true, {}).header, ElementsAre("a", "b"));
  EXPECT_THAT(sniff_csv("\n\n\"a\nx\"|b", true, {}).header, ElementsAre("a\nx", "b"));
  EXPECT_TRUE(sniff_csv("", true, {}).header.empty());
  EXPECT_TRUE(sniff_csv("\n  \n", true, {}).header.empty());
}

TEST(Sniffer, AnUnfinishedLineDoesNotCount) {
  std::string text = "a,b\n";
  for (int i = 0; i < 50; ++i) text += "1,2\n";
  text += "3";
  EXPECT_EQ(sniff_csv(text, true, {}).lines, 52u);
  EXPECT_LE(sniff_csv(text, false, {}).lines, 51u);
  EXPECT_THAT(sniff_csv(text, false, {}).header, ElementsAre("a", "b"));
}

TEST(Sniffer, LooksAtAHundredLinesAndNoMore) {
  std::string text = "a;b\n";
  for (int i = 0; i < 100; ++i) text += "1;2\n";
  for (int i = 0; i < 1000; ++i) text += "1,5;2\n";
  const Sniffed sniffed = sniff_csv(text, true, {});
  EXPECT_EQ(sniffed.lines, 101u);
  EXPECT_FALSE(sniffed.has_decimal_comma);
}

TEST(Sniffer, AGivenSeparatorStands) {
  const Sniffed sniffed = sniff_csv("a,b;c\n1,2;3\n", true, ';');
  EXPECT_THAT(sniffed.header, ElementsAre("a,b", "c"));
}

TEST(Sniffer, ABrokenHeaderIsSaid) {
  EXPECT_TRUE(sniff_csv("a,\"b\n1,2\n", true, {}).has_broken_header);
  EXPECT_FALSE(sniff_csv("\"a\";\"b\"\n1;2\n", true, {}).has_broken_header);
}

TEST(Sniffer, SeesDecimalMarks) {
  const auto marks = [](std::string_view cell) {
    const Sniffed sniffed = sniff_csv("a;b\n" + std::string(cell) + ";x\n", true, ';');
    return std::string(sniffed.has_decimal_comma ? "," : "") +
           (sniffed.has_decimal_point ? "." : "");
  };
  EXPECT_EQ(marks("12,50"), ",");
  EXPECT_EQ(marks("-0,5"), ",");
  EXPECT_EQ(marks("\" 1,25 \""), ",");
  EXPECT_EQ(marks("12.50"), ".");
  EXPECT_EQ(marks("31.12.2024"), "");
  EXPECT_EQ(marks("1,2,3"), "");
  EXPECT_EQ(marks("1."), "");
  EXPECT_EQ(marks(",5"), "");
  EXPECT_EQ(marks("a,5"), "");
}

TEST(UniqueNames, EveryColumnGetsAName) {
  std::vector<std::string> changes;
  EXPECT_THAT(unique_names({"a", " b ", "", "A", "a"}, changes),
              ElementsAre("a", "b", "column_3", "A_1", "a_2"));
  EXPECT_EQ(changes.size(), 3u);
  changes.clear();
  EXPECT_THAT(unique_names({"a", "a_1", "a", "column_4", "", "column_5"}, changes),
              ElementsAre("a", "a_1", "a_2", "column_4", "column_5_1", "column_5"));
  changes.clear();
  unique_names({"a", "b", "client id"}, changes);
  EXPECT_TRUE(changes.empty());
}

}  // namespace
}  // namespace ca::sources
