#include "api/reports.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "api/connect.h"
#include "base/writers.h"
#include "ingest/test_support.h"
#include "runs/runner.h"

namespace ca::api {
namespace {

using namespace ingest::testing;
using Json = nlohmann::json;
namespace fs = std::filesystem;

/// A connected shop in London with three dimension values, of which one is called main.
class Shop {
 public:
  enum class Dimension : std::uint8_t { kMapped, kUnmapped };

  explicit Shop(Dimension dimension = Dimension::kMapped) {
    write(folder.path() / "sessions.csv",
          "id,customer,start,paid,bought,city,seen\n"
          "o1,c1,2024-07-01 10:00,10,1,north,1\n"
          "o2,c1,2024-07-02 10:00,20.5,1,main,0\n"
          "o3,c2,2024-07-03 10:00,,0,north,1\n"
          "o4,c3,2024-07-04 23:30,30,1,\"a,b\",1\n");
    write(folder.path() / "connect.toml",
          "[workspace]\ntimezone = \"Europe/London\"\n[sessions]\npath = \"sessions.csv\"\n"
          "actions = [\"seen\"]\n"
          "columns = { order_id = \"id\", client = \"customer\", session_start_date = \"start\", "
          "payment_amount = \"paid\", has_purchased = \"bought\"" +
              std::string(dimension == Dimension::kMapped ? ", dimension = \"city\"" : "") +
              " }\n");
    workspace::Workspace workspace(home);
    connect(workspace, folder.path() / "connect.toml", Cancellation());
  }
  std::string run(const std::set<std::string>& skip = {}, const workspace::Clock& clock = {}) {
    workspace::Workspace workspace(home, clock);
    runs::RunOptions options;
    options.skip = skip;
    options.clock = clock;
    return runs::run(home, workspace, options, no_progress(), Cancellation()).run;
  }

  TemporaryFolder folder;
  workspace::Home home = workspace::Home::open(folder.path() / "home");
};

/// A clock that stands at that moment of UTC.
workspace::Clock clock_at(const std::string& moment) {
  const std::int64_t micros = read_instant(moment, Zone::utc()).instant.micros;
  return [micros] { return workspace::TimePoint(std::chrono::microseconds(micros)); };
}

/// Questions to one shop that nobody changes.
class ReportsTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    shop = std::make_unique<Shop>();
    run = shop->run();
  }
  static void TearDownTestSuite() { shop.reset(); }

  static std::vector<ReportResult> ask(const ReportQuery& question) {
    return query(shop->home, question, Cancellation());
  }
  static ReportQuery about(const std::vector<std::string>& names,
                           const std::vector<std::string>& dimensions = {}) {
    ReportQuery question;
    question.names = names;
    question.dimensions = dimensions;
    return question;
  }
  static ReportQuery window(const std::vector<std::string>& names, const std::string& from,
                            const std::string& to) {
    ReportQuery question = about(names);
    if (!from.empty()) question.from = from;
    if (!to.empty()) question.to = to;
    return question;
  }
  static std::optional<Error> error(const ReportQuery& question) {
    return error_of([&] { ask(question); });
  }
  static std::string code(const ReportQuery& question) {
    return code_of([&] { ask(question); });
  }
  static std::string csv(const ReportResult& result) {
    return to_csv(result.table, Zone::find(result.timezone));
  }

  static std::unique_ptr<Shop> shop;
  static std::string run;
};

std::unique_ptr<Shop> ReportsTest::shop;
std::string ReportsTest::run;

const std::string kDailyOrders =
    "daily,orders,is_partial\n2024-07-01,1,false\n2024-07-02,1,false\n2024-07-03,0,false\n"
    "2024-07-04,1,true\n";

TEST_F(ReportsTest, AnswersFromTheSnapshot) {
  const std::vector<ReportResult> results = ask(about({"daily_orders"}));
  ASSERT_EQ(results.size(), 1U);
  EXPECT_EQ(results[0].report, "daily_orders");
  EXPECT_EQ(results[0].dimension, "main");
  EXPECT_EQ(results[0].run, run);
  EXPECT_EQ(results[0].timezone, "Europe/London");
  EXPECT_EQ(Zone::utc().format(results[0].as_of), "2024-07-04T22:30:00");
  EXPECT_EQ(results[0].total_rows, 4);
  EXPECT_EQ(csv(results[0]), kDailyOrders);
}

