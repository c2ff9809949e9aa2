#include "runs/before_after.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>

#include "base/writers.h"
#include "ingest/test_support.h"
#include "reports/snapshot.h"
#include "runs/runner.h"
#include "runs/test_support.h"

namespace ca::runs {
namespace {

using namespace ingest::testing;
using namespace runs::testing;
using reports::Snapshot;
using workspace::RunState;
using workspace::StageState;

// ---- settings ---------------------------------------------------------------------------------

TEST(TestSettings, HaveDefaults) {
  const models::TestSettings settings = test_settings({});
  EXPECT_EQ(settings.window_days, 7);
  EXPECT_EQ(settings.least_customers, 30);
  EXPECT_EQ(settings.alpha, 0.05);
  EXPECT_EQ(settings.seed, 1U);
}

TEST(TestSettings, AreWhatTheConfigurationSays) {
  EXPECT_EQ(test_settings(with("tests.window_days", "1")).window_days, 1);
  EXPECT_EQ(test_settings(with("tests.window_days", "90")).window_days, 90);
  EXPECT_EQ(test_settings(with("tests.least_customers", "2")).least_customers, 2);
  EXPECT_EQ(test_settings(with("tests.least_customers", "1000000")).least_customers, 1'000'000);
  EXPECT_EQ(test_settings(with("tests.seed", "0")).seed, 0U);
  EXPECT_EQ(test_settings(with("tests.seed", "9223372036854775807")).seed,
            static_cast<std::uint64_t>(INT64_MAX));
}

TEST(TestSettings, ThatAreNoneAreRefusedByTheirKey) {
  for (const auto& [name, values] : std::vector<std::pair<std::string, std::vector<std::string>>>{
           {"tests.window_days", {"0", "-7", "91", "7.5", "seven", "7 "}},
           {"tests.least_customers", {"1", "0", "-30", "1000001", "30%", "99999999999999999999"}},
           {"tests.seed", {"-1", "9223372036854775808", "x"}}}) {
    for (const std::string& value : values) {
      const auto error = error_of([&] { test_settings(with(name, value)); });
      ASSERT_TRUE(error) << name << " = \"" << value << "\"";
      EXPECT_EQ(error->code(), "E-PARAM");
      ASSERT_EQ(error->details().size(), 1U);
      EXPECT_EQ(error->details()[0], std::pair(std::string("key"), name));
      EXPECT_NE(error->message().find('"' + value + '"'), std::string::npos) << error->message();
    }
  }
}

// ---- the stage --------------------------------------------------------------------------------

/// A shop of two cities: forty customers who use a promotion in the middle of March 2024, eighty
/// who do not.
class TestsStage : public ::testing::Test {
 protected:
  TestsStage() {
    std::string rows = "order_id,client,session_start_date,payment_amount,city,promotion\n";
    std::string lines = "order_id,product,price\n";
    int orders = 0;
    for (int c = 0; c < 120; ++c) {
      const bool has_used = c % 3 == 0;
      const auto order = [&](int day, bool is_use) {
        ++orders;
        rows += fmt::format("o{},c{},{} 10:00,{},{},{}\n", orders, c,
                            format_day(day_from_civil(2024, 3, day)), 10 + c % 7,
                            c % 2 == 0 ? "north" : "south", is_use ? "spring" : "");
        lines += fmt::format("o{},{},{}\n", orders, is_use ? "tea" : "cup", 10 + c % 7);
      };
      order(1, false);
      order(13, false);
      order(15, has_used);
      for (int o = 0; o < c % 2 + (has_used ? 2 : 0); ++o) order(16 + o, false);
      order(28, false);
    }
    write(folder.path() / "sessions.csv", rows);
    write(folder.path() / "products.csv", lines);
    configuration.sources = {
        source("sessions", {"order_id", "client", "session_start_date", "payment_amount"})};
    configuration.settings["clv.networks"] = "false";
    configuration.settings["anomaly.networks"] = "false";  // which take long
    workspace.save(configuration);
  }
  workspace::SourceRecord source(const std::string& kind,
                                 const std::vector<std::string>& fields) const {
    return csv_source(folder.path(), kind, fields);
  }
  void map_everything() {
    configuration.sources[0].columns["promotion_id"] = "promotion";
    configuration.sources[0].columns["dimension"] = "city";
    configuration.sources.push_back(source("products", {"order_id", "product", "price"}));
    workspace.save(configuration);
  }

