#include "runs/value.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>

#include "base/error.h"
#include "base/scratch_folder.h"
#include "base/writers.h"
#include "runs/runner.h"

namespace ca::runs {
namespace {

namespace fs = std::filesystem;
using reports::Snapshot;

/// A shop of forty customers and two cities from January to July 2024, run as of days of June.
/// Without networks, so that it is quick.
class ValueStage : public ::testing::Test {
 protected:
  ValueStage() {
    std::string rows = "order_id,client,session_start_date,payment_amount,city\n";
    for (int c = 0; c < 40; ++c) {
      // Customers begin one after the other and buy every c + 3 days; a third of them stop.
      const int stops = c % 3 == 0 ? 60 + 2 * c : 210;
      for (int day = 2 * c; day < stops; day += c + 3) {
        rows += fmt::format("o{0}-{1},c{0:02},{2} 10:00,{3},{4}\n", c, day,
                            format_day(day_from_civil(2024, 1, 1) + day), 5 + c + day % 7,
                            c % 2 == 0 ? "north" : "south");
      }
    }
    std::ofstream(folder.path() / "sessions.csv", std::ios::binary) << rows;
    workspace::SourceRecord sessions;
    sessions.kind = "sessions";
    sessions.type = "csv";
    sessions.path = (folder.path() / "sessions.csv").string();
    for (const char* field : {"order_id", "client", "session_start_date", "payment_amount"}) {
      sessions.columns[field] = field;
    }
    sessions.columns["dimension"] = "city";
    configuration.sources = {sessions};
    configuration.settings["anomaly.networks"] = "false";  // which take long
    set("networks", "false");
    set("horizon", "30");
  }

  void set(const std::string& name, const std::string& value) {
    configuration.settings["clv." + name] = value;
    workspace.save(configuration);
  }
  RunOutcome run(int day_of_june, RunOptions options = {}) {
    options.as_of = fmt::format("2024-06-{:02}", day_of_june);
    RunOutcome outcome = runs::run(home, workspace, options, no_progress(), Cancellation());
    EXPECT_EQ(outcome.state, workspace::RunState::kSucceeded);
    return outcome;
  }
  void run_full(int day_of_june) {
    RunOptions options;
    options.full = true;
    run(day_of_june, options);
  }

  Snapshot snapshot() const {
    return Snapshot(home.snapshots_folder() / workspace::read_current(home).value().snapshot);
  }
  std::string report(const std::string& name, const std::string& population = "main") const {
    return to_csv(snapshot().report(name, population), Zone::utc());
  }
  models::KeptValue kept() const {
    return models::value_from_json(snapshot().text(models::kValueFile).value());
  }
  static Day june(int day) { return day_from_civil(2024, 6, day); }

  /// The rows of daily_clv of one vintage, or with none those that happened.
  std::string days_of(std::optional<int> vintage, const std::string& population = "main") const {
    const Table table = snapshot().report("daily_clv", population);
    const Column& made = *table.find("vintage");
    std::vector<std::size_t> rows;
    for (std::size_t row = 0; row < table.rows(); ++row) {
      const bool is_asked = vintage
                                ? !made.is_null(row) && made.integer(row) == june(*vintage).number
                                : made.is_null(row);
      if (is_asked) rows.push_back(row);
    }
    return rows.empty() ? "" : to_csv(table.reordered(rows), Zone::utc());
  }
  std::set<std::int64_t> vintages() const {
    const Table table = snapshot().report("daily_clv", "main");
    std::set<std::int64_t> vintages;
    for (std::size_t row = 0; row < table.rows(); ++row) {
      const Column& made = *table.find("vintage");
      if (!made.is_null(row)) vintages.insert(made.integer(row) - june(0).number);
    }
    return vintages;
  }

