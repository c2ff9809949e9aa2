#include "runs/shop_plan.h"

#include <gtest/gtest.h>

#include "ingest/test_support.h"

namespace ca::runs {
namespace {

using ingest::testing::code_of;
using sources::Kind;

workspace::SourceRecord source(const std::string& kind) {
  workspace::SourceRecord record;
  record.kind = kind;
  record.type = "csv";
  record.path = "/data/" + kind + ".csv";
  for (const Kind known : {Kind::kSessions, Kind::kCustomers, Kind::kProducts, Kind::kDeliveries}) {
    if (name_of(known) != kind) continue;
    for (const ingest::Field& field : ingest::fields_of(known)) {
      if (field.required) record.columns[field.name] = "column_" + field.name;
    }
  }
  return record;
}

workspace::Configuration shop() {
  workspace::Configuration configuration;
  configuration.sources = {source("sessions")};
  return configuration;
}

TEST(ShopPlan, HasDefaults) {
  const ingest::ShopPlan plan = shop_plan(shop());
  EXPECT_EQ(plan.timezone, "UTC");
  EXPECT_FALSE(plan.keep_anonymous);
  EXPECT_FALSE(plan.auto_customers);
  ASSERT_EQ(plan.sources.size(), 1U);
  const ingest::SourcePlan& sessions = plan.sources[0];
  EXPECT_EQ(sessions.location.path, "/data/sessions.csv");
  EXPECT_EQ(sessions.location.type, "csv");
  EXPECT_FALSE(sessions.location.separator);
  EXPECT_FALSE(sessions.location.encoding);
  EXPECT_FALSE(sessions.location.decimal);
  EXPECT_EQ(sessions.timezone, "UTC");
  EXPECT_EQ(sessions.date_pattern, "");
  EXPECT_EQ(sessions.max_malformed, 0.01);
  EXPECT_EQ(sessions.mapping.columns.at("order_id"), "column_order_id");
}

TEST(ShopPlan, TakesEveryOption) {
  workspace::Configuration configuration = shop();
  configuration.settings = {{"workspace.timezone", "Europe/London"},
                            {"sessions.anonymous", "keep"},
                            {"customers.auto_customers", "true"}};
  workspace::SourceRecord& sessions = configuration.sources[0];
  sessions.type = "CSV";
  sessions.tag = "web";
  sessions.actions = {"seen"};
  sessions.options = {{"timezone", "Asia/Tokyo"}, {"date_pattern", "%d/%m/%Y"},
                      {"separator", ";"},         {"encoding", "windows-1252"},
                      {"decimal", ","},           {"max_malformed", "0.25"}};
  configuration.sources.insert(configuration.sources.begin(), source("customers"));

  const ingest::ShopPlan plan = shop_plan(configuration);
  EXPECT_EQ(plan.timezone, "Europe/London");
  EXPECT_TRUE(plan.keep_anonymous);
  EXPECT_TRUE(plan.auto_customers);
  const ingest::SourcePlan& source = *plan.find(Kind::kSessions);
  EXPECT_EQ(source.location.type, "csv");
  EXPECT_EQ(source.tag, "web");
  EXPECT_EQ(source.mapping.actions, std::vector<std::string>{"seen"});
  EXPECT_EQ(source.timezone, "Asia/Tokyo");
  EXPECT_EQ(source.date_pattern, "%d/%m/%Y");
  EXPECT_EQ(source.location.separator, ';');
  EXPECT_EQ(source.location.encoding, "windows-1252");
  EXPECT_EQ(source.location.decimal, ',');
  EXPECT_EQ(source.max_malformed, 0.25);
  EXPECT_EQ(plan.find(Kind::kCustomers)->timezone, "Europe/London");  // the workspace's
}

TEST(ShopPlan, LoadsSessionsFirst) {
  workspace::Configuration configuration;
  for (const char* kind : {"deliveries", "customers", "products", "sessions"}) {
    configuration.sources.push_back(source(kind));
  }
  const ingest::ShopPlan plan = shop_plan(configuration);
  for (std::size_t i = 0; i < plan.sources.size(); ++i) {
    EXPECT_EQ(plan.sources[i].location.kind, static_cast<Kind>(i));
  }
}

TEST(ShopPlan, ATabHasNames) {
  for (const char* text : {"tab", "\\t", "\t"}) {
    workspace::Configuration configuration = shop();
    configuration.sources[0].options["separator"] = text;
    EXPECT_EQ(shop_plan(configuration).sources[0].location.separator, '\t') << text;
  }
}

TEST(ShopPlan, RefusesValuesThatMeanNothing) {
  const auto with = [](const std::string& option, const std::string& value) {
    workspace::Configuration configuration = shop();
    configuration.sources[0].options[option] = value;
    return code_of([&] { shop_plan(configuration); });
  };
  EXPECT_EQ(with("separator", ";;"), "E-PARAM");
  EXPECT_EQ(with("decimal", "comma"), "E-PARAM");
  EXPECT_EQ(with("timezone", "Europe/Londres"), "E-PARAM");
  for (const char* share : {"1.01", "-0.01", "1 %", "x", "0.1x", "nan", "inf"}) {
    EXPECT_EQ(with("max_malformed", share), "E-PARAM") << share;
  }
  for (const char* share : {"0", "1", "0.5", "1e-3", ""}) {
    EXPECT_EQ(with("max_malformed", share), "none") << share;
  }
  for (const char* option : {"separator", "decimal", "timezone", "encoding", "date_pattern"}) {
    EXPECT_EQ(with(option, ""), "none") << option;
  }

  workspace::Configuration configuration = shop();
  configuration.settings["workspace.timezone"] = "Mars/Olympus";
  EXPECT_EQ(code_of([&] { shop_plan(configuration); }), "E-PARAM");
  configuration = shop();
  configuration.sources[0].type = "xlsx";
  EXPECT_EQ(code_of([&] { shop_plan(configuration); }), "E-PARAM");
  configuration = shop();
  configuration.sources.push_back(source("visits"));
  EXPECT_EQ(code_of([&] { shop_plan(configuration); }), "E-PARAM");
  configuration = shop();
  configuration.sources[0].columns.erase("client");
  EXPECT_EQ(code_of([&] { shop_plan(configuration); }), "E-MAP-MISSING");
}

TEST(ShopPlan, RefusesActionsThatDifferOnlyInCase) {
  const auto code = [](std::vector<std::string> sessions, std::vector<std::string> customers) {
    workspace::Configuration configuration = shop();
    configuration.sources.push_back(source("customers"));
    configuration.sources[0].actions = std::move(sessions);
    configuration.sources[1].actions = std::move(customers);
    return code_of([&] { shop_plan(configuration); });
  };
  EXPECT_EQ(code({"Seen", "seen"}, {}), "E-PARAM");
  EXPECT_EQ(code({}, {"seen", "sEEN"}), "E-PARAM");
  EXPECT_EQ(code({"seen"}, {"Seen"}), "E-PARAM");
  EXPECT_EQ(code({"Purchased"}, {}), "E-PARAM");  // the reports have a step purchased
  EXPECT_EQ(code({"CONV_seen"}, {}), "E-PARAM");
  EXPECT_EQ(code({"seen"}, {"seen"}), "none");
  EXPECT_EQ(code({"\xc3\x84", "\xc3\xa4"}, {}), "none");  // not letters of ASCII
}

TEST(ShopPlan, NeedsSessions) {
  workspace::Configuration configuration;
  EXPECT_EQ(code_of([&] { shop_plan(configuration); }), "E-NOT-CONNECTED");
  configuration.sources = {source("customers")};
  EXPECT_EQ(code_of([&] { shop_plan(configuration); }), "E-NOT-CONNECTED");
}

TEST(Setting, IsTheDefaultWhenItIsEmptyOrNotThere) {
  workspace::Configuration configuration;
  configuration.settings = {{"a.empty", ""}, {"a.full", "x"}};
  EXPECT_EQ(setting(configuration, "a.full", "y"), "x");
  EXPECT_EQ(setting(configuration, "a.empty", "y"), "y");
  EXPECT_EQ(setting(configuration, "a.none", "y"), "y");
}

TEST(JourneysSchema, TellsTheVersionOfTheTimeZones) {
  EXPECT_EQ(journeys_schema(shop_plan(shop()), "hash").tz_version, tz_version());
}

TEST(ShopPlan, SaysTheLongestDelivery) {
  workspace::Configuration configuration = shop();
  EXPECT_EQ(shop_plan(configuration).max_delivery_hours, 24);
  configuration.settings["delivery.max_hours"] = "2";
  EXPECT_EQ(shop_plan(configuration).max_delivery_hours, 2);
  for (const char* wrong : {"0", "169", "1.5", "day"}) {
    configuration.settings["delivery.max_hours"] = wrong;
    EXPECT_THROW(shop_plan(configuration), Error) << wrong;
  }
}

TEST(JourneysSchema, TellsWhatIsMapped) {
  workspace::Configuration configuration = shop();
  configuration.sources[0].actions = {"seen"};
  journeys::Schema schema = journeys_schema(shop_plan(configuration), "hash");
  EXPECT_EQ(schema.zone, "UTC");
  EXPECT_EQ(schema.configuration, "hash");
  EXPECT_EQ(schema.session_actions, std::vector<std::string>{"seen"});
  EXPECT_TRUE(schema.has_customers);  // derived from sessions
  EXPECT_FALSE(schema.has_signup || schema.has_discount || schema.has_promotion ||
               schema.has_dimension || schema.has_products || schema.has_category ||
               schema.has_deliveries || schema.has_prepare_date || schema.has_return_date ||
               schema.has_coordinates);

  for (const char* kind : {"customers", "products", "deliveries"}) {
    configuration.sources.push_back(source(kind));
  }
  configuration.settings["workspace.timezone"] = "Europe/London";
  for (const char* field : {"discount_amount", "promotion_id", "dimension"}) {
    configuration.sources[0].columns[field] = field;
  }
  configuration.sources[1].columns["signup_date"] = "signup";
  configuration.sources[1].actions = {"login", "call"};
  configuration.sources[2].columns["category"] = "category";
  schema = journeys_schema(shop_plan(configuration), "hash");
  EXPECT_EQ(schema.zone, "Europe/London");
  EXPECT_EQ(schema.customer_actions, (std::vector<std::string>{"login", "call"}));
  EXPECT_TRUE(schema.has_customers && schema.has_signup && schema.has_discount &&
              schema.has_promotion && schema.has_dimension && schema.has_products &&
              schema.has_category && schema.has_deliveries);
  EXPECT_FALSE(schema.has_prepare_date || schema.has_return_date || schema.has_coordinates);
  for (const char* field : {"prepare_date", "return_date", "latitude"}) {
    configuration.sources[3].columns[field] = field;
  }
  schema = journeys_schema(shop_plan(configuration), "hash");
  EXPECT_TRUE(schema.has_prepare_date && schema.has_return_date);
  EXPECT_FALSE(schema.has_coordinates);  // half of them
  configuration.sources[3].columns["longitude"] = "longitude";
  EXPECT_TRUE(journeys_schema(shop_plan(configuration), "hash").has_coordinates);
}

}  // namespace
}  // namespace ca::runs
