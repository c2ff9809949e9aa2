#pragma once

#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "workspace/workspace.h"

namespace ca::api {

// The record of runs as JSON, for the command line and the HTTP interface. Times are UTC, ISO 8601;
// what is not known (yet) is null.

/// {run, state, trigger, requested_by, started_at, finished_at, seconds, options, resumed_from,
/// cancelled_by, published, error, rows: {sources: {name: {rows, before, change}}, sources_before}}
nlohmann::json run_json(const workspace::Workspace& workspace, const workspace::RunRecord& run,
                        workspace::TimePoint now = std::chrono::system_clock::now());

/// The newest so many as an array, or those before a run.
nlohmann::json runs_json(const workspace::Workspace& workspace, std::size_t limit,
                         std::string_view older_than);

/// As run_json(), and more: percent, heartbeat_at, engine_version, stages, warnings, and in rows
/// the reports.
nlohmann::json run_detail_json(const workspace::Workspace& workspace,
                               const workspace::RunRecord& run,
                               workspace::TimePoint now = std::chrono::system_clock::now());

/// {stage, state, percent, done, total, unit, per_second, seconds_to_go, seconds, rows, attempt,
/// started_at, finished_at, error, about}
nlohmann::json stage_json(const workspace::StageRecord& stage, workspace::TimePoint now);

/// {id, time, level, stage, message, fields}
nlohmann::json event_json(const workspace::EventRecord& event);

}  // namespace ca::api
