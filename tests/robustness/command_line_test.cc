#include <gtest/gtest.h>

#include "shop.h"
#include "workspace/run_lock.h"

namespace ca::tests {
namespace {

using Json = nlohmann::json;
namespace fs = std::filesystem;

constexpr const char* kRows =
    "o1,c1,2024-01-01 10:00,10,1,north,\no2,c2,2024-01-02 10:00,20,1,south,\n";

constexpr const char* kAllOrders = R"({"column": "total_orders"})";

// ---- exit codes -------------------------------------------------------------------------------

TEST(CommandLine, AWrongOneExitsWithTwo) {
  const Shop shop(kRows);
  const std::vector<std::vector<std::string>> wrong = {
      {},
      {"frobnicate"},
      {"--nonsense"},
      {"connect"},
      {"connect", "a.toml", "b.toml"},
      {"run", "--nonsense"},
      {"run", "extra"},
      {"run", "--threads", "many"},
      {"run", "--threads", "-1"},
      {"run", "--partitions", "3"},
      {"report"},
      {"report", "kpis", "--limit", "-1"},
      {"report", "kpis", "--limit", "1.5"},
      {"report", "kpis", "--limit", "99999999999999999999999"},
      {"members"},
      {"members", "kpis"},
      {"members", "kpis", "--cell"},
      {"members", "kpis", "--cell", "{}", "--limit", "-1"},
      {"members", "kpis", "--cell", "{}", "--offset", "many"},
      {"members", "kpis,churn", "extra", "--cell", "{}"},
      {"experiment"},
      {"experiment", "a.csv", "--arm", "x", "--control", "y"},
      {"anomalies"},
      {"anomalies", "a.csv", "--time", "x"},
      {"anomalies", "a.csv", "--time", "x", "--value", "y", "--rate", "few"},
      {"export"},
      {"config"},
      {"completion"},
  };
  for (std::vector<std::string> arguments : wrong) {
    std::string words;
    for (const std::string& argument : arguments) words += argument + " ";
    if (arguments.size() > 1) arguments.insert(arguments.end(), {"--home", shop.home().string()});
    const Outcome outcome = run_program(arguments);
    EXPECT_EQ(outcome.exit_code, 2) << words;
    EXPECT_EQ(outcome.out, "") << words;
    EXPECT_FALSE(outcome.err.empty()) << words;
  }
  EXPECT_FALSE(fs::exists(shop.home()));
}

TEST(CommandLine, HelpAndVersionExitWithZero) {
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{"--help"}, {"--version"}, {"run", "--help"}, {"report", "-h"}}) {
    const Outcome outcome = run_program(arguments);
    EXPECT_EQ(outcome.exit_code, 0);
    EXPECT_FALSE(outcome.out.empty());
    EXPECT_EQ(outcome.err, "");
  }
}

