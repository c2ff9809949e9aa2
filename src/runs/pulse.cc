#include "runs/pulse.h"

#include <chrono>

#include "base/log.h"

namespace ca::runs {
namespace {

constexpr auto kLook = std::chrono::milliseconds(250);
constexpr int kLooksPerBeat = 4;

}  // namespace

Pulse::Pulse(workspace::Workspace& workspace, std::string run, Cancellation& cancellation)
    : workspace_(workspace),
      run_(std::move(run)),
      cancellation_(cancellation),
      thread_([this] { beat(); }) {}

Pulse::~Pulse() {
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

void Pulse::beat() {
  std::unique_lock lock(mutex_);
  for (int look = 1; !wake_.wait_for(lock, kLook, [this] { return ended_; }); ++look) {
    try {
      if (!workspace_.cancelled_by(run_).empty()) cancellation_.cancel();
      if (look % kLooksPerBeat == 0) workspace_.heartbeat(run_);
    } catch (const std::exception& failure) {  // the next one may do better
      log::warning("no sign of life", {{"run", run_}, {"reason", failure.what()}});
    }
  }
}

}  // namespace ca::runs
