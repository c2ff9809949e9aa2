#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/error.h"
#include "runs/child_process.h"
#include "runs/runner.h"
#include "workspace/workspace.h"

namespace ca::runs {

/// A run that somebody wants.
struct RunRequest {
  RunOptions options;
  workspace::Trigger trigger = workspace::Trigger::kApi;
  std::string requested_by;
};

/// What becomes of a request: a run that has begun, or one that waits for another to end.
struct RunTicket {
  std::int64_t request = 0;
  std::string run;         ///< empty while it waits
  std::string works;       ///< the run that is waited for; empty when it is not known yet
  bool is_joined = false;  ///< another request waited already; both are one run now
};

struct SupervisorOptions {
  std::filesystem::path program;  ///< of this project; empty: the one that this process is
  std::size_t threads = 0;        ///< of a run; 0: all processors
  std::size_t memory = 0;         ///< bytes that a run may plan with; 0: what the process may use
  workspace::Clock clock;
};

/// How long the process of a run may show no sign of life before it is taken to be stuck. `run` is
/// the record of what it works at; nothing while it has none yet, or any more.
std::chrono::seconds silence_allowed(const std::optional<workspace::RunRecord>& run);

/// Marks runs interrupted that are said to run while no process does, with a line in their log, and
/// returns their ids. Does nothing while a run works.
std::vector<std::string> mark_dead_runs(const workspace::Home& home,
                                        workspace::Workspace& workspace,
                                        const workspace::Clock& clock = {});

/// Starts runs as processes of their own and watches them, so that whatever becomes of one, this
/// process and its readers go on. One run works at a time, whoever began it: what is asked for
/// meanwhile waits as one request, also through a restart of this process; requests as of different
/// moments, which one run cannot do, wait one behind the other. A run whose process died is marked
/// interrupted at once. One that this object started and that has been silent for longer than
/// silence_allowed() is killed. For any thread.
class Supervisor {
 public:
  Supervisor(const workspace::Home& home, workspace::Workspace& workspace,
             SupervisorOptions options = {});
  Supervisor(const Supervisor&) = delete;
  Supervisor& operator=(const Supervisor&) = delete;
  /// As shutdown().
  ~Supervisor();

  /// Returns when the run has begun, or it is clear that it waits: after a few seconds at most.
  /// Errors: E-NOT-CONNECTED, E-PARAM for stages, moments or a run to resume that are none, and as
  /// check_what_is_reused() where its turn comes at once, E-RUN when no process could begin it.
  RunTicket start(const RunRequest& request);
  /// The same with the options of an unfinished run, whose work is gone on with.
  RunTicket retry(const std::string& run, workspace::Trigger trigger, const std::string& who);

  /// Asks a run to end, which it does within a second. False when it does not work (any more).
  bool cancel(const std::string& run, const std::string& who);
  /// Forgets the request that waits. False when it waits no more.
  bool cancel_request(std::int64_t request);

  /// The run that works, whoever began it. Empty: none, one that has no id yet, or one that is over
  /// and whose process is about to end.
  std::string working() const;

  /// Starts and watches nothing any more. A run that works goes on: it is a process of its own, and
  /// whoever supervises next sees it.
  void shutdown();

 private:
  /// Why a request will never become a run.
  struct Refusal {
    std::int64_t request = 0;
    Error error;
  };
  struct SignOfLife {
    std::string run;
    std::string heartbeat;
    std::chrono::steady_clock::time_point seen;
  };

  void watch();
  void look();
  /// Whether a process holds the home's lock, or is about to.
  bool is_busy() const;
  void reap();
  void kill_if_silent();
  void begin_waiting();
  std::optional<Error> lasting_fault(const workspace::RunRequestRecord& request) const;
  void give_up(std::int64_t request, const Error& error);
  Error refusal_of(std::int64_t request) const;
  std::vector<std::string> arguments_of(const workspace::RunRequestRecord& request) const;

  const workspace::Home& home_;
  workspace::Workspace& workspace_;
  SupervisorOptions options_;

  mutable std::mutex mutex_;  ///< guards what follows
  std::condition_variable wake_;
  bool is_asked_ = false;
  bool is_over_ = false;
  std::optional<ChildProcess> child_;
  std::int64_t child_request_ = 0;
  int attempts_ = 0;                ///< to begin that request
  std::optional<Refusal> refusal_;  ///< the newest
  SignOfLife sign_of_life_;
  std::chrono::steady_clock::time_point last_look_;
  std::thread thread_;
};

}  // namespace ca::runs
