#include "api/shop_state.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

#include "api/reports.h"
#include "api/settings.h"
#include "api/snapshots.h"
#include "base/error.h"
#include "reports/snapshot.h"
#include "runs/published.h"

namespace ca::api {
namespace {

using Json = nlohmann::json;

std::string dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

/// Nothing before the first publication.
std::optional<reports::Manifest> current_manifest(const workspace::Home& home) {
  const auto current = workspace::read_current(home);
  if (!current || current->snapshot.empty()) return std::nullopt;
  return find_snapshot(home).manifest();
}

void add_availability(Json& report, const std::optional<reports::Manifest>& manifest) {
  const std::string name = report["name"];
  std::string state = "ready";
  std::string reason;
  Json rows = nullptr;
  if (!manifest) {
    state = "no_snapshot";
    reason = "No run has published results yet.";
  } else if (const auto missing = manifest->not_configured.find(name);
             missing != manifest->not_configured.end()) {
    state = "not_configured";
    reason = missing->second;
  } else if (const auto count = manifest->rows.find(name); count != manifest->rows.end()) {
    rows = count->second;
  } else {
    const auto skipped = manifest->skipped.find(name);
    state = "skipped";
    reason = skipped == manifest->skipped.end() ? "An older program has published the snapshot."
                                                : "The stage " + skipped->second + " did not run.";
  }
  report["availability"] = state;
  report["reason"] = reason;
  report["rows"] = rows;
}

Json snapshot_of(const reports::Manifest& manifest) {
  const Zone zone = Zone::find(manifest.timezone);
  return {{"run_id", manifest.run},
          {"day", format_day(manifest.snapshot_date)},
          {"as_of", zone.format({manifest.as_of})},
          {"timezone", manifest.timezone},
          {"currency", manifest.currency}};
}

Json names_of(const std::optional<reports::Manifest>& manifest) {
  Json names = Json::array();
  if (!manifest) return names;
  for (const reports::Manifest::Population& population : manifest->populations) {
    names.push_back(population.name);
  }
  return names;
}

/// The newest first; of each day the one it answers with.
std::vector<workspace::SnapshotRecord> snapshots_of_days(const workspace::Home& home,
                                                         const workspace::Workspace& workspace) {
  std::vector<workspace::SnapshotRecord> all = runs::published_snapshots(home, workspace);
  std::ranges::reverse(all);
  const auto older = std::ranges::unique(all, {}, &workspace::SnapshotRecord::day);
  all.erase(older.begin(), older.end());
  return all;
}

Json snapshot_days(const workspace::Home& home, const workspace::Workspace& workspace) {
  Json texts = Json::array();
  for (const auto& snapshot : snapshots_of_days(home, workspace)) {
    texts.push_back(format_day(snapshot.day));
  }
  return texts;
}

/// The newest run, whether it works or has ended.
Json last_run(const workspace::Workspace& workspace) {
  const auto runs = workspace.runs(1);
  if (runs.empty()) return nullptr;
  const workspace::RunRecord& run = runs.front();
  return {{"run", run.id},
          {"state", name_of(run.state)},
          {"started_at", run.started_at},
          {"finished_at", run.finished_at.empty() ? Json(nullptr) : Json(run.finished_at)}};
}

}  // namespace

std::string reports_json(const workspace::Home& home, const workspace::Workspace& workspace,
                         bool with_extras, bool is_sample) {
  const std::optional<reports::Manifest> manifest = current_manifest(home);
  Json list = Json::array();
  for (Json& report : Json::parse(catalogue_json())) {
    if (!with_extras && report["is_extra"].get<bool>()) continue;
    add_availability(report, manifest);
    list.push_back(std::move(report));
  }
  return dump({{"reports", list},
               {"snapshot", manifest ? snapshot_of(*manifest) : Json(nullptr)},
               {"dimensions", names_of(manifest)},
               {"snapshots", snapshot_days(home, workspace)},
               {"last_run", last_run(workspace)},
               {"workspace", {{"name", workspace_name(workspace.configuration())}}},
               {"is_sample", is_sample}});
}

std::string dimensions_json(const workspace::Home& home, const workspace::Workspace& workspace,
                            bool is_sample) {
  const workspace::Configuration configuration = workspace.configuration();
  const workspace::SourceRecord* sessions = find_source(configuration, "sessions");
  Json column = nullptr;
  if (sessions != nullptr) {
    if (const auto mapped = sessions->columns.find("dimension");
        mapped != sessions->columns.end()) {
      column = mapped->second;
    }
  }
  Json populations = Json::array();
  if (const auto manifest = current_manifest(home)) {
    for (const reports::Manifest::Population& population : manifest->populations) {
      populations.push_back({{"name", population.name},
                             {"value", population.value},
                             {"is_main", population.is_main},
                             {"sessions", population.sessions}});
    }
  }
  return dump({{"dimension", column}, {"populations", populations}, {"is_sample", is_sample}});
}

std::string snapshots_json(const workspace::Home& home, const workspace::Workspace& workspace,
                           bool is_sample) {
  const auto current = workspace::read_current(home);
  Json list = Json::array();
  for (const auto& snapshot : snapshots_of_days(home, workspace)) {
    list.push_back({{"run_id", snapshot.run},
                    {"day", format_day(snapshot.day)},
                    {"is_current", current && current->snapshot == snapshot.run}});
  }
  return dump({{"snapshots", list}, {"is_sample", is_sample}});
}

}  // namespace ca::api
