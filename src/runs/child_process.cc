#include "runs/child_process.h"

#include <fcntl.h>
#include <linux/close_range.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <string_view>

#include "workspace/files.h"

namespace ca::runs {
namespace {

constexpr int kNice = 10;
constexpr std::string_view kOutOfMemoryScore = "500";  // of 1000
constexpr int kNotStarted = 127;

/// The folder of a control group for the child: below this process's own, when systemd has handed
/// that over (Delegate=yes, which it notes on the folder); else nothing.
std::optional<std::filesystem::path> delegated_group() {
  std::ifstream file("/proc/self/cgroup");
  std::string line;
  while (std::getline(file, line)) {
    if (!line.starts_with("0::")) continue;
    const std::filesystem::path own = "/sys/fs/cgroup" + line.substr(3);
    char mark = '0';
    const bool is_delegated = ::getxattr(own.c_str(), "user.delegate", &mark, 1) == 1 ||
                              ::getxattr(own.c_str(), "trusted.delegate", &mark, 1) == 1;
    if (!is_delegated || mark != '1') return std::nullopt;
    const std::filesystem::path group = own / "run";
    if (::mkdir(group.c_str(), 0755) != 0 && errno != EEXIST) return std::nullopt;
    return group;
  }
  return std::nullopt;
}

/// In the child: only what may be called between fork and exec of a process with threads.
[[noreturn]] void become(const char* program, char* const* words, int log, ChildProcess::Life life,
                         pid_t parent) {
  if (life == ChildProcess::Life::kEndsWithThread) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) ::_exit(kNotStarted);  // it ended before it could be asked
  }
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::setpgid(0, 0);
  ::setpriority(PRIO_PROCESS, 0, kNice);
  const int score = ::open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
  if (score >= 0) {
    [[maybe_unused]] const ssize_t written =
        ::write(score, kOutOfMemoryScore.data(), kOutOfMemoryScore.size());
    ::close(score);
  }
  const int nothing = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  if (nothing < 0 || ::dup2(nothing, STDIN_FILENO) < 0 || ::dup2(log, STDOUT_FILENO) < 0 ||
      ::dup2(log, STDERR_FILENO) < 0) {
    ::_exit(kNotStarted);
  }
  // Sockets of a server are not a run's: its clients and its port would outlive it.
  ::close_range(STDERR_FILENO + 1, ~0U, CLOSE_RANGE_CLOEXEC);
  ::execv(program, words);
  ::_exit(kNotStarted);
}

}  // namespace

ChildProcess::ChildProcess(const std::filesystem::path& program,
                           const std::vector<std::string>& arguments,
                           const std::filesystem::path& log, Life life) {
  const workspace::File output = workspace::File::open(log, O_WRONLY | O_CREAT | O_TRUNC);
  const std::string name = program.string();
  std::vector<char*> words = {const_cast<char*>(name.c_str())};
  for (const std::string& argument : arguments) {
    words.push_back(const_cast<char*>(argument.c_str()));
  }
  words.push_back(nullptr);
  const auto group = delegated_group();
  const pid_t self = ::getpid();
  pid_ = ::fork();
  if (pid_ == 0) become(name.c_str(), words.data(), output.descriptor(), life, self);
  if (pid_ < 0) throw workspace::file_error("Cannot start", program, errno);
  ::setpgid(pid_, pid_);  // whoever of the two is first
  if (group) std::ofstream(*group / "cgroup.procs") << pid_;
}

std::optional<int> ChildProcess::ended() {
  if (end_) return end_;
  int status = 0;
  const pid_t found = ::waitpid(pid_, &status, WNOHANG);
  if (found == 0 || (found < 0 && errno == EINTR)) return std::nullopt;
  end_ = found < 0             ? kNotStarted  // somebody else has waited for it
         : WIFSIGNALED(status) ? -WTERMSIG(status)
                               : WEXITSTATUS(status);
  return end_;
}

void ChildProcess::kill() const {
  if (!end_) ::kill(pid_, SIGKILL);
}

}  // namespace ca::runs
