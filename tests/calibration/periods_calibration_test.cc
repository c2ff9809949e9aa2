// Of the same customers in two periods, of two samples that share customers, and of many such tests
// at once: how often they are wrong.

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <span>
#include <string>
#include <vector>

#include "calibration/simulation.h"
#include "stats/bootstrap.h"
#include "stats/multiple_testing.h"
#include "stats/overlapping_samples.h"
#include "stats/period_change.h"

namespace ca::calibration {
namespace {

using stats::PeriodChange;
using stats::Periods;
using stats::RandomStream;

constexpr double kEffect = 1.2;  ///< what an effect makes of a mean

/// Without CA_LONG fewer of the large ones, which cost most.
int repetitions_at(std::size_t n) { return repetitions(n <= 30 ? 1000 : n <= 1000 ? 500 : 150); }

/// Customers and how often they buy, each with a level of his own between 0.2 and 1.8.
struct Customers {
  const Family& family;
  std::size_t n = 0;
  int count = 1;           ///< periods before; 0: of each customer another number, 1 to 4
  bool has_levels = true;  ///< else all are alike
  double rarity = 1;       ///< times every level

  std::vector<double> levels(RandomStream& random) const {
    std::vector<double> drawn(n, rarity);
    if (has_levels) {
      for (double& level : drawn) level *= random.between(0.2, 1.8);
    }
    return drawn;
  }
  /// Nothing changes.
  std::vector<Periods> periods(RandomStream& random, std::span<const double> levels) const {
    std::vector<Periods> units(n);
    for (std::size_t i = 0; i < n; ++i) {
      units[i].count = static_cast<std::uint8_t>(count > 0 ? count : 1 + random.below(4));
      units[i].after = family.draw(random, levels[i]);
      for (std::size_t j = 0; j < units[i].count; ++j) {
        units[i].before[j] = family.draw(random, levels[i]);
      }
    }
    return units;
  }
  void change(RandomStream& random, std::span<const double> levels,
              std::span<Periods> units) const {
    for (std::size_t i = 0; i < units.size(); ++i) {
      units[i].after = family.draw(random, kEffect * levels[i]);
    }
  }
};

/// p of customers for whom nothing changed; the interval of the same with an effect.
Outcome outcome_of(const Customers& customers, RandomStream& random) {
  const auto levels = customers.levels(random);
  auto units = customers.periods(random, levels);
  const bool are_counts = customers.family.are_counts;
  const std::uint64_t seed = random.next();
  Outcome outcome;
  outcome.p_value = stats::change_of(units, are_counts, 0.05, seed).p_value;
  customers.change(random, levels, units);
  outcome.interval = stats::change_of(units, are_counts, 0.05, seed).interval;
  outcome.truth = (kEffect - 1) * customers.family.mean * customers.rarity;
  return outcome;
}

/// Tests of counts are conservative: the conditional binomial is asked only where the data spread
/// less than it thinks. From the mean of four periods to one the difference is as skewed as the
/// values, and Student's intervals of few very skewed values cover less than they say.
Promise promise_of(const Customers& customers) {
  const auto n = static_cast<std::int64_t>(customers.n);
  Promise promise = usual_promise(n);
  promise.may_be_conservative = customers.family.are_counts;
  const auto name = customers.family.name;
  const bool has_long_tail = name == "Pareto, shape 3" || name == "zero-inflated log-normal";
  if (customers.count == 4 && has_long_tail) promise.least_coverage = n < 300 ? 0.88 : 0.925;
  return promise;
}

void expect_calibrated(const std::string& test, const Customers& customers) {
  const Measured measured =
      measure(repetitions_at(customers.n), 100 + customers.n,
              [&](RandomStream& random) { return outcome_of(customers, random); });
  EXPECT_TRUE(keeps(promise_of(customers), measured))
      << test << ", " << customers.family.name << ", n " << customers.n;
  print_row(test, customers.family.name, static_cast<std::int64_t>(customers.n), measured);
}

TEST(PeriodsCalibration, OnePeriodBefore) {
  for (const Family& one : families()) {
    for (const std::size_t n : {30U, 300U, 3000U}) {
      expect_calibrated("Change between two periods, customers of different levels",
                        {.family = one, .n = n});
    }
  }
}

TEST(PeriodsCalibration, CustomersAlike) {
  for (const Family& one : families()) {
    for (const std::size_t n : {30U, 300U}) {
      expect_calibrated("Change between two periods, customers alike",
                        {.family = one, .n = n, .has_levels = false});
    }
  }
}

TEST(PeriodsCalibration, FourPeriodsBefore) {
  for (const Family& one : families()) {
    for (const std::size_t n : {30U, 300U}) {
      expect_calibrated("Change from four periods, customers of different levels",
                        {.family = one, .n = n, .count = 4});
    }
  }
  for (const char* name : {"Poisson, mean 0.5", "over-dispersed counts", "log-normal",
                           "Pareto, shape 3", "zero-inflated log-normal"}) {
    expect_calibrated("Change from four periods, customers of different levels",
                      {.family = family(name), .n = 3000, .count = 4});
  }
}

TEST(PeriodsCalibration, OfEachCustomerAnotherNumberOfPeriods) {
  for (const Family& one : families()) {
    for (const std::size_t n : {30U, 300U}) {
      expect_calibrated("Change from one to four periods", {.family = one, .n = n, .count = 0});
    }
  }
}

// A product that few of many customers buy.
TEST(PeriodsCalibration, RarePurchases) {
  for (const int count : {1, 4}) {
    for (const char* name : {"Poisson, mean 0.5", "over-dispersed counts"}) {
      expect_calibrated(
          "Rare purchases, 1 to 4 in 100 customers, periods before: " + std::to_string(count),
          {.family = family(name), .n = 1000, .count = count, .rarity = 0.02});
    }
  }
}

/// Units at random in both samples or one of them, so that of `n` in each sample this share is in
/// both; those buy so many times as much as others.
struct Shares {
  const Family& family;
  std::size_t n = 0;
  double overlap = 0;
  double more = 1;
};

stats::TwoSampleTest compared(const Shares& shares, double effect, RandomStream& random) {
  const double both_share = shares.overlap / (2 - shares.overlap);
  const auto all =
      static_cast<std::size_t>(std::lround(static_cast<double>(shares.n) * (2 - shares.overlap)));
  std::vector<double> treated;
  std::vector<double> control;
  std::array<std::vector<double>, 2> both;
  for (std::size_t i = 0; i < all; ++i) {
    const bool is_both = random.happens(both_share);
    const bool is_treated = is_both || random.happens(0.5);
    const double level = random.between(0.2, 1.8) * (is_both ? shares.more : 1);
    if (is_treated) treated.push_back(shares.family.draw(random, effect * level));
    if (is_both || !is_treated) control.push_back(shares.family.draw(random, level));
    if (!is_both) continue;
    both[0].push_back(treated.back());
    both[1].push_back(control.back());
  }
  const stats::Moments first = stats::moments_of(treated);
  const stats::Moments second = stats::moments_of(control);
  return stats::overlapping(first, second,
                            stats::overlap_of(both[0], both[1], first.mean, second.mean), 0.05);
}

void expect_calibrated(const std::string& test, const Shares& shares) {
  Promise promise = usual_promise(static_cast<std::int64_t>(shares.n));
  promise.may_be_conservative = shares.n < 300;  // Student's t of few long-tailed values is
  const Measured measured =
      measure(repetitions_at(shares.n), 900 + shares.n, [&](RandomStream& random) {
        Outcome outcome;
        outcome.p_value = compared(shares, 1, random).p_value;
        outcome.interval = compared(shares, kEffect, random).interval;
        outcome.truth =
            (kEffect - 1) * shares.family.mean * (1 + shares.overlap * (shares.more - 1));
        return outcome;
      });
  EXPECT_TRUE(keeps(promise, measured)) << test << ", " << shares.family.name << ", n " << shares.n;
  print_row(test, shares.family.name, static_cast<std::int64_t>(shares.n), measured);
}

TEST(OverlapCalibration, UnitsInBothSamples) {
  for (const double overlap : {0.0, 0.3, 1.0}) {
    const std::string test = "Two samples, " + std::to_string(std::lround(100 * overlap)) +
                             " % of the customers in both";
    for (const Family& one : families()) {
      for (const std::size_t n : {30U, 300U}) {
        expect_calibrated(test, Shares{one, n, overlap});
      }
    }
    for (const char* name : {"Poisson, mean 0.5", "zero-inflated log-normal"}) {
      expect_calibrated(test, Shares{family(name), 3000, overlap});
    }
  }
}

TEST(OverlapCalibration, ThoseInBothBuyMore) {
  for (const char* name : {"Poisson, mean 8", "over-dispersed counts", "log-normal", "Gaussian"}) {
    for (const std::size_t n : {30U, 300U}) {
      expect_calibrated("Two samples, 30 % of the customers in both, who buy 1.6 times as much",
                        Shares{family(name), n, 0.3, 1.6});
    }
  }
}

struct Found {
  double share_of_false = 0;
  double share_of_true = 0;
};

/// Of 100 products 20 change the purchases of their 60 customers.
Found found_among_products(RandomStream& random) {
  constexpr int kProducts = 100;
  constexpr int kChanged = 20;
  std::vector<std::optional<double>> p_values;
  for (int product = 0; product < kProducts; ++product) {
    const Family& one = families()[static_cast<std::size_t>(product) % families().size()];
    const Customers customers{.family = one, .n = 60};
    const auto levels = customers.levels(random);
    auto units = customers.periods(random, levels);
    if (product < kChanged) {
      for (std::size_t i = 0; i < units.size(); ++i)
        units[i].after = one.draw(random, 2 * levels[i]);
    }
    p_values.push_back(stats::change_of(units, one.are_counts, 0.05, random.next()).p_value);
  }
  const auto q_values = stats::benjamini_hochberg(p_values);
  int found = 0;
  int right = 0;
  for (int product = 0; product < kProducts; ++product) {
    const auto& q = q_values[static_cast<std::size_t>(product)];
    const bool is_found = q && *q <= 0.1;
    found += is_found;
    right += is_found && product < kChanged;
  }
  return {.share_of_false = found == 0 ? 0 : (found - right) / static_cast<double>(found),
          .share_of_true = right / static_cast<double>(kChanged)};
}

// Expected 0.1 x 80 / 100 or less, as tests of counts are conservative.
TEST(PeriodsCalibration, FalseDiscoveriesAmongProducts) {
  const int repeated = std::min(2000, repetitions(300));
  double share_of_false = 0;
  double share_of_true = 0;
  double squares = 0;
  for (int i = 0; i < repeated; ++i) {
    RandomStream random(31, static_cast<std::uint64_t>(i));
    const Found found = found_among_products(random);
    share_of_false += found.share_of_false / repeated;
    squares += found.share_of_false * found.share_of_false / repeated;
    share_of_true += found.share_of_true / repeated;
  }
  const double error = std::sqrt((squares - share_of_false * share_of_false) / repeated);
  EXPECT_LT(share_of_false, 0.08 + 3 * error);
  EXPECT_GT(share_of_false, 0.04);
  EXPECT_GT(share_of_true, 0.5);
  if (std::getenv("CA_TABLE") != nullptr) {
    std::printf("\nFalse discoveries at q <= 0.1: %.2f %%, found of what changed: %.1f %%\n",
                100 * share_of_false, 100 * share_of_true);
  }
}

TEST(PeriodsCalibration, AcceptedShareFallsAsTheEffectGrows) {
  for (const std::size_t n : {30U, 300U}) {
    double last = 1;
    for (const double effect : {1.0, 1.1, 1.2, 1.4}) {
      double mean = 0;
      const int repeated = std::min(1000, repetitions(50));
      for (int i = 0; i < repeated; ++i) {
        RandomStream random(37, static_cast<std::uint64_t>(i));
        const Customers customers{.family = family("Poisson, mean 8"), .n = n};
        const auto levels = customers.levels(random);
        auto units = customers.periods(random, levels);
        std::vector<double> differences;
        for (std::size_t k = 0; k < n; ++k) {
          units[k].after = customers.family.draw(random, effect * levels[k]);
          differences.push_back(units[k].difference());
        }
        std::ranges::sort(differences);
        mean += stats::accepted_share(differences, {}, random.next()).value() / repeated;
      }
      EXPECT_LT(mean, last) << "effect " << effect << ", n " << n;
      last = mean;
    }
    EXPECT_LT(last, n == 30 ? 0.9 : 0.1);
  }
}

}  // namespace
}  // namespace ca::calibration
