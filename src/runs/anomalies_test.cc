#include "runs/anomalies.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "base/random.h"
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
using workspace::StageState;

// ---- settings
// ------------------------------------------------------------------------------------

TEST(AnomalySettings, AreDefaultsOrWhatTheConfigurationSays) {
  EXPECT_EQ(anomaly_settings({}).rate, 0.01);
  EXPECT_EQ(anomaly_settings({}).seed, 1U);
  EXPECT_TRUE(anomaly_settings({}).with_network);
  EXPECT_EQ(anomaly_settings(with("anomaly.rate", "0.005")).rate, 0.005);
  EXPECT_EQ(anomaly_settings(with("anomaly.seed", "7")).seed, 7U);
  EXPECT_FALSE(anomaly_settings(with("anomaly.networks", "false")).with_network);
}

TEST(AnomalySettings, ThatAreNoneAreRefusedByTheirKey) {
  for (const char* rate : {"0", "-0.01", "0.21", "1 %", "nan", "inf", "", "1e-9", "0,01"}) {
    if (*rate == '\0') continue;  // an empty setting is none
    const auto error = error_of([&] { anomaly_settings(with("anomaly.rate", rate)); });
    ASSERT_TRUE(error) << rate;
    EXPECT_EQ(error->code(), "E-PARAM");
    EXPECT_NE(error->message().find("anomaly.rate"), std::string::npos);
  }
}

// ---- the stage
// -----------------------------------------------------------------------------------

/// Two cities, 120 days, some 40 sessions a day; on 5 May nearly nobody who came bought.
class AnomaliesStage : public ::testing::Test {
 protected:
  AnomaliesStage() {
    std::string sessions = "order_id,client,session_start_date,payment_amount,purchased,city\n";
    std::string customers = "client,download_date\n";
    Random random(1);
    int orders = 0;
    for (int day = 0; day < 120; ++day) {
      const Day date = day_from_civil(2024, 3, 1) + day;
      for (int c = 0; c < 8; ++c) {
        customers += fmt::format("c{},{} 09:00\n", 8 * day + c, format_day(date));
      }
      const int count = 34 + static_cast<int>(random.below(13));
      for (int s = 0; s < count; ++s) {
        const auto client = random.below(static_cast<std::uint32_t>(8 * day + 8));
        const bool buys = random.happens(date == kOdd ? 0.02 : 0.5);
        sessions += fmt::format("o{},c{},{} {:02}:{:02},{},{},{}\n", ++orders, client,
                                format_day(date), 10 + s % 12, s, buys ? 10 + s % 7 : 0,
                                buys ? 1 : 0, client % 3 == 0 ? "north" : "south");
      }
    }
    write(folder.path() / "sessions.csv", sessions);
    write(folder.path() / "customers.csv", customers);
    configuration.sources = {
        source("sessions", {"order_id", "client", "session_start_date", "payment_amount"}),
        source("customers", {"client", "download_date"})};
    configuration.sources[0].columns["has_purchased"] = "purchased";
    configuration.sources[0].columns["dimension"] = "city";
    configuration.settings["clv.networks"] = "false";
    workspace.save(configuration);
  }
  workspace::SourceRecord source(const std::string& kind,
                                 const std::vector<std::string>& fields) const {
    return csv_source(folder.path(), kind, fields);
  }
  RunOutcome run(RunOptions options = {}) {
    return runs::run(home, workspace, options, no_progress(), Cancellation());
  }
  RunOutcome run_without_value(RunOptions options = {}) {
    options.skip.insert("clv");
    return run(options);
  }
  Snapshot snapshot() const {
    return Snapshot(home.snapshots_folder() / workspace::read_current(home).value().snapshot);
  }
  Table report(const std::string& name, const std::string& population = "main") const {
    return snapshot().report(name, population);
  }
  std::string all_reports() const {
    std::string all;
    for (const reports::FamilySpec& family : reports::families()) {
      if (family.stage != reports::kAnomaliesStage) continue;
      for (const reports::ReportSpec& of : family.reports) {
        if (!snapshot().manifest().rows.contains(of.name)) continue;
        for (const char* population : {"main", "north", "south"}) {
          all += to_csv(report(of.name, population), Zone::utc());
        }
      }
    }
    return all;
  }

