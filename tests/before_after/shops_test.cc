// Reports of before/after tests of whole shops: what only looks like an effect, too few customers,
// the same bytes whatever the rows' order, odd names.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "base/random.h"
#include "before_after/invented_shop.h"
#include "demo/generate.h"
#include "reports/catalogue.h"
#include "support/cells.h"
#include "support/test_shop.h"

namespace ca::tests {
namespace {

namespace fs = std::filesystem;

const std::set<std::string> kStages = {"ingest",   "quality", "journeys", "exploratory",
                                       "segments", "tests",   "publish"};

runs::RunOptions only_tests() {
  runs::RunOptions options;
  options.only = kStages;
  return options;
}

void run(TestShop& shop, const runs::RunOptions& options) {
  const runs::RunOutcome outcome =
      runs::run(shop.home(), shop.workspace(), options, no_progress(), Cancellation());
  ASSERT_EQ(outcome.state, workspace::RunState::kSucceeded);
}

/// The names of all reports of the stage.
std::vector<std::string> reports_of_tests() {
  std::vector<std::string> names;
  for (const reports::FamilySpec& family : reports::families()) {
    if (family.name != std::string("before_after")) continue;
    for (const reports::ReportSpec& report : family.reports) names.push_back(report.name);
  }
  return names;
}

/// Rows of both reports of one kind of use, those with more after and those without.
struct Row {
  std::string group;
  double difference;
  std::optional<double> effect;
  std::optional<double> paired_p_value;
  std::optional<double> p_value;
  std::optional<double> q_value;
};
std::vector<Row> rows_of(const TestShop& shop, const std::string& report) {
  std::vector<Row> rows;
  for (const char* verdict : {"_accept", "_reject"}) {
    const Table table = shop.report(report + verdict);
    for (std::size_t row = 0; row < table.rows(); ++row) {
      const auto real = [&](const char* column) {
        const Column& cells = *table.find(column);
        return cells.is_null(row) ? std::nullopt : std::optional(cells.real(row));
      };
      rows.push_back({table.column(0).text(row), *real("diff"), real("diff_did"),
                      real("paired_p_value"), real("p_value"), real("q_value")});
    }
  }
  return rows;
}

// ---- what only looks like an effect
// --------------------------------------------------------------

/// Before against after alone sees a change in each of the promotions; the verdict in none.
void expect_no_effect_in_spite_of(const Ways& ways, bool are_more_after) {
  TestShop shop(files_of(invent(ways, 7)));
  run(shop, only_tests());
  const std::vector<Row> rows = rows_of(shop, "promotion_usage_before_after_orders");
  EXPECT_EQ(rows.size(), ways.promotions);
  for (const Row& row : rows) {
    SCOPED_TRACE(row.group);
    EXPECT_EQ(row.difference > 0, are_more_after);
    EXPECT_LT(row.paired_p_value.value(), 1e-4);
    EXPECT_GE(row.q_value.value(), 0.05);
    EXPECT_LT(std::abs(row.effect.value()), 0.3 * std::abs(row.difference));
  }
}

TEST(NoEffect, WhereAPromotionIsUsedAfterBusyWeeks) {
  expect_no_effect_in_spite_of(
      {.customers = 3000, .days = 120, .promotions = 4, .use = 0.06, .least_before = 3}, false);
}

TEST(NoEffect, WhereTheShopGrows) {
  expect_no_effect_in_spite_of(
      {.customers = 6000, .days = 35, .growth = 8, .promotions = 4, .use = 0.08}, true);
}

TEST(NoEffect, WhereCustomersLeave) {
  expect_no_effect_in_spite_of(
      {.customers = 20000, .days = 60, .days_until_leaving = 10, .promotions = 4, .use = 0.08},
      false);
}

// ---- too few customers
// ---------------------------------------------------------------------------

class TooFew : public ::testing::TestWithParam<const char*> {};

TEST_P(TooFew, IsSaidAndNothingElse) {
  TestShop shop(fs::path("tests/golden") / GetParam() / "connect.toml");
  shop.run();
  std::size_t rows = 0;
  for (const std::string& report : reports_of_tests()) {
    SCOPED_TRACE(report);
    const Table table = shop.report(report);
    rows += table.rows();
    for (std::size_t row = 0; row < table.rows(); ++row) {
      if (report == "order_and_payment_amount_differences") {
        EXPECT_EQ(table.find("significant")->integer(row), 0);
        EXPECT_EQ(table.find("significant_amount")->integer(row), 0);
        continue;
      }
      EXPECT_EQ(table.find("insufficient")->integer(row), 1);
      if (report == "promotion_comparison") continue;
      for (const char* column : {"p_value", "q_value", "ci_low", "ci_high",
                                 "minimum_detectable_effect", "accept_Ratio", "paired_p_value"}) {
        const Column* cells = table.find(column);
        EXPECT_TRUE(cells == nullptr || cells->is_null(row)) << column;
      }
      EXPECT_EQ(table.find("significant")->integer(row), 0);
      EXPECT_TRUE(table.find("sentence")->text(row).starts_with("not enough data: "));
    }
  }
  EXPECT_GT(rows, 0U);
}

INSTANTIATE_TEST_SUITE_P(Golden, TooFew, ::testing::Values("small", "tricky"),
                         [](const auto& info) { return std::string(info.param); });

// ---- the same bytes
// ------------------------------------------------------------------------------

/// The lines of a file after its header, changed.
template <class Change>
void change_rows(const fs::path& file, const Change& change) {
  std::istringstream text(read_text(file));
  std::string header;
  std::getline(text, header);
  std::vector<std::string> rows;
  for (std::string row; std::getline(text, row);) rows.push_back(row);
  change(rows);
  std::string changed = header + '\n';
  for (const std::string& row : rows) changed += row + '\n';
  write_text(file, changed);
}

std::string cell_of(const std::string& row, int number) {
  std::istringstream cells(row);
  std::string cell;
  for (int i = 0; i <= number; ++i) std::getline(cells, cell, ',');
  return cell;
}

/// An invented shop with its cities.
class SameBytes : public ::testing::Test {
 protected:
  SameBytes() {
    demo::GenerateOptions options;
    options.folder = data_;
    options.customers = 6'000;
    options.seed = 3;
    demo::generate(options, no_progress(), Cancellation());
  }

