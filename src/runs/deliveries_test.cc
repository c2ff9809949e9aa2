#include "runs/deliveries.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "base/writers.h"
#include "ingest/test_support.h"
#include "reports/catalogue.h"
#include "reports/snapshot.h"
#include "runs/runner.h"
#include "runs/test_support.h"

namespace ca::runs {
namespace {

using namespace ingest::testing;
using namespace runs::testing;
using workspace::RunState;
using workspace::StageState;

TEST(DeliverySettings, HaveDefaults) {
  EXPECT_EQ(delivery_settings({}).longest, kMicrosPerDay);
  EXPECT_EQ(delivery_settings(with("delivery.max_hours", "2")).longest, 2 * kMicrosPerHour);
  EXPECT_EQ(delivery_settings({}).detector, models::Detector::kShrunken);
  EXPECT_EQ(delivery_settings(with("delivery.detector", "autoencoder")).detector,
            models::Detector::kAutoencoder);
  EXPECT_EQ(delivery_settings(with("delivery.seed", "7")).seed, 7U);
}

TEST(DeliverySettings, ThatAreNoneAreRefusedByTheirKey) {
  for (const auto& [name, value] :
       std::vector<std::pair<std::string, std::string>>{{"delivery.max_hours", "0"},
                                                        {"delivery.max_hours", "169"},
                                                        {"delivery.max_hours", "a day"},
                                                        {"delivery.detector", "guess"},
                                                        {"delivery.seed", "-1"},
                                                        {"delivery.precision", "8"}}) {
    const auto error = error_of([&] { delivery_settings(with(name, value)); });
    ASSERT_TRUE(error) << name << " = \"" << value << "\"";
    EXPECT_EQ(error->code(), "E-PARAM");
    EXPECT_EQ(error->details().at(0), std::pair(std::string("key"), name));
  }
}

// ---- the stage --------------------------------------------------------------------------------

/// A shop of two cities with an order a day, each of them delivered.
class DeliveriesStage : public ::testing::Test {
 protected:
  DeliveriesStage() {
    std::string sessions = "order_id,client,session_start_date,payment_amount,city\n";
    std::string deliveries = "order_id,delivery_date,prepare_date,return_date,latitude,longitude\n";
    for (int i = 0; i < 28; ++i) {
      const std::string day = format_day(day_from_civil(2024, 2, 1) + i);
      sessions += fmt::format("o{},c{},{} 10:00,5,{}\n", i, i % 3, day, i % 2 == 0 ? "n" : "s");
      deliveries +=
          fmt::format("o{0},{1} 10:{2},{1} 10:05,{1} 11:00,41,29\n", i, day, i == 0 ? "01" : "30");
    }
    write(folder.path() / "sessions.csv", sessions);
    write(folder.path() / "deliveries.csv", deliveries);
    configuration.sources = {
        source("sessions", {"order_id", "client", "session_start_date", "payment_amount"})};
    configuration.settings["anomaly.networks"] = "false";  // which take long
    workspace.save(configuration);
  }
  workspace::SourceRecord source(const std::string& kind,
                                 const std::vector<std::string>& fields) const {
    return csv_source(folder.path(), kind, fields);
  }
  void connect_deliveries(const std::vector<std::string>& fields) {
    configuration.sources.push_back(source("deliveries", fields));
    workspace.save(configuration);
  }
  RunOutcome run(RunOptions options = {}) {
    for (const char* other : {"segments", "clv", "tests"}) options.skip.insert(other);
    return runs::run(home, workspace, options, no_progress(), Cancellation());
  }
  static StageOutcome stage(const RunOutcome& outcome) {
    return *std::ranges::find(outcome.stages, "deliveries", &StageOutcome::stage);
  }
  reports::Snapshot snapshot() const {
    return reports::Snapshot(home.snapshots_folder() /
                             workspace::read_current(home).value().snapshot);
  }
  reports::Manifest manifest() const { return snapshot().manifest(); }
  std::string why_not(const std::string& report) const {
    const reports::Manifest published = manifest();
    const auto reason = published.not_configured.find(report);
    return reason == published.not_configured.end() ? "" : reason->second;
  }

