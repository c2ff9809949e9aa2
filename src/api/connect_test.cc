#include "api/connect.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "ingest/test_support.h"

namespace ca::api {
namespace {

using namespace ingest::testing;
namespace fs = std::filesystem;

/// A folder with a shop's files and a home.
class ConnectTest : public ::testing::Test {
 protected:
  ConnectTest() {
    write(folder.path() / "sessions.csv",
          "id,customer,start,paid,seen\no1,c1,2024-01-01 10:00,10,1\no2,c2,2024-01-02 10:00,,0\n");
    write(folder.path() / "customers.csv", "customer,since\nc1,2023-12-01\n");
    write_toml(sessions_toml() + customers_toml());
  }
  static std::string sessions_toml(const std::string& more = "") {
    return "[sessions]\npath = \"sessions.csv\"\nactions = [\"seen\"]\n" + more +
           "columns = { order_id = \"id\", client = \"customer\", session_start_date = \"start\", "
           "payment_amount = \"paid\" }\n";
  }
  static std::string customers_toml() {
    return "[customers]\npath = \"customers.csv\"\n"
           "columns = { client_2 = \"customer\", download_date = \"since\" }\n";
  }
  void write_toml(const std::string& toml) { write(folder.path() / "connect.toml", toml); }

  Connection connect() {
    return api::connect(workspace, folder.path() / "connect.toml", Cancellation());
  }
  Connection dry_run() {
    return connect_dry_run(folder.path() / "connect.toml", no_progress(), Cancellation());
  }
  std::string connect_code() {
    const std::string code = code_of([&] { connect(); });
    EXPECT_EQ(code_of([&] { dry_run(); }), code) << "a dry run is a check, too";
    return code;
  }
  bool is_saved() const { return !workspace.configuration().sources.empty(); }

