#include "api/members.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "api/connect.h"
#include "base/writers.h"
#include "ingest/test_support.h"
#include "runs/runner.h"

namespace ca::api {
namespace {

using namespace ingest::testing;
using Json = nlohmann::json;

/// Clients whose names have to be quoted somewhere, and a session of nobody.
constexpr const char* kSessions =
    "id,customer,start,paid,bought,city\n"
    "o1,\"say \"\"hi\"\"\",2024-07-01 10:00,10,1,north\n"
    "o2,\"two\nlines\",2024-07-01 11:00,20.5,1,\"a,b\"\n"
    "o3,\xF0\x9F\x9B\x92,2024-07-01 12:00,,1,north\n"
    "o4,\xF0\x9F\x9B\x92,2024-07-02 12:00,5,1,main\n"
    "o5,,2024-07-02 13:00,7,1,main\n"
    "o6,\"=1+1, 'x'\\\",2024-07-02 14:00,,0,north\n";

class MembersTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder = std::make_unique<TemporaryFolder>();
    write(folder->path() / "sessions.csv", kSessions);
    write(folder->path() / "connect.toml",
          "[workspace]\ntimezone = \"Europe/London\"\n"
          "[sessions]\npath = \"sessions.csv\"\nanonymous = \"keep\"\n"
          "columns = { order_id = \"id\", client = \"customer\", session_start_date = \"start\", "
          "payment_amount = \"paid\", has_purchased = \"bought\", dimension = \"city\" }\n");
    home = std::make_unique<workspace::Home>(workspace::Home::open(folder->path() / "home"));
    workspace::Workspace workspace(*home);
    connect(workspace, folder->path() / "connect.toml", Cancellation());
    run = runs::run(*home, workspace, {}, no_progress(), Cancellation()).run;
  }
  static void TearDownTestSuite() {
    home.reset();
    folder.reset();
  }

  static MembersQuery about(const std::string& report, const std::string& cell) {
    MembersQuery query;
    query.report = report;
    query.cell = cell;
    return query;
  }
  static MembersResult ask(const MembersQuery& query) {
    return members(*home, query, Cancellation());
  }
  static std::vector<std::string> clients(const MembersResult& result) {
    std::vector<std::string> names;
    const Column& column = *result.members.table.find("client");
    for (std::size_t row = 0; row < column.size(); ++row) names.push_back(column.text(row));
    return names;
  }
  /// "E-PARAM: message | hint".
  static std::string error(const MembersQuery& query) {
    const std::optional<Error> error = error_of([&] { ask(query); });
    if (!error) return "none";
    return error->code() + ": " + error->message() + " | " + error->hint();
  }
  static std::string error(const std::string& report, const std::string& cell) {
    return error(about(report, cell));
  }

  static std::unique_ptr<TemporaryFolder> folder;
  static std::unique_ptr<workspace::Home> home;
  static std::string run;
};

std::unique_ptr<TemporaryFolder> MembersTest::folder;
std::unique_ptr<workspace::Home> MembersTest::home;
std::string MembersTest::run;

const std::string kFirstDay = R"({"key": {"daily": "2024-07-01"}, "column": "orders"})";

TEST_F(MembersTest, NameTheCustomersBehindANumber) {
  const MembersResult result = ask(about("daily_orders", kFirstDay));
  EXPECT_EQ(result.dimension, "main");
  EXPECT_EQ(result.run, run);
  EXPECT_EQ(result.counts, reports::Counted::kOrders);
  EXPECT_EQ(std::get<std::int64_t>(result.members.value), 3);
  EXPECT_EQ(
      to_csv(result.members.table, Zone::find(result.timezone)),
      "client,first_order,last_order,orders,revenue,recency,n,segment\n"
      "\"say \"\"hi\"\"\",2024-07-01T10:00:00,2024-07-01T10:00:00,1,10.0,28.0,1,about to sleep\n"
      "\"two\nlines\",2024-07-01T11:00:00,2024-07-01T11:00:00,1,20.5,27.0,1,new customers\n"
      "\xF0\x9F\x9B\x92,2024-07-01T12:00:00,2024-07-02T12:00:00,2,5.0,2.0,1,loyal customers\n");
}

TEST_F(MembersTest, AreJsonInTheFormOfAReport) {
  const MembersResult result =
      ask(about("daily_orders", R"({"column": "orders", "key": {"daily": "2024-07-02"}})"));
  EXPECT_EQ(Json::parse(to_json(result)), Json::parse(fmt::format(R"({{
    "report": "daily_orders", "dimension": "main", "as_of": "2024-07-02T14:00:00",
    "run_id": "{}", "is_sample": false,
    "cell": {{"key": {{"daily": "2024-07-02"}}, "column": "orders", "value": 2}},
    "counts": "orders", "n": 1, "anonymous": 1,
    "columns": [{{"name": "client", "type": "text", "unit": ""}},
                {{"name": "first_order", "type": "timestamp", "unit": ""}},
                {{"name": "last_order", "type": "timestamp", "unit": ""}},
                {{"name": "orders", "type": "integer", "unit": "orders"}},
                {{"name": "revenue", "type": "double", "unit": "currency"}},
                {{"name": "recency", "type": "double", "unit": "hours"}},
                {{"name": "n", "type": "integer", "unit": ""}},
                {{"name": "segment", "type": "text", "unit": ""}}],
    "rows": [["\ud83d\uded2", "2024-07-01T12:00:00", "2024-07-02T12:00:00", 2, 5.0, 2.0, 1,
              "loyal customers"]],
    "total_rows": 1}})",
                                                                  run)));
}

