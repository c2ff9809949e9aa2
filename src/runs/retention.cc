#include "runs/retention.h"

#include <ranges>
#include <set>

#include "runs/published.h"

namespace ca::runs {

std::vector<std::string> outlived(const std::vector<workspace::SnapshotRecord>& snapshots,
                                  Day today) {
  constexpr std::int32_t kDaysWithAll = 35;
  constexpr std::int32_t kDaysWithWeekly = 365;
  std::set<Day> weeks;
  std::set<Day> months;
  std::vector<std::string> runs;
  for (const workspace::SnapshotRecord& snapshot : snapshots | std::views::reverse) {
    const std::int32_t age = today - snapshot.day;
    if (age <= kDaysWithAll) continue;
    const bool is_kept = age <= kDaysWithWeekly
                             ? weeks.insert(monday_of(snapshot.day)).second
                             : months.insert(first_of_month(snapshot.day)).second;
    if (!is_kept) runs.push_back(snapshot.run);
  }
  return runs;
}

void drop_old_snapshots(const workspace::RunLock& held, workspace::Workspace& workspace,
                        Day today) {
  const workspace::Home& home = held.home();
  const workspace::Current current = read_current(home).value_or(workspace::Current{});
  for (const std::string& run : outlived(published_snapshots(home, workspace), today)) {
    if (run == current.snapshot) continue;
    workspace.remove_snapshot(run);
    delete_snapshot(home, run);
  }
}

}  // namespace ca::runs
