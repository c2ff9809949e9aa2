#pragma once

#include <duckdb.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/calendar.h"

namespace ca::sql {

/// DuckDB behind value types. A Database may be shared by threads; a Connection belongs to one
/// thread at a time (interrupt() alone may be called from another). Failures of DuckDB are thrown
/// as Error E-SQL with its own text.

struct Options {
  int threads = 0;               ///< 0: DuckDB's choice
  std::string memory_limit;      ///< as "2GB"; empty: DuckDB's choice
  std::string temporary_folder;  ///< where it may spill; empty: DuckDB's choice
  bool read_only = false;
};

/// A chunk of up to 2,048 rows of a result, owned. Valid until the next one is fetched.
class Chunk {
 public:
  Chunk() = default;
  explicit Chunk(duckdb_data_chunk chunk) : chunk_(chunk) {}
  Chunk(Chunk&& other) noexcept : chunk_(std::exchange(other.chunk_, nullptr)) {}
  Chunk& operator=(Chunk&& other) noexcept;
  ~Chunk();

  explicit operator bool() const { return chunk_ != nullptr; }
  std::size_t rows() const { return duckdb_data_chunk_get_size(chunk_); }
  template <class T>
  const T* data(std::size_t column) const {
    return static_cast<const T*>(
        duckdb_vector_get_data(duckdb_data_chunk_get_vector(chunk_, column)));
  }
  bool is_null(std::size_t column, std::size_t row) const;
  /// The column's null mask (1 = valid), or null when no cell is null.
  std::uint64_t* validity(std::size_t column) const {
    return duckdb_vector_get_validity(duckdb_data_chunk_get_vector(chunk_, column));
  }
  std::string_view text(std::size_t column, std::size_t row) const;

 private:
  duckdb_data_chunk chunk_ = nullptr;
};

/// The characters of a DuckDB string cell, inlined or not.
inline std::string_view view_of(const duckdb_string_t& cell) {
  const std::uint32_t length = cell.value.inlined.length;
  return {length <= 12 ? cell.value.inlined.inlined : cell.value.pointer.ptr, length};
}

/// One column of a chunk, for loops over its rows: DuckDB is asked once where it is, not for each
/// cell. Not valid longer than the chunk. T is duckdb_string_t for texts.
template <class T>
class Cells {
 public:
  Cells(const Chunk& chunk, std::size_t column)
      : values_(chunk.data<T>(column)), validity_(chunk.validity(column)) {}

  bool is_null(std::size_t row) const {
    return validity_ != nullptr && ((validity_[row / 64] >> (row % 64)) & 1) == 0;
  }
  T value_or(std::size_t row, T otherwise) const { return is_null(row) ? otherwise : values_[row]; }
  const T& operator[](std::size_t row) const { return values_[row]; }

 private:
  const T* values_;
  const std::uint64_t* validity_;
};

class Result {
 public:
  explicit Result(duckdb_result result) : result_(result) {}
  Result(Result&& other) noexcept;
  Result& operator=(Result&&) = delete;
  ~Result();

  std::size_t width() { return duckdb_column_count(&result_); }
  std::string column_name(std::size_t column) { return duckdb_column_name(&result_, column); }
  duckdb_type column_type(std::size_t column) { return duckdb_column_type(&result_, column); }
  std::int64_t rows_changed() { return static_cast<std::int64_t>(duckdb_rows_changed(&result_)); }
  /// The next chunk, or an empty one at the end.
  Chunk next();
  duckdb_result* handle() { return &result_; }

 private:
  duckdb_result result_;
};

/// A value bound to a `?` of a statement.
struct Parameter {
  enum class Kind : std::uint8_t { kNull, kInteger, kDouble, kText } kind = Kind::kNull;
  std::int64_t integer = 0;
  double real = 0;
  std::string text;

  Parameter() = default;
  Parameter(std::int64_t value) : kind(Kind::kInteger), integer(value) {}      // NOLINT: implicit
  Parameter(double value) : kind(Kind::kDouble), real(value) {}                // NOLINT: implicit
  Parameter(std::string value) : kind(Kind::kText), text(std::move(value)) {}  // NOLINT: implicit
  Parameter(const char* value) : kind(Kind::kText), text(value) {}             // NOLINT: implicit
};

class Connection {
 public:
  explicit Connection(duckdb_database database);
  Connection(Connection&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  Connection& operator=(Connection&&) = delete;
  ~Connection();

  /// Runs one or more statements and drops their results.
  void run(const std::string& statements);
  /// One statement, materialised.
  Result query(const std::string& statement, std::span<const Parameter> parameters = {});
  Result query(const std::string& statement, std::initializer_list<Parameter> parameters);
  /// One statement whose rows are computed while they are fetched.
  Result stream(const std::string& statement);
  /// The single integer of a one-row, one-column result; 0 when it is null or there is no row.
  std::int64_t integer(const std::string& statement, std::span<const Parameter> parameters = {});
  std::int64_t integer(const std::string& statement, std::initializer_list<Parameter> parameters);
  /// Asks a running statement to stop; it then fails with E-CANCELLED.
  void interrupt() { duckdb_interrupt(handle_); }

  duckdb_connection handle() { return handle_; }

 private:
  duckdb_connection handle_ = nullptr;
};

/// Adds many rows to a table of the connection, much faster than statements do. They are all there
/// after finish(), which tells what went wrong.
class Appender {
 public:
  Appender(Connection& connection, const std::string& table);
  Appender(const Appender&) = delete;
  Appender& operator=(const Appender&) = delete;
  ~Appender();

  /// As many values as the table has columns.
  void row(std::initializer_list<Parameter> values);
  void finish();

 private:
  void check(duckdb_state state);

  duckdb_appender handle_ = nullptr;
};

class Database {
 public:
  /// Opens or creates the file; an empty path is a database in memory.
  explicit Database(const std::string& path, const Options& options = {});
  Database(Database&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  Database& operator=(Database&&) = delete;
  ~Database();
  Connection connect() { return Connection(handle_); }

 private:
  duckdb_database handle_ = nullptr;
};

/// `'...'` with quotes doubled; `"..."` with quotes doubled.
std::string literal(std::string_view text);
std::string identifier(std::string_view name);

}  // namespace ca::sql