TEST_F(MembersTest, HaveACellWithAKeyOfEachType) {
  const auto cell_of = [](const char* report, const char* cell) {
    return Json::parse(to_json(ask(about(report, cell)))).at("cell").dump();
  };
  EXPECT_EQ(cell_of("kpis", R"({"column": "conversion_rate"})"),
            R"({"column":"conversion_rate","key":{},"value":0.8333333333333334})");
  EXPECT_EQ(cell_of("kpis", R"({"key": {}, "column": "total_revenue"})"),
            R"({"column":"total_revenue","key":{},"value":42.5})");
  EXPECT_EQ(cell_of("hourly_orders", R"({"key": {"hourly": 12}, "column": "orders"})"),
            R"({"column":"orders","key":{"hourly":12},"value":1.0})");
  EXPECT_EQ(cell_of("purchase_amount_distribution",
                    R"({"key": {"payment_bins": 5}, "column": "orders"})"),
            R"({"column":"orders","key":{"payment_bins":5.0},"value":1})");
  EXPECT_EQ(cell_of("dimension_kpis", R"({"key": {"dimension": "a,b"}, "column": "order_count"})"),
            R"({"column":"order_count","key":{"dimension":"a,b"},"value":1})");
  EXPECT_EQ(
      cell_of("client_kpis", R"({"key": {"client": "two\nlines"}, "column": "session_count"})"),
      R"({"column":"session_count","key":{"client":"two\nlines"},"value":1})");
}

TEST_F(MembersTest, AreThoseOfAPopulation) {
  MembersQuery query = about("kpis", R"({"column": "total_orders"})");
  query.dimensions = {"north"};
  EXPECT_EQ(clients(ask(query)), (std::vector<std::string>{"say \"hi\"", "\xF0\x9F\x9B\x92"}));
  query.dimensions = {"%6Dain"};
  EXPECT_EQ(ask(query).dimension, "%6Dain");
  EXPECT_EQ(clients(ask(query)), std::vector<std::string>{"\xF0\x9F\x9B\x92"});
  EXPECT_EQ(ask(query).members.anonymous, 1);
  query.dimensions = {"north", "a%2Cb"};
  EXPECT_EQ(error(query),
            "E-PARAM: Members are those of one population. | Name one dimension value, or several "
            "with --union.");
  query.as_union = true;
  EXPECT_EQ(ask(query).dimension, "north,a%2Cb");
  EXPECT_EQ(ask(query).members.total, 3);
  query.dimensions = {"south"};
  EXPECT_EQ(error(query).substr(0, 11), "E-DIMENSION");
  query = about("dimension_kpis", R"({"key": {"dimension": "north"}, "column": "order_count"})");
  query.dimensions = {"north"};
  EXPECT_NE(error(query).find("is about all dimension values at once."), std::string::npos);
}

TEST_F(MembersTest, AreThoseOfAWindow) {
  MembersQuery query = about("kpis", R"({"column": "total_orders"})");
  query.to = "2024-07-01";
  EXPECT_EQ(ask(query).members.total, 3);
  EXPECT_EQ(Zone::find("Europe/London").format(ask(query).as_of), "2024-07-01T23:59:59.999999");
  query.from = "2024-07-02";
  EXPECT_EQ(error(query),
            "E-PARAM: The window ends on 2024-07-01, before it begins on 2024-07-02. | ");
  query.to = "soon";
  EXPECT_EQ(error(query).substr(0, 7), "E-PARAM");
  query = about("daily_orders", kFirstDay);
  query.from = "2030-01-01";
  EXPECT_EQ(error(query).substr(0, 42), "E-PARAM: daily_orders has no such row. | `");
}

TEST_F(MembersTest, ComeInPages) {
  MembersQuery query = about("daily_orders", kFirstDay);
  query.order = {"revenue", true};
  query.offset = 1;
  query.limit = 1;
  const MembersResult result = ask(query);
  EXPECT_EQ(clients(result), std::vector<std::string>{"say \"hi\""});
  EXPECT_EQ(result.members.total, 3);
  EXPECT_EQ(result.members.n, 3);
  query.order = {"price", true};
  EXPECT_EQ(error(query),
            "E-PARAM: Members have no column \"price\". | Their columns are client, first_order, "
            "last_order, orders, revenue, recency, n, segment.");
}