  /// The reports of the stage, of all populations.
  std::map<std::string, std::string> tests(const runs::RunOptions& options) const {
    TestShop shop(data_ / "connect.toml");
    run(shop, options);
    const auto all = shop.texts();
    std::map<std::string, std::string> texts;
    for (const std::string& report : reports_of_tests()) texts[report] = all.at(report);
    return texts;
  }

  TemporaryFolder folder_;
  const fs::path data_ = folder_.path() / "shop";
};

TEST_F(SameBytes, WhateverTheThreadsPartitionsAndOrderOfRows) {
  runs::RunOptions options = only_tests();
  options.threads = 1;
  options.partitions = 1;
  const auto expected = tests(options);
  EXPECT_NE(expected.at("promotion_usage_before_after_orders_accept").find("no clear change"),
            std::string::npos);
  Random random(5);
  for (const char* file : {"sessions.csv", "customers.csv", "products.csv"}) {
    change_rows(data_ / file, [&](std::vector<std::string>& rows) {
      for (std::size_t i = rows.size(); i > 1; --i) {
        std::swap(rows[i - 1], rows[random.below(static_cast<std::uint32_t>(i))]);
      }
    });
  }
  options.threads = 2;
  options.partitions = 7;
  EXPECT_EQ(differing(expected, tests(options)), "");
}

TEST_F(SameBytes, AsOfAnEarlierDayAndOfDataThatEndThere) {
  runs::RunOptions options = only_tests();
  options.as_of = "2025-05-14";
  const auto expected = tests(options);
  change_rows(data_ / "sessions.csv", [](std::vector<std::string>& rows) {
    std::erase_if(rows, [](const std::string& row) { return cell_of(row, 2) >= "2025-05-15"; });
  });
  EXPECT_EQ(differing(expected, tests(options)), "");
}

// ---- odd names
// -----------------------------------------------------------------------------------

// They are names of rows and must neither break files nor name any.
TEST(OddNames, AreKept) {
  const std::vector<std::string> names = {
      "say \"hi\"", "two\nlines",       "🎉 émoji", "<script>alert(1)</script>",
      "../../odd",  "a,b; 'c' -- drop", "=1+1",    "main"};
  std::map<std::string, std::string> files = files_of({});
  files["connect.toml"] +=
      "[products]\npath = \"products.csv\"\ncolumns = { order_id = \"order\", product = "
      "\"product\", price = \"price\" }\n";
  files["products.csv"] = "order,product,price\n";
  const Ways ways = {.customers = 400, .promotions = 8, .use = 0.1};
  std::int64_t number = 0;
  for (const InventedOrder& order : invent(ways, 1)) {
    ++number;
    files["sessions.csv"] +=
        fmt::format("o{},c{},{},{:.2f},{}\n", number, order.customer, when(order.second),
                    order.paid, order.promotion ? csv_cell(names[*order.promotion]) : "");
    files["products.csv"] +=
        fmt::format("o{},{},1\n", number, csv_cell(names[static_cast<std::size_t>(number % 8)]));
  }
  TestShop shop(files);
  run(shop, only_tests());
  const TemporaryFolder folder;
  api::export_reports(shop.home(), folder.path() / "all", {}, true, false, no_progress(),
                      Cancellation());
  const std::set<std::string> expected(names.begin(), names.end());
  const auto exported = [&](const std::string& report) {
    return parse_csv(read_text(folder.path() / "all" / "main" / (report + ".csv")));
  };
  for (const char* report :
       {"promotion_usage_before_after_orders", "promotion_usage_before_after_amount",
        "product_usage_before_after_orders", "product_usage_before_after_amount"}) {
    std::set<std::string> found;
    for (const char* verdict : {"_accept", "_reject"}) {
      for (const Cells::Row& row : exported(report + std::string(verdict)).rows) {
        found.insert(row.front().value());
      }
    }
    EXPECT_EQ(found, expected) << report;
  }
  std::set<std::string> compared;
  const Cells pairs = exported("promotion_comparison_pairs");
  for (const Cells::Row& row : pairs.rows) {
    compared.insert({row[0].value(), row[1].value()});
    const std::string& sentence = row[pairs.find("sentence").value()].value();
    EXPECT_NE(sentence.find(*row[0]), std::string::npos) << sentence;
  }
  EXPECT_EQ(compared, expected);
  for (const auto& entry : fs::directory_iterator(folder.path())) {
    EXPECT_EQ(entry.path().filename(), "all");
  }
}

}  // namespace
}  // namespace ca::tests
