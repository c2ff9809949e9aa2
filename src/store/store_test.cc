#include "store/store.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "ingest/load.h"
#include "ingest/test_support.h"

namespace ca::store {
namespace {

using namespace ingest::testing;
using sources::Kind;

std::string shown(std::string_view text) {
  return text.data() == nullptr ? "~" : std::string(text);
}
std::string shown(double number) { return std::isnan(number) ? "~" : fmt::format("{}", number); }
std::string shown_instant(std::int64_t micros) {
  return micros == kNoInstant ? "~" : Zone::utc().format({micros});
}

/// A store in a file, filled from texts.
class StoreTest : public ::testing::Test {
 protected:
  void connect(Kind kind, std::string_view csv, std::vector<std::string> actions = {}) {
    ingest::SourcePlan source;
    source.location.kind = kind;
    source.location.path = write(folder.path() / fmt::format("{}.csv", name_of(kind)), csv);
    source.timezone = "UTC";
    source.mapping.actions = std::move(actions);
    const std::string header = fmt::format(",{},", csv.substr(0, csv.find('\n')));
    for (const ingest::Field& field : ingest::fields_of(kind)) {
      if (header.find("," + field.name + ",") != std::string::npos) {
        source.mapping.columns[field.name] = field.name;
      }
    }
    plan.sources.push_back(std::move(source));
  }
  void stage() {
    ingest::stage(plan, true, store->staging(), folder.path(), no_progress(), Cancellation());
  }
  void load() {
    stage();
    store->replace_with_staged();
  }
  void reopen() {
    store.reset();
    store = open_duckdb_store(file, {});
  }

  // Each table as text, a line a row, sorted: a scan promises no order.
  std::string sessions() {
    std::vector<std::string> lines;
    store->scan_sessions({}, [&](const SessionRow& row) {
      lines.push_back(fmt::format("{}|{}|{}|{}|{}|{}|{}|{}|{}|{}", row.order_id, row.client,
                                  shown_instant(row.start), shown_instant(row.end),
                                  shown(row.amount), shown(row.discount), row.has_purchased,
                                  row.actions, shown(row.promotion), shown(row.dimension)));
    });
    return sorted(std::move(lines));
  }
  std::string customers(std::size_t actions) {
    std::vector<std::string> lines;
    store->scan_customers({}, actions, [&](const CustomerRow& row) {
      std::string line = fmt::format("{}|{}|{}", row.client, shown_instant(row.download),
                                     shown_instant(row.signup));
      for (std::size_t a = 0; a < actions; ++a) line += "|" + shown_instant(row.actions[a]);
      lines.push_back(std::move(line));
    });
    return sorted(std::move(lines));
  }
  /// Order ids by the numbers that lines and deliveries know.
  std::map<std::int64_t, std::string> orders() {
    std::map<std::int64_t, std::string> found;
    store->scan_sessions({}, [&](const SessionRow& row) {
      EXPECT_GE(row.number, 0);
      EXPECT_TRUE(found.emplace(row.number, row.order_id).second) << "a number occurs twice";
    });
    return found;
  }
  std::string basket_lines() {
    const auto order = orders();
    std::vector<std::string> lines;
    store->scan_basket_lines({}, [&](const BasketLineRow& row) {
      lines.push_back(fmt::format("{}|{}|{}|{}|{}", order.at(row.session), row.product,
                                  shown(row.category), shown(row.price), shown(row.quantity)));
    });
    return sorted(std::move(lines));
  }
  std::string deliveries() {
    const auto order = orders();
    std::vector<std::string> lines;
    store->scan_deliveries({}, [&](const DeliveryRow& row) {
      lines.push_back(fmt::format("{}|{}|{}|{}|{}|{}", order.at(row.session),
                                  shown_instant(row.delivery), shown_instant(row.prepare),
                                  shown_instant(row.giving_back), shown(row.latitude),
                                  shown(row.longitude)));
    });
    return sorted(std::move(lines));
  }
  std::string counts() {
    const Counts counts = store->counts();
    return fmt::format("{} {} {} {}", counts.sessions, counts.customers, counts.basket_lines,
                       counts.deliveries);
  }

  static std::string sorted(std::vector<std::string> lines) {
    std::ranges::sort(lines);
    std::string text;
    for (const std::string& line : lines) text += line + "\n";
    return text;
  }

