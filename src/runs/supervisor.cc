#include "runs/supervisor.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/error.h"
#include "base/log.h"
#include "runs/run_options.h"

namespace ca::runs {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;

constexpr auto kLook = milliseconds(250);
/// Of a run that has begun: it gives a sign of life every second.
constexpr auto kSilence = seconds(10);
/// Before its first sign of life a run reads all bytes of the journeys that it takes over and
/// deletes old versions, and after its end it deletes what it leaves: gigabytes, in silence.
constexpr auto kSilenceAround = seconds(120);
/// How long start() waits for the process to begin its run.
constexpr auto kPatience = seconds(5);
constexpr int kAttempts = 3;
/// Of a request that is wrong, and will be however often it is tried.
constexpr std::array<std::string_view, 4> kLastingFaults = {"E-PARAM", "E-NOT-CONNECTED",
                                                            "E-NOT-FOUND", "E-CONFLICT"};

}  // namespace

std::chrono::seconds silence_allowed(const std::optional<workspace::RunRecord>& run) {
  const bool has_pulse =
      run && run->state == workspace::RunState::kRunning && run->heartbeat_at != run->started_at;
  return has_pulse ? kSilence : kSilenceAround;
}

/// Nobody holds the lock, so whatever is said to run does not.
std::vector<std::string> mark_dead_runs(const workspace::Home& home,
                                        workspace::Workspace& workspace,
                                        const workspace::Clock& clock) {
  const auto newest = workspace.runs(1);
  if (newest.empty() || newest.front().state != workspace::RunState::kRunning) return {};
  const auto lock = workspace::RunLock::try_acquire(home, clock);
  if (!lock) return {};
  std::vector<std::string> dead = workspace.mark_interrupted(*lock);
  for (const std::string& run : dead) {
    log::warning("run interrupted", {{"run", run}});
    workspace.event(run, workspace::Level::kError, {}, {},
                    "The process of the run ended before the run did.");
  }
  return dead;
}

Supervisor::Supervisor(const workspace::Home& home, workspace::Workspace& workspace,
                       SupervisorOptions options)
    : home_(home), workspace_(workspace), options_(std::move(options)) {
  if (options_.program.empty()) options_.program = std::filesystem::read_symlink("/proc/self/exe");
  thread_ = std::thread([this] { watch(); });
}

Supervisor::~Supervisor() { shutdown(); }