TEST(CommandLine, AnErrorExitsWithOneAndLeavesStandardOutputAlone) {
  const Shop shop(kRows);
  shop.load();
  const std::vector<std::pair<std::vector<std::string>, std::string>> errors = {
      {{"report", "kpi"}, "E-REPORT"},
      {{"report", ""}, "E-REPORT"},
      {{"report", "../../etc/passwd"}, "E-REPORT"},
      {{"report", "kpis", "--dimension", "nort"}, "E-DIMENSION"},
      {{"report", "kpis", "--dimension", "../main"}, "E-DIMENSION"},
      {{"report", "kpis", "--snapshot", "1999-01-01"}, "E-SNAPSHOT"},
      {{"report", "kpis", "--snapshot", "yesterday"}, "E-PARAM"},
      {{"report", "kpis", "--from", "2024-01-02", "--to", "2024-01-01"}, "E-PARAM"},
      {{"report", "kpis", "--from", "01/02/2024"}, "E-PARAM"},
      {{"report", "kpis", "--compare", "previous"}, "E-PARAM"},
      {{"report", "kpis", "--compare", "month", "--from", "2024-01-02"}, "E-PARAM"},
      {{"report", "data_quality", "--compare", "year", "--from", "2024-01-02"}, "E-PARAM"},
      {{"report", "kpis", "--segment", "customers"}, "E-SEGMENT"},
      {{"report", "kpis", "--segment", ""}, "E-PARAM"},
      {{"report", "kpis", "--segment", "@" + (shop.folder() / "nowhere.csv").string()}, "E-FILE"},
      {{"report", "kpis", "--segment", "@" + shop.folder().string()}, "E-FILE"},
      {{"report", "kpis", "--segment", "@"}, "E-FILE"},
      {{"report", "kpis", "--segment", "@" + (shop.folder() / "sessions.csv").string()},
       "E-SEGMENT"},
      {{"members", "kpis", "--cell", kAllOrders, "--segment", "customers"}, "E-SEGMENT"},
      {{"report", "kpis", "--format", "xml"}, "E-PARAM"},
      {{"report", "kpis,daily_orders", "--format", "csv"}, "E-PARAM"},
      {{"export", shop.folder() / "out", "--format", "json"}, "E-PARAM"},
      {{"export", shop.folder() / "out", "--dimension", "nowhere"}, "E-DIMENSION"},
      {{"export", shop.folder() / "sessions.csv" / "out"}, "E-FILE"},
      {{"report", "kpis,daily_orders", "--format", "csv", "--out",
        shop.folder() / "sessions.csv" / "out"},
       "E-FILE"},
      {{"members", "kpi", "--cell", "{}"}, "E-REPORT"},
      {{"members", "kpis", "--cell", ""}, "E-PARAM"},
      {{"members", "kpis", "--cell", "column"}, "E-PARAM"},
      {{"members", "kpis", "--cell", R"({"column": "total_order"})"}, "E-PARAM"},
      {{"members", "kpis", "--cell", R"({"column": "since_last_week_orders"})"}, "E-PARAM"},
      {{"members", "kpis", "--cell", kAllOrders, "--dimension", "nort"}, "E-DIMENSION"},
      {{"members", "kpis", "--cell", kAllOrders, "--union"}, "E-PARAM"},
      {{"members", "kpis", "--cell", kAllOrders, "--sort", "price"}, "E-PARAM"},
      {{"members", "kpis", "--cell", kAllOrders, "--format", "xml"}, "E-PARAM"},
      {{"members", "kpis", "--cell", kAllOrders, "--from", "01/02/2024"}, "E-PARAM"},
      {{"run", "--only", "ingset"}, "E-PARAM"},
      {{"run", "--skip", "everything"}, "E-PARAM"},
      {{"run", "--as-of", "soon"}, "E-PARAM"},
      {{"run", "--engine", "spark"}, "E-PARAM"},
      {{"run", "--store", "mongodb"}, "E-PARAM"},
      {{"completion", "tcsh"}, "E-PARAM"},
  };
  for (const auto& [arguments, code] : errors) {
    std::string words;
    for (const std::string& argument : arguments) words += argument + " ";
    const Outcome outcome = shop.call(arguments);
    EXPECT_EQ(outcome.exit_code, 1) << words;
    EXPECT_EQ(error_code(outcome), code) << words << outcome.err;
    EXPECT_EQ(outcome.out, "") << words;
  }
  EXPECT_FALSE(fs::exists(shop.folder() / "out"));
}

TEST(CommandLine, ErrorsAreJsonWhenAsked) {
  const Shop shop(kRows);
  const Outcome outcome = shop.call({"report", "kpi", "--json"});
  EXPECT_EQ(outcome.exit_code, 1);
  const Json error = Json::parse(outcome.out).at("error");
  EXPECT_EQ(error.at("code"), "E-REPORT");
  EXPECT_EQ(error.at("hint"), "Did you mean kpis?");
  EXPECT_EQ(error.at("details"), Json::parse(R"({"report": "kpi"})"));
}

TEST(CommandLine, LostOutputIsAnError) {
  const Shop shop(kRows);
  shop.load();
  ProgramOptions full;
  full.standard_output = "/dev/full";
  for (const char* format : {"csv", "json", "table"}) {
    EXPECT_EQ(shop.call({"report", "daily_orders", "--format", format}, full).exit_code, 1)
        << format;
  }
}

// ---- members ----------------------------------------------------------------------------------

