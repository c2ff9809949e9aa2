#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/cancellation.h"
#include "sources/byte_stream.h"
#include "sources/source.h"

namespace ca::sources {

/// One CSV file after every byte of it was looked at once, and how DuckDB is to read it.
///
/// DuckDB 1.5.6 splits well-formed files fast and right, and the others wrongly: next to many
/// broken lines its parallel reader drops good ones, a stray quote or CR ends a query or swallows
/// the rest of the file, and every broken line costs it a kilobyte. So what it reads has no such
/// line: `scan` is the file itself where nothing is wrong with it, else a copy in UTF-8 with LF
/// that lacks the lines put aside. Its own strictness stays on, and `rows` is what a scan has to
/// yield. Two more of its faults are kept away from: where the pieces of its parallel reader meet,
/// it takes text within quotes that looks like rows for rows, and loses what follows a CR LF that
/// the pieces cut in two.
struct CsvFile {
  std::filesystem::path path;
  std::filesystem::path scan;                    ///< what DuckDB reads
  Compression compression = Compression::kNone;  ///< of `scan`
  char separator = ',';
  bool is_crlf = false;
  bool is_parallel = true;           ///< whether several threads may share the file
  std::size_t longest_row = 0;       ///< bytes
  std::vector<std::string> columns;  ///< unique; empty if the file has no line at all
  std::int64_t rows = 0;             ///< without the header
  Malformed malformed;
  std::vector<std::string> warnings;
  SeenFile seen;  ///< the file as it was when it was looked at
};

/// Keeps the text of at most `sample` malformed lines. Copies go to `scratch`.
CsvFile examine_csv(const std::filesystem::path& path, const Location& location,
                    const std::filesystem::path& scratch, std::size_t sample,
                    const Cancellation& cancellation);

/// The first `size` bytes of a file, decompressed; fewer if it has fewer.
std::string read_head(const std::filesystem::path& path, std::size_t size);

}  // namespace ca::sources
