// How often the matched before/after test is wrong where nothing has an effect, measured on whole
// shops from their orders to the p-value.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>

#include "before_after/invented_shop.h"
#include "models/before_after.h"
#include "reports/facts.h"
#include "reports/test_shop.h"

namespace ca::tests {
namespace {

using models::Measure;

struct Share {
  std::vector<double> by_shop;  ///< tests of a shop share its others, so that shops are counted
  double mean() const {
    double sum = 0;
    for (const double share : by_shop) sum += share;
    return sum / static_cast<double>(by_shop.size());
  }
  double standard_error() const {
    double squares = 0;
    for (const double share : by_shop) squares += (share - mean()) * (share - mean());
    const auto n = static_cast<double>(by_shop.size());
    return std::sqrt(squares / (n - 1) / n);
  }
};

struct Measured {
  Share below_5;
  Share below_1;
  Share covers;  ///< intervals that hold the truth, which is 0
  double users = 0;
  std::int64_t tests = 0;
};

struct Scenario {
  const char* name;
  Measure measure;
  Ways ways;
  int shops;
};

Measured measure(const Scenario& scenario, int shops) {
  Measured measured;
  ThreadPool pool(2);
  models::TestSettings settings;
  settings.least_customers = 10;  // so that promotions with few users do not drop out by chance
  for (int shop = 0; shop < shops; ++shop) {
    const InventedText text = text_of(invent(scenario.ways, static_cast<std::uint64_t>(shop) + 1));
    const reports::TestShop store({}, text.sessions, text.customers);
    const reports::Facts facts = reports::find_facts(store.journeys(), {}, pool);
    models::TestedPopulation tested =
        std::move(models::collect_tested(store.journeys(), facts, models::Populations::kMain,
                                         nullptr, settings, pool, no_progress(), Cancellation())
                      .front());
    double tests = 0;
    double below_5 = 0;
    double below_1 = 0;
    double covered = 0;
    for (const models::ChangeTest& test :
         models::usage_tests(*tested.windows, models::Usage::kPromotion, scenario.measure,
                             *tested.frame->promotions, tested.amount_unit, settings, pool)) {
      if (!test.p_value) continue;
      ++tests;
      measured.users += static_cast<double>(test.matched);
      below_5 += *test.p_value < 0.05 ? 1 : 0;
      below_1 += *test.p_value < 0.01 ? 1 : 0;
      covered += test.interval->low <= 0 && test.interval->high >= 0 ? 1 : 0;
    }
    if (tests == 0) continue;
    measured.tests += static_cast<std::int64_t>(tests);
    measured.below_5.by_shop.push_back(below_5 / tests);
    measured.below_1.by_shop.push_back(below_1 / tests);
    measured.covers.by_shop.push_back(covered / tests);
  }
  measured.users /= static_cast<double>(measured.tests);
  return measured;
}

// Measured (CA_LONG, 400 shops; 80 to 120 of the large ones): p below .05
// of 2.8, 5.1, 2.2, 3.8, 5.8, 3.2 and 3.3 % of the tests, intervals that cover of 94.2 to 97.8 %.
// Below 5 where users have few others in their strata: the uncertainty of the strata's means is
// counted among the users and again by itself. Taken off once, 4.9, 6.9 and 4.5 % of the first
// three would be false.
constexpr double kMostBelow5 = 0.06;
constexpr double kLeastBelow5 = 0.02;

class NullShops : public ::testing::TestWithParam<Scenario> {};

TEST_P(NullShops, AreRarelySaidToHaveAnEffect) {
  const Scenario& scenario = GetParam();
  const char* repetitions = std::getenv("CA_LONG");
  const Measured measured =
      measure(scenario, repetitions != nullptr ? 10 * scenario.shops : scenario.shops);
  if (std::getenv("CA_TABLE") != nullptr) {
    fmt::print("| {} | {} | {:.0f} | {:.4f} +- {:.4f} | {:.4f} | {:.4f} |\n", scenario.name,
               measured.tests, measured.users, measured.below_5.mean(),
               measured.below_5.standard_error(), measured.below_1.mean(), measured.covers.mean());
  }
  EXPECT_GE(measured.tests, 5 * scenario.shops);
  const double room = 3 * measured.below_5.standard_error();
  EXPECT_LE(measured.below_5.mean(), kMostBelow5 + room);
  EXPECT_GE(measured.covers.mean(), 1 - kMostBelow5 - room);
  // That it finds nothing at all would not do either.
  EXPECT_GE(measured.below_5.mean(), kLeastBelow5 - room);
}

INSTANTIATE_TEST_SUITE_P(
    Shops, NullShops,
    ::testing::Values(
        Scenario{"OrdersOf30", Measure::kOrders, {.customers = 440}, 40},
        Scenario{"RareOrdersOf30", Measure::kOrders, {.customers = 2200, .orders_a_week = 0.2}, 40},
        Scenario{"AmountOf30", Measure::kAmount, {.customers = 700}, 40},
        Scenario{"OrdersOf300", Measure::kOrders, {.customers = 4400}, 12},
        Scenario{"AmountOf300", Measure::kAmount, {.customers = 7000}, 8},
        Scenario{"LeavingOrdersOf30",
                 Measure::kOrders,
                 {.customers = 900, .days_until_leaving = 40},
                 30},
        Scenario{"OrdersAfterBusyWeeksOf30",
                 Measure::kOrders,
                 {.customers = 900, .least_before = 2},
                 30}),
    [](const auto& info) { return std::string(info.param.name); });

}  // namespace
}  // namespace ca::tests
