#include <fmt/format.h>
#include <gtest/gtest.h>

#include <random>

#include "journeys/builder.h"
#include "journeys/test_printer.h"
#include "journeys/test_support.h"

namespace ca::journeys {
namespace {

using namespace testing;
namespace fs = std::filesystem;

/// A store that changes, a version of its journeys that is extended, and one that is built anew.
class ExtendTest : public ::testing::Test {
 protected:
  ExtendTest() {
    options.scratch = folder.path() / "scratch";
    options.schema.zone = "Europe/Berlin";
    options.schema.customer_actions = {"login"};
    options.schema.has_dimension = true;
    options.partitions = 4;
    options.threads = 2;
  }

  fs::path build() {
    const fs::path target = folder.path() / fmt::format("version-{}", ++versions);
    journeys::build(store, options, target, no_progress(), cancellation);
    return target;
  }
  fs::path extend(const fs::path& base) {
    const fs::path target = folder.path() / fmt::format("version-{}", ++versions);
    journeys::extend(store, options, base, target, no_progress(), cancellation);
    return target;
  }
  std::string why(const fs::path& base) { return why_rebuild(store, options, base); }

  /// A load that touches these.
  void touch(std::initializer_list<std::string> clients) {
    ++store.made_by.newest;
    for (const std::string& client : clients) {
      store.touches.push_back({store.made_by.newest, client});
    }
  }

  /// The version says what one that is built anew says.
  void expect_like_new(const fs::path& version, const std::string& when = {}) {
    const fs::path anew = build();
    EXPECT_EQ(Printer(version).text(), Printer(anew).text()) << when;
    const Schema a = read_schema(version);
    const Schema b = read_schema(anew);
    EXPECT_EQ(a.sessions, b.sessions) << when;
    EXPECT_EQ(a.customers, b.customers) << when;
    EXPECT_EQ(a.basket_lines, b.basket_lines) << when;
    EXPECT_EQ(a.deliveries, b.deliveries) << when;
    EXPECT_EQ(a.first_session, b.first_session) << when;
    EXPECT_EQ(a.last_session, b.last_session) << when;
    EXPECT_EQ(a.starts_are_dates, b.starts_are_dates) << when;
    EXPECT_EQ(a.downloads_are_dates, b.downloads_are_dates) << when;
    EXPECT_EQ(a.load, b.load) << when;
  }

  void put_shop() {
    store.sessions = {{.order = "o1", .client = "c1", .start = "2024-01-01 23:00"},
                      {.order = "o2", .client = "c2", .start = "2024-01-02 23:00"},
                      {.order = "o3", .client = "", .start = "2024-01-03 23:00"},
                      {.order = "o4", .client = "c3", .start = "2024-01-04 23:00"}};
    store.customers = {{.client = "c1", .download = "2023-12-31 23:00", .actions = {""}},
                       {.client = "c9", .download = "2023-12-30 12:00", .actions = {""}}};
    store.lines = {{.order = "o1", .product = "tea", .price = 2}};
    store.deliveries = {{.order = "o2", .delivery = "2024-01-03 12:00"}};
  }

