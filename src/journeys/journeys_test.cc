#include "journeys/journeys.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "journeys/test_support.h"

namespace ca::journeys {
namespace {

using namespace testing;
namespace fs = std::filesystem;

/// A version of two partitions with one customer, c, who has a download, a signup and an action.
class JourneysTest : public ::testing::Test {
 protected:
  JourneysTest() {
    store.sessions = {{.order = "o1", .client = "c", .start = "2024-01-15 10:00"},
                      {.order = "o2", .client = "c", .start = "2024-01-15 10:00"},
                      {.order = "o3", .client = "c", .start = "2024-01-16 10:00"},
                      {.order = "o4", .client = "c", .start = "2024-01-17 10:00"}};
    store.customers = {{.client = "c",
                        .download = "2024-01-14",
                        .signup = "2024-01-16 09:00",
                        .actions = {"2024-01-18"}}};
    store.deliveries = {{.order = "o1", .delivery = "2024-01-16", .latitude = 1, .longitude = 2}};
    BuildOptions options;
    options.schema.customer_actions = {"login"};
    options.partitions = 2;
    options.scratch = folder.path() / "scratch";
    build(store, options, version, no_progress(), Cancellation());
  }

  static Journey journey_of(const Journeys& journeys, const std::string& moment) {
    for (const Partition& partition : journeys.partitions()) {
      if (partition.customers() > 0) return partition.journey(0, utc(moment));
    }
    throw std::runtime_error("no customer");
  }
  std::string open_code() {
    return code_of([&] { Journeys journeys(version); });
  }
  /// The partition that holds the customer.
  fs::path filled_partition() const {
    const Journeys journeys(version);
    return partition_file(version, journeys.partitions()[0].customers() > 0 ? 0 : 1);
  }

