#include "models/matched_effect.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "models/test_tested.h"

namespace ca::models {
namespace {

/// Sessions of customers who order before, at and after ten o'clock of a day of March 2021.
class Orders {
 public:
  /// `before` and `after` are hours from that moment; `promotion` is that of the order then.
  Orders& add(const std::string& client, int day, std::vector<int> before, std::vector<int> after,
              const std::string& promotion = "-") {
    for (int hours : before) order(client, day, -hours, "10", "-");
    order(client, day, 0, "10", promotion);
    for (int hours : after) order(client, day, hours, "10", "-");
    return *this;
  }
  Orders& order(const std::string& client, int day, int hours, const std::string& amount,
                const std::string& promotion) {
    // Counted from 27 days before the first.
    const int hour = 24 * (27 + day - 1) + 10 + hours;
    const Day of = day_from_civil(2021, 3, 1) + (hour / 24 - 27);
    rows_.push_back(fmt::format("{}-{}-{} {} {}T{:02}:00 {} {}\n", client, day, hours, client,
                                format_day(of), hour % 24, amount, promotion));
    if (std::ranges::find(clients_, client) == clients_.end()) clients_.push_back(client);
    return *this;
  }
  void shuffle(unsigned seed) { std::ranges::shuffle(rows_, std::mt19937(seed)); }

  std::string sessions() const {
    std::string text = "order client start amount promotion\n";
    for (const std::string& row : rows_) text += row;
    return text;
  }
  /// Everybody downloaded long before.
  std::string customers() const {
    std::string text = "client download\n";
    for (const std::string& client : clients_) text += client + " 2020-12-01\n";
    return text;
  }

