#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/progress.h"
#include "ingest/quality.h"
#include "runs/draft.h"
#include "runs/run_context.h"
#include "workspace/run_lock.h"

namespace ca::runs {

// The last stages of a run: what it made is put in force, and exported.

/// How a stage of this run ended; nothing when it did not run.
using StageEnds = std::function<std::optional<workspace::StageState>(const std::string&)>;

/// Writes the manifest and the reports of the system and publishes the draft by one rename; then
/// lets old snapshots go. Returns the number of reports. Error E-STAGE when there is nothing in it.
std::int64_t publish(const RunContext& run, const Draft& draft, const StageEnds& ended,
                     const std::vector<ingest::QualityFinding>& findings,
                     const workspace::RunLock& lock);

/// Why nothing is exported, or empty.
std::string why_no_export(const RunContext& run);
/// Writes the reports in force, of this run or another, as files. Returns how many.
std::int64_t export_reports(const RunContext& run, Progress& progress);

}  // namespace ca::runs
