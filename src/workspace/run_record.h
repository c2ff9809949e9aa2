#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "workspace/clock.h"

namespace ca::workspace {

/// The record of runs: what happened, for people and for the next run. Words are those of the
/// product; name_of() gives them, and the store and the API know nothing else.

enum class Trigger : std::uint8_t { kManual, kSchedule, kApi };

enum class RunState : std::uint8_t {
  kQueued,
  kRunning,
  kSucceeded,
  kPartial,  ///< it published, but a stage failed or was cancelled
  kFailed,
  kCancelled,
  kInterrupted  ///< its process died
};

enum class StageState : std::uint8_t { kPending, kRunning, kOk, kSkipped, kFailed, kCancelled };

/// Of an event's weight, and of a finding about the data.
enum class Level : std::uint8_t { kDebug, kInfo, kWarn, kError };

std::string_view name_of(Trigger trigger);  ///< "manual", "schedule", "api"
std::string_view name_of(RunState state);   ///< "queued", "running", "succeeded", ...
std::string_view name_of(StageState state);
std::string_view name_of(Level level);
/// The one of that name; nothing for any other word.
std::optional<Trigger> trigger_of(std::string_view name);
std::optional<RunState> run_state_of(std::string_view name);
std::optional<StageState> stage_state_of(std::string_view name);
std::optional<Level> level_of(std::string_view name);

/// Times are UTC, ISO 8601, and empty while they have not come.

/// Who began a run, and what was asked for.
struct RunOrigin {
  std::string requested_by = {};    ///< a person's name; empty: not known
  std::string options_json = "{}";  ///< as runs::to_json() writes it
  std::string resumed_from = {};    ///< the run whose work is gone on with
  std::string engine_version = {};  ///< of the program
  std::int64_t request = 0;         ///< that waits, with these options, and becomes this run
};

struct RunRecord {
  std::string id;
  Trigger trigger = Trigger::kManual;
  RunState state = RunState::kQueued;
  std::string started_at;
  std::string finished_at;
  std::string config_hash;
  std::string error_code;
  std::string error_text;
  std::string load_hash;  ///< load_hash() of the configuration; empty for a run of an older program
  RunOrigin origin;
  std::string heartbeat_at;  ///< the last sign of life of its process
  std::string cancelled_by;  ///< who asked for its end; empty: nobody
  std::string rows_json;     ///< what set_rows() was given; "{}" before
};

/// How much of a stage is done, in units of its own: rows, sessions, steps.
struct StageUnits {
  std::int64_t done = 0;
  std::int64_t total = 0;  ///< 0: not known
  std::string unit;
  bool operator==(const StageUnits&) const = default;
};

struct StageRecord {
  std::string stage;
  std::string dimension;  ///< empty for a stage that is not one dimension's
  StageState state = StageState::kPending;
  double progress = 0;  ///< 0 to 1
  std::int64_t rows_in = 0;
  std::int64_t rows_out = 0;
  std::string started_at;
  std::string finished_at;
  int attempt = 0;  ///< how often it was started
  std::string error_code;
  std::string error_text;  ///< of a skipped stage: why
  StageUnits units;
  std::string units_since;  ///< when counting them began; a stage may count several things in turn
};

/// How fast a running stage is, as of a moment.
struct Pace {
  double seconds = 0;                   ///< since the stage was started
  std::optional<double> per_second;     ///< units; nothing before any is done
  std::optional<double> seconds_to_go;  ///< nothing while the total or the rate is not known
  bool operator==(const Pace&) const = default;
};

/// Of a stage that is running; of one that has ended, what it was all in all, without a time to go.
/// Nothing for one that has not begun.
std::optional<Pace> pace_of(const StageRecord& stage, TimePoint now);

/// How a stage ended.
struct StageResult {
  StageState state = StageState::kOk;
  std::int64_t rows_in = 0;
  std::int64_t rows_out = 0;
  std::string error_code = {};
  std::string error_text = {};
};

using Fields = std::map<std::string, std::string>;

struct EventRecord {
  std::int64_t id = 0;  ///< grows with every event of the home
  std::string time;
  Level level = Level::kInfo;
  std::string stage;
  std::string dimension;
  std::string message;
  Fields fields;
};

/// Which lines of a run's log.
struct EventQuery {
  std::int64_t after = 0;                 ///< those whose id is larger
  std::optional<Level> least = {};        ///< this level and those above it
  std::optional<std::string> stage = {};  ///< of this stage alone; empty: those of no stage
  std::string text = {};                  ///< that say this, in any case of ASCII letters
  std::size_t limit = SIZE_MAX;           ///< the first so many
};

/// A run that waits for one that works.
struct RunRequestRecord {
  std::int64_t id = 0;
  Trigger trigger = Trigger::kApi;
  std::string requested_by;  ///< of several people the first
  std::string requested_at;
  std::string options_json;
  bool operator==(const RunRequestRecord&) const = default;
};

/// One rule about one source that `count` rows broke.
struct QualityRecord {
  std::string source;
  std::string rule;
  Level severity = Level::kInfo;
  std::int64_t count = 0;
  std::string sample_json;  ///< an array of examples
};

}  // namespace ca::workspace
