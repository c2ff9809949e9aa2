#include "models/promotion_payments.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

#include "models/matched_effect.h"
#include "models/test_payments.h"

namespace ca::models {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// What promotions' customers paid, computed in two passes over the means of each customer.
struct Direct {
  explicit Direct(const std::vector<PaidCustomer>& customers) {
    for (const PaidCustomer& customer : customers) {
      std::map<std::uint32_t, std::pair<long double, int>> paid;
      for (const auto& [promotion, amount] : customer) {
        if (promotion == journeys::Dictionary::kNone || std::isnan(amount)) continue;
        paid[promotion].first += amount;
        ++paid[promotion].second;
      }
      for (const auto& [promotion, sum] : paid) {
        means[promotion].push_back(static_cast<double>(sum.first / sum.second));
        for (const auto& [other, others] : paid) {
          both[{promotion, other}].emplace_back(static_cast<double>(sum.first / sum.second),
                                                static_cast<double>(others.first / others.second));
        }
      }
    }
  }
  static long double mean_of(const std::vector<double>& values) {
    long double sum = 0;
    for (const double value : values) sum += value;
    return sum / static_cast<long double>(values.size());
  }
  long double variance(std::uint32_t promotion) const {
    const std::vector<double>& values = means.at(promotion);
    const long double mean = mean_of(values);
    long double squares = 0;
    for (const double value : values) squares += (value - mean) * (value - mean);
    return squares / static_cast<long double>(values.size() - 1);
  }
  long double products(std::uint32_t first, std::uint32_t second) const {
    const auto found = both.find({first, second});
    if (found == both.end()) return 0;
    const long double first_mean = mean_of(means.at(first));
    const long double second_mean = mean_of(means.at(second));
    long double sum = 0;
    for (const auto& [x, y] : found->second) sum += (x - first_mean) * (y - second_mean);
    return sum;
  }
  std::map<std::uint32_t, std::vector<double>> means;
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::vector<std::pair<double, double>>> both;
};

double unit_for(double largest) {
  reports::Frame frame;
  frame.amounts = reports::AmountRange{0, reports::millionths(largest)};
  return amount_unit_for(frame);
}

PromotionPayments collected(const std::vector<PaidCustomer>& customers, double unit) {
  PromotionPayments payments(unit);
  for (const PaidCustomer& customer : customers) payments.add(PaidJourney(customer).journey);
  return payments;
}

/// Customers with up to six orders with four promotions, of which they may use several.
std::vector<PaidCustomer> some_customers(double offset, double spread, unsigned seed) {
  std::mt19937 random(seed);
  std::normal_distribution<double> amount(offset, spread);
  std::vector<PaidCustomer> customers(200);
  for (PaidCustomer& customer : customers) {
    for (auto i = 1 + random() % 6; i > 0; --i) {
      customer.emplace_back(static_cast<std::uint32_t>(random() % 4), amount(random));
    }
  }
  return customers;
}

TEST(PromotionPayments, AreWhatTwoPassesFind) {
  struct Kind {
    double offset;
    double spread;
    double tolerance;  ///< of variances and products, relative to the spread's square
  };
  // The last ones spread by a billionth of what they are: a double of that size has steps of 1e-7.
  for (const auto& [offset, spread, tolerance] :
       {Kind{0, 1, 1e-9}, Kind{50, 20, 1e-9}, Kind{-50, 20, 1e-9}, Kind{0.02, 0.01, 1e-9},
        Kind{1e9, 1e8, 1e-9}, Kind{1e9, 1'000, 1e-9}, Kind{1e9, 1, 1e-6}, Kind{1e6, 0.001, 1e-6},
        Kind{1e14, 1e13, 1e-9}}) {
    const std::vector<PaidCustomer> customers = some_customers(offset, spread, 3);
    const PromotionPayments payments =
        collected(customers, unit_for(std::abs(offset) + 6 * spread));
    const Direct direct(customers);
    EXPECT_THAT(payments.promotions(), ElementsAre(0, 1, 2, 3));
    for (std::uint32_t p = 0; p < 4; ++p) {
      const stats::Moments moments = payments.moments(p);
      EXPECT_EQ(moments.n, static_cast<std::int64_t>(direct.means.at(p).size()));
      EXPECT_NEAR(moments.mean, static_cast<double>(Direct::mean_of(direct.means.at(p))),
                  1e-15 * std::abs(offset) + 1e-12 * spread);
      EXPECT_NEAR(moments.variance.value() / (spread * spread),
                  static_cast<double>(direct.variance(p)) / (spread * spread), tolerance)
          << offset << " +- " << spread;
      for (std::uint32_t q = 0; q < 4; ++q) {
        if (p == q) continue;
        const stats::Overlap both = payments.overlap(p, q);
        EXPECT_EQ(both.n, static_cast<std::int64_t>(direct.both.at({p, q}).size()));
        EXPECT_NEAR(both.products / (spread * spread),
                    static_cast<double>(direct.products(p, q)) / (spread * spread), 200 * tolerance)
            << offset << " +- " << spread;
        EXPECT_EQ(both.products, payments.overlap(q, p).products);
      }
    }
  }
}

TEST(PromotionPayments, OfEqualAmountsDoNotSpread) {
  for (const double amount : {0.0, 0.1, 0.01, 19.99, 1.0 / 3, 1e9 + 0.1, 123'456'789.01, -7.7}) {
    // Among them a promotion of larger amounts, which make the unit.
    for (const double largest : {std::abs(amount) + 1, 1e9}) {
      std::vector<PaidCustomer> customers;
      for (int c = 0; c < 137; ++c) customers.push_back({{0, amount}, {1, amount}, {0, amount}});
      customers.push_back({{2, largest}});
      const PromotionPayments payments = collected(customers, unit_for(largest));
      EXPECT_EQ(payments.moments(0).n, 137);
      EXPECT_NEAR(payments.moments(0).mean, amount, 1e-15 * std::abs(amount));
      EXPECT_EQ(payments.moments(0).variance, 0.0) << amount << " among " << largest;
      EXPECT_EQ(payments.overlap(0, 1).products, 0) << amount << " among " << largest;
      EXPECT_EQ(payments.moments(2).n, 1);
      EXPECT_FALSE(payments.moments(2).variance);
    }
  }
}

TEST(PromotionPayments, OfACustomerAreHisMean) {
  constexpr double kNull = std::numeric_limits<double>::quiet_NaN();
  constexpr std::uint32_t kNone = journeys::Dictionary::kNone;
  const PromotionPayments payments = collected(
      {{{5, 10}, {7, 1}, {5, 20}, {kNone, 500}, {5, kNull}}, {{5, 30}}, {{9, kNull}}, {}}, 1);
  EXPECT_THAT(payments.promotions(), ElementsAre(5, 7)) << "nobody paid for an order with 9";
  EXPECT_EQ(payments.moments(5).n, 2);
  EXPECT_EQ(payments.moments(5).mean, 22.5);
  EXPECT_EQ(payments.moments(5).variance, 112.5);
  EXPECT_EQ(payments.moments(7).mean, 1);
  EXPECT_EQ(payments.moments(9).n, 0);
  EXPECT_EQ(payments.overlap(5, 7).n, 1);
  EXPECT_EQ(payments.overlap(5, 9).n, 0);
}

TEST(PromotionPayments, NobodyPaysNothing) {
  PaidJourney nobody({{1, 10}});
  nobody.journey.is_anonymous = true;
  PromotionPayments payments(1);
  payments.add(nobody.journey);
  EXPECT_THAT(payments.promotions(), IsEmpty());
}

TEST(PromotionPayments, MergeInAnyOrder) {
  const std::vector<PaidCustomer> customers = some_customers(1e3, 700, 5);
  const double unit = unit_for(1e4);
  const PromotionPayments all = collected(customers, unit);
  std::vector<std::vector<PaidCustomer>> parts(3);
  for (std::size_t c = 0; c < customers.size(); ++c) parts[c % 3].push_back(customers[c]);
  std::vector<int> places = {0, 1, 2};
  do {
    PromotionPayments merged(unit);
    for (const int place : places) {
      merged.merge(collected(parts[static_cast<std::size_t>(place)], unit));
    }
    EXPECT_EQ(merged.promotions(), all.promotions());
    for (std::uint32_t p = 0; p < 4; ++p) {
      EXPECT_EQ(merged.moments(p).mean, all.moments(p).mean);
      EXPECT_EQ(merged.moments(p).variance, all.moments(p).variance);
      for (std::uint32_t q = p + 1; q < 4; ++q) {
        EXPECT_EQ(merged.overlap(p, q).n, all.overlap(p, q).n);
        EXPECT_EQ(merged.overlap(p, q).products, all.overlap(p, q).products);
      }
    }
  } while (std::ranges::next_permutation(places).found);
}

TEST(PromotionPayments, WhoHasMoreThan200PromotionsIsInNoOverlap) {
  const auto customer_with = [](std::uint32_t promotions) {
    PaidCustomer customer;
    for (std::uint32_t p = 0; p < promotions; ++p) customer.emplace_back(p, 10 + p);
    return customer;
  };
  EXPECT_EQ(collected({customer_with(200)}, 1).overlap(3, 199).n, 1);
  const PromotionPayments many = collected({customer_with(201)}, 1);
  EXPECT_EQ(many.overlap(3, 199).n, 0);
  EXPECT_EQ(many.moments(3).n, 1) << "but pays";
  EXPECT_EQ(many.promotions().size(), 201U);
}

}  // namespace
}  // namespace ca::models
