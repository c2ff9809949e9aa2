#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/parquet.h"
#include "base/table.h"
#include "reports/pass.h"

namespace ca::reports {

/// What one run computed, as files that anyone's tools open: <report>.parquet with the column
/// `population` first, and manifest.json, written last. Immutable once the manifest is there.
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
  std::map<std::string, std::int64_t> rows;  ///< of each report that was written
  std::map<std::string, std::string> not_configured;  ///< report -> what it lacks (ruling 38)
  std::map<std::string, std::string> skipped;         ///< report -> stage that did not run

  /// The population of that name, or of that plain value when only one has it; null when none.
  const Population* find(std::string_view name_or_value) const;
};

void write_manifest(const std::filesystem::path& folder, const Manifest& manifest);
/// Error E-SNAPSHOT when it is missing or damaged.
Manifest read_manifest(const std::filesystem::path& folder);

/// Writes the reports of all populations, one file a report, and notes their rows in the manifest.
void write_reports(const std::filesystem::path& folder, const std::vector<Answer>& answers,
                   ParquetSession& parquet, Manifest& manifest);

/// One report of one population, without the column `population`; key columns as the catalogue
/// says.
Table read_report(const std::filesystem::path& folder, std::string_view report,
                  std::string_view population, ParquetSession& parquet,
                  std::optional<std::size_t> limit = {});

}  // namespace ca::reports
