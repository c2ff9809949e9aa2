#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "workspace/workspace.h"

namespace ca::runs {

/// What a run counted, by the name of the source or report: rows that the store then held, and rows
/// of the reports that were published, of everybody and all dimension values.
struct RowCounts {
  std::map<std::string, std::int64_t> sources;
  std::map<std::string, std::int64_t> reports;
  bool operator==(const RowCounts&) const = default;
};

/// As `runs.rows_json` holds it.
std::string to_json(const RowCounts& counts);
/// Nothing is counted in what cannot be read.
RowCounts row_counts_from_json(std::string_view json);

/// The counts of a run beside those of the run before it that counted the same: of sources and of
/// reports each the newest one before. What one of the two did not have is missing there.
struct RowHistory {
  RowCounts now;
  RowCounts before;
  std::string sources_before;  ///< the run; empty: there is none
  std::string reports_before;
};

RowHistory row_history(const workspace::Workspace& workspace, const workspace::RunRecord& run);

}  // namespace ca::runs
