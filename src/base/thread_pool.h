#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <filesystem>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace ca {

/// Threads that run tasks from one queue. Destruction waits for queued tasks.
class ThreadPool {
 public:
  explicit ThreadPool(std::size_t threads);
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;
  ~ThreadPool();

  std::size_t size() const { return threads_.size(); }

  /// Calls body(index, worker) for every index below `count`, workers numbered from 0 below size(),
  /// and returns when all have ended. The calling thread is worker 0, so a body may call for_each
  /// too. The first exception stops further indices and is rethrown.
  void for_each(std::size_t count,
                const std::function<void(std::size_t index, std::size_t worker)>& body);

 private:
  void submit(std::function<void()> task);
  void work();

  std::vector<std::thread> threads_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> tasks_;
  bool stopping_ = false;
};

/// Processors this process may use: its affinity and its cgroup's quota, at least 1. `root` is
/// where /proc and /sys are found.
std::size_t usable_processors(const std::filesystem::path& root = "/");
/// Bytes of memory this process may use: the smaller of the machine's and its cgroup's limit.
std::size_t usable_memory(const std::filesystem::path& root = "/");

}  // namespace ca
