#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "base/cancellation.h"
#include "base/progress.h"
#include "reports/snapshot.h"

namespace ca::reports {

// Snapshots as plain files (rulings 50 and 68). Every file appears whole or not at all, so that a
// reader, or a process that is killed in the middle, leaves or sees only old and new files; what a
// killed one left half written is removed. dimensions.json comes last and names the folders'
// values. Errors: E-SNAPSHOT for a damaged snapshot, E-FILE, E-CANCELLED.

/// Writes FOLDER/<population>/<report>.<csv|parquet> and FOLDER/dimensions.json for the
/// populations, which are the names of the manifest; overwrites what is there, deletes nothing
/// else. Returns the number of reports' files.
std::size_t export_snapshot(Snapshot& snapshot, const std::vector<std::string>& populations,
                            const std::filesystem::path& folder, bool as_parquet,
                            Progress& progress, const Cancellation& cancellation);

/// A table of more rows is only written by export_snapshot().
inline constexpr std::size_t kMostRowsInTree = 100'000;

/// Writes the tree build_in_reports of every population: FOLDER/<population>/<report>.csv, the
/// newest, and FOLDER/<population>/<YYYY-MM-DD>/<report>.csv, by the day of the run, as a hard link
/// where the file system has them. Days stay; a report that the snapshot does not have, or that is
/// too large, loses its newest file, so that no old one passes for new. Returns the number of
/// reports' files, days not counted.
std::size_t write_report_tree(Snapshot& snapshot, const std::filesystem::path& folder,
                              Progress& progress, const Cancellation& cancellation);

}  // namespace ca::reports
