#include "base/exact_sum.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <random>
#include <vector>

namespace ca {
namespace {

std::vector<double> random_amounts(std::size_t count, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::uniform_real_distribution<double> exponent(-8, 12);
  std::uniform_real_distribution<double> mantissa(-1, 1);
  std::vector<double> values(count);
  for (double& value : values) value = mantissa(random) * std::pow(10.0, exponent(random));
  return values;
}

double sum_of(const std::vector<double>& values) {
  ExactSum sum;
  for (const double value : values) sum.add(value);
  return sum.value();
}

TEST(ExactSum, AddsWhatDoublesLose) {
  EXPECT_EQ(sum_of({1e15, 0.1, -1e15}), 0.1);
  EXPECT_EQ(sum_of(std::vector<double>(10, 0.1)), 1.0);
  EXPECT_EQ(sum_of({}), 0.0);
  EXPECT_EQ(sum_of({0.0, -0.0}), 0.0);
  EXPECT_FALSE(std::signbit(sum_of({-0.0})));
}

TEST(ExactSum, KeepsEveryValueOfItsRangeThatIsAMultipleOfItsUnit) {
  for (const double value :
       {0.1, -0.1, 1.0, 12345.67, 1e15, -1e15, 0x1p-56, 3 * 0x1p-56, 0x1.8p-3, 999999999999999.9}) {
    EXPECT_EQ(ExactSum::to_double(ExactSum::to_fixed(value)), value) << value;
  }
}

TEST(ExactSum, RoundsTiesToEvenBelowItsUnit) {
  EXPECT_EQ(ExactSum::to_fixed(0x1p-57), 0);                // 0.5 units
  EXPECT_EQ(ExactSum::to_fixed(0x1.8p-56), 2);              // 1.5
  EXPECT_EQ(ExactSum::to_fixed(0x1.4p-55), 2);              // 2.5
  EXPECT_EQ(ExactSum::to_fixed(-0x1.8p-56), -2);            // -1.5
  EXPECT_EQ(ExactSum::to_fixed(0x1.0000000000001p-57), 1);  // a hair above 0.5
  EXPECT_EQ(ExactSum::to_fixed(0x1.fffffffffffffp-58), 0);  // a hair below 0.5
  EXPECT_EQ(ExactSum::to_fixed(std::numeric_limits<double>::denorm_min()), 0);
  EXPECT_EQ(ExactSum::to_fixed(1e-300), 0);
}

TEST(ExactSum, ConvertsAsExactArithmeticDoes) {
  // A __float128 has 113 bits: enough for every product of a double below 2^51 with 2^56.
  std::mt19937_64 random(7);
  std::uniform_int_distribution<std::uint64_t> mantissa(0, (1ULL << 52) - 1);
  std::uniform_int_distribution<int> exponent(-70, 49);
  for (int i = 0; i < 200'000; ++i) {
    const double value =
        std::ldexp(static_cast<double>((1ULL << 52) | mantissa(random)), exponent(random) - 52) *
        (i % 2 == 0 ? 1 : -1);
    const __float128 scaled = static_cast<__float128>(value) * static_cast<__float128>(0x1p56);
    auto whole = static_cast<__int128>(scaled);  // towards zero
    const __float128 rest = scaled - static_cast<__float128>(whole);
    const __float128 distance = rest < 0 ? -rest : rest;
    const bool away = distance > 0.5 || (distance == 0.5 && whole % 2 != 0);
    if (away) whole += value < 0 ? -1 : 1;
    ASSERT_TRUE(ExactSum::to_fixed(value) == whole) << value;
  }
}

TEST(ExactSum, HasTheSameBitsInEveryOrderAndGrouping) {
  std::vector<double> values = random_amounts(100'000, 1);
  const double expected = sum_of(values);
  std::mt19937_64 random(2);
  for (int round = 0; round < 5; ++round) {
    std::shuffle(values.begin(), values.end(), random);
    EXPECT_EQ(sum_of(values), expected);
    ExactSum total;
    for (std::size_t begin = 0; begin < values.size();) {
      ExactSum part;
      const std::size_t end = std::min(values.size(), begin + random() % 5000);
      for (; begin < end; ++begin) part.add(values[begin]);
      total.merge(part);
    }
    EXPECT_EQ(total.value(), expected);
  }
}

TEST(ExactSum, IsTheNearestDoubleToTheTrueSum) {
  for (std::uint64_t seed = 10; seed < 20; ++seed) {
    const std::vector<double> values = random_amounts(20'000, seed);
    __int128 units = 0;  // of 2^-56, summed without rounding
    for (const double value : values) units += ExactSum::to_fixed(value);
    const auto truth = static_cast<__float128>(units) / static_cast<__float128>(0x1p56);
    EXPECT_EQ(sum_of(values), static_cast<double>(truth));
  }
}

TEST(ExactSum, HoldsTwoMillionOfTheLargest) {
  ExactSum sum;
  const int count = 1 << 21;
  for (int i = 0; i < count; ++i) sum.add(1e15);
  EXPECT_EQ(sum.value(), 1e15 * count);
  for (int i = 0; i < count; ++i) sum.add(-1e15);
  EXPECT_EQ(sum.value(), 0.0);
}

}  // namespace
}  // namespace ca
