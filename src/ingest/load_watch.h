#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>

#include "base/cancellation.h"
#include "base/log.h"
#include "base/progress.h"
#include "base/sql.h"
#include "ingest/tally.h"

namespace ca::ingest {

/// Looks after one long statement of DuckDB from a second thread: passes a cancellation on, and
/// tells how many of the `rows` have been cleaned.
class LoadWatch {
 public:
  LoadWatch(std::string stage, std::int64_t rows, sql::Connection& connection,
            const CleaningTally& tally, Progress& progress, const Cancellation& cancellation)
      : stage_(std::move(stage)),
        connection_(connection),
        tally_(tally),
        progress_(progress),
        cancellation_(cancellation) {
    progress_.stage(stage_, static_cast<std::uint64_t>(rows), "rows");
    thread_ = std::thread([this] { watch(); });
  }
  ~LoadWatch() {
    {
      const std::lock_guard lock(mutex_);
      ended_ = true;
    }
    wake_.notify_all();
    thread_.join();
    tell();
  }

 private:
  void watch() {
    std::unique_lock lock(mutex_);
    while (!ended_) {
      if (cancellation_.is_cancelled()) connection_.interrupt();
      tell();
      wake_.wait_for(lock, std::chrono::milliseconds(50));
    }
  }
  /// Progress that cannot be shown or recorded must not end the load here, let alone the process.
  void tell() noexcept {
    try {
      const std::int64_t rows = tally_.rows();
      progress_.advance(static_cast<std::uint64_t>(rows - told_));
      told_ = rows;
    } catch (const std::exception& failure) {
      log::warning("progress not shown", {{"stage", stage_}, {"reason", failure.what()}});
    }
  }

  std::string stage_;
  sql::Connection& connection_;
  const CleaningTally& tally_;
  Progress& progress_;
  const Cancellation& cancellation_;
  std::int64_t told_ = 0;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool ended_ = false;
  std::thread thread_;
};

}  // namespace ca::ingest
