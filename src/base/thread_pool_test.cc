#include "base/thread_pool.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <fstream>
#include <numeric>
#include <stdexcept>
#include <string>

namespace ca {
namespace {

namespace fs = std::filesystem;

TEST(ThreadPool, CallsEveryIndexOnceAndNumbersWorkers) {
  ThreadPool pool(4);
  EXPECT_EQ(pool.size(), 4u);
  std::vector<std::atomic<int>> calls(10'000);
  std::vector<std::atomic<int>> inside(4);  // a worker number is never used twice at a time
  std::atomic<bool> shared{false};
  pool.for_each(calls.size(), [&](std::size_t index, std::size_t worker) {
    ASSERT_LT(worker, 4u);
    if (inside[worker].fetch_add(1) != 0) shared = true;
    ++calls[index];
    --inside[worker];
  });
  for (const auto& count : calls) ASSERT_EQ(count, 1);
  EXPECT_FALSE(shared);
}

TEST(ThreadPool, UsesSeveralThreads) {
  ThreadPool pool(2);
  std::atomic<int> arrived{0};
  // Each of two bodies waits for the other, which works on two threads only.
  pool.for_each(2, [&](std::size_t, std::size_t) {
    ++arrived;
    while (arrived < 2) std::this_thread::yield();
  });
  EXPECT_EQ(arrived, 2);
}

TEST(ThreadPool, RethrowsTheFirstExceptionAndStopsFurtherIndices) {
  ThreadPool pool(2);
  constexpr std::size_t kEndless = 200'000'000;
  std::atomic<std::size_t> calls{0};
  EXPECT_THROW(pool.for_each(kEndless,
                             [&](std::size_t index, std::size_t) {
                               ++calls;
                               if (index > 0) return;
                               while (calls < 2) std::this_thread::yield();  // both are at work
                               throw std::runtime_error("first");
                             }),
               std::runtime_error);
  EXPECT_LT(calls, kEndless);
  calls = 0;
  pool.for_each(10, [&](std::size_t, std::size_t) { ++calls; });
  EXPECT_EQ(calls, 10u);  // still in order
}

TEST(ThreadPool, OutlivesManyExceptions) {
  ThreadPool pool(4);
  for (int round = 0; round < 200; ++round) {
    EXPECT_THROW(pool.for_each(100, [](std::size_t, std::size_t) { throw std::logic_error("x"); }),
                 std::logic_error);
  }
}

TEST(ThreadPool, MayBeUsedFromWithinABody) {
  ThreadPool pool(2);
  std::atomic<int> calls{0};
  pool.for_each(8, [&](std::size_t, std::size_t) {
    pool.for_each(8, [&](std::size_t, std::size_t) { ++calls; });
  });
  EXPECT_EQ(calls, 64);
}

TEST(ThreadPool, MayBeUsedBySeveralThreads) {
  ThreadPool pool(3);
  std::atomic<int> calls{0};
  std::vector<std::thread> callers;
  for (int i = 0; i < 4; ++i) {
    callers.emplace_back([&] {
      for (int round = 0; round < 50; ++round) {
        pool.for_each(20, [&](std::size_t, std::size_t) { ++calls; });
      }
    });
  }
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(calls, 4 * 50 * 20);
}

TEST(ThreadPool, WorksWithNothingToDoAndWithoutThreads) {
  ThreadPool pool(0);
  EXPECT_EQ(pool.size(), 1u);
  pool.for_each(0, [](std::size_t, std::size_t) { FAIL(); });
  int calls = 0;
  pool.for_each(3, [&](std::size_t, std::size_t) { ++calls; });
  EXPECT_EQ(calls, 3);
}

/// A folder that looks like the root of a machine to usable_processors and usable_memory.
class Machine : public testing::Test {
 protected:
  Machine() : root(fs::path(testing::TempDir()) / ("thread_pool_" + std::to_string(getpid()))) {
    fs::remove_all(root);
  }
  ~Machine() override { fs::remove_all(root); }

  void put(const std::string& path, const std::string& text) {
    fs::create_directories((root / path).parent_path());
    std::ofstream(root / path) << text;
  }

  fs::path root;
};

TEST_F(Machine, WithoutControlGroupsIsTheWholeMachine) {
  put("proc/meminfo", "MemTotal:       8000000 kB\nMemFree: 1 kB\n");
  EXPECT_EQ(usable_memory(root), std::size_t{8'000'000} * 1024);
  EXPECT_GE(usable_processors(root), 1u);
  EXPECT_GE(usable_processors(), 1u);
  EXPECT_GT(usable_memory(), std::size_t{1} << 20);
}

TEST_F(Machine, TakesTheSmallestLimitOnTheWayUpInVersion2) {
  put("proc/meminfo", "MemTotal:       8000000 kB\n");
  put("proc/self/cgroup", "0::/system/shop\n");
  put("sys/fs/cgroup/system/shop/cpu.max", "max 100000\n");
  put("sys/fs/cgroup/system/cpu.max", "50000 100000\n");
  put("sys/fs/cgroup/system/shop/memory.max", "max\n");
  put("sys/fs/cgroup/system/memory.max", "1048576\n");
  EXPECT_EQ(usable_processors(root), 1u);  // half a processor is one
  EXPECT_EQ(usable_memory(root), 1'048'576u);
}

TEST_F(Machine, FindsTheLimitAtTheMountWhenThePathIsTheHosts) {
  put("proc/meminfo", "MemTotal:       8000000 kB\n");
  put("proc/self/cgroup", "0::/docker/0123456789\n");
  put("sys/fs/cgroup/memory.max", "2097152\n");
  EXPECT_EQ(usable_memory(root), 2'097'152u);
}

TEST_F(Machine, ReadsVersion1) {
  put("proc/meminfo", "MemTotal:       8000000 kB\n");
  put("proc/self/cgroup", "5:cpu,cpuacct:/shop\n4:memory:/shop\n0::/ignored\n");
  put("sys/fs/cgroup/cpu/shop/cpu.cfs_quota_us", "100000\n");
  put("sys/fs/cgroup/cpu/shop/cpu.cfs_period_us", "100000\n");
  put("sys/fs/cgroup/cpu/cpu.cfs_quota_us", "-1\n");
  put("sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000\n");
  put("sys/fs/cgroup/memory/shop/memory.limit_in_bytes", "4194304\n");
  put("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
  EXPECT_EQ(usable_processors(root), 1u);
  EXPECT_EQ(usable_memory(root), 4'194'304u);
}

}  // namespace
}  // namespace ca
