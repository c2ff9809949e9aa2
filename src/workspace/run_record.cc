#include "workspace/run_record.h"

#include <algorithm>
#include <array>

namespace ca::workspace {
namespace {

using namespace std::string_view_literals;

// In the order of the enumerators.
constexpr std::array kTriggers = {"manual"sv, "schedule"sv, "api"sv};
constexpr std::array kRunStates = {"queued"sv, "running"sv,   "succeeded"sv,  "partial"sv,
                                   "failed"sv, "cancelled"sv, "interrupted"sv};
constexpr std::array kStageStates = {"pending"sv, "running"sv, "ok"sv,
                                     "skipped"sv, "failed"sv,  "cancelled"sv};
constexpr std::array kLevels = {"debug"sv, "info"sv, "warn"sv, "error"sv};

template <class Word, std::size_t kCount>
std::optional<Word> find(const std::array<std::string_view, kCount>& names, std::string_view name) {
  for (std::size_t i = 0; i < kCount; ++i) {
    if (names[i] == name) return static_cast<Word>(i);
  }
  return std::nullopt;
}

}  // namespace

std::string_view name_of(Trigger trigger) { return kTriggers[static_cast<std::size_t>(trigger)]; }
std::string_view name_of(RunState state) { return kRunStates[static_cast<std::size_t>(state)]; }
std::string_view name_of(StageState state) { return kStageStates[static_cast<std::size_t>(state)]; }
std::string_view name_of(Level level) { return kLevels[static_cast<std::size_t>(level)]; }

std::optional<Trigger> trigger_of(std::string_view name) { return find<Trigger>(kTriggers, name); }
std::optional<RunState> run_state_of(std::string_view name) {
  return find<RunState>(kRunStates, name);
}
std::optional<StageState> stage_state_of(std::string_view name) {
  return find<StageState>(kStageStates, name);
}
std::optional<Level> level_of(std::string_view name) { return find<Level>(kLevels, name); }

std::optional<Pace> pace_of(const StageRecord& stage, TimePoint now) {
  const std::optional<TimePoint> began = utc_time(stage.started_at);
  if (!began) return std::nullopt;
  const bool is_running = stage.state == StageState::kRunning;
  const TimePoint end = is_running ? now : utc_time(stage.finished_at).value_or(now);
  const auto since = [end](TimePoint time) {
    return std::max(0.0, std::chrono::duration<double>(end - time).count());
  };
  Pace pace{.seconds = since(*began), .per_second = {}, .seconds_to_go = {}};
  const double counting = since(utc_time(stage.units_since).value_or(*began));
  if (stage.units.done <= 0 || counting <= 0) return pace;
  const double rate = static_cast<double>(stage.units.done) / counting;
  pace.per_second = rate;
  if (is_running && stage.units.total > 0) {
    pace.seconds_to_go =
        static_cast<double>(std::max<std::int64_t>(0, stage.units.total - stage.units.done)) / rate;
  }
  return pace;
}

}  // namespace ca::workspace
