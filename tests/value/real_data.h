#pragma once

#include <memory>
#include <string>

#include "api/backtest.h"
#include "support/test_shop.h"

namespace ca::tests {

/// The text of a connect.toml for CDNOW: "sample" (2,357 customers) or "master" (23,570).
std::string cdnow_configuration(const std::string& set);

/// CDNOW or UCI Online Retail, loaded; null where its files are not in kRealData.
std::unique_ptr<TestShop> load_cdnow(const std::string& set);
std::unique_ptr<TestShop> load_online_retail();

/// What to say when they are not.
inline constexpr const char* kNoData = "the real data are not at ../shared/data";

api::BacktestResult backtest(const TestShop& shop, const std::string& calibrate_until,
                             const std::string& holdout_until, const std::string& model = "all");

/// The model of that name; a test that asks for another fails by an exception.
const models::Judged& judged(const api::BacktestResult& result, const std::string& model);

}  // namespace ca::tests
