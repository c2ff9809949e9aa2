#include "workspace/configuration.h"

#include "workspace/test_support.h"

namespace ca::workspace {
namespace {

using namespace testing;

SourceRecord sessions() {
  SourceRecord source;
  source.kind = "sessions";
  source.tag = "web shop";
  source.type = "csv";
  source.path = "/data/sessions.csv.gz";
  source.options = {{"separator", ";"}};
  source.columns = {{"order_id", "invoice_no"}, {"client", "customer_id"}};
  source.actions = {"has_basket", "has_paid"};
  return source;
}

Configuration shop() {
  Configuration configuration;
  configuration.settings = {{"workspace.timezone", "Europe/London"},
                            {"workspace.currency", "GBP"},
                            {"sessions.anonymous", "keep"}};
  configuration.sources = {sessions(), {}};
  configuration.sources[1].kind = "customers";
  configuration.sources[1].path = "/data/customers.csv";
  return configuration;
}

TEST(ConfigHash, IsTheSameForEver) {
  EXPECT_EQ(config_hash(shop()), "1e4be9829791bf9a");
  EXPECT_EQ(config_hash(shop(), "sessions"), "5bcd35009b91f23e");
  EXPECT_EQ(config_hash(Configuration{}), "10d4767fd2b10b77");
}

TEST(LoadHash, ChangesWithWhatAnySourceIsReadByAndNothingElse) {
  const std::string before = load_hash(shop());
  EXPECT_EQ(before.size(), 16U);
  const auto after = [](auto change) {
    Configuration changed = shop();
    change(changed);
    return load_hash(changed);
  };
  EXPECT_NE(before, after([](Configuration& c) { c.sources[0].actions.push_back("seen"); }));
  EXPECT_NE(before, after([](Configuration& c) { c.sources[1].path += "2"; }));
  EXPECT_NE(before, after([](Configuration& c) { c.sources.pop_back(); }));
  EXPECT_NE(before, after([](Configuration& c) { c.settings["workspace.timezone"] = "UTC"; }));
  EXPECT_EQ(before, after([](Configuration& c) { std::swap(c.sources[0], c.sources[1]); }));
  EXPECT_EQ(before, after([](Configuration& c) { c.sources[0].tag = "another"; }));
  EXPECT_EQ(before, after([](Configuration& c) { c.settings["workspace.currency"] = "EUR"; }));
  EXPECT_EQ(before, after([](Configuration& c) { c.settings["storage.temporary_path"] = "/x"; }));
}

TEST(ConfigHash, ChangesWithWhatASourceIsReadBy) {
  const std::string before = config_hash(shop(), "sessions");
  const auto after = [](auto change) {
    Configuration changed = shop();
    change(changed, changed.sources[0]);
    EXPECT_NE(config_hash(changed), config_hash(shop()));
    return config_hash(changed, "sessions");
  };
  using C = Configuration;
  using S = SourceRecord;
  EXPECT_NE(before, after([](C&, S& s) { s.type = "parquet"; }));
  EXPECT_NE(before, after([](C&, S& s) { s.path += "2"; }));
  EXPECT_NE(before, after([](C&, S& s) { s.options["separator"] = ","; }));
  EXPECT_NE(before, after([](C&, S& s) { s.options.clear(); }));
  EXPECT_NE(before, after([](C&, S& s) { s.columns["client"] = "user_id"; }));
  EXPECT_NE(before, after([](C&, S& s) { s.columns["dimension"] = "country"; }));
  EXPECT_NE(before, after([](C&, S& s) { s.actions.push_back("has_search"); }));
  EXPECT_NE(before, after([](C&, S& s) { std::swap(s.actions[0], s.actions[1]); }));
  EXPECT_NE(before, after([](C& c, S&) { c.settings["workspace.timezone"] = "UTC"; }));
  EXPECT_NE(before, after([](C& c, S&) { c.settings["sessions.anonymous"] = "drop"; }));
  EXPECT_EQ(before, after([](C& c, S&) { c.settings["workspace.currency"] = "EUR"; }));
  EXPECT_EQ(before, after([](C& c, S&) { c.sources.pop_back(); }));
}

TEST(ConfigHash, DoesNotChangeWithNamesOrFindings) {
  Configuration other = shop();
  other.sources[0].tag = "another name";
  other.sources[0].version = 7;
  other.sources[0].status = "ok";
  other.sources[0].last_test_at = "2024-05-01T12:03:04.500Z";
  other.sources[0].rows = 10;
  std::swap(other.sources[0], other.sources[1]);
  EXPECT_EQ(config_hash(other), config_hash(shop()));
  EXPECT_EQ(config_hash(other, "sessions"), config_hash(shop(), "sessions"));
}

TEST(ConfigHash, OfASourceThatIsNotThereIsEmpty) {
  EXPECT_EQ(config_hash(shop(), "deliveries"), "");
}

TEST(ContentJson, HoldsTheContentAndNothingElse) {
  SourceRecord source = sessions();
  source.status = "ok";
  source.version = 3;
  EXPECT_EQ(content_json(source),
            R"({"actions":["has_basket","has_paid"],)"
            R"("columns":{"client":"customer_id","order_id":"invoice_no"},"kind":"sessions",)"
            R"("options":{"separator":";"},"path":"/data/sessions.csv.gz","tag":"web shop",)"
            R"("type":"csv"})");
  EXPECT_EQ(content_json(source_from_json(content_json(source))), content_json(source));
}

TEST(ContentJson, ReadsNothingElse) {
  for (const char* text : {"", "[]", "{}", "{\"kind\":1}"}) {
    EXPECT_EQ(code_of([&] { source_from_json(text); }), "E-HOME") << text;
  }
  EXPECT_EQ(code_of([&] { texts_from_json("{\"a\":1}"); }), "E-HOME");
}

TEST(ContentJson, RefusesTextThatIsNotUtf8) {
  SourceRecord source = sessions();
  source.path = "/data/caf\xe9.csv";
  EXPECT_EQ(code_of([&] { content_json(source); }), "E-PARAM");
}

}  // namespace
}  // namespace ca::workspace
