#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/cancellation.h"
#include "base/progress.h"
#include "base/table.h"
#include "reports/catalogue.h"
#include "reports/snapshot.h"
#include "workspace/home.h"

namespace ca::api {

/// What `report` and the API's report endpoints ask.
struct ReportQuery {
  std::vector<std::string> names;
  std::vector<std::string> dimensions;  ///< names or plain values; empty: main
  bool as_union = false;                ///< the dimensions as one population, computed now
  std::optional<std::string> snapshot;  ///< a day; default: the newest
  bool nearest = false;                 ///< the newest snapshot on or before that day will do
  std::optional<std::string> from;      ///< days of a live window (ruling 41)
  std::optional<std::string> to;
  std::optional<std::size_t> limit;
};

/// One report of one population. Asked for several populations, each table begins with the column
/// `population` (ruling 68).
struct ReportResult {
  std::string report;
  std::string dimension;  ///< population name; of a union the names joined by commas
  std::string run;
  Instant as_of;
  std::string timezone;
  std::vector<reports::ColumnSpec> columns;
  Table table;  ///< at most `limit` rows
  std::int64_t total_rows = 0;
  /// Tells a person why there is nothing: the window lies outside the data. Else empty.
  std::string note;
};

/// Reads the reports from the snapshot, or, with a window or for a union, computes them from the
/// journeys in one pass. One result for each name and dimension, names outermost. Errors: E-REPORT
/// (unknown name), E-NOT-CONFIGURED (with what is missing), E-SKIPPED (the stage did not run),
/// E-DIMENSION (unknown, with the nearest), E-SNAPSHOT (no snapshot of that day, with its
/// neighbours; or none at all), E-PARAM (days that are none, a window that ends before it begins, a
/// population of a report that is only main's, a union of nothing or with main).
std::vector<ReportResult> query(const workspace::Home& home, const ReportQuery& query,
                                const Cancellation& cancellation);

/// Product.md 1.0.9: {report, dimension, as_of, run_id, is_sample, columns, rows, total_rows}.
std::string to_json(const ReportResult& result);
/// One object, or a list when there are several.
std::string to_json(const std::vector<ReportResult>& results);

/// The catalogue as JSON, with the columns of the current snapshot's shop when there is one.
std::string catalogue_json();

/// The manifest of the snapshot in force, or of a day. Errors as query().
reports::Manifest manifest(const workspace::Home& home, const std::optional<std::string>& day = {},
                           bool nearest = false);

/// Writes DIR/<population>/<report>.<csv|parquet> and DIR/dimensions.json of the snapshot in force;
/// all populations with `all`, else the given dimensions (default main). Returns the number of
/// reports' files. Errors: E-SNAPSHOT, E-DIMENSION before anything is written, E-FILE, E-CANCELLED.
std::size_t export_reports(const workspace::Home& home, const std::filesystem::path& folder,
                           const std::vector<std::string>& dimensions, bool all, bool as_parquet,
                           Progress& progress, const Cancellation& cancellation);

}  // namespace ca::api
