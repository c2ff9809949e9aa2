#include "api/demo_workspace.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>
#include <sstream>

#include "api/run_json.h"
#include "base/log.h"
#include "runs/child_process.h"
#include "workspace/files.h"

namespace ca::api {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;
using runs::ChildProcess;

constexpr auto kLook = std::chrono::milliseconds(200);
/// It is looked at seldom, by few, and small.
constexpr std::size_t kCachedBytes = 16 << 20;
constexpr std::size_t kWaiting = 8;
/// Of the percents those of inventing the shop, which no record counts.
constexpr double kInventing = 10;

/// Why the process failed, as its last word says; it prints failures as JSON.
Error failure_of(int end, const fs::path& log) {
  std::istringstream lines(workspace::read_file(log).value_or(""));
  std::optional<Error> error;
  for (std::string line; std::getline(lines, line);) {
    const Json json = Json::parse(line, nullptr, false);
    if (!json.is_object() || !json.contains("error") || !json["error"].is_object()) continue;
    const Json& told = json["error"];
    error.emplace(told.value("code", "E-RUN"), told.value("message", ""), told.value("hint", ""));
  }
  if (error) return *error;
  return {"E-RUN",
          fmt::format("The process that made the demo shop ended {}.",
                      end < 0 ? fmt::format("by signal {}", -end) : fmt::format("with {}", end)),
          "Try again; the file logs/demo.log of the home says more."};
}

}  // namespace

DemoWorkspace::Place::Place(const workspace::Home& of)
    : home(of),
      workspace(of),
      live(of, {.cached_bytes = kCachedBytes,
                .waiting = kWaiting,
                .is_sample = true,
                .makes_index = true}) {}

DemoWorkspace::DemoWorkspace(const workspace::Home& beside, Options options)
    : folder_(beside.folder() / "demo"),
      log_(beside.logs_folder() / "demo.log"),
      options_(std::move(options)) {
  if (options_.program.empty()) options_.program = fs::read_symlink("/proc/self/exe");
}

DemoWorkspace::~DemoWorkspace() { stop(); }

void DemoWorkspace::stop() {
  const std::lock_guard changing(changing_);
  {
    const std::lock_guard lock(mutex_);
    is_over_ = true;
  }
  end_work();
}

/// Only for whoever has `changing_`.
void DemoWorkspace::end_work() {
  {
    const std::lock_guard lock(mutex_);
    is_told_to_end_ = true;
  }
  wake_.notify_all();
  if (worker_.joinable()) worker_.join();
  const std::lock_guard lock(mutex_);
  is_told_to_end_ = false;
}

bool DemoWorkspace::is_there() const { return fs::exists(folder_ / "current"); }

DemoWorkspace::Status DemoWorkspace::status() const {
  const std::lock_guard lock(mutex_);
  if (is_working_) return status_of_making();
  if (is_there()) return {.state = State::kReady};
  if (failure_) return {.state = State::kFailed, .error = failure_};
  return {.state = State::kAbsent};
}

/// From the record of its run. Only for whoever has `mutex_`.
DemoWorkspace::Status DemoWorkspace::status_of_making() const {
  Status status{.state = State::kMaking, .percent = 0, .stage = "generate"};
  try {
    if (!fs::exists(folder_ / "workspace.sqlite")) return status;
    const workspace::Workspace workspace(workspace::Home::open(folder_));
    const auto newest = workspace.runs(1);
    if (newest.empty() || newest.front().state != workspace::RunState::kRunning) return status;
    const Json run = run_detail_json(workspace, newest.front());
    status.percent = kInventing + (1 - kInventing / 100) * run.at("percent").get<double>();
    status.stage.clear();
    for (const Json& stage : run.at("stages")) {
      if (stage.at("state") == "running") status.stage = stage.at("stage");
    }
  } catch (const Error&) {  // it is just being made, or removed
    status.percent.reset();
  }
  return status;
}

DemoWorkspace::Status DemoWorkspace::make(std::uint32_t customers) {
  const std::lock_guard changing(changing_);
  const Status before = status();
  if (before.state == State::kMaking || before.state == State::kReady) return before;
  if (worker_.joinable()) worker_.join();
  {
    const std::lock_guard lock(mutex_);
    if (is_over_) throw Error("E-BUSY", "The server is stopping.");
    failure_.reset();
    place_.reset();
    is_working_ = true;
  }
  worker_ = std::thread([this, customers] { work(customers); });
  return {.state = State::kMaking, .percent = 0, .stage = "generate"};
}

void DemoWorkspace::work(std::uint32_t customers) {
  std::optional<Error> failure;
  try {
    ChildProcess child(options_.program,
                       {"demo", "--json", fmt::format("--home={}", folder_.string()),
                        fmt::format("--customers={}", customers)},
                       log_, ChildProcess::Life::kEndsWithThread);
    log::info("demo shop's process started", {{"pid", child.pid()}});
    std::unique_lock lock(mutex_);
    while (!child.ended()) {
      if (is_told_to_end_) child.kill();
      wake_.wait_for(lock, kLook);
    }
    const bool was_told = is_told_to_end_;
    lock.unlock();
    const int end = *child.ended();
    log::info("demo shop's process ended", {{"pid", child.pid()}, {"end", end}});
    if (!was_told && (end != 0 || !is_there())) failure = failure_of(end, log_);
  } catch (const Error& error) {
    failure = error;
  }
  const std::lock_guard lock(mutex_);
  failure_ = std::move(failure);
  is_working_ = false;
}

void DemoWorkspace::remove() {
  const std::lock_guard changing(changing_);
  end_work();
  const fs::path gone = fs::path(folder_).concat(".removed");
  std::error_code failure;
  fs::remove_all(gone, failure);
  {
    const std::lock_guard lock(mutex_);
    failure_.reset();
    place_.reset();
    // In one step out of sight, whatever becomes of the rest.
    if (!failure && fs::exists(folder_)) fs::rename(folder_, gone, failure);
  }
  if (!failure) fs::remove_all(gone, failure);
  if (failure) throw workspace::file_error("Cannot delete", folder_, failure.value());
}

std::shared_ptr<DemoWorkspace::Place> DemoWorkspace::place() {
  const Status now = status();
  if (now.state != State::kReady) {
    const std::string_view state = name_of(now.state);
    throw Error(
        "E-DEMO",
        now.state == State::kMaking ? "The demo shop is being made." : "There is no demo shop.",
        now.state == State::kMaking ? "GET /api/v1/demo says how far it is."
                                    : "Make it with POST /api/v1/demo.",
        {{"workspace", "demo"}, {"state", std::string(state)}});
  }
  const std::lock_guard lock(mutex_);
  if (!is_there()) throw Error("E-CONFLICT", "The demo shop has just been removed.");
  if (place_ == nullptr) place_ = std::make_shared<Place>(workspace::Home::open(folder_));
  return place_;
}

std::string_view name_of(DemoWorkspace::State state) {
  switch (state) {
    case DemoWorkspace::State::kAbsent: return "absent";
    case DemoWorkspace::State::kMaking: return "making";
    case DemoWorkspace::State::kReady: return "ready";
    case DemoWorkspace::State::kFailed: return "failed";
  }
  return "unknown";
}

}  // namespace ca::api
