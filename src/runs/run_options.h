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

/// One run that does what both were asked for: the stages of either, from the beginning if one asks
/// so, and as of the moment of the later one.
RunOptions merged(const RunOptions& waiting, const RunOptions& later);

/// The name of the person whose process this is, as the system knows it.
std::string whoever_runs_this();

}  // namespace ca::runs
