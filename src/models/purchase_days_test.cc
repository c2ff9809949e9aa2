#include "models/purchase_days.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "models/test_purchases.h"
#include "reports/test_shop.h"

namespace ca::models {
namespace {

using reports::TestShop;
using ::testing::ElementsAre;

// A comes twice on a day, B has an order that nobody knows the payment of, C never buys, an order
// is nobody's. Dimension values in byte order: X, Y, Z.
constexpr const char* kSessions = R"(
  order client start            amount dimension
  1     B      2021-03-02T23:59 10     Y
  2     A      2021-03-01T09:00 20     X
  3     A      2021-03-01T18:00 5      Y
  4     A      2021-03-04T00:00 7      Y
  5     A      2021-03-04T12:00 no     X
  6     B      2021-03-03T00:01 -      Y
  7     C      2021-03-05T10:00 no     X
  8     -      2021-03-05T11:00 99     Z
  9     A      2021-03-09T10:00 8      X
  10    B      2021-03-10T10:00 30     Z
)";

/// The shop's purchase days as of a moment.
struct Found {
  explicit Found(const std::string& as_of = "", std::size_t partitions = 1,
                 const std::string& sessions = kSessions)
      : shop({.has_dimension = true, .partitions = partitions}, sessions, ""), pool(2) {
    facts = reports::find_facts(shop.journeys(),
                                as_of.empty() ? reports::Window() : shop.as_of(as_of), pool);
    days = find_purchase_days(shop.journeys(), facts, pool, Cancellation());
  }
  /// A line a buyer: key, days of March with amounts, modal and first value, values.
  std::string text() const {
    const std::int32_t february = day_from_civil(2021, 3, 1).number - 1;
    std::string text;
    for (std::size_t buyer = 0; buyer < days.buyers(); ++buyer) {
      text += days.client[buyer];
      for (std::size_t i = 0; i < days.days_of(buyer).size(); ++i) {
        text += fmt::format(" {}:{}", days.days_of(buyer)[i] - february, days.amounts_of(buyer)[i]);
      }
      text += fmt::format(" {} {}", value(days.modal_value[buyer]), value(days.first_value[buyer]));
      std::string values;
      for (const std::uint32_t code : days.values_of(buyer)) values += value(code);
      std::ranges::sort(values);
      text += " " + values + "\n";
    }
    return text;
  }
  std::string value(std::uint32_t index) const {
    return index == reports::kNoPopulation ? "-" : facts.values[index].population;
  }

