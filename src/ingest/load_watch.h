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
/// tells the progress in rows. How many there will be is estimated from DuckDB's share of the work
/// done, so the stage is announced with the first estimate.
class LoadWatch {
 public:
  LoadWatch(std::string stage, sql::Connection& connection, const CleaningTally& tally,
            Progress& progress, const Cancellation& cancellation)
      : stage_(std::move(stage)),
        connection_(connection),
        tally_(tally),
        progress_(progress),
        cancellation_(cancellation),
        thread_([this] { watch(); }) {}
  ~LoadWatch() {
    {
      const std::lock_guard lock(mutex_);
      ended_ = true;
    }
    wake_.notify_all();
    thread_.join();
    show(100);
  }

 private:
  /// Progress that cannot be shown or recorded must not end the load, let alone the process.
  void show(double percent) noexcept {
    try {
      const std::int64_t rows = tally_.rows();
      if (!is_announced_ && percent >= 1) {
        announce(static_cast<std::int64_t>(static_cast<double>(rows) * 100 / percent));
      }
      if (is_announced_) tell();
    } catch (const std::exception& failure) {
      log::warning("progress not shown", {{"stage", stage_}, {"reason", failure.what()}});
    }
  }

  void watch() {
    std::unique_lock lock(mutex_);
    while (!ended_) {
      if (cancellation_.is_cancelled()) connection_.interrupt();
      show(connection_.progress());
      wake_.wait_for(lock, std::chrono::milliseconds(50));
    }
  }
  void announce(std::int64_t rows) {
    progress_.stage(stage_, static_cast<std::uint64_t>(rows), "rows");
    is_announced_ = true;
  }
  void tell() {
    const std::int64_t rows = tally_.rows();
    progress_.advance(static_cast<std::uint64_t>(rows - told_));
    told_ = rows;
  }

  std::string stage_;
  sql::Connection& connection_;
  const CleaningTally& tally_;
  Progress& progress_;
  const Cancellation& cancellation_;
  std::int64_t told_ = 0;
  bool is_announced_ = false;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool ended_ = false;
  std::thread thread_;  ///< last, because it uses all of the above
};

}  // namespace ca::ingest