 private:
  std::vector<std::string> rows_;
  std::vector<std::string> clients_;
};

/// The effect of a promotion on those who used it.
MatchedEffect effect_in(TestedShop& shop, const std::string& promotion, Measure measure) {
  OrderWindows& windows = shop.windows();
  const std::uint32_t group = shop.facts.main.promotions->find(promotion).value();
  std::vector<FirstUse> uses;
  std::vector<std::uint32_t> tested;
  for (const FirstUse& use : windows.uses(Usage::kPromotion).first) {
    if (use.group != group) continue;
    uses.push_back(use);
    const WindowedOrder& order = windows.orders()[use.order];
    const bool is_tested =
        measure == Measure::kOrders ? order.is_seen_whole : order.paid != WindowedOrder::kUnpaid;
    if (is_tested) tested.push_back(use.order);
  }
  const MatchingPool pool(windows, Usage::kPromotion, measure, amount_unit_for(shop.facts.main));
  return pool.effect(uses, tested, 0.05);
}
MatchedEffect effect_in(const Orders& orders, const std::string& promotion = "p",
                        Measure measure = Measure::kOrders, std::size_t partitions = 1) {
  TestedShop shop({.shop = {.partitions = partitions}, .as_of = "2021-06-30"}, orders.sessions(),
                  orders.customers());
  return effect_in(shop, promotion, measure);
}

/// Three others and two users of 15 March who all had an order two days before.
Orders one_stratum() {
  Orders orders;
  orders.add("n1", 15, {48}, {})
      .add("n2", 15, {48}, {24})
      .add("n3", 15, {48}, {24, 48})
      .add("u1", 15, {48}, {24, 48}, "p")
      .add("u2", 15, {48}, {24, 48, 72}, "p");
  return orders;
}

TEST(MatchedEffect, OfOneStratumIsTheDifferenceOfTheChanges) {
  const MatchedEffect found = effect_in(one_stratum());
  // Others changed by -1, 0 and 1, users by 1 and 2.
  EXPECT_EQ(found.matched, 2);
  EXPECT_DOUBLE_EQ(found.effect.value(), 1.5);
  EXPECT_DOUBLE_EQ(found.expected, 1);
  // Users' differences 1 and 2 have variance 1/2, their mean 1/4. Others have variance 1 with two
  // degrees of freedom, their mean 1/3.
  const double variance = 1.0 / 4 + 1.0 / 3;
  EXPECT_DOUBLE_EQ(found.test.standard_error.value(), std::sqrt(variance));
  EXPECT_DOUBLE_EQ(found.test.statistic.value(), 1.5 / std::sqrt(variance));
  // Satterthwaite: v^2 / (v1^2 / 1 + v0^2 / 2).
  EXPECT_NEAR(found.test.degrees.value(), variance * variance / (1.0 / 16 + 1.0 / 18), 1e-12);
  // Student's t at these degrees, computed apart (scipy.stats.t.sf).
  EXPECT_NEAR(found.test.p_value.value(), 0.148028, 1e-6);
}

TEST(MatchedEffect, OfStrataIsWeightedByUsers) {
  Orders orders = one_stratum();
  // On 20 March a user who had none before and has two after; of two others one has one after.
  orders.add("m1", 20, {}, {}).add("m2", 20, {}, {24}).add("u3", 20, {}, {24, 48}, "p");
  const MatchedEffect found = effect_in(orders);
  EXPECT_EQ(found.matched, 3);
  // (2 x 1.5 + (2 - 0.5)) / 3, and expected (2 x 1 + 0.5) / 3.
  EXPECT_DOUBLE_EQ(found.effect.value(), 1.5);
  EXPECT_DOUBLE_EQ(found.expected, 2.5 / 3);
  // Differences 1, 2, 1.5: variance 1/4, of the mean 1/12. The spread of others is that of all,
  // 2 + 1/2 over 3 degrees, since neither standing has ten; weights 2/3 and 1/3.
  const double spread = 2.5 / 3;
  const double variance = 1.0 / 12 + 4.0 / 9 * spread / 3 + 1.0 / 9 * spread / 2;
  EXPECT_NEAR(found.test.standard_error.value(), std::sqrt(variance), 1e-12);
}

TEST(MatchedEffect, TakesTheSpreadOfAStandingWhereItIsKnownWell) {
  Orders orders;
  // Eleven others who had an order before: changes -1 five times and 0 six times. Two others who
  // had none, of whom one orders ten times.
  for (int i = 0; i < 11; ++i) {
    orders.add(fmt::format("n{}", i), 15, {48}, i < 5 ? std::vector<int>{} : std::vector<int>{24});
  }
  orders.add("m1", 15, {}, {}).add("m2", 15, {}, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10});
  orders.add("u1", 15, {48}, {24}, "p").add("u2", 15, {}, {24}, "p");
  const MatchedEffect found = effect_in(orders);
  EXPECT_EQ(found.matched, 2);
  const double of_known = 5.0 - 25.0 / 11;  // ten degrees
  const double of_all = of_known + 50;      // eleven
  const double first = 0 + 5.0 / 11;
  const double second = 1 - 5;
  const double users = (first - second) * (first - second) / 2;
  EXPECT_NEAR(found.effect.value(), (first + second) / 2, 1e-12);
  EXPECT_NEAR(found.test.standard_error.value(),
              std::sqrt(users / 2 + of_known / 10 / 11 / 4 + of_all / 11 / 2 / 4), 1e-12);
}

TEST(MatchedEffect, LeavesOutUsersWithNobodyLikeThem) {
  Orders orders = one_stratum();
  // On another day; with more before; with the last longer ago: strata of their own.
  orders.add("u3", 16, {48}, {1, 2, 3, 4, 5}, "p")
      .add("u4", 15, {48, 49}, {1, 2, 3, 4, 5}, "p")
      .add("u5", 15, {96}, {1, 2, 3, 4, 5}, "p");
  const MatchedEffect found = effect_in(orders);
  EXPECT_EQ(found.matched, 2);
  EXPECT_DOUBLE_EQ(found.effect.value(), 1.5);
  EXPECT_DOUBLE_EQ(found.expected, 1);
}

TEST(MatchedEffect, IsUnknownWhereNobodyIsLikeAnybody) {
  Orders orders;
  orders.add("u1", 15, {48}, {24}, "p").add("u2", 15, {48}, {24, 48}, "p");
  const MatchedEffect found = effect_in(orders);
  EXPECT_EQ(found.matched, 0);
  EXPECT_FALSE(found.effect);
  EXPECT_FALSE(found.test.p_value);
  EXPECT_FALSE(found.test.standard_error);
}

TEST(MatchedEffect, OfOneOtherHasNoTest) {
  Orders orders;
  orders.add("n1", 15, {48}, {24});
  orders.add("u1", 15, {48}, {24}, "p").add("u2", 15, {48}, {24, 48}, "p");
  const MatchedEffect found = effect_in(orders);
  EXPECT_EQ(found.matched, 2);
  EXPECT_DOUBLE_EQ(found.effect.value(), 0.5);
  EXPECT_DOUBLE_EQ(found.expected, 1);
  EXPECT_FALSE(found.test.p_value) << "how much others spread cannot be told from one";
}

TEST(MatchedEffect, WithoutAnySpreadHasNoTest) {
  Orders orders;
  for (const char* other : {"n1", "n2", "n3"}) orders.add(other, 15, {48}, {24});
  for (const char* user : {"u1", "u2", "u3"}) orders.add(user, 15, {48}, {24, 48}, "p");
  const MatchedEffect found = effect_in(orders);
  EXPECT_EQ(found.effect, 1.0);
  EXPECT_FALSE(found.test.p_value);
}

TEST(MatchedEffect, ComparesWithThoseWhoHaveNotUsedItYet) {
  Orders orders = one_stratum();
  // `early` used it a month before: his order on the 15th stands for nobody.
  orders.order("early", 1, 0, "10", "p").add("early", 15, {48}, {1, 2, 3, 4, 5, 6});
  EXPECT_DOUBLE_EQ(effect_in(orders).effect.value(), 1.5);
  // `late` uses it a month later, and stands for others until then: changes -1, 0, 1, 4.
  orders.add("late", 15, {48}, {1, 2, 3, 4, 5}).order("late", 61, 0, "10", "p");
  EXPECT_DOUBLE_EQ(effect_in(orders).effect.value(), 0.5);
}

TEST(MatchedEffect, TakesOutUsersOfThisPromotionAlone) {
  Orders orders = one_stratum();
  // One who used q before stands for those without p; one whose order then is with q does not.
  orders.order("a", 1, 0, "10", "q").add("a", 15, {48}, {1, 2, 3, 4, 5});
  orders.add("b", 15, {48}, {1, 2, 3, 4, 5, 6, 7, 8, 9}, "q");
  EXPECT_DOUBLE_EQ(effect_in(orders).effect.value(), 0.5);
  // Of q the user is b alone, a's use being without a stratum fellow; others are n1, n2, n3.
  EXPECT_DOUBLE_EQ(effect_in(orders, "q").effect.value(), 8);
}

TEST(MatchedEffect, AUserDoesNotStandForOthersAtTheMomentOfTheUse) {
  // Where starts are dates, two orders of a day are of one moment: one with the promotion and, in
  // byte order before it or after, one without.
  for (const char* other : {"a", "z"}) {
    std::string sessions = "order client start amount promotion\n";
    for (int c = 0; c < 6; ++c) {
      const bool is_user = c < 2;
      sessions += fmt::format("m{0} c{0} 2021-03-15 10 {1}\n", c, is_user ? "p" : "-");
      if (is_user) sessions += fmt::format("{1}{0} c{0} 2021-03-15 10 -\n", c, other);
      // Users have two orders after, others none or one.
      for (int o = 0; o < (is_user ? 2 : c % 2); ++o) {
        sessions += fmt::format("{1}x{0} c{0} 2021-03-{1} 10 -\n", c, 16 + o);
      }
    }
    std::string customers = "client download\n";
    for (int c = 0; c < 6; ++c) customers += fmt::format("c{} 2021-01-01\n", c);
    TestedShop shop({.as_of = "2021-06-30"}, sessions, customers);
    const MatchedEffect found = effect_in(shop, "p", Measure::kOrders);
    EXPECT_EQ(found.matched, 2);
    EXPECT_DOUBLE_EQ(found.effect.value(), 1.5) << "the other order is " << other;
    EXPECT_DOUBLE_EQ(found.expected, 0.5);
  }
}

TEST(MatchedEffect, OfPaymentsIsAmongThoseWhoPaidOnBothSides) {
  Orders orders;
  const auto paid = [&](const std::string& client, const char* before, const char* after,
                        const char* promotion) {
    orders.order(client, 15, -48, before, "-").order(client, 15, 0, "1000", promotion);
    orders.order(client, 15, 24, after, "-");
  };
  paid("n1", "10", "12.5", "-");
  paid("n2", "20", "20.5", "-");
  paid("n3", "20", "-", "-");  // pays nothing that is known
  paid("u1", "30", "40", "p");
  paid("u2", "10", "15", "p");
  paid("u3", "-", "15", "p");
  const MatchedEffect found = effect_in(orders, "p", Measure::kAmount);
  // Others changed by 2.5 and 0.5, users by 10 and 5.
  EXPECT_EQ(found.matched, 2);
  EXPECT_DOUBLE_EQ(found.effect.value(), 6);
  EXPECT_DOUBLE_EQ(found.expected, 20 + 1.5);
  EXPECT_NEAR(found.test.standard_error.value(), std::sqrt(12.5 / 2 + 2.0 / 2), 1e-6);
  EXPECT_EQ(effect_in(orders).matched, 3) << "orders are counted whether paid or not";
}

TEST(MatchedEffect, OfPaymentsScalesWithTheCurrency) {
  // The same in thousandths and in millions: whole factors of two leave every digit.
  const auto with = [](double unit) {
    Orders orders;
    int n = 0;
    for (const auto& [before, after] : std::vector<std::pair<double, double>>{
             {10, 12}, {11, 10}, {13, 17}, {10, 10.5}, {20, 22}, {22, 20}}) {
      const std::string client = fmt::format("c{}", n);
      orders.order(client, 15, -48, fmt::format("{}", before * unit), "-");
      orders.order(client, 15, 0, fmt::format("{}", 10 * unit), n++ % 2 == 0 ? "-" : "p");
      orders.order(client, 15, 24, fmt::format("{}", after * unit), "-");
    }
    return effect_in(orders, "p", Measure::kAmount);
  };
  const MatchedEffect usual = with(1);
  ASSERT_TRUE(usual.test.p_value);
  for (const double unit : {std::ldexp(1, -10), std::ldexp(1, 20), std::ldexp(1, 40)}) {
    const MatchedEffect other = with(unit);
    EXPECT_NEAR(other.effect.value() / unit, usual.effect.value(), 1e-9) << unit;
    EXPECT_NEAR(other.test.standard_error.value() / unit, usual.test.standard_error.value(), 1e-9);
    EXPECT_NEAR(other.test.p_value.value(), usual.test.p_value.value(), 1e-9);
  }
}

TEST(MatchedEffect, DoesNotDependOnTheOrderOfCustomers) {
  Orders orders;
  std::mt19937 random(7);
  for (int c = 0; c < 150; ++c) {
    const auto some = [&](unsigned most) {
      std::vector<int> hours;
      for (std::size_t i = random() % (most + 1); i > 0; --i) {
        hours.push_back(static_cast<int>(1 + random() % 160));
      }
      std::ranges::sort(hours);
      hours.erase(std::ranges::unique(hours).begin(), hours.end());
      return hours;
    };
    orders.add(fmt::format("c{}", c), 10 + static_cast<int>(random() % 3), some(2), some(5),
               c % 3 == 0 ? "p" : "-");
  }
  for (const Measure measure : {Measure::kOrders, Measure::kAmount}) {
    const MatchedEffect first = effect_in(orders, "p", measure);
    ASSERT_TRUE(first.effect);
    EXPECT_GT(first.matched, 10);
    for (const std::size_t partitions : {3, 16}) {
      orders.shuffle(static_cast<unsigned>(partitions));
      const MatchedEffect other = effect_in(orders, "p", measure, partitions);
      EXPECT_EQ(other.matched, first.matched);
      EXPECT_EQ(other.effect, first.effect);
      EXPECT_EQ(other.expected, first.expected);
      EXPECT_EQ(other.test.standard_error, first.test.standard_error);
      EXPECT_EQ(other.test.interval, first.test.interval);
      EXPECT_EQ(other.test.p_value, first.test.p_value);
    }
  }
}

TEST(AmountUnit, IsAPowerOfTwoInWhichPaymentsFit) {
  const auto unit = [](double least, double most) {
    reports::Frame frame;
    frame.amounts = reports::AmountRange{reports::millionths(least), reports::millionths(most)};
    return amount_unit_for(frame);
  };
  EXPECT_EQ(amount_unit_for(reports::Frame()), 1) << "without any payment";
  for (const double most : {1.0, 99.99, 1e6, 1e9, 1e15}) {
    for (const double least : {-most, 0.0, most}) {
      int exponent = 0;
      EXPECT_EQ(std::frexp(unit(least, most), &exponent), 0.5);
      EXPECT_LE(most / unit(least, most), 1 << 20) << most;
      EXPECT_GT(most / unit(least, most), 1 << 18) << most;
    }
  }
  EXPECT_EQ(unit(-1e9, 3), unit(0, 1e9));
  EXPECT_TRUE(std::isfinite(1 / unit(0, 0)) && unit(0, 0) > 0) << "nobody ever paid anything";
}

}  // namespace
}  // namespace ca::models
