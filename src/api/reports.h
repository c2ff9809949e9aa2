#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "api/shown_rows.h"
#include "base/cancellation.h"
#include "base/progress.h"
#include "base/table.h"
#include "reports/catalogue.h"
#include "reports/snapshot.h"
#include "workspace/home.h"

namespace ca::api {

/// Some customers: by their names, or a segment of the newest snapshot.
struct Segment {
  std::string name;
  std::vector<std::string> clients = {};
  /// They are those whom rfm of main has in the segment `name`, in any writing of it
  /// (reports/segment_rules.h).
  bool is_of_snapshot = false;
};

/// For whom, and of which days: what every question has. With a window, a union or a segment the
/// answer is computed now, from the journeys.
struct FrameQuery {
  std::vector<std::string> dimensions;  ///< names or plain values; empty: main
  bool as_union = false;                ///< the dimensions as one population
  std::optional<std::string> from;      ///< days of a live window (ruling 41)
  std::optional<std::string> to;
  std::optional<Segment> segment;  ///< only these customers
};

/// What is asked of a single report, in place of what is asked of all.
struct ReportOptions {
  ShownRows shown = {};  ///< without a limit or an order of its own: those of all
  std::optional<std::vector<std::string>> dimensions = {};
};

/// What `report` and the API's report endpoints ask.
struct ReportQuery : FrameQuery {
  std::vector<std::string> names;       ///< one that is named twice is answered once
  std::optional<std::string> snapshot;  ///< a day; default: the newest
  bool nearest = false;                 ///< the newest snapshot on or before that day will do
  /// The window beside another of as many days: "previous" (those just before it) or "year" (the
  /// same days a year earlier).
  std::optional<std::string> compare;
  std::size_t offset = 0;  ///< leaves out so many rows of each table
  ShownRows shown;         ///< of each report
  /// Of single ones of the names. Rows shown are not for questions with an offset.
  std::map<std::string, ReportOptions> options;
  /// A report that cannot answer the question is answered as far as it can: without the window,
  /// segment, union and comparison where a run makes it or the snapshot is not the newest's, and of
  /// main where it is about everybody. Its results name no window, then.
  bool falls_back = false;
  bool is_veiled = false;  ///< hides who is behind the numbers (Veil)
};

/// One report of one population and window. Asked of several populations, each table begins with
/// the column `population` (ruling 68); for a comparison, with the column `period` before it.
struct ReportResult {
  std::string report;
  std::string dimension;  ///< population name; of a union the names joined by commas
  std::string run;
  Instant as_of;
  std::string timezone;
  std::vector<reports::ColumnSpec> columns;
  std::optional<Day> from;  ///< of the window
  std::optional<Day> to;
  std::string segment;  ///< its name, or empty
  std::string period;   ///< of a comparison: "current", and "previous" or "year"; else empty
  Table table;          ///< at most `limit` rows from the `offset`-th on
  std::int64_t total_rows = 0;
  /// Tells a person what to know about the answer: why there is nothing in it, or who of the
  /// segment is unknown. Else empty.
  std::string note;
  bool is_sample = false;  ///< of an invented shop
};

/// The names in force of reports that are named, also by those of the older program; each once.
std::vector<std::string> current_names(const std::vector<std::string>& asked);

/// Reads the reports from the snapshot, or computes them from the journeys, all in one pass. One
/// result for each name, dimension and period, names outermost. Errors: E-REPORT
/// (unknown name), E-NOT-CONFIGURED (with what is missing), E-SKIPPED (the stage did not run),
/// E-DIMENSION (unknown, with the nearest), E-SNAPSHOT (no snapshot of that day, with its
/// neighbours; or none at all), E-PARAM (days that are none, a window that ends before it begins, a
/// population of a report that is only main's, a union of nothing or with main, a comparison that
/// is none or has no window to compare, options of a report that is not asked, a column to sort by
/// that is none), E-SEGMENT (nobody of the segment is a customer, or no segment has that name).
std::vector<ReportResult> query(const workspace::Home& home, const ReportQuery& query,
                                const Cancellation& cancellation);

/// {report, dimension, as_of, run_id, is_sample, columns, rows, total_rows}, and of a live answer
/// from, to, period, segment and note where there is one.
std::string to_json(const ReportResult& result);
/// One object, or a list when there are several.
std::string to_json(const std::vector<ReportResult>& results);

/// The catalogue as JSON. `has_window`: whether from and to change the report; `has_members`:
/// whether members() can say who is behind some of its columns.
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
