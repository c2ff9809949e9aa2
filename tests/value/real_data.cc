#include "value/real_data.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <stdexcept>

namespace ca::tests {
namespace {

namespace fs = std::filesystem;

/// Without the networks, which a back-test trains for itself: only the journeys are needed.
std::unique_ptr<TestShop> load(const std::string& configuration) {
  auto shop = std::make_unique<TestShop>(
      std::map<std::string, std::string>{{"connect.toml", configuration}});
  runs::RunOptions options;
  options.only = {"ingest", "quality", "journeys", "exploratory", "publish"};
  runs::run(shop->home(), shop->workspace(), options, no_progress(), Cancellation());
  return shop;
}

}  // namespace

std::string cdnow_configuration(const std::string& set) {
  const fs::path folder = fs::absolute(kRealData / "cdnow");
  return fmt::format(R"([workspace]
timezone = "UTC"
currency = "USD"

[sessions]
type = "csv"
path = "{0}/{1}_sessions.csv.gz"
[sessions.columns]
order_id = "order_id"
client = "client"
session_start_date = "date"
payment_amount = "amount"
has_purchased = "purchased"

[customers]
type = "csv"
path = "{0}/{1}_customers.csv.gz"
[customers.columns]
client = "client"
download_date = "first_seen"
)",
                     folder.string(), set);
}

std::unique_ptr<TestShop> load_cdnow(const std::string& set) {
  if (!fs::exists(kRealData / "cdnow" / (set + "_sessions.csv.gz"))) return nullptr;
  return load(cdnow_configuration(set));
}

std::unique_ptr<TestShop> load_online_retail() {
  const fs::path folder = fs::absolute(kRealData / "online_retail");
  if (!fs::exists(folder / "sessions.csv.gz")) return nullptr;
  return load(fmt::format(R"([workspace]
timezone = "Europe/London"
currency = "GBP"

[sessions]
type = "csv"
path = "{0}/sessions.csv.gz"
[sessions.columns]
order_id = "invoice_no"
client = "customer_id"
session_start_date = "invoice_date"
payment_amount = "amount"
has_purchased = "purchased"
dimension = "country"

[customers]
type = "csv"
path = "{0}/customers.csv.gz"
[customers.columns]
client = "customer_id"
download_date = "first_seen"
)",
                          folder.string()));
}

api::BacktestResult backtest(const TestShop& shop, const std::string& calibrate_until,
                             const std::string& holdout_until, const std::string& model) {
  return api::backtest_clv(shop.home(), {calibrate_until, holdout_until, model}, no_progress(),
                           Cancellation());
}

const models::Judged& judged(const api::BacktestResult& result, const std::string& model) {
  const auto found = std::ranges::find(result.models, model, &models::Judged::model);
  if (found == result.models.end()) throw std::runtime_error("not judged: " + model);
  return *found;
}

}  // namespace ca::tests
