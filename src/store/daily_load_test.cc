#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>

#include "ingest/load.h"
#include "ingest/test_support.h"
#include "store/store.h"

namespace ca::store {
namespace {

using namespace ingest::testing;
using sources::Kind;

const std::map<Kind, std::string> kHeaders = {
    {Kind::kSessions, "order_id,client,session_start_date,payment_amount,has_purchased\n"},
    {Kind::kCustomers, "client,download_date,signup_date\n"},
    {Kind::kProducts, "order_id,product,price,quantity\n"},
    {Kind::kDeliveries, "order_id,delivery_date\n"},
};

/// A shop of folders of CSVs that grows. The store `daily` takes it in load by load; what it holds
/// is compared with a store that reads everything at once.
class DailyLoadTest : public ::testing::Test {
 protected:
  DailyLoadTest() {
    for (const auto& [kind, header] : kHeaders) {
      ingest::SourcePlan source;
      source.location.kind = kind;
      source.location.path = folder_of(kind);
      source.timezone = "UTC";
      source.max_malformed = 0.5;
      source.configuration = "1";
      for (const ingest::Field& field : ingest::fields_of(kind)) {
        if (("," + header).find("," + field.name) != std::string::npos) {
          source.mapping.columns[field.name] = field.name;
        }
      }
      plan.sources.push_back(std::move(source));
    }
  }

  std::filesystem::path folder_of(Kind kind) const { return folder.path() / name_of(kind); }
  void put(Kind kind, const std::string& name, const std::string& rows) {
    write(folder_of(kind) / name, kHeaders.at(kind) + rows);
  }
  void append(Kind kind, const std::string& name, const std::string& rows) {
    std::ofstream(folder_of(kind) / name, std::ios::app) << rows;
  }
  void put_first_day() {
    put(Kind::kSessions, "1.csv",
        "o1,c1,2024-01-01 10:00,10,1\no2,c1,2024-01-02 10:00,20,1\no3,c2,2024-01-02 11:00,,0\n");
    put(Kind::kCustomers, "1.csv", "c1,2023-12-31,\nc2,2024-01-01,2024-01-03\n");
    put(Kind::kProducts, "1.csv", "o1,tea,5,2\no2,tea,5,1\no2,cup,15,1\n");
    put(Kind::kDeliveries, "1.csv", "o1,2024-01-01 12:00\n");
  }

  ingest::Staging load(Store& store, bool is_full = false) {
    ingest::Staging staging =
        ingest::stage(plan, is_full, store.staging(), folder.path() / "scratch", no_progress(), {});
    if (staging.is_full) {
      store.replace_with_staged();
    } else {
      store.merge_staged();
    }
    return staging;
  }
  /// Loads what is new; it must not have been a full load. Then all must be as if read at once.
  ingest::Staging load_new(const std::string& when = {}) {
    ingest::Staging staging = load(*daily);
    EXPECT_FALSE(staging.is_full) << staging.why_full;
    const std::unique_ptr<Store> fresh = open_duckdb_store({}, {});
    load(*fresh);
    EXPECT_EQ(content(*daily), content(*fresh)) << when;
    return staging;
  }

  static std::string content(Store& store) {
    const auto rows = [&](const std::string& select) {
      return "-- " + rows_of(store.staging(), select + " ORDER BY ALL");
    };
    return rows(
               "SELECT order_id, client, session_start_date, payment_amount, has_purchased "
               "FROM sessions") +
           rows("SELECT client, download_date, signup_date FROM customers") +
           rows(
               "SELECT order_id, product, price, quantity FROM basket_lines "
               "JOIN sessions USING (number)") +
           rows("SELECT order_id, delivery_date FROM deliveries JOIN sessions USING (number)") +
           rows("SELECT order_id, product FROM unmatched_lines") +
           rows("SELECT order_id, delivery_date FROM unmatched_deliveries") +
           rows("SELECT source, rule, severity, count FROM findings") +
           rows("SELECT source, rule, text FROM finding_samples") +
           rows("SELECT source, rows_read, malformed FROM source_loads") +
           rows("SELECT count(*), count(DISTINCT number) FROM sessions");
  }
  std::string touched(std::int64_t since) {
    std::vector<std::string> names;
    daily->scan_touched(since, [&](const TouchedRow& row) {
      names.emplace_back(row.client.empty() ? row.order_id : row.client);
    });
    std::ranges::sort(names);
    return fmt::format("{}", fmt::join(names, " "));
  }

