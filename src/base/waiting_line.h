#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <utility>

#include "base/cancellation.h"
#include "base/error.h"

namespace ca {

/// Lets one piece of work at a time have what only one can use, while a few others wait. For any
/// thread.
class WaitingLine {
 public:
  /// `places`: so many may wait.
  explicit WaitingLine(std::size_t places) : places_(places) {}

  /// Whoever holds it is at work.
  class Turn {
   public:
    explicit Turn(WaitingLine& line) : line_(&line) {}
    Turn(Turn&& other) noexcept : line_(std::exchange(other.line_, nullptr)) {}
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;
    ~Turn() {
      if (line_ != nullptr) line_->end();
    }

   private:
    WaitingLine* line_;
  };

  /// Waits for the work of others to end. Errors: E-BUSY at once when the line is full; E-CANCELLED
  /// soon after the cancellation.
  Turn enter(const Cancellation& cancellation) {
    std::unique_lock lock(mutex_);
    if (is_taken_ && waiting_ >= places_) {
      throw Error("E-BUSY", "Too many questions are being computed.", "Ask again in a moment.");
    }
    ++waiting_;
    while (is_taken_ && !cancellation.is_cancelled()) is_free_.wait_for(lock, kLook);
    --waiting_;
    cancellation.check();
    is_taken_ = true;
    return Turn(*this);
  }
  std::size_t waiting() const {
    const std::lock_guard lock(mutex_);
    return waiting_;
  }

 private:
  static constexpr std::chrono::milliseconds kLook{20};

  void end() {
    const std::lock_guard lock(mutex_);
    is_taken_ = false;
    is_free_.notify_one();
  }

  std::size_t places_;
  mutable std::mutex mutex_;
  std::condition_variable is_free_;
  std::size_t waiting_ = 0;
  bool is_taken_ = false;
};

}  // namespace ca
