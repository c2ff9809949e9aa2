#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/sql.h"
#include "sources/source.h"

namespace ca::ingest {

/// One line of the report data_quality: how often a rule was met, with up to kSampleSize cases.
struct QualityFinding {
  std::string source;
  std::string rule;
  std::string severity;  ///< error: rows were rejected; warn: look at it; info: only told
  std::int64_t count = 0;
  std::vector<std::string> sample;
};

/// Adds what a further load of the same source has found: counts add up, and of the samples the
/// first in byte order stay.
void add_finding(std::vector<QualityFinding>& findings, QualityFinding found);

/// What the loads so far have read of a source.
struct SourceRecord {
  std::string configuration;  ///< hash of what it was read by
  std::int64_t rows_read = 0;
  std::int64_t malformed = 0;
  char decimal = '.';
  std::vector<sources::SeenFile> files;
  std::vector<QualityFinding> findings;
};

/// What the store knows of the loads that made it: kept beside the data and changed with them, in
/// one transaction, so that the next load can take in what is new and no more.
struct LoadRecord {
  std::int64_t load = 0;  ///< number of the newest load, 1 and up; 0 before the first
  std::string origin;     ///< names the full load that the later ones build upon, like no other
  std::map<sources::Kind, SourceRecord> sources;
};

/// Statements that create the record's tables where they are missing.
std::string record_tables();
/// Names of these tables; a load stages each under staged_<name>, and they take their place.
const std::vector<std::string>& record_table_names();

LoadRecord read_record(sql::Connection& connection);
/// Writes the record into staged tables.
void stage_record(const LoadRecord& record, sql::Connection& connection);

}  // namespace ca::ingest