  TemporaryFolder folder;
  ingest::ShopPlan plan;
  std::unique_ptr<Store> daily = open_duckdb_store({}, {});
};

TEST_F(DailyLoadTest, TheFirstLoadReadsEverything) {
  put_first_day();
  EXPECT_EQ(load(*daily).why_full, "nothing has been loaded yet");
  EXPECT_EQ(daily->loads().newest, 1);
  const std::string origin = daily->loads().origin;
  load(*daily);
  EXPECT_EQ(daily->loads().origin, origin);
  load(*daily, true);
  EXPECT_NE(daily->loads().origin, origin) << "numbers of loads may start again, origins do not";
}

TEST_F(DailyLoadTest, NothingNewTouchesNobody) {
  put_first_day();
  load(*daily);
  const ingest::Staging staging = load_new();
  EXPECT_TRUE(staging.sources.empty());
  EXPECT_EQ(daily->loads().newest, 2);
  EXPECT_EQ(touched(1), "");
}

TEST_F(DailyLoadTest, ANewDayTouchesItsCustomers) {
  put_first_day();
  load(*daily);
  put(Kind::kSessions, "2.csv", "o4,c2,2024-01-04 10:00,7,1\no5,c3,2024-01-04 11:00,8,1\n");
  append(Kind::kCustomers, "1.csv", "c3,2024-01-04,\n");
  const ingest::Staging staging = load_new();
  EXPECT_EQ(staging.sources.size(), 2);
  EXPECT_EQ(staging.sources.front().rows_read, 2);
  EXPECT_EQ(touched(1), "c2 c3");
  EXPECT_EQ(touched(2), "");
}

TEST_F(DailyLoadTest, LateRowsChangedRowsAndMovedOrders) {
  put_first_day();
  load(*daily);
  append(Kind::kSessions, "1.csv",
         "o0,c2,2023-06-01 10:00,5,1\n"     // late by half a year
         "o2,c1,2024-01-02 10:00,21,1\n"    // paid another amount after all
         "o3,c9,2024-01-02 11:00,,0\n"      // moves from c2 to c9
         "o1,c1,2024-01-01 10:00,10,1\n");  // says nothing new
  load_new();
  EXPECT_EQ(touched(1), "c1 c2 c9");
}

TEST_F(DailyLoadTest, LinesAndDeliveriesThatComeBeforeTheirOrderWaitForIt) {
  put_first_day();
  append(Kind::kProducts, "1.csv", "o7,tea,5,1\no8,cup,3,1\no7,,5,1\n");
  append(Kind::kDeliveries, "1.csv", "o7,2024-01-05 10:00\no7,2024-01-05 11:00\n");
  load(*daily);
  append(Kind::kSessions, "1.csv", "o7,c1,2024-01-04 10:00,5,1\n");
  load_new("the order has come");
  append(Kind::kDeliveries, "1.csv", "o7,2024-01-05 12:00\n");
  append(Kind::kProducts, "1.csv", "o1,cup,1,1\n");
  load_new("a later delivery wins");
  append(Kind::kDeliveries, "1.csv", "o8,2024-01-06 12:00\no8,2024-01-06 13:00\n");
  load_new("another waits");
  append(Kind::kSessions, "1.csv", "o8,c2,2024-01-05 10:00,5,1\n");
  append(Kind::kDeliveries, "1.csv", "o8,2024-01-06 11:00\n");
  load_new("what waited is older than what comes with the order");
}

TEST_F(DailyLoadTest, FilesThatAreNotTheLastAreReadInTheirOrder) {
  put_first_day();
  put(Kind::kSessions, "2.csv", "o2,c1,2024-01-02 10:00,22,1\n");
  load(*daily);
  append(Kind::kSessions, "1.csv", "o4,c2,2024-01-04 10:00,7,1\n");
  load_new("a new order stands nowhere else");
  append(Kind::kSessions, "1.csv", "o2,c1,2024-01-02 10:00,23,1\n");
  const ingest::Staging staging = load_new("the row in the later file wins");
  EXPECT_EQ(staging.sources.front().warnings,
            std::vector<std::string>{"All of sessions was read again and compared: of two rows of "
                                     "one order the older came later."});
}

TEST_F(DailyLoadTest, FilesWrittenAnewAreComparedRowByRow) {
  put_first_day();
  load(*daily);
  put(Kind::kSessions, "1.csv",
      "o3,c2,2024-01-02 11:00,,0\no1,c1,2024-01-01 10:00,10,1\no2,c1,2024-01-02 10:00,20.5,1\n"
      "o4,c3,2024-01-04 11:00,1,1\n");
  put(Kind::kCustomers, "1.csv", "c2,2024-01-01,2024-01-03\nc1,2024-01-01,\n");
  put(Kind::kProducts, "1.csv", "o2,cup,15,1\no2,tea,5,1\no1,tea,5,3\n");
  put(Kind::kDeliveries, "1.csv", "o1,2024-01-01 12:30\n");
  load_new();
  EXPECT_EQ(touched(1), "c1 c3");
}

TEST_F(DailyLoadTest, NothingThatIsGoneIsDeleted) {
  put_first_day();
  load(*daily);
  put(Kind::kSessions, "1.csv", "o9,c1,2024-01-09 10:00,10,1\n");
  EXPECT_FALSE(load(*daily).is_full);
  EXPECT_EQ(daily->counts().sessions, 4);
  EXPECT_EQ(daily->counts().basket_lines, 3);
  std::filesystem::remove(folder_of(Kind::kProducts) / "1.csv");
  put(Kind::kProducts, "2.csv", "o9,tea,10,1\n");
  load(*daily);
  EXPECT_EQ(daily->counts().basket_lines, 4);
}

TEST_F(DailyLoadTest, AnotherWayOfReadingReadsEverything) {
  put_first_day();
  load(*daily);
  plan.sources[1].configuration = "2";
  EXPECT_EQ(load(*daily).why_full, "how customers are read has changed");
  EXPECT_EQ(load(*daily).why_full, "");
  plan.sources.pop_back();
  EXPECT_EQ(load(*daily).why_full, "deliveries are not connected now");
  EXPECT_EQ(load(*daily, true).why_full, "it was asked for");
}

TEST_F(DailyLoadTest, BrokenLinesAreMeasuredAgainstAllLines) {
  put_first_day();
  for (ingest::SourcePlan& source : plan.sources) source.max_malformed = 0.3;
  load(*daily);
  append(Kind::kSessions, "1.csv", "broken\n");
  load_new("one of four");
  append(Kind::kSessions, "1.csv", "broken\n");
  EXPECT_EQ(code_of([&] { load(*daily); }), "E-MALFORMED") << "two of five";
  EXPECT_EQ(daily->loads().newest, 2) << "nothing of it was stored";
}

TEST_F(DailyLoadTest, AFileThatLacksAColumnIsReadWithTheOthers) {
  put_first_day();
  load(*daily);
  write(folder_of(Kind::kSessions) / "2.csv",
        "order_id,client,session_start_date,has_purchased\no4,c2,2024-01-04 10:00,1\n");
  load_new();
}

/// A shop that changes in every way at once, day after day.
TEST_F(DailyLoadTest, AnyHistoryEndsLikeOneLoad) {
  for (ingest::SourcePlan& source : plan.sources) source.max_malformed = 1;
  const unsigned seeds = ::getenv("CA_LONG") != nullptr ? 20 : 2;
  for (unsigned seed = 1; seed <= seeds; ++seed) {
    std::mt19937 random(seed);
    const auto below = [&](unsigned n) { return static_cast<unsigned>(random() % n); };
    const auto order = [&] { return fmt::format("o{}", below(60)); };
    const auto row_of = [&](Kind kind) -> std::string {
      if (below(25) == 0) return "broken\n";
      const std::string day = fmt::format("2024-01-{:02}", 1 + below(28));
      switch (kind) {
        case Kind::kSessions:
          return fmt::format("{},{},{} {:02}:00,{},{}\n", below(30) == 0 ? "" : order(),
                             fmt::format("c{}", below(12)), day, below(24),
                             below(9) == 0 ? "much" : std::to_string(below(50)), below(2));
        case Kind::kCustomers:
          return fmt::format("c{},{},{}\n", below(15), below(20) == 0 ? "never" : day,
                             below(2) == 0 ? day : "");
        case Kind::kProducts:
          return fmt::format("{},{},{},{}\n", order(), below(20) == 0 ? "" : "tea", below(9),
                             1 + below(3));
        case Kind::kDeliveries: break;
      }
      return fmt::format("{},{} {:02}:30\n", order(), day, below(24));
    };
    std::map<Kind, int> files;
    for (const auto& [kind, header] : kHeaders) {
      std::filesystem::remove_all(folder_of(kind));
      put(kind, "1.csv", kind == Kind::kSessions ? "o1,c1,2024-01-01,1,1\n" : row_of(kind));
      files[kind] = 1;
    }
    daily = open_duckdb_store({}, {});
    load(*daily, true);
    for (int day = 0; day < 8; ++day) {
      for (const auto& [kind, header] : kHeaders) {
        if (below(4) == 0) continue;
        std::string rows;
        for (unsigned i = below(8); i > 0; --i) rows += row_of(kind);
        if (below(3) == 0) {
          put(kind, fmt::format("{}.csv", ++files[kind]), rows);
        } else {
          // Mostly to the last file, sometimes to an earlier one.
          const int last = files[kind];
          const int file =
              below(4) == 0 ? 1 + static_cast<int>(below(static_cast<unsigned>(last))) : last;
          append(kind, fmt::format("{}.csv", file), rows);
        }
      }
      load_new(fmt::format("seed {}, day {}", seed, day));
      if (HasFailure()) return;
    }
  }
}

}  // namespace
}  // namespace ca::store
