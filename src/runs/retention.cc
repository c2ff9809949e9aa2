#include "runs/retention.h"

#include <algorithm>
#include <set>

#include "base/error.h"
#include "base/log.h"
#include "reports/snapshot.h"

namespace ca::runs {

std::vector<std::string> outlived(std::vector<DatedSnapshot> snapshots, Day today) {
  constexpr std::int32_t kDaysWithAll = 35;
  constexpr std::int32_t kDaysWithWeekly = 365;
  std::ranges::sort(snapshots, std::greater<>(), &DatedSnapshot::run);
  std::set<Day> weeks;
  std::set<Day> months;
  std::vector<std::string> runs;
  for (const DatedSnapshot& snapshot : snapshots) {
    const std::int32_t age = today - snapshot.date;
    if (age <= kDaysWithAll) continue;
    const bool is_kept = age <= kDaysWithWeekly
                             ? weeks.insert(monday_of(snapshot.date)).second
                             : months.insert(first_of_month(snapshot.date)).second;
    if (!is_kept) runs.push_back(snapshot.run);
  }
  return runs;
}

void drop_old_snapshots(const std::filesystem::path& folder, Day today,
                        const std::string& current) {
  std::vector<DatedSnapshot> snapshots;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    try {
      const reports::Manifest manifest = reports::read_manifest(entry.path());
      snapshots.push_back({entry.path().filename().string(), manifest.snapshot_date});
    } catch (const Error& error) {
      log::warning("snapshot not readable",
                   {{"snapshot", entry.path().filename().string()}, {"reason", error.message()}});
    }
  }
  for (const std::string& run : outlived(std::move(snapshots), today)) {
    if (run != current) std::filesystem::remove_all(folder / run);
  }
}

}  // namespace ca::runs
