#include "journeys/spill.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>

#include "journeys/test_support.h"

namespace ca::journeys {
namespace {

using namespace testing;

struct Pair {
  std::int64_t first;
  double second;
};

class SpillTest : public ::testing::Test {
 protected:
  TemporaryFolder folder;
  SpillFile file{folder.path()};
};

TEST_F(SpillTest, RowsComeBackInTheirOrder) {
  SpillWriter writer(file);
  writer.put(Pair{1, 0.5}, std::string_view("client"), std::string_view());
  writer.put(Pair{-2, kNull});
  writer.put(std::uint32_t{7}, std::string_view("a\0b", 3));
  writer.put(Pair{3, 0});
  writer.put(std::int64_t{INT64_MIN});
  writer.put_text_only("last");
  writer.finish();
  file.map();

  SpillReader reader(writer);
  EXPECT_FALSE(reader.at_end());
  EXPECT_EQ(reader.row<Pair>().first, 1);
  EXPECT_EQ(reader.text(), "client");
  EXPECT_EQ(reader.text(), "");
  EXPECT_TRUE(std::isnan(reader.row<Pair>().second));
  EXPECT_EQ(reader.row<std::uint32_t>(), 7U);
  EXPECT_EQ(reader.text(), std::string_view("a\0b", 3));
  EXPECT_EQ(reader.row<Pair>().first, 3);
  EXPECT_EQ(reader.row<std::int64_t>(), INT64_MIN);
  EXPECT_EQ(reader.text(), "last");
  EXPECT_TRUE(reader.at_end());
}

TEST_F(SpillTest, ManyRowsAndLongTextsPassTheBuffer) {
  SpillWriter writer(file);
  const std::string long_text(1'000'000, 'x');
  for (std::int64_t i = 0; i < 50'000; ++i) writer.put(i, std::string_view("text"));
  writer.put(std::int64_t{-1}, std::string_view(long_text));
  EXPECT_EQ(SpillReader::bytes(writer), 50'000 * 16);  // what came before is out of memory
  writer.put(std::int64_t{-2});
  writer.finish();
  EXPECT_EQ(SpillReader::bytes(writer), 50'000 * 16 + 8 + 4 + long_text.size() + 8);
  file.map();

  SpillReader reader(writer);
  for (std::int64_t i = 0; i < 50'000; ++i) {
    ASSERT_EQ(reader.row<std::int64_t>(), i);
    ASSERT_EQ(reader.text(), "text");
  }
  reader.row<std::int64_t>();
  EXPECT_EQ(reader.text(), long_text);
  EXPECT_EQ(reader.row<std::int64_t>(), -2);
  EXPECT_TRUE(reader.at_end());
}

TEST_F(SpillTest, ARowThatIsPutInPartsMayCrossBlocks) {
  SpillWriter writer(file);
  for (std::int64_t i = 0; i < 30'000; ++i) {
    writer.put(i);
    writer.put(-i);
    writer.put_text_only(std::to_string(i));
  }
  writer.finish();
  EXPECT_GT(writer.blocks().size(), 3U);
  file.map();
  SpillReader reader(writer);
  for (std::int64_t i = 0; i < 30'000; ++i) {
    ASSERT_EQ(reader.row<std::int64_t>(), i);
    ASSERT_EQ(reader.row<std::int64_t>(), -i);
    ASSERT_EQ(reader.text(), std::to_string(i));
  }
  EXPECT_TRUE(reader.at_end());
}

TEST_F(SpillTest, SpillsOfOneFileKeepApart) {
  std::vector<SpillWriter> writers(5, SpillWriter(file));
  for (std::int64_t i = 0; i < 100'000; ++i) writers[static_cast<std::size_t>(i % 4)].put(i);
  for (SpillWriter& writer : writers) writer.finish();
  file.map();
  for (std::int64_t w = 0; w < 4; ++w) {
    SpillReader reader(writers[static_cast<std::size_t>(w)]);
    for (std::int64_t i = w; i < 100'000; i += 4) ASSERT_EQ(reader.row<std::int64_t>(), i);
    EXPECT_TRUE(reader.at_end());
  }
  EXPECT_TRUE(SpillReader(writers[4]).at_end());
}

TEST_F(SpillTest, OfNothingIsAtItsEnd) {
  SpillWriter writer(file);
  writer.finish();
  file.map();
  EXPECT_TRUE(SpillReader(writer).at_end());
}

TEST_F(SpillTest, TheFileHasNoName) {
  SpillWriter writer(file);
  writer.put(std::int64_t{1});
  writer.finish();
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST_F(SpillTest, ADiskThatRefusesIsAnError) {
  EXPECT_EQ(code_of([&] { SpillFile none(folder.path() / "none"); }), "E-STORE");
  SpillWriter full(file);
  full.put(std::int64_t{1});
  // Files may not grow, which a process is told by a signal before the call fails.
  rlimit before{};
  ::getrlimit(RLIMIT_FSIZE, &before);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit none{0, before.rlim_max};
  ::setrlimit(RLIMIT_FSIZE, &none);
  const std::string code = code_of([&] { full.finish(); });
  ::setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, handler);
  EXPECT_EQ(code, "E-STORE");
}

}  // namespace
}  // namespace ca::journeys