TEST(CommandLine, MembersArePrintedInEveryForm) {
  const Shop shop(
      "o1,c1,2024-01-01 10:00,10,1,north,\n"
      "o2,\"=1, \"\"x\"\"\nand y\",2024-01-02 10:00,20,1,south,\n"
      "o3,c1,2024-01-02 11:00,,1,north,\n");
  shop.load();
  const auto call = [&](std::vector<std::string> more) {
    more.insert(more.begin(), {"members", "kpis", "--cell", kAllOrders});
    const Outcome outcome = shop.call(more);
    EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
    return outcome;
  };
  const std::string header = "client,first_order,last_order,orders,revenue,recency,n,segment\n";
  const std::string of_first = "c1,2024-01-01T10:00:00,2024-01-02T11:00:00,2,10.0,0.0,";
  const std::string first = of_first + "2,champions\n";
  const std::string times = "2024-01-02T10:00:00,2024-01-02T10:00:00,1,20.0,1.0,1,new customers\n";
  const std::string second = "\"=1, \"\"x\"\"\nand y\"," + times;
  EXPECT_EQ(call({"--format", "csv"}).out, header + first + second);
  EXPECT_EQ(call({"--format", "csv"}).err, "");
  EXPECT_EQ(call({"--format", "csv", "--sort", "revenue", "--descending"}).out,
            header + second + first);
  EXPECT_EQ(call({"--format", "csv", "--sort", "n", "--limit", "1"}).out, header + second);
  EXPECT_EQ(call({"--format", "csv", "--offset", "1"}).out, header + second);
  EXPECT_EQ(call({"--format", "csv", "--spreadsheet-safe", "--offset", "1"}).out,
            header + "\"'=1, \"\"x\"\"\nand y\"," + times);
  EXPECT_EQ(call({"--format", "csv", "--dimension", "south"}).out, header + second);
  // Of one order each: by client.
  EXPECT_EQ(call({"--format", "csv", "--from", "2024-01-02", "--to", "2024-01-02", "--dimension",
                  "north,south", "--union"})
                .out,
            header + second + of_first + "1,champions\n");
  EXPECT_EQ(call({"--format", "parquet"}).out.substr(0, 4), "PAR1");

  const Json json = Json::parse(call({"--json", "--limit", "1"}).out);
  EXPECT_EQ(json.at("cell"), Json::parse(R"({"key": {}, "column": "total_orders", "value": 3})"));
  EXPECT_EQ(json.at("n"), 3);
  EXPECT_EQ(json.at("total_rows"), 2);
  EXPECT_EQ(json.at("rows").size(), 1U);

  const Outcome table = call({});
  EXPECT_NE(table.out.find("c1"), std::string::npos);
  EXPECT_EQ(table.err, "2 customers in all; their n add up to 3.\n");
}

// ---- segments and comparisons -----------------------------------------------------------------

/// A shop of customers whose names have to be quoted, and the orders of those whom a file names.
class Segments : public ::testing::Test {
 protected:
  Segments()
      : shop_(
            "o1,c1,2024-01-01 10:00,10,1,north,\n"
            "o2,\"=1, \"\"x\"\"\nand y\",2024-01-02 10:00,20,1,south,\n"
            "o3,c1,2024-01-02 11:00,,1,north,\n"
            "o4,client,2024-01-02 12:00,40,1,north,\n") {
    shop_.load();
  }

  std::string file(const std::string& content) const {
    shop_.write("customers.csv", content);
    return "@" + (shop_.folder() / "customers.csv").string();
  }
  /// "client,orders client,orders" of the segment that the file's content names.
  std::string buyers(const std::string& content) const {
    std::string text;
    for (const auto& row :
         shop_.cells("total_order_count_per_customer", {"--segment", file(content)}).rows) {
      text += (text.empty() ? "" : " ") + row.at(0).value() + "," + row.at(1).value();
    }
    return text;
  }

  const Shop shop_;
};

const std::string kOdd = "=1, \"x\"\nand y,1";

TEST_F(Segments, AreFilesOfOneCustomerALine) {
  EXPECT_EQ(buyers("c1\n"), "c1,2");
  EXPECT_EQ(buyers("c1"), "c1,2");
  EXPECT_EQ(buyers("\n\nc1\n\nnobody\nc1\n"), "c1,2");
  EXPECT_EQ(buyers("c1\r\nclient\r\n"), "c1,2 client,1");
}

TEST_F(Segments, AreTheFirstColumnOfCsv) {
  EXPECT_EQ(buyers("\"=1, \"\"x\"\"\nand y\"\n"), kOdd);
  EXPECT_EQ(buyers("\"=1, \"\"x\"\"\nand y\",\"a \"\"b\"\"\nc\",3\r\n\"c1\",x\r\n"),
            kOdd + " c1,2");
  // A quote within a cell that is not quoted is a letter.
  EXPECT_EQ(buyers("nobody,a 5\" screen\nc1,\n"), "c1,2");
}

