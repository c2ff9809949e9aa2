// Customers' value on data that others have published figures of, and on a shop whose customers do
// not leave. What is compared with was measured outside this project (metrics.md) or published.

#include "value/real_data.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace ca::tests {
namespace {

// Fader, Hardie & Lee 2005 (BG/NBD) and Fader & Hardie 2013 (Gamma-Gamma): the tenth of CDNOW, 39
// weeks. Tolerances are half of the last digit that was published, or twice that.
TEST(CdnowSample, TheModelsHaveTheirPublishedParameters) {
  const auto shop = load_cdnow("sample");
  if (!shop) GTEST_SKIP() << kNoData;
  const api::BacktestResult result = backtest(*shop, "1997-09-30", "1998-06-30", "bgnbd");
  EXPECT_EQ(result.customers, 2'357);
  EXPECT_TRUE(result.champion.empty()) << "nothing was compared";
  const models::Judged& bgnbd = judged(result, "bgnbd");
  EXPECT_NEAR(bgnbd.parameters.at("r"), 0.2426, 2e-4);
  EXPECT_NEAR(bgnbd.parameters.at("alpha"), 4.4135, 2e-4);
  EXPECT_NEAR(bgnbd.parameters.at("a"), 0.7929, 2e-4);
  EXPECT_NEAR(bgnbd.parameters.at("b"), 2.4258, 2e-4);
  EXPECT_NEAR(bgnbd.log_likelihood.value(), -9582.43, 0.005);

  const api::BacktestResult payments = backtest(*shop, "1997-09-30", "1998-06-30", "gammagamma");
  const models::Judged& gammagamma = judged(payments, "gammagamma");
  EXPECT_NEAR(gammagamma.parameters.at("p"), 6.249, 0.01);
  EXPECT_NEAR(gammagamma.parameters.at("q"), 3.745, 0.01);
  EXPECT_NEAR(gammagamma.parameters.at("v"), 15.448, 0.01);
}

TEST(Cdnow, FiguresOfTheModelsAreThoseOfTheDefinition) {
  const auto shop = load_cdnow("master");
  if (!shop) GTEST_SKIP() << kNoData;
  const api::BacktestResult result = backtest(*shop, "1997-09-30", "1998-06-30");
  EXPECT_EQ(result.customers, 23'570);

  struct Known {
    const char* model;
    double gini, spearman, top10;
    double mae, bias;  // 0: not stated, or of another scale than the product's
  };
  const Known known[] = {{"past_total", .6963, .3954, .4983, 0, 0},
                         {"past_rate", .6977, .3975, .4989, 0, 0},
                         {"gammagamma", .6721, .4208, .5156, 32.68, -.173},
                         {"bgnbd", .7095, .4292, .5240, 32.19, -.190},
                         {"paretonbd", .7195, .4495, .5236, 31.68, -.168}};
  for (const Known& row : known) {
    SCOPED_TRACE(row.model);
    const models::PredictionQuality& quality = judged(result, row.model).quality;
    EXPECT_NEAR(quality.value_actual, 776'961.13, 0.01);
    EXPECT_NEAR(quality.normalised_gini.value(), row.gini, .002);
    EXPECT_NEAR(quality.spearman.value(), row.spearman, .002);
    EXPECT_NEAR(quality.top10_capture.value(), row.top10, .002);
    if (row.mae == 0) continue;
    EXPECT_NEAR(quality.value_mae.value(), row.mae, .05);
    EXPECT_NEAR(quality.bias.value(), row.bias, .002);
  }

  // What the product would have used, chosen without a look at the holdout.
  const models::PredictionQuality& champion = judged(result, result.champion).quality;
  EXPECT_GE(champion.normalised_gini.value(), .710);
  EXPECT_GE(champion.spearman.value(), .440);
  EXPECT_GE(champion.top10_capture.value(), .515);
  EXPECT_LE(champion.value_mae.value(), 36);
  EXPECT_LE(std::abs(champion.bias.value()), .15);
}

// Nine months that end before the season: nobody is seen to leave, and no model can know December.
TEST(OnlineRetail, AShopWhoseCustomersDoNotLeave) {
  const auto shop = load_online_retail();
  if (!shop) GTEST_SKIP() << kNoData;
  const api::BacktestResult result = backtest(*shop, "2011-08-31", "2011-12-09");
  for (const models::Judged& model : result.models) {
    SCOPED_TRACE(model.model);
    const models::PredictionQuality& quality = model.quality;
    for (const std::optional<double>& figure :
         {quality.normalised_gini, quality.spearman, quality.top10_capture, quality.value_mae,
          quality.bias, quality.orders_mae, quality.orders_rmse, quality.daily_error}) {
      ASSERT_TRUE(figure);
      EXPECT_TRUE(std::isfinite(*figure));
    }
    EXPECT_GT(quality.value_predicted, 0);
    for (const auto& [name, value] : model.parameters) EXPECT_TRUE(std::isfinite(value)) << name;
    for (const auto& [name, value] : model.standard_errors) {
      EXPECT_TRUE(std::isfinite(value)) << name;
    }
  }
  const auto& notes = judged(result, "bgnbd").notes;
  EXPECT_TRUE(std::ranges::any_of(notes, [](const std::string& note) {
    return note.find("leave") != std::string::npos;
  })) << "a note says that customers do not leave";

  const models::PredictionQuality& champion = judged(result, result.champion).quality;
  const models::PredictionQuality& past = judged(result, "past_total").quality;
  EXPECT_GE(champion.spearman.value(), .525);
  EXPECT_GE(champion.top10_capture.value(), past.top10_capture.value() - .01);
  EXPECT_LE(champion.value_mae.value(), 660);
}

}  // namespace
}  // namespace ca::tests
