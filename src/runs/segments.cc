#include "runs/segments.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
#include <ranges>

#include "base/checksum.h"
#include "base/error.h"
#include "base/log.h"
#include "reports/population_name.h"
#include "reports/rfm_cuts.h"
#include "reports/segment_flow.h"
#include "runs/published.h"
#include "runs/shop_plan.h"

namespace ca::runs {
namespace {

using reports::KeptSegments;
using reports::SegmentSettings;
using reports::Snapshot;

constexpr const char* kRfm = "rfm";
constexpr const char* kSegmentation = "segmentation";

std::shared_ptr<const reports::SegmentRules> rules_of(const std::string& rules) {
  using reports::SegmentRules;
  if (rules == "complete") return std::make_shared<const SegmentRules>(SegmentRules::complete());
  if (rules == "legacy") return std::make_shared<const SegmentRules>(SegmentRules::legacy());
  std::ifstream in(rules, std::ios::binary);
  if (!in.is_open() || std::filesystem::is_directory(rules)) {
    throw Error("E-FILE", fmt::format("The rules of [rfm], {}, cannot be read.", rules),
                "rules is \"complete\", \"legacy\" or the path of a JSON file.", {{"path", rules}});
  }
  try {
    return std::make_shared<const SegmentRules>(
        SegmentRules::parse(std::string{std::istreambuf_iterator<char>(in), {}}));
  } catch (const Error& error) {
    throw Error(error.code(), fmt::format("{}: {}", rules, error.message()), error.hint());
  }
}

/// The table of the report, or null.
const Table* find_table(const reports::Answer& answer, const char* report) {
  const auto found = std::ranges::find(answer.tables, report, &Table::name);
  return found == answer.tables.end() ? nullptr : &*found;
}

}  // namespace

SegmentSettings segment_settings(const workspace::Configuration& configuration) {
  SegmentSettings settings;
  settings.rules = rules_of(setting(configuration, "rfm.rules", "complete"));
  settings.scales = reports::scales_of(setting(configuration, "rfm.scales", ""));
  settings.refit = reports::refit_of(setting(configuration, "rfm.refit", "always"));
  return settings;
}

std::string cuts_made_for(const workspace::Configuration& configuration,
                          const SegmentSettings& settings) {
  const SegmentSettings::Scales& scales = settings.scales;
  return hexadecimal(
      checksum_of(fmt::format("{} {} {} {} {} {}", workspace::load_hash(configuration),
                              name_of(scales.recency), name_of(scales.frequency),
                              name_of(scales.monetary), name_of(settings.refit),
                              settings.rules->json()))
          .xxh3);
}

KeptSegments cuts_of_run(const journeys::Journeys& journeys, const SegmentSettings& settings,
                         const std::string& made_for, const std::optional<KeptSegments>& last,
                         const reports::Facts& facts, ThreadPool& pool,
                         const Cancellation& cancellation, std::string& why) {
  using Refit = SegmentSettings::Refit;
  const std::int64_t as_of = facts.main.as_of;
  const bool may_keep = settings.refit != Refit::kAlways && last && last->made_for == made_for &&
                        last->cuts.as_of <= as_of;
  const bool is_recent = may_keep && as_of - last->cuts.as_of < 7 * kMicrosPerDay;
  if (may_keep && settings.refit == Refit::kWeekly && is_recent) {
    why = "The cuts of scores are kept: they are less than a week old.";
    return {settings, last->cuts, made_for};
  }
  reports::RfmValues values = reports::find_rfm_values(journeys, as_of, pool, cancellation);
  if (may_keep && settings.refit == Refit::kDrift) {
    const double moved = reports::drift(last->cuts, values);
    if (moved < reports::kMostDrift) {
      why = fmt::format("The cuts of scores are kept: the drift is {:.3f}.", moved);
      return {settings, last->cuts, made_for};
    }
    why = fmt::format("Scores are cut anew: the drift is {:.3f}.", moved);
  } else {
    why = "Scores are cut anew.";
  }
  return {settings, reports::cut(std::move(values), settings.scales, as_of, pool), made_for};
}

std::optional<Snapshot> previous_segments(const workspace::Home& home,
                                          const workspace::Workspace& workspace, Day today) {
  std::map<Day, std::string> days;  // the last one of each
  for (const workspace::SnapshotRecord& snapshot : published_snapshots(home, workspace)) {
    if (snapshot.day < today) days[snapshot.day] = snapshot.run;
  }
  for (const auto& [day, run] : days | std::views::reverse) {
    try {
      Snapshot snapshot(home.snapshots_folder() / run);
      if (snapshot.manifest().rows.contains(kRfm)) return snapshot;
    } catch (const Error& error) {
      log::warning("snapshot not readable", {{"snapshot", run}, {"reason", error.message()}});
    }
  }
  return std::nullopt;
}

void compare_with(Snapshot* previous, const reports::Schema& schema,
                  std::vector<reports::Answer>& answers) {
  std::map<std::string, Table> rfm;
  std::map<std::string, Table> segmentation;
  if (previous != nullptr) {
    rfm = previous->report_by_population(kRfm);
    segmentation = previous->report_by_population(kSegmentation);
  }
  const Table nobody = reports::table_for(reports::find_report(kRfm), schema);
  for (reports::Answer& answer : answers) {
    const Table* now = find_table(answer, kRfm);
    if (now == nullptr) continue;
    const std::string name = reports::population_name(answer.population, answer.is_main);
    const auto before = rfm.find(name);
    Table flow =
        previous == nullptr
            ? reports::table_for(reports::find_report("segment_flow"), schema)
            : reports::segment_flow(before == rfm.end() ? nobody : before->second, *now, schema);
    const auto shares = segmentation.find(name);
    for (Table& table : answer.tables) {
      if (table.name() != "segment_table" || shares == segmentation.end()) continue;
      table = reports::with_change(table, shares->second);
    }
    answer.tables.push_back(std::move(flow));
  }
}

}  // namespace ca::runs
