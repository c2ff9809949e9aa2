// First uses of promotions and products, and what is paid around them (order_windows.h).

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "models/order_windows.h"
#include "models/test_tested.h"

namespace ca::models {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// "promo before after own with-use" of the paid ones.
std::vector<std::string> paid_of(TestedShop& shop, Usage usage) {
  const reports::Frame& frame = shop.facts.main;
  const reports::Names& names = usage == Usage::kPromotion ? *frame.promotions : *frame.products;
  OrderWindows& windows = shop.windows();
  std::vector<std::string> texts;
  for (const PaidUse& use : windows.uses(usage).paid) {
    const WindowPayments& payments = windows.payments()[windows.orders()[use.order].paid];
    texts.push_back(fmt::format("{} {:g} {:g} {:g} {:g}", names.text(use.group), payments.before,
                                payments.after, use.after_own, use.with_use));
  }
  std::ranges::sort(texts);
  return texts;
}

TEST(Uses, OfAPromotionAreTheFirstOnesAlone) {
  TestedShop shop({.as_of = "2021-05-29"}, R"(
    order client start            amount promotion
    0     A      2021-02-01T10:00 no     p
    1     A      2021-03-15T10:00 1      p
    2     A      2021-03-16T10:00 1      q
    3     A      2021-03-17T10:00 1      p
    4     A      2021-04-17T10:00 1      q
    5     B      2021-03-01T10:00 1      p
    6     B      2021-03-15T10:00 1      p
    7     C      2021-02-01T10:00 no     -
    8     C      2021-03-15T10:00 1      -
  )");
  // A visit with a promotion is no use of it. B's first use is too early to be seen whole, and the
  // second one does not stand in for it.
  EXPECT_THAT(uses_of(shop, Usage::kPromotion), ElementsAre("p 0-0", "p 0w2", "q 1w1"));
  EXPECT_THAT(uses_of(shop, Usage::kProduct), IsEmpty());
}

TEST(Uses, OfProductsAreOnceABasketAndOfAllItsProducts) {
  TestedShop shop({.as_of = "2021-05-29"}, R"(
    order client start            amount
    0     A      2021-02-01T10:00 no
    1     A      2021-03-15T10:00 10
    2     A      2021-03-16T10:00 10
    3     B      2021-02-01T10:00 no
    4     B      2021-03-15T10:00 10
  )",
                  "", R"(
    order product category price
    0     cup     c1       5
    1     tea     c1       5
    1     tea     c2       5
    1     bun     c1       5
    2     tea     c1       5
    2     cup     c1       5
    4     tea     c1       5
  )");
  EXPECT_THAT(uses_of(shop, Usage::kProduct),
              ElementsAre("bun 0w1", "cup 1w0", "tea 0w0", "tea 0w1"));
}

TEST(Uses, KnowWhichOrdersMayStandForOthers) {
  TestedShop shop({.as_of = "2021-05-29"}, R"(
    order client start            amount promotion
    0     A      2021-02-01T10:00 no     -
    1     A      2021-03-15T10:00 10     -
    2     A      2021-03-16T10:00 10     p
    3     A      2021-03-17T10:00 10     -
    4     A      2021-05-28T10:00 10     -
  )",
                  "", R"(
    order product category price
    1     tea     c1       5
    2     tea     c1       5
    4     tea     c1       5
  )");
  const auto orders = shop.windows().orders();
  std::string text;
  for (const WindowedOrder& order : orders) {
    text += fmt::format("{}{} ", order.may_stand_for_others(Usage::kPromotion) ? "n" : "-",
                        order.may_stand_for_others(Usage::kProduct) ? "b" : "-");
  }
  EXPECT_EQ(text, "nb -b n- -- ") << "the last is not seen whole";
}

// ---- payments ---------------------------------------------------------------------------------

