#include "api/doctor.h"

#include <duckdb.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>

#include "api/server_place.h"
#include "api/source_check.h"
#include "base/calendar.h"
#include "base/checksum.h"
#include "base/error.h"
#include "base/scratch_folder.h"
#include "base/thread_pool.h"
#include "journeys/journeys.h"
#include "reports/snapshot.h"
#include "runs/shop_plan.h"
#include "workspace/database_copy.h"
#include "workspace/run_lock.h"
#include "workspace/schedule_table.h"
#include "workspace/schema.h"
#include "workspace/workspace.h"

namespace ca::api {
namespace {

namespace fs = std::filesystem;
using workspace::Home;
using Level = Finding::Level;

constexpr std::uint64_t kMega = 1'000'000;
constexpr std::uint64_t kLittleSpace = 2'000 * kMega;
constexpr std::uint64_t kNoSpace = 200 * kMega;
constexpr std::size_t kLittleMemory = 500 * kMega;
constexpr auto kOverdue = std::chrono::minutes(5);

std::string gigabytes(std::uint64_t bytes) {
  return fmt::format("{:.1f} GB", static_cast<double>(bytes) / 1e9);
}

class Doctor {
 public:
  Doctor(const Home& home, const Examination& examination, const Cancellation& cancellation)
      : home_(home), examination_(examination), cancellation_(cancellation) {}

  std::vector<Finding> examine() {
    look("versions", [this] { versions(); });
    look("permissions", [this] { permissions(); });
    look("disk", [this] { disk(); });
    look("memory", [this] { memory(); });
    look("workspace", [this] { open_workspace(); });
    look("time zones", [this] { time_zones(); });
    look("results", [this] { results(); });
    look("journeys", [this] { journeys(); });
    if (examination_.with_sources) look("sources", [this] { sources(); });
    look("last run", [this] { last_run(); });
    look("server", [this] { server(); });
    look("schedule", [this] { schedule(); });
    return std::move(findings_);
  }

 private:
  void look(const char* check, const std::function<void()>& work) {
    cancellation_.check();
    check_ = check;
    try {
      work();
    } catch (const Error& error) {
      if (error.code() == "E-CANCELLED") throw;
      tell(Level::kError, fmt::format("{}: {}", error.code(), error.message()), error.hint());
    } catch (const std::exception& failure) {
      tell(Level::kError, failure.what());
    }
  }
  void tell(Level level, std::string text, std::string next_step = {}) {
    findings_.push_back({check_, level, std::move(text), std::move(next_step)});
  }
  void fine(std::string text) { tell(Level::kOk, std::move(text)); }

  void versions() {
    fine(fmt::format("CustomerAnalytics {}, DuckDB {}, SQLite {}, schema {}", examination_.version,
                     duckdb_library_version(), workspace::sqlite_version(),
                     workspace::schema_version()));
  }

  void permissions() {
    struct stat status {};
    if (::stat(home_.folder().c_str(), &status) != 0) {
      return tell(Level::kError, fmt::format("{} cannot be looked at.", home_.folder().string()));
    }
    const std::size_t before = findings_.size();
    if (status.st_uid != ::geteuid()) {
      tell(Level::kWarning, fmt::format("{} belongs to another user.", home_.folder().string()),
           "Run as its owner, or change the owner of all of it.");
    }
    if ((status.st_mode & 077U) != 0) {
      tell(Level::kWarning, fmt::format("Other users may enter {}.", home_.folder().string()),
           fmt::format("chmod 700 {}", home_.folder().string()));
    }
    for (const char* name : {"workspace.sqlite", "secret.key"}) {
      const fs::path file = home_.folder() / name;
      if (::stat(file.c_str(), &status) == 0 && (status.st_mode & 077U) != 0) {
        tell(Level::kError, fmt::format("Other users may read {}.", file.string()),
             fmt::format("chmod 600 {}", file.string()));
      }
    }
    if (findings_.size() == before)
      fine(fmt::format("{} is its owner's alone.", home_.folder().string()));
  }

  void disk() {
    struct statvfs status {};
    if (::statvfs(home_.folder().c_str(), &status) != 0) {
      return tell(Level::kWarning, "The free space is not known.");
    }
    const std::uint64_t space = std::uint64_t{status.f_bavail} * status.f_frsize;
    const std::string text = fmt::format("{} free", gigabytes(space));
    if (space < kLittleSpace) {
      return tell(space < kNoSpace ? Level::kError : Level::kWarning, text,
                  "A run needs about twice the space of the store: make room.");
    }
    if (status.f_files > 0 && status.f_favail < 1'000) {
      return tell(Level::kWarning, text + ", but hardly any more files", "Make room for files.");
    }
    fine(text);
  }

  void memory() {
    const std::size_t bytes = usable_memory();
    const std::string text =
        fmt::format("{} of memory, {} processors", gigabytes(bytes), usable_processors());
    if (bytes < kLittleMemory) {
      return tell(Level::kWarning, text, "Give it 1 GB or more; large shops need 3.");
    }
    fine(text);
  }

  void open_workspace() {
    if (!fs::exists(home_.workspace_file())) {
      return fine("The home is new: nothing is configured yet.");
    }
    const std::string damage = workspace::database_damage(home_.workspace_file());
    if (!damage.empty()) {
      return tell(Level::kError, "workspace.sqlite is damaged: " + damage,
                  "Restore a backup, or workspace.sqlite from the copy beside it.");
    }
    workspace_.emplace(home_, examination_.clock);
    configuration_ = workspace_->configuration();
    fine("workspace.sqlite is whole.");
  }

