#pragma once

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace ca::runs {

/// Another program at work for this one: in a process group of its own, so that no signal meant for
/// this one reaches it; nice to others, and the first to go when memory runs out; in a control
/// group of its own where the system has left that to us. It outlives this process.
class ChildProcess {
 public:
  /// Starts it, without a shell. What it says goes to `log`, which is emptied. Throws Error E-FILE
  /// when it cannot be started.
  ChildProcess(const std::filesystem::path& program, const std::vector<std::string>& arguments,
               const std::filesystem::path& log);

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