  RunOutcome run(RunOptions options = {}) {
    options.skip.insert("clv");  // as it is about something else
    return runs::run(home, workspace, options, no_progress(), Cancellation());
  }
  static StageOutcome stage(const RunOutcome& outcome) {
    return *std::ranges::find(outcome.stages, "tests", &StageOutcome::stage);
  }
  Snapshot snapshot() const {
    return Snapshot(home.snapshots_folder() / workspace::read_current(home).value().snapshot);
  }
  std::string report(const std::string& name, const std::string& population = "main") const {
    return to_csv(snapshot().report(name, population), Zone::utc());
  }
  /// The reports of the stage.
  static std::vector<std::string> tested_reports() {
    std::vector<std::string> names;
    for (const reports::FamilySpec& family : reports::families()) {
      if (family.stage != reports::kTestsStage) continue;
      for (const reports::ReportSpec& report : family.reports) names.push_back(report.name);
    }
    return names;
  }
  static bool is_of_segments(const std::string& report) {
    return report.starts_with("segments_change_");
  }

  TemporaryFolder folder;
  workspace::Home home = workspace::Home::open(folder.path() / "home");
  workspace::Workspace workspace{home};
  workspace::Configuration configuration;
};

TEST_F(TestsStage, MakesItsReportsOfEveryPopulation) {
  map_everything();
  const RunOutcome outcome = run();
  EXPECT_EQ(outcome.state, RunState::kSucceeded);
  EXPECT_EQ(stage(outcome).state, StageState::kOk);
  EXPECT_EQ(tested_reports().size(), 17U);
  Snapshot made = snapshot();
  std::int64_t rows = 0;
  for (const std::string& name : tested_reports()) {
    ASSERT_TRUE(made.manifest().rows.contains(name)) << name;
    rows += made.manifest().rows.at(name);
    for (const char* population : {"main", "north", "south"}) {
      EXPECT_EQ(made.report(name, population).name(), name);
    }
  }
  EXPECT_EQ(stage(outcome).rows, rows);
  const Table uses = made.report("promotion_usage_before_after_orders_accept", "main");
  ASSERT_EQ(uses.rows(), 1U);
  EXPECT_EQ(uses.find("promotions")->text(0), "spring");
  EXPECT_EQ(uses.find("n_control")->integer(0), 40);
  EXPECT_EQ(uses.find("n_matched")->integer(0), 40);
  EXPECT_DOUBLE_EQ(uses.find("diff_did")->real(0), 2);
  EXPECT_TRUE(uses.find("significant")->integer(0));
  // Of a city there are twenty, which are not enough.
  const Table north = made.report("promotion_usage_before_after_orders_accept", "north");
  ASSERT_EQ(north.rows(), 1U);
  EXPECT_EQ(north.find("n_control")->integer(0), 20);
  EXPECT_TRUE(north.find("insufficient")->integer(0));
  EXPECT_EQ(north.find("sentence")->text(0), "not enough data: 20 customers");
}

TEST_F(TestsStage, TakesItsOptions) {
  map_everything();
  configuration.settings["tests.least_customers"] = "20";
  configuration.settings["tests.window_days"] = "1";
  workspace.save(configuration);
  run();
  const Table north = snapshot().report("promotion_usage_before_after_orders_accept", "north");
  ASSERT_EQ(north.rows(), 1U);
  EXPECT_FALSE(north.find("insufficient")->integer(0));
  EXPECT_EQ(north.find("mean_control")->real(0), 0) << "the order two days before is too far";
  EXPECT_EQ(north.find("mean_validation")->real(0), 1);
}

TEST_F(TestsStage, WithAnOptionThatIsNoneFailsAlone) {
  configuration.settings["tests.window_days"] = "0";
  workspace.save(configuration);
  const RunOutcome outcome = run();
  EXPECT_EQ(stage(outcome).state, StageState::kFailed);
  EXPECT_TRUE(outcome.is_published);
  EXPECT_EQ(snapshot().manifest().skipped.at("segments_change_daily_before_after_orders"), "tests");
}

TEST_F(TestsStage, LeavesOutWhatTheShopDoesNotHave) {
  run();
  const reports::Manifest manifest = snapshot().manifest();
  for (const std::string& name : tested_reports()) {
    if (is_of_segments(name)) {
      EXPECT_TRUE(manifest.rows.contains(name)) << name;
      continue;
    }
    EXPECT_EQ(manifest.not_configured.at(name),
              name.starts_with("product_") ? "no products source" : "promotion_id is not mapped");
    EXPECT_FALSE(manifest.rows.contains(name));
    EXPECT_FALSE(manifest.skipped.contains(name)) << name;
  }
}

TEST_F(TestsStage, WithoutSegmentsLeavesOutThoseAboutThem) {
  map_everything();
  RunOptions options;
  options.skip = {"segments"};
  const RunOutcome outcome = run(options);
  EXPECT_EQ(stage(outcome).state, StageState::kOk);
  const reports::Manifest manifest = snapshot().manifest();
  int left_out = 0;
  for (const std::string& name : tested_reports()) {
    EXPECT_EQ(manifest.rows.contains(name), !is_of_segments(name)) << name;
    EXPECT_EQ(manifest.skipped.contains(name), is_of_segments(name)) << name;
    if (!is_of_segments(name)) continue;
    EXPECT_EQ(manifest.skipped.at(name), "segments");
    ++left_out;
  }
  EXPECT_EQ(left_out, 6);
}

TEST_F(TestsStage, ThatIsLeftOutSaysSo) {
  map_everything();
  RunOptions options;
  options.skip = {"tests"};
  run(options);
  const reports::Manifest manifest = snapshot().manifest();
  for (const std::string& name : tested_reports()) {
    EXPECT_EQ(manifest.skipped.at(name), "tests");
    EXPECT_FALSE(manifest.rows.contains(name));
  }
}

TEST_F(TestsStage, AloneMakesItsReportsFromTheJourneysInForce) {
  map_everything();
  run();
  const std::string uses = report("promotion_usage_before_after_orders_accept");
  const std::string pairs = report("promotion_comparison");
  RunOptions options;
  options.only = {"tests", "publish"};
  run(options);
  EXPECT_EQ(report("promotion_usage_before_after_orders_accept"), uses);
  EXPECT_EQ(report("promotion_comparison"), pairs);
  const reports::Manifest manifest = snapshot().manifest();
  EXPECT_EQ(manifest.skipped.at("daily_orders"), "exploratory");
  EXPECT_EQ(manifest.skipped.at("segments_change_monthly_before_after_amount"), "segments");
}

TEST_F(TestsStage, ThreadsPartitionsAndEarlierRunsChangeNothing) {
  map_everything();
  std::string first;
  for (const auto& [threads, partitions] :
       std::vector<std::pair<std::size_t, std::size_t>>{{1, 1}, {4, 7}}) {
    RunOptions options;
    options.full = true;
    options.threads = threads;
    options.partitions = partitions;
    run(options);
    std::string all;
    for (const std::string& name : tested_reports()) {
      for (const char* population : {"main", "north", "south"}) all += report(name, population);
    }
    if (first.empty()) first = all;
    EXPECT_EQ(all, first) << threads << " threads, " << partitions << " partitions";
  }
}

TEST_F(TestsStage, AsOfAMomentSeesNothingLater) {
  map_everything();
  RunOptions options;
  options.as_of = "2024-03-21";  // six days after the uses
  run(options);
  EXPECT_EQ(snapshot().report("promotion_usage_before_after_orders_accept", "main").rows(), 0U);
  options.as_of = "2024-03-22 10:00";
  run(options);
  EXPECT_EQ(snapshot().report("promotion_usage_before_after_orders_accept", "main").rows(), 1U);
}

}  // namespace
}  // namespace ca::runs