TEST_F(ReportsTest, NamesAreOutermost) {
  std::string order;
  for (const ReportResult& result :
       ask(about({"kpis", "daily_orders"}, {"north", "main", "a,b"}))) {
    order += result.report + "/" + result.dimension + " ";
  }
  EXPECT_EQ(order,
            "kpis/north kpis/main kpis/a%2Cb daily_orders/north daily_orders/main "
            "daily_orders/a%2Cb ");
}

TEST_F(ReportsTest, ADimensionIsNamedByItsNameOrItsPlainValue) {
  const auto orders = [](const std::string& dimension) {
    return csv(ask(about({"daily_orders"}, {dimension})).at(0));
  };
  EXPECT_EQ(orders("a,b"), orders("a%2Cb"));
  EXPECT_NE(orders("a,b"), kDailyOrders);
  EXPECT_EQ(orders("main"), kDailyOrders);  // everybody, not the value of that name
  EXPECT_EQ(orders("%6Dain"),
            "daily,orders,is_partial\n2024-07-01,0,false\n2024-07-02,1,false\n2024-07-03,0,false\n"
            "2024-07-04,0,true\n");
}

TEST_F(ReportsTest, ALimitCutsTheRowsAndTellsTheirNumber) {
  ReportQuery question = about({"daily_orders"});
  question.shown.limit = 2;
  const ReportResult result = ask(question).at(0);
  EXPECT_EQ(result.table.rows(), 2U);
  EXPECT_EQ(result.total_rows, 4);
  question.shown.limit = 0;
  EXPECT_EQ(ask(question).at(0).table.rows(), 0U);
  question.from = "2024-07-02";
  question.shown.limit = 1;
  EXPECT_EQ(ask(question).at(0).table.rows(), 1U);
  EXPECT_EQ(ask(question).at(0).total_rows, 3);
}

TEST_F(ReportsTest, SeveralPopulationsAreNamedInFront) {
  ReportQuery question = about({"daily_orders"}, {"north", "main", "north"});
  question.shown.limit = 1;
  for (const bool is_live : {false, true}) {
    if (is_live) question.from = "2024-07-01";
    const std::vector<ReportResult> results = ask(question);
    ASSERT_EQ(results.size(), 2U);  // one table each, each once
    EXPECT_EQ(csv(results[0]), "population,daily,orders,is_partial\nnorth,2024-07-01,1,false\n");
    EXPECT_EQ(csv(results[1]), "population,daily,orders,is_partial\nmain,2024-07-01,1,false\n");
    EXPECT_EQ(results[0].table.key_columns(), 2U);
    EXPECT_EQ(results[0].columns.size(), 4U);
    EXPECT_EQ(results[0].columns[0].name, "population");
  }
}

TEST_F(ReportsTest, AUnionIsOnePopulation) {
  ReportQuery question =
      about({"daily_orders", "total_order_count_per_customer"}, {"a,b", "%6Dain"});
  question.as_union = true;
  const std::vector<ReportResult> results = ask(question);
  ASSERT_EQ(results.size(), 2U);
  EXPECT_EQ(results[0].dimension, "a%2Cb,%6Dain");
  EXPECT_EQ(csv(results[0]),
            "daily,orders,is_partial\n2024-07-01,0,false\n2024-07-02,1,false\n"
            "2024-07-03,0,false\n2024-07-04,1,true\n");
  EXPECT_EQ(csv(results[1]), "client,order_count\nc1,1\nc3,1\n");
  question.to = "2024-07-03";
  EXPECT_EQ(csv(ask(question).at(1)), "client,order_count\nc1,1\n");
  question.dimensions = {"north", "%6Dain"};  // in both of which c1 has an order
  EXPECT_EQ(csv(ask(question).at(1)), "client,order_count\nc1,2\n");
}

TEST_F(ReportsTest, AUnionOfOneValueIsThatValue) {
  ReportQuery question =
      about({"kpis", "daily_revenue", "purchase_amount_distribution", "hourly_funnel",
             "daily_funnel_downloads", "total_order_count_per_customer"},
            {"north"});
  const std::vector<ReportResult> value = ask(question);
  question.as_union = true;
  const std::vector<ReportResult> merged = ask(question);
  ASSERT_EQ(value.size(), merged.size());
  for (std::size_t i = 0; i < value.size(); ++i) {
    EXPECT_EQ(csv(merged[i]), csv(value[i])) << value[i].report;
    EXPECT_EQ(merged[i].dimension, "north");
  }
}

