#include "journeys/spill.h"

#include <gtest/gtest.h>

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
  std::filesystem::path file = folder.path() / "rows.spill";
};

TEST_F(SpillTest, RowsComeBackInTheirOrder) {
  SpillWriter writer(file);
  writer.put(Pair{1, 0.5}, std::string_view("client"), std::string_view());
  writer.put(Pair{-2, kNull});
  writer.put(std::uint32_t{7}, std::string_view("a\0b", 3));
  writer.put(Pair{3, 0});
  writer.put(std::int64_t{INT64_MIN});
  writer.put_text_only("last");
  writer.flush();
  EXPECT_EQ(writer.file(), file);

  SpillReader reader(file);
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
  EXPECT_EQ(std::filesystem::file_size(file), 50'000 * 16);  // what came before is out of memory
  writer.flush();

  SpillReader reader(file);
  EXPECT_EQ(reader.bytes(), 50'000 * (8 + 4 + 4) + 8 + 4 + long_text.size());
  for (std::int64_t i = 0; i < 50'000; ++i) {
    ASSERT_EQ(reader.row<std::int64_t>(), i);
    ASSERT_EQ(reader.text(), "text");
  }
  reader.row<std::int64_t>();
  EXPECT_EQ(reader.text(), long_text);
  EXPECT_TRUE(reader.at_end());
}

TEST_F(SpillTest, ReadingRemovesTheFile) {
  SpillWriter(file).flush();
  EXPECT_TRUE(std::filesystem::exists(file));
  const SpillReader reader(file);
  EXPECT_TRUE(reader.at_end());
  EXPECT_FALSE(std::filesystem::exists(file));
}

TEST_F(SpillTest, AMovedWriterGoesOn) {
  SpillWriter writer(file);
  writer.put(std::int64_t{1});
  SpillWriter moved = std::move(writer);
  moved.put(std::int64_t{2});
  moved.flush();
  SpillReader reader(file);
  EXPECT_EQ(reader.row<std::int64_t>(), 1);
  EXPECT_EQ(reader.row<std::int64_t>(), 2);
}

TEST_F(SpillTest, ADiskThatRefusesIsAnError) {
  EXPECT_EQ(code_of([&] { SpillWriter writer(folder.path() / "none/rows.spill"); }), "E-STORE");
  EXPECT_EQ(code_of([&] { SpillReader reader(file); }), "E-STORE");
  SpillWriter full("/dev/full");
  full.put(std::int64_t{1});
  EXPECT_EQ(code_of([&] { full.flush(); }), "E-STORE");
}

}  // namespace
}  // namespace ca::journeys