  TemporaryFolder folder;
  workspace::Home home = workspace::Home::open(folder.path() / "home");
  workspace::Workspace workspace{home};
};

TEST_F(ConnectTest, ChecksAndSavesEverySource) {
  const Connection connection = connect();
  ASSERT_EQ(connection.sources.size(), 2U);
  const CheckedSource& sessions = connection.sources[0];
  EXPECT_EQ(sessions.kind, "sessions");
  EXPECT_EQ(sessions.path, folder.path() / "sessions.csv");
  EXPECT_EQ(sessions.files, std::vector<std::string>{folder.path() / "sessions.csv"});
  EXPECT_EQ(sessions.probe.rows, 2);
  ASSERT_EQ(sessions.probe.columns.size(), 5U);
  EXPECT_EQ(sessions.probe.columns[3].name, "paid");
  EXPECT_EQ(sessions.probe.columns[3].null_percent, 50);
  EXPECT_EQ(sessions.probe.columns[3].samples, std::vector<std::string>{"10"});
  EXPECT_EQ(connection.sources[1].kind, "customers");
  EXPECT_TRUE(connection.load.sources.empty());

  const workspace::Configuration saved = workspace.configuration();
  ASSERT_EQ(saved.sources.size(), 2U);
  for (const workspace::SourceRecord& source : saved.sources) {
    EXPECT_EQ(source.status, "ok");
    EXPECT_EQ(source.version, 1);
    EXPECT_EQ(source.rows, source.kind == "sessions" ? 2 : 1);
  }
}

TEST_F(ConnectTest, ReplacesTheWholeConfiguration) {
  connect();
  write_toml("[workspace]\ncurrency = \"EUR\"\n" + sessions_toml("type = \"CSV\"\n"));
  connect();
  const workspace::Configuration saved = workspace.configuration();
  ASSERT_EQ(saved.sources.size(), 1U);
  EXPECT_EQ(saved.sources[0].type, "csv");
  EXPECT_EQ(saved.sources[0].version, 1);  // the same content
  EXPECT_EQ(saved.settings.at("workspace.currency"), "EUR");
}

TEST_F(ConnectTest, SavesNothingWhenOneSourceIsWrong) {
  fs::remove(folder.path() / "customers.csv");
  EXPECT_EQ(connect_code(), "E-FILE");
  EXPECT_FALSE(is_saved());

  write(folder.path() / "customers.csv", "customer,since\nc1,2023-12-01\n");
  connect();
  const std::string before = config_hash(workspace.configuration());
  write_toml(sessions_toml("timezone = \"Asia/Tokyo\"\n") + "[customers]\npath = \"none.csv\"\n" +
             "columns = { client = \"customer\", download_date = \"since\" }\n");
  EXPECT_EQ(connect_code(), "E-FILE");
  EXPECT_EQ(config_hash(workspace.configuration()), before);
}

TEST_F(ConnectTest, FindsWhatCannotBeMapped) {
  const auto with_columns = [&](const std::string& columns) {
    write_toml("[sessions]\npath = \"sessions.csv\"\ncolumns = { " + columns + " }\n");
    return connect_code();
  };
  const std::string three =
      "order_id = \"id\", client = \"customer\", session_start_date = \"start\"";
  EXPECT_EQ(with_columns(three), "E-MAP-MISSING");
  EXPECT_EQ(with_columns(three + ", payment_amount = \"pais\""), "E-MAP-MISSING");
  EXPECT_EQ(with_columns(three + ", payment_amount = \"start\""), "E-MAP-DUP");
  EXPECT_EQ(with_columns(three + ", payment_amount = \"paid\", has_purchase = \"seen\""),
            "E-PARAM");
  EXPECT_EQ(with_columns(three + ", payment_amount = \"paid\", date = \"seen\""), "E-MAP-TYPE");
  EXPECT_EQ(with_columns(three + ", payment_amount = \"paid\", has_purchased = \"seen\""), "none");
}

TEST_F(ConnectTest, EmptySessionsAreRefusedAndOtherEmptySourcesAreNot) {
  write(folder.path() / "customers.csv", "customer,since\n");
  EXPECT_EQ(connect_code(), "none");
  write(folder.path() / "sessions.csv", "id,customer,start,paid,seen\n");
  EXPECT_EQ(connect_code(), "E-EMPTY");
  write(folder.path() / "sessions.csv", "");
  EXPECT_EQ(connect_code(), "E-EMPTY");
}

TEST_F(ConnectTest, WarningsComeWithTheSource) {
  write(folder.path() / "customers.csv", "customer,since\nZo\xEB,2023-12-01\n");
  const Connection connection = connect();
  EXPECT_TRUE(connection.sources[0].warnings.empty());
  ASSERT_EQ(connection.sources[1].warnings.size(), 1U);
  EXPECT_NE(connection.sources[1].warnings[0].find("Windows-1252"), std::string::npos);
}

TEST_F(ConnectTest, ADryRunTellsWhatALoadWouldFindAndSavesNothing) {
  write(folder.path() / "sessions.csv",
        "id,customer,start,paid,seen\no1,c1,2023-01-01 10:00,-10,1\no2,c2,2024-01-02 10:00,,0\n"
        ",c2,2024-01-02 10:00,,0\n");
  const Connection connection = dry_run();
  EXPECT_EQ(connection.sources.size(), 2U);
  ASSERT_EQ(connection.load.sources.size(), 2U);
  EXPECT_EQ(connection.load.sources[0].rows_read, 3);
  EXPECT_EQ(connection.load.sources[0].rows_accepted, 2);
  std::string rules;
  for (const ingest::QualityFinding& finding : connection.load.findings)
    rules += finding.rule + " ";
  EXPECT_EQ(rules,
            "order_id_missing payment_negative purchase_without_payment client_unknown "
            "session_before_download order_before_download ");
  EXPECT_FALSE(is_saved());
  EXPECT_FALSE(fs::exists(home.store_file()));
}

TEST_F(ConnectTest, AbortsADryRunWithTooManyBrokenLines) {
  write(folder.path() / "sessions.csv",
        "id,customer,start,paid,seen\no1,c1,2023-01-01 10:00,10,1\no2,c2\n");
  EXPECT_EQ(code_of([&] { dry_run(); }), "E-MALFORMED");
  EXPECT_EQ(code_of([&] { connect(); }), "none");  // the check looks at the first rows only
}

TEST_F(ConnectTest, CleansUpItsTemporaryFolder) {
  const fs::path temporary = folder.path() / "tmp";
  fs::create_directory(temporary);
  const char* before = ::getenv("TMPDIR");
  const std::string old = before == nullptr ? "" : before;
  ::setenv("TMPDIR", temporary.c_str(), 1);
  // Windows-1252 is copied into it.
  write(folder.path() / "customers.csv", "customer,since\nZo\xEB,2023-12-01\n");
  connect();
  dry_run();
  fs::remove(folder.path() / "sessions.csv");
  EXPECT_EQ(connect_code(), "E-FILE");
  EXPECT_TRUE(fs::is_empty(temporary));
  before == nullptr ? ::unsetenv("TMPDIR") : ::setenv("TMPDIR", old.c_str(), 1);
}

TEST_F(ConnectTest, FoldersItNamesBecomeImportRoots) {
  const fs::path real = fs::canonical(folder.path());
  write(folder.path() / "data/sessions.csv",
        "id,customer,start,paid,seen\no1,c1,2024-01-01,10,1\n");
  write_toml(
      "[sessions]\npath = \"data/*.csv\"\ncolumns = { order_id = \"id\", client = "
      "\"customer\", session_start_date = \"start\", payment_amount = \"paid\" }\n" +
      customers_toml());
  dry_run();
  EXPECT_TRUE(workspace.import_roots().empty());
  connect();
  EXPECT_EQ(workspace.import_roots(),
            (std::vector<std::string>{real / "customers.csv", real / "data"}))
      << "of customers the file alone: its folder holds the home";
}

TEST_F(ConnectTest, CanBeCancelled) {
  Cancellation cancellation;
  cancellation.cancel();
  EXPECT_EQ(code_of([&] { api::connect(workspace, folder.path() / "connect.toml", cancellation); }),
            "E-CANCELLED");
  EXPECT_FALSE(is_saved());
}

}  // namespace
}  // namespace ca::api
