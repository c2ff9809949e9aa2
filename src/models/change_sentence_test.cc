// The sentences of customer_change.h and promotion_comparison.h.

#include <gtest/gtest.h>

#include "models/customer_change.h"
#include "models/promotion_comparison.h"

namespace ca::models {
namespace {

/// A test with a verdict.
ChangeTest judged(double expected, double low, double high, bool is_significant = true) {
  ChangeTest test;
  test.customers = test.matched = test.others = 100;
  test.is_insufficient = false;
  test.expected = expected;
  test.effect = (low + high) / 2;
  test.interval = stats::Interval{low, high};
  test.is_significant = is_significant;
  return test;
}
std::string orders_sentence(const ChangeTest& test) {
  EXPECT_EQ(sentence_of_segment(test, Measure::kOrders, {}),
            sentence_of_use(test, Measure::kOrders, {}));
  return sentence_of_use(test, Measure::kOrders, {});
}

TEST(ChangeSentence, IsInPercentOfWhatWasExpected) {
  EXPECT_EQ(orders_sentence(judged(2, 0.08, 0.18)), "likely 4.0 to 9.0 % more orders");
  EXPECT_EQ(orders_sentence(judged(2, -0.5, -0.25)), "likely 12 to 25 % fewer orders");
  EXPECT_EQ(sentence_of_use(judged(50, 5, 10), Measure::kAmount, {}),
            "likely 10 to 20 % higher payments an order");
  EXPECT_EQ(sentence_of_use(judged(50, -10, -5), Measure::kAmount, {}),
            "likely 10 to 20 % lower payments an order");
}

TEST(ChangeSentence, ThatIsNotSignificantSaysSo) {
  EXPECT_EQ(orders_sentence(judged(2, -0.1, 0.2, false)),
            "no clear change: between 5.0 % fewer orders and 10 % more orders");
  EXPECT_EQ(orders_sentence(judged(2, 0.08, 0.18, false)),
            "not sure: 4.0 to 9.0 % more orders, but among so many tests chance does that");
  EXPECT_EQ(orders_sentence(judged(2, 0, 0.2, false)),
            "no clear change: between 0.0 % fewer orders and 10 % more orders");
  EXPECT_EQ(orders_sentence(judged(2, -0.2, 0, false)),
            "no clear change: between 10 % fewer orders and 0.0 % more orders");
}

TEST(ChangeSentence, HasNoPercentageWhereNothingWasExpected) {
  EXPECT_EQ(orders_sentence(judged(0, 0.5, 0.7)), "likely 0.5 to 0.7 more orders a customer");
  EXPECT_EQ(orders_sentence(judged(0, -0.5, 0.7, false)),
            "no clear change: between 0.5 fewer orders a customer and 0.7 more orders a customer");
  EXPECT_EQ(sentence_of_use(judged(0, 5, 7), Measure::kAmount, {}),
            "likely 5.0 to 7.0 higher payments an order");
  EXPECT_EQ(sentence_of_use(judged(-3, -7, -5), Measure::kAmount, {}),
            "likely 5.0 to 7.0 lower payments an order");
}

TEST(ChangeSentence, NeverSaysMoreThanAllIsLost) {
  EXPECT_EQ(orders_sentence(judged(1, -1.4, -0.5)), "likely 50 to 100 % fewer orders");
  EXPECT_EQ(orders_sentence(judged(1, -1.4, 0.5, false)),
            "no clear change: between 100 % fewer orders and 50 % more orders");
  // Refunds: payments can fall below nothing, and then the range still is one.
  EXPECT_EQ(sentence_of_use(judged(1, -3, -2), Measure::kAmount, {}),
            "likely 200 to 300 % lower payments an order");
}

TEST(ChangeSentence, OfDataThatAreTooFewSaysHowMany) {
  ChangeTest test;
  test.customers = 1;
  EXPECT_EQ(orders_sentence(test), "not enough data: 1 customer");
  test.customers = 29;
  EXPECT_EQ(orders_sentence(test), "not enough data: 29 customers");
  test.customers = 30;
  EXPECT_EQ(sentence_of_use(test, Measure::kOrders, {}),
            "no verdict: nobody to compare these customers with");
  EXPECT_EQ(sentence_of_segment(test, Measure::kOrders, {}),
            "no verdict: the time before is not known");
  test.matched = 12;
  test.others = 12;
  EXPECT_EQ(sentence_of_use(test, Measure::kOrders, {}),
            "not enough data: only 12 of 30 customers can be compared with others");
  EXPECT_EQ(sentence_of_segment(test, Measure::kOrders, {}),
            "not enough data: 12 customers in the same comparison before");
  TestSettings settings;
  settings.least_customers = 31;
  EXPECT_EQ(sentence_of_use(test, Measure::kOrders, settings), "not enough data: 30 customers");
}

TEST(ChangeSentence, OfOneOtherCustomerIsInTheSingular) {
  ChangeTest test;
  test.customers = 30;
  test.others = 1;
  EXPECT_EQ(sentence_of_segment(test, Measure::kOrders, {}),
            "not enough data: 1 customer in the same comparison before");
}

TEST(ChangeSentence, WithoutAnySpreadIsAboutNothingButNoChange) {
  ChangeTest test = judged(2, 0, 0, false);
  EXPECT_EQ(orders_sentence(test), "no change");
  test.interval = {};
  EXPECT_EQ(orders_sentence(test), "no change");
  test.effect = 1;
  EXPECT_EQ(orders_sentence(test), "no verdict: too little varies to judge chance");
}

TEST(ChangeSentence, RoundsToTwoDigitsOrSo) {
  EXPECT_EQ(orders_sentence(judged(100, 0.05, 0.5)), "likely 0.05 to 0.5 % more orders");
  EXPECT_EQ(orders_sentence(judged(100, 9.94, 9.96)), "likely 9.9 to 10 % more orders");
  EXPECT_EQ(orders_sentence(judged(1, 11, 12.345)), "likely 1100 to 1234 % more orders");
  EXPECT_EQ(orders_sentence(judged(100, 17.1, 17.2)), "likely 17 % more orders");
}

TEST(PairSentence, SaysWhatWasFound) {
  PromotionPair pair{.first = "spring", .second = "winter"};
  pair.first_customers = 1;
  pair.second_customers = 50;
  EXPECT_EQ(sentence_of(pair), "not enough data: 1 customer");
  pair.first_customers = 12;
  EXPECT_EQ(sentence_of(pair), "not enough data: 12 customers");
  pair.is_insufficient = false;
  EXPECT_EQ(sentence_of(pair), "no difference");
  pair.test.difference = 2.5;
  pair.test.interval = stats::Interval{1.04, 4};
  EXPECT_EQ(sentence_of(pair),
            "not sure: spring brings 1.0 to 4.0 more an order than winter, but among so many pairs "
            "chance does that");
  pair.is_significant = true;
  EXPECT_EQ(sentence_of(pair), "spring likely brings 1.0 to 4.0 more an order than winter");
  pair.test.difference = -2.5;
  pair.test.interval = stats::Interval{-14.2, -0.0312};
  EXPECT_EQ(sentence_of(pair), "winter likely brings 0.031 to 14 more an order than spring");
  pair.test.interval = stats::Interval{-3.02, -2.98};
  EXPECT_EQ(sentence_of(pair), "winter likely brings 3.0 more an order than spring");
  pair.test.interval = stats::Interval{-3, 0.5};
  pair.is_significant = false;
  EXPECT_EQ(sentence_of(pair),
            "no clear difference: spring brings between 3.0 less and 0.5 more an order");
  pair.test.interval = stats::Interval{0, 0.5};
  EXPECT_EQ(sentence_of(pair),
            "no clear difference: spring brings between 0.0 less and 0.5 more an order");
}

}  // namespace
}  // namespace ca::models