TEST_F(ReportsTest, AUnionNeedsValues) {
  ReportQuery question = about({"kpis"});
  question.as_union = true;
  EXPECT_EQ(code(question), "E-PARAM");
  question.dimensions = {"main", "north"};
  EXPECT_EQ(code(question), "E-PARAM");
  question.dimensions = {"nowhere"};
  EXPECT_EQ(code(question), "E-DIMENSION");
}

TEST_F(ReportsTest, ReportsOfMainAloneAreNotAskedOfADimension) {
  for (const char* from : {"", "2024-07-01"}) {
    ReportQuery question = window({"dimension_kpis"}, from, "");
    question.dimensions = {"north"};
    const auto across = error(question);
    ASSERT_TRUE(across);
    EXPECT_EQ(across->code(), "E-PARAM");
    EXPECT_EQ(across->message(), "dimension_kpis is about all dimension values at once.");
    question.dimensions = {"main"};
    EXPECT_EQ(code(question), "none");
  }
  const auto system = error(about({"kpis", "run_log"}, {"main", "north"}));
  ASSERT_TRUE(system);
  EXPECT_EQ(system->message(), "run_log is about a whole run, not about dimension values.");
}

TEST_F(ReportsTest, TheNearestNeedsADay) {
  ReportQuery question = about({"kpis"});
  question.nearest = true;
  EXPECT_EQ(code(question), "E-PARAM");
}

// ---- windows ----------------------------------------------------------------------------------

TEST_F(ReportsTest, AWindowIsComputedNow) {
  EXPECT_EQ(csv(ask(window({"daily_orders"}, "2024-07-02", "2024-07-03")).at(0)),
            "daily,orders,is_partial\n2024-07-02,1,false\n2024-07-03,0,false\n");
  EXPECT_EQ(csv(ask(window({"daily_orders"}, "", "2024-07-01")).at(0)),
            "daily,orders,is_partial\n2024-07-01,1,false\n");
  const ReportResult open = ask(window({"daily_orders"}, "2024-07-04", "")).at(0);
  EXPECT_EQ(csv(open), "daily,orders,is_partial\n2024-07-04,1,true\n");
  EXPECT_EQ(open.run, run);
  EXPECT_EQ(Zone::utc().format(open.as_of), "2024-07-04T22:30:00");
  EXPECT_EQ(Zone::utc().format(ask(window({"kpis"}, "", "2024-07-02")).at(0).as_of),
            "2024-07-02T22:59:59.999999");
}

TEST_F(ReportsTest, AWindowOverEverythingIsTheSnapshot) {
  for (const char* report :
       {"daily_orders", "kpis", "daily_revenue", "daily_funnel", "overall_funnel",
        "total_order_count_per_customer", "dimension_kpis"}) {
    EXPECT_EQ(csv(ask(window({report}, "2024-07-01", "2024-07-31")).at(0)),
              csv(ask(about({report})).at(0)))
        << report;
  }
}

TEST_F(ReportsTest, APopulationWithoutSessionsInTheWindowHasAxisOrNoRows) {
  ReportQuery question = window({"total_order_count_per_customer"}, "", "2024-07-01");
  question.dimensions = {"a,b"};
  const ReportResult result = ask(question).at(0);
  EXPECT_EQ(csv(result), "client,order_count\n");
  EXPECT_EQ(result.total_rows, 0);
}

TEST_F(ReportsTest, WindowsThatAreNoneAreRefused) {
  EXPECT_EQ(code(window({"kpis"}, "2024-07-32", "")), "E-PARAM");
  EXPECT_EQ(code(window({"kpis"}, "", "July")), "E-PARAM");
  EXPECT_EQ(code(window({"kpis"}, "2024-07-01 10:00", "")), "E-PARAM");
  const auto reversed = error(window({"kpis"}, "2024-07-03", "2024-07-02"));
  ASSERT_TRUE(reversed);
  EXPECT_EQ(reversed->code(), "E-PARAM");
  EXPECT_EQ(reversed->message(), "The window ends on 2024-07-02, before it begins on 2024-07-03.");
  EXPECT_EQ(code(window({"data_quality"}, "2024-07-01", "")), "E-PARAM");
}

