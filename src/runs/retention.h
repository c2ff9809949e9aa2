#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/calendar.h"

namespace ca::runs {

struct DatedSnapshot {
  std::string run;  ///< names sort by time
  Day date;
};

/// The runs whose snapshots may go on `today` (ruling 47): all of the last 35 days stay, then the
/// newest of each week for a year, then the newest of each month.
std::vector<std::string> outlived(std::vector<DatedSnapshot> snapshots, Day today);

/// Deletes the outlived snapshots but never `current`. Readers that have one mapped keep it.
void drop_old_snapshots(const std::filesystem::path& folder, Day today, const std::string& current);

}  // namespace ca::runs
