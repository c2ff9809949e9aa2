#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "shop.h"

namespace ca::tests {
namespace {

using Json = nlohmann::json;
namespace fs = std::filesystem;

constexpr const char* kGoodRow = "o1,c1,2024-01-01 10:00,10,1,north,\n";

/// Connects, expects the error on stderr and, with --json, on stdout, and that nothing was saved.
void expect_refused(const Shop& shop, const std::string& code, const std::string& what) {
  SCOPED_TRACE(what);
  const std::string file = shop.folder() / "connect.toml";
  const Outcome json = shop.call({"connect", file, "--json"});
  EXPECT_EQ(json.exit_code, 1);
  EXPECT_EQ(error_code(json), code) << json.err;
  const Json error = Json::parse(json.out, nullptr, false);
  ASSERT_FALSE(error.is_discarded()) << json.out;
  EXPECT_EQ(error.value(Json::json_pointer("/error/code"), ""), code) << json.out;
  EXPECT_FALSE(error.value(Json::json_pointer("/error/message"), "").empty());
  EXPECT_EQ(shop.call({"sources", "--json"}).out, "[]\n");
}

// ---- E-PARAM ----------------------------------------------------------------------------------

struct BadConfiguration {
  const char* what;
  std::string toml;
  const char* code;
};

class BadConfigurations : public ::testing::TestWithParam<BadConfiguration> {};

TEST_P(BadConfigurations, AreRefused) {
  const Shop shop(kGoodRow);
  shop.write("connect.toml", GetParam().toml);
  expect_refused(shop, GetParam().code, GetParam().what);
}

/// [sessions] with these columns.
std::string with_columns(const std::string& columns, const std::string& more = {}) {
  return "[sessions]\npath = \"sessions.csv\"\ncolumns = { " + columns + " }\n" + more;
}

std::string with_actions(int count) {
  std::string actions;
  for (int i = 0; i < count; ++i) actions += fmt::format("\"step {}\",", i);
  return sessions_section("sessions.csv", "actions = [" + actions + "]");
}

const std::string kFour =
    "order_id = \"id\", client = \"client\", session_start_date = \"start\", "
    "payment_amount = \"paid\"";

INSTANTIATE_TEST_SUITE_P(
    , BadConfigurations,
    ::testing::Values(
        BadConfiguration{"no TOML", "[sessions\n", "E-PARAM"},
        BadConfiguration{"bytes that are no text", "\xFF\xFE\x00[", "E-PARAM"},
        BadConfiguration{"nothing", "", "E-PARAM"},
        BadConfiguration{"no sessions", customers_section(), "E-PARAM"},
        BadConfiguration{"no path", "[sessions]\ncolumns = {}\n", "E-PARAM"},
        BadConfiguration{"unknown section", sessions_section() + "[prodcts]\n", "E-PARAM"},
        BadConfiguration{"unknown key", sessions_section("sessions.csv", "sep = \";\""), "E-PARAM"},
        BadConfiguration{"unknown field", with_columns(kFour + ", city = \"city\""), "E-PARAM"},
        BadConfiguration{"a word that is none",
                         sessions_section("sessions.csv", "anonymous = \"x\""), "E-PARAM"},
        BadConfiguration{"unknown type", sessions_section("sessions.csv", "type = \"xlsx\""),
                         "E-PARAM"},
        BadConfiguration{"dropped type", sessions_section("sessions.csv", "type = \"hdf5\""),
                         "E-PARAM"},
        BadConfiguration{"unknown zone", sessions_section("sessions.csv", "timezone = \"Mars\""),
                         "E-PARAM"},
        BadConfiguration{"unknown zone of the workspace",
                         "[workspace]\ntimezone = \"../etc/passwd\"\n" + sessions_section(),
                         "E-PARAM"},
        BadConfiguration{"a long separator", sessions_section("sessions.csv", "separator = \"||\""),
                         "E-PARAM"},
        BadConfiguration{"a letter as separator",
                         sessions_section("sessions.csv", "separator = \"x\""), "E-PARAM"},
        BadConfiguration{"unknown encoding",
                         sessions_section("sessions.csv", "encoding = \"ebcdic\""), "E-PARAM"},
        BadConfiguration{"unknown decimal mark",
                         sessions_section("sessions.csv", "decimal = \";\""), "E-PARAM"},
        BadConfiguration{"a share above 1", sessions_section("sessions.csv", "max_malformed = 2"),
                         "E-PARAM"},
        BadConfiguration{"too many actions", with_actions(32), "E-PARAM"},
        BadConfiguration{"a reserved action",
                         sessions_section("sessions.csv", "actions = [\"purchased\"]"), "E-PARAM"},
        BadConfiguration{"an action that is no column",
                         sessions_section("sessions.csv", "actions = [\"seen\"]"), "E-MAP-MISSING"},
        BadConfiguration{"a field without a column",
                         with_columns("order_id = \"id\", client = \"client\""), "E-MAP-MISSING"},
        BadConfiguration{"a column that is not there", with_columns(kFour + ", date = \"end\""),
                         "E-MAP-MISSING"},
        BadConfiguration{"another case", with_columns(kFour + ", dimension = \"City\""),
                         "E-MAP-MISSING"},
        BadConfiguration{"a column with two meanings", with_columns(kFour + ", date = \"start\""),
                         "E-MAP-DUP"},
        BadConfiguration{"a field and its alias",
                         sessions_section() + "[customers]\npath = \"c.csv\"\ncolumns = { client = "
                                              "\"a\", client_2 = \"b\", download_date = \"d\" }\n",
                         "E-MAP-DUP"},
        BadConfiguration{"texts for amounts", with_columns(kFour + ", discount_amount = \"city\""),
                         "E-MAP-TYPE"},
        BadConfiguration{"numbers for dates", with_columns(kFour + ", date = \"bought\""),
                         "E-MAP-TYPE"},
        BadConfiguration{"texts for yes and no", with_columns(kFour + ", has_purchased = \"city\""),
                         "E-MAP-TYPE"}));

// ---- files ------------------------------------------------------------------------------------

struct BadFile {
  const char* what;
  std::string content;
  const char* code;
};

class BadFiles : public ::testing::TestWithParam<BadFile> {};

TEST_P(BadFiles, AreRefused) {
  const Shop shop(kGoodRow);
  shop.write("sessions.csv", GetParam().content);
  expect_refused(shop, GetParam().code, GetParam().what);
}

INSTANTIATE_TEST_SUITE_P(
    , BadFiles,
    ::testing::Values(BadFile{"no bytes", "", "E-EMPTY"},
                      BadFile{"a byte order mark alone", "\xEF\xBB\xBF", "E-EMPTY"},
                      BadFile{"blank lines alone", "\n\n  \r\n", "E-EMPTY"},
                      BadFile{"a header alone", std::string(kHeader), "E-EMPTY"},
                      BadFile{"a workbook", std::string("PK\x03\x04", 4) + std::string(100, 'x'),
                              "E-FILE"},
                      BadFile{"Parquet", "PAR1" + std::string(100, 'x'), "E-FILE"},
                      BadFile{"UTF-16",
                              std::string("\xFF\xFE"
                                          "i\0d\0,\0",
                                          8),
                              "E-FILE"},
                      BadFile{"a quote that is never closed", "\"id,client\no1,c1\n", "E-FILE"},
                      BadFile{"a damaged archive",
                              std::string("\x1F\x8B\x08\x00", 4) + std::string(50, 'x'), "E-FILE"},
                      BadFile{"another separator in the header",
                              "id;client;start,paid,bought,city,promo\n", "E-MAP-MISSING"},
                      BadFile{"zero bytes", std::string(1000, '\0'), "E-MAP-MISSING"}));

TEST(BadPaths, AreRefused) {
  const Shop shop(kGoodRow);
  fs::create_directories(shop.folder() / "empty");
  fs::create_symlink("nowhere.csv", shop.folder() / "dangling.csv");
  for (const char* path : {"nothing.csv", "empty", "*.tsv", "no/such/folder/*.csv", "dangling.csv",
                           "sessions.csv/x", "/dev/null"}) {
    shop.write("connect.toml", sessions_section(path));
    expect_refused(shop, "E-FILE", path);
  }
  shop.write("connect.toml", "[sessions]\npath = \"" + std::string(5000, 'x') + "\"\ncolumns = { " +
                                 kFour + " }\n");
  expect_refused(shop, "E-FILE", "a name that is too long");
}

TEST(BadPaths, OneBadSourceKeepsTheOldConfiguration) {
  const Shop shop(kGoodRow);
  ASSERT_EQ(shop.connect().exit_code, 0);
  const std::string before = shop.call({"config", "print"}).out;
  shop.write("connect.toml", sessions_section() + customers_section());
  const Outcome refused = shop.connect();
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_EQ(error_code(refused), "E-FILE");
  EXPECT_EQ(shop.call({"config", "print"}).out, before);
}

TEST(BadPaths, AFileThatVanishesFailsTheRunAndKeepsTheResults) {
  const Shop shop(kGoodRow);
  shop.load();
  const std::string before = shop.csv("kpis");
  fs::remove(shop.folder() / "sessions.csv");
  const Shop::Ran ran = shop.run();
  EXPECT_EQ(ran.outcome.exit_code, 1);
  EXPECT_EQ(ran.json.value("state", ""), "failed");
  EXPECT_EQ(ran.stage("ingest"), "E-FILE");
  EXPECT_EQ(ran.stage("publish"), "skipped");
  EXPECT_EQ(shop.csv("kpis"), before);
  const Outcome spoken = shop.call({"run"});
  EXPECT_EQ(spoken.exit_code, 1);
  EXPECT_EQ(error_code(spoken), "E-FILE");
}

TEST(BadPaths, TheConfigurationItself) {
  const Shop shop(kGoodRow);
  for (const std::string name : {"none.toml", "", "."}) {
    const Outcome outcome = shop.call({"connect", (shop.folder() / name).string()});
    EXPECT_EQ(outcome.exit_code, 1) << name;
    EXPECT_EQ(error_code(outcome), "E-FILE") << name;
  }
}

// ---- permissions ------------------------------------------------------------------------------

/// The shop of somebody without special rights: root gives its folder away and becomes nobody.
class PermissionTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (::getuid() == 0) {
      options.as_nobody = true;
      fs::permissions(shop.folder(), fs::perms(0755));
      give_away(shop.folder());
      for (const char* name : {"connect.toml", "sessions.csv"}) give_away(shop.folder() / name);
    }
    const Outcome works = call({"--version"});
    if (works.exit_code == kNotStarted) {
      GTEST_SKIP() << "without root's rights the program cannot be started from its folder";
    }
    ASSERT_EQ(works.exit_code, 0) << works.err;
  }
  static void give_away(const fs::path& path) { ASSERT_EQ(::chown(path.c_str(), 65534, 65534), 0); }
  Outcome call(const std::vector<std::string>& arguments) const {
    return run_program(arguments, options);
  }
  Outcome connect() const {
    return call({"connect", shop.folder() / "connect.toml", "--home", shop.home()});
  }

