#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

#include "base/cancellation.h"
#include "base/sql.h"

namespace ca::sql {

/// While it lives, a cancellation stops the statement that the connection is at, which then fails
/// with E-CANCELLED: within a twentieth of a second and what DuckDB takes to notice.
class Interruption {
 public:
  Interruption(Connection& connection, const Cancellation& cancellation)
      : thread_([this, &connection, &cancellation] { watch(connection, cancellation); }) {}
  Interruption(const Interruption&) = delete;
  Interruption& operator=(const Interruption&) = delete;
  ~Interruption() {
    {
      const std::lock_guard lock(mutex_);
      ended_ = true;
    }
    wake_.notify_all();
    thread_.join();
  }

 private:
  void watch(Connection& connection, const Cancellation& cancellation) {
    std::unique_lock lock(mutex_);
    while (!ended_) {
      if (cancellation.is_cancelled()) connection.interrupt();
      wake_.wait_for(lock, std::chrono::milliseconds(50));
    }
  }

  std::mutex mutex_;
  std::condition_variable wake_;
  bool ended_ = false;
  std::thread thread_;
};

}  // namespace ca::sql
