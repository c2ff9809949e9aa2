#include "reports/sparse_grid.h"

#include <gtest/gtest.h>

#include <map>
#include <random>

#include "reports/stamps.h"

namespace ca::reports {
namespace {

using Cells = SparseGrid<std::int64_t>;

std::map<std::pair<std::uint32_t, std::uint32_t>, std::pair<std::int64_t, std::int64_t>> content(
    const Cells& grid) {
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::pair<std::int64_t, std::int64_t>> rows;
  for (std::size_t i = 0; i < grid.keys().size(); ++i) {
    rows[{grid.keys()[i].first, grid.keys()[i].second}] = {grid.at(i, 0), grid.at(i, 1)};
  }
  EXPECT_EQ(rows.size(), grid.keys().size());
  return rows;
}

TEST(SparseGrid, HasTheRowsThatWereAddedTo) {
  Cells grid(2);
  grid.add(sparse_row(3, 7), 0, 5);
  grid.add(sparse_row(7, 3), 1, 2);
  grid.add(sparse_row(3, 7), 0, -1);
  grid.add(sparse_row(0, UINT32_MAX), 1, 0);
  EXPECT_EQ(content(grid).size(), 3U);
  EXPECT_EQ(grid.value(sparse_row(3, 7), 0), 4);
  EXPECT_EQ(grid.value(sparse_row(7, 3), 1), 2);
  EXPECT_EQ(grid.value(sparse_row(7, 7), 1), 0);
}

TEST(SparseGrid, MergesAndComesBackFromBytes) {
  std::mt19937 random(5);
  Cells one(2), two(2), all(2);
  for (int i = 0; i < 20'000; ++i) {
    const std::size_t row = sparse_row(random() % 100, random() % 100);
    const std::size_t column = random() % 2;
    (i % 3 == 0 ? one : two).add(row, column, i);
    all.add(row, column, i);
  }
  std::string bytes;
  two.save(bytes);
  bytes += "rest";
  Cells loaded(2);
  std::string_view left = bytes;
  loaded.load(left);
  EXPECT_EQ(left, "rest");
  EXPECT_EQ(content(loaded), content(two));
  loaded.merge(one);
  EXPECT_EQ(content(loaded), content(all));
}

TEST(SparseGrid, RefusesBytesThatAreCut) {
  Cells grid(2);
  grid.add(sparse_row(1, 2), 0, 3);
  std::string bytes;
  grid.save(bytes);
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    std::string_view cut = std::string_view(bytes).substr(0, size);
    EXPECT_THROW(Cells(2).load(cut), Error) << size;
  }
}

TEST(Stamps, TellTheFirstTimeWithinACustomer) {
  Stamps stamps;
  stamps.next_customer();
  EXPECT_TRUE(stamps.is_first(3));
  EXPECT_FALSE(stamps.is_first(3));
  EXPECT_TRUE(stamps.is_first(0));
  stamps.next_customer();
  EXPECT_TRUE(stamps.is_first(3));
}

}  // namespace
}  // namespace ca::reports