TEST_F(ReportsTest, WindowsOutsideTheDataAreEmpty) {
  EXPECT_EQ(ask(window({"daily_orders"}, "2030-01-01", "")).at(0).total_rows, 0);
  EXPECT_EQ(ask(window({"daily_orders"}, "", "1999-01-01")).at(0).total_rows, 0);
  EXPECT_EQ(ask(window({"kpis"}, "2030-01-01", "")).at(0).note,
            "The window lies outside the data, which are from 2024-07-01 to 2024-07-04.");
  EXPECT_EQ(ask(window({"kpis"}, "", "2024-06-30")).at(0).note,
            "The window lies outside the data, which are from 2024-07-01 to 2024-07-04.");
  EXPECT_EQ(ask(window({"kpis"}, "2024-07-04", "2030-01-01")).at(0).note, "");
  EXPECT_EQ(code(window({"kpis", "daily_orders", "daily_funnel"}, "2030-01-01", "2030-02-01")),
            "none");
  EXPECT_EQ(code(window({"kpis", "daily_orders", "daily_funnel"}, "0001-01-01", "9999-12-31")),
            "none");
}

// ---- errors -----------------------------------------------------------------------------------

TEST_F(ReportsTest, UnknownReports) {
  EXPECT_EQ(code({}), "E-PARAM");
  const auto slip = error(about({"daily_order"}));
  ASSERT_TRUE(slip);
  EXPECT_EQ(slip->code(), "E-REPORT");
  EXPECT_EQ(slip->hint(), "Did you mean daily_orders?");
  EXPECT_EQ(slip->details(), (Error::Details{{"report", "daily_order"}}));
  EXPECT_EQ(code(about({"kpis", "xyzzy"})), "E-REPORT");
  EXPECT_EQ(code(about({""})), "E-REPORT");
  EXPECT_EQ(code(about({"../../etc/passwd"})), "E-REPORT");
}

TEST_F(ReportsTest, UnknownDimensions) {
  const auto slip = error(about({"kpis"}, {"nort"}));
  ASSERT_TRUE(slip);
  EXPECT_EQ(slip->code(), "E-DIMENSION");
  EXPECT_EQ(slip->hint(), "Did you mean north?");
  EXPECT_EQ(slip->details(), (Error::Details{{"dimension", "nort"}}));
  EXPECT_EQ(code(about({"kpis"}, {"north", "nowhere"})), "E-DIMENSION");
  EXPECT_EQ(code(about({"kpis"}, {""})), "E-DIMENSION");
  EXPECT_EQ(code(about({"kpis"}, {"' OR '1'='1"})), "E-DIMENSION");
}

TEST(Reports, WhatIsNotConfiguredSaysWhatIsMissing) {
  Shop shop(Shop::Dimension::kUnmapped);
  shop.run();
  for (const char* from : {"", "2024-07-01"}) {
    ReportQuery question;
    question.names = {"kpis", "dimension_kpis"};
    if (*from != '\0') question.from = from;
    const auto error = error_of([&] { query(shop.home, question, Cancellation()); });
    ASSERT_TRUE(error);
    EXPECT_EQ(error->code(), "E-NOT-CONFIGURED");
    EXPECT_EQ(error->message(), "dimension_kpis is not configured: dimension is not mapped.");
    EXPECT_EQ(error->details(), (Error::Details{{"report", "dimension_kpis"}}));
  }
}

TEST(Reports, NothingIsThereBeforeTheFirstRun) {
  const Shop shop;
  ReportQuery question;
  question.names = {"kpis"};
  EXPECT_EQ(code_of([&] { query(shop.home, question, Cancellation()); }), "E-SNAPSHOT");
  question.snapshot = "2024-07-01";
  const auto error = error_of([&] { query(shop.home, question, Cancellation()); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), "E-SNAPSHOT");
  EXPECT_EQ(error->details(), (Error::Details{{"before", "none"}, {"after", "none"}}));
  EXPECT_EQ(code_of([&] { manifest(shop.home); }), "E-SNAPSHOT");
  EXPECT_EQ(code_of([&] {
              export_reports(shop.home, shop.folder.path() / "out", {}, true, false, no_progress(),
                             Cancellation());
            }),
            "E-SNAPSHOT");
}

TEST(Reports, WhatARunLeftOutIsToldByItsStage) {
  Shop shop;
  shop.run({"quality"});
  ReportQuery question;
  question.names = {"data_quality"};
  const auto error = error_of([&] { query(shop.home, question, Cancellation()); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), "E-SKIPPED");
  EXPECT_EQ(error->message(), "data_quality was not computed: the stage quality did not run.");
}

