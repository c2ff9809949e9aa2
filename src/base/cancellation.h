#pragma once

#include <atomic>

#include "base/error.h"

namespace ca {

/// A flag that work asks every batch and every few thousand customers. Any thread may set it.
class Cancellation {
 public:
  Cancellation() = default;
  /// Also set while `other`, which must outlive it, is.
  explicit Cancellation(const Cancellation* other) : other_(other) {}

  void cancel() noexcept { cancelled_.store(true, std::memory_order_relaxed); }
  bool is_cancelled() const noexcept {
    return cancelled_.load(std::memory_order_relaxed) ||
           (other_ != nullptr && other_->is_cancelled());
  }
  /// Throws Error E-CANCELLED once cancel() was called.
  void check() const {
    if (is_cancelled()) throw Error("E-CANCELLED", "The work was cancelled.");
  }

 private:
  const Cancellation* other_ = nullptr;
  std::atomic<bool> cancelled_{false};
};

}  // namespace ca
