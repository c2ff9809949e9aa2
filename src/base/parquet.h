#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/sql.h"
#include "base/table.h"

namespace ca {

/// Which rows to read: those whose `column` equals `value` (null: is null), at most `limit` of
/// them, in the order of the file; and which columns of them, in this order (none named: all).
struct ParquetFilter {
  struct Equals {
    std::string column;
    sql::Parameter value;
  };
  std::optional<Equals> where = {};
  std::optional<std::size_t> limit = {};
  std::vector<std::string> columns = {};
};

/// Writes and reads Parquet through one database in memory, which makes many small files cheap.
/// Used by one thread at a time. A column's type is BIGINT, DOUBLE, BOOLEAN, VARCHAR, DATE or
/// TIMESTAMP in UTC (timestamp[us, UTC] in Arrow).
class ParquetSession {
 public:
  ParquetSession();
  ParquetSession(const ParquetSession&) = delete;
  ParquetSession& operator=(const ParquetSession&) = delete;
  ~ParquetSession();

  /// Writes the rows of all parts, which have the same columns (at least one), zstd-compressed at
  /// its fastest level. The file appears whole or not at all: it is written beside `path`, synced
  /// and renamed. Text that is not UTF-8 gets U+FFFD. The same parts give the same bytes. Throws
  /// Error E-FILE.
  void write(const std::filesystem::path& path, std::span<const Table> parts);

  /// The table, named after the file, with one key column (the file does not know how many).
  /// Integers of any width become kInteger, decimals and floats kDouble, what is not known becomes
  /// text. Throws Error E-FILE when there is no such file, E-SQL when it is no Parquet file or has
  /// no such column.
  Table read(const std::filesystem::path& path, const ParquetFilter& filter = {});

 private:
  struct Source;

  std::unique_ptr<Source> source_;  ///< what write() is given; the database reads it
  sql::Database database_;
  sql::Connection connection_;
};

void write_parquet(const std::filesystem::path& path, const std::vector<Table>& parts);
Table read_parquet(const std::filesystem::path& path, const ParquetFilter& filter = {});

}  // namespace ca
