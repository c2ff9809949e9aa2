#include "stats/kmeans1d.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <random>

namespace ca::stats {
namespace {

/// The cost of a run by its definition: mean first, then distances.
long double plain_cost(const std::vector<WeightedValue>& values, std::size_t begin,
                       std::size_t end) {
  long double sum = 0;
  long double weight = 0;
  for (std::size_t i = begin; i < end; ++i) {
    sum += static_cast<long double>(values[i].value) * static_cast<long double>(values[i].weight);
    weight += static_cast<long double>(values[i].weight);
  }
  long double cost = 0;
  for (std::size_t i = begin; i < end; ++i) {
    const long double distance = static_cast<long double>(values[i].value) - sum / weight;
    cost += distance * distance * static_cast<long double>(values[i].weight);
  }
  return cost;
}

struct Partition {
  std::vector<std::size_t> begins;
  long double cost;
};

/// Every partition of the values [0, end) into k runs.
void enumerate(const std::vector<WeightedValue>& values, std::size_t k, std::size_t end,
               std::vector<std::size_t> later, long double cost, std::vector<Partition>& all) {
  if (k == 1) {
    later.insert(later.begin(), 0);
    all.push_back({later, cost + plain_cost(values, 0, end)});
    return;
  }
  for (std::size_t begin = k - 1; begin < end; ++begin) {
    std::vector<std::size_t> begins = later;
    begins.insert(begins.begin(), begin);
    enumerate(values, k - 1, begin, begins, cost + plain_cost(values, begin, end), all);
  }
}

/// The begins that ruling 32 chooses, by looking at all partitions.
std::vector<std::size_t> best_of_all(const std::vector<WeightedValue>& values, std::size_t k) {
  std::vector<Partition> all;
  enumerate(values, k, values.size(), {}, 0, all);
  const long double least = std::ranges::min_element(all, {}, &Partition::cost)->cost;
  const long double most = least + 1e-12L * plain_cost(values, 0, values.size());
  std::erase_if(all, [&](const Partition& partition) { return partition.cost > most; });
  std::ranges::sort(all, [](const Partition& a, const Partition& b) {
    return std::lexicographical_compare(a.begins.rbegin(), a.begins.rend(), b.begins.rbegin(),
                                        b.begins.rend());
  });
  return all.front().begins;
}

/// The least cost by the plain recursion, O(k n^2).
double plain_optimum(const std::vector<WeightedValue>& values, std::size_t k) {
  const std::size_t n = values.size();
  std::vector<std::vector<long double>> cost(n + 1, std::vector<long double>(n + 1));
  for (std::size_t begin = 0; begin < n; ++begin) {
    // Welford's update, weight by weight.
    long double mean = 0;
    long double weight = 0;
    long double squares = 0;
    for (std::size_t end = begin + 1; end <= n; ++end) {
      const auto w = static_cast<long double>(values[end - 1].weight);
      const long double distance = static_cast<long double>(values[end - 1].value) - mean;
      weight += w;
      mean += distance * w / weight;
      squares += w * distance * (static_cast<long double>(values[end - 1].value) - mean);
      cost[begin][end] = squares;
    }
  }
  std::vector<long double> best(n + 1, std::numeric_limits<long double>::infinity());
  best[0] = 0;
  for (std::size_t clusters = 1; clusters <= k; ++clusters) {
    std::vector<long double> next(n + 1, std::numeric_limits<long double>::infinity());
    for (std::size_t end = clusters; end <= n; ++end) {
      for (std::size_t begin = clusters - 1; begin < end; ++begin) {
        next[end] = std::min(next[end], best[begin] + cost[begin][end]);
      }
    }
    best = next;
  }
  return static_cast<double>(best[n]);
}

TEST(KMeans1d, GivesAsManyClustersAsThereAreValues) {
  EXPECT_TRUE(kmeans1d({}, 5).means.empty());
  const Clusters one = kmeans1d(counted({3, 3, 3}), 5);
  EXPECT_EQ(one.means, std::vector<double>{3});
  EXPECT_EQ(one.sizes, std::vector<std::int64_t>{3});
  EXPECT_TRUE(one.cuts.empty());
  const Clusters three = kmeans1d(counted({108, 168, 109.5}), 5);
  EXPECT_EQ(three.means, (std::vector<double>{108, 109.5, 168}));
  EXPECT_EQ(three.cuts, (std::vector<double>{108.75, 138.75}));
  EXPECT_EQ(three.cost, 0);
}

TEST(KMeans1d, FindsWhatEyesSee) {
  const Clusters found = kmeans1d(counted({1, 2, 3, 100, 101, 102, 1000}), 3);
  EXPECT_EQ(found.means, (std::vector<double>{2, 101, 1000}));
  EXPECT_EQ(found.sizes, (std::vector<std::int64_t>{3, 3, 1}));
  EXPECT_EQ(found.begins, (std::vector<std::size_t>{0, 3, 6}));
  EXPECT_EQ(found.cuts, (std::vector<double>{51.5, 550.5}));
  EXPECT_NEAR(found.cost, 4, 1e-9);
}

TEST(KMeans1d, OfEqualPartitionsTheLastClusterBeginsEarliest) {
  // {0} {1, 2} and {0, 1} {2} cost the same.
  EXPECT_EQ(kmeans1d(counted({0, 1, 2}), 2).begins, (std::vector<std::size_t>{0, 1}));
  // Two of four pairs must be together: of six ways the last pair, then the one before it.
  EXPECT_EQ(kmeans1d(counted({0, 1, 2, 3, 4}), 4).begins, (std::vector<std::size_t>{0, 1, 2, 3}));
  EXPECT_EQ(kmeans1d(counted({0, 1, 2, 3, 4, 5}), 4).begins,
            (std::vector<std::size_t>{0, 1, 2, 4}));
}

TEST(KMeans1d, IsTheBestOfAllPartitions) {
  std::mt19937_64 random(1);
  for (int round = 0; round < 400; ++round) {
    const std::size_t n = 1 + random() % 11;
    std::vector<WeightedValue> values;
    // Few whole numbers, so that many partitions cost the same; or numbers of several magnitudes.
    const bool is_whole = round % 2 == 0;
    std::vector<double> drawn;
    for (std::size_t i = 0; i < n; ++i) {
      const double unit = std::ldexp(static_cast<double>(random() >> 11), -53);
      drawn.push_back(is_whole ? static_cast<double>(random() % 9) : std::exp(8 * unit));
    }
    values = counted(drawn);
    if (round % 3 == 0) {
      for (WeightedValue& value : values) value.weight += static_cast<std::int64_t>(random() % 3);
    }
    for (std::size_t k = 1; k <= std::min<std::size_t>(5, values.size()); ++k) {
      EXPECT_EQ(kmeans1d(values, k).begins, best_of_all(values, k)) << round << " " << k;
    }
  }
}

TEST(KMeans1d, CostsWhatThePlainRecursionFinds) {
  std::mt19937_64 random(2);
  for (int round = 0; round < 12; ++round) {
    std::vector<double> drawn;
    for (int i = 0; i < 300; ++i) {
      const double unit = std::ldexp(static_cast<double>(random() >> 11), -53);
      drawn.push_back(round % 2 == 0 ? 1e6 + 3 * unit : std::pow(1 - unit, -0.7));
    }
    const std::vector<WeightedValue> values = counted(drawn);
    for (const std::size_t k : {2, 3, 5}) {
      const double optimum = plain_optimum(values, k);
      const Clusters found = kmeans1d(values, k);
      const auto total = static_cast<double>(plain_cost(values, 0, values.size()));
      EXPECT_NEAR(found.cost, optimum, 2e-12 * total);
      EXPECT_EQ(found.means.size(), k);
    }
  }
}

TEST(KMeans1d, AWeightIsSoManyEqualValues) {
  std::mt19937_64 random(3);
  std::vector<double> repeated;
  std::vector<WeightedValue> weighted;
  for (int i = 0; i < 40; ++i) {
    const WeightedValue value{static_cast<double>(i * i),
                              1 + static_cast<std::int64_t>(random() % 5)};
    weighted.push_back(value);
    repeated.insert(repeated.end(), static_cast<std::size_t>(value.weight), value.value);
  }
  std::ranges::shuffle(repeated, random);
  EXPECT_EQ(counted(repeated), weighted);
  // Each value by itself, told apart by less than matters.
  std::ranges::sort(repeated);
  std::vector<WeightedValue> apart;
  for (std::size_t i = 0; i < repeated.size(); ++i) {
    apart.push_back({repeated[i] + 1e-9 * static_cast<double>(i), 1});
  }
  const Clusters a = kmeans1d(weighted, 5);
  const Clusters b = kmeans1d(apart, 5);
  EXPECT_EQ(a.sizes, b.sizes);
  for (std::size_t i = 0; i < a.means.size(); ++i) EXPECT_NEAR(a.means[i], b.means[i], 1e-6);
}

TEST(KMeans1d, AFarValueTakesNothingFromTheOthers) {
  // Without sums that carry their errors the near values would drown in the squares of the far one.
  std::vector<double> drawn = {1e9};
  for (int i = 0; i < 1000; ++i) drawn.push_back(i < 500 ? i * 1e-3 : 100 + i * 1e-3);
  const Clusters found = kmeans1d(counted(drawn), 2);
  EXPECT_EQ(found.sizes, (std::vector<std::int64_t>{1000, 1}));
  const Clusters three = kmeans1d(counted(drawn), 3);
  EXPECT_EQ(three.sizes.back(), 1);
}

TEST(KMeans1d, ClustersOfManyValuesThinOutTowardsTheTail) {
  const std::size_t n = std::getenv("CA_LONG") != nullptr ? 1'000'000 : 100'000;
  std::mt19937_64 random(4);
  std::vector<double> drawn;
  for (std::size_t i = 0; i < n; ++i) {
    const double unit = std::ldexp(static_cast<double>(random() >> 11), -53);
    drawn.push_back(-std::log(1 - unit));
  }
  const Clusters found = kmeans1d(counted(std::move(drawn)), 2);
  // The cut c of an exponential distribution lies in the middle between the means
  // 1 - c / (e^c - 1) below it and c + 1 above it: c = 1 - c / (e^c - 1) + 1 has the root 1.59362.
  EXPECT_NEAR(found.cuts.front(), 1.59362, 0.03);
  EXPECT_NEAR(found.means.back(), 2.59362, 0.03);
  EXPECT_GT(found.sizes.front(), 3 * found.sizes.back());
}

}  // namespace
}  // namespace ca::stats
