#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "support/temporary_folder.h"

namespace ca::tests {

/// How a program ended and what it said.
struct Outcome {
  std::optional<int> exit_code;  ///< nothing when a signal ended it
  int signal = 0;
  std::string out;
  std::string err;
};

struct ProgramOptions {
  std::string standard_output;  ///< a file to write to in place of Outcome::out
  bool as_nobody = false;       ///< without the rights of root
};

/// The exit code of a program that could not be started, as shells have it.
inline constexpr int kNotStarted = 127;

/// The program of this build as a child process with the arguments. Killed, when it still runs, by
/// the destructor.
class Program {
 public:
  explicit Program(const std::vector<std::string>& arguments, const ProgramOptions& options = {});
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;
  ~Program();

  void signal(int number) const;
  Outcome wait();

 private:
  TemporaryFolder folder_;  ///< what it says, so that no pipe can be full
  pid_t pid_ = -1;
};

/// Runs it to its end.
Outcome run_program(const std::vector<std::string>& arguments, const ProgramOptions& options = {});

/// The code of the error that it told: the word before the first ": " of stderr, or "none".
std::string error_code(const Outcome& outcome);

}  // namespace ca::tests
