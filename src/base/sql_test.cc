#include "base/sql.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "base/error.h"

namespace ca::sql {
namespace {

class Sql : public testing::Test {
 protected:
  Database database{"", Options{.threads = 1, .memory_limit = {}, .temporary_folder = {}}};
  Connection connection = database.connect();
};

TEST_F(Sql, ReadsTypedCellsAndNulls) {
  Result result = connection.query(
      "SELECT 1::BIGINT a, 'inlined' b, 'longer than twelve bytes' c, NULL::DOUBLE d, 2.5 e");
  EXPECT_EQ(result.width(), 5u);
  EXPECT_EQ(result.column_name(1), "b");
  EXPECT_EQ(result.column_type(0), DUCKDB_TYPE_BIGINT);
  const Chunk chunk = result.next();
  ASSERT_TRUE(chunk);
  EXPECT_EQ(chunk.rows(), 1u);
  EXPECT_EQ(chunk.data<std::int64_t>(0)[0], 1);
  EXPECT_EQ(chunk.text(1, 0), "inlined");
  EXPECT_EQ(chunk.text(2, 0), "longer than twelve bytes");
  EXPECT_TRUE(chunk.is_null(3, 0));
  EXPECT_FALSE(chunk.is_null(0, 0));
  EXPECT_FALSE(result.next());
}

TEST_F(Sql, BindsParametersOfEveryKind) {
  const std::string with_zero("a\0b", 3);
  Result result = connection.query("SELECT ?::BIGINT, ?::DOUBLE, ?::VARCHAR, ?::VARCHAR",
                                   {std::int64_t{7}, 0.5, with_zero, Parameter()});
  const Chunk chunk = result.next();
  EXPECT_EQ(chunk.data<std::int64_t>(0)[0], 7);
  EXPECT_EQ(chunk.data<double>(1)[0], 0.5);
  EXPECT_EQ(chunk.text(2, 0), with_zero);
  EXPECT_TRUE(chunk.is_null(3, 0));
  EXPECT_EQ(
      connection.integer("SELECT count(*) FROM range(10) t(i) WHERE i < ?", {std::int64_t{4}}), 4);
  EXPECT_EQ(connection.integer("SELECT NULL"), 0);
}

TEST_F(Sql, StreamsLongResultsInChunks) {
  Result result = connection.stream("SELECT i FROM range(10000) t(i)");
  std::size_t rows = 0;
  while (const Chunk chunk = result.next()) rows += chunk.rows();
  EXPECT_EQ(rows, 10'000u);
}

TEST_F(Sql, FailsWithDuckDbsOwnWords) {
  const auto code_of = [](const auto& work) -> std::string {
    try {
      work();
      return "no error";
    } catch (const Error& error) {
      EXPECT_FALSE(error.message().empty());
      return error.code();
    }
  };
  EXPECT_EQ(code_of([&] { connection.run("SELEC 1"); }), "E-SQL");
  EXPECT_EQ(code_of([&] { connection.query("SELECT no_such_column"); }), "E-SQL");
  EXPECT_EQ(code_of([&] { connection.query("SELECT 'x'::BIGINT"); }), "E-SQL");
  EXPECT_EQ(code_of([&] {
              Result result = connection.stream("SELECT (i || 'x')::BIGINT FROM range(9) t(i)");
              while (result.next()) {
              }
            }),
            "E-SQL");
  EXPECT_EQ(code_of([] { Database("/nowhere/at/all.duckdb"); }), "E-STORE");
}

TEST_F(Sql, StopsWhenInterrupted) {
  std::atomic<bool> ended{false};
  std::thread other([&] {
    while (!ended) connection.interrupt();
  });
  std::string code;
  try {
    connection.query("SELECT count(*) FROM range(1000000) a(i), range(1000000) b(j) WHERE i < j");
  } catch (const Error& error) {
    code = error.code();
  }
  ended = true;
  other.join();
  EXPECT_EQ(code, "E-CANCELLED");
}

TEST_F(Sql, QuotesNamesAndText) {
  EXPECT_EQ(literal("it's"), "'it''s'");
  EXPECT_EQ(identifier("a \"b\""), "\"a \"\"b\"\"\"");
  for (const std::string text : {"'", "\"", "'; DROP TABLE x; --", "\\", "..", "naïve 🎉", ""}) {
    Result result = connection.query("SELECT " + literal(text) + " AS " + identifier("n" + text));
    EXPECT_EQ(result.column_name(0), "n" + text);
    EXPECT_EQ(result.next().text(0, 0), text);
  }
}

}  // namespace
}  // namespace ca::sql