TEST(Payments, AreMeansOfThePaidOrdersOfAWindow) {
  TestedShop shop({.as_of = "2021-05-29"}, R"(
    order client start            amount promotion
    0     A      2021-02-01T10:00 no     -
    1     A      2021-03-12T10:00 10     -
    2     A      2021-03-13T10:00 -      -
    3     A      2021-03-14T10:00 20     -
    4     A      2021-03-15T10:00 100    p
    5     A      2021-03-16T10:00 0      -
    6     A      2021-03-17T10:00 -      -
    7     A      2021-03-18T10:00 -7.5   -
  )");
  // 5 pays nothing, which is an amount; 6 has none. With the use: (0 - 7.5 + 100) / 3.
  EXPECT_THAT(paid_of(shop, Usage::kPromotion), ElementsAre("p 15 -3.75 -3.75 30.8333"));
  EXPECT_THAT(uses_of(shop, Usage::kPromotion), ElementsAre("p 3w3")) << "orders they all are";
}

TEST(Payments, OfAUseThatItselfHasNoneAreWithoutIt) {
  TestedShop shop({.as_of = "2021-05-29"}, R"(
    order client start            amount promotion
    0     A      2021-02-01T10:00 no     -
    1     A      2021-03-14T10:00 10     -
    2     A      2021-03-15T10:00 -      p
    3     A      2021-03-16T10:00 30     -
  )");
  EXPECT_THAT(paid_of(shop, Usage::kPromotion), ElementsAre("p 10 30 30 30"));
}

TEST(Payments, AreMissingUnlessPaidOnBothSides) {
  TestedShop shop({.as_of = "2021-05-29"}, R"(
    order client start            amount promotion
    0     A      2021-02-01T10:00 no     -
    1     A      2021-03-14T10:00 -      -
    2     A      2021-03-15T10:00 5      p
    3     A      2021-03-16T10:00 30     -
    4     B      2021-02-01T10:00 no     -
    5     B      2021-03-14T10:00 10     -
    6     B      2021-03-15T10:00 5      p
    7     C      2021-03-14T10:00 10     -
    8     C      2021-03-15T10:00 5      p
    9     C      2021-03-16T10:00 30     -
  )");
  EXPECT_THAT(paid_of(shop, Usage::kPromotion), IsEmpty()) << "C is not seen whole";
  EXPECT_THAT(uses_of(shop, Usage::kPromotion), ElementsAre("p 1-1", "p 1w0", "p 1w1"));
}

TEST(Payments, AfterAProductAreWithoutWhatIsPaidForIt) {
  TestedShop shop({.as_of = "2021-05-29"}, R"(
    order client start            amount
    0     A      2021-02-01T10:00 no
    1     A      2021-03-14T10:00 40
    2     A      2021-03-15T10:00 12
    3     A      2021-03-16T10:00 15
    4     A      2021-03-17T10:00 20
    5     A      2021-03-18T10:00 -
    6     A      2021-03-19T10:00 9
  )",
                  "", R"(
    order product category price quantity
    2     tea     c1       12    1
    3     tea     c1       10    1
    3     cup     c1       10    2
    4     cup     c1       20    1
    5     tea     c1       50    1
    6     tea     c1       5     1
    6     tea     c2       4     1
  )");
  // 3 paid half of the basket's 30, so the tea was 5 of 15; all of 6 is tea; 5 paid nothing that is
  // known. Without tea: (10 + 20 + 0) / 3. With the use: (15 + 20 + 9 + 12) / 4.
  const std::vector<std::string> paid = paid_of(shop, Usage::kProduct);
  ASSERT_FALSE(paid.empty());
  EXPECT_EQ(paid.back(), "tea 40 14.6667 10 14");
  // Of cup's first use, in 3: before are 40 and 12, after 20, all of it cup, and 9.
  EXPECT_EQ(paid.front(), "cup 26 14.5 4.5 14.6667");
  EXPECT_EQ(paid.size(), 2U);
}

}  // namespace
}  // namespace ca::models