  Shop shop{kGoodRow};
  ProgramOptions options;
};

TEST_F(PermissionTest, AFileThatMayNotBeRead) {
  ASSERT_EQ(connect().exit_code, 0);
  ::chmod((shop.folder() / "sessions.csv").c_str(), 0);
  const Outcome outcome = connect();
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_EQ(error_code(outcome), "E-PERM") << outcome.err;
  const Outcome ran = call({"run", "--home", shop.home()});
  EXPECT_EQ(ran.exit_code, 1);
  EXPECT_EQ(error_code(ran), "E-PERM") << ran.err;
}

TEST_F(PermissionTest, AFolderThatMayNotBeRead) {
  fs::create_directories(shop.folder() / "in");
  shop.write("in/sessions.csv", std::string(kHeader) + kGoodRow);
  ::chmod((shop.folder() / "in").c_str(), 0);
  for (const char* path : {"in", "in/sessions.csv", "in/*.csv"}) {
    shop.write("connect.toml", sessions_section(path));
    const Outcome outcome = connect();
    EXPECT_EQ(outcome.exit_code, 1) << path;
    EXPECT_EQ(error_code(outcome), "E-PERM") << path << ": " << outcome.err;
  }
  ::chmod((shop.folder() / "in").c_str(), 0700);
}