  const Day kOdd = day_from_civil(2024, 5, 5);
  TemporaryFolder folder;
  workspace::Home home = workspace::Home::open(folder.path() / "home");
  workspace::Workspace workspace{home};
  workspace::Configuration configuration;
};

TEST_F(AnomaliesStage, FindsTheDayOnWhichNobodyBought) {
  const RunOutcome outcome = run();
  for (const StageOutcome& stage : outcome.stages) {
    EXPECT_NE(stage.state, StageState::kFailed) << stage.stage << ": " << stage.error_text;
  }
  for (const char* population : {"main", "north", "south"}) {
    const Table days = report("dfunnel_anomaly", population);
    bool is_found = false;
    for (std::size_t row = 0; row < days.rows(); ++row) {
      if (days.find("daily")->integer(row) != kOdd.number) continue;
      is_found = days.find("outlier")->integer(row) == 1;
      EXPECT_EQ(days.find("feature")->text(row), "purchased / sessions");
    }
    EXPECT_TRUE(is_found) << population;
  }
  EXPECT_EQ(report("dcohort_anomaly").width(), 31U);
  EXPECT_GT(report("clvrfm_anomaly").rows(), 0U);
  EXPECT_EQ(report("clvrfm_anomaly").rows(), report("client_value").rows());
  EXPECT_EQ(report("clvrfm_anomaly", "north").rows(), report("client_value", "north").rows());
}

TEST_F(AnomaliesStage, WithoutExpectedValueSaysWhichReportIsMissing) {
  run_without_value();
  const reports::Manifest manifest = snapshot().manifest();
  EXPECT_EQ(manifest.skipped.at("clvrfm_anomaly"), "clv");
  EXPECT_TRUE(manifest.rows.contains("dfunnel_anomaly"));
  RunOptions options;
  options.skip = {"anomalies"};
  run_without_value(options);
  EXPECT_EQ(snapshot().manifest().skipped.at("dfunnel_anomaly"), "anomalies");
  EXPECT_EQ(snapshot().manifest().skipped.at("clvrfm_anomaly"), "anomalies");
}

TEST_F(AnomaliesStage, WithoutCustomersHasNoCohortsOfDownloads) {
  configuration.sources.pop_back();
  workspace.save(configuration);
  run_without_value();
  const reports::Manifest manifest = snapshot().manifest();
  EXPECT_TRUE(manifest.rows.contains("order_cohort_anomaly"));
}

TEST_F(AnomaliesStage, ThreadsAndPartitionsChangeNothing) {
  std::string first;
  for (const auto& [threads, partitions] :
       std::vector<std::pair<std::size_t, std::size_t>>{{1, 1}, {4, 7}}) {
    RunOptions options;
    options.full = true;
    options.threads = threads;
    options.partitions = partitions;
    run_without_value(options);
    const std::string all = all_reports();
    if (first.empty()) first = all;
    EXPECT_EQ(all, first) << threads << " threads, " << partitions << " partitions";
  }
}

TEST_F(AnomaliesStage, AWrongRateFailsTheStageAlone) {
  configuration.settings["anomaly.rate"] = "2";
  workspace.save(configuration);
  const RunOutcome outcome = run_without_value();
  EXPECT_TRUE(outcome.is_published);
  const auto stage = std::ranges::find(outcome.stages, "anomalies", &StageOutcome::stage);
  EXPECT_EQ(stage->state, StageState::kFailed);
  EXPECT_EQ(stage->error_code, "E-PARAM");
}

}  // namespace
}  // namespace ca::runs
