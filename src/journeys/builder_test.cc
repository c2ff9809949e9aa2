#include "journeys/builder.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <sstream>

#include "journeys/test_printer.h"
#include "journeys/test_support.h"

namespace ca::journeys {
namespace {

using namespace testing;
namespace fs = std::filesystem;

std::string bytes_of(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

/// Every file of the folder.
std::map<std::string, std::string> files_of(const fs::path& folder) {
  std::map<std::string, std::string> files;
  for (const auto& entry : fs::directory_iterator(folder)) {
    files[entry.path().filename()] = bytes_of(entry.path());
  }
  return files;
}

class BuilderTest : public ::testing::Test {
 protected:
  /// Builds into a folder of its own.
  fs::path build() {
    const fs::path target = folder.path() / fmt::format("version-{}", ++builds);
    options.scratch = folder.path() / "scratch";
    schema = journeys::build(store, options, target, no_progress(), cancellation);
    return target;
  }
  std::string text() { return Printer(build()).text(); }

  TemporaryFolder folder;
  MemoryStore store;
  BuildOptions options;
  Cancellation cancellation;
  Schema schema;
  int builds = 0;
};

TEST_F(BuilderTest, ASessionKeepsEveryCell) {
  store.sessions = {
      {.order = "o1",
       .client = "c1",
       .start = "2024-01-15T10:00:00.000001",
       .end = "2024-01-15 10:30",
       .amount = 12.5,
       .discount = 0.5,
       .actions = 0x7FFFFFFF,
       .promotion = "SPRING",
       .dimension = ""},
      {.order = "o2", .client = "c1", .start = "2024-01-16", .has_purchased = false, .actions = 2}};
  EXPECT_EQ(text(),
            "c1 unknown\n"
            "  o1 2024-01-15T10:00:00.000001 (2024-01-15 10h) end 2024-01-15T10:30:00 flags "
            "4294967295 paid 12.5 discount 0.5 promotion SPRING dimension \n"
            "  o2 2024-01-16T00:00:00 (2024-01-16 0h) end ~ flags 4 paid ~ discount ~ promotion ~ "
            "dimension ~\n");
}

TEST_F(BuilderTest, SessionsStandByStartAndThenByTheBytesOfTheirOrder) {
  for (const char* order : {"o9", "o10", "O1", "\u00FC", "a", "", "o1"}) {
    store.sessions.push_back({.order = order, .client = "c", .start = "2024-01-15 10:00"});
  }
  store.sessions.push_back({.order = "z", .client = "c", .start = "2024-01-15 09:59:59.999999"});
  store.sessions.push_back({.order = "A", .client = "c", .start = "2024-01-15 10:00:00.000001"});
  build();
  const Partition partition(partition_file(folder.path() / "version-1", 0), 2);
  std::vector<std::string> orders;
  for (std::uint32_t s = 0; s < partition.sessions(); ++s)
    orders.emplace_back(partition.order_id(s));
  EXPECT_EQ(orders,
            (std::vector<std::string>{"z", "", "O1", "a", "o1", "o10", "o9", "\u00FC", "A"}));
}

TEST_F(BuilderTest, CustomersStandByTheBytesOfTheirKeys) {
  for (const char* client : {"b", "\u00FC", "B", "ab", "a"}) {
    store.sessions.push_back({.order = client, .client = client, .start = "2024-01-15"});
  }
  store.customers = {{.client = "aa", .download = "2024-01-01"}};
  build();
  const Partition partition(partition_file(folder.path() / "version-1", 0), 2);
  std::vector<std::string> clients;
  for (std::uint32_t c = 0; c < partition.customers(); ++c)
    clients.emplace_back(partition.client(c));
  EXPECT_EQ(clients, (std::vector<std::string>{"B", "a", "aa", "ab", "b", "\u00FC"}));
  EXPECT_EQ(partition.journey(2, INT64_MAX).size, 0U);  // a customer without sessions
}

TEST_F(BuilderTest, DaysAndHoursAreThoseOfTheZone) {
  options.schema.zone = "Europe/London";
  store.sessions = {{.order = "1", .client = "c", .start = "2024-03-31T00:59:59Z"},
                    {.order = "2", .client = "c", .start = "2024-03-31T01:00:00Z"},
                    {.order = "3", .client = "c", .start = "2024-03-31T23:00:00Z"},
                    {.order = "4", .client = "c", .start = "2024-10-27T00:30:00Z"},
                    {.order = "5", .client = "c", .start = "2024-10-27T01:30:00Z"},
                    {.order = "6", .client = "c", .start = "2024-12-31T23:59:59Z"}};
  store.customers = {
      {.client = "c", .download = "2024-06-30T23:30:00Z", .signup = "2024-01-01T00:00:00Z"}};
  build();
  const Journeys journeys(folder.path() / "version-1");
  const Journey journey = journeys.partitions()[0].journey(0, INT64_MAX);
  std::vector<std::string> clocks;
  for (std::size_t s = 0; s < journey.size; ++s) {
    clocks.push_back(local(journey.day_of(s), journey.hour[s]));
  }
  EXPECT_EQ(clocks, (std::vector<std::string>{"2024-03-31 0h", "2024-03-31 2h", "2024-04-01 0h",
                                              "2024-10-27 1h", "2024-10-27 1h", "2024-12-31 23h"}));
  EXPECT_EQ(local(journey.event(kDownload).day, journey.event(kDownload).hour), "2024-07-01 0h");
  EXPECT_EQ(local(journey.event(kSignup).day, journey.event(kSignup).hour), "2024-01-01 0h");
}

TEST_F(BuilderTest, EventsAreWhatTheCustomersRowSays) {
  options.schema.customer_actions = {"login", "call"};
  store.customers = {{.client = "a", .download = "2024-01-01", .actions = {"", "2024-01-03 05:00"}},
                     {.client = "b",
                      .download = "2024-01-02",
                      .signup = "1900-02-01",
                      .actions = {"2200-01-01", "2024-01-04"}}};
  store.sessions = {{.order = "o", .client = "c", .start = "2024-01-15"}};
  EXPECT_EQ(text(),
            "a known 0=2024-01-01T00:00:00 (2024-01-01 0h) 3=2024-01-03T05:00:00 (2024-01-03 5h)\n"
            "b known 0=2024-01-02T00:00:00 (2024-01-02 0h) 1=1900-02-01T00:00:00 (1900-02-01 0h) "
            "2=2200-01-01T00:00:00 (2200-01-01 0h) 3=2024-01-04T00:00:00 (2024-01-04 0h)\n"
            "c unknown\n"
            "  o 2024-01-15T00:00:00 (2024-01-15 0h) end ~ flags 1 paid ~ discount ~ promotion ~ "
            "dimension ~\n");
  EXPECT_EQ(schema.customers, 3);
}

TEST_F(BuilderTest, CustomersAreDerivedWhenAsked) {
  options.derive_customers = true;
  options.schema.customer_actions = {"login"};
  store.customers = {{.client = "a", .download = "2024-01-20", .actions = {""}}};
  store.sessions = {{.order = "o2", .client = "b", .start = "2024-01-16 10:00"},
                    {.order = "o1", .client = "b", .start = "2024-01-15 10:00"},
                    {.order = "o3", .client = "a", .start = "2024-01-15 10:00"},
                    {.order = "o4", .client = "", .start = "2024-01-15 10:00"}};
  const Printer printer(build());
  const auto first_line = [&](const std::string& client) {
    const std::string& text = printer.customers().at(client);
    return text.substr(0, text.find('\n'));
  };
  EXPECT_EQ(first_line("a"), "a known 0=2024-01-20T00:00:00 (2024-01-20 0h)");
  EXPECT_EQ(first_line("b"), "b known 0=2024-01-15T10:00:00 (2024-01-15 10h)");
  EXPECT_EQ(first_line(std::string("\0o4", 3)), "0o4 anonymous");
}

TEST_F(BuilderTest, EachAnonymousSessionIsACustomerOfItsOwn) {
  store.sessions = {{.order = "o1", .client = "", .start = "2024-01-15"},
                    {.order = "o2", .client = "", .start = "2024-01-15"},
                    {.order = "o3", .client = "o1", .start = "2024-01-15"},
                    {.order = "0o1", .client = "0o1", .start = "2024-01-15"}};
  store.lines = {{.order = "o2", .product = "tea", .price = 2}};
  for (const std::size_t partitions : {1, 8}) {
    options.partitions = partitions;
    const Printer printer(build());
    EXPECT_EQ(printer.customers().size(), 4U);
    const std::string session =
        "2024-01-15T00:00:00 (2024-01-15 0h) end ~ flags 1 paid ~ discount ~ promotion ~ "
        "dimension ~\n";
    EXPECT_EQ(printer.customers().at(std::string("\0o1", 3)), "0o1 anonymous\n  o1 " + session);
    EXPECT_EQ(printer.customers().at(std::string("\0o2", 3)),
              "0o2 anonymous\n  o2 " + session + "    tea of ~: 1 for 2\n");
    EXPECT_EQ(printer.customers().at("o1"), "o1 unknown\n  o3 " + session);
    EXPECT_EQ(schema.customers, 2);  // the anonymous are not counted
    EXPECT_EQ(schema.sessions, 4);
  }
}

TEST_F(BuilderTest, LinesOfOneOrderProductAndCategoryAreAdded) {
  store.sessions = {{.order = "o2", .client = "c", .start = "2024-01-16", .amount = 1},
                    {.order = "o1", .client = "c", .start = "2024-01-15", .amount = 1},
                    {.order = "o3", .client = "d", .start = "2024-01-15", .amount = 1}};
  store.lines = {{.order = "o1", .product = "tea", .category = "hot", .price = 2, .quantity = 3},
                 {.order = "o2", .product = "tea", .category = "hot", .price = 9},
                 {.order = "o1", .product = "milk", .category = "cold"},            // 1 x 0
                 {.order = "o1", .product = "tea", .category = "hot", .price = 5},  // 1 x 5
                 {.order = "o1", .product = "tea", .category = "cold", .price = 1, .quantity = -2},
                 {.order = "o1", .product = "tea", .category = "hot", .quantity = 4},  // 4 x 0
                 {.order = "o1", .product = "tea", .price = 3}};
  const Printer printer(build());
  const std::string session = " end ~ flags 1 paid 1 discount ~ promotion ~ dimension ~\n";
  EXPECT_EQ(printer.customers().at("c"),
            "c unknown\n"
            "  o1 2024-01-15T00:00:00 (2024-01-15 0h)" +
                session +
                "    milk of cold: 1 for 0\n"
                "    tea of cold: -2 for -2\n"
                "    tea of hot: 8 for 11\n"
                "    tea of ~: 1 for 3\n"
                "  o2 2024-01-16T00:00:00 (2024-01-16 0h)" +
                session + "    tea of hot: 1 for 9\n");
  EXPECT_EQ(printer.customers().at("d"),
            "d unknown\n  o3 2024-01-15T00:00:00 (2024-01-15 0h)" + session);
  EXPECT_EQ(schema.basket_lines, 5);
}

TEST_F(BuilderTest, LinesAreAddedExactlyInAnyOrder) {
  store.sessions = {{.order = "o", .client = "c", .start = "2024-01-15"}};
  std::vector<double> prices(10, 0.1);
  prices.insert(prices.end(), {1e15, 0.3, -1e15});
  std::mt19937 random(1);
  for (int order = 0; order < 5; ++order) {
    store.lines.clear();
    for (const double price : prices)
      store.lines.push_back({.order = "o", .product = "p", .price = price});
    const fs::path version = build();
    const MappedFile file(partition_file(version, 0));
    EXPECT_EQ(file.section<double>(Section::kLineAmount)[0], 1.3);
    EXPECT_EQ(file.section<double>(Section::kLineQuantity)[0], 13);
    std::shuffle(prices.begin(), prices.end(), random);
  }
}

TEST_F(BuilderTest, DeliveriesStandWithTheirSessions) {
  store.sessions = {{.order = "o2", .client = "c", .start = "2024-01-16"},
                    {.order = "o1", .client = "c", .start = "2024-01-15"},
                    {.order = "o3", .client = "", .start = "2024-01-15"}};
  store.deliveries = {{.order = "o2", .delivery = "2024-01-16 12:00"},
                      {.order = "o3", .delivery = "2024-01-16 13:00"},
                      {.order = "o1",
                       .delivery = "2024-01-15 11:00",
                       .prepare = "2024-01-15 10:00",
                       .giving_back = "2024-01-15 12:00",
                       .latitude = 51.5,
                       .longitude = -0.1}};
  const Printer printer(build());
  const std::string session = " end ~ flags 1 paid ~ discount ~ promotion ~ dimension ~\n";
  EXPECT_EQ(printer.customers().at("c"),
            "c unknown\n"
            "  o1 2024-01-15T00:00:00 (2024-01-15 0h)" +
                session +
                "    delivered 2024-01-15T11:00:00 prepared 2024-01-15T10:00:00 returned "
                "2024-01-15T12:00:00 at 51.5,-0.1\n"
                "  o2 2024-01-16T00:00:00 (2024-01-16 0h)" +
                session + "    delivered 2024-01-16T12:00:00 prepared ~ returned ~ at ~,~\n");
  EXPECT_EQ(schema.deliveries, 3);
}

// ---- the schema -------------------------------------------------------------------------------

TEST_F(BuilderTest, TheSchemaTellsWhatIsThere) {
  options.schema.zone = "Europe/London";
  options.schema.session_actions = {"seen"};
  options.schema.has_promotion = true;
  options.schema.configuration = "abc";
  options.partitions = 4;
  store.sessions = {{.order = "o1", .client = "c", .start = "2024-07-15T23:00:00Z"},
                    {.order = "o2", .client = "d", .start = "2024-01-15"}};
  store.customers = {{.client = "c", .download = "2024-01-01 12:00"}};
  const Schema read = read_schema(build());
  for (const Schema& found : {schema, read}) {
    EXPECT_EQ(found.sessions, 2);
    EXPECT_EQ(found.customers, 2);
    EXPECT_EQ(found.first_session, utc("2024-01-15"));
    EXPECT_EQ(found.last_session, utc("2024-07-15 23:00"));
    EXPECT_EQ(found.partitions(), 4U);
    EXPECT_TRUE(found.starts_are_dates);  // midnights of London
    EXPECT_FALSE(found.downloads_are_dates);
    EXPECT_EQ(found.zone, "Europe/London");
    EXPECT_EQ(found.session_actions, std::vector<std::string>{"seen"});
    EXPECT_TRUE(found.has_promotion);
    EXPECT_FALSE(found.has_dimension);
    EXPECT_EQ(found.configuration, "abc");
  }
}

TEST_F(BuilderTest, OneTimeOfDayMakesStartsMoments) {
  options.partitions = 4;
  for (int i = 0; i < 50; ++i) {
    store.sessions.push_back(
        {.order = fmt::format("o{}", i), .client = fmt::format("c{}", i), .start = "2024-01-15"});
    store.customers.push_back({.client = fmt::format("c{}", i), .download = "2024-01-15"});
  }
  build();
  EXPECT_TRUE(schema.starts_are_dates);
  EXPECT_TRUE(schema.downloads_are_dates);
  store.sessions[17].start = "2024-01-15 00:00:00.000001";
  build();
  EXPECT_FALSE(schema.starts_are_dates);
  EXPECT_TRUE(schema.downloads_are_dates);
}

TEST_F(BuilderTest, NothingGivesEmptyJourneys) {
  for (const std::size_t partitions : {0, 4}) {
    options.partitions = partitions;
    const Journeys journeys(build());
    EXPECT_EQ(journeys.schema().sessions, 0);
    EXPECT_EQ(journeys.schema().first_session, kNoInstant);
    EXPECT_EQ(journeys.partitions().size(), std::max<std::size_t>(1, partitions));
    EXPECT_FALSE(journeys.schema().starts_are_dates);
    ThreadPool pool(2);
    journeys.verify(pool);
  }
}

// ---- threads and partitions -------------------------------------------------------------------

/// Some thousand rows of everything, seeded.
void fill(MemoryStore& store) {
  std::mt19937 random(7);
  const auto moment = [&] {
    return fmt::format("2024-{:02d}-{:02d} {:02d}:{:02d}", 1 + random() % 12, 1 + random() % 28,
                       random() % 24, 15 * (random() % 4));
  };
  for (int i = 0; i < 4000; ++i) {
    const bool is_anonymous = random() % 50 == 0;
    MemoryStore::Session session{.order = fmt::format("o{}", i),
                                 .client = is_anonymous ? "" : fmt::format("c{}", random() % 700),
                                 .start = moment(),
                                 .amount = static_cast<double>(random() % 9000) / 100};
    session.actions = static_cast<std::uint32_t>(random());
    if (random() % 3 == 0) session.promotion = fmt::format("p{}", random() % 20);
    session.dimension = fmt::format("d{}", random() % 9);
    store.sessions.push_back(std::move(session));
    for (auto lines = random() % 4; lines > 0; --lines) {
      store.lines.push_back({.order = fmt::format("o{}", i),
                             .product = fmt::format("p{}", random() % 40),
                             .category = fmt::format("k{}", random() % 4),
                             .price = static_cast<double>(random() % 900) / 100,
                             .quantity = static_cast<double>(random() % 5)});
    }
    if (random() % 3 == 0)
      store.deliveries.push_back({.order = fmt::format("o{}", i), .delivery = moment()});
  }
  for (int c = 0; c < 800; c += 2) {
    store.customers.push_back({.client = fmt::format("c{}", c), .download = moment()});
  }
}

TEST_F(BuilderTest, TheBytesDoNotDependOnThreads) {
  fill(store);
  options.partitions = 8;
  options.threads = 1;
  const auto expected = files_of(build());
  EXPECT_EQ(expected.size(), 8 + 4 + 1U);  // partitions, dictionaries, the manifest
  for (const std::size_t threads : {2, 3, 16}) {
    options.threads = threads;
    EXPECT_EQ(files_of(build()), expected) << threads;
  }
}

TEST_F(BuilderTest, TheContentDoesNotDependOnPartitions) {
  fill(store);
  options.partitions = 1;
  const std::string expected = text();
  const Schema one = schema;
  EXPECT_GT(expected.size(), 500'000U);
  for (const std::size_t partitions : {2, 8, 64}) {
    options.partitions = partitions;
    EXPECT_EQ(text(), expected) << partitions;
    EXPECT_EQ(schema.customers, one.customers);
    EXPECT_EQ(schema.basket_lines, one.basket_lines);
    EXPECT_EQ(schema.deliveries, one.deliveries);
    EXPECT_EQ(schema.first_session, one.first_session);
    EXPECT_EQ(schema.last_session, one.last_session);
  }
}

TEST_F(BuilderTest, TheContentDoesNotDependOnTheOrderOfRows) {
  fill(store);
  options.partitions = 2;
  const auto lines_sorted = [](const std::string& text) {
    // Lines of one session stand by the codes of their products, which follow the order of rows.
    std::vector<std::string> lines;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);) lines.push_back(line);
    for (auto begin = lines.begin(); begin != lines.end();) {
      auto end = begin + 1;
      while (end != lines.end() && end->starts_with("    ")) ++end;
      std::sort(begin + 1, end);
      begin = end;
    }
    return lines;
  };
  const auto expected = lines_sorted(text());
  std::mt19937 random(8);
  // Numbers of sessions are positions, so lines must be shuffled by themselves.
  std::ranges::shuffle(store.sessions, random);
  std::ranges::shuffle(store.lines, random);
  std::ranges::shuffle(store.customers, random);
  std::ranges::shuffle(store.deliveries, random);
  EXPECT_EQ(lines_sorted(text()), expected);
}

TEST_F(BuilderTest, PartitionsAreChosenBySize) {
  store.sessions = {{.order = "o", .client = "c", .start = "2024-01-15"}};
  build();
  EXPECT_EQ(schema.partitions(), 1U);
}

// ---- what is left behind ----------------------------------------------------------------------

TEST_F(BuilderTest, SpillsAreGoneAfterwards) {
  fill(store);
  options.partitions = 8;
  build();
  EXPECT_TRUE(fs::is_empty(folder.path() / "scratch"));
}

TEST_F(BuilderTest, CanBeCancelled) {
  fill(store);
  cancellation.cancel();
  EXPECT_EQ(code_of([&] { build(); }), "E-CANCELLED");
  EXPECT_FALSE(fs::exists(folder.path() / "version-1" / "manifest.json"));
}

}  // namespace
}  // namespace ca::journeys
