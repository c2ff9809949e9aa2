#include "reports/views.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/scratch_folder.h"
#include "base/writers.h"
#include "reports/members.h"
#include "reports/snapshot.h"
#include "reports/test_random_shop.h"

namespace ca::reports {
namespace {

constexpr const char* kKpis = "client_kpis";
constexpr const char* kCounts = "total_order_count_per_customer";

std::string csv(const Table& table) { return to_csv(table, Zone::utc()); }

/// Two customers, more than two in all.
Table kpis() {
  Schema schema;
  Table table = table_for(find_report(kKpis), schema);
  RowWriter row(table);
  row << std::string("a") << std::nullopt << 2.5 << 20.0 << std::int64_t{1} << std::int64_t{4}
      << std::nullopt << Instant{0} << Instant{0};
  row << std::string("b") << 24.0 << 1.5 << std::nullopt << std::int64_t{3} << std::int64_t{3}
      << std::nullopt << Instant{0} << Instant{1};
  table.leave_out(5);
  return table;
}

TEST(Views, AreColumnsOfAnotherReportOfTheFamily) {
  int views = 0;
  for (const FamilySpec& family : families()) {
    for (const ReportSpec& report : family.reports) {
      if (!report.view || report.view->reshaped != nullptr) continue;
      ++views;
      const ReportSpec& other = find_report(report.view->report);
      EXPECT_EQ(&family_of(other.name), &family) << report.name;
      EXPECT_FALSE(other.view) << report.name;
      EXPECT_EQ(report.needs, other.needs) << report.name;  // there where the other is
      EXPECT_NE(family.kind, FamilyKind::kSystem) << report.name;
      ASSERT_EQ(report.view->columns.size(), report.columns.size()) << report.name;
      for (std::size_t c = 0; c < report.columns.size(); ++c) {
        const auto shown =
            std::ranges::find(other.columns, report.view->columns[c], &ColumnSpec::name);
        ASSERT_NE(shown, other.columns.end()) << report.name << " " << report.columns[c].name;
        EXPECT_EQ(shown->type, report.columns[c].type) << report.name;
        EXPECT_EQ(shown->counts, report.columns[c].counts) << report.name;
        EXPECT_EQ(shown->repeat, Repeat::kOnce) << report.name;
        EXPECT_EQ(report.columns[c].repeat, Repeat::kOnce) << report.name;
      }
      // What names a row of the other names the view's, so that its cells can be asked about.
      for (const std::string& name : key_of(other)) {
        const auto c = static_cast<std::size_t>(std::ranges::find(report.view->columns, name) -
                                                report.view->columns.begin());
        ASSERT_LT(c, report.columns.size()) << report.name << " lacks " << name;
        EXPECT_TRUE(is_among(key_of(report), report.columns[c].name)) << report.name;
      }
      const auto listed = views_of(other.name);
      EXPECT_EQ(std::ranges::count(listed, &report), 1) << report.name;
    }
  }
  EXPECT_GE(views, 1);
  EXPECT_TRUE(views_of("kpis").empty());
}

TEST(Views, MayShowRowsInAnotherForm) {
  Table days = table_for(find_report("dcohort_anomaly_days"), Schema());
  RowWriter row(days);
  const Day first = day_from_civil(2024, 2, 1);
  for (std::int32_t date = 0; date < 40; ++date) {
    for (std::int64_t day = 0; day < 7; ++day) {
      row << first + date << day;
      if (date == 39) {
        row << std::nullopt;
      } else {
        row << 0.01 * date + 0.001 * static_cast<double>(day);
      }
      row << (date == 38);
    }
  }
  const Table wide = view_from(days, find_report("dcohort_anomaly"));
  EXPECT_EQ(wide.rows(), 5U);  // days 0 to 4
  ASSERT_EQ(wide.width(), 31U);
  EXPECT_EQ(wide.column(0).name(), "days");
  EXPECT_EQ(wide.column(1).name(), "2024-02-11");
  EXPECT_EQ(wide.column(1).real(4), 0.01 * 10 + 0.001 * 4);
  EXPECT_EQ(wide.column(29).name(), "2024-03-10_outlier");
  EXPECT_TRUE(wide.column(30).is_null(2));
  const Table none = table_for(find_report("dcohort_anomaly_days"), Schema());
  EXPECT_EQ(view_from(none, find_report("dcohort_anomaly")).width(), 1U);

  const ScratchFolder folder;
  Manifest manifest;
  manifest.populations = {{"main", "main", true, 1}, {"X", "X", false, 1}};
  ThreadPool pool(1);
  write_reports(folder.path(), {{"main", true, {days}}, {"X", false, {none}}}, pool, manifest);
  EXPECT_EQ(manifest.rows.at("dcohort_anomaly"), 5);
  write_manifest(folder.path(), manifest);
  Snapshot snapshot(folder.path());
  EXPECT_EQ(csv(snapshot.report("dcohort_anomaly", "main")), csv(wide));
  EXPECT_EQ(csv(snapshot.report("dcohort_anomaly", "X")), "days\n");
  const std::map<std::string, Table> all = snapshot.report_by_population("dcohort_anomaly");
  EXPECT_EQ(csv(all.at("main")), csv(wide));
}

TEST(Views, ShowRowsOfTheOtherUnderTheirOwnNames) {
  const Table table = view_from(kpis(), find_report(kCounts));
  EXPECT_EQ(table.name(), kCounts);
  EXPECT_EQ(csv(table), "client,order_count\na,1\nb,3\n");
  EXPECT_EQ(table.total_rows(), 7U);
  ReportSpec renamed;
  renamed.name = "sessions_of_customers";
  renamed.columns = {{"visits", ColumnType::kInteger, "", Counted::kNothing, ""},
                     {"name", ColumnType::kText, "", Counted::kNothing, ""}};
  renamed.view = View{kKpis, {"session_count", "client"}};
  EXPECT_EQ(csv(view_from(kpis(), renamed)), "visits,name\n4,a\n3,b\n");
  renamed.view = View{kKpis, {"visits", "client"}};
  EXPECT_THROW(view_from(kpis(), renamed), std::invalid_argument);
}

/// The answers' tables of one name, one below the other.
std::string texts(const std::vector<Answer>& answers, const std::string& report) {
  std::string text;
  for (const Answer& answer : answers) {
    const auto table = std::ranges::find(answer.tables, report, &Table::name);
    text += answer.population + "\n" + (table == answer.tables.end() ? "-\n" : csv(*table));
  }
  return text;
}

TEST(Views, AreAnsweredAloneAsWithTheOther) {
  const TestShop shop = random_shop(8, 3);
  Question question = everything();
  const std::vector<Answer> all = shop.answers(question, 2);
  const auto ask = [&](std::set<std::string> names) {
    question.reports = std::move(names);
    return shop.answers(question, 2);
  };
  const std::string expected = texts(all, kCounts);
  EXPECT_GT(expected.size(), 100U);
  const std::vector<Answer> alone = ask({kCounts});
  EXPECT_EQ(texts(alone, kCounts), expected);
  for (const Answer& answer : alone) EXPECT_EQ(answer.tables.size(), 1U);
  const std::vector<Answer> both = ask({kCounts, kKpis});
  EXPECT_EQ(texts(both, kCounts), expected);
  EXPECT_EQ(texts(both, kKpis), texts(all, kKpis));
  for (const Answer& answer : ask({kKpis})) EXPECT_EQ(answer.tables.size(), 1U);
}

TEST(Views, AskForNoMoreThanTheirColumns) {
  const TestShop shop = random_shop(8, 1);
  ThreadPool pool(1);
  Question question;
  const auto frame = [&](std::set<std::string> names) {
    question.reports = std::move(names);
    Facts facts = find_facts(shop.journeys(), question.window, pool);
    narrow(facts, question);
    return facts.main;
  };
  const Frame view = frame({kCounts});
  EXPECT_TRUE(view.asks(kKpis));
  EXPECT_TRUE(view.asks(kKpis, "order_count"));
  EXPECT_FALSE(view.asks(kKpis, "recency"));
  EXPECT_FALSE(view.asks("kpis", "client"));
  EXPECT_TRUE(frame({kCounts, kKpis}).asks(kKpis, "recency"));
  EXPECT_TRUE(frame({kKpis}).asks(kKpis, "recency"));
  EXPECT_TRUE(frame({}).asks(kKpis, "recency"));
  // What nobody asks for is not computed.
  const std::unique_ptr<Family> family = family_of(kKpis).make(view);
  std::vector<std::uint32_t> orders;
  const journeys::Partition& partition = shop.journeys().partitions()[0];
  for (std::uint32_t c = 0; c < partition.customers(); ++c) {
    family->add(journey_in(partition, c, view, orders));
  }
  const Table made = family->tables().front();
  ASSERT_GT(made.rows(), 0U);
  EXPECT_FALSE(made.find("order_count")->is_null(0));
  EXPECT_TRUE(made.find("recency")->is_null(0));
}

TEST(Views, HaveTheMembersOfTheCellsThatTheyShow) {
  const TestShop shop = random_shop(8, 2);
  ThreadPool pool(2);
  const Facts facts = find_facts(shop.journeys(), {}, pool);
  const Table counts = [&] {
    Question question;
    question.reports = {kCounts};
    return shop.answers(question).front().tables.front();
  }();
  ASSERT_GT(counts.rows(), 0U);
  for (std::size_t row = 0; row < counts.rows(); row += 7) {
    const auto ask = [&](const char* report, std::size_t position) {
      MembersQuestion question;
      question.cell = {.report = report,
                       .column = "order_count",
                       .position = position,
                       .key = {counts.column(0).text(row)}};
      return members(shop.journeys(), facts, question, pool, Cancellation());
    };
    const Members view = ask(kCounts, 1);
    const Members shown = ask(kKpis, 4);
    EXPECT_EQ(view.value, shown.value);
    EXPECT_EQ(std::get<std::int64_t>(view.value), counts.column(1).integer(row));
    EXPECT_EQ(view.n, counts.column(1).integer(row));
    EXPECT_EQ(csv(view.table), csv(shown.table));
  }
}

class StoredViews : public ::testing::Test {
 protected:
  /// A snapshot of two populations, the second with one customer more than the first.
  Manifest write(const std::vector<Answer>& answers, ThreadPool& pool) const {
    std::filesystem::create_directories(folder);
    Manifest manifest;
    manifest.run = "1";
    manifest.populations = {{"main", "main", true, 9}, {"a%2Fb", "a/b", false, 1}};
    write_reports(folder, answers, pool, manifest);
    write_manifest(folder, manifest);
    return manifest;
  }