// ---- snapshots of earlier days ----------------------------------------------------------------

class SnapshotsTest : public ::testing::Test {
 protected:
  /// Three runs, made on 1 March (twice) and on 5 March 2024.
  static void SetUpTestSuite() {
    shop = std::make_unique<Shop>();
    runs.clear();
    for (const char* moment : {"2024-03-01 10:00", "2024-03-01 12:00", "2024-03-05 09:00"}) {
      runs.push_back(shop->run({}, clock_at(moment)));
    }
  }
  static void TearDownTestSuite() { shop.reset(); }

  static fs::path folder_of(const std::string& run) { return shop->home.snapshots_folder() / run; }
  static std::string run_of(const std::string& day, bool nearest = false) {
    ReportQuery question;
    question.names = {"kpis"};
    question.snapshot = day;
    question.nearest = nearest;
    return query(shop->home, question, Cancellation()).at(0).run;
  }

  static std::unique_ptr<Shop> shop;
  static std::vector<std::string> runs;
};

std::unique_ptr<Shop> SnapshotsTest::shop;
std::vector<std::string> SnapshotsTest::runs;

TEST_F(SnapshotsTest, ADayHasItsNewestSnapshot) {
  EXPECT_EQ(run_of("2024-03-01"), runs[1]);
  EXPECT_EQ(run_of("2024-03-05"), runs[2]);
  EXPECT_EQ(manifest(shop->home, "2024-03-01").run, runs[1]);
  EXPECT_EQ(manifest(shop->home).run, runs[2]);
}

TEST_F(SnapshotsTest, AnotherDayIsAnErrorWithItsNeighbours) {
  const auto neighbours = [&](const std::string& day) {
    const auto error = error_of([&] { run_of(day); });
    return error ? error->code() + " " + error->details().at(0).second + " " +
                       error->details().at(1).second
                 : "none";
  };
  EXPECT_EQ(neighbours("2024-02-29"), "E-SNAPSHOT none 2024-03-01");
  EXPECT_EQ(neighbours("2024-03-04"), "E-SNAPSHOT 2024-03-01 2024-03-05");
  EXPECT_EQ(neighbours("2024-03-06"), "E-SNAPSHOT 2024-03-05 none");
  const auto error = error_of([&] { run_of("2024-03-02"); });
  EXPECT_EQ(error->message(),
            "There is no snapshot of 2024-03-02; the one before is 2024-03-01, the one after "
            "2024-03-05.");
}

TEST_F(SnapshotsTest, TheNearestIsTheOneBefore) {
  EXPECT_EQ(run_of("2024-03-04", true), runs[1]);
  EXPECT_EQ(run_of("2024-03-05", true), runs[2]);
  EXPECT_EQ(run_of("2030-01-01", true), runs[2]);
  EXPECT_EQ(code_of([&] { run_of("2024-02-29", true); }), "E-SNAPSHOT");
}

TEST_F(SnapshotsTest, ADayThatIsNoneIsRefused) {
  for (const char* day : {"", "2024-3-1", "2024-02-30", "today", "2024-03-01T00:00"}) {
    EXPECT_EQ(code_of([&] { run_of(day); }), "E-PARAM") << day;
  }
}

TEST_F(SnapshotsTest, WindowsNeedTheNewest) {
  ReportQuery question;
  question.names = {"kpis"};
  question.from = "2024-07-01";
  question.snapshot = "2024-03-01";
  EXPECT_EQ(code_of([&] { query(shop->home, question, Cancellation()); }), "E-SNAPSHOT");
  question.snapshot = "2024-03-05";
  EXPECT_EQ(code_of([&] { query(shop->home, question, Cancellation()); }), "none");
}

TEST_F(SnapshotsTest, WhatWasNeverPublishedIsNotShown) {
  // What a run leaves that is killed after it has completed its snapshot and before it publishes
  // it.
  const std::string killed = "99991231T000000-0001";
  fs::copy(folder_of(runs[2]), folder_of(killed));
  EXPECT_EQ(run_of("2024-03-05"), runs[2]);
  EXPECT_EQ(manifest(shop->home).run, runs[2]);
  fs::remove_all(folder_of(killed));
}

