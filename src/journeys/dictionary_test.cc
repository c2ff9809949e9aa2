#include "journeys/dictionary.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "journeys/test_support.h"

namespace ca::journeys {
namespace {

using namespace testing;
using namespace std::string_literals;

TEST(Dictionary, GivesCodesInOrderOfFirstAppearance) {
  Dictionary dictionary;
  EXPECT_EQ(dictionary.code("b"), 0U);
  EXPECT_EQ(dictionary.code("a"), 1U);
  EXPECT_EQ(dictionary.code("a"), 1U);
  EXPECT_EQ(dictionary.code("b"), 0U);
  EXPECT_EQ(dictionary.code("c"), 2U);
  EXPECT_EQ(dictionary.size(), 3U);
  EXPECT_EQ(dictionary.text(1), "a");
}

TEST(Dictionary, NothingIsNotTheEmptyText) {
  Dictionary dictionary;
  EXPECT_EQ(dictionary.code(std::string_view()), Dictionary::kNone);
  EXPECT_EQ(dictionary.size(), 0U);
  EXPECT_EQ(dictionary.code(""), 0U);
  EXPECT_EQ(dictionary.code(std::string_view()), Dictionary::kNone);
  EXPECT_EQ(dictionary.code(""), 0U);
  EXPECT_EQ(dictionary.text(0), "");
}

TEST(Dictionary, FindsWithoutAdding) {
  Dictionary dictionary;
  dictionary.code("a");
  EXPECT_EQ(dictionary.find("a"), 0U);
  EXPECT_EQ(dictionary.find("b"), Dictionary::kNone);
  EXPECT_EQ(dictionary.size(), 1U);
}

TEST(Dictionary, RanksAreTheOrderOfBytes) {
  const std::vector<std::string> in_order = {"",    "\0"s, "\0a"s, "A", "Z",      "a",
                                             "a b", "aa",  "b",    "z", "\u00FC", "\U0001F600"};
  Dictionary dictionary;
  std::vector<std::size_t> shuffled;
  for (std::size_t i = 0; i < in_order.size(); ++i)
    shuffled.push_back((i * 5 + 3) % in_order.size());
  for (const std::size_t i : shuffled) dictionary.code(in_order[i]);
  const std::vector<std::uint32_t> ranks = dictionary.ranks();
  ASSERT_EQ(ranks.size(), in_order.size());
  for (std::uint32_t code = 0; code < ranks.size(); ++code) {
    EXPECT_EQ(ranks[code], shuffled[code]) << dictionary.text(code);
  }
}

TEST(Dictionary, IsReadAsItWasWritten) {
  const TemporaryFolder folder;
  const std::vector<std::string> texts = {
      "north", "", "a\0b"s, "two\nlines", "\U0001F600", std::string(10'000, 'x'), "\xFF\xFE"};
  Dictionary dictionary;
  for (const std::string& text : texts) dictionary.code(text);
  dictionary.write(folder.path() / "d");
  const Dictionary read = Dictionary::read(folder.path() / "d");
  ASSERT_EQ(read.size(), texts.size());
  for (std::uint32_t code = 0; code < texts.size(); ++code) {
    EXPECT_EQ(read.text(code), texts[code]);
    EXPECT_EQ(read.find(texts[code]), code);
  }
  EXPECT_EQ(read.ranks(), dictionary.ranks());
}

TEST(Dictionary, ThatIsEmptyIsReadToo) {
  const TemporaryFolder folder;
  Dictionary().write(folder.path() / "d");
  EXPECT_EQ(Dictionary::read(folder.path() / "d").size(), 0U);
}

TEST(Dictionary, StaysUsableWhenItMovesAndGrows) {
  Dictionary first;
  first.code("kept");
  Dictionary second = std::move(first);
  for (int i = 0; i < 50'000; ++i) second.code(fmt::format("text {}", i));
  EXPECT_EQ(second.text(0), "kept");
  EXPECT_EQ(second.code("kept"), 0U);
  EXPECT_EQ(second.code("text 49999"), 50'000U);
  EXPECT_EQ(second.text(25'001), "text 25000");
}

TEST(Dictionary, ADamagedFileIsAnError) {
  const TemporaryFolder folder;
  const auto file = folder.path() / "d";
  EXPECT_EQ(code_of([&] { Dictionary::read(file); }), "E-JOURNEYS");
  Dictionary dictionary;
  dictionary.code("north");
  dictionary.write(file);
  std::fstream bytes(file, std::ios::in | std::ios::out | std::ios::binary);
  bytes.seekp(-1, std::ios::end);
  bytes.put('T');
  bytes.close();
  EXPECT_EQ(code_of([&] { Dictionary::read(file); }), "E-JOURNEYS");
}

}  // namespace
}  // namespace ca::journeys