  TemporaryFolder folder;
  fs::path version = folder.path() / "version";
  MemoryStore store;
};

TEST_F(JourneysTest, NothingLaterThanAsOfIsThere) {
  const Journeys journeys(version);
  const auto size = [&](const std::string& moment) { return journey_of(journeys, moment).size; };
  EXPECT_EQ(size("2024-01-15 09:59:59.999999"), 0U);
  EXPECT_EQ(size("2024-01-15 10:00"), 2U);  // both of the same moment
  EXPECT_EQ(size("2024-01-16 09:59:59.999999"), 2U);
  EXPECT_EQ(size("2024-01-16 10:00"), 3U);
  EXPECT_EQ(size("2024-01-17 09:59:59.999999"), 3U);
  EXPECT_EQ(size("2024-01-17 10:00"), 4U);
  EXPECT_EQ(size("2200-01-01"), 4U);
}

TEST_F(JourneysTest, EventsLaterThanAsOfDidNotHappen) {
  const Journeys journeys(version);
  const auto events = [&](const std::string& moment) {
    const Journey journey = journey_of(journeys, moment);
    std::string text;
    for (std::size_t e = 0; e < 3; ++e) text += journey.event(e) ? "x" : "-";
    return text;
  };
  EXPECT_EQ(events("2024-01-13"), "---");
  EXPECT_EQ(events("2024-01-14"), "x--");
  EXPECT_EQ(events("2024-01-16 08:59:59.999999"), "x--");
  EXPECT_EQ(events("2024-01-16 09:00"), "xx-");
  EXPECT_EQ(events("2024-01-18"), "xxx");
}

TEST_F(JourneysTest, AnEventThatNeverHappensIsEmptyForEver) {
  store.customers[0].signup = "";
  BuildOptions options;
  options.schema.customer_actions = {"login"};
  options.scratch = folder.path() / "scratch";
  build(store, options, folder.path() / "other", no_progress(), Cancellation());
  const Journeys journeys(folder.path() / "other");
  const Journey journey = journeys.partitions()[0].journey(0, INT64_MAX);
  EXPECT_FALSE(journey.event(kSignup));
  EXPECT_TRUE(journey.event(kFirstAction));
}

TEST_F(JourneysTest, ASoundVersionIsVerified) {
  EXPECT_EQ(code_of([&] {
              ThreadPool pool(1);
              Journeys(version).verify(pool);
            }),
            "none");
}

TEST_F(JourneysTest, VerifyFindsAFlippedByte) {
  const fs::path file = filled_partition();
  std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
  stream.seekg(-1, std::ios::end);
  const int last = stream.get();
  stream.seekp(-1, std::ios::end);
  stream.put(static_cast<char>(last ^ 1));
  stream.close();
  EXPECT_EQ(open_code(), "none");  // opening reads the table of contents only
  EXPECT_EQ(code_of([&] {
              ThreadPool pool(1);
              Journeys(version).verify(pool);
            }),
            "E-JOURNEYS");
}

TEST_F(JourneysTest, EveryFileIsNeeded) {
  const auto lacks = [&](const fs::path& file) {
    const fs::path away = folder.path() / "away";
    fs::rename(file, away);
    const std::string code = open_code();
    fs::rename(away, file);
    return code;
  };
  EXPECT_EQ(open_code(), "none");
  EXPECT_EQ(lacks(partition_file(version, 0)), "E-JOURNEYS");
  EXPECT_EQ(lacks(partition_file(version, 1)), "E-JOURNEYS");
  EXPECT_EQ(lacks(version / "dimensions.dictionary"), "E-JOURNEYS");
  EXPECT_EQ(lacks(version / "promotions.dictionary"), "E-JOURNEYS");
  EXPECT_EQ(lacks(version / "manifest.json"), "E-JOURNEYS");
  EXPECT_EQ(lacks(version), "E-JOURNEYS");
  EXPECT_EQ(open_code(), "none");
}

TEST_F(JourneysTest, AManifestThatIsNoneIsRefused) {
  const fs::path file = version / "manifest.json";
  std::ifstream stream(file);
  const std::string manifest{std::istreambuf_iterator<char>(stream), {}};
  stream.close();
  const auto with = [&](const std::string& content) {
    write(file, content);
    return open_code();
  };
  EXPECT_EQ(with(manifest), "none");
  EXPECT_EQ(with(""), "E-JOURNEYS");
  EXPECT_EQ(with(manifest.substr(0, manifest.size() / 2)), "E-JOURNEYS");
  EXPECT_EQ(with("[]"), "E-JOURNEYS");
  EXPECT_EQ(with("{}"), "E-JOURNEYS");
  std::string other = manifest;
  const std::string format = fmt::format("\"format\": {}", kFormatVersion);
  ASSERT_NE(other.find(format), std::string::npos);
  other.replace(other.find(format), format.size(),
                fmt::format("\"format\": {}", kFormatVersion + 1));
  EXPECT_EQ(with(other), "E-JOURNEYS");
}

TEST_F(JourneysTest, APartitionOfAnotherShapeIsRefused) {
  EXPECT_EQ(code_of([&] { Partition partition(filled_partition(), 3); }), "none");
  EXPECT_EQ(code_of([&] { Partition partition(filled_partition(), 4); }), "E-JOURNEYS");
  fs::copy_file(version / "dimensions.dictionary", partition_file(version, 0),
                fs::copy_options::overwrite_existing);
  EXPECT_EQ(open_code(), "E-JOURNEYS");
}

TEST_F(JourneysTest, DeliveriesAreFoundBySession) {
  const Journeys journeys(version);
  const Partition& filled = journeys.partitions()[journeys.partitions()[0].customers() > 0 ? 0 : 1];
  const DeliveryColumns& deliveries = filled.deliveries();
  ASSERT_EQ(deliveries.session.size(), 1U);
  EXPECT_EQ(filled.order_id(deliveries.session[0]), "o1");
  EXPECT_EQ(deliveries.delivered[0], utc("2024-01-16"));
  EXPECT_EQ(deliveries.prepared[0], kNoInstant);
  EXPECT_EQ(deliveries.returned[0], kNoInstant);
  EXPECT_EQ(deliveries.latitude[0], 1);
  EXPECT_EQ(deliveries.longitude[0], 2);
  using Range = std::pair<std::uint32_t, std::uint32_t>;
  EXPECT_EQ(deliveries.of_sessions(0, 4), Range(0, 1));
  EXPECT_EQ(deliveries.of_sessions(1, 4), Range(1, 1));
}

TEST_F(JourneysTest, TheSchemaIsReadAsItWasWritten) {
  Schema schema;
  schema.zone = "America/St_Johns";
  schema.tz_version = "2024a";
  schema.configuration = "0123456789abcdef";
  schema.session_actions = {"b", "a", "\u00FC \"quoted\"\n"};
  schema.customer_actions = {"login"};
  schema.has_customers = schema.has_signup = schema.has_discount = schema.has_promotion = true;
  schema.has_dimension = schema.has_products = schema.has_category = schema.has_deliveries = true;
  schema.has_prepare_date = schema.has_return_date = schema.has_coordinates = true;
  schema.starts_are_dates = schema.downloads_are_dates = true;
  schema.sessions = 1;
  schema.customers = 2;
  schema.basket_lines = 3;
  schema.deliveries = INT64_MAX;
  schema.first_session = -5;
  schema.last_session = INT64_MIN;
  schema.bases.resize(64);
  const fs::path target = folder.path() / "schema";
  fs::create_directory(target);
  write_schema(target, schema);
  const Schema read = read_schema(target);
  EXPECT_EQ(read.zone, schema.zone);
  EXPECT_EQ(read.tz_version, schema.tz_version);
  EXPECT_EQ(read.configuration, schema.configuration);
  EXPECT_EQ(read.session_actions, schema.session_actions);
  EXPECT_EQ(read.customer_actions, schema.customer_actions);
  for (const bool Schema::*flag :
       {&Schema::has_customers, &Schema::has_signup, &Schema::has_discount, &Schema::has_promotion,
        &Schema::has_dimension, &Schema::has_products, &Schema::has_category,
        &Schema::has_deliveries, &Schema::has_prepare_date, &Schema::has_return_date,
        &Schema::has_coordinates, &Schema::starts_are_dates, &Schema::downloads_are_dates}) {
    EXPECT_TRUE(read.*flag);
  }
  EXPECT_EQ(read.sessions, 1);
  EXPECT_EQ(read.customers, 2);
  EXPECT_EQ(read.basket_lines, 3);
  EXPECT_EQ(read.deliveries, INT64_MAX);
  EXPECT_EQ(read.first_session, -5);
  EXPECT_EQ(read.last_session, INT64_MIN);
  EXPECT_EQ(read.partitions(), 64U);
  EXPECT_EQ(read.events(), 3U);
}

}  // namespace
}  // namespace ca::journeys
