#include "api/configuration_file.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "ingest/test_support.h"

namespace ca::api {
namespace {

using namespace ingest::testing;
namespace fs = std::filesystem;

using Texts = std::map<std::string, std::string>;

constexpr const char* kSessions =
    "[sessions]\npath = \"s.csv\"\ncolumns = { order_id = \"id\", client = \"customer\" }\n";

class ConfigurationFileTest : public ::testing::Test {
 protected:
  workspace::Configuration read(const std::string& toml) {
    return read_configuration_file(write(file, toml));
  }
  std::optional<Error> error(const std::string& toml) {
    return error_of([&] { read(toml); });
  }
  /// "E-PARAM: message" and, when there is one, " / hint".
  std::string error_text(const std::string& toml) {
    const auto found = error(toml);
    if (!found) return "none";
    return fmt::format("{}: {}{}{}", found->code(), found->message(),
                       found->hint().empty() ? "" : " / ", found->hint());
  }

  TemporaryFolder folder;
  fs::path file = folder.path() / "connect.toml";
};

TEST_F(ConfigurationFileTest, EveryKeyIsRead) {
  const workspace::Configuration configuration = read(R"(
[workspace]
timezone = "Europe/London"
currency = "GBP"

[sessions]
type = "parquet"
tag = "web shop"
path = "/data/sessions/*.parquet"
timezone = "Asia/Tokyo"
date_pattern = "%d/%m/%Y"
separator = ";"
encoding = "windows-1252"
decimal = ","
max_malformed = 0.05
anonymous = "keep"
actions = ["has_basket", "order screen"]
[sessions.columns]
order_id = "id"
client = "customer no."

[customers]
path = "/data/customers.csv"
auto_customers = true
columns = { client_2 = "customer", download_date = "first seen" }
actions = []

[products]
path = "/data/products.csv"
columns = { order_id = "id",
            product = "product" }

[deliveries]
path = "/data/deliveries.csv"
columns = {}

[rfm]
rules = "/data/rules.json"
refit = "weekly"
scales = { recency = "log1p", monetary = "raw" }
[clv]
horizon = 90
[anomaly]
rate = 0.005
[delivery]
max_hours = 48
detector = "shrunken"
[snapshots]
keep = "all"
[storage]
engine = "duckdb"
temporary_path = "/tmp/reports"
)");
  EXPECT_EQ(configuration.settings, (Texts{{"workspace.timezone", "Europe/London"},
                                           {"workspace.currency", "GBP"},
                                           {"sessions.anonymous", "keep"},
                                           {"customers.auto_customers", "true"},
                                           {"rfm.rules", "/data/rules.json"},
                                           {"rfm.refit", "weekly"},
                                           {"rfm.scales", "monetary=raw, recency=log1p"},
                                           {"clv.horizon", "90"},
                                           {"anomaly.rate", "0.005"},
                                           {"delivery.detector", "shrunken"},
                                           {"delivery.max_hours", "48"},
                                           {"snapshots.keep", "all"},
                                           {"storage.engine", "duckdb"},
                                           {"storage.temporary_path", "/tmp/reports"}}));
  ASSERT_EQ(configuration.sources.size(), 4U);
  const workspace::SourceRecord& sessions = *find_source(configuration, "sessions");
  EXPECT_EQ(sessions.type, "parquet");
  EXPECT_EQ(sessions.tag, "web shop");
  EXPECT_EQ(sessions.path, "/data/sessions/*.parquet");
  EXPECT_EQ(sessions.options, (Texts{{"timezone", "Asia/Tokyo"},
                                     {"date_pattern", "%d/%m/%Y"},
                                     {"separator", ";"},
                                     {"encoding", "windows-1252"},
                                     {"decimal", ","},
                                     {"max_malformed", "0.05"}}));
  EXPECT_EQ(sessions.columns, (Texts{{"order_id", "id"}, {"client", "customer no."}}));
  EXPECT_EQ(sessions.actions, (std::vector<std::string>{"has_basket", "order screen"}));
  const workspace::SourceRecord& customers = *find_source(configuration, "customers");
  EXPECT_EQ(customers.type, "csv");
  EXPECT_EQ(customers.columns, (Texts{{"client_2", "customer"}, {"download_date", "first seen"}}));
  EXPECT_TRUE(customers.actions.empty());
  EXPECT_TRUE(customers.options.empty());
}

TEST_F(ConfigurationFileTest, PathsAreRelativeToTheFile) {
  const auto path = [&](const std::string& text) {
    return read(fmt::format("[sessions]\npath = '{}'\n", text)).sources.at(0).path;
  };
  const std::string here = folder.path().string();
  EXPECT_EQ(path("s.csv"), here + "/s.csv");
  EXPECT_EQ(path("./in/../s.csv"), here + "/s.csv");
  EXPECT_EQ(path("../s.csv"), folder.path().parent_path().string() + "/s.csv");
  EXPECT_EQ(path("my data+1/*.csv"), here + "/my data+1/*.csv");
  EXPECT_EQ(path("/data/s.csv"), "/data/s.csv");
  EXPECT_EQ(read(std::string(kSessions) + "[storage]\ntemporary_path = \"out\"\n")
                .settings.at("storage.temporary_path"),
            here + "/out");
}

TEST_F(ConfigurationFileTest, ThePathOfTheFileMayBeRelativeToo) {
  write(file, kSessions);
  const fs::path relative = fs::relative(file, fs::current_path());
  ASSERT_TRUE(relative.is_relative());
  const fs::path path = read_configuration_file(relative).sources.at(0).path;
  EXPECT_TRUE(path.is_absolute());
  EXPECT_EQ(path, folder.path() / "s.csv");
}

TEST_F(ConfigurationFileTest, WhatIsNotKnownIsRefusedWithTheNearestName) {
  const std::string sessions = kSessions;
  EXPECT_EQ(error_text("[session]\npath = \"s.csv\"\n"),
            "E-PARAM: The section \"session\" is not known (line 1, column 1). / "
            "Did you mean sessions?");
  EXPECT_EQ(error_text(sessions + "[storag]\n"),
            "E-PARAM: The section \"storag\" is not known (line 4, column 1). / "
            "Did you mean storage?");
  EXPECT_EQ(error_text(sessions + "[xyzzy]\n"),
            "E-PARAM: The section \"xyzzy\" is not known (line 4, column 1). / Known are: anomaly, "
            "clv, customers, deliveries, delivery, imports, products, rfm, sessions, snapshots, "
            "storage, tests, workspace.");
  EXPECT_EQ(error_text("[sessions]\npaths = \"s.csv\"\n"),
            "E-PARAM: In [sessions] the key \"paths\" is not known (line 2, column 9). / "
            "Did you mean path?");
  EXPECT_EQ(
      error_text(sessions + "[customers]\npath = \"c\"\nauto_costumers = true\n"),
      "E-PARAM: In [customers] the key \"auto_costumers\" is not known (line 6, column 18). / "
      "Did you mean auto_customers?");
  EXPECT_EQ(error_text(sessions + "[products]\nanonymous = \"keep\"\n").substr(0, 61),
            "E-PARAM: In [products] the key \"anonymous\" is not known (line");
  EXPECT_EQ(error_text(sessions + "[workspace]\ntime_zone = \"UTC\"\n"),
            "E-PARAM: In [workspace] the key \"time_zone\" is not known (line 5, column 13). / "
            "Did you mean timezone?");
  const auto unknown = error(sessions + "[rfm]\nrefits = \"weekly\"\n");
  ASSERT_TRUE(unknown);
  EXPECT_EQ(unknown->details(), (Error::Details{{"key", "refits"}, {"nearest", "refit"}}));
}

TEST_F(ConfigurationFileTest, WordsThatAreNoneOfTheirsAreRefused) {
  const std::string sessions = kSessions;
  EXPECT_EQ(error_text(sessions + "anonymous = \"ignore\"\n"),
            "E-PARAM: anonymous of [sessions] cannot be \"ignore\" (line 4, column 13). / "
            "It is one of: reject, keep.");
  EXPECT_EQ(error_text(sessions + "anonymous = true\n").substr(0, 7), "E-PARAM");
  EXPECT_EQ(error_text(sessions + "[rfm]\nrefit = \"daily\"\n").substr(0, 7), "E-PARAM");
  EXPECT_EQ(error_text(sessions + "[storage]\nengine = \"elastic\"\n").substr(0, 7), "E-PARAM");
  EXPECT_EQ(error_text(sessions + "[customers]\npath = \"c\"\nauto_customers = 1\n").substr(0, 7),
            "E-PARAM");
}

TEST_F(ConfigurationFileTest, ValuesOfTheWrongTypeAreRefused) {
  for (const char* toml : {
           "sessions = \"s.csv\"\n",
           "sessions = [1, 2]\n",
           "[[sessions]]\npath = \"s.csv\"\n",
           "[sessions]\npath = [\"a.csv\", \"b.csv\"]\n",
           "[sessions]\npath = { file = \"a.csv\" }\n",
           "[sessions]\npath = 2024-01-01\n",
           "[sessions]\npath = \"s\"\ncolumns = \"id\"\n",
           "[sessions]\npath = \"s\"\ncolumns = [\"id\"]\n",
           "[sessions]\npath = \"s\"\ncolumns = { order_id = [\"id\"] }\n",
           "[sessions]\npath = \"s\"\ncolumns = { order_id = { name = \"id\" } }\n",
           "[sessions]\npath = \"s\"\nactions = \"seen\"\n",
           "[sessions]\npath = \"s\"\nactions = { seen = true }\n",
           "[sessions]\npath = \"s\"\nactions = [[\"seen\"]]\n",
           "[sessions]\npath = \"s\"\nseparator = [\",\"]\n",
       }) {
    EXPECT_EQ(error_text(toml).substr(0, 7), "E-PARAM") << toml;
    EXPECT_NE(error_text(toml).find("line "), std::string::npos) << error_text(toml);
  }
}

TEST_F(ConfigurationFileTest, SessionsAndPathsMustBeThere) {
  EXPECT_EQ(error_text("").substr(0, 51), "E-PARAM: The configuration has no [sessions]. / Ses");
  EXPECT_EQ(error_text("[customers]\npath = \"c.csv\"\n").substr(0, 7), "E-PARAM");
  EXPECT_EQ(error_text("[sessions]\ntype = \"csv\"\n").substr(0, 32),
            "E-PARAM: [sessions] has no path.");
}

TEST_F(ConfigurationFileTest, BrokenTomlIsToldWithItsLine) {
  const std::string text = error_text("[sessions]\npath = \"s.csv\"\ncolumns = { order_id \n");
  EXPECT_EQ(text.substr(0, 9), "E-PARAM: ");
  EXPECT_NE(text.find("connect.toml is not valid TOML"), std::string::npos) << text;
  EXPECT_NE(text.find("(line 3, column "), std::string::npos) << text;
  for (const char* toml : {"[sessions", "path = s.csv\n", "a = 1\na = 2\n", "[a]\n[a]\n",
                           "\x80\xFF", "a = \"\n", "= 1\n", "{}", "<xml/>"}) {
    EXPECT_EQ(error_text(toml).substr(0, 7), "E-PARAM") << toml;
  }
}

TEST_F(ConfigurationFileTest, WhatIsNoFileIsToldAsSuch) {
  EXPECT_EQ(code_of([&] { read_configuration_file(folder.path() / "none.toml"); }), "E-FILE");
  EXPECT_EQ(code_of([&] { read_configuration_file(folder.path()); }), "E-FILE");
  EXPECT_EQ(code_of([&] { read_configuration_file(""); }), "E-FILE");
}

// ---- writing ----------------------------------------------------------------------------------

TEST_F(ConfigurationFileTest, WhatIsWrittenIsReadBack) {
  workspace::Configuration configuration;
  const std::string odd = "a \"b\" 'c' \\ # = [x] {y}\n\ttab \u00FC \U0001F600 \x01 \x7F .. end";
  configuration.settings = {{"workspace.timezone", "Europe/London"},
                            {"workspace.currency", odd},
                            {"sessions.anonymous", "keep"},
                            {"customers.auto_customers", "true"},
                            {"rfm.refit", "drift"},
                            {"rfm.scales", "monetary=raw, recency=log1p"},
                            {"snapshots.a strange.key", ""},
                            {"storage.temporary_path", "/tmp/re ports"}};
  workspace::SourceRecord sessions;
  sessions.kind = "sessions";
  sessions.type = "parquet";
  sessions.tag = odd;
  sessions.path = "/data/odd '\"\\ \u00FC/*.parquet";
  sessions.options = {{"separator", "\t"}, {"max_malformed", "0.05"}, {"date_pattern", "%d.%m.%Y"}};
  sessions.columns = {{"order_id", odd}, {"client", "true"}, {"dimension", "1.5"}, {"date", ""}};
  sessions.actions = {odd, "", "b", "a"};
  workspace::SourceRecord customers;
  customers.kind = "customers";
  customers.type = "csv";
  customers.path = "/data/customers.csv";
  customers.columns = {{"client", "c"}, {"download_date", "d"}};
  configuration.sources = {sessions, customers};

  const workspace::Configuration back = read(configuration_text(configuration));
  EXPECT_EQ(back.settings, configuration.settings);
  ASSERT_EQ(back.sources.size(), 2U);
  for (const workspace::SourceRecord& source : configuration.sources) {
    const workspace::SourceRecord& same = *find_source(back, source.kind);
    EXPECT_EQ(same.type, source.type);
    EXPECT_EQ(same.tag, source.tag);
    EXPECT_EQ(same.path, source.path);
    EXPECT_EQ(same.options, source.options);
    EXPECT_EQ(same.columns, source.columns);
    EXPECT_EQ(same.actions, source.actions);
  }
  EXPECT_EQ(config_hash(back), config_hash(configuration));
  EXPECT_EQ(configuration_text(back), configuration_text(configuration));
}

TEST_F(ConfigurationFileTest, WhatIsReadIsWrittenAndReadAgain) {
  const workspace::Configuration first = read(
      std::string(kSessions) +
      "max_malformed = 0.5\nactions = [\"seen\"]\n[snapshots]\nweeks = [1, 2]\nscale = 1.5\n[rfm]\n"
      "scales = { recency = \"raw\" }\n[customers]\npath = \"c\"\nauto_customers = false\n");
  const workspace::Configuration second = read(configuration_text(first));
  EXPECT_EQ(second.settings, first.settings);
  EXPECT_EQ(config_hash(second), config_hash(first));
}

}  // namespace
}  // namespace ca::api