  TestShop shop;
  ThreadPool pool;
  reports::Facts facts;
  PurchaseDays days;
};

TEST(PurchaseDays, MergeTheOrdersOfADay) {
  const Found found;
  EXPECT_EQ(found.text(),
            "A 1:25 4:7 9:8 X X XY\n"  // two each of X and Y: the latest is of X
            "B 2:10 3:0 10:30 Y Y YZ\n");
  EXPECT_EQ(found.days.begin, day_from_civil(2021, 3, 1));
  EXPECT_EQ(found.days.last, day_from_civil(2021, 3, 10));
  EXPECT_EQ(found.days.last_complete, day_from_civil(2021, 3, 9));
}

TEST(PurchaseDays, NothingAfterAsOfIsSeen) {
  EXPECT_EQ(Found("2021-03-04T11:00").text(),
            "A 1:25 4:7 Y X XY\n"
            "B 2:10 3:0 Y Y Y\n");
  EXPECT_EQ(Found("2021-03-01T12:00").text(), "A 1:20 - - \n") << "X alone is no dimension";
}

TEST(PurchaseDays, DoNotDependOnHowTheJourneysAreDivided) {
  const std::string one = Found().text();
  for (const std::size_t partitions : {2, 7}) EXPECT_EQ(Found("", partitions).text(), one);
}

TEST(PurchaseDays, PlaceFindsTheBuyerInTheJourneys) {
  const Found found("", 4);
  for (std::size_t buyer = 0; buyer < found.days.buyers(); ++buyer) {
    const PurchaseDays::Place place = found.days.place[buyer];
    EXPECT_EQ(found.shop.journeys()
                  .partitions()[place.file]
                  .journey(place.customer, found.facts.main.as_of)
                  .client,
              found.days.client[buyer]);
  }
}

TEST(PurchaseDays, WithoutDimensionNobodyHasAValue) {
  TestShop shop({}, reports::kFixtureSessions, reports::kFixtureCustomers);
  ThreadPool pool(1);
  const reports::Facts facts = reports::find_facts(shop.journeys(), {}, pool);
  const PurchaseDays days = find_purchase_days(shop.journeys(), facts, pool, Cancellation());
  ASSERT_EQ(days.buyers(), 3U) << "D never buys";
  EXPECT_THAT(days.modal_value, ::testing::Each(reports::kNoPopulation));
  EXPECT_TRUE(days.values.empty());
}

TEST(BuyerStates, AreWhatWasKnownAtTheEndOfTheDay) {
  InventedPurchases purchases(0, 40);
  purchases.add({{3, 10}, {10, 0}, {24, 20}, {31, 99}});
  purchases.add({{25, 5}});
  purchases.add({{24, 0}});
  const PurchaseDays& days = purchases.days();
  const BuyerStates states = states_at(days, every_buyer(days), Day{24});
  EXPECT_EQ(states.origin, Day{24});
  EXPECT_THAT(states.buyer, ElementsAre(0, 2)) << "the second buys a day later";
  EXPECT_THAT(states.counts.frequency, ElementsAre(2, 0));
  EXPECT_THAT(states.counts.recency, ElementsAre(3, 0)) << "weeks from the first to the last";
  EXPECT_THAT(states.counts.age, ElementsAre(3, 0));
  EXPECT_THAT(states.total, ElementsAre(30, 0));
  EXPECT_THAT(states.paid_days, ElementsAre(2, 0));
  EXPECT_THAT(states.mean_paid, ElementsAre(15, 0));
  EXPECT_THAT(states.repeat_days, ElementsAre(1, 0));
  EXPECT_THAT(states.mean_repeat, ElementsAre(20, 0));
  const BuyerStates last = slice(states, 1, 2);
  EXPECT_THAT(last.buyer, ElementsAre(2));
  EXPECT_THAT(last.total, ElementsAre(0));
  EXPECT_EQ(last.counts.age.size(), 1U);
}

TEST(Outcomes, BeginOnTheDayAfterTheOrigin) {
  InventedPurchases purchases(0, 40);
  purchases.add({{3, 10}, {10, 1}, {11, 2}, {20, 4}, {21, 8}});
  purchases.add({{10, 5}});
  const PurchaseDays& days = purchases.days();
  const BuyerStates states = states_at(days, every_buyer(days), Day{10});
  const Outcomes outcomes = outcomes_after(days, states, 10);
  EXPECT_THAT(outcomes.orders, ElementsAre(2, 0));
  EXPECT_THAT(outcomes.value, ElementsAre(6, 0)) << "days 11 to 20";
}

TEST(SampleOfBuyers, HasTheExactNumberAndChoosesEachByHimself) {
  InventedPurchases purchases(0, 9);
  for (int buyer = 0; buyer < 1'000; ++buyer) purchases.add({{buyer % 10, 1}});
  const PurchaseDays& days = purchases.days();
  const std::vector<std::uint32_t> all = every_buyer(days);
  EXPECT_EQ(sample_of_buyers(days, all, 1'000, 1), all);
  const std::vector<std::uint32_t> hundred = sample_of_buyers(days, all, 100, 1);
  ASSERT_EQ(hundred.size(), 100U);
  EXPECT_TRUE(std::ranges::is_sorted(hundred));
  EXPECT_EQ(std::ranges::adjacent_find(hundred), hundred.end());
  EXPECT_EQ(sample_of_buyers(days, all, 100, 1), hundred);
  EXPECT_NE(sample_of_buyers(days, all, 100, 2), hundred);
  // A larger sample holds the smaller one, and who is left does not change among fewer buyers.
  EXPECT_TRUE(std::ranges::includes(sample_of_buyers(days, all, 200, 1), hundred));
  const std::span<const std::uint32_t> half(all.data(), 500);
  const std::vector<std::uint32_t> of_half = sample_of_buyers(days, half, 100, 1);
  for (const std::uint32_t buyer : hundred) {
    EXPECT_TRUE(buyer >= 500 || std::ranges::binary_search(of_half, buyer)) << buyer;
  }
  // Spread over all of them: 100 of 1,000 leave each fifth within five deviations of 20.
  for (std::uint32_t part = 0; part < 5; ++part) {
    const auto count =
        std::ranges::count_if(hundred, [&](std::uint32_t buyer) { return buyer / 200 == part; });
    EXPECT_NEAR(static_cast<double>(count), 20, 5 * 3.8);
  }
}

}  // namespace
}  // namespace ca::models
