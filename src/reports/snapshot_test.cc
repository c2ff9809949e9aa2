#include "reports/snapshot.h"

#include <gtest/gtest.h>

#include <fstream>
#include <functional>
#include <iterator>
#include <nlohmann/json.hpp>
#include <random>

#include "base/error.h"
#include "base/scratch_folder.h"
#include "base/writers.h"

namespace ca::reports {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

std::string read_text(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void write_text(const fs::path& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

Table daily_orders(int first) {
  Table table("daily_orders");
  table.add("daily", ColumnType::kDay);
  table.add("orders", ColumnType::kInteger);
  table.add("is_partial", ColumnType::kBoolean);
  for (int i = 0; i < 40; ++i) {
    table.columns()[0].push(Day{19'000 + i});
    table.columns()[1].push(std::int64_t{first + i});
    table.columns()[2].push(std::int64_t{i == 39 ? 1 : 0});
  }
  return table;
}

Table customers(int count) {
  Table table("total_order_count_per_customer");
  table.add("client", ColumnType::kText);
  table.add("order_count", ColumnType::kInteger);
  for (int i = 0; i < count; ++i) {
    table.columns()[0].push("client " + std::to_string(i));
    table.columns()[1].push(std::int64_t{1 + i % 7});
  }
  return table;
}

Table revenue() {
  Table table("monthly_revenue");
  table.add("monthly", ColumnType::kDay);
  table.add("revenue", ColumnType::kDouble);
  for (int i = 0; i < 12; ++i) {
    table.columns()[0].push(Day{19'000 + 30 * i});
    if (i == 5) {
      table.columns()[1].push_null();
    } else {
      table.columns()[1].push(0.1 * i);
    }
  }
  return table;
}

class SnapshotTest : public ::testing::Test {
 protected:
  SnapshotTest() {
    Manifest manifest;
    manifest.run = "20240501T120304-0001";
    manifest.journeys = manifest.run;
    manifest.configuration = "0123456789abcdef";
    manifest.currency =
        "G\xff"
        "BP";
    manifest.snapshot_date = day_from_civil(2024, 5, 1);
    manifest.as_of = 1'714'564'984'500'000;
    manifest.populations = {{"main", "main", true, 5000}, {"a%2Cb", "a,b", false, 70}};
    manifest.skipped = {{"data_quality", "quality"}};
    fs::create_directories(folder);
    ThreadPool pool(2);
    write_reports(folder,
                  {{"main", true, {daily_orders(1), customers(3000), revenue()}},
                   {"a,b", false, {daily_orders(9), customers(0)}}},
                  pool, manifest);
    write_manifest(folder, manifest);
  }

  /// Everything that the snapshot says, as text.
  static std::string everything_of(const fs::path& folder) {
    Snapshot snapshot(folder);
    const Manifest& manifest = snapshot.manifest();
    std::string text = manifest.run + manifest.journeys + manifest.configuration +
                       manifest.timezone + manifest.currency + format_day(manifest.snapshot_date) +
                       std::to_string(manifest.as_of);
    for (const auto& population : manifest.populations) {
      text += population.name + population.value + (population.is_main ? "!" : "") +
              std::to_string(population.sessions);
    }
    for (const auto& [report, missing] : manifest.not_configured) text += report + missing;
    for (const auto& [report, stage] : manifest.skipped) text += report + stage;
    for (const auto& [report, rows] : manifest.rows) {
      text += report + std::to_string(rows);
      for (const auto& population : manifest.populations) {
        text += to_csv(snapshot.report(report, population.name), Zone::utc());
      }
      for (const auto& [population, table] : snapshot.report_by_population(report)) {
        text += population + to_csv(table, Zone::utc());
      }
    }
    return text;
  }

  /// Damages one file after the other, `times` times at random places. Every time all cells are
  /// what they were, or E-SNAPSHOT names the file. Returns how often it was named.
  int damage(int times, const std::function<void(std::string&, std::mt19937&)>& harm) const {
    const std::string expected = everything_of(folder);
    std::mt19937 random(20240501);
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(folder)) files.push_back(entry.path());
    std::ranges::sort(files);
    int named = 0;
    for (int i = 0; i < times; ++i) {
      const fs::path& file = files[static_cast<std::size_t>(i) % files.size()];
      const std::string good = read_text(file);
      std::string bad = good;
      harm(bad, random);
      write_text(file, bad);
      try {
        EXPECT_EQ(everything_of(folder), expected) << file;
      } catch (const Error& error) {
        EXPECT_EQ(error.code(), "E-SNAPSHOT") << error.message();
        EXPECT_NE(error.message().find(file.filename().string()), std::string::npos)
            << error.message();
        EXPECT_FALSE(error.hint().empty());
        ++named;
      }
      write_text(file, good);
    }
    EXPECT_EQ(everything_of(folder), expected);
    return named;
  }

  std::string error_of_reading() const {
    try {
      everything_of(folder);
    } catch (const Error& error) {
      return error.code() + ": " + error.message();
    }
    return "none";
  }
  Json manifest() const { return Json::parse(read_text(folder / "manifest.json")); }
  void set_manifest(const Json& json) const { write_text(folder / "manifest.json", json.dump(2)); }

  ScratchFolder parent;
  fs::path folder = parent.path() / "20240501T120304-0001";
};

TEST_F(SnapshotTest, HoldsWhatWasWritten) {
  Snapshot snapshot(folder);
  EXPECT_EQ(snapshot.manifest().run, "20240501T120304-0001");
  EXPECT_EQ(snapshot.manifest().currency,
            "G\xef\xbf\xbd"
            "BP");
  EXPECT_EQ(snapshot.manifest().rows.at("total_order_count_per_customer"), 3000);
  EXPECT_EQ(snapshot.manifest().files.size(), 3U);
  EXPECT_EQ(to_csv(snapshot.report("daily_orders", "a%2Cb"), Zone::utc()),
            to_csv(daily_orders(9), Zone::utc()));
  EXPECT_EQ(to_csv(snapshot.report("monthly_revenue", "main"), Zone::utc()),
            to_csv(revenue(), Zone::utc()));
}

TEST_F(SnapshotTest, IsReadByPopulationToo) {
  Snapshot snapshot(folder);
  const std::map<std::string, Table> tables =
      snapshot.report_by_population("total_order_count_per_customer");
  ASSERT_EQ(tables.size(), 1U);  // the other one has no rows
  EXPECT_EQ(to_csv(tables.at("main"), Zone::utc()), to_csv(customers(3000), Zone::utc()));
  EXPECT_EQ(snapshot.report_by_population("daily_orders").size(), 2U);
  EXPECT_EQ(snapshot.report("total_order_count_per_customer", "a%2Cb").rows(), 0U);
}

TEST_F(SnapshotTest, AFlippedBitIsHarmlessOrNamed) {
  const int named = damage(100, [](std::string& bytes, std::mt19937& random) {
    bytes[random() % bytes.size()] ^= static_cast<char>(1U << random() % 8);
  });
  EXPECT_GT(named, 90);
}

TEST_F(SnapshotTest, ATornFileIsHarmlessOrNamed) {
  const int named = damage(
      100, [](std::string& bytes, std::mt19937& random) { bytes.resize(random() % bytes.size()); });
  EXPECT_GT(named, 90);
}

TEST_F(SnapshotTest, OverwrittenBytesAreHarmlessOrNamed) {
  const int named = damage(100, [](std::string& bytes, std::mt19937& random) {
    const std::size_t begin = random() % bytes.size();
    for (std::size_t i = begin; i < std::min(begin + 16, bytes.size()); ++i) {
      bytes[i] = static_cast<char>(random() % 256);
    }
  });
  EXPECT_GT(named, 90);
}

TEST_F(SnapshotTest, AMissingFileIsNamed) {
  fs::remove(folder / "daily_orders.parquet");
  EXPECT_EQ(error_of_reading(),
            "E-SNAPSHOT: The snapshot 20240501T120304-0001 is damaged: daily_orders.parquet is not "
            "there.");
  fs::remove(folder / "manifest.json");
  EXPECT_EQ(error_of_reading(),
            "E-SNAPSHOT: The snapshot 20240501T120304-0001 is damaged: manifest.json is not "
            "there.");
}

TEST_F(SnapshotTest, BlanksInTheManifestHarmNothing) {
  const std::string before = everything_of(folder);
  set_manifest(manifest());
  write_text(folder / "manifest.json", manifest().dump(7) + "\n\n");
  EXPECT_EQ(everything_of(folder), before);
}

TEST_F(SnapshotTest, OneOfAnOlderProgramIsReadUnchecked) {
  const std::string before = everything_of(folder);
  Json json = manifest();
  json["format"] = 1;
  json.erase("files");
  json.erase("hash");
  set_manifest(json);
  EXPECT_EQ(everything_of(folder), before);
  const fs::path file = folder / "daily_orders.parquet";
  fs::resize_file(file, fs::file_size(file) / 2);
  EXPECT_TRUE(error_of_reading().starts_with(
      "E-SNAPSHOT: The snapshot 20240501T120304-0001 is damaged: daily_orders.parquet cannot be "
      "read ("))
      << error_of_reading();
}

TEST_F(SnapshotTest, WithoutItsHashItCountsAsDamaged) {
  Json json = manifest();
  json.erase("hash");
  set_manifest(json);
  EXPECT_NE(error_of_reading().find("manifest.json is not what was written"), std::string::npos);
}

TEST_F(SnapshotTest, OneOfANewerProgramIsToldAsSuch) {
  Json json = manifest();
  json["format"] = 4;
  json.erase("hash");
  json["hash"] = hexadecimal(checksum_of(json.dump(2)).xxh3);
  set_manifest(json);
  EXPECT_EQ(error_of_reading(),
            "E-SNAPSHOT: The snapshot 20240501T120304-0001 was written by a newer "
            "CustomerAnalytics.");
}

}  // namespace
}  // namespace ca::reports
