#include "runs/leftover.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "base/error.h"
#include "journeys/journeys.h"
#include "runs/run_options.h"
#include "runs/run_store.h"

namespace ca::runs {
namespace {

using workspace::StageState;

/// The rows of a stage that did well.
std::optional<std::int64_t> rows_of(const std::vector<workspace::StageRecord>& stages,
                                    const char* name) {
  const auto stage = std::ranges::find(stages, name, &workspace::StageRecord::stage);
  if (stage == stages.end() || stage->state != StageState::kOk) return std::nullopt;
  return stage->rows_out;
}

std::vector<ingest::QualityFinding> findings_of(const RunContext& run, const std::string& of) {
  std::vector<ingest::QualityFinding> findings;
  for (const workspace::QualityRecord& record : run.workspace.quality(of)) {
    const nlohmann::json sample = nlohmann::json::parse(record.sample_json, nullptr, false);
    findings.push_back(
        {record.source, record.rule, std::string(name_of(record.severity)), record.count,
         sample.is_array() ? sample.get<std::vector<std::string>>() : std::vector<std::string>()});
  }
  return findings;
}

/// The journeys that the run built or took over itself; empty when they are not there any more.
std::string version_of(const RunContext& run, std::string of) {
  while (!of.empty()) {
    if (std::filesystem::is_directory(run.home.journeys_folder() / of)) return of;
    const auto record = run.workspace.run(of);
    of = record ? record->origin.resumed_from : std::string();
  }
  return {};
}

/// Why the journeys cannot be used, or empty.
std::string fault_of(const RunContext& run, const std::string& version) {
  if (version.empty()) return "they are not there any more";
  try {
    ThreadPool pool(run.threads);
    journeys::Journeys(run.home.journeys_folder() / version).verify(pool);
    return {};
  } catch (const Error& error) {
    return error.message();
  }
}

/// Why the store is not what the run has left, or empty: rows that the run counted may have been
/// lost with a part of the store.
std::string fault_of_store(const RunContext& run, const workspace::RunRecord& of) {
  try {
    const auto store = store::open_duckdb_store(run.home.store_file(), store_options(run));
    const store::Counts counts = store->counts();
    const auto left = row_counts_from_json(of.rows_json).sources;
    for (const ingest::SourcePlan& source : run.plan.sources) {
      const auto counted = left.find(std::string(name_of(source.location.kind)));
      const std::int64_t held = stored_rows(counts, source.location.kind);
      if (counted == left.end() || counted->second == held) continue;
      return fmt::format("the store holds {} {}, not the {} that run {} has left", held,
                         counted->first, counted->second, of.id);
    }
    return {};
  } catch (const Error& error) {
    return error.message();
  }
}

}  // namespace

Leftover find_leftover(const RunContext& run) {
  check_options(run.workspace, run.options);
  const workspace::RunRecord of = run.workspace.run(run.options.resume).value();
  const std::vector<workspace::StageRecord> stages = run.workspace.stages(of.id);
  Leftover left;
  const auto ingested = rows_of(stages, "ingest");
  if (!ingested) return left;
  const auto again = [&](const std::string& what, const std::string& why) {
    left.notes.push_back(fmt::format("{} done again: {}.", what, why));
  };
  if (of.load_hash != workspace::load_hash(run.configuration)) {
    again("Everything is", "the sources are connected otherwise than for run " + of.id);
    return left;
  }
  const auto last = run.workspace.last_run_with("ingest");
  if (!last || last->id != of.id || !std::filesystem::exists(run.home.store_file())) {
    again("Everything is", "the store was loaded by another run since");
    return left;
  }
  if (const std::string fault = fault_of_store(run, of); !fault.empty()) {
    again("Everything is", fault);
    return left;
  }
  left.stages["ingest"] = *ingested;
  left.rows.sources = row_counts_from_json(of.rows_json).sources;
  left.findings = findings_of(run, of.id);
  if (const auto checked = rows_of(stages, "quality")) left.stages["quality"] = *checked;
  const auto built = rows_of(stages, "journeys");
  if (!built) return left;
  const std::string version = version_of(run, of.id);
  const std::string fault = of.config_hash != run.configuration_hash
                                ? "the configuration has changed"
                                : fault_of(run, version);
  if (!fault.empty()) {
    again("journeys are", fault);
    return left;
  }
  left.stages["journeys"] = *built;
  left.journeys = version;
  return left;
}

}  // namespace ca::runs
