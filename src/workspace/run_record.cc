#include "workspace/run_record.h"

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

}  // namespace ca::workspace
