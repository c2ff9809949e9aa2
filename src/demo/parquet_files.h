#pragma once

#include <filesystem>

#include "base/cancellation.h"
#include "base/progress.h"

namespace ca::demo {

/// Writes each of the demo shop's CSV files below the folder as Parquet and removes it. Columns
/// have types: moments, booleans, numbers; with `is_dirty` those that hold what cannot be read are
/// text. The same rows give the same bytes: each file is made by one thread. Error E-FILE when it
/// cannot be written.
void make_parquet(const std::filesystem::path& folder, bool is_dirty, std::size_t threads,
                  Progress& progress, const Cancellation& cancellation);

}  // namespace ca::demo
