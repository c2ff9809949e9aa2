#include "program.h"

#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <stdexcept>

namespace ca::tests {
namespace {

constexpr uid_t kNobody = 65534;

/// Opened before the process begins, so that it is there however early that is killed.
int open_for_output(const std::string& file) {
  const int opened = ::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (opened < 0) throw std::runtime_error("cannot write " + file);
  return opened;
}

}  // namespace

Program::Program(const std::vector<std::string>& arguments, const ProgramOptions& options) {
  std::vector<char*> words = {const_cast<char*>(CA_PROGRAM)};
  for (const std::string& argument : arguments)
    words.push_back(const_cast<char*>(argument.c_str()));
  words.push_back(nullptr);
  const std::string out =
      options.standard_output.empty() ? (folder_.path() / "out").string() : options.standard_output;
  const int outputs[] = {open_for_output(out), open_for_output(folder_.path() / "err")};

  pid_ = ::fork();
  if (pid_ != 0) {
    for (const int output : outputs) ::close(output);
    if (pid_ < 0) throw std::runtime_error("no child process");
    return;
  }
  if (::dup2(outputs[0], STDOUT_FILENO) < 0 || ::dup2(outputs[1], STDERR_FILENO) < 0) {
    ::_exit(kNotStarted);
  }
  if (options.as_nobody &&
      (::setgroups(0, nullptr) != 0 || ::setgid(kNobody) != 0 || ::setuid(kNobody) != 0)) {
    ::_exit(kNotStarted);
  }
  ::execv(CA_PROGRAM, words.data());
  ::_exit(kNotStarted);
}

Program::~Program() {
  if (pid_ < 0) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

void Program::signal(int number) const { ::kill(pid_, number); }

Outcome Program::wait() {
  int status = 0;
  ::waitpid(pid_, &status, 0);
  pid_ = -1;
  Outcome outcome;
  if (WIFEXITED(status)) outcome.exit_code = WEXITSTATUS(status);
  if (WIFSIGNALED(status)) outcome.signal = WTERMSIG(status);
  if (std::filesystem::exists(folder_.path() / "out")) {
    outcome.out = read_text(folder_.path() / "out");
  }
  outcome.err = read_text(folder_.path() / "err");
  return outcome;
}

Outcome run_program(const std::vector<std::string>& arguments, const ProgramOptions& options) {
  return Program(arguments, options).wait();
}

std::string error_code(const Outcome& outcome) {
  const std::size_t begin = outcome.err.starts_with("E-") ? 0 : outcome.err.find("\nE-");
  if (begin == std::string::npos) return "none";
  const std::size_t word = begin == 0 ? 0 : begin + 1;
  return outcome.err.substr(word, outcome.err.find(':', word) - word);
}

}  // namespace ca::tests
