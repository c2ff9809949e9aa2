#include "api/validation_jobs.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "api/random_id.h"

namespace ca::api {
namespace {

// Beside questions that are answered at the same time.
constexpr const char* kMemoryLimit = "1GB";

}  // namespace

std::string_view name_of(ValidationJob::State state) {
  switch (state) {
    case ValidationJob::State::kRunning: return "running";
    case ValidationJob::State::kDone: return "done";
    case ValidationJob::State::kFailed: return "failed";
    case ValidationJob::State::kCancelled: break;
  }
  return "cancelled";
}

/// Progress that find() can see.
class ValidationJobs::Watched : public Progress {
 public:
  Watched(std::mutex& mutex, ValidationJob& job) : mutex_(mutex), job_(job) {}
  void stage(std::string_view name, std::uint64_t total_units, std::string_view) override {
    const std::lock_guard guard(mutex_);
    job_.step = name;
    job_.total = total_units;
    job_.done = 0;
  }
  void advance(std::uint64_t units) override {
    const std::lock_guard guard(mutex_);
    job_.done += units;
  }
  void finish() override {}

 private:
  std::mutex& mutex_;
  ValidationJob& job_;
};

ValidationJobs::ValidationJobs(workspace::Clock clock)
    : clock_(workspace::or_system_clock(std::move(clock))) {}

ValidationJobs::~ValidationJobs() {
  {
    const std::lock_guard guard(mutex_);
    if (cancellation_) cancellation_->cancel();
  }
  wait();
}

std::string ValidationJobs::start(workspace::Configuration configuration, std::string kind,
                                  std::string requested_by) {
  const std::lock_guard guard(mutex_);
  if (!jobs_.empty() && jobs_.back()->state == ValidationJob::State::kRunning) {
    throw Error("E-CONFLICT", "Another validation works at the moment.",
                "Wait for it, or cancel it.", {{"id", jobs_.back()->id}});
  }
  if (thread_.joinable()) thread_.join();  // it has nothing left to do
  auto job = std::make_shared<ValidationJob>();
  job->id = random_id();
  job->kind = std::move(kind);
  job->requested_by = std::move(requested_by);
  job->step = "checking";
  job->started_at = workspace::utc_text(clock_());
  auto cancellation = std::make_shared<Cancellation>();
  thread_ = std::jthread([this, job, cancellation, configuration = std::move(configuration)] {
    work(configuration, *job, *cancellation);
  });
  cancellation_ = std::move(cancellation);
  jobs_.push_back(job);
  if (jobs_.size() > kKeptJobs) jobs_.pop_front();
  return job->id;
}

void ValidationJobs::work(const workspace::Configuration& configuration, ValidationJob& job,
                          const Cancellation& cancellation) {
  Watched progress(mutex_, job);
  std::optional<Connection> result;
  std::optional<Error> error;
  try {
    result = validate(configuration, progress, cancellation, kMemoryLimit);
  } catch (const Error& failure) {
    error = failure;
  } catch (const std::exception& failure) {
    error = Error("E-INTERNAL", failure.what());
  }
  const std::lock_guard guard(mutex_);
  job.ended_at = workspace::utc_text(clock_());
  if (result) {
    job.state = ValidationJob::State::kDone;
    job.result = std::move(result);
  } else if (cancellation.is_cancelled()) {
    job.state = ValidationJob::State::kCancelled;
  } else {
    job.state = ValidationJob::State::kFailed;
    job.error = std::move(error);
  }
}

std::optional<ValidationJob> ValidationJobs::find(const std::string& id) const {
  const std::lock_guard guard(mutex_);
  const auto job = std::ranges::find(jobs_, id, [](const auto& kept) { return kept->id; });
  return job == jobs_.end() ? std::nullopt : std::optional(**job);
}

bool ValidationJobs::cancel(const std::string& id) {
  const std::lock_guard guard(mutex_);
  const auto job = std::ranges::find(jobs_, id, [](const auto& kept) { return kept->id; });
  if (job == jobs_.end()) return false;
  if ((*job)->state == ValidationJob::State::kRunning) cancellation_->cancel();
  return true;
}

void ValidationJobs::wait() {
  std::jthread thread;
  {
    const std::lock_guard guard(mutex_);
    thread = std::move(thread_);
  }
  if (thread.joinable()) thread.join();
}

}  // namespace ca::api
