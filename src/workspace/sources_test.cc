#include <SQLiteCpp/SQLiteCpp.h>

#include <utility>
#include <vector>

#include "workspace/test_support.h"
#include "workspace/workspace.h"

namespace ca::workspace {
namespace {

using namespace testing;

SourceRecord source(const std::string& kind, const std::string& path) {
  SourceRecord record;
  record.kind = kind;
  record.type = "csv";
  record.path = path;
  record.columns = {{"client", "customer_id"}};
  return record;
}

Configuration shop() {
  Configuration configuration;
  configuration.settings = {{"workspace.timezone", "Europe/London"}};
  configuration.sources = {source("sessions", "s.csv"), source("customers", "c.csv"),
                           source("products", "p.csv")};
  configuration.sources[0].actions = {"has_search", "has_basket", "has_paid"};
  configuration.sources[0].options = {{"separator", ";"}, {"timezone", "UTC"}};
  return configuration;
}

/// "sessions s.csv v1 untested, ...": what a test compares.
std::string in_words(const Configuration& configuration) {
  std::string words;
  for (const SourceRecord& record : configuration.sources) {
    if (!words.empty()) words += ", ";
    words += record.kind + " " + record.path + " v" + std::to_string(record.version) + " " +
             record.status;
  }
  return words;
}

class SourcesTest : public ::testing::Test {
 protected:
  TemporaryFolder folder;
  Home home = Home::open(folder.path());
  FakeClock fake;
  Workspace workspace{home, fake.clock()};
};

TEST_F(SourcesTest, AnEmptyWorkspaceHasNone) {
  EXPECT_TRUE(workspace.configuration().settings.empty());
  EXPECT_TRUE(workspace.configuration().sources.empty());
  EXPECT_TRUE(workspace.source_versions("sessions").empty());
}

TEST_F(SourcesTest, ReadsWhatWasSaved) {
  Configuration given = shop();
  given.sources[0].tag = "web shop";
  given.sources[1].status = "ok";
  given.sources[1].rows = 4000;
  given.sources[1].last_test_at = "2024-05-01T12:00:00.000Z";
  std::swap(given.sources[0], given.sources[2]);
  workspace.save(given);

  const Configuration read = Workspace(home).configuration();
  EXPECT_EQ(read.settings, given.settings);
  EXPECT_EQ(in_words(read),
            "sessions s.csv v1 untested, customers c.csv v1 ok, products p.csv v1 untested");
  const SourceRecord& sessions = read.sources[0];
  EXPECT_EQ(sessions.tag, "web shop");
  EXPECT_EQ(sessions.type, "csv");
  EXPECT_EQ(sessions.options, shop().sources[0].options);
  EXPECT_EQ(sessions.columns, shop().sources[0].columns);
  EXPECT_EQ(sessions.actions, shop().sources[0].actions);
  EXPECT_EQ(sessions.last_test_at, "");
  EXPECT_EQ(read.sources[1].rows, 4000);
  EXPECT_EQ(read.sources[1].last_test_at, "2024-05-01T12:00:00.000Z");
  EXPECT_EQ(config_hash(read), config_hash(given));
}

TEST_F(SourcesTest, ReplacesEverything) {
  workspace.save(shop());
  Configuration other;
  other.settings = {{"workspace.currency", "GBP"}};
  other.sources = {source("sessions", "s.csv")};
  workspace.save(other);
  const Configuration read = workspace.configuration();
  EXPECT_EQ(read.settings, other.settings);
  EXPECT_EQ(in_words(read), "sessions s.csv v2 untested");
  EXPECT_TRUE(read.sources[0].actions.empty());
  EXPECT_TRUE(read.sources[0].options.empty());
}

TEST_F(SourcesTest, OnlyAChangedContentIsANewVersion) {
  workspace.save(shop());
  Configuration changed = shop();
  changed.sources[0].columns["client"] = "user";
  changed.sources[1].tag = "people";
  changed.settings["workspace.currency"] = "GBP";
  workspace.save(changed);
  workspace.save(changed);
  EXPECT_EQ(in_words(workspace.configuration()),
            "sessions s.csv v2 untested, customers c.csv v2 untested, products p.csv v1 untested");
  std::swap(changed.sources[0].actions[0], changed.sources[0].actions[2]);
  workspace.save(changed);
  EXPECT_EQ(workspace.configuration().sources[0].version, 3);
  EXPECT_EQ(workspace.source_versions("products").size(), 0U);
  EXPECT_EQ(workspace.source_versions("customers").size(), 1U);
  EXPECT_EQ(workspace.source_versions("sessions").size(), 2U);
}

TEST_F(SourcesTest, WhatIsKnownOfAnUnchangedSourceStays) {
  workspace.save(shop());
  workspace.set_source_status("sessions", "ok", 10'000'000'000);
  workspace.set_source_status("customers", "E-FILE", 0);
  Configuration changed = shop();
  changed.sources[1].path = "c2.csv";
  fake.now += std::chrono::minutes(1);
  workspace.save(changed);
  const Configuration read = workspace.configuration();
  EXPECT_EQ(in_words(read),
            "sessions s.csv v1 ok, customers c2.csv v2 untested, products p.csv v1 untested");
  EXPECT_EQ(read.sources[0].rows, 10'000'000'000);
  EXPECT_EQ(read.sources[0].last_test_at, "2024-05-01T12:03:04.500Z");
  EXPECT_EQ(read.sources[1].last_test_at, "");
}

TEST_F(SourcesTest, EarlierVersionsComeBack) {
  workspace.save(shop());
  Configuration changed = shop();
  changed.sources[0].path = "s2.csv";
  changed.sources[0].actions = {};
  fake.now += std::chrono::hours(1);
  workspace.save(changed);

  const std::vector<SourceVersion> versions = workspace.source_versions("sessions");
  ASSERT_EQ(versions.size(), 1U);
  EXPECT_EQ(versions[0].saved_at, "2024-05-01T12:03:04.500Z");
  EXPECT_EQ(versions[0].source.version, 1);
  EXPECT_EQ(versions[0].source.path, "s.csv");

  EXPECT_EQ(workspace.restore_source("sessions", 1), 3);
  const SourceRecord restored = workspace.configuration().sources[0];
  EXPECT_EQ(content_json(restored), content_json(shop().sources[0]));
  EXPECT_EQ(restored.version, 3);
  EXPECT_EQ(restored.status, "untested");

  EXPECT_EQ(workspace.restore_source("sessions", 1), 3) << "it is what is there already";
  EXPECT_EQ(workspace.restore_source("sessions", 2), 4);
  EXPECT_EQ(workspace.configuration().sources[0].path, "s2.csv");
  EXPECT_EQ(workspace.source_versions("sessions").size(), 3U);
  EXPECT_EQ(workspace.source_versions("sessions")[0].source.version, 3);
}

TEST_F(SourcesTest, ASourceThatWasLeftOutComesBackToo) {
  workspace.save(shop());
  Configuration less = shop();
  less.sources.pop_back();
  workspace.save(less);
  workspace.save(less);
  EXPECT_EQ(in_words(workspace.configuration()),
            "sessions s.csv v1 untested, customers c.csv v1 untested");
  EXPECT_EQ(code_of([&] { workspace.set_source_status("products", "ok", 1); }), "E-PARAM");
  EXPECT_EQ(workspace.restore_source("products", 1), 2);
  EXPECT_EQ(content_json(workspace.configuration().sources[2]), content_json(shop().sources[2]));
  workspace.save(less);
  workspace.save(shop());
  EXPECT_EQ(workspace.configuration().sources[2].version, 3);
  EXPECT_EQ(workspace.source_versions("products").size(), 2U);
}

TEST_F(SourcesTest, AVersionThatNeverWasIsAnError) {
  workspace.save(shop());
  EXPECT_EQ(code_of([&] { workspace.restore_source("sessions", 1); }), "E-PARAM");
  EXPECT_EQ(code_of([&] { workspace.restore_source("sessions", 2); }), "E-PARAM");
  EXPECT_EQ(code_of([&] { workspace.restore_source("shoes", 1); }), "E-PARAM");
  EXPECT_EQ(code_of([&] { workspace.set_source_status("deliveries", "ok", 1); }), "E-PARAM");
}

TEST_F(SourcesTest, WrongConfigurationsAreRefusedWhole) {
  workspace.save(shop());
  const std::string before = config_hash(workspace.configuration());
  Configuration unknown = shop();
  unknown.sources[0].path = "other.csv";
  unknown.sources.push_back(source("shoes", "x.csv"));
  EXPECT_EQ(code_of([&] { workspace.save(unknown); }), "E-PARAM");
  Configuration twice = shop();
  twice.sources.push_back(source("customers", "x.csv"));
  EXPECT_EQ(code_of([&] { workspace.save(twice); }), "E-PARAM");
  Configuration latin = shop();
  latin.settings = {};
  latin.sources[0].path = "other.csv";
  latin.sources[2].path = "caf\xe9.csv";
  EXPECT_EQ(code_of([&] { workspace.save(latin); }), "E-PARAM");
  EXPECT_EQ(config_hash(workspace.configuration()), before);
}

TEST_F(SourcesTest, AFailureInTheMiddleLeavesTheOldConfiguration) {
  workspace.save(shop());
  SQLite::Database(home.workspace_file().string(), SQLite::OPEN_READWRITE)
      .exec(
          "CREATE TRIGGER fail BEFORE INSERT ON column_maps WHEN new.column_name = 'poison' "
          "BEGIN SELECT raise(ABORT, 'poisoned'); END");
  Configuration poisoned = shop();
  poisoned.settings = {{"workspace.timezone", "UTC"}};
  poisoned.sources[0].path = "s2.csv";
  poisoned.sources[1].columns["x"] = "poison";
  EXPECT_EQ(code_of([&] { workspace.save(poisoned); }), "E-PARAM");

  const Configuration read = workspace.configuration();
  EXPECT_EQ(config_hash(read), config_hash(shop()));
  EXPECT_EQ(in_words(read),
            "sessions s.csv v1 untested, customers c.csv v1 untested, products p.csv v1 untested");
  EXPECT_TRUE(workspace.source_versions("sessions").empty());
  poisoned.sources[1].columns.erase("x");
  workspace.save(poisoned);
  EXPECT_EQ(workspace.configuration().sources[0].version, 2);
}

TEST_F(SourcesTest, TextIsData) {
  const std::vector<std::string> texts = {
      "it's",
      "\"quoted\" \\ back",
      "'; DROP TABLE sources; --",
      "line\nbreak\r\n\ttab",
      "\xf0\x9f\x9b\x92 \xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d",
      std::string("a\0b", 3),
      "%s %d ? ?1 :x @y $z",
      "",
      std::string(65'536, 'x'),
  };
  for (const std::string& text : texts) {
    Configuration given;
    given.settings = {{"workspace." + text, text}};
    given.sources = {source("sessions", text)};
    SourceRecord& record = given.sources[0];
    record.tag = record.type = text;
    record.options = {{text, text}};
    record.columns = {{text, text}};
    record.actions = {text, text};
    workspace.save(given);
    const Configuration read = workspace.configuration();
    EXPECT_EQ(read.settings, given.settings);
    ASSERT_EQ(read.sources.size(), 1U);
    EXPECT_EQ(content_json(read.sources[0]), content_json(record));
    workspace.set_source_status("sessions", text, 1);
    EXPECT_EQ(workspace.configuration().sources.at(0).status, text);
  }
  const std::vector<SourceVersion> versions = workspace.source_versions("sessions");
  ASSERT_EQ(versions.size(), texts.size() - 1);
  for (std::size_t i = 0; i < versions.size(); ++i) {
    EXPECT_EQ(versions[i].source.path, texts[texts.size() - 2 - i]);
  }
}

TEST_F(SourcesTest, OneSourceIsSavedAndTheOthersStay) {
  workspace.save(shop());
  SourceRecord changed = source("customers", "other.csv");
  changed.status = "ok";
  changed.rows = 7;
  EXPECT_EQ(workspace.save_source(changed), 2);
  EXPECT_EQ(workspace.save_source(changed), 2) << "the same content";
  EXPECT_EQ(in_words(workspace.configuration()),
            "sessions s.csv v1 untested, customers other.csv v2 ok, products p.csv v1 untested");
  EXPECT_EQ(workspace.configuration().settings.size(), 1U);
  EXPECT_EQ(code_of([&] { workspace.save_source(source("orders", "x")); }), "E-PARAM");
  EXPECT_EQ(code_of([&] { workspace.save_source(source("customers", "\xFF")); }), "E-PARAM");
}

TEST_F(SourcesTest, OneSourceIsRemovedAndComesBack) {
  workspace.save(shop());
  EXPECT_TRUE(workspace.remove_source("customers"));
  EXPECT_FALSE(workspace.remove_source("customers"));
  EXPECT_FALSE(workspace.remove_source("deliveries"));
  EXPECT_EQ(in_words(workspace.configuration()),
            "sessions s.csv v1 untested, products p.csv v1 untested");
  EXPECT_EQ(workspace.restore_source("customers", 1), 2);
  EXPECT_EQ(workspace.configuration().sources.size(), 3U);
}

TEST_F(SourcesTest, SettingsAreReplacedAndSourcesStay) {
  workspace.save(shop());
  workspace.save_settings({{"clv.horizon", "90"}});
  EXPECT_EQ(workspace.configuration().settings,
            (std::map<std::string, std::string>{{"clv.horizon", "90"}}));
  EXPECT_EQ(workspace.configuration().sources.size(), 3U);
  EXPECT_EQ(code_of([&] { workspace.save_settings({{"a.b", "\xFF"}}); }), "E-PARAM");
}

TEST_F(SourcesTest, ImportRootsAreASetOfBoundedSize) {
  workspace.add_import_roots({"/b", "/a"});
  workspace.add_import_roots({"/b"});
  workspace.save(shop());  // which has nothing to do with them
  EXPECT_EQ(workspace.import_roots(), (std::vector<std::string>{"/a", "/b"}));
  std::vector<std::string> many;
  for (int i = 0; i < 300; ++i) many.push_back("/x" + std::to_string(i));
  workspace.add_import_roots(many);
  EXPECT_EQ(workspace.import_roots().size(), kMostImportRoots);
}

TEST_F(SourcesTest, UploadsAreKeptWithTheNameTheyCameUnder) {
  const std::string name = "../it's \"so\"\n<script>\U0001F600";
  workspace.add_upload({"id1", name, "id1-so.csv", 12, {}, "anna"});
  workspace.add_upload({"id2", "b", "id2-b", 0, {}, "bea"});
  ASSERT_EQ(workspace.uploads().size(), 2U);
  EXPECT_EQ(workspace.uploads()[0].name, name);
  EXPECT_EQ(workspace.uploads()[0].bytes, 12U);
  EXPECT_EQ(workspace.uploads()[0].created_at, "2024-05-01T12:03:04.500Z");
  EXPECT_TRUE(workspace.remove_upload("id1"));
  EXPECT_FALSE(workspace.remove_upload("id1"));
  EXPECT_EQ(workspace.uploads()[0].created_by, "bea");
}

}  // namespace
}  // namespace ca::workspace
