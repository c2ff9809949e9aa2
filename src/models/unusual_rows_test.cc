#include "models/unusual_rows.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "base/random.h"

namespace ca::models {
namespace {

constexpr std::size_t kFeatures = 5;

enum class Kind { kNormal, kHeavy };

/// Rows of five numbers that a common one moves, of deviation 1.
std::vector<double> usual_rows(std::size_t count, Kind kind, std::uint64_t seed) {
  Random random(Random::mix(seed));
  const auto draw = [&] {
    const double normal = random.normal();
    if (kind == Kind::kNormal) return normal;
    return normal / std::sqrt(random.gamma(1.5, 1 / 1.5));  // Student's t of 3
  };
  std::vector<double> rows;
  for (std::size_t row = 0; row < count; ++row) {
    const double common = draw();
    for (std::size_t f = 0; f < kFeatures; ++f) rows.push_back(0.8 * common + 0.6 * draw());
  }
  return rows;
}

std::size_t count_unusual(const UnusualRows& found) {
  return static_cast<std::size_t>(std::ranges::count(found.are_unusual, true));
}

/// The mean share of usual rows that are called unusual.
double false_alarms(Kind kind, bool with_network, double rate, int shops) {
  double share = 0;
  for (int shop = 0; shop < shops; ++shop) {
    const std::vector<double> rows = usual_rows(500, kind, 100 + static_cast<std::uint64_t>(shop));
    const UnusualSettings settings{rate, 1, with_network};
    share += static_cast<double>(
                 count_unusual(find_unusual(rows, kFeatures, settings, Cancellation()))) /
             500 / shops;
  }
  return share;
}

TEST(UnusualRows, CallUsualOnesUnusualAsOftenAsAsked) {
  for (const Kind kind : {Kind::kNormal, Kind::kHeavy}) {
    EXPECT_NEAR(false_alarms(kind, false, 0.01, 20), 0.01, 0.004);
    EXPECT_NEAR(false_alarms(kind, false, 0.05, 20), 0.05, 0.01);
    EXPECT_NEAR(false_alarms(kind, true, 0.01, 6), 0.01, 0.005);
  }
}

TEST(UnusualRows, FindRowsThatArePlanted) {
  for (const bool with_network : {false, true}) {
    std::vector<double> rows = usual_rows(700, Kind::kNormal, 7);
    for (const std::size_t row : {20U, 300U, 301U, 650U}) {
      for (std::size_t f = 0; f < 2; ++f) rows[row * kFeatures + f] += 9;
    }
    const UnusualRows found =
        find_unusual(rows, kFeatures, {0.01, 1, with_network}, Cancellation());
    for (const std::size_t row : {20U, 300U, 301U, 650U}) {
      EXPECT_TRUE(found.are_unusual[row]) << row;
      EXPECT_LT(found.p_values[row], 1e-4) << row;
    }
    EXPECT_LE(count_unusual(found), 4U + 14U);
  }
}

TEST(UnusualRows, FindCompanyThatIsUnusualThoughEachNumberIsNot) {
  std::vector<double> rows = usual_rows(700, Kind::kNormal, 8);
  for (const std::size_t row : {100U, 400U}) {
    for (std::size_t f = 0; f < kFeatures; ++f) {
      rows[row * kFeatures + f] = f % 2 == 0 ? 1.9 : -1.9;
    }
  }
  const UnusualRows found = find_unusual(rows, kFeatures, {}, Cancellation());
  EXPECT_TRUE(found.are_unusual[100]);
  EXPECT_TRUE(found.are_unusual[400]);
  EXPECT_EQ(found.scored, Scored::kDistanceAndNetwork);
}

TEST(UnusualRows, ManyOddRowsDoNotHideEachOther) {
  std::vector<double> rows = usual_rows(700, Kind::kNormal, 9);
  for (std::size_t row = 0; row < 700; row += 20) rows[row * kFeatures + 3] += 15;
  const UnusualRows found = find_unusual(rows, kFeatures, {}, Cancellation());
  for (std::size_t row = 0; row < 700; row += 20) EXPECT_TRUE(found.are_unusual[row]) << row;
}

TEST(UnusualRows, SaySoWhereThereAreFew) {
  std::vector<double> rows = usual_rows(20, Kind::kNormal, 10);
  rows[3 * kFeatures] = 6;
  const UnusualRows few = find_unusual(rows, kFeatures, {}, Cancellation());
  EXPECT_EQ(few.scored, Scored::kDeviation);
  EXPECT_EQ(count_unusual(few), 1U);
  EXPECT_TRUE(few.are_unusual[3]);
  rows.resize(7 * kFeatures);
  EXPECT_EQ(find_unusual(rows, kFeatures, {}, Cancellation()).scored, Scored::kNot);
  EXPECT_TRUE(find_unusual({}, kFeatures, {}, Cancellation()).p_values.empty());
  EXPECT_TRUE(find_unusual({}, 0, {}, Cancellation()).p_values.empty());
}

TEST(UnusualRows, FeaturesThatSayNothingChangeNothing) {
  const std::vector<double> rows = usual_rows(100, Kind::kNormal, 11);
  std::vector<double> wider;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    wider.push_back(rows[i]);
    if (i % kFeatures == 2) wider.push_back(0);
  }
  EXPECT_EQ(find_unusual(rows, kFeatures, {}, Cancellation()).p_values,
            find_unusual(wider, kFeatures + 1, {}, Cancellation()).p_values);
  const UnusualRows still = find_unusual(std::vector<double>(100, 0.0), 1, {}, Cancellation());
  EXPECT_EQ(count_unusual(still), 0U);
}

TEST(UnusualRows, AreCombinedWhereSomeAreMissing) {
  const double none = std::nan("");
  Random random(12);
  std::vector<std::vector<double>> looks(2);
  for (int row = 0; row < 200; ++row) {
    looks[0].push_back(random.uniform());
    looks[1].push_back(row % 3 == 0 ? none : random.uniform());
  }
  looks[0][9] = 1e-9;
  looks[0][10] = 1e-6;
  looks[1][10] = 1e-6;
  const UnusualRows found = combine(looks, {});
  EXPECT_TRUE(found.are_unusual[9]);
  EXPECT_TRUE(found.are_unusual[10]);
  EXPECT_LE(count_unusual(found), 6U);
  for (const double p : found.p_values) {
    EXPECT_GT(p, 0);
    EXPECT_LE(p, 1);
  }
}

TEST(UnusualRows, CanBeCancelled) {
  Cancellation cancellation;
  cancellation.cancel();
  EXPECT_THROW(find_unusual(usual_rows(100, Kind::kNormal, 1), kFeatures, {}, cancellation), Error);
}

}  // namespace
}  // namespace ca::models
