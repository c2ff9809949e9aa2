#include "base/thread_pool.h"

#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <exception>
#include <fstream>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace ca {
namespace {

/// One call of for_each. Shared with its queued tasks, which may only begin after the call ended;
/// `body` is alive while `running` or `next` says that there is work.
struct Loop {
  const std::function<void(std::size_t, std::size_t)>* body;
  std::size_t count;
  std::atomic<std::size_t> next{0};
  std::mutex mutex;
  std::condition_variable ended;
  std::size_t running = 0;
  std::exception_ptr failure;

  void take_part(std::size_t worker) {
    {
      const std::lock_guard lock(mutex);
      ++running;
    }
    try {
      for (std::size_t i = next.fetch_add(1); i < count; i = next.fetch_add(1)) (*body)(i, worker);
    } catch (...) {
      const std::lock_guard lock(mutex);
      if (!failure) failure = std::current_exception();
      next.store(count);
    }
    const std::lock_guard lock(mutex);
    if (--running == 0) ended.notify_all();
  }
};

}  // namespace

ThreadPool::ThreadPool(std::size_t threads) {
  threads_.reserve(std::max<std::size_t>(1, threads));
  while (threads_.size() < threads_.capacity()) threads_.emplace_back([this] { work(); });
}

ThreadPool::~ThreadPool() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void ThreadPool::for_each(std::size_t count,
                          const std::function<void(std::size_t, std::size_t)>& body) {
  if (count == 0) return;
  const auto loop = std::make_shared<Loop>();
  loop->body = &body;
  loop->count = count;
  // The caller is worker 0, so a body may itself call for_each without waiting for a free thread.
  for (std::size_t worker = 1; worker < std::min(size(), count); ++worker) {
    submit([loop, worker] { loop->take_part(worker); });
  }
  loop->take_part(0);
  std::unique_lock lock(loop->mutex);
  loop->ended.wait(lock, [&] { return loop->running == 0; });
  if (loop->failure) std::rethrow_exception(loop->failure);
}

void ThreadPool::submit(std::function<void()> task) {
  {
    const std::lock_guard lock(mutex_);
    tasks_.push_back(std::move(task));
  }
  wake_.notify_one();
}

void ThreadPool::work() {
  while (true) {
    std::function<void()> task;
    {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [this] { return stopping_ || !tasks_.empty(); });
      if (tasks_.empty()) return;
      task = std::move(tasks_.front());
      tasks_.pop_front();
    }
    task();
  }
}

namespace {

namespace fs = std::filesystem;

constexpr std::size_t kUnlimited = std::numeric_limits<std::size_t>::max();

std::optional<std::size_t> number(std::string_view text) {
  std::size_t value = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failure != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<std::size_t> number_in(const fs::path& file) {
  std::string word;
  return std::ifstream(file) >> word ? number(word) : std::nullopt;
}

/// Calls visit(folder) for the cgroup of this process under `mount` and each one above it. Inside a
/// container the path that the kernel tells may be the host's; then only `mount` itself exists.
template <class Visit>
void for_each_cgroup(const fs::path& mount, std::string_view cgroup, const Visit& visit) {
  fs::path path(cgroup.substr(cgroup.find_first_not_of('/') == std::string_view::npos
                                  ? cgroup.size()
                                  : cgroup.find_first_not_of('/')));
  for (;; path = path.parent_path()) {
    visit(mount / path);
    if (path.empty()) return;
  }
}

/// Calls v2(folder) or v1(folder) for the cgroups that limit `controller` for this process.
template <class V2, class V1>
void visit_cgroups(const fs::path& root, std::string_view controller, const V2& v2, const V1& v1) {
  std::ifstream lines(root / "proc/self/cgroup");
  for (std::string line; std::getline(lines, line);) {  // hierarchy:controllers:path
    const std::size_t first = line.find(':');
    const std::size_t second = line.find(':', first + 1);
    if (second == std::string::npos) continue;
    const std::string names = "," + line.substr(first + 1, second - first - 1) + ",";
    const std::string_view path = std::string_view(line).substr(second + 1);
    if (names == ",,") {
      for_each_cgroup(root / "sys/fs/cgroup", path, v2);
    } else if (names.find("," + std::string(controller) + ",") != std::string::npos) {
      for_each_cgroup(root / "sys/fs/cgroup" / controller, path, v1);
    }
  }
}

std::size_t processors_of_affinity() {
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) == 0) return static_cast<std::size_t>(CPU_COUNT(&set));
  return std::thread::hardware_concurrency();
}

std::size_t memory_of_machine(const fs::path& root) {
  std::ifstream lines(root / "proc/meminfo");
  std::string name;
  std::size_t kilobytes = 0;
  if (lines >> name >> kilobytes && name == "MemTotal:") return kilobytes * 1024;
  return static_cast<std::size_t>(sysconf(_SC_PHYS_PAGES)) *
         static_cast<std::size_t>(sysconf(_SC_PAGE_SIZE));
}

}  // namespace

std::size_t usable_processors(const fs::path& root) {
  std::size_t processors = processors_of_affinity();
  const auto limit = [&](std::optional<std::size_t> quota, std::optional<std::size_t> period) {
    if (!quota || !period || *period == 0) return;
    processors = std::min(processors, (*quota + *period - 1) / *period);
  };
  visit_cgroups(
      root, "cpu",
      [&](const fs::path& folder) {
        std::string quota;
        std::string period;
        if (std::ifstream(folder / "cpu.max") >> quota >> period) {
          limit(number(quota), number(period));  // "max" is no number
        }
      },
      [&](const fs::path& folder) {
        limit(number_in(folder / "cpu.cfs_quota_us"),  // -1 is no number
              number_in(folder / "cpu.cfs_period_us"));
      });
  return std::max<std::size_t>(1, processors);
}

std::size_t usable_memory(const fs::path& root) {
  std::size_t bytes = memory_of_machine(root);
  const auto limit = [&](const fs::path& file) {
    bytes = std::min(bytes, number_in(file).value_or(kUnlimited));
  };
  visit_cgroups(
      root, "memory", [&](const fs::path& folder) { limit(folder / "memory.max"); },
      [&](const fs::path& folder) { limit(folder / "memory.limit_in_bytes"); });
  return bytes;
}

}  // namespace ca
