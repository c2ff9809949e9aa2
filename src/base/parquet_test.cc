#include "base/parquet.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <functional>
#include <limits>

#include "base/error.h"
#include "base/writers.h"

namespace ca {
namespace {

namespace fs = std::filesystem;

class Parquet : public testing::Test {
 protected:
  Parquet() : folder(fs::path(testing::TempDir()) / ("parquet_test_" + std::to_string(getpid()))) {
    fs::remove_all(folder);
    fs::create_directories(folder);
  }
  ~Parquet() override { fs::remove_all(folder); }

  std::string bytes_of(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  std::string code_of(const std::function<void()>& work) {
    try {
      work();
      return "no error";
    } catch (const Error& error) {
      return error.code();
    }
  }

  fs::path folder;
  ParquetSession session;
};

/// `rows` rows of every type; every third cell of a row is null.
Table every_type(std::size_t rows) {
  Table table("every");
  for (const ColumnType type : {ColumnType::kInteger, ColumnType::kDouble, ColumnType::kBoolean,
                                ColumnType::kText, ColumnType::kDay, ColumnType::kInstant}) {
    table.add(std::string(name_of(type)), type);
  }
  auto& columns = table.columns();
  for (std::size_t row = 0; row < rows; ++row) {
    const auto n = static_cast<std::int64_t>(row);
    for (std::size_t i = 0; i < columns.size(); ++i) {
      if ((row + i) % 3 == 0) {
        columns[i].push_null();
        continue;
      }
      switch (columns[i].type()) {
        case ColumnType::kInteger: columns[i].push(n * 1'000'003); break;
        case ColumnType::kDouble: columns[i].push(static_cast<double>(n) / 7); break;
        case ColumnType::kBoolean: columns[i].push(n % 2); break;
        case ColumnType::kText:
          columns[i].push(n % 5 == 0 ? std::string() : "text number " + std::to_string(n));
          break;
        case ColumnType::kDay: columns[i].push(Day{static_cast<std::int32_t>(n - 1000)}); break;
        case ColumnType::kInstant: columns[i].push(Instant{n * 1'234'567'891 - 1}); break;
      }
    }
  }
  return table;
}

void expect_same(const Table& a, const Table& b) {
  ASSERT_EQ(a.width(), b.width());
  for (std::size_t i = 0; i < a.width(); ++i) {
    EXPECT_EQ(a.column(i).name(), b.column(i).name());
    EXPECT_EQ(a.column(i).type(), b.column(i).type());
  }
  EXPECT_EQ(to_csv(a, Zone::utc()), to_csv(b, Zone::utc()));
}

TEST_F(Parquet, RoundTripsEveryTypeWithNulls) {
  const fs::path path = folder / "every.parquet";
  const Table table = every_type(5000);  // several chunks
  session.write(path, std::span(&table, 1));
  const Table read = session.read(path);
  EXPECT_EQ(read.name(), "every");
  EXPECT_EQ(read.key_columns(), 1u);
  expect_same(read, table);
  expect_same(read_parquet(path), table);
}

TEST_F(Parquet, KeepsExtremesAndWeirdText) {
  Table table("extremes");
  table.add("integer", ColumnType::kInteger);
  table.add("double", ColumnType::kDouble);
  table.add("text", ColumnType::kText);
  const std::vector<std::string> texts = {"",
                                          "\"quoted\"\n",
                                          "naïve 🎉",
                                          "<script>",
                                          "../x",
                                          std::string(10'000, 'y'),
                                          std::string("a\0b", 3)};
  for (const std::string& text : texts) {
    table.columns()[0].push(std::numeric_limits<std::int64_t>::min());
    table.columns()[1].push(std::numeric_limits<double>::max());
    table.columns()[2].push(text);
  }
  write_parquet(folder / "x.parquet", {table});
  expect_same(read_parquet(folder / "x.parquet"), table);
}

TEST_F(Parquet, ReplacesTextThatIsNotUtf8) {
  Table table("x");
  table.add("text", ColumnType::kText);
  table.columns()[0].push(std::string("bad\xFF"));
  session.write(folder / "x.parquet", std::span(&table, 1));
  EXPECT_EQ(session.read(folder / "x.parquet").column(0).text(0), "bad\xEF\xBF\xBD");
}

TEST_F(Parquet, JoinsPartsAndWritesEmptyTables) {
  const std::vector<Table> parts = {every_type(10), every_type(0), every_type(3)};
  session.write(folder / "x.parquet", parts);
  Table joined = every_type(10);
  joined.append(every_type(3));
  expect_same(session.read(folder / "x.parquet"), joined);

  const Table empty = every_type(0);
  session.write(folder / "empty.parquet", std::span(&empty, 1));
  expect_same(session.read(folder / "empty.parquet"), empty);
}

TEST_F(Parquet, PutsATextBeforeTheRowsOfEachPart) {
  const std::vector<Table> parts = {every_type(3000), every_type(0), every_type(5)};
  const std::string lasting = "a text that does not fit into a vector's cell";
  const LeadingColumn leading{"of", {"one", "two", lasting + "\xFF"}};
  session.write(folder / "x.parquet", parts, &leading);
  Table expected;
  Column& of = expected.add("of", ColumnType::kText);
  for (int row = 0; row < 3000; ++row) of.push(std::string("one"));
  for (int row = 0; row < 5; ++row) of.push(lasting + "\xEF\xBF\xBD");
  Table rows = parts[0];
  rows.append(parts[2]);
  for (const Column& column : rows.columns()) expected.add(column);
  expect_same(session.read(folder / "x.parquet"), expected);
  session.write(folder / "y.parquet", parts);
  expect_same(session.read(folder / "y.parquet"), rows);
  const LeadingColumn few{"of", {"one"}};
  EXPECT_THROW(session.write(folder / "z.parquet", parts, &few), std::invalid_argument);
}

TEST_F(Parquet, GivesTheSameBytesEachTime) {
  const Table table = every_type(3000);
  session.write(folder / "a.parquet", std::span(&table, 1));
  ParquetSession().write(folder / "b.parquet", std::span(&table, 1));
  EXPECT_EQ(bytes_of(folder / "a.parquet"), bytes_of(folder / "b.parquet"));
}

TEST_F(Parquet, FiltersAndLimits) {
  Table table("x");
  table.add("it's a \"name\"", ColumnType::kText);
  table.add("n", ColumnType::kInteger);
  for (std::int64_t i = 0; i < 100; ++i) {
    if (i % 4 == 3) {
      table.columns()[0].push_null();
    } else {
      table.columns()[0].push(i % 4 == 0 ? std::string("it's") : std::string("b"));
    }
    table.columns()[1].push(i);
  }
  session.write(folder / "x.parquet", std::span(&table, 1));
  const std::string& name = table.column(0).name();
  const auto read = [&](std::optional<ParquetFilter::Equals> where,
                        std::optional<std::size_t> limit) {
    return session.read(folder / "x.parquet", {std::move(where), limit});
  };
  EXPECT_EQ(read({{name, "it's"}}, {}).rows(), 25u);
  EXPECT_EQ(read({{name, "it's"}}, {}).column(1).integer(1), 4);
  EXPECT_EQ(read({{name, "b"}}, 3).rows(), 3u);
  EXPECT_EQ(read({{name, sql::Parameter()}}, {}).rows(), 25u);
  EXPECT_EQ(read({{"n", std::int64_t{7}}}, {}).rows(), 1u);
  EXPECT_EQ(read({{name, "x' OR 1=1 --"}}, {}).rows(), 0u);
  EXPECT_EQ(read({}, 0).rows(), 0u);
  EXPECT_EQ(read({}, 7).rows(), 7u);
  EXPECT_EQ(code_of([&] { read({{"no such", "x"}}, {}); }), "E-SQL");
}

TEST_F(Parquet, MapsTheTypesOfOthers) {
  const fs::path path = folder / "others.parquet";
  sql::Database database("");
  database.connect().run(
      "COPY (SELECT 1::TINYINT a, 2::UINTEGER b, 1.5::FLOAT c, 2.25::DECIMAL(9,2) d, "
      "TIMESTAMP '2024-01-01 00:00:00' e, TIMESTAMP_NS '2024-01-01 00:00:00.123456789' f, "
      "[1, 2] g, TIME '10:00' h, NULL i) TO " +
      sql::literal(path.string()) + " (FORMAT parquet)");
  EXPECT_EQ(to_csv(session.read(path), Zone::utc()),
            "a,b,c,d,e,f,g,h,i\n"
            "1,2,1.5,2.25,2024-01-01T00:00:00,2024-01-01T00:00:00.123456,\"[1, 2]\",10:00:00,\n");
}

TEST_F(Parquet, TakesPathsAndNamesLiterally) {
  fs::create_directories(folder / "it's [a] *b?");
  const fs::path path = folder / "it's [a] *b?" / "x[1]*.parquet";
  Table table("x");
  table.add("Same", ColumnType::kInteger);
  table.columns()[0].push(std::int64_t{1});
  session.write(path, std::span(&table, 1));
  EXPECT_EQ(session.read(path).rows(), 1u);
}

TEST_F(Parquet, LeavesTheOldFileWhenItFails) {
  const Table table = every_type(10);
  EXPECT_EQ(code_of([&] { session.write(folder / "no" / "x.parquet", std::span(&table, 1)); }),
            "E-FILE");
  fs::create_directories(folder / "taken.parquet" / "inside");
  EXPECT_EQ(code_of([&] { session.write(folder / "taken.parquet", std::span(&table, 1)); }),
            "E-FILE");
  EXPECT_TRUE(fs::exists(folder / "taken.parquet" / "inside"));
  // No temporary file is left, and the session still works.
  EXPECT_EQ(std::distance(fs::directory_iterator(folder), fs::directory_iterator()), 1);
  session.write(folder / "x.parquet", std::span(&table, 1));
  expect_same(session.read(folder / "x.parquet"), table);
}

TEST_F(Parquet, RefusesWhatIsNoTableAndWhatIsNoFile) {
  EXPECT_THROW(session.write(folder / "x.parquet", {}), std::invalid_argument);
  const std::vector<Table> parts = {every_type(1), Table()};
  EXPECT_THROW(session.write(folder / "x.parquet", parts), std::invalid_argument);
  EXPECT_EQ(code_of([&] { session.read(folder / "none.parquet"); }), "E-FILE");
  std::ofstream(folder / "text.parquet") << "no parquet";
  EXPECT_EQ(code_of([&] { session.read(folder / "text.parquet"); }), "E-SQL");
}

}  // namespace
}  // namespace ca
