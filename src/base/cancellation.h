#pragma once

#include <atomic>

#include "base/error.h"

namespace ca {

/// A flag that work asks every batch and every few thousand customers. Any thread may set it.
class Cancellation {
 public:
  void cancel() noexcept { cancelled_.store(true, std::memory_order_relaxed); }
  bool is_cancelled() const noexcept { return cancelled_.load(std::memory_order_relaxed); }
  /// Throws Error E-CANCELLED once cancel() was called.
  void check() const {
    if (is_cancelled()) throw Error("E-CANCELLED", "The work was cancelled.");
  }

 private:
  std::atomic<bool> cancelled_{false};
};

}  // namespace ca
