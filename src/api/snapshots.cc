#include "api/snapshots.h"

#include <fmt/format.h>

#include <filesystem>
#include <iterator>
#include <map>
#include <vector>

#include "base/error.h"
#include "base/messages.h"
#include "runs/published.h"
#include "workspace/workspace.h"

namespace ca::api {
namespace {

namespace fs = std::filesystem;
using reports::Manifest;
using reports::Snapshot;

/// The last published snapshot of each day.
std::map<Day, fs::path> snapshots_by_day(const workspace::Home& home) {
  const workspace::Workspace workspace(home);
  std::map<Day, fs::path> days;
  for (const auto& [run, day] : runs::published_snapshots(home, workspace)) {
    days[day] = home.snapshots_folder() / run;
  }
  return days;
}

Snapshot snapshot_in_force(const workspace::Home& home) {
  const auto current = workspace::read_current(home);
  if (!current || current->snapshot.empty()) {
    throw Error("E-SNAPSHOT", "No results yet.", "Run `customeranalytics run` first.");
  }
  return Snapshot(home.snapshots_folder() / current->snapshot);
}

}  // namespace

Day parse_day_of(const std::string& text, const char* what) {
  const std::optional<Day> day = parse_day(text);
  if (!day) {
    throw Error("E-PARAM", fmt::format("{} \"{}\" is not a day.", what, text),
                "Write days like 2021-03-15.");
  }
  return *day;
}

Snapshot find_snapshot(const workspace::Home& home, const std::optional<std::string>& day_text,
                       bool nearest) {
  if (!day_text) return snapshot_in_force(home);
  const Day day = parse_day_of(*day_text, "The snapshot day");
  const std::map<Day, fs::path> days = snapshots_by_day(home);
  const auto after = days.upper_bound(day);
  if (after != days.begin()) {
    const auto at_or_before = std::prev(after);
    if (at_or_before->first == day || nearest) return Snapshot(at_or_before->second);
  }
  const std::string before = after == days.begin() ? "none" : format_day(std::prev(after)->first);
  const std::string next = after == days.end() ? "none" : format_day(after->first);
  if (nearest) {
    throw Error("E-SNAPSHOT", message_text("M-EMPTY-SNAPSHOT", {{"day", *day_text}}),
                after == days.end() ? "Run `customeranalytics run` first."
                                    : fmt::format("The first is of {}.", next),
                {{"before", before}, {"after", next}});
  }
  throw Error("E-SNAPSHOT",
              fmt::format("There is no snapshot of {}; the one before is {}, the one after {}.",
                          *day_text, before, next),
              "Ask for one of these days, or for the nearest on or before.",
              {{"before", before}, {"after", next}});
}

const Manifest::Population& find_population(const Manifest& manifest,
                                            const std::string& name_or_value) {
  if (const auto* population = manifest.find(name_or_value)) return *population;
  std::vector<std::string> names;
  for (const auto& population : manifest.populations) {
    names.push_back(population.value);
    names.push_back(population.name);
  }
  const std::string guess = nearest_name(name_or_value, names);
  throw Error("E-DIMENSION", fmt::format("There is no dimension value \"{}\".", name_or_value),
              guess.empty() ? "`customeranalytics report dimension_kpis` lists them."
                            : fmt::format("Did you mean {}?", guess),
              {{"dimension", name_or_value}});
}

}  // namespace ca::api