  TemporaryFolder folder;
  std::filesystem::path file = folder.path() / "store.duckdb";
  std::unique_ptr<Store> store = open_duckdb_store(file, {});
  ingest::ShopPlan plan;
};

TEST_F(StoreTest, ANewOneIsEmpty) {
  EXPECT_EQ(counts(), "0 0 0 0");
  EXPECT_EQ(sessions() + customers(0) + basket_lines() + deliveries(), "");
  EXPECT_TRUE(std::filesystem::exists(file));
}

TEST_F(StoreTest, ScansGiveWhatWasStoredAlsoAfterAReopening) {
  plan.keep_anonymous = true;
  connect(Kind::kSessions,
          "order_id,client,session_start_date,date,payment_amount,discount_amount,has_purchased,"
          "promotion_id,dimension,seen,bought\n"
          "o1,c1,2024-01-15 10:00:00.000001,2024-01-15 10:30,12.5,0,yes,SPRING,north,1,1\n"
          "o2,c2,2024-01-16 10:00,,,,no,,,0,1\n"
          "o3,,1900-02-01,2200-12-31,-1000,,1,\"a,b\"\"c\nd\",\u00FC\U0001F600,,\n",
          {"seen", "bought"});
  connect(Kind::kCustomers,
          "client,download_date,signup_date,login,call\n"
          "c1,2024-01-01,2024-01-02,,2024-01-03\nc9,2024-01-01,,,\n",
          {"login", "call"});
  connect(
      Kind::kProducts,
      "order_id,product,category,price,quantity\no1,tea,drinks,2.5,2\no1,tea,,,\no3,x,y,0,-1\n");
  connect(
      Kind::kDeliveries,
      "order_id,delivery_date,prepare_date,return_date,latitude,longitude\n"
      "o1,2024-01-15 11:00,2024-01-15 10:20,2024-01-15 11:30,51.5,-0.1\no2,2024-01-16 12:00,,,,\n");
  load();
  for (int pass = 0; pass < 2; ++pass) {
    EXPECT_EQ(counts(), "3 2 3 2");
    EXPECT_EQ(sessions(),
              "o1|c1|2024-01-15T10:00:00.000001|2024-01-15T10:30:00|12.5|0|true|3|SPRING|north\n"
              "o2|c2|2024-01-16T10:00:00|~|~|~|false|2|~|(none)\n"
              "o3||1900-02-01T00:00:00|2200-12-31T00:00:00|-1000|~|true|0|a,b\"c\nd|"
              "\u00FC\U0001F600\n");
    EXPECT_EQ(customers(2),
              "c1|2024-01-01T00:00:00|2024-01-02T00:00:00|~|2024-01-03T00:00:00\n"
              "c9|2024-01-01T00:00:00|~|~|~\n");
    EXPECT_EQ(basket_lines(), "o1|tea|(none)|~|~\no1|tea|drinks|2.5|2\no3|x|y|0|-1\n");
    EXPECT_EQ(deliveries(),
              "o1|2024-01-15T11:00:00|2024-01-15T10:20:00|2024-01-15T11:30:00|51.5|-0.1\n"
              "o2|2024-01-16T12:00:00|~|~|~|~\n");
    reopen();
  }
}

TEST_F(StoreTest, UnmappedTextsAreNull) {
  connect(Kind::kSessions,
          "order_id,client,session_start_date,payment_amount\no1,c1,2024-01-15,3\n");
  connect(Kind::kProducts, "order_id,product,price\no1,tea,2\n");
  load();
  EXPECT_EQ(sessions(), "o1|c1|2024-01-15T00:00:00|~|3|~|true|0|~|~\n");
  EXPECT_EQ(basket_lines(), "o1|tea|~|2|~\n");
}

TEST_F(StoreTest, ManyRowsAllCome) {
  std::string csv = "order_id,client,session_start_date,payment_amount\n";
  std::string lines = "order_id,product,price\n";
  for (int i = 0; i < 30'000; ++i) {
    csv += fmt::format("o{},c{},2024-01-15,{}\n", i, i % 100, i);
    lines += fmt::format("o{},p{},{}\n", (i * 7) % 30'000, i % 50, i);
  }
  connect(Kind::kSessions, csv);
  connect(Kind::kProducts, lines);
  load();
  double sum = 0;
  std::int64_t rows = 0;
  store->scan_sessions({}, [&](const SessionRow& row) {
    sum += row.amount;
    rows += row.order_id == fmt::format("o{}", row.amount) ? 1 : 0;
  });
  EXPECT_EQ(rows, 30'000);
  EXPECT_EQ(sum, 30'000.0 * 29'999 / 2);

  const auto order = orders();
  std::int64_t right = 0;
  store->scan_basket_lines({}, [&](const BasketLineRow& row) {
    const auto i = static_cast<std::int64_t>(row.price);
    right += order.at(row.session) == fmt::format("o{}", (i * 7) % 30'000) ? 1 : 0;
  });
  EXPECT_EQ(right, 30'000);
}

TEST_F(StoreTest, PartsOfATableAreTheTable) {
  std::string csv = "order_id,client,session_start_date,payment_amount\n";
  std::vector<std::string> all;
  for (int i = 0; i < 30'000; ++i) {
    csv += fmt::format("o{},c,2024-01-15,1\n", i);
    all.push_back(fmt::format("o{}", i));
  }
  connect(Kind::kSessions, csv);
  load();
  for (const std::size_t parts : {1, 2, 7}) {
    std::vector<std::string> found;
    for (std::size_t part = 0; part < parts; ++part) {
      const std::size_t before = found.size();
      store->scan_sessions({.since = {}, .part = part, .parts = parts},
                           [&](const SessionRow& row) { found.emplace_back(row.order_id); });
      EXPECT_NEAR(static_cast<double>(found.size() - before), 30'000.0 / static_cast<double>(parts),
                  1);
    }
    EXPECT_EQ(found, all) << parts;
  }
  EXPECT_EQ(store->next_session_number(), 30'000);
}

// ---- replacing --------------------------------------------------------------------------------

class ReplaceTest : public StoreTest {
 protected:
  void connect_old() {
    connect(Kind::kSessions,
            "order_id,client,session_start_date,payment_amount\nold,c,2024-01-15,3\n");
    connect(Kind::kCustomers, "client,download_date\nc,2024-01-01\n");
    connect(Kind::kProducts, "order_id,product,price\nold,tea,2\nunknown,tea,2\n");
    connect(Kind::kDeliveries, "order_id,delivery_date\nold,2024-01-16\n");
  }
  void connect_new() {
    plan.sources.clear();
    connect(Kind::kSessions,
            "order_id,client,session_start_date,payment_amount\nnew,c,2024-01-15,3\n,,,\n");
  }
  /// Everything that shows whether the old or the new content is in force.
  std::string content() {
    return counts() + "\n" + sessions() + customers(0) + basket_lines() + deliveries() +
           rows_of(store->staging(), "SELECT rule FROM rejects ORDER BY 1");
  }
};

TEST_F(ReplaceTest, NothingChangesBeforeIt) {
  connect_old();
  load();
  const std::string old = content();
  connect_new();
  stage();
  EXPECT_EQ(content(), old);
  reopen();
  EXPECT_EQ(content(), old);
}

TEST_F(ReplaceTest, ReplacesAllTablesAlsoThoseWithoutASource) {
  connect_old();
  load();
  EXPECT_EQ(counts(), "1 1 1 1");
  connect_new();
  load();
  EXPECT_EQ(counts(), "1 0 0 0");
  EXPECT_EQ(content(),
            "1 0 0 0\nnew|c|2024-01-15T00:00:00|~|3|~|true|0|~|~\n"
            "client_missing\norder_id_missing\nsession_start_date_missing\n");
  reopen();
  EXPECT_EQ(counts(), "1 0 0 0");
  connect_old();
  plan.sources.erase(plan.sources.begin());
  load();
  EXPECT_EQ(counts(), "1 1 1 1");
}

TEST_F(ReplaceTest, IsAllOrNothing) {
  connect_old();
  load();
  const std::string old = content();
  connect_new();
  stage();
  // The last step of the swap misses its table, after all others are done.
  store->staging().run("DROP TABLE staged_rejects");
  EXPECT_NE(code_of([&] { store->replace_with_staged(); }), "none");
  EXPECT_EQ(content(), old);
  reopen();
  EXPECT_EQ(content(), old);
  load();  // and the store is as good as before
  EXPECT_EQ(counts(), "1 0 0 0");
}

TEST_F(ReplaceTest, AFailedLoadLeavesWhatWasThere) {
  connect_old();
  load();
  const std::string old = content();
  plan.sources.clear();
  connect(Kind::kSessions, "order_id,client,session_start_date,payment_amount\n,,,\n");
  EXPECT_EQ(code_of([&] { stage(); }), "E-EMPTY");
  EXPECT_EQ(content(), old);
  reopen();
  EXPECT_EQ(content(), old);
}

// ---- opening ----------------------------------------------------------------------------------

TEST_F(StoreTest, ADamagedFileIsAnError) {
  store.reset();
  write(file, "this is no database, whatever its name says; " + std::string(5000, '.'));
  EXPECT_EQ(code_of([&] { open_duckdb_store(file, {}); }), "E-STORE");
}

TEST_F(StoreTest, AFolderThatIsNotThereIsAnError) {
  EXPECT_EQ(code_of([&] { open_duckdb_store(folder.path() / "none/store.duckdb", {}); }),
            "E-STORE");
}

TEST_F(StoreTest, TheLogOfAProcessThatDiedIsFoldedIntoTheFile) {
  connect(Kind::kSessions,
          "order_id,client,session_start_date,payment_amount\no1,c1,2024-01-15,3\n");
  load();
  store->staging().run(
      "CHECKPOINT; PRAGMA disable_checkpoint_on_shutdown;"
      "INSERT INTO sessions BY NAME SELECT * REPLACE (7 AS number) FROM sessions");
  store.reset();
  const std::filesystem::path log = file.string() + ".wal";
  ASSERT_TRUE(std::filesystem::exists(log));
  fold_in_log(file, {});
  EXPECT_FALSE(std::filesystem::exists(log));
  reopen();
  EXPECT_EQ(counts(), "2 0 0 0");
}

TEST_F(StoreTest, ALogOfSomethingElseIsAnErrorAndStays) {
  store.reset();
  const auto log = write(file.string() + ".wal", "this is no log");
  EXPECT_NE(code_of([&] { fold_in_log(file, {}); }), "none");
  EXPECT_TRUE(std::filesystem::exists(log));
}

TEST_F(StoreTest, WithoutAPathItIsInMemory) {
  store = open_duckdb_store({}, {});
  connect(Kind::kSessions,
          "order_id,client,session_start_date,payment_amount\no1,c1,2024-01-15,3\n");
  load();
  EXPECT_EQ(counts(), "1 0 0 0");
}

}  // namespace
}  // namespace ca::store
