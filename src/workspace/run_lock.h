#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <string_view>

#include "workspace/clock.h"
#include "workspace/files.h"
#include "workspace/home.h"

namespace ca::workspace {

/// The right to write to a home's store, journeys, snapshots and `current`: one process at a time
/// has it. Released on destruction, and by the kernel when the process ends in any way; a forked
/// child that outlives the process keeps it held until it ends too.
///
/// A function that takes a `const RunLock&` is one that only the holder may call.
class RunLock {
 public:
  struct Holder {
    pid_t pid = 0;           ///< 0 when not known yet
    std::string run;         ///< empty until the run has an id
    std::string started_at;  ///< UTC, ISO 8601
  };

  /// Throws Error E-BUSY, which names the holder, when another one has it. Asks for a twentieth of
  /// a second before, so that nobody is turned away by one who only looks.
  static RunLock acquire(const Home& home, const Clock& clock = {});
  /// Nothing when another one has it. Does not wait.
  static std::optional<RunLock> try_acquire(const Home& home, const Clock& clock = {});
  /// Who has it at this moment, this process included.
  static std::optional<Holder> holder(const Home& home);

  RunLock(RunLock&&) noexcept = default;
  RunLock& operator=(RunLock&&) = delete;
  ~RunLock();

  /// Tells those who are turned away which run it is.
  void name_run(std::string_view run);

  const Home& home() const { return home_; }
  const std::string& run() const { return holder_.run; }

 private:
  RunLock(Home home, File file, Holder holder);
  void write_holder() const;

  Home home_;
  File file_;
  Holder holder_;
};

}  // namespace ca::workspace
