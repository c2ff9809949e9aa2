// The invented shop, whose truth is known (docs/demo_shop.md): are the parameters found that its
// customers were made with, and do its days lie in the intervals that were stated before?

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <utility>

#include "demo/generate.h"
#include "value/real_data.h"

namespace ca::tests {
namespace {

using Json = nlohmann::json;

/// An invented shop of 2024 and 2025, connected, without networks and with a horizon of 90 days.
struct Invented {
  Invented(std::uint32_t customers, std::uint64_t seed) {
    demo::GenerateOptions options;
    options.folder = folder.path() / "shop";
    options.customers = customers;
    options.seed = seed;
    demo::generate(options, no_progress(), Cancellation());
    behaviour = Json::parse(read_text(options.folder / "truth.json")).at("behaviour");
    const std::filesystem::path configuration = options.folder / "connect.toml";
    write_text(configuration,
               read_text(configuration) + "\n[clv]\nhorizon = 90\nnetworks = false\n");
    shop = std::make_unique<TestShop>(configuration);
  }
  TemporaryFolder folder;
  Json behaviour;
  std::unique_ptr<TestShop> shop;
};

// At the end of the history, where the clock of busy and quiet days (demo/pace.h) has shown as many
// weeks as the calendar. Promotions and orders of one day, which count once, disturb: over the
// shops of seeds 1 to 6 all but one of 42 figures (r of seed 5, by 3.3) lie within three of the
// errors that their fit states.
TEST(Truth, IsFoundWithinItsErrors) {
  for (const std::uint64_t seed : {1, 2}) {
    const Invented invented(20'000, seed);
    runs::RunOptions options;
    options.only = {"ingest", "quality", "journeys", "exploratory", "publish"};
    runs::run(invented.shop->home(), invented.shop->workspace(), options, no_progress(),
              Cancellation());
    const auto compare = [&](const std::string& model, const std::vector<std::string>& names) {
      const api::BacktestResult result =
          backtest(*invented.shop, "2025-12-29", "2025-12-30", model);
      const models::Judged& fit = judged(result, model);
      for (const std::string& name : names) {
        EXPECT_NEAR(fit.parameters.at(name), invented.behaviour.at(name).get<double>(),
                    3 * fit.standard_errors.at(name))
            << name << " of seed " << seed;
      }
    };
    compare("bgnbd", {"r", "alpha", "a", "b"});
    compare("gammagamma", {"p", "q", "v"});
  }
}

// Eight of ten days lie between p10 and p90. Predicted at the beginning of October, before a season
// that the history has seen once and that no model of customers knows: the last quarter brings 11
// to 17 % more than is expected, and the interval must hold that too. Measured: .79 to .88 for
// shops of 20,000 customers (seeds 1 to 5), .72 to .76 for shops of 8,000 (1 to 3), so that one
// shop may miss the mark by a tenth and all of them together by half of that.
TEST(Truth, DaysLieInTheIntervalsThatWereStatedBefore) {
  double inside_of_all = 0;
  double days_of_all = 0;
  const std::pair<std::uint32_t, std::uint64_t> shops[] = {
      {20'000, 2}, {20'000, 3}, {8'000, 1}, {8'000, 2}, {8'000, 3}};
  for (const auto& [customers, seed] : shops) {
    SCOPED_TRACE(fmt::format("{} customers, seed {}", customers, seed));
    const Invented invented(customers, seed);
    invented.shop->run_as_of("2025-10-02");
    const Table daily = invented.shop->report("daily_clv");
    runs::RunOptions all;
    all.only = {"exploratory", "publish"};
    runs::run(invented.shop->home(), invented.shop->workspace(), all, no_progress(),
              Cancellation());
    const Table actual = invented.shop->report("daily_revenue");
    std::map<std::int64_t, double> revenue;
    for (std::size_t row = 0; row + 1 < actual.rows(); ++row) {  // the last day has not ended
      revenue[actual.column(0).integer(row)] = actual.find("payment_amount")->real(row);
    }
    double inside = 0;
    double days = 0;
    for (std::size_t row = 0; row < daily.rows(); ++row) {
      const auto known = revenue.find(daily.find("date")->integer(row));
      if (daily.find("vintage")->is_null(row) || known == revenue.end()) continue;
      inside += known->second >= daily.find("p10")->real(row) &&
                        known->second <= daily.find("p90")->real(row)
                    ? 1
                    : 0;
      ++days;
    }
    EXPECT_GE(days, 88);
    EXPECT_GE(inside / days, 0.70);
    EXPECT_LE(inside / days, 0.90);
    inside_of_all += inside;
    days_of_all += days;
  }
  EXPECT_GE(inside_of_all / days_of_all, 0.75);
  EXPECT_LE(inside_of_all / days_of_all, 0.85);
}

}  // namespace
}  // namespace ca::tests
