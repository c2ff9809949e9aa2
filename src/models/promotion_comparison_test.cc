#include "models/promotion_comparison.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "models/test_payments.h"
#include "stats/multiple_testing.h"

namespace ca::models {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// Promotions by name with customers, each of whom pays for one order.
class Promotions {
 public:
  /// Customers who pay `mean` on average, alternately more and less by `spread`.
  Promotions& add(const std::string& name, int customers, double mean, double spread) {
    const std::uint32_t code = dictionary_.code(name);
    for (int c = 0; c < customers; ++c) {
      const double step = c % 2 == 0 ? spread : -spread;
      payments_.add(PaidJourney({{code, mean + step}}).journey);
    }
    return *this;
  }
  /// One customer of both.
  Promotions& add_both(const std::string& first, double paid, const std::string& second,
                       double other) {
    const std::uint32_t code = dictionary_.code(first);
    payments_.add(PaidJourney({{code, paid}, {dictionary_.code(second), other}}).journey);
    return *this;
  }
  PromotionComparison compare(const TestSettings& settings = {}) const {
    return compare_promotions(payments_, reports::Names(dictionary_), settings);
  }
  const PromotionPayments& payments() const { return payments_; }

 private:
  journeys::Dictionary dictionary_;
  PromotionPayments payments_{1};
};

std::vector<std::string> ranks_of(const PromotionComparison& comparison) {
  std::vector<std::string> texts;
  for (const PromotionRank& rank : comparison.ranks) {
    texts.push_back(fmt::format("{} {}+ {}- {}= {}", rank.promotion, rank.beaten, rank.beaten_by,
                                rank.ties(), rank.kind()));
  }
  return texts;
}

TEST(PromotionComparison, CountsWhoBeatsWhom) {
  Promotions promotions;
  promotions.add("low", 40, 10, 1)
      .add("high", 40, 30, 1)
      .add("middle", 40, 20, 1)
      .add("same", 40, 20, 1);
  const PromotionComparison found = promotions.compare();
  EXPECT_THAT(ranks_of(found), ElementsAre("high 3+ 0- 0= perfect", "low 0+ 3- 0= worst",
                                           "middle 1+ 1- 1= mixed", "same 1+ 1- 1= mixed"));
  ASSERT_EQ(found.pairs.size(), 6U);
  std::string pairs;
  for (const PromotionPair& pair : found.pairs) {
    pairs += fmt::format("{}-{}:{} ", pair.first, pair.second,
                         pair.winner() == nullptr ? "" : *pair.winner());
  }
  EXPECT_EQ(pairs,
            "high-low:high high-middle:high high-same:high low-middle:middle "
            "low-same:same middle-same: ");
  EXPECT_DOUBLE_EQ(found.ranks[2].accepted().value(), 1.0 / 3);
  EXPECT_EQ(found.ranks[0].accepted(), 0.0);
  EXPECT_EQ(found.ranks[0].customers, 40);
  EXPECT_EQ(found.ranks[0].mean, 30);
}

TEST(PromotionComparison, WithoutADifferenceNobodyWins) {
  const PromotionComparison found = Promotions().add("a", 40, 20, 5).add("b", 40, 20, 5).compare();
  EXPECT_THAT(ranks_of(found), ElementsAre("a 0+ 0- 1= no difference", "b 0+ 0- 1= no difference"));
  EXPECT_EQ(found.ranks[0].accepted(), 1.0);
  EXPECT_NEAR(found.pairs[0].test.p_value.value(), 1, 1e-12);
  EXPECT_GT(found.pairs[0].minimum_detectable_effect.value(), 0);
}

TEST(PromotionComparison, BelowTheLeastNumberOfCustomersThereIsNoVerdict) {
  Promotions promotions;
  promotions.add("few", 29, 90, 1).add("enough", 30, 10, 1).add("many", 90, 20, 1);
  const PromotionComparison found = promotions.compare();
  EXPECT_THAT(ranks_of(found),
              ElementsAre("enough 0+ 1- 0= worst", "few 0+ 0- 0= ", "many 1+ 0- 0= perfect"));
  EXPECT_FALSE(found.ranks[1].accepted());
  for (const PromotionPair& pair : found.pairs) {
    const bool has_few = pair.first == "few" || pair.second == "few";
    EXPECT_EQ(pair.is_insufficient, has_few);
    EXPECT_EQ(pair.test.p_value.has_value(), !has_few);
    EXPECT_EQ(pair.q_value.has_value(), !has_few);
    EXPECT_EQ(pair.test.interval.has_value(), !has_few);
    EXPECT_EQ(pair.test.difference, pair.first_mean - pair.second_mean) << "known all the same";
  }
  TestSettings settings;
  settings.least_customers = 29;
  EXPECT_EQ(ranks_of(promotions.compare(settings))[1], "few 2+ 0- 0= perfect");
  settings.least_customers = 31;
  EXPECT_THAT(ranks_of(promotions.compare(settings)),
              ElementsAre("enough 0+ 0- 0= ", "few 0+ 0- 0= ", "many 0+ 0- 0= "));
}

TEST(PromotionComparison, OfOneOrNoneHasNoPairs) {
  EXPECT_THAT(Promotions().compare().ranks, IsEmpty());
  EXPECT_THAT(Promotions().compare().pairs, IsEmpty());
  const PromotionComparison one = Promotions().add("only", 50, 10, 1).compare();
  EXPECT_THAT(ranks_of(one), ElementsAre("only 0+ 0- 0= "));
  EXPECT_THAT(one.pairs, IsEmpty());
}

TEST(PromotionComparison, CustomersOfBothMakeItPaired) {
  // All of them pay a bit more with b, each by much less than customers differ.
  Promotions paired;
  Promotions apart;
  for (int c = 0; c < 60; ++c) {
    const double usual = 10 + c;
    const double more = usual + 1 + (c % 2 == 0 ? 0.5 : -0.5);
    paired.add_both("a", usual, "b", more);
    apart.add("a", 1, usual, 0).add("b", 1, more, 0);
  }
  const PromotionPair pair = paired.compare().pairs.at(0);
  EXPECT_EQ(pair.both, 60);
  EXPECT_EQ(pair.first_customers, 60);
  EXPECT_NEAR(pair.test.difference, -1, 1e-12);
  // The paired t: differences spread by 0.5, and 59 degrees.
  EXPECT_NEAR(pair.test.standard_error.value(), std::sqrt(0.25 * 60 / 59 / 60), 1e-9);
  EXPECT_NEAR(pair.test.degrees.value(), 59, 1e-9);
  EXPECT_EQ(*pair.winner(), "b");
  const PromotionPair others = apart.compare().pairs.at(0);
  EXPECT_EQ(others.both, 0);
  EXPECT_EQ(others.winner(), nullptr);
}

TEST(PromotionComparison, AllowsForTheNumberOfPairs) {
  // Thirty promotions: one a little better than the others, which alone would be called a win.
  Promotions promotions;
  for (int p = 0; p < 29; ++p) promotions.add(fmt::format("p{:02}", p), 40, 20 + 0.01 * p, 5);
  promotions.add("x", 40, 22.6, 5);
  const PromotionComparison found = promotions.compare();
  ASSERT_EQ(found.pairs.size(), 435U);
  std::vector<std::optional<double>> p_values;
  for (const PromotionPair& pair : found.pairs) p_values.push_back(pair.test.p_value);
  const std::vector<std::optional<double>> q_values = stats::benjamini_hochberg(p_values);
  int below = 0;
  for (std::size_t i = 0; i < q_values.size(); ++i) {
    EXPECT_EQ(found.pairs[i].q_value, q_values[i]);
    EXPECT_EQ(found.pairs[i].is_significant, *q_values[i] < 0.05);
    below += *p_values[i] < 0.05 ? 1 : 0;
  }
  EXPECT_GT(below, 0) << "by themselves some look like wins";
  EXPECT_EQ(found.ranks.back().kind(), "no difference");
  const PromotionPair& last = found.pairs.back();
  EXPECT_THAT(sentence_of(last), ::testing::StartsWith("not sure: x brings "));
}

TEST(PromotionComparison, OfMoreThan200TakesThoseWithTheMostCustomers) {
  Promotions promotions;
  for (int p = 0; p < 205; ++p) {
    promotions.add(fmt::format("p{:03}", p), p < 4 ? 1 : p < 8 ? 2 : 3, 10 + p % 7, 1);
  }
  const PromotionComparison found = promotions.compare();
  ASSERT_EQ(found.ranks.size(), kMostCompared);
  EXPECT_EQ(found.pairs.size(), kMostCompared * (kMostCompared - 1) / 2);
  // Without the four with one customer and, of the four with two, the last by name.
  EXPECT_EQ(found.ranks[0].promotion, "p004");
  EXPECT_EQ(found.ranks[2].promotion, "p006");
  EXPECT_EQ(found.ranks[3].promotion, "p008");
  EXPECT_TRUE(std::ranges::is_sorted(found.ranks, {}, &PromotionRank::promotion));
}

TEST(PromotionComparison, NamesMayHoldAnything) {
  const std::vector<std::string> names = {
      "\"10 % off\", 'now'", "{} {0} %s", "🎁 für Müller", "a_b_c-d - e", " ", "Z", "a\nb"};
  Promotions promotions;
  double mean = 10;
  for (const std::string& name : names) promotions.add(name, 40, mean += 10, 1);
  const PromotionComparison found = promotions.compare();
  std::vector<std::string> sorted = names;
  std::ranges::sort(sorted);
  std::vector<std::string> ranked;
  for (const PromotionRank& rank : found.ranks) ranked.push_back(rank.promotion);
  EXPECT_EQ(ranked, sorted) << "in bytes";
  for (const PromotionPair& pair : found.pairs) {
    EXPECT_LT(pair.first, pair.second);
    const auto place = [&](const std::string& name) { return std::ranges::find(names, name); };
    const std::string& better = place(pair.first) > place(pair.second) ? pair.first : pair.second;
    const std::string& worse = &better == &pair.first ? pair.second : pair.first;
    ASSERT_NE(pair.winner(), nullptr);
    EXPECT_EQ(*pair.winner(), better);
    EXPECT_TRUE(sentence_of(pair).starts_with(better + " likely brings ")) << sentence_of(pair);
    EXPECT_TRUE(sentence_of(pair).ends_with(" more an order than " + worse)) << sentence_of(pair);
  }
}

TEST(PromotionComparison, OfPaymentsWithoutSpreadSaysWhyThereIsNoVerdict) {
  const PromotionComparison found =
      Promotions().add("ten", 40, 10, 0).add("twenty", 40, 20, 0).add("also", 40, 20, 0).compare();
  const auto pair = [&](const std::string& first, const std::string& second) {
    return *std::ranges::find_if(found.pairs, [&](const PromotionPair& one) {
      return one.first == first && one.second == second;
    });
  };
  EXPECT_FALSE(pair("ten", "twenty").test.p_value);
  EXPECT_EQ(pair("ten", "twenty").winner(), nullptr);
  EXPECT_EQ(sentence_of(pair("ten", "twenty")), "no verdict: too little varies to judge chance");
  EXPECT_EQ(sentence_of(pair("also", "twenty")), "no difference");
}

}  // namespace
}  // namespace ca::models
