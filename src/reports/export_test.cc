#include "reports/export.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <set>

#include "base/error.h"
#include "base/scratch_folder.h"

namespace ca::reports {
namespace {

namespace fs = std::filesystem;

std::string read_text(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

Table customers(std::size_t count, std::int64_t orders) {
  Table table("total_order_count_per_customer");
  table.add("client", ColumnType::kText);
  table.add("order_count", ColumnType::kInteger);
  for (std::size_t i = 0; i < count; ++i) {
    table.columns()[0].push(std::to_string(i));
    table.columns()[1].push(orders);
  }
  return table;
}

Table dimension_kpis() {
  Table table("dimension_kpis");
  table.add("dimension", ColumnType::kText);
  table.columns()[0].push("north");
  return table;
}

class ExportSnapshotTest : public ::testing::Test {
 protected:
  /// A snapshot of that day in which main has `rows` customers with `orders` orders each, and the
  /// value "a/b" one.
  Snapshot snapshot(Day day, std::size_t rows, std::int64_t orders, bool has_kpis = true) {
    const fs::path place = folder.path() / ("snapshot-" + std::to_string(++snapshots));
    fs::create_directories(place);
    Manifest manifest;
    manifest.run = place.filename();
    manifest.snapshot_date = day;
    manifest.populations = {{"main", "main", true, 9}, {"a%2Fb", "a/b", false, 1}};
    std::vector<Answer> answers = {{"main", true, {customers(rows, orders)}},
                                   {"a/b", false, {customers(1, orders)}}};
    if (has_kpis) answers[0].tables.push_back(dimension_kpis());
    ThreadPool pool(2);
    write_reports(place, answers, pool, manifest);
    write_manifest(place, manifest);
    return Snapshot(place);
  }
  std::size_t write_tree(Snapshot& snapshot) {
    return write_report_tree(snapshot, target, no_progress(), Cancellation());
  }
  std::set<std::string> found() const {
    std::set<std::string> names;
    for (const auto& entry : fs::recursive_directory_iterator(target)) {
      if (entry.is_regular_file()) names.insert(fs::relative(entry.path(), target));
    }
    return names;
  }
  std::string text(const std::string& file) const { return read_text(target / file); }
  static ino_t inode(const fs::path& path) {
    struct stat status {};
    return ::stat(path.c_str(), &status) == 0 ? status.st_ino : 0;
  }

  static constexpr const char* kCustomers = "total_order_count_per_customer.csv";
  const Day may = day_from_civil(2024, 5, 1);
  ScratchFolder folder;
  fs::path target = folder.path() / "build_in_reports";
  int snapshots = 0;
};

TEST_F(ExportSnapshotTest, TheTreeHasTheNewestAndTheDay) {
  Snapshot first = snapshot(may, 2, 5);
  EXPECT_EQ(write_tree(first), 3U);
  const std::string customers = kCustomers;
  EXPECT_EQ(found(), (std::set<std::string>{
                         "dimensions.json", "main/" + customers, "main/2024-05-01/" + customers,
                         "a%2Fb/" + customers, "a%2Fb/2024-05-01/" + customers,
                         "main/dimension_kpis.csv", "main/2024-05-01/dimension_kpis.csv"}));
  EXPECT_EQ(text("main/" + customers), "client,order_count\n0,5\n1,5\n");
  EXPECT_EQ(text("a%2Fb/" + customers), "client,order_count\n0,5\n");
  EXPECT_EQ(nlohmann::json::parse(text("dimensions.json")),
            nlohmann::json::parse(R"({"main": null, "a%2Fb": "a/b"})"));
  EXPECT_EQ(inode(target / "main" / customers), inode(target / "main/2024-05-01" / customers));
}

TEST_F(ExportSnapshotTest, AnEarlierDayStaysWhatItWas) {
  Snapshot first = snapshot(may, 1, 5);
  Snapshot second = snapshot(may + 1, 1, 6);
  Snapshot again = snapshot(may + 1, 1, 7);
  for (Snapshot* written : {&first, &second, &again}) write_tree(*written);
  EXPECT_EQ(text(std::string("main/") + kCustomers), "client,order_count\n0,7\n");
  EXPECT_EQ(text(std::string("main/2024-05-01/") + kCustomers), "client,order_count\n0,5\n");
  EXPECT_EQ(text(std::string("main/2024-05-02/") + kCustomers), "client,order_count\n0,7\n");
}

TEST_F(ExportSnapshotTest, WhatIsNoLongerThereLosesItsNewestFileOnly) {
  Snapshot first = snapshot(may, 1, 5);
  write_tree(first);
  std::ofstream(target / "main" / "mine.csv") << "not ours";
  Snapshot second = snapshot(may + 1, 1, 6, false);
  write_tree(second);
  EXPECT_FALSE(found().contains("main/dimension_kpis.csv"));
  EXPECT_TRUE(found().contains("main/2024-05-01/dimension_kpis.csv"));
  EXPECT_FALSE(found().contains("main/2024-05-02/dimension_kpis.csv"));
  EXPECT_EQ(text("main/mine.csv"), "not ours");
}

TEST_F(ExportSnapshotTest, LargeReportsAreOnlyExported) {
  Snapshot small = snapshot(may, kMostRowsInTree, 5);
  write_tree(small);
  EXPECT_TRUE(found().contains(std::string("main/") + kCustomers));
  Snapshot large = snapshot(may + 1, kMostRowsInTree + 1, 5);
  EXPECT_EQ(write_tree(large), 2U);
  EXPECT_FALSE(found().contains(std::string("main/") + kCustomers));
  EXPECT_TRUE(found().contains(std::string("a%2Fb/") + kCustomers));
  EXPECT_EQ(export_snapshot(large, {"main"}, target, false, no_progress(), Cancellation()), 2U);
  const std::string exported = text(std::string("main/") + kCustomers);
  EXPECT_EQ(static_cast<std::size_t>(std::ranges::count(exported, '\n')), kMostRowsInTree + 2);
}

TEST_F(ExportSnapshotTest, NothingHalfWrittenIsLeft) {
  Snapshot good = snapshot(may, 2, 5);
  write_tree(good);
  Snapshot bad = snapshot(may + 1, 3, 6);
  std::ofstream(bad.folder() / "total_order_count_per_customer.parquet", std::ios::app) << "x";
  EXPECT_THROW(write_tree(bad), Error);
  EXPECT_EQ(text(std::string("main/") + kCustomers), "client,order_count\n0,5\n1,5\n");
  Cancellation cancelled;
  cancelled.cancel();
  EXPECT_THROW(write_report_tree(good, target, no_progress(), cancelled), Error);
  for (const std::string& name : found()) EXPECT_EQ(name.find(".tmp"), std::string::npos) << name;
}

}  // namespace
}  // namespace ca::reports
