// Both golden shops against every expected report (README.md), read from the files of an export.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "api/reports.h"
#include "reports/catalogue.h"
#include "support/cells.h"
#include "support/test_shop.h"

namespace ca::tests {
namespace {

namespace fs = std::filesystem;

/// Reports that must be compared, so that an empty catalogue does not pass.
const std::set<std::string> kOfEveryPopulation = {"kpis",
                                                  "daily_funnel",
                                                  "weekly_funnel",
                                                  "monthly_funnel",
                                                  "hourly_funnel",
                                                  "daily_funnel_downloads",
                                                  "weekly_funnel_downloads",
                                                  "monthly_funnel_downloads",
                                                  "hourly_funnel_downloads",
                                                  "overall_funnel",
                                                  "daily_orders",
                                                  "weekly_orders",
                                                  "monthly_orders",
                                                  "hourly_orders",
                                                  "daily_revenue",
                                                  "weekly_revenue",
                                                  "monthly_revenue",
                                                  "hourly_revenue",
                                                  "weekly_average_session_per_user",
                                                  "weekly_average_order_per_user",
                                                  "weekly_average_payment_amount",
                                                  "purchase_amount_distribution",
                                                  "user_counts_per_order_seq",
                                                  "total_order_count_per_customer",
                                                  "daily_cohort_downloads",
                                                  "weekly_cohort_downloads",
                                                  "daily_cohort_from_1_to_2",
                                                  "daily_cohort_from_2_to_3",
                                                  "daily_cohort_from_3_to_4",
                                                  "weekly_cohort_from_1_to_2",
                                                  "weekly_cohort_from_2_to_3",
                                                  "weekly_cohort_from_3_to_4",
                                                  "customer_journey",
                                                  "churn",
                                                  "churn_weekly",
                                                  "churn_monthly",
                                                  "inorganic_orders_per_promotion_per_day",
                                                  "daily_organic_orders",
                                                  "hourly_organic_orders",
                                                  "daily_inorganic_ratio",
                                                  "hourly_inorganic_ratio",
                                                  "daily_promotion_revenue",
                                                  "daily_promotion_discount",
                                                  "avg_order_count_per_promo_per_cust",
                                                  "promotion_number_of_customer",
                                                  "promotion_kpis",
                                                  "inorganic_orders_per_promotion_per_hour",
                                                  "client_kpis",
                                                  "rfm",
                                                  "frequency_recency",
                                                  "monetary_frequency",
                                                  "recency_monetary",
                                                  "segmentation",
                                                  "frequency_clusters",
                                                  "monetary_clusters",
                                                  "recency_clusters",
                                                  "most_ordered_products",
                                                  "most_ordered_categories",
                                                  "most_combined_products",
                                                  "daily_products_of_sales",
                                                  "product_kpis",
                                                  "hourly_products_of_sales",
                                                  "hourly_categories_of_sales",
                                                  "dorders_anomaly"};
/// The same, where deliveries are connected.
const std::set<std::string> kOfDeliveries = {
    "deliver_kpis",         "deliver_location",  "prepare_location",
    "ride_location",        "returns_location",  "deliver_weekday_hour",
    "prepare_weekday_hour", "ride_weekday_hour", "returns_weekday_hour"};
const std::set<std::string> kOfMain = {"dimension_kpis", "daily_dimension_values"};

std::set<std::string> catalogue() {
  std::set<std::string> names;
  for (const reports::FamilySpec& family : reports::families()) {
    for (const reports::ReportSpec& report : family.reports) names.insert(report.name);
  }
  return names;
}

/// Names of the CSV files of a folder, without their ending.
std::set<std::string> reports_in(const fs::path& folder) {
  std::set<std::string> names;
  if (!fs::is_directory(folder)) return names;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() == ".csv") names.insert(entry.path().stem().string());
  }
  return names;
}

std::set<std::string> folders_in(const fs::path& folder) {
  std::set<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.is_directory()) names.insert(entry.path().filename().string());
  }
  return names;
}

/// A golden shop, run and exported once for all tests.
struct Exported {
  explicit Exported(const std::string& name)
      : golden(fs::path("tests/golden") / name), shop(golden / "connect.toml") {
    shop.run();
    api::export_reports(shop.home(), folder.path(), {}, true, false, no_progress(), Cancellation());
    for (const auto& [report, table] : shop.tables()) {
      shapes[report] = shape_of(of_population(table, "main"));
    }
  }

  fs::path golden;
  TestShop shop;
  TemporaryFolder folder;
  std::map<std::string, Shape> shapes;
};

class Golden : public ::testing::TestWithParam<const char*> {
 protected:
  Golden() {
    static std::map<std::string, Exported> all;
    exported_ = &all.try_emplace(GetParam(), GetParam()).first->second;
  }

  fs::path expected() const { return exported_->golden / "expected"; }
  fs::path got() const { return exported_->folder.path(); }
  static Cells read(const fs::path& folder, const std::string& report) {
    return parse_csv(read_text(folder / (report + ".csv")));
  }

  Exported* exported_;
};

TEST_P(Golden, EveryReportIsAsExpected) {
  const std::set<std::string> known = catalogue();
  for (const std::string& population : folders_in(expected())) {
    const std::set<std::string> exported = reports_in(got() / population);
    std::set<std::string> compared;
    for (const std::string& report : reports_in(expected() / population)) {
      if (!known.contains(report)) continue;
      if (!exported.contains(report)) {
        ADD_FAILURE() << population << "/" << report << " is not exported";
        continue;
      }
      const Cells wanted = read(expected() / population, report);
      EXPECT_EQ(differences(wanted, read(got() / population, report), exported_->shapes.at(report)),
                "")
          << population << "/" << report;
      compared.insert(report);
    }
    EXPECT_TRUE(std::ranges::includes(compared, kOfEveryPopulation)) << population;
    if (GetParam() == std::string("tricky")) {
      EXPECT_TRUE(std::ranges::includes(compared, kOfDeliveries)) << population;
    }
    if (population == "main") {
      EXPECT_TRUE(std::ranges::includes(compared, kOfMain));
    }
  }
}

TEST_P(Golden, WhatIsNotConfiguredHasNoFile) {
  std::set<std::string> expected_somewhere;
  for (const char* shop : {"small", "tricky"}) {
    expected_somewhere.merge(reports_in(fs::path("tests/golden") / shop / "expected/main"));
  }
  for (const std::string& population : folders_in(expected())) {
    const std::set<std::string> configured = reports_in(expected() / population);
    for (const std::string& report : reports_in(got() / population)) {
      EXPECT_TRUE(configured.contains(report) || !expected_somewhere.contains(report))
          << population << "/" << report << " is exported and not expected";
    }
  }
}

TEST_P(Golden, PopulationsHaveTheExpectedFoldersAndNames) {
  EXPECT_EQ(folders_in(got()), folders_in(expected()));
  const auto names = [](const fs::path& folder) {
    return nlohmann::json::parse(read_text(folder / "dimensions.json"));
  };
  EXPECT_EQ(names(got()), names(expected()));
}

INSTANTIATE_TEST_SUITE_P(Shops, Golden, ::testing::Values("small", "tricky"),
                         [](const auto& shop) { return std::string(shop.param); });

}  // namespace
}  // namespace ca::tests
