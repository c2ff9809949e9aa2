#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/checksum.h"
#include "base/parquet.h"
#include "base/table.h"
#include "reports/pass.h"

namespace ca::reports {

/// What one run computed, as files that anyone's tools open: <report>.parquet with the column
/// `population` first, and manifest.json, written last. Immutable once the manifest is there. A
/// report that is a view of another (View) has no file: it is columns of the other's.
struct Manifest {
  struct Population {
    std::string name;   ///< population_name() of the value, or main
    std::string value;  ///< the dimension value; for main the word itself
    bool is_main = false;
    std::int64_t sessions = 0;
  };

  std::string run;
  std::string journeys;       ///< version that was read
  std::string configuration;  ///< hash
  std::string timezone = "UTC";
  std::string currency;
  Day snapshot_date;                         ///< day of the run in the workspace's zone (ruling 7)
  std::int64_t as_of = 0;                    ///< microseconds UTC
  std::vector<Population> populations;       ///< main first
  std::map<std::string, std::int64_t> rows;  ///< of each report that was written, and its views
  std::map<std::string, std::string> not_configured;  ///< report -> what it lacks (ruling 38)
  std::map<std::string, std::string> skipped;         ///< report -> stage that did not run
  /// "report.column" -> stage that would have filled it and did not run (ruling 67)
  std::map<std::string, std::string> empty_columns;
  /// Of each file but the manifest, by its name. Empty in a snapshot of an older program.
  std::map<std::string, Checksum> files;

  /// Whether the report has a file; a view has one only where an older program wrote it.
  bool stores(std::string_view report) const;
  /// The population of that name, or of that plain value when only one has it; null when none.
  const Population* find(std::string_view name_or_value) const;
};

/// Writes manifest.json, which ends with a hash of itself; on disk when this returns.
void write_manifest(const std::filesystem::path& folder, const Manifest& manifest);
/// Error E-SNAPSHOT, which names the file, when it is missing, damaged, or of a newer program.
Manifest read_manifest(const std::filesystem::path& folder);

/// Writes the reports of all populations, one file a report and several at a time, and notes their
/// rows and checksums in the manifest, and the rows of the views of them.
void write_reports(const std::filesystem::path& folder, std::vector<Answer> answers,
                   ThreadPool& pool, Manifest& manifest);

/// Writes a text that belongs to the snapshot and is no report into a file of its own, and notes
/// the checksum in the manifest.
void write_text(const std::filesystem::path& folder, const std::string& file,
                const std::string& text, Manifest& manifest);
/// What the snapshot keeps of its segments, likewise.
void write_segments(const std::filesystem::path& folder, const KeptSegments& kept,
                    Manifest& manifest);

/// A snapshot to read from. Every file is compared with its checksum before it is used, so what a
/// table holds is what the run wrote. Used by one thread at a time. Errors of all calls:
/// E-SNAPSHOT, which names the file, when one is missing or damaged.
class Snapshot {
 public:
  explicit Snapshot(std::filesystem::path folder);

  const std::filesystem::path& folder() const { return folder_; }
  const Manifest& manifest() const { return manifest_; }

  /// One report of one population, without the column `population`; key columns as the catalogue
  /// says.
  Table report(std::string_view name, std::string_view population);
  /// The same of every population that has a row, by the population's name: reads the file once.
  std::map<std::string, Table> report_by_population(std::string_view name);
  /// The same one below the other, with the column `population` in front. Error E-PARAM where
  /// populations have other columns each.
  Table report_of_all(std::string_view name);

  /// Nothing where the stage segments did not run.
  std::optional<KeptSegments> segments() const;
  /// What write_text() wrote; nothing when the snapshot has no such file.
  std::optional<std::string> text(const std::string& file) const;
  /// What a question about the snapshot's journeys is answered with.
  std::optional<SegmentsAsked> segments_asked() const;

 private:
  /// Error E-SNAPSHOT when the file is not there or not what was written.
  void check_file(const std::string& file) const;
  /// Of a view: the columns of the other report that it shows, under its names.
  Table read(std::string_view name, ParquetFilter filter);
  Table read_file(std::string_view name, const ParquetFilter& filter);

  std::filesystem::path folder_;
  Manifest manifest_;
  std::unique_ptr<ParquetSession> parquet_;  ///< made when a report is read
};

}  // namespace ca::reports
