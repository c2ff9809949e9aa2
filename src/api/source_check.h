#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/cancellation.h"
#include "ingest/first_rows.h"
#include "sources/source.h"

namespace ca::api {

/// What the check of one source found (product.md 2.4).
struct CheckedSource {
  std::string kind;
  std::string path;
  std::vector<std::string> files;
  std::vector<std::string> warnings;
  ingest::Probe probe;
  std::int64_t rows = 0;    ///< of all files
  std::uint64_t bytes = 0;  ///< of all files
  std::int64_t malformed = 0;
  // How a CSV is read; empty for Parquet.
  std::string separator;
  std::string encoding;  ///< "ascii", "utf-8", "windows-1252", or "mixed"
  std::string decimal;
};

/// A source that was opened and whose first rows were read: steps 2 and 3 of the protocol.
struct OpenedSource {
  sources::Relation relation;
  ingest::FirstRows first;
};

/// Errors of sources::open().
OpenedSource open_source(const sources::Location& location, int rows,
                         const std::filesystem::path& scratch, const Cancellation& cancellation);

CheckedSource described(const sources::Location& location, const OpenedSource& opened,
                        const std::string& timezone, const std::string& date_pattern);

/// Step 4, and that sessions are not empty. Errors: E-MAP-MISSING, E-MAP-TYPE, E-EMPTY.
void check_mapping(const ingest::SourcePlan& plan, const OpenedSource& opened);

/// Steps 2 to 4.
CheckedSource check_source(const ingest::SourcePlan& plan, const std::filesystem::path& scratch,
                           const Cancellation& cancellation);

}  // namespace ca::api
