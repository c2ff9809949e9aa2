#pragma once

#include <cstdint>

#include "runs/run_context.h"
#include "sources/source.h"
#include "store/store.h"

namespace ca::runs {

// The store as the stages of a run use it.

/// The run's threads and scratch folder, and as memory half of the run's, but no more than a full
/// load gains from.
sql::Options store_options(const RunContext& run);

/// What a run records as the rows of a source.
std::int64_t stored_rows(const store::Counts& counts, sources::Kind kind);

}  // namespace ca::runs
