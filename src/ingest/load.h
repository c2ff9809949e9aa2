#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/cancellation.h"
#include "base/progress.h"
#include "base/sql.h"
#include "ingest/load_record.h"
#include "ingest/mapping.h"

namespace ca::ingest {

struct StagedSource {
  sources::Kind kind;
  std::int64_t rows_read = 0;  ///< lines that could be split into columns
  std::int64_t rows_accepted = 0;
  std::int64_t malformed = 0;
  std::vector<std::string> warnings;
};

/// What a load found and staged.
struct Staging {
  /// Whether the staged tables are the whole shop; else they are what changes in the stored one.
  bool is_full = true;
  std::string why_full;                  ///< in words, where a full load had to be
  std::vector<StagedSource> sources;     ///< those that had something to read
  std::vector<QualityFinding> findings;  ///< of all loads since the last full one
};

/// Name of the staged table of a kind: staged_sessions, staged_customers, staged_products,
/// staged_deliveries. Basket lines and deliveries refer to their session by its number.
std::string staged_table(sources::Kind kind);

/// The columns of a table of the kind, as a DDL list. Keys of sessions stand uncompressed: nearly
/// all differ, and trying to compress them costs more than a bare load.
std::string table_columns(sources::Kind kind, std::size_t customer_actions);

/// Stages what the sources have that the store, whose tables the connection sees, has not: cleaned,
/// rejected rows and older duplicates taken out, orders looked up. Nothing that the store shows
/// changes. The sources are read from the beginning when `is_full` asks for it, when there was no
/// load before, and when a source or how it is read is not the same any more.
///
/// Otherwise only files that are new, and what was appended to known ones, are read; a file that
/// has changed in another way is read with all others of its source and compared row by row. What
/// is gone from a source stays in the store. Then the staged tables hold
///   staged_sessions, staged_customers, staged_deliveries: rows that are new or replace others
///   staged_products: lines that come, staged_line_orders(number): orders whose lines they replace
///   staged_touched(client, order_id): whose journeys change; a session without a client is named
///     by its order id
/// and either way the record of loads (load_record.h), staged as well.
///
/// Rejected rows go to staged_rejects(source, rule, file, line, text), at most kKeptRejects a rule;
/// basket lines and deliveries of unknown orders to staged_unmatched_lines and
/// staged_unmatched_deliveries, from where a later load takes them when their order comes. Errors:
/// those of sources::open and checks; E-MALFORMED when more than max_malformed of the lines cannot
/// be split into columns; E-EMPTY when no session survives a full load; E-FILE when a file changes
/// while it is read.
Staging stage(const ShopPlan& plan, bool is_full, sql::Connection& connection,
              const std::filesystem::path& scratch, Progress& progress,
              const Cancellation& cancellation);

inline constexpr int kKeptRejects = 1000;

}  // namespace ca::ingest
