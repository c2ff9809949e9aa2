#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace ca::runs {

/// Another program at work for this one: in a process group of its own, so that no signal meant for
/// this one reaches it; nice to others, and the first to go when memory runs out; in a control
/// group of its own where the system has left that to us. It outlives this process, unless it is
/// asked to end with it.
class ChildProcess {
 public:
  /// When it ends, unless it does so by itself before: never, or killed when the thread that made
  /// this object ends in any way, and with it the process.
  enum class Life : std::uint8_t { kItsOwn, kEndsWithThread };

  /// Starts it, without a shell. What it says goes to `log`, which is emptied. Throws Error E-FILE
  /// when it cannot be started.
  ChildProcess(const std::filesystem::path& program, const std::vector<std::string>& arguments,
               const std::filesystem::path& log, Life life = Life::kItsOwn);

  pid_t pid() const { return pid_; }
  /// Whether it has ended, and how: an exit code, or minus the number of a signal. Does not wait.
  std::optional<int> ended();
  /// Ends it at once, whatever it is at.
  void kill() const;

 private:
  pid_t pid_ = -1;
  std::optional<int> end_;
};

}  // namespace ca::runs
