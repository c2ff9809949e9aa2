#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "api/connect.h"
#include "base/cancellation.h"
#include "base/error.h"
#include "workspace/clock.h"
#include "workspace/configuration.h"

namespace ca::api {

/// A full check of a configuration that works, or worked, in the background (product.md 2.4.5).
struct ValidationJob {
  enum class State : std::uint8_t { kRunning, kDone, kFailed, kCancelled };

  std::string id;
  std::string kind;  ///< of the source for whose sake it is
  std::string requested_by;
  State state = State::kRunning;
  std::string step;                  ///< what is being done, in a word
  std::uint64_t done = 0;            ///< units of the step
  std::uint64_t total = 0;           ///< 0: not known
  std::string started_at;            ///< UTC, ISO 8601
  std::string ended_at;              ///< empty while it works
  std::optional<Connection> result;  ///< of one that is done
  std::optional<Error> error;        ///< of one that failed
};

std::string_view name_of(ValidationJob::State state);  ///< "running", "done", ...

/// Validations, one at a time; the last kKeptJobs are remembered, in memory. For any thread. When
/// it is destroyed what works is cancelled and waited for.
class ValidationJobs {
 public:
  static constexpr std::size_t kKeptJobs = 20;

  explicit ValidationJobs(workspace::Clock clock = {});
  ValidationJobs(const ValidationJobs&) = delete;
  ValidationJobs& operator=(const ValidationJobs&) = delete;
  ~ValidationJobs();

  /// Begins, and returns the id. Error E-CONFLICT while another works.
  std::string start(workspace::Configuration configuration, std::string kind,
                    std::string requested_by);
  /// As it is now; nothing when it is not known, or not any more.
  std::optional<ValidationJob> find(const std::string& id) const;
  /// Asks it to end; false when there is none of that id. What has ended stays as it is.
  bool cancel(const std::string& id);
  /// Returns when nothing works. For tests.
  void wait();

 private:
  class Watched;

  void work(const workspace::Configuration& configuration, ValidationJob& job,
            const Cancellation& cancellation);

  workspace::Clock clock_;
  mutable std::mutex mutex_;
  std::deque<std::shared_ptr<ValidationJob>> jobs_;  ///< oldest first; the last may be working
  std::shared_ptr<Cancellation> cancellation_;       ///< of the last
  std::jthread thread_;
};

}  // namespace ca::api
