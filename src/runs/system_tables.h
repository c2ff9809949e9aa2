#pragma once

#include <string>
#include <vector>

#include "base/table.h"
#include "ingest/load.h"
#include "workspace/run_record.h"

namespace ca::runs {

/// The cases of a finding as a JSON array; bytes that are not UTF-8 become U+FFFD.
std::string sample_json(const ingest::QualityFinding& finding);

/// The reports of the system (ruling 58), which no fold computes: what was found in the sources,
/// and what happened in the run up to now. Findings by source and rule, events as they were
/// recorded.
Table data_quality_table(const std::string& run, std::vector<ingest::QualityFinding> findings);
Table run_log_table(const std::string& run, const std::vector<workspace::EventRecord>& events);

}  // namespace ca::runs