TEST_F(MembersTest, OfACellThatIsNoneAreAnError) {
  const std::string form =
      R"( | Write it like {"key": {"daily": "2021-03-04"}, "column": "orders"}.)";
  EXPECT_EQ(error("daily_orders", ""), "E-PARAM: The cell is not JSON." + form);
  EXPECT_EQ(error("daily_orders", kFirstDay + "}"), "E-PARAM: The cell is not JSON." + form);
  EXPECT_EQ(error("daily_orders", "{\"column\": \"\xFF\"}"),
            "E-PARAM: The cell is not JSON." + form);
  EXPECT_EQ(error("daily_orders", "[1]"), "E-PARAM: The cell is not a JSON object." + form);
  EXPECT_EQ(error("daily_orders", "{}"), "E-PARAM: The cell does not name its column." + form);
  EXPECT_EQ(error("daily_orders", R"({"column": 3})"),
            "E-PARAM: The cell does not name its column." + form);
  EXPECT_EQ(error("daily_orders", R"({"column": "orders", "colunm": "orders"})"),
            "E-PARAM: A cell has no \"colunm\". | Did you mean column?");
  EXPECT_EQ(error("daily_orders", R"({"column": "orders", "column": "orders"})"),
            "E-PARAM: The cell names \"column\" twice." + form);
  EXPECT_EQ(error("hourly_orders", R"({"column": "orders", "key": {"hourly": 1, "hourly": 2}})"),
            "E-PARAM: The cell names \"hourly\" twice." + form);
  EXPECT_EQ(error("daily_orders", R"({"column": "orders", "key": []})"),
            "E-PARAM: The cell's key is not a JSON object." + form);
  EXPECT_EQ(error("daily_order", kFirstDay),
            "E-REPORT: There is no report named \"daily_order\". | Did you mean daily_orders?");
}

TEST_F(MembersTest, OfAKeyThatIsNoneAreAnError) {
  EXPECT_EQ(error("daily_orders", R"({"column": "orders"})"),
            "E-PARAM: The key of daily_orders lacks daily. | A row is named by daily.");
  EXPECT_EQ(error("daily_orders", R"({"column": "orders", "key": {"daly": "2024-07-01"}})"),
            "E-PARAM: The key of daily_orders has no \"daly\". | Did you mean daily?");
  EXPECT_EQ(error("daily_orders", R"({"column": "orders", "key": {"is_partial": true}})"),
            "E-PARAM: The key of daily_orders has no \"is_partial\". | It has daily.");
  EXPECT_EQ(error("kpis", R"({"column": "total_orders", "key": {"daily": "2024-07-01"}})"),
            "E-PARAM: The key of kpis has no \"daily\". | It has no key: leave it out.");
  for (const char* day : {R"("2024-7-1")", R"("2024-02-30")", "20240701", "null", "[]"}) {
    const std::string cell = fmt::format(R"({{"column": "orders", "key": {{"daily": {}}}}})", day);
    EXPECT_NE(error("daily_orders", cell).find("not a day like 2021-03-04."), std::string::npos)
        << cell;
  }
  for (const char* hour : {R"("12")", "12.5", "18446744073709551615", "null", "true"}) {
    const std::string cell =
        fmt::format(R"({{"column": "orders", "key": {{"hourly": {}}}}})", hour);
    EXPECT_NE(error("hourly_orders", cell).find("not an integer."), std::string::npos) << cell;
  }
  EXPECT_NE(error("client_kpis", R"({"column": "order_count", "key": {"client": 7}})")
                .find("The key client is 7, not a text."),
            std::string::npos);
  EXPECT_NE(
      error("purchase_amount_distribution", R"({"column": "orders", "key": {"payment_bins": "5"}})")
          .find("not a number."),
      std::string::npos);
  EXPECT_NE(error("daily_orders", R"({"column": "orders", "key": {"daily": "2024-07-03"}})")
                .find("Here daily is 2024-07-01, 2024-07-02."),
            std::string::npos);
}

TEST_F(MembersTest, OfWhatDoesNotCountAreAnError) {
  EXPECT_EQ(error("daily_orders", R"({"column": "order", "key": {"daily": "2024-07-01"}})"),
            "E-PARAM: daily_orders has no column \"order\". | Did you mean orders?");
  EXPECT_EQ(
      error("daily_orders", R"({"column": "daily", "key": {"daily": "2024-07-01"}})"),
      "E-PARAM: daily of daily_orders does not count customers, sessions or orders. | Columns "
      "that count are orders.");
  EXPECT_EQ(error("run_log", R"({"column": "message"})").substr(0, 7), "E-PARAM");
  EXPECT_EQ(error("daily_funnel_downloads", R"({"column": "daily_download"})").substr(0, 7),
            "E-PARAM");
  EXPECT_EQ(error("promotion_kpis", R"({"column": "client_count"})").substr(0, 16),
            "E-NOT-CONFIGURED");
}

TEST_F(MembersTest, NeedARun) {
  const TemporaryFolder empty;
  const workspace::Home fresh = workspace::Home::open(empty.path() / "home");
  EXPECT_EQ(code_of([&] { members(fresh, about("daily_orders", kFirstDay), Cancellation()); }),
            "E-SNAPSHOT");
}

}  // namespace
}  // namespace ca::api
