#pragma once

#include <string>
#include <string_view>

#include "runs/runner.h"

namespace ca::runs {

/// What is asked of a run as JSON, for the record of runs and requests that wait: {as_of, only,
/// skip, full, resume}, of which what is not asked is left out. Threads, clock and who asks are not
/// part of it.
std::string to_json(const RunOptions& options);
/// Reads to_json() back. Error E-PARAM for anything else.
RunOptions run_options_from_json(std::string_view json);

/// Whether such a run can be begun. Errors: E-PARAM for stages, moments or a run to resume that are
/// none; E-NOT-CONNECTED.
void check_options(const workspace::Workspace& workspace, const RunOptions& options);

/// Refuses to go on from a store or journeys that were made with other sources, columns, actions or
/// another zone: what they hold would not fit. Depends on the runs before, so it is asked when the
/// run is about to begin. Error E-PARAM, whose details name the `run` that made them and the stages
/// `needed`.
void check_what_is_reused(const workspace::Workspace& workspace, const RunOptions& options);

/// Whether the stage makes reports of the journeys.
bool makes_reports(std::string_view stage);

/// What was asked of an unfinished run, to go on with it. Errors: E-NOT-FOUND; E-CONFLICT for one
/// that is not unfinished.
RunOptions options_to_resume(const workspace::Workspace& workspace, const std::string& run);

/// Whether one run can do what both were asked for: a run is as of one moment.
bool can_be_joined(const RunOptions& waiting, const RunOptions& later);
/// That run, where there can be one: the stages of either, from the beginning if one asks so.
RunOptions merged(const RunOptions& waiting, const RunOptions& later);

/// The name of the person whose process this is, as the system knows it.
std::string whoever_runs_this();

}  // namespace ca::runs
