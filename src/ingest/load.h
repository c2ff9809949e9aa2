#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/cancellation.h"
#include "base/progress.h"
#include "base/sql.h"
#include "ingest/mapping.h"

namespace ca::ingest {

/// One line of the report data_quality: how often a rule was met, with up to five cases.
struct QualityFinding {
  std::string source;
  std::string rule;
  std::string severity;  ///< error: rows were rejected; warn: look at it; info: only told
  std::int64_t count = 0;
  std::vector<std::string> sample;
};

struct StagedSource {
  sources::Kind kind;
  std::int64_t rows_read = 0;  ///< lines that could be split into columns
  std::int64_t rows_accepted = 0;
  std::int64_t malformed = 0;
  std::vector<std::string> warnings;
};

struct Staging {
  std::vector<StagedSource> sources;
  std::vector<QualityFinding> findings;
};

/// Name of the staged table of a kind: staged_sessions, staged_customers, staged_products,
/// staged_deliveries. Basket lines and deliveries refer to their session by its number.
std::string staged_table(sources::Kind kind);

/// The columns of a table of the kind, as a DDL list. Keys of sessions stand uncompressed: nearly
/// all differ, and trying to compress them costs more than a bare load.
std::string table_columns(sources::Kind kind, std::size_t customer_actions);

/// Reads every source of the plan into staged tables of the connection: cleaned, rejected rows and
/// older duplicates taken out, orders looked up. Nothing that the store shows changes. Rejected
/// rows go to staged_rejects(source, rule, file, line, text), at most kKeptRejects a rule. Errors:
/// those of sources::open and checks; E-MALFORMED when more than max_malformed of the lines cannot
/// be split into columns; E-EMPTY when no session survives.
Staging stage(const ShopPlan& plan, sql::Connection& connection,
              const std::filesystem::path& scratch, Progress& progress,
              const Cancellation& cancellation);

inline constexpr int kKeptRejects = 1000;

}  // namespace ca::ingest
