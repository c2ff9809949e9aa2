#include "sources/byte_masks.h"

#include <gtest/gtest.h>

#include <bit>
#include <random>
#include <string>

namespace ca::sources {
namespace {

TEST(ByteMasks, BothBlocksFindEveryByteWhereItStands) {
  std::mt19937 random(1);
  for (int round = 0; round < 2000; ++round) {
    std::string bytes(kMaskBytes, '\0');
    for (char& byte : bytes) byte = static_cast<char>(random() % 4 == 0 ? '"' : random() % 256);
    const char wanted = round % 2 == 0 ? '"' : bytes[random() % kMaskBytes];
    std::uint64_t expected = 0;
    for (std::size_t i = 0; i < kMaskBytes; ++i) {
      if (bytes[i] == wanted) expected |= std::uint64_t{1} << i;
    }
    ASSERT_EQ(WordBlock(bytes.data()).mask_of(wanted), expected);
    ASSERT_EQ(Block(bytes.data()).mask_of(wanted), expected);
  }
}

TEST(ByteMasks, CountsAndParities) {
  std::mt19937_64 random(2);
  for (int round = 0; round < 2000; ++round) {
    const std::uint64_t bits = random() & (round % 3 == 0 ? random() & random() : ~0ULL);
    ASSERT_EQ(count_bits(bits), std::popcount(bits));
    std::uint64_t expected = 0;
    for (int i = 0; i < 64; ++i) {
      const int ones = std::popcount(i == 63 ? bits : bits & ((2ULL << i) - 1));
      expected |= static_cast<std::uint64_t>(ones % 2) << i;
    }
    ASSERT_EQ(running_parity(bits), expected);
  }
}

}  // namespace
}  // namespace ca::sources
