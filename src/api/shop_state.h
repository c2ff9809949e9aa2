#pragma once

#include <string>

#include "workspace/home.h"
#include "workspace/workspace.h"

namespace ca::api {

// What there is to ask for, as JSON. Of an invented shop, `is_sample` is true.

/// {reports: [<the catalogue's entry> and {availability: "ready" | "not_configured" | "skipped" |
/// "no_snapshot", reason, rows}], snapshot: {run_id, day, as_of, timezone, currency} or null,
/// dimensions: [names of populations], snapshots: [days, the newest first], last_run: {run, state,
/// started_at, finished_at} or null, workspace: {name}, is_sample}; extras are the reports beyond
/// the ninety names of the older program.
std::string reports_json(const workspace::Home& home, const workspace::Workspace& workspace,
                         bool with_extras, bool is_sample = false);

/// {dimension: the sessions' column or null, populations: [{name, value, is_main, sessions}],
/// is_sample}.
std::string dimensions_json(const workspace::Home& home, const workspace::Workspace& workspace,
                            bool is_sample = false);

/// {snapshots: [{run_id, day, is_current}], is_sample}, the newest first; of each day the one it
/// answers with.
std::string snapshots_json(const workspace::Home& home, const workspace::Workspace& workspace,
                           bool is_sample = false);

}  // namespace ca::api
