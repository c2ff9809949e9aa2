#pragma once

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <string>

#include "base/error.h"
#include "base/scratch_folder.h"
#include "workspace/clock.h"
#include "workspace/home.h"

namespace ca::workspace::testing {

using TemporaryFolder = ScratchFolder;

/// A forked process that runs `work` and ends with its result as exit code (99 when it throws).
class Child {
 public:
  /// Lets the parent go on from wait_ready().
  using Ready = std::function<void()>;

  explicit Child(const std::function<int(const Ready&)>& work) {
    int ends[2];
    if (::pipe(ends) != 0) throw std::runtime_error("no pipe");
    pid_ = ::fork();
    if (pid_ == 0) {
      ::close(ends[0]);
      int code = 99;
      try {
        code = work([&] { [[maybe_unused]] const ssize_t sent = ::write(ends[1], "!", 1); });
      } catch (...) {
      }
      ::_exit(code);
    }
    ::close(ends[1]);
    ready_ = ends[0];
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child() {
    kill();
    ::close(ready_);
  }

  pid_t pid() const { return pid_; }
  /// False when the child ended without saying so.
  bool wait_ready() {
    char byte;
    return ::read(ready_, &byte, 1) == 1;
  }
  void kill() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    join();
  }
  /// The exit code, or -1 when it was killed.
  int join() {
    int status = 0;
    ::waitpid(pid_, &status, 0);
    pid_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

 private:
  pid_t pid_ = -1;
  int ready_ = -1;
};

/// A clock that stands still until it is moved. Begins at 2024-05-01 12:03:04.500 UTC.
struct FakeClock {
  TimePoint now{std::chrono::milliseconds(1'714'564'984'500)};
  Clock clock() {
    return [this] { return now; };
  }
};

inline unsigned mode_of(const std::filesystem::path& path) {
  struct stat status;
  return ::stat(path.c_str(), &status) == 0 ? status.st_mode & 0777U : 0;
}

inline void write(const std::filesystem::path& path, const std::string& content = "x") {
  std::filesystem::create_directories(path.parent_path());
  std::ofstream(path) << content;
}

/// The code of the Error that `work` throws, or "none".
template <class Work>
std::string code_of(Work work) {
  try {
    work();
  } catch (const Error& error) {
    return error.code();
  }
  return "none";
}

}  // namespace ca::workspace::testing
