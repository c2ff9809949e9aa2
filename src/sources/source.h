#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/cancellation.h"
#include "base/sql.h"

namespace ca::sources {

/// The four tables of a shop. The wire names are sessions, customers, products, deliveries.
enum class Kind : std::uint8_t { kSessions, kCustomers, kProducts, kDeliveries };

std::string_view name_of(Kind kind);

/// A file as a load has read it, kept so that the next load can tell what is new (changes.h).
struct SeenFile {
  std::string path;           ///< absolute
  std::uint64_t bytes = 0;    ///< its size
  std::int64_t modified = 0;  ///< nanoseconds since 1970
  std::uint64_t hash = 0;     ///< xxh3 of its content
  std::int64_t lines = 0;     ///< line ends of a CSV
  std::string encoding;       ///< of a CSV: "ascii", "utf-8" or "windows-1252"
  char separator = ',';       ///< of a CSV
  bool has_decimal_comma = false;
  bool has_decimal_point = false;
  bool has_open_quote = false;  ///< a cell that more text might close
  bool operator==(const SeenFile&) const = default;
};

/// A file to read, or what was appended to it.
struct FilePart {
  std::filesystem::path path;
  std::uint64_t begin = 0;         ///< bytes that are known already; 0: all of the file
  std::optional<SeenFile> before;  ///< the file as it was, where begin > 0
};

/// Where a table comes from and how to read it. What is not given is found out by looking at the
/// first lines (separator, decimal) and at every byte (encoding).
struct Location {
  Kind kind = Kind::kSessions;
  std::string type = "csv";  ///< canonical, see canonical_type()
  /// A file, a folder (its *.csv, *.csv.gz, ... not recursively) or a glob.
  std::filesystem::path path;
  std::optional<char> separator;        ///< one of , ; : | tab
  std::optional<std::string> encoding;  ///< "utf-8" or "windows-1252"
  std::optional<char> decimal;          ///< '.' or ','
  /// Bytes that one CSV file may have, unpacked.
  std::uint64_t most_bytes = UINT64_MAX;
  /// Where given, what to read of the files that `path` means, instead of all of them.
  std::vector<FilePart> parts;
};

/// "csv" and "parquet" for their spellings of any case; Error E-PARAM for anything else, with the
/// nearest known name, and for hdf5 the advice to export Parquet.
std::string canonical_type(std::string_view type);

struct SourceColumn {
  std::string name;
  std::string type;  ///< DuckDB's name of the type; VARCHAR for every column of a CSV
};

/// A line that could not be split into the header's columns.
struct MalformedLine {
  std::string file;
  std::int64_t line = 0;  ///< 1 is the header
  std::string reason;
  std::string text;  ///< the first 500 characters
};

struct Malformed {
  std::int64_t count = 0;
  std::vector<MalformedLine> lines;  ///< the first of them, in order
};

/// Lines whose text is kept.
inline constexpr std::size_t kMalformedSample = 1000;

/// A relation that DuckDB scans by itself (ruling 60). `select` yields every column, rows in the
/// order of file names and of lines, which decides between duplicates (ruling 11).
struct Relation {
  std::string select;  ///< SELECT ... FROM read_csv(...) [UNION ALL BY NAME ...]
  std::vector<SourceColumn> columns;
  std::vector<SeenFile> files;  ///< what the path resolved to, in order
  /// In words for the user: other headers, transcoded files, ...
  std::vector<std::string> warnings;
  char separator = ',';
  char decimal = '.';
  std::uint64_t bytes = 0;  ///< size of the files, for progress
  std::int64_t rows = 0;    ///< that a complete scan yields, malformed lines not counted
  Malformed malformed;      ///< lines that no scan will yield
  /// Why what was appended cannot be read by itself: read as a whole, the file would be understood
  /// in another way. Empty otherwise.
  std::string contradiction;
};

/// The files that the location's path means, in the order of their names (source_paths.h).
std::vector<std::filesystem::path> files_of(const Location& location);

/// Resolves, sniffs and describes the source, and reads every byte of a CSV once: lines that cannot
/// be split are put aside here, and DuckDB scans what is left. Files that are not UTF-8, or that
/// hold such lines, are copied by stream into `scratch`, which must outlive the relation. Errors:
/// E-FILE (nothing matches, or not readable), E-PERM, E-EMPTY (no line at all), E-PARAM (an
/// override that is not allowed), E-TOO-LARGE (more than most_bytes).
Relation open(const Location& location, sql::Connection& connection,
              const std::filesystem::path& scratch, const Cancellation& cancellation);

}  // namespace ca::sources