  void time_zones() {
    const std::string zone = runs::setting(configuration_, "workspace.timezone", "UTC");
    Zone::find(zone);
    Zone::find("Europe/London");  // a system without tzdata knows UTC alone
    if (tz_version() == "unknown") {
      return tell(Level::kWarning, "The version of the time-zone data is not known.",
                  "Install the package tzdata.");
    }
    fine(fmt::format("{}, time-zone data {}", zone, tz_version()));
  }

  void results() {
    const auto current = workspace::read_current(home_);
    if (!current) {
      return tell(Level::kWarning, "There are no results yet.", "Start a run.");
    }
    const fs::path folder = home_.snapshots_folder() / current->snapshot;
    const reports::Manifest manifest = reports::read_manifest(folder);
    if (examination_.with_data) {
      for (const auto& [name, checksum] : manifest.files) {
        cancellation_.check();
        if (checksum_of_file(folder / name) == checksum) continue;
        return tell(Level::kError, fmt::format("{} is damaged.", (folder / name).string()),
                    "Start a run with --skip ingest, or restore a backup.");
      }
    }
    fine(fmt::format("Snapshot {} of {}, {} reports", current->snapshot,
                     format_day(manifest.snapshot_date), manifest.rows.size()));
  }

  void journeys() {
    const auto current = workspace::read_current(home_);
    if (!current || current->journeys.empty()) return;
    const journeys::Journeys opened(home_.journeys_folder() / current->journeys);
    if (examination_.with_data) {
      ThreadPool pool(usable_processors());
      opened.verify(pool);
    }
    fine(fmt::format("{} sessions of {} customers", opened.schema().sessions,
                     opened.schema().customers));
  }

  void sources() {
    if (configuration_.sources.empty()) {
      return tell(Level::kWarning, "No source is connected.",
                  "Connect sources: `customeranalytics connect`.");
    }
    const ScratchFolder scratch;
    for (const ingest::SourcePlan& plan : runs::plan_of_sources(configuration_).sources) {
      look("sources", [&] {
        const CheckedSource checked = check_source(plan, scratch.path(), cancellation_);
        fine(
            fmt::format("{}: {} files, {} rows", checked.kind, checked.files.size(), checked.rows));
      });
    }
  }

  void last_run() {
    if (const auto holder = workspace::RunLock::holder(home_)) {
      return fine(fmt::format("Run {} works now (process {}).", holder->run, holder->pid));
    }
    if (!workspace_) return;
    const auto runs = workspace_->runs(1);
    if (runs.empty()) return tell(Level::kWarning, "There was no run yet.", "Start a run.");
    const workspace::RunRecord& run = runs.front();
    const std::string text =
        fmt::format("Run {} {}{}", run.id, name_of(run.state),
                    run.error_text.empty() ? "" : fmt::format(": {}", run.error_text));
    switch (run.state) {
      case workspace::RunState::kFailed:
        return tell(Level::kError, text, "Its log says why; correct that and run again.");
      case workspace::RunState::kPartial:
      case workspace::RunState::kInterrupted:
      case workspace::RunState::kRunning:  // its process is gone, or the lock would be held
        return tell(Level::kWarning, text, "Run again.");
      default: return fine(text);
    }
  }

  void server() {
    fine(is_server_running(home_) ? "A server serves this home." : "No server serves this home.");
  }

  void schedule() {
    if (!workspace_) return;
    const auto schedule = workspace::ScheduleTable(*workspace_).read();
    if (!schedule) return fine("There is no schedule.");
    if (!schedule->is_enabled) return fine("The schedule is paused.");
    if (!is_server_running(home_)) {
      return tell(Level::kWarning, "There is a schedule, but no server that keeps it.",
                  "Start one: `customeranalytics serve --detach`.");
    }
    const auto next = workspace::utc_time(schedule->next_run_at);
    const auto now = workspace::or_system_clock(examination_.clock)();
    if (next && now - *next > kOverdue) {
      return tell(
          Level::kError,
          fmt::format("A run was due at {} and has not been asked for.", schedule->next_run_at),
          "Start the server again; its log says what the schedule waits for.");
    }
    fine(fmt::format("The next run is due at {}.", schedule->next_run_at));
  }

  const Home& home_;
  const Examination& examination_;
  const Cancellation& cancellation_;
  std::string check_;
  std::optional<workspace::Workspace> workspace_;
  workspace::Configuration configuration_;
  std::vector<Finding> findings_;
};

}  // namespace

std::string_view name_of(Level level) {
  switch (level) {
    case Level::kOk: return "ok";
    case Level::kWarning: return "warning";
    case Level::kError: return "error";
  }
  return "unknown";
}

std::vector<Finding> examine(const Home& home, const Examination& examination,
                             const Cancellation& cancellation) {
  return Doctor(home, examination, cancellation).examine();
}

bool has_errors(const std::vector<Finding>& findings) {
  return std::ranges::find(findings, Level::kError, &Finding::level) != findings.end();
}

std::string to_json(const std::vector<Finding>& findings) {
  nlohmann::json list = nlohmann::json::array();
  for (const Finding& finding : findings) {
    list.push_back({{"check", finding.check},
                    {"level", name_of(finding.level)},
                    {"text", finding.text},
                    {"next_step", finding.next_step}});
  }
  const nlohmann::json json = {{"ok", !has_errors(findings)}, {"findings", std::move(list)}};
  return json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace ca::api