TEST_F(SnapshotsTest, ADayIsFoundWithoutReadingTheOthers) {
  const fs::path file = folder_of(runs[0]) / "manifest.json";
  fs::rename(file, shop->folder.path() / "manifest.json");
  EXPECT_EQ(run_of("2024-03-05"), runs[2]);
  EXPECT_EQ(run_of("2024-03-01"), runs[1]);
  fs::rename(shop->folder.path() / "manifest.json", file);
}

TEST(Snapshots, AClockThatWasSetBackHidesNone) {
  Shop shop;
  std::map<std::string, std::string> runs;
  for (const char* moment : {"2024-03-05 10:00", "2024-03-01 10:00", "2024-03-05 09:00"}) {
    runs[moment] = shop.run({}, clock_at(moment));
  }
  const auto run_of = [&](const char* day) { return manifest(shop.home, day).run; };
  EXPECT_EQ(manifest(shop.home).run, runs["2024-03-05 09:00"]);
  EXPECT_EQ(run_of("2024-03-05"), runs["2024-03-05 09:00"]);  // published last
  EXPECT_EQ(run_of("2024-03-01"), runs["2024-03-01 10:00"]);
  shop.run({}, clock_at("2024-02-01 10:00"));
  EXPECT_EQ(run_of("2024-03-05"), runs["2024-03-05 09:00"]);
  EXPECT_EQ(run_of("2024-03-01"), runs["2024-03-01 10:00"]);
}

TEST_F(SnapshotsTest, ADamagedSnapshotIsToldAsSuch) {
  const fs::path file = folder_of(runs[2]) / "manifest.json";
  fs::copy_file(file, shop->folder.path() / "manifest.json");
  write(file, "{");
  EXPECT_EQ(code_of([&] { manifest(shop->home); }), "E-SNAPSHOT");
  EXPECT_EQ(code_of([&] { run_of("2024-03-05"); }), "E-SNAPSHOT");
  fs::rename(shop->folder.path() / "manifest.json", file);
  EXPECT_EQ(run_of("2024-03-05"), runs[2]);
}

// ---- JSON -------------------------------------------------------------------------------------

TEST_F(ReportsTest, JsonHasTheShapeOfTheSpecification) {
  ReportQuery question = about({"daily_orders"});
  question.shown.limit = 1;
  EXPECT_EQ(to_json(ask(question)),
            "{\"report\":\"daily_orders\",\"dimension\":\"main\",\"as_of\":\"2024-07-04T23:30:00\","
            "\"run_id\":\"" +
                run +
                "\",\"is_sample\":false,"
                "\"columns\":[{\"name\":\"daily\",\"type\":\"date\",\"unit\":\"\"},"
                "{\"name\":\"orders\",\"type\":\"integer\",\"unit\":\"orders\"},"
                "{\"name\":\"is_partial\",\"type\":\"boolean\",\"unit\":\"\"}],"
                "\"rows\":[[\"2024-07-01\",1,false]],\"total_rows\":4}");
}

TEST_F(ReportsTest, EveryReportIsValidJson) {
  ReportQuery question;
  for (const auto& [name, rows] : manifest(shop->home).rows) question.names.push_back(name);
  const Json list = Json::parse(to_json(ask(question)));
  ASSERT_EQ(list.size(), question.names.size());
  const std::set<std::string> types = {"integer", "double", "boolean", "text", "date", "timestamp"};
  for (const Json& report : list) {
    EXPECT_EQ(report.at("rows").size(), report.at("total_rows").get<std::size_t>());
    EXPECT_FALSE(report.at("is_sample").get<bool>());
    for (const Json& column : report.at("columns")) {
      EXPECT_TRUE(types.contains(column.at("type"))) << column;
      EXPECT_TRUE(column.at("unit").is_string());
    }
    for (const Json& row : report.at("rows")) {
      EXPECT_EQ(row.size(), report.at("columns").size()) << report.at("report");
    }
  }
}

TEST_F(ReportsTest, ColumnsOfActionsAreDescribedLikeTheirPattern) {
  const Json from_snapshot = Json::parse(to_json(ask(about({"daily_funnel"}))));
  const Json from_window = Json::parse(to_json(ask(window({"daily_funnel"}, "2024-07-01", ""))));
  EXPECT_EQ(from_snapshot.at("columns"), from_window.at("columns"));
  const bool has_action = std::ranges::any_of(from_snapshot.at("columns"), [](const Json& column) {
    return column.at("name").get<std::string>().find("seen") != std::string::npos;
  });
  EXPECT_TRUE(has_action);
}