TEST_F(Segments, MayHaveAHeader) {
  EXPECT_EQ(buyers("client\nc1\n"), "c1,2");
  EXPECT_EQ(buyers("client,name\r\nc1,A\r\n"), "c1,2");
  EXPECT_EQ(buyers("\"client\",name\nc1,A\n"), "c1,2");
  EXPECT_EQ(buyers("\xEF\xBB\xBF"
                   "client\nc1\n"),
            "c1,2");
  // Behind the header, and behind the first line, it is a customer's name.
  EXPECT_EQ(buyers("client\nclient\n"), "client,1");
  EXPECT_EQ(buyers("c1\nclient\n"), "c1,2 client,1");
}

TEST_F(Segments, OfNobodyAreAnError) {
  for (const char* content : {"", "client\n", "\n\n", "C1\n", "nobody,c1\n"}) {
    const Outcome outcome = shop_.call({"report", "kpis", "--segment", file(content)});
    EXPECT_EQ(error_code(outcome), "E-SEGMENT") << content;
    EXPECT_EQ(outcome.exit_code, 1);
  }
}

TEST_F(Segments, AreWhatMembersPrints) {
  const Outcome printed = shop_.call({"members", "daily_orders", "--format", "csv", "--cell",
                                      R"({"key": {"daily": "2024-01-02"}, "column": "orders"})"});
  ASSERT_EQ(printed.exit_code, 0) << printed.err;
  EXPECT_EQ(buyers(printed.out), kOdd + " c1,2 client,1");
  const Outcome south = shop_.call(
      {"members", "kpis", "--format", "csv", "--cell", kAllOrders, "--dimension", "south"});
  EXPECT_EQ(buyers(south.out), kOdd);
  // And the members of a segment are those in it.
  const Outcome both = shop_.call(
      {"members", "kpis", "--format", "csv", "--cell", kAllOrders, "--segment", file("c1\nx\n")});
  EXPECT_EQ(both.out.substr(0, both.out.find('\n', both.out.find('\n') + 1) + 1),
            "client,first_order,last_order,orders,revenue,recency,n,segment\n"
            "c1,2024-01-01T10:00:00,2024-01-02T11:00:00,2,10.0,1.0,2,loyal customers\n");
}

TEST_F(Segments, TellWhoIsUnknown) {
  const Outcome outcome = shop_.call({"report", "daily_orders", "--segment", file("c1\nnobody\n")});
  EXPECT_EQ(outcome.exit_code, 0);
  EXPECT_NE(outcome.err.find("1 of the 2 customers of the segment"), std::string::npos)
      << outcome.err;
  const std::string segment = file("c1\n");
  EXPECT_EQ(shop_.csv("daily_orders", {"--segment", segment, "--to", "2024-01-01"}),
            "daily,orders,is_partial\n2024-01-01,1,false\n");
}

TEST_F(Segments, AndWindowsAreCompared) {
  const std::vector<std::string> days = {"--from", "2024-01-02", "--compare", "previous"};
  const auto compared = [&](std::vector<std::string> more) {
    more.insert(more.begin(), days.begin(), days.end());
    more.insert(more.begin(), {"report", "daily_orders"});
    const Outcome outcome = shop_.call(more);
    EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
    return outcome.out;
  };
  const std::string header = "period,daily,orders,is_partial\n";
  const std::string csv = compared({"--format", "csv"});
  EXPECT_NE(csv.find("current,2024-01-02,3,true\n"), std::string::npos) << csv;
  EXPECT_NE(csv.find("previous,2024-01-01,1,false\n"), std::string::npos) << csv;
  EXPECT_EQ(csv.substr(0, header.size()), header);
  const Outcome outside = shop_.call({"report", "daily_orders", "--from", "2024-01-01", "--to",
                                      "2024-01-01", "--compare", "year"});
  EXPECT_NE(outside.err.find("The window that it is compared with lies outside the data"),
            std::string::npos)
      << outside.err;
  const Json json = Json::parse(compared({"--json", "--segment", file("client\nc1\n")}));
  EXPECT_EQ(json.at(0).at("rows"), Json::parse(R"([["current", "2024-01-02", 1, true]])"));
  EXPECT_EQ(json.at(1).at("rows"), Json::parse(R"([["previous", "2024-01-01", 1, false]])"));
}

// ---- the order of things ----------------------------------------------------------------------

TEST(CommandLine, ARunNeedsAConnection) {
  const Shop shop(kRows);
  const Outcome ran = shop.call({"run"});
  EXPECT_EQ(ran.exit_code, 1);
  EXPECT_EQ(error_code(ran), "E-NOT-CONNECTED");
  EXPECT_NE(ran.err.find("customeranalytics connect"), std::string::npos);
}

