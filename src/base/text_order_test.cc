#include "base/text_order.h"

#include <gtest/gtest.h>

#include <numeric>
#include <random>
#include <string>

namespace ca {
namespace {

std::vector<std::size_t> order_of(const std::vector<std::string>& texts) {
  return text_order(texts.size(), [&](std::size_t i) { return std::string_view(texts[i]); });
}

/// What text_order() must give.
std::vector<std::size_t> plain_order(const std::vector<std::string>& texts) {
  std::vector<std::size_t> order(texts.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return std::string_view(texts[i]); });
  return order;
}

TEST(TextOrder, OfNothingAndOfOneText) {
  EXPECT_TRUE(order_of({}).empty());
  EXPECT_EQ(order_of({"a"}), std::vector<std::size_t>{0});
}

TEST(TextOrder, IsTheOrderOfBytes) {
  const std::vector<std::string> texts = {"c-2", "c-10", "c-", "c-\xff", "c-é", "c-2", "c-1"};
  EXPECT_EQ(order_of(texts), plain_order(texts));
}

TEST(TextOrder, TellsAMissingByteFromAZeroOne) {
  using namespace std::string_literals;
  const std::vector<std::string> texts = {"a\0\0"s, "a"s, "a\0"s, ""s, "\0"s, "a\0b"s};
  EXPECT_EQ(order_of(texts), plain_order(texts));
}

TEST(TextOrder, LooksBehindTheFirstEightBytesThatDiffer) {
  const std::vector<std::string> texts = {"abcdefghijkl2", "abcdefghijkl1", "b", "abcdefgh",
                                          "abcdefghijkl1"};
  EXPECT_EQ(order_of(texts), plain_order(texts));
}

TEST(TextOrder, OfRandomTexts) {
  std::mt19937 random(7);
  for (int round = 0; round < 200; ++round) {
    std::vector<std::string> texts(random() % 50);
    for (std::string& text : texts) {
      text.assign(round % 3 == 0 ? "customer-" : "");
      for (std::size_t i = random() % 12; i > 0; --i) {
        text.push_back(static_cast<char>(random() % 4 * 85));
      }
    }
    ASSERT_EQ(order_of(texts), plain_order(texts));
  }
}

}  // namespace
}  // namespace ca
