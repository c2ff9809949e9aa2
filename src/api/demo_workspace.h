#pragma once

#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

#include "api/live.h"
#include "base/error.h"
#include "workspace/home.h"
#include "workspace/workspace.h"

namespace ca::api {

/// The invented shop that a server shows beside the real one: a home of its own in the folder demo
/// of the home, made by the command `demo` as a process that is nice to others and ends with this
/// one. It is ready as soon as that process has ended well; whatever was left behind by one that
/// was interrupted, the next begins with. For any thread.
class DemoWorkspace {
 public:
  enum class State : std::uint8_t { kAbsent, kMaking, kReady, kFailed };

  struct Status {
    State state = State::kAbsent;
    std::optional<double> percent = {};  ///< while it is made, once it is known
    std::string stage = {};              ///< what is at work, or empty
    std::optional<Error> error = {};     ///< why it failed
  };

  struct Options {
    std::filesystem::path program = {};  ///< of this project; empty: the one that this process is
  };

  /// What questions about it are answered from. Its answers are samples.
  struct Place {
    explicit Place(const workspace::Home& of);

    workspace::Home home;
    workspace::Workspace workspace;
    Live live;
  };

  explicit DemoWorkspace(const workspace::Home& beside) : DemoWorkspace(beside, Options()) {}
  DemoWorkspace(const workspace::Home& beside, Options options);
  DemoWorkspace(const DemoWorkspace&) = delete;
  DemoWorkspace& operator=(const DemoWorkspace&) = delete;
  /// As stop().
  ~DemoWorkspace();

  Status status() const;
  /// Begins to make it, unless that is at work or done, and says how things are then.
  Status make(std::uint32_t customers);
  /// Ends the making, and deletes the home. Who asks at this moment is answered to the end.
  void remove();
  /// Made when it is asked for first, kept until it is removed. Error E-DEMO when it is not ready.
  std::shared_ptr<Place> place();

  /// Ends the making, and begins none any more.
  void stop();

 private:
  void work(std::uint32_t customers);
  void end_work();
  bool is_there() const;
  Status status_of_making() const;

  const std::filesystem::path folder_;
  const std::filesystem::path log_;
  Options options_;

  std::mutex changing_;  ///< whoever begins, ends or removes
  std::thread worker_;   ///< the parent of the process: when it ends, so does that

  mutable std::mutex mutex_;  ///< guards what follows
  std::condition_variable wake_;
  bool is_working_ = false;
  bool is_told_to_end_ = false;
  bool is_over_ = false;
  std::optional<Error> failure_;
  std::shared_ptr<Place> place_;
};

/// "absent", "making", "ready" or "failed".
std::string_view name_of(DemoWorkspace::State state);

}  // namespace ca::api
