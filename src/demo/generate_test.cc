#include "demo/generate.h"

#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>
#include <sstream>

#include "base/error.h"
#include "ingest/test_support.h"

namespace ca::demo {
namespace {

using ingest::testing::code_of;
using ingest::testing::rows_of;
using ingest::testing::TemporaryFolder;
using ingest::testing::write;
namespace fs = std::filesystem;

std::string text_of(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

/// Every file below the folder with its bytes.
std::map<std::string, std::string> files_of(const fs::path& folder) {
  std::map<std::string, std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    files[fs::relative(entry.path(), folder).string()] = text_of(entry.path());
  }
  return files;
}

class GenerateTest : public ::testing::Test {
 protected:
  GenerateTest() {
    options.customers = 5'000;  // more than one block and thread's round
    options.sessions = 15'000;
    options.dirty = 0.02;
    options.tail_days = 3;
  }
  Generated make(const fs::path& to) {
    options.folder = to;
    return generate(options, no_progress(), Cancellation());
  }

  TemporaryFolder folder;
  GenerateOptions options;
};

TEST_F(GenerateTest, ThreadsChangeNoByte) {
  options.threads = 1;
  make(folder.path() / "one");
  options.threads = 3;
  make(folder.path() / "three");
  const auto one = files_of(folder.path() / "one");
  EXPECT_EQ(one.size(), 10U);
  EXPECT_TRUE(one == files_of(folder.path() / "three"));
}

TEST_F(GenerateTest, ParquetHasTheSameBytesWhateverTheThreads) {
  options.format = FileFormat::kParquet;
  options.threads = 1;
  make(folder.path() / "one");
  options.threads = 3;
  make(folder.path() / "three");
  EXPECT_TRUE(files_of(folder.path() / "one") == files_of(folder.path() / "three"));
}

TEST_F(GenerateTest, AnotherSeedIsAnotherShop) {
  make(folder.path() / "one");
  options.seed = 2;
  make(folder.path() / "two");
  EXPECT_NE(text_of(folder.path() / "one" / "sessions.csv"),
            text_of(folder.path() / "two" / "sessions.csv"));
}

TEST_F(GenerateTest, CsvAndParquetAreTheSameShop) {
  options.dirty = 0;
  make(folder.path() / "csv");
  options.format = FileFormat::kParquet;
  make(folder.path() / "parquet");
  sql::Database database("");
  sql::Connection connection = database.connect();
  for (const char* table : {"sessions", "customers", "products", "deliveries"}) {
    const std::string csv = folder.path() / "csv" / (std::string(table) + ".csv");
    const std::string parquet = folder.path() / "parquet" / (std::string(table) + ".parquet");
    // What is in one and not in the other, as texts; booleans are 1 and 0 in CSV.
    const std::string as_text =
        "SELECT COLUMNS(*)::VARCHAR FROM (SELECT * FROM read_csv('" + csv +
        "')) EXCEPT ALL SELECT COLUMNS(*)::VARCHAR FROM (SELECT * FROM read_parquet('" + parquet +
        "'))";
    if (std::string(table) == "sessions") {
      EXPECT_EQ(rows_of(connection, "SELECT count(*) FROM read_csv('" + csv +
                                        "') a JOIN read_parquet('" + parquet +
                                        "') b ON a.session_id::VARCHAR = b.session_id "
                                        "AND a.started_at = b.started_at "
                                        "AND a.paid IS NOT DISTINCT FROM b.paid "
                                        "AND a.purchased::INT::BOOLEAN = b.purchased "
                                        "AND a.city = b.city"),
                rows_of(connection, "SELECT count(*) FROM read_csv('" + csv + "')"));
    } else if (std::string(table) == "customers") {
      EXPECT_EQ(connection.integer("SELECT count(*) FROM (" + as_text + ")"), 0) << table;
    }
    EXPECT_EQ(connection.integer("SELECT count(*) FROM read_csv('" + csv + "')"),
              connection.integer("SELECT count(*) FROM read_parquet('" + parquet + "')"))
        << table;
  }
  EXPECT_EQ(text_of(folder.path() / "csv" / "truth.json"),
            text_of(folder.path() / "parquet" / "truth.json"));
}

// The last days are cut off the shop, not another shop: put behind it they make the same files.
TEST_F(GenerateTest, TheLastDaysCompleteTheShop) {
  options.tail_days = 0;
  make(folder.path() / "whole");
  options.tail_days = 30;
  make(folder.path() / "cut");
  for (const char* table : {"sessions", "customers", "products", "deliveries"}) {
    const std::string name = table;
    const std::string base = text_of(folder.path() / "cut" / (name + ".csv"));
    const std::string late = text_of(folder.path() / "cut" / "late" / (name + "_late.csv"));
    const std::size_t header = late.find('\n') + 1;
    ASSERT_GT(late.size(), header) << table;
    EXPECT_TRUE(base + late.substr(header) == text_of(folder.path() / "whole" / (name + ".csv")))
        << table;
  }
}

TEST_F(GenerateTest, MakesAboutAsManySessionsAsAskedFor) {
  options.dirty = 0;
  for (const std::uint64_t sessions : {15'000U, 50'000U, 200'000U}) {
    options.sessions = sessions;
    const Generated generated = make(folder.path() / "shop");
    EXPECT_NEAR(static_cast<double>(generated.totals.sessions), static_cast<double>(sessions),
                0.03 * static_cast<double>(sessions));
  }
}

TEST_F(GenerateTest, ReplacesAnEarlierShopAndNothingElse) {
  make(folder.path() / "shop");
  write(folder.path() / "shop" / "notes.txt", "mine");
  options.format = FileFormat::kParquet;
  options.tail_days = 0;
  make(folder.path() / "shop");
  const auto files = files_of(folder.path() / "shop");
  EXPECT_EQ(files.size(), 7U);
  EXPECT_EQ(files.count("sessions.csv"), 0U);
  EXPECT_EQ(files.at("notes.txt"), "mine");
}

TEST_F(GenerateTest, LeavesAFolderOfSomebodyElseAlone) {
  write(folder.path() / "mine" / "sessions.csv", "id\n1\n");
  write(folder.path() / "mine" / "truth.json", "[1]");
  EXPECT_EQ(code_of([&] { make(folder.path() / "mine"); }), "E-FILE");
  EXPECT_EQ(files_of(folder.path() / "mine").size(), 2U);
  EXPECT_EQ(text_of(folder.path() / "mine" / "sessions.csv"), "id\n1\n");
  EXPECT_EQ(code_of([&] { make(folder.path() / "mine" / "sessions.csv"); }), "E-FILE");
}

TEST_F(GenerateTest, ACancelledOneLeavesTheEarlierShop) {
  make(folder.path() / "shop");
  const auto before = files_of(folder.path() / "shop");
  Cancellation cancellation;
  cancellation.cancel();
  options.seed = 9;
  EXPECT_EQ(code_of([&] { generate(options, no_progress(), cancellation); }), "E-CANCELLED");
  EXPECT_TRUE(files_of(folder.path() / "shop") == before);
  EXPECT_FALSE(fs::exists(folder.path() / "shop" / ".unfinished"));
}

TEST_F(GenerateTest, SweepsWhatAKilledOneLeft) {
  write(folder.path() / "shop" / ".unfinished" / "sessions.csv", "half a row");
  make(folder.path() / "shop");
  EXPECT_FALSE(fs::exists(folder.path() / "shop" / ".unfinished"));
  EXPECT_EQ(files_of(folder.path() / "shop").size(), 10U);
}

TEST_F(GenerateTest, TheSmallestShopsAreMadeToo) {
  for (const std::uint32_t customers : {1U, 2U, 3U}) {
    options.customers = customers;
    options.sessions = customers * kMostSessionsPerCustomer;
    EXPECT_EQ(make(folder.path() / "shop").totals.customers, customers);
  }
}

TEST_F(GenerateTest, RefusesOptionsThatAreNotPossible) {
  const auto refused = [&](const auto& change) {
    GenerateOptions wrong = options;
    wrong.folder = folder.path() / "wrong";
    change(wrong);
    const std::string code = code_of([&] { generate(wrong, no_progress(), Cancellation()); });
    EXPECT_FALSE(fs::exists(wrong.folder));
    return code == "E-PARAM";
  };
  EXPECT_TRUE(refused([](GenerateOptions& wrong) { wrong.customers = 0; }));
  EXPECT_TRUE(refused([](GenerateOptions& wrong) { wrong.customers = kMostCustomers + 1; }));
  EXPECT_TRUE(refused([](GenerateOptions& wrong) { wrong.sessions = 9'999; }));
  EXPECT_TRUE(refused([](GenerateOptions& wrong) { wrong.sessions = 1'000'001; }));
  EXPECT_TRUE(refused([](GenerateOptions& wrong) { wrong.days = 27; }));
  EXPECT_TRUE(refused([](GenerateOptions& wrong) { wrong.tail_days = wrong.days; }));
  EXPECT_TRUE(refused([](GenerateOptions& wrong) { wrong.tail_days = -1; }));
  EXPECT_TRUE(refused([](GenerateOptions& wrong) { wrong.dirty = 0.21; }));
  EXPECT_TRUE(refused([](GenerateOptions& wrong) { wrong.dirty = -0.01; }));
}

TEST_F(GenerateTest, TruthStatesEverythingThatWasPlanted) {
  const Generated generated = make(folder.path() / "shop");
  const auto truth = nlohmann::json::parse(text_of(folder.path() / "shop" / "truth.json"));
  EXPECT_EQ(truth.at("totals").at("sessions"), generated.totals.sessions);
  EXPECT_EQ(truth.at("promotions").size(), 40U);
  EXPECT_EQ(truth.at("odd_days").size(), 9U);
  EXPECT_EQ(truth.at("product_pairs").size(), 8U);
  EXPECT_EQ(truth.at("deliveries").at("slow_places").size(), 7U);
  EXPECT_EQ(truth.at("city_shares").size(), 8U);
  EXPECT_EQ(truth.at("behaviour").at("unit"), "weeks");
  for (const char* name : {"r", "alpha", "a", "b", "p", "q", "v"}) {
    EXPECT_GT(truth.at("behaviour").at(name).get<double>(), 0) << name;
  }
  std::int64_t dirty = 0;
  for (const auto& rule : truth.at("dirty_rows")) dirty += rule.at("rows").get<std::int64_t>();
  EXPECT_GT(dirty, 300);
}

}  // namespace
}  // namespace ca::demo
