#include "runs/publishing.h"

#include <fmt/format.h>

#include "base/error.h"
#include "models/kept_value.h"
#include "reports/export.h"
#include "reports/families.h"
#include "runs/history.h"
#include "runs/retention.h"
#include "runs/shop_plan.h"
#include "runs/system_tables.h"

namespace ca::runs {
namespace {

using workspace::StageState;

std::filesystem::path temporary_path(const RunContext& run) {
  return setting(run.configuration, "storage.temporary_path", "");
}

/// Reports and columns of stages that did not run (ruling 67).
void note_what_is_missing(reports::Manifest& manifest, const StageEnds& ended) {
  const bool has_value = manifest.files.contains(models::kValueFile);
  const bool has_segments = manifest.files.contains(reports::kSegmentsFile);
  for (const reports::FamilySpec& family : reports::families()) {
    if (family.kind == reports::FamilyKind::kSystem) continue;
    for (const reports::ReportSpec& report : family.reports) {
      const bool is_there =
          manifest.rows.contains(report.name) || manifest.not_configured.contains(report.name);
      if (is_there) continue;
      // Where its own stage did well, what lacks are the segments, or what is expected.
      const bool is_ok = ended(std::string(family.stage)) == StageState::kOk;
      manifest.skipped[report.name] = !is_ok ? family.stage
                                      : family.stage == reports::kAnomaliesStage
                                          ? reports::kValueStage
                                          : reports::kSegmentsStage;
    }
  }
  const bool has_kpis = manifest.rows.contains(std::string(reports::kClientKpis));
  if (has_kpis && !has_segments) {
    manifest.empty_columns[fmt::format("{}.segments", reports::kClientKpis)] =
        reports::kSegmentsStage;
  }
  if (manifest.rows.contains("churn") && !has_value) {
    manifest.empty_columns["churn.churn_personal"] = reports::kValueStage;
  }
  if (has_value && !has_segments) {
    manifest.empty_columns["client_value.segment"] = reports::kSegmentsStage;
  }
}

void write_system_tables(const RunContext& run, const StageEnds& ended,
                         const std::vector<ingest::QualityFinding>& findings,
                         reports::Manifest& manifest) {
  std::vector<Table> tables;
  tables.push_back(run_log_table(run.run, run.workspace.events(run.run)));
  if (!ended("ingest")) {
    manifest.skipped["data_quality"] = "ingest";
  } else if (ended("quality") != StageState::kOk) {
    manifest.skipped["data_quality"] = "quality";
  } else {
    tables.push_back(data_quality_table(run.run, findings));
  }
  ThreadPool pool(1);
  reports::write_reports(run.snapshot_folder(), {{"main", true, std::move(tables)}}, pool,
                         manifest);
}

void record_rows(const RunContext& run, const reports::Manifest& manifest) {
  const auto record = run.workspace.run(run.run);
  RowCounts counts = record ? row_counts_from_json(record->rows_json) : RowCounts();
  counts.reports = manifest.rows;
  run.workspace.set_rows(run.run, to_json(counts));
}

}  // namespace

std::int64_t publish(const RunContext& run, const Draft& draft, const StageEnds& ended,
                     const std::vector<ingest::QualityFinding>& findings,
                     const workspace::RunLock& lock) {
  if (!draft.has_results()) {
    throw Error("E-STAGE", "There is nothing to publish: no stage of this run made reports.",
                "Add exploratory, segments, clv, tests, anomalies or deliveries to --only.");
  }
  reports::Manifest manifest = draft.manifest();
  manifest.run = run.run;
  manifest.configuration = run.configuration_hash;
  manifest.timezone = run.plan.timezone;
  manifest.currency = setting(run.configuration, "workspace.currency", "");
  manifest.snapshot_date = run.today();
  note_what_is_missing(manifest, ended);
  write_system_tables(run, ended, findings, manifest);
  reports::write_manifest(draft.folder(), manifest);
  run.cancellation.check();
  workspace::publish(run.home, {.journeys = manifest.journeys, .snapshot = run.run});
  record_rows(run, manifest);
  run.workspace.add_snapshot(run.run, manifest.snapshot_date);
  drop_old_snapshots(lock, run.workspace, manifest.snapshot_date);
  return static_cast<std::int64_t>(manifest.rows.size());
}

std::string why_no_export(const RunContext& run) {
  return temporary_path(run).empty() ? "no [storage] temporary_path is configured" : "";
}

std::int64_t export_reports(const RunContext& run, Progress& progress) {
  const auto current = workspace::read_current(run.home);
  if (!current || current->snapshot.empty()) {
    throw Error("E-SNAPSHOT", "There are no results to export.",
                "Run `customeranalytics run` without --only first.");
  }
  reports::Snapshot snapshot(run.home.snapshots_folder() / current->snapshot);
  return static_cast<std::int64_t>(reports::write_report_tree(
      snapshot, temporary_path(run) / "build_in_reports", progress, run.cancellation));
}

}  // namespace ca::runs
