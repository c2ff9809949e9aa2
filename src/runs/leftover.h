#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/thread_pool.h"
#include "ingest/quality.h"
#include "runs/history.h"
#include "runs/run_context.h"

namespace ca::runs {

/// What an unfinished run has left that another goes on from: the store as it loaded it, what the
/// checks found, and the journeys it built. Reports are computed again, from the same journeys to
/// the same bytes.
struct Leftover {
  std::map<std::string, std::int64_t> stages;  ///< that are taken over, with their rows
  std::string journeys;                        ///< their version; empty: they are built again
  RowCounts rows;
  std::vector<ingest::QualityFinding> findings;
  std::vector<std::string> notes;  ///< what is done again although it was done, and why
};

/// Of the run that `run.options.resume` names, only what is verifiably still there: loaded and
/// built for the sources and settings that are connected now, by no other run since, and whole,
/// which of the store means that it holds as many rows of each source as the run had counted.
/// For whoever holds the lock. Errors as check_options().
Leftover find_leftover(const RunContext& run);

}  // namespace ca::runs