TEST_F(PermissionTest, AConfigurationThatMayNotBeRead) {
  ::chmod((shop.folder() / "connect.toml").c_str(), 0);
  const Outcome outcome = connect();
  EXPECT_EQ(outcome.exit_code, 1);
  const std::string code = error_code(outcome);
  EXPECT_TRUE(code == "E-PERM" || code == "E-FILE") << outcome.err;
}

TEST_F(PermissionTest, AHomeThatMayNotBeWritten) {
  ::chmod(shop.folder().c_str(), 0555);
  const Outcome outcome = connect();
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_EQ(error_code(outcome), "E-PERM") << outcome.err;
  ::chmod(shop.folder().c_str(), 0755);
}

TEST_F(PermissionTest, AFolderThatMayNotBeExportedTo) {
  ASSERT_EQ(connect().exit_code, 0);
  ASSERT_EQ(call({"run", "--home", shop.home()}).exit_code, 0);
  fs::create_directory(shop.folder() / "closed");
  ::chmod((shop.folder() / "closed").c_str(), 0555);
  const Outcome outcome =
      call({"export", shop.folder() / "closed" / "results", "--home", shop.home()});
  EXPECT_EQ(outcome.exit_code, 1);
  const std::string code = error_code(outcome);
  EXPECT_TRUE(code == "E-PERM" || code == "E-FILE") << outcome.err;
}

}  // namespace
}  // namespace ca::tests