TEST(CommandLine, AReportNeedsARun) {
  const Shop shop(kRows);
  ASSERT_EQ(shop.connect().exit_code, 0);
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{"report", "kpis"},
        {"report", "kpis", "--from", "2024-01-01"},
        {"report", "kpis", "--snapshot", "2024-01-01", "--nearest"},
        {"members", "kpis", "--cell", kAllOrders},
        {"export", shop.folder() / "out"}}) {
    const Outcome outcome = shop.call(arguments);
    EXPECT_EQ(outcome.exit_code, 1);
    EXPECT_EQ(error_code(outcome), "E-SNAPSHOT");
  }
  EXPECT_FALSE(fs::exists(shop.folder() / "out"));
}

TEST(CommandLine, AHomeThatIsAFileIsAnError) {
  const Shop shop(kRows);
  shop.write("home", "x");
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{"run"}, {"report", "kpis"}, {"sources"}}) {
    const Outcome outcome = shop.call(arguments);
    EXPECT_EQ(outcome.exit_code, 1);
    EXPECT_EQ(error_code(outcome), "E-FILE");
  }
}

TEST(CommandLine, ADamagedHomeIsAnError) {
  const Shop shop(kRows);
  shop.load();
  const fs::path current = shop.home() / "current";
  const std::string good = read_text(current);
  write_text(current, "{\"journeys\":");
  EXPECT_EQ(error_code(shop.call({"report", "kpis"})), "E-HOME");
  EXPECT_EQ(error_code(shop.call({"run"})), "E-HOME");
  write_text(current, good);
  EXPECT_EQ(shop.call({"report", "kpis"}).exit_code, 0);

  write_text(shop.home() / "store.duckdb", std::string(10'000, 'x'));
  const Outcome ran = shop.call({"run"});
  EXPECT_EQ(ran.exit_code, 1);
  EXPECT_EQ(error_code(ran), "E-STORE");
  EXPECT_EQ(shop.call({"report", "kpis"}).exit_code, 0);  // the results are still there

  write_text(shop.home() / "workspace.sqlite", std::string(10'000, 'x'));
  EXPECT_EQ(error_code(shop.call({"sources"})), "E-HOME");
}

TEST(CommandLine, ASecondRunIsTurnedAwayAndReadersAreNot) {
  const Shop shop(kRows);
  shop.load();
  const std::string before = shop.csv("kpis");
  {
    const workspace::Home home = workspace::Home::open(shop.home());
    const workspace::RunLock lock = workspace::RunLock::acquire(home);
    const Outcome ran = shop.call({"run"});
    EXPECT_EQ(ran.exit_code, 1);
    EXPECT_EQ(error_code(ran), "E-BUSY");
    const Shop::Ran json = shop.run();
    EXPECT_EQ(json.outcome.exit_code, 1);
    EXPECT_EQ(json.json.value(Json::json_pointer("/error/code"), ""), "E-BUSY");
    EXPECT_EQ(shop.csv("kpis"), before);
    EXPECT_EQ(shop.csv("kpis", {"--from", "2024-01-01"}), before);
    EXPECT_EQ(shop.connect().exit_code, 0);
  }
  EXPECT_EQ(shop.run().outcome.exit_code, 0);
}

TEST(CommandLine, ADryRunSavesNothing) {
  const Shop shop(kRows);
  const Outcome dry = shop.call({"connect", shop.folder() / "connect.toml", "--dry-run", "--json"});
  EXPECT_EQ(dry.exit_code, 0) << dry.err;
  const Json json = Json::parse(dry.out);
  EXPECT_FALSE(json.at("saved").get<bool>());
  EXPECT_EQ(json.at("load").at(0).at("rows_accepted"), 2);
  EXPECT_EQ(shop.call({"sources", "--json"}).out, "[]\n");
}

TEST(CommandLine, ThePrintedConfigurationConnectsAgain) {
  const Shop shop(kRows);
  shop.write("connect.toml", sessions_section("sessions.csv", "tag = \"a \\\"b\\\" \u00FC\"") +
                                 "[workspace]\ncurrency = \"EUR\"\n");
  ASSERT_EQ(shop.connect().exit_code, 0);
  const std::string printed = shop.call({"config", "print"}).out;
  shop.write("connect.toml", printed);
  ASSERT_EQ(shop.connect().exit_code, 0);
  EXPECT_EQ(shop.call({"config", "print"}).out, printed);
  EXPECT_EQ(Json::parse(shop.call({"sources", "--json"}).out).at(0).at("version"), 1);
}

}  // namespace
}  // namespace ca::tests
