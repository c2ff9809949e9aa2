#include "cli/detached_server.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>

#include <cerrno>
#include <string>

#include "api/server_place.h"

extern char** environ;

namespace ca::cli {
namespace {

/// Runs this program with the arguments and its output put away; its exit code, or -1.
int run_self(std::initializer_list<std::string> arguments) {
  std::vector<std::string> words(arguments);
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  for (const int stream : {0, 1, 2}) {
    ::posix_spawn_file_actions_addopen(&actions, stream, "/dev/null", O_RDWR, 0);
  }
  pid_t pid = -1;
  const int failure =
      ::posix_spawn(&pid, "/proc/self/exe", &actions, nullptr, argv.data(), environ);
  ::posix_spawn_file_actions_destroy(&actions);
  if (failure != 0) return -1;
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0) {
    if (errno != EINTR) return -1;
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace

bool start_server(const workspace::Home& home) {
  if (api::is_server_running(home)) return true;
  run_self({"customeranalytics", "serve", "--detach", "--home", home.folder().string()});
  return api::is_server_running(home);
}

}  // namespace ca::cli