  TemporaryFolder folder;
  workspace::Home home = workspace::Home::open(folder.path() / "home");
  workspace::Workspace workspace{home};
  workspace::Configuration configuration;
};

TEST_F(DeliveriesStage, WithoutDeliveriesNamesTheSource) {
  const RunOutcome outcome = run();
  EXPECT_EQ(outcome.state, RunState::kSucceeded);
  EXPECT_EQ(stage(outcome).state, StageState::kOk);
  EXPECT_EQ(stage(outcome).rows, 0);
  for (const reports::ReportSpec& report : reports::family_of("deliver").reports) {
    EXPECT_EQ(why_not(report.name), "no deliveries source") << report.name;
    EXPECT_FALSE(manifest().rows.contains(report.name)) << report.name;
  }
}

TEST_F(DeliveriesStage, WhatIsNotMappedIsNamed) {
  connect_deliveries({"order_id", "delivery_date"});
  EXPECT_EQ(run().state, RunState::kSucceeded);
  EXPECT_EQ(why_not("deliver"), "");
  EXPECT_EQ(why_not("deliver_kpis"), "");
  EXPECT_EQ(why_not("deliver_location"), "latitude and longitude are not mapped");
  EXPECT_EQ(why_not("ride_weekday_hour"), "prepare_date is not mapped");
  EXPECT_EQ(why_not("returns"), "return_date is not mapped");
  EXPECT_EQ(manifest().rows.at("deliver_kpis"), 1);
  EXPECT_EQ(manifest().rows.at("deliver_weekday_hour"), 24);
}

TEST_F(DeliveriesStage, MakesTheReportsOfEveryPopulation) {
  configuration.sources[0].columns["dimension"] = "city";
  connect_deliveries(
      {"order_id", "delivery_date", "prepare_date", "return_date", "latitude", "longitude"});
  const RunOutcome outcome = run();
  EXPECT_EQ(outcome.state, RunState::kSucceeded);
  const reports::Manifest published = manifest();
  const auto& rows = published.rows;
  for (const reports::ReportSpec& report : reports::family_of("deliver").reports) {
    EXPECT_TRUE(rows.contains(report.name)) << report.name;
  }
  EXPECT_EQ(rows.at("deliver_kpis"), 3);
  EXPECT_EQ(rows.at("deliver_weekday_hour_cells"), 3 * 168);
  std::int64_t sum = 0;
  for (const auto& [name, count] : rows) {
    if (reports::family_of(name).stage == reports::kDeliveriesStage) sum += count;
  }
  EXPECT_EQ(stage(outcome).rows, sum);
  // The ride of the first order is below zero, and the log says so.
  const auto events = workspace.events(outcome.run);
  EXPECT_TRUE(std::ranges::any_of(events, [](const workspace::EventRecord& event) {
    return event.stage == "deliveries" &&
           event.message == "ride: 1 durations below zero or above 24 hours left out.";
  }));
}

TEST_F(DeliveriesStage, TheAutoencoderIsForMainAndTheEightLargestValues) {
  std::string sessions = "order_id,client,session_start_date,payment_amount,city\n";
  std::string deliveries = "order_id,delivery_date\n";
  for (int i = 0; i < 100; ++i) {
    sessions += fmt::format("o{},c{},2024-02-01 10:00,5,v{}\n", i, i, i < 10 ? i : i % 9);
    deliveries += fmt::format("o{},2024-02-01 10:{}\n", i, 10 + i % 50);
  }
  write(folder.path() / "sessions.csv", sessions);
  write(folder.path() / "deliveries.csv", deliveries);
  configuration.sources[0].columns["dimension"] = "city";
  configuration.settings["delivery.detector"] = "autoencoder";
  connect_deliveries({"order_id", "delivery_date"});
  const RunOutcome outcome = run();
  EXPECT_EQ(outcome.state, RunState::kSucceeded);
  const auto detector = [&](const std::string& population) {
    return snapshot().report("deliver_kpis", population).find("detector")->text(0);
  };
  EXPECT_EQ(detector("main"), "autoencoder");
  std::size_t with_network = 0;
  for (int v = 0; v < 10; ++v) with_network += detector(fmt::format("v{}", v)) == "autoencoder";
  EXPECT_EQ(with_network, 8U);
  EXPECT_EQ(detector("v9"), "shrunken");  // the smallest
  const auto events = workspace.events(outcome.run);
  EXPECT_TRUE(std::ranges::any_of(events, [](const workspace::EventRecord& event) {
    return event.message.starts_with("The autoencoder judges main and the 8 largest");
  }));
}

TEST_F(DeliveriesStage, CanBeLeftOutAndMadeLater) {
  connect_deliveries({"order_id", "delivery_date"});
  RunOptions options;
  options.skip = {"deliveries"};
  EXPECT_EQ(run(options).state, RunState::kSucceeded);
  EXPECT_EQ(manifest().skipped.at("deliver"), "deliveries");
  EXPECT_EQ(why_not("returns"), "return_date is not mapped");
  RunOptions again;
  again.only = {"exploratory", "deliveries", "publish"};
  EXPECT_EQ(run(again).state, RunState::kSucceeded);
  EXPECT_EQ(manifest().rows.at("deliver_kpis"), 1);
}

TEST_F(DeliveriesStage, AWrongSettingFailsItAlone) {
  configuration.settings["delivery.detector"] = "guess";
  connect_deliveries({"order_id", "delivery_date"});
  const RunOutcome outcome = run();
  EXPECT_EQ(stage(outcome).state, StageState::kFailed);
  EXPECT_EQ(outcome.state, RunState::kPartial);
  EXPECT_TRUE(manifest().rows.contains("kpis"));
}

}  // namespace
}  // namespace ca::runs
