#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <iosfwd>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "base/terminal.h"

namespace ca {

/// Tells a person how far long work is, one stage after the other. stage() and finish() belong to
/// the thread that leads the work; advance() may be called by any thread at any time and costs an
/// atomic addition and a look at the clock, so call it once a batch. Work that goes on at the same
/// time has a Progress of its own, from beside().
class Progress {
 public:
  virtual ~Progress() = default;

  /// Ends the stage before, if any, and begins one of `total_units` (0: not known).
  virtual void stage(std::string_view name, std::uint64_t total_units, std::string_view unit) = 0;
  virtual void advance(std::uint64_t units) = 0;
  /// Ends the last stage. Without it, as after an exception, the destructor leaves the stage as not
  /// finished.
  virtual void finish() = 0;

  /// For work that goes on beside this one's, led by another thread; it must not outlive this one.
  /// What does not know of several tells of all of them as of its own: their stage() and finish()
  /// take turns.
  virtual std::unique_ptr<Progress> beside();

 private:
  std::mutex turn_;  ///< of those beside it
};

/// Shows nothing.
Progress& no_progress();

using Clock = std::function<std::chrono::steady_clock::time_point()>;

/// Writes to `out`, which must outlive it. On a terminal a bar is redrawn at most 10 times a second
/// and becomes one line for each finished stage; elsewhere there is one line for each finished
/// stage and at most one every 2 seconds in between. Of stages at the same time the bar is the
/// oldest one's, with the others named behind it.
std::unique_ptr<Progress> show_progress(std::ostream& out, const Terminal& terminal,
                                        Clock clock = std::chrono::steady_clock::now);

/// show_progress on stderr, for what stderr is.
std::unique_ptr<Progress> progress_on_stderr();

}  // namespace ca