void Supervisor::shutdown() {
  {
    const std::lock_guard lock(mutex_);
    is_over_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
}

RunTicket Supervisor::start(const RunRequest& request) {
  check_options(workspace_, request.options);
  RunTicket ticket;
  const workspace::RunRequestRecord asked = workspace_.ask_for_run(
      request.trigger, request.requested_by, to_json(request.options),
      [&](std::string_view before) {
        const RunOptions waiting = run_options_from_json(before);
        ticket.is_joined = can_be_joined(waiting, request.options);
        return ticket.is_joined ? to_json(merged(waiting, request.options)) : std::string();
      });
  ticket.request = asked.id;
  const auto deadline = steady_clock::now() + kPatience;
  std::unique_lock lock(mutex_);
  is_asked_ = true;
  wake_.notify_all();
  while (!is_over_ && steady_clock::now() < deadline) {
    lock.unlock();
    const std::optional<std::string> begun = workspace_.run_of_request(asked.id);
    ticket.works = begun ? std::string() : working();
    ticket.run = begun.value_or("");
    lock.lock();
    if (begun && begun->empty()) throw refusal_of(asked.id);
    const bool is_ours = child_ && child_request_ == asked.id;
    if (begun || (!ticket.works.empty() && !is_ours)) break;
    wake_.wait_for(lock, milliseconds(10));
  }
  return ticket;
}

RunTicket Supervisor::retry(const std::string& run, workspace::Trigger trigger,
                            const std::string& who) {
  return start({options_to_resume(workspace_, run), trigger, who});
}

bool Supervisor::cancel(const std::string& run, const std::string& who) {
  return workspace_.ask_to_cancel(run, who);
}

bool Supervisor::cancel_request(std::int64_t request) { return workspace_.drop_request(request); }

std::string Supervisor::working() const {
  const auto holder = workspace::RunLock::holder(home_);
  if (!holder || holder->run.empty()) return {};
  const auto run = workspace_.run(holder->run);
  return run && run->state == workspace::RunState::kRunning ? holder->run : std::string();
}

void Supervisor::watch() {
  std::unique_lock lock(mutex_);
  while (!is_over_) {
    is_asked_ = false;
    lock.unlock();
    try {
      look();
    } catch (const std::exception& failure) {  // the next look may do better
      log::warning("runs not watched", {{"reason", failure.what()}});
    }
    lock.lock();
    wake_.wait_for(lock, kLook, [this] { return is_asked_ || is_over_; });
  }
}

void Supervisor::look() {
  reap();
  if (is_busy()) return kill_if_silent();
  mark_dead_runs(home_, workspace_, options_.clock);
  begin_waiting();
}

bool Supervisor::is_busy() const {
  {
    const std::lock_guard lock(mutex_);
    if (child_) return true;
  }
  return workspace::RunLock::holder(home_).has_value();
}

void Supervisor::reap() {
  const std::lock_guard lock(mutex_);
  if (!child_) return;
  const std::optional<int> end = child_->ended();
  if (!end) return;
  log::info("run's process ended", {{"pid", child_->pid()}, {"end", *end}});
  child_.reset();
  wake_.notify_all();
}

void Supervisor::kill_if_silent() {
  const std::string run = working();
  const auto record = run.empty() ? std::nullopt : workspace_.run(run);
  const std::string heartbeat = record ? record->heartbeat_at : std::string();
  const auto now = steady_clock::now();
  const std::lock_guard lock(mutex_);
  const bool is_alive = sign_of_life_.run != run || sign_of_life_.heartbeat != heartbeat;
  // Looks are not missed one after the other unless this process itself stood still.
  if (is_alive || now - last_look_ > 8 * kLook) sign_of_life_ = {run, heartbeat, now};
  last_look_ = now;
  if (!child_ || now - sign_of_life_.seen < silence_allowed(record)) return;
  log::error("run gave no sign of life and is ended", {{"run", run}, {"pid", child_->pid()}});
  child_->kill();
}

/// What no process can help: it would fail for the same reason each time. What has to do with the
/// moment, such as a file that cannot be read, its process may find otherwise.
std::optional<Error> Supervisor::lasting_fault(const workspace::RunRequestRecord& request) const {
  try {
    const RunOptions options = run_options_from_json(request.options_json);
    check_options(workspace_, options);
    check_what_is_reused(workspace_, options);
  } catch (const Error& error) {
    if (std::ranges::find(kLastingFaults, error.code()) != kLastingFaults.end()) return error;
  }
  return std::nullopt;
}

void Supervisor::give_up(std::int64_t request, const Error& error) {
  log::error("run cannot be begun",
             {{"request", request}, {"code", error.code()}, {"reason", error.message()}});
  const std::lock_guard lock(mutex_);
  refusal_ = {request, error};
  workspace_.drop_request(request);
}

/// With the mutex held.
Error Supervisor::refusal_of(std::int64_t request) const {
  if (refusal_ && refusal_->request == request) return refusal_->error;
  return {"E-RUN", "The run could not be begun.", "The file logs/run.log of the home says why."};
}

void Supervisor::begin_waiting() {
  const auto request = workspace_.waiting_request();
  if (!request) return;
  if (const auto fault = lasting_fault(*request)) return give_up(request->id, *fault);
  const std::lock_guard lock(mutex_);
  if (is_over_) return;
  attempts_ = child_request_ == request->id ? attempts_ + 1 : 1;
  child_request_ = request->id;
  if (attempts_ > kAttempts) {
    log::error("run cannot be begun", {{"request", request->id}});
    workspace_.drop_request(request->id);
    return;
  }
  child_.emplace(options_.program, arguments_of(*request), home_.logs_folder() / "run.log");
  sign_of_life_ = {{}, {}, steady_clock::now()};
  log::info("run's process started", {{"pid", child_->pid()}, {"request", request->id}});
}

/// What is asked for it reads from the request, as it is when the run begins.
std::vector<std::string> Supervisor::arguments_of(
    const workspace::RunRequestRecord& request) const {
  std::vector<std::string> words = {"run", "--json",
                                    fmt::format("--home={}", home_.folder().string()),
                                    fmt::format("--request={}", request.id)};
  if (options_.threads != 0) words.push_back(fmt::format("--threads={}", options_.threads));
  if (options_.memory != 0) words.push_back(fmt::format("--memory={}", options_.memory));
  return words;
}

}  // namespace ca::runs