  ScratchFolder folder;
  workspace::Home home = workspace::Home::open(folder.path() / "home");
  workspace::Workspace workspace{home};
  workspace::Configuration configuration;
};

using Vintages = std::set<std::int64_t>;

TEST_F(ValueStage, PredictionsHoldForAWeekWhileDaysHappen) {
  run(1);
  const std::string predicted = days_of(1);
  const std::string of_north = days_of(1, "north");
  const std::string happened = days_of({});
  EXPECT_EQ(vintages(), Vintages{1});
  run(7);
  EXPECT_EQ(vintages(), Vintages{1});
  EXPECT_EQ(kept().predicted, june(1));
  EXPECT_EQ(days_of(1), predicted);
  EXPECT_EQ(days_of(1, "north"), of_north);
  EXPECT_EQ(days_of({}).substr(0, happened.size() - 100),
            happened.substr(0, happened.size() - 100));
  EXPECT_NE(days_of({}).find("2024-06-07"), std::string::npos) << "the new days are there";
  EXPECT_EQ(happened.find("2024-06-07"), std::string::npos);
}

TEST_F(ValueStage, AfterTheWeekANewVintageStandsBesideTheOld) {
  run(1);
  const std::string predicted = days_of(1);
  run(8);
  EXPECT_EQ(vintages(), (Vintages{1, 8}));
  EXPECT_EQ(days_of(1), predicted);
  EXPECT_NE(days_of(8), "");
  EXPECT_EQ(kept().predicted, june(8));
  run(15);
  EXPECT_EQ(vintages(), (Vintages{1, 8, 15}));
  // Looking back, nothing that was predicted later is there.
  run(9);
  EXPECT_EQ(vintages(), (Vintages{1, 8, 9}));
}

TEST_F(ValueStage, ModelsCompeteEveryTwoWeeks) {
  run(1);
  const std::string compared = report("clv_backtest");
  run(10);
  EXPECT_EQ(kept().predicted, june(10));
  EXPECT_EQ(kept().compared, june(1));
  EXPECT_TRUE(report("clv_backtest") == compared) << "what led to the champion stays to be read";
  run(16);
  EXPECT_EQ(kept().compared, june(1)) << "not before predictions are made anew";
  run(17);
  EXPECT_EQ(kept().compared, june(17));
  EXPECT_FALSE(report("clv_backtest") == compared);
}

TEST_F(ValueStage, CadencesCanBeSet) {
  set("predict_days", "1");
  set("retrain_days", "2");
  run(1);
  run(2);
  EXPECT_EQ(kept().predicted, june(2));
  EXPECT_EQ(kept().compared, june(1));
  run(3);
  EXPECT_EQ(kept().compared, june(3));
}

TEST_F(ValueStage, AFullRunStartsAfresh) {
  run(1);
  run_full(3);
  EXPECT_EQ(kept().predicted, june(3));
  EXPECT_EQ(kept().compared, june(3));
  EXPECT_NE(days_of(3), "");
  // As it would be in a home where nothing was before.
  const std::string fresh = days_of(3);
  const std::string clients = report("client_value");
  home = workspace::Home::open(folder.path() / "another");
  workspace::Workspace another(home);
  another.save(configuration);
  RunOptions options;
  options.as_of = "2024-06-03";
  runs::run(home, another, options, no_progress(), Cancellation());
  EXPECT_EQ(days_of(3), fresh);
  EXPECT_EQ(report("client_value"), clients);
}

TEST_F(ValueStage, SoDoesAChangedConfiguration) {
  run(1);
  set("horizon", "90");
  run(2);
  EXPECT_EQ(kept().predicted, june(2));
  EXPECT_EQ(kept().compared, june(2));
  set("seed", "5");
  run(3);
  EXPECT_EQ(kept().predicted, june(3));
  // What has nothing to do with predictions changes nothing of them.
  configuration.settings["rfm.refit"] = "weekly";
  workspace.save(configuration);
  run(4);
  EXPECT_EQ(kept().predicted, june(3));
}

TEST_F(ValueStage, PredictionsThatHoldAreOfTheSegmentsOfNow) {
  run(1);
  const auto named = [&] {
    const Table clients = snapshot().report("client_value", "main");
    std::size_t count = 0;
    for (std::size_t row = 0; row < clients.rows(); ++row) {
      count += clients.find("segment")->is_null(row) ? 0 : 1;
    }
    return std::pair(count, clients.rows());
  };
  EXPECT_EQ(named().first, named().second);

  RunOptions options;
  options.skip = {"segments"};
  run(2, options);
  EXPECT_EQ(named().first, 0U);
  EXPECT_EQ(snapshot().manifest().skipped.at("clvsegments_amount"), "segments");
  EXPECT_EQ(snapshot().manifest().empty_columns.at("client_value.segment"), "segments");

  run(4);
  EXPECT_EQ(kept().predicted, june(1)) << "still the first predictions";
  EXPECT_EQ(named().first, named().second);
  Snapshot now = snapshot();
  const Table clients = now.report("client_value", "main");
  const Table rfm = now.report("rfm", "main");
  for (std::size_t row = 0; row < clients.rows(); ++row) {
    for (std::size_t i = 0; i < rfm.rows(); ++i) {
      if (rfm.find("client")->text(i) != clients.find("client")->text(row)) continue;
      EXPECT_EQ(clients.find("segment")->text(row), rfm.find("segments")->text(i));
    }
  }
  // The money stays; newcomers are the rest of the days.
  const Table amounts = now.report("clvsegments_amount", "main");
  const Table daily = now.report("daily_clv", "main");
  double by_day = 0;
  double in_all = 0;
  for (std::size_t row = 0; row < daily.rows(); ++row) {
    if (!daily.find("vintage")->is_null(row)) by_day += daily.find("payment_amount")->real(row);
  }
  for (std::size_t row = 0; row < amounts.rows(); ++row) {
    in_all += amounts.find("payment_amount")->real(row);
  }
  EXPECT_NEAR(in_all, by_day, 1e-9 * by_day);
  EXPECT_EQ(amounts.find("segments")->text(amounts.rows() - 1), "newcomers");
}

TEST_F(ValueStage, DamagedPredictionsAreMadeAnew) {
  run(1);
  const fs::path file = snapshot().folder() / models::kValueFile;
  fs::resize_file(file, fs::file_size(file) / 2);
  run(2);
  EXPECT_EQ(kept().predicted, june(2));
}

TEST_F(ValueStage, RefusesSettingsThatAreNone) {
  const auto refused = [&](const std::string& name, const std::string& value) {
    configuration.settings = {{"clv." + name, value}};
    try {
      value_settings(configuration);
    } catch (const Error& error) {
      return error.code();
    }
    return std::string("none");
  };
  EXPECT_EQ(refused("horizon", "31"), "E-PARAM");
  EXPECT_EQ(refused("horizon", "30"), "none");
  EXPECT_EQ(refused("predict_days", "-1"), "E-PARAM");
  EXPECT_EQ(refused("predict_days", "0"), "none");
  EXPECT_EQ(refused("retrain_days", "two weeks"), "E-PARAM");
  EXPECT_EQ(refused("seed", "1.5"), "E-PARAM");
  configuration.settings.clear();
  const ValueSettings settings = value_settings(configuration);
  EXPECT_EQ(settings.horizon, 180);
  EXPECT_EQ(settings.retrain_days, 14);
  EXPECT_EQ(settings.predict_days, 7);
  EXPECT_TRUE(settings.has_networks);
}

TEST_F(ValueStage, WhereNobodyBoughtReportsAreThereWithNobodyInThem) {
  std::ofstream(folder.path() / "sessions.csv", std::ios::binary)
      << "order_id,client,session_start_date,payment_amount,city,bought\n"
         "1,a,2024-06-01 10:00,,north,no\n2,b,2024-06-02 10:00,,south,no\n";
  configuration.sources[0].columns["has_purchased"] = "bought";
  workspace.save(configuration);
  run(2);
  EXPECT_EQ(report("clvsegments_amount"), "segments,payment_amount,client_count\nnewcomers,0.0,\n");
  EXPECT_EQ(snapshot().report("client_value", "main").rows(), 0U);
  EXPECT_EQ(snapshot().report("daily_clv", "main").rows(), 2U + 30U);
  EXPECT_TRUE(snapshot().manifest().skipped.empty());
}

}  // namespace
}  // namespace ca::runs
