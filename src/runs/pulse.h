#pragma once

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

#include "base/cancellation.h"
#include "workspace/workspace.h"

namespace ca::runs {

/// While it lives: once a second a sign of life of the run, and four times a second a look whether
/// somebody wants it to end, which sets the cancellation.
class Pulse {
 public:
  Pulse(workspace::Workspace& workspace, std::string run, Cancellation& cancellation);
  Pulse(const Pulse&) = delete;
  Pulse& operator=(const Pulse&) = delete;
  ~Pulse();

 private:
  void beat();

  workspace::Workspace& workspace_;
  std::string run_;
  Cancellation& cancellation_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool ended_ = false;
  std::thread thread_;
};

}  // namespace ca::runs
