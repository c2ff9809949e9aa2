#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <string>

namespace ca::endpoints {

/// At most so many uses of something within a time, for each who uses it (SEC-13). For any thread.
class Rate {
 public:
  using Clock = std::function<std::chrono::steady_clock::time_point()>;

  Rate(std::size_t most, std::chrono::seconds within, Clock clock = std::chrono::steady_clock::now);

  /// Counts one use. Error M-429 when it is one too many; that one does not count.
  void use(const std::string& who);

 private:
  std::size_t most_;
  std::chrono::seconds within_;
  Clock clock_;
  std::mutex mutex_;
  std::map<std::string, std::deque<std::chrono::steady_clock::time_point>> uses_;
};

}  // namespace ca::endpoints