TEST_F(ReportsTest, OneResultIsAnObjectAndSeveralAreAList) {
  EXPECT_TRUE(Json::parse(to_json(ask(about({"kpis"})))).is_object());
  EXPECT_TRUE(Json::parse(to_json(ask(about({"kpis", "daily_orders"})))).is_array());
  EXPECT_TRUE(Json::parse(to_json(ask(about({"kpis"}, {"main", "north"})))).is_array());
}

TEST(Catalogue, ListsEveryReportWithItsColumns) {
  const Json list = Json::parse(catalogue_json());
  std::set<std::string> names;
  for (const Json& report : list) {
    EXPECT_TRUE(names.insert(report.at("name")).second) << report.at("name");
    EXPECT_FALSE(report.at("columns").empty()) << report.at("name");
    EXPECT_FALSE(report.at("title").get<std::string>().empty()) << report.at("name");
    EXPECT_TRUE(report.at("is_additive").is_boolean());
  }
  EXPECT_TRUE(names.contains("kpis"));
  EXPECT_TRUE(names.contains("data_quality"));
  EXPECT_TRUE(names.contains("run_log"));
}

// ---- export -----------------------------------------------------------------------------------

class ExportTest : public ReportsTest {
 protected:
  std::size_t write_files(const std::vector<std::string>& dimensions, bool all,
                          bool parquet = false) {
    return export_reports(shop->home, target, dimensions, all, parquet, no_progress(),
                          Cancellation());
  }
  /// Names of everything below the target, files with their folders.
  std::set<std::string> found() const {
    std::set<std::string> names;
    for (const auto& entry : fs::recursive_directory_iterator(target)) {
      if (entry.is_regular_file()) names.insert(fs::relative(entry.path(), target));
    }
    return names;
  }
  Json names() const {
    std::ifstream file(target / "dimensions.json");
    return Json::parse(file);
  }

  TemporaryFolder out;
  fs::path target = out.path() / "results" / "today";
};

TEST_F(ExportTest, AloneItWritesMain) {
  const std::size_t files = write_files({}, false);
  EXPECT_EQ(files, manifest(shop->home).rows.size());
  EXPECT_EQ(found().size(), files + 1);
  std::ifstream file(target / "main" / "daily_orders.csv", std::ios::binary);
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(file), {}), kDailyOrders);
  EXPECT_EQ(names(), Json::parse(R"({"main": null})"));
}

TEST_F(ExportTest, AllHasAFolderForEachValue) {
  const std::size_t files = write_files({}, true);
  EXPECT_EQ(found().size(), files + 1);
  EXPECT_EQ(names(), Json::parse(R"({"main": null, "%6Dain": "main", "a%2Cb": "a,b",
                                     "north": "north"})"));
  EXPECT_TRUE(found().contains("%6Dain/kpis.csv"));
  EXPECT_TRUE(found().contains("main/dimension_kpis.csv"));
  EXPECT_FALSE(found().contains("north/dimension_kpis.csv"));  // main's alone
  EXPECT_FALSE(found().contains("north/data_quality.csv"));
  EXPECT_TRUE(found().contains("main/run_log.csv"));
  EXPECT_FALSE(found().contains("north/run_log.csv"));
}

TEST_F(ExportTest, SomeDimensionsAsParquet) {
  write_files({"a,b", "%6Dain"}, false, true);
  EXPECT_TRUE(found().contains("a%2Cb/kpis.parquet"));
  EXPECT_TRUE(found().contains("%6Dain/kpis.parquet"));
  EXPECT_FALSE(found().contains("main/kpis.parquet"));
  EXPECT_EQ(names(), Json::parse(R"({"%6Dain": "main", "a%2Cb": "a,b"})"));
}

TEST_F(ExportTest, AnUnknownDimensionWritesNothing) {
  EXPECT_EQ(code_of([&] { write_files({"north", "nowhere"}, false); }), "E-DIMENSION");
  EXPECT_FALSE(fs::exists(target));
}

TEST_F(ExportTest, AFolderThatCannotBeIsAnError) {
  write(out.path() / "results", "a file where a folder should be");
  const std::string code = code_of([&] { write_files({}, false); });
  EXPECT_TRUE(code == "E-FILE" || code == "E-PERM") << code;
}

}  // namespace
}  // namespace ca::api
