#include "journeys/key_index.h"

#include <gtest/gtest.h>

#include <string>

namespace ca::journeys {
namespace {

/// A KeyIndex with its keys.
struct Names {
  std::uint32_t number(const std::string& name, std::uint64_t hash) {
    const std::uint32_t number =
        index.number(hash, [&](std::uint32_t known) { return names[known] == name; });
    if (number == names.size()) names.push_back(name);
    return number;
  }

  KeyIndex index;
  std::vector<std::string> names;
};

TEST(KeyIndex, NumbersKeysAsTheyCome) {
  Names names;
  EXPECT_EQ(names.number("b", 7), 0U);
  EXPECT_EQ(names.number("a", 8), 1U);
  EXPECT_EQ(names.number("b", 7), 0U);
  EXPECT_EQ(names.index.size(), 2U);
}

TEST(KeyIndex, TellsKeysOfOneHashApart) {
  Names names;
  for (std::uint32_t i = 0; i < 300; ++i) EXPECT_EQ(names.number(std::to_string(i), 0), i);
  for (std::uint32_t i = 0; i < 300; ++i) EXPECT_EQ(names.number(std::to_string(i), 0), i);
  EXPECT_EQ(names.index.size(), 300U);
}

TEST(KeyIndex, ComparesKeysOfOneSlotByTheirWholeHash) {
  // The same slot for all, so each look-up passes many others; only an equal hash asks is_same.
  KeyIndex index;
  for (std::uint64_t i = 0; i < 200; ++i) {
    EXPECT_EQ(index.number(i << 40, [](std::uint32_t) { return true; }), i);
  }
  EXPECT_EQ(index.number(std::uint64_t{150} << 40, [](std::uint32_t) { return true; }), 150U);
}

TEST(KeyIndex, KeepsItsNumbersWhenItGrows) {
  Names names;
  constexpr std::uint32_t kKeys = 100'000;
  const auto hash = [](std::uint32_t i) { return i * 0x9E3779B97F4A7C15ULL; };
  for (std::uint32_t i = 0; i < kKeys; ++i) ASSERT_EQ(names.number(std::to_string(i), hash(i)), i);
  for (std::uint32_t i = 0; i < kKeys; ++i) ASSERT_EQ(names.number(std::to_string(i), hash(i)), i);
}

}  // namespace
}  // namespace ca::journeys
