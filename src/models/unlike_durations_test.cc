#include "models/unlike_durations.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "base/random.h"
#include "reports/test_shop.h"

namespace ca::models {
namespace {

/// A population of the shop as text.
struct Population {
  Population(const std::string& sessions, const std::string& deliveries, std::size_t partitions = 1)
      : shop(options(partitions), sessions, "", "", deliveries), pool(1) {
    facts = reports::find_facts(shop.journeys(), {}, pool);
    delivered = collect_delivered(shop.journeys(), facts, kMicrosPerDay, pool, no_progress(),
                                  Cancellation());
    population = std::make_unique<DeliveredPopulation>(delivered, delivered.of_main);
  }
  static reports::TestShop::Options options(std::size_t partitions) {
    reports::TestShop::Options options;
    options.partitions = partitions;
    return options;
  }

  reports::TestShop shop;
  ThreadPool pool;
  reports::Facts facts;
  DeliveredOrders delivered;
  std::unique_ptr<DeliveredPopulation> population;
};

/// Customers b and a with orders on successive days that take 1, 2, 3, ... minutes.
Population two_customers(std::size_t partitions) {
  std::string sessions = "order client start amount\n";
  std::string deliveries = "order delivered latitude longitude\n";
  for (const char* client : {"b", "a", "c"}) {
    for (int i = 1; i <= (client[0] == 'c' ? 2 : 7); ++i) {
      const int minutes = client[0] == 'a' ? 10 + i : i;
      sessions += fmt::format("{0}{1} {0} 2024-01-{2:02}T10:00 5\n", client, i, 7 * i - 6);
      deliveries += fmt::format("{}{} 2024-01-{:02}T10:{:02} {} 29\n", client, i, 7 * i - 6,
                                i == 4 ? 0 : minutes, client[0] == 'c' ? 42 : 41);
      if (7 * i > 31) break;
    }
  }
  return {sessions, deliveries, partitions};
}

TEST(UnlikeDurations, CustomersAreTheirLastFiveInOrder) {
  for (const std::size_t partitions : {1, 4}) {
    const Population shop = two_customers(partitions);
    const DurationRows rows = customer_rows(*shop.population, Leg::kDeliver, 5);
    ASSERT_EQ(rows.groups.size(), 2U);
    EXPECT_EQ(rows.numbers, (std::vector<double>{11, 12, 13, 0, 15, 1, 2, 3, 0, 5}));
  }
}

TEST(UnlikeDurations, PlacesAreTheirLastFiveWeeksBeforeWhichTheMeanStands) {
  const Population shop = two_customers(1);
  const DurationRows rows = place_rows(*shop.population, Leg::kDeliver, 2);
  ASSERT_EQ(rows.groups.size(), 2U);
  // 41: both customers' orders of each week; 42: c's two weeks.
  const double mean = (6 + 7 + 8 + 0 + 10 + 6 + 7 + 8 + 0 + 10 + 1 + 2) / 12.0;
  EXPECT_EQ(rows.numbers, (std::vector<double>{6, 7, 8, 0, 10, mean, mean, mean, 1, 2}));
}

DurationRows drawn(std::size_t count, std::uint64_t seed) {
  Random random(seed);
  DurationRows rows;
  for (std::uint32_t row = 0; row < count; ++row) {
    rows.groups.push_back(row);
    const double of_all = random.normal();
    for (std::size_t f = 0; f < kLastDurations; ++f) {
      rows.numbers.push_back(30 + 5 * of_all + 2 * random.normal());
    }
  }
  return rows;
}

TEST(UnlikeDurations, ChancesOfUsualRowsAreEven) {
  // Of 1,200 rows 1 % are 12 and 10 % are 120, give or take three standard errors.
  const std::vector<double> chances = chances_by_autoencoder(drawn(1200, 3), 1, Cancellation());
  ASSERT_EQ(chances.size(), 1200U);
  const auto below = [&](double rate) {
    return std::ranges::count_if(chances, [&](double p) { return p < rate; });
  };
  EXPECT_LE(std::abs(below(0.01) - 12), 11);
  EXPECT_LE(std::abs(below(0.1) - 120), 31);
}

TEST(UnlikeDurations, ARowUnlikeTheOthersIsFoundAndTheSeedDecidesAll) {
  DurationRows rows = drawn(400, 4);
  rows.numbers[7 * kLastDurations + 2] += 40;
  const std::vector<double> chances = chances_by_autoencoder(rows, 1, Cancellation());
  EXPECT_LT(chances[7], 0.001);
  EXPECT_EQ(chances, chances_by_autoencoder(rows, 1, Cancellation()));
  EXPECT_NE(chances, chances_by_autoencoder(rows, 2, Cancellation()));
}

TEST(UnlikeDurations, OfFewOrEqualRowsNothingIsSaid) {
  EXPECT_TRUE(chances_by_autoencoder(drawn(29, 5), 1, Cancellation()).empty());
  DurationRows equal = drawn(40, 5);
  std::ranges::fill(equal.numbers, 30);
  for (const double p : chances_by_autoencoder(equal, 1, Cancellation())) EXPECT_GT(p, 0.01);
}

TEST(UnlikeDurations, CanBeCancelled) {
  Cancellation cancellation;
  cancellation.cancel();
  EXPECT_THROW(chances_by_autoencoder(drawn(40, 5), 1, cancellation), Error);
}

}  // namespace
}  // namespace ca::models
