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
  for (const auto& row : grid.rows()) {
    const bool is_new = rows.try_emplace({row.first, row.second}, grid.at(row.position, 0),
                                         grid.at(row.position, 1))
                            .second;
    EXPECT_TRUE(is_new);
  }
  return rows;
}

TEST(SparseGrid, HasTheRowsThatWereAddedTo) {
  Cells grid(2);
  grid.add(sparse_row(3, 7), 0, 5);
  grid.add(sparse_row(7, 3), 1, 2);
  grid.add(sparse_row(3, 7), 0, -1);
  grid.add(sparse_row(0, UINT32_MAX), 1, -9);
  grid.add(sparse_row(5, 5), 1, 0);  // a row of nothing is none
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

TEST(SparseGrid, IsTheSameWithAPlaceForEveryRow) {
  std::mt19937 random(6);
  for (const std::size_t seconds : {std::size_t{3}, std::size_t{40}, std::size_t{4'000}}) {
    Cells looked_up(2), placed(2, 50, seconds), other(2, 50, seconds);
    for (int i = 0; i < 5'000; ++i) {
      const std::size_t row = sparse_row(random() % 50, random() % seconds);
      const std::size_t column = random() % 2;
      placed.prefetch(row);
      (i % 3 == 0 ? other : placed).add(row, column, i + 1);
      looked_up.add(row, column, i + 1);
    }
    std::string bytes;
    other.save(bytes);
    std::string_view left = bytes;
    placed.load(left);
    EXPECT_EQ(content(placed), content(looked_up)) << seconds;
    for (std::size_t first = 0; first < 50; ++first) {
      const std::size_t row = sparse_row(first, seconds - 1);
      EXPECT_EQ(placed.value(row, 1), looked_up.value(row, 1));
    }
  }
}

TEST(SparseGrid, RefusesRowsBeyondItsBounds) {
  Cells grid(2);
  grid.add(sparse_row(4, 2), 0, 3);
  std::string bytes;
  grid.save(bytes);
  for (const auto& [firsts, seconds] : {std::pair(4, 9), std::pair(9, 2)}) {
    Cells bounded(2, static_cast<std::size_t>(firsts), static_cast<std::size_t>(seconds));
    std::string_view left = bytes;
    EXPECT_THROW(bounded.load(left), Error);
  }
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