  TemporaryFolder folder;
  MemoryStore store;
  BuildOptions options;
  Cancellation cancellation;
  int versions = 0;
};

TEST_F(ExtendTest, NothingNewIsTheSameVersion) {
  put_shop();
  const fs::path base = build();
  touch({});
  EXPECT_EQ(why(base), "");
  const fs::path version = extend(base);
  EXPECT_TRUE(read_schema(version).deltas.empty());
  expect_like_new(version);
}

TEST_F(ExtendTest, ADeltaHoldsTheWholeJourneysOfTheTouched) {
  put_shop();
  const fs::path base = build();
  touch({"c1", "c5"});
  store.sessions.push_back({.order = "o5", .client = "c1", .start = "2023-06-01 10:00"});
  store.sessions.push_back({.order = "o6", .client = "c5", .start = "2024-02-01 10:00"});
  store.lines.push_back({.order = "o5", .product = "cup", .price = 1});
  store.customers[0].actions = {"2024-02-02 10:00"};
  const fs::path version = extend(base);
  EXPECT_EQ(Journeys(version).schema().sessions, 6);
  EXPECT_FALSE(read_schema(version).starts_are_dates) << "o5 begins at a time of day";
  EXPECT_TRUE(read_schema(base).starts_are_dates);
  expect_like_new(version);
  // The bases are the same files.
  EXPECT_TRUE(fs::equivalent(partition_file(base, 0), partition_file(version, 0)));
}

TEST_F(ExtendTest, AnOrderMovesFromOneCustomerToAnother) {
  put_shop();
  const fs::path base = build();
  touch({"c3", "c1"});  // c3 has nothing else and is gone
  store.sessions[3].client = "c1";
  expect_like_new(extend(base));
}

TEST_F(ExtendTest, AnAnonymousSessionFindsItsClient) {
  put_shop();
  const fs::path base = build();
  touch({"c2"});
  store.touches.push_back({store.made_by.newest, "", "o3"});
  store.sessions[2].client = "c2";
  expect_like_new(extend(base));
}

TEST_F(ExtendTest, TheOnlyTimeOfDayGoesAway) {
  put_shop();
  store.sessions[1].start = "2024-01-02 10:00";
  const fs::path base = build();
  EXPECT_FALSE(read_schema(base).starts_are_dates);
  touch({"c2"});
  store.sessions[1].start = "2024-01-02 23:00";
  const fs::path version = extend(base);
  EXPECT_TRUE(read_schema(version).starts_are_dates);
  expect_like_new(version);
}

TEST_F(ExtendTest, SaysWhyABaseWillNotDo) {
  put_shop();
  const fs::path base = build();
  EXPECT_EQ(why(base), "");
  BuildOptions as_before = options;
  options.schema.customer_actions = {"visit"};
  EXPECT_EQ(why(base), "the configuration has changed");
  options = as_before;
  options.schema.tz_version = "another";
  EXPECT_EQ(why(base), "the configuration has changed");
  options = as_before;
  options.partitions = 8;
  EXPECT_EQ(why(base), "another number of partitions is asked for");
  options = as_before;
  store.made_by.origin = "another";
  EXPECT_EQ(why(base), "the sources were read anew");
  store.made_by.origin = "origin";
  touch({"c1", "c2"});  // half of the sessions
  EXPECT_EQ(why(base), "the deltas have grown large");
  EXPECT_NE(why(folder.path() / "none"), "");
}

TEST_F(ExtendTest, DamageIsNamed) {
  put_shop();
  const fs::path base = build();
  const Journeys journeys(base);
  const auto partitions = journeys.partitions();
  const auto whose = std::ranges::find_if(partitions, [](const Partition& partition) {
    return partition.find("c1", false).has_value();
  });
  const fs::path file = partition_file(base, static_cast<std::size_t>(whose - partitions.begin()));
  std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
  std::string bytes(std::istreambuf_iterator<char>(stream), {});
  bytes[bytes.find("c1")] = 'd';
  stream.seekp(0);
  stream << bytes;
  stream.close();
  EXPECT_NE(why(base).find(file.filename().string()), std::string::npos) << why(base);
}

/// A byte that is another, or a file that ends too early, at many places of a version with deltas:
/// either nothing that is read has changed, or the file is named. Never anything else.
TEST_F(ExtendTest, DamageAnywhereIsNamedOrHarmless) {
  put_shop();
  for (int i = 0; i < 300; ++i) {
    store.sessions.push_back({.order = fmt::format("x{}", i),
                              .client = fmt::format("c{}", i % 40),
                              .start = fmt::format("2024-03-{:02} 10:00", 1 + i % 28),
                              .dimension = fmt::format("d{}", i % 3)});
    store.lines.push_back({.order = fmt::format("x{}", i), .product = fmt::format("p{}", i % 7)});
  }
  const fs::path first = build();
  touch({"c1"});
  store.sessions.push_back({.order = "late", .client = "c1", .start = "2023-01-01"});
  const fs::path version = extend(first);
  const std::string expected = Printer(version).text();

  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(version)) files.push_back(entry.path());
  std::ranges::sort(files);
  std::mt19937 random(7);
  int named = 0;
  for (int place = 0; place < 200; ++place) {
    const fs::path file = files[static_cast<std::size_t>(place) % files.size()];
    std::ifstream in(file, std::ios::binary);
    const std::string intact(std::istreambuf_iterator<char>(in), {});
    std::string bytes = intact;
    const std::size_t at = random() % bytes.size();
    const bool is_torn = place % 5 == 0;
    if (is_torn) {
      bytes.resize(at);
    } else {
      bytes[at] = static_cast<char>(bytes[at] ^ (1 << random() % 8));
    }
    SCOPED_TRACE(
        fmt::format("{} {} at {}", file.filename().string(), is_torn ? "ends" : "differs", at));
    // Not in place: the bases are linked to those of the first version.
    fs::remove(file);
    write(file, bytes);
    const std::string reason = why(version);
    if (reason.empty()) {
      EXPECT_EQ(Printer(version).text(), expected);
    } else {
      ++named;
      EXPECT_NE(reason.find(file.filename().string()), std::string::npos) << reason;
    }
    write(file, intact);
  }
  EXPECT_EQ(why(version), "");
  EXPECT_GT(named, 100);
}

TEST_F(ExtendTest, AnyHistoryEndsLikeABuild) {
  for (unsigned seed = 1; seed <= 5; ++seed) {
    std::mt19937 random(seed);
    const auto below = [&](unsigned n) { return static_cast<unsigned>(random() % n); };
    const auto client = [&] { return fmt::format("c{}", below(30)); };
    const auto moment = [&] {
      return fmt::format("2024-{:02}-{:02} {:02}:00", 1 + below(12), 1 + below(28), below(24));
    };
    store = MemoryStore();
    store.sessions.push_back({.order = "o0", .client = "c1", .start = moment()});
    fs::path version = build();
    for (int day = 1; day < 10; ++day) {
      ++store.made_by.newest;
      const auto touched = [&](const MemoryStore::Session& session) {
        store.touches.push_back({store.made_by.newest, session.client,
                                 session.client.empty() ? session.order : std::string()});
      };
      for (unsigned i = below(12); i > 0; --i) {
        MemoryStore::Session session{.order = fmt::format("o{}", store.sessions.size()),
                                     .client = below(8) == 0 ? "" : client(),
                                     .start = moment(),
                                     .amount = static_cast<double>(below(90))};
        session.dimension = fmt::format("d{}", below(4));
        touched(session);
        if (below(2) == 0) store.lines.push_back({.order = session.order, .product = client()});
        store.sessions.push_back(std::move(session));
      }
      for (unsigned i = below(4); i > 0; --i) {
        MemoryStore::Session& session =
            store.sessions[below(static_cast<unsigned>(store.sessions.size()))];
        touched(session);
        session.client = below(5) == 0 ? "" : client();
        session.start = moment();
        touched(session);
      }
      if (below(2) == 0) {
        const std::string name = client();
        store.touches.push_back({store.made_by.newest, name});
        const auto known = std::ranges::find(store.customers, name, &MemoryStore::Customer::client);
        if (known == store.customers.end()) {
          store.customers.push_back({.client = name, .download = moment(), .actions = {moment()}});
        } else {
          known->download = moment();
        }
      }
      version = extend(version);
      expect_like_new(version, fmt::format("seed {}, day {}", seed, day));
      if (HasFailure()) return;
    }
  }
}

}  // namespace
}  // namespace ca::journeys