  ThreadPool pool{2};
  ScratchFolder parent;
  std::filesystem::path folder = parent.path() / "1";
  Table one = kpis().head(1);
};

TEST_F(StoredViews, AreColumnsOfTheOthersFile) {
  write({{"main", true, {kpis()}}, {"a/b", false, {one}}}, pool);
  EXPECT_FALSE(std::filesystem::exists(folder / "total_order_count_per_customer.parquet"));
  Snapshot snapshot(folder);
  EXPECT_EQ(snapshot.manifest().rows,
            (std::map<std::string, std::int64_t>{{kKpis, 3}, {kCounts, 3}}));
  EXPECT_TRUE(snapshot.manifest().stores(kKpis));
  EXPECT_FALSE(snapshot.manifest().stores(kCounts));
  const Table table = snapshot.report(kCounts, "main");
  EXPECT_EQ(table.name(), kCounts);
  EXPECT_EQ(csv(table), "client,order_count\na,1\nb,3\n");
  EXPECT_EQ(csv(snapshot.report(kCounts, "a%2Fb")), "client,order_count\na,1\n");
  EXPECT_EQ(csv(snapshot.report(kCounts, "nobody")), "client,order_count\n");
  const std::map<std::string, Table> tables = snapshot.report_by_population(kCounts);
  ASSERT_EQ(tables.size(), 2U);
  EXPECT_EQ(csv(tables.at("a%2Fb")), "client,order_count\na,1\n");
  EXPECT_EQ(csv(snapshot.report_of_all(kCounts)),
            "population,client,order_count\nmain,a,1\nmain,b,3\na%2Fb,a,1\n");
  std::filesystem::resize_file(folder / "client_kpis.parquet", 100);
  try {
    snapshot.report(kCounts, "main");
    FAIL();
  } catch (const Error& error) {
    EXPECT_NE(error.message().find("client_kpis.parquet"), std::string::npos) << error.message();
  }
}

/// An older program wrote a file of each: it is read as it stands.
TEST_F(StoredViews, OfAnOlderProgramAreReadFromTheirFiles) {
  Table stored = view_from(kpis(), find_report(kCounts)).head(1);
  write({{"main", true, {kpis(), stored}}}, pool);
  Snapshot snapshot(folder);
  EXPECT_TRUE(snapshot.manifest().stores(kCounts));
  EXPECT_EQ(snapshot.manifest().rows.at(kCounts), 1);
  EXPECT_EQ(csv(snapshot.report(kCounts, "main")), "client,order_count\na,1\n");
}

}  // namespace
}  // namespace ca::reports
