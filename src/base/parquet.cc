#include "base/parquet.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <stdexcept>

#include "base/error.h"
#include "base/utf8.h"
#include "base/whole_file.h"

namespace ca {
namespace {

namespace fs = std::filesystem;

// ---- table to DuckDB ----

duckdb_type duckdb_type_of(ColumnType type) {
  switch (type) {
    case ColumnType::kInteger: return DUCKDB_TYPE_BIGINT;
    case ColumnType::kDouble: return DUCKDB_TYPE_DOUBLE;
    case ColumnType::kBoolean: return DUCKDB_TYPE_BOOLEAN;
    case ColumnType::kText: return DUCKDB_TYPE_VARCHAR;
    case ColumnType::kDay: return DUCKDB_TYPE_DATE;
    case ColumnType::kInstant: return DUCKDB_TYPE_TIMESTAMP_TZ;
  }
  throw std::invalid_argument("a column of no type");
}

/// A cell that is not null; text that is not UTF-8 gets U+FFFD.
void put(duckdb_vector vector, void* data, std::size_t row, const Column& column,
         std::size_t from) {
  switch (column.type()) {
    case ColumnType::kInteger:
    case ColumnType::kInstant: static_cast<std::int64_t*>(data)[row] = column.integer(from); break;
    case ColumnType::kDouble: static_cast<double*>(data)[row] = column.real(from); break;
    case ColumnType::kBoolean: static_cast<bool*>(data)[row] = column.integer(from) != 0; break;
    case ColumnType::kDay:
      static_cast<std::int32_t*>(data)[row] = static_cast<std::int32_t>(column.integer(from));
      break;
    case ColumnType::kText: {
      const auto put_text = [&](std::string_view text) {
        duckdb_unsafe_vector_assign_string_element_len(vector, row, text.data(), text.size());
      };
      const std::string& text = column.text(from);
      if (is_valid_utf8(text)) {
        put_text(text);
      } else {
        put_text(to_valid_utf8(text));
      }
      break;
    }
  }
}

/// Puts the rows [begin, begin + count) of the table into a chunk of its columns.
void fill(duckdb_data_chunk chunk, const Table& table, std::size_t begin, std::size_t count) {
  for (std::size_t i = 0; i < table.width(); ++i) {
    const Column& column = table.column(i);
    duckdb_vector vector = duckdb_data_chunk_get_vector(chunk, i);
    void* data = duckdb_vector_get_data(vector);
    std::uint64_t* validity = nullptr;
    for (std::size_t row = 0; row < count; ++row) {
      if (!column.is_null(begin + row)) {
        put(vector, data, row, column, begin + row);
        continue;
      }
      if (validity == nullptr) {
        duckdb_vector_ensure_validity_writable(vector);
        validity = duckdb_vector_get_validity(vector);
      }
      duckdb_validity_set_row_invalid(validity, row);
    }
  }
}

/// The tables that the function `parts()` of a session's database gives, one after the other, from
/// the first row to the last, once.
struct Cursor {
  std::span<const Table> parts;
  std::size_t part = 0;
  std::size_t row = 0;
};

void name_columns(duckdb_bind_info info) {
  const auto& cursor = *static_cast<const Cursor*>(duckdb_bind_get_extra_info(info));
  const Table& table = cursor.parts.front();
  for (std::size_t i = 0; i < table.width(); ++i) {
    duckdb_logical_type type = duckdb_create_logical_type(duckdb_type_of(table.column(i).type()));
    duckdb_bind_add_result_column(info, fmt::format("c{}", i).c_str(), type);
    duckdb_destroy_logical_type(&type);
  }
}

/// Runs in DuckDB, so nothing may be thrown across it.
void give_rows(duckdb_function_info info, duckdb_data_chunk output) {
  auto& cursor = *static_cast<Cursor*>(duckdb_function_get_extra_info(info));
  try {
    while (cursor.part < cursor.parts.size() && cursor.row == cursor.parts[cursor.part].rows()) {
      ++cursor.part;
      cursor.row = 0;
    }
    std::size_t count = 0;
    if (cursor.part < cursor.parts.size()) {
      const Table& table = cursor.parts[cursor.part];
      count = std::min<std::size_t>(duckdb_vector_size(), table.rows() - cursor.row);
      fill(output, table, cursor.row, count);
      cursor.row += count;
    }
    duckdb_data_chunk_set_size(output, count);
  } catch (const std::exception& failure) {
    duckdb_function_set_error(info, failure.what());
  }
}

/// Makes the function `parts()`, which reads `cursor`.
void register_parts(sql::Connection& connection, Cursor& cursor) {
  duckdb_table_function function = duckdb_create_table_function();
  duckdb_table_function_set_name(function, "parts");
  duckdb_table_function_set_extra_info(function, &cursor, nullptr);
  duckdb_table_function_set_bind(function, name_columns);
  duckdb_table_function_set_init(function, [](duckdb_init_info) {});
  duckdb_table_function_set_function(function, give_rows);
  const duckdb_state state = duckdb_register_table_function(connection.handle(), function);
  duckdb_destroy_table_function(&function);
  if (state == DuckDBError) throw Error("E-SQL", "DuckDB did not take the table function");
}

/// The columns under the table's own names, which DuckDB would not tell apart by case.
std::string named_columns(const Table& table) {
  std::string out;
  for (std::size_t i = 0; i < table.width(); ++i) {
    out +=
        fmt::format("{}c{} AS {}", i > 0 ? ", " : "", i, sql::identifier(table.column(i).name()));
  }
  return out;
}

void check_same_columns(std::span<const Table> parts) {
  if (parts.empty() || parts.front().width() == 0) {
    throw std::invalid_argument("write: a Parquet file needs a column");
  }
  const std::vector<Column>& first = parts.front().columns();
  for (const Table& part : parts) {
    const bool same = std::equal(first.begin(), first.end(), part.columns().begin(),
                                 part.columns().end(), [](const Column& a, const Column& b) {
                                   return a.name() == b.name() && a.type() == b.type();
                                 });
    if (!same) throw std::invalid_argument("write: parts of different columns");
  }
}

// ---- DuckDB to table ----

/// How a column of the file is read, and by which cast, empty for none.
struct Reading {
  ColumnType type;
  std::string_view cast;
};

Reading reading_of(duckdb_type type) {
  switch (type) {
    case DUCKDB_TYPE_BIGINT: return {ColumnType::kInteger, ""};
    case DUCKDB_TYPE_TINYINT:
    case DUCKDB_TYPE_SMALLINT:
    case DUCKDB_TYPE_INTEGER:
    case DUCKDB_TYPE_UTINYINT:
    case DUCKDB_TYPE_USMALLINT:
    case DUCKDB_TYPE_UINTEGER: return {ColumnType::kInteger, "BIGINT"};
    case DUCKDB_TYPE_DOUBLE: return {ColumnType::kDouble, ""};
    case DUCKDB_TYPE_FLOAT:
    case DUCKDB_TYPE_DECIMAL:
    case DUCKDB_TYPE_UBIGINT:
    case DUCKDB_TYPE_HUGEINT:
    case DUCKDB_TYPE_UHUGEINT: return {ColumnType::kDouble, "DOUBLE"};
    case DUCKDB_TYPE_BOOLEAN: return {ColumnType::kBoolean, ""};
    case DUCKDB_TYPE_DATE: return {ColumnType::kDay, ""};
    case DUCKDB_TYPE_TIMESTAMP:
    case DUCKDB_TYPE_TIMESTAMP_TZ: return {ColumnType::kInstant, ""};
    case DUCKDB_TYPE_TIMESTAMP_S:
    case DUCKDB_TYPE_TIMESTAMP_MS:
    case DUCKDB_TYPE_TIMESTAMP_NS: return {ColumnType::kInstant, "TIMESTAMP"};
    case DUCKDB_TYPE_VARCHAR: return {ColumnType::kText, ""};
    default: return {ColumnType::kText, "VARCHAR"};
  }
}

void append_cells(const sql::Chunk& chunk, std::size_t index, Column& column) {
  const std::size_t rows = chunk.rows();
  for (std::size_t row = 0; row < rows; ++row) {
    if (chunk.is_null(index, row)) {
      column.push_null();
      continue;
    }
    switch (column.type()) {
      case ColumnType::kInteger:
      case ColumnType::kInstant: column.push(chunk.data<std::int64_t>(index)[row]); break;
      case ColumnType::kDouble: column.push(chunk.data<double>(index)[row]); break;
      case ColumnType::kBoolean:
        column.push(std::int64_t{chunk.data<bool>(index)[row] ? 1 : 0});
        break;
      case ColumnType::kDay: column.push(Day{chunk.data<std::int32_t>(index)[row]}); break;
      case ColumnType::kText: column.push(std::string(chunk.text(index, row))); break;
    }
  }
}

/// The path as a pattern that matches only itself.
std::string without_wildcards(const fs::path& path) {
  std::string out;
  for (const char c : path.string()) {
    if (c == '*' || c == '?' || c == '[') {
      out += '[';
      out += c;
      out += ']';
    } else {
      out += c;
    }
  }
  return out;
}

}  // namespace

struct ParquetSession::Source : Cursor {};

ParquetSession::ParquetSession()
    : source_(std::make_unique<Source>()),
      database_("", sql::Options{.threads = 1, .memory_limit = {}, .temporary_folder = {}}),
      connection_(database_.connect()) {
  register_parts(connection_, *source_);
}

ParquetSession::~ParquetSession() = default;

void ParquetSession::write(const fs::path& path, std::span<const Table> parts) {
  check_same_columns(parts);
  write_whole(path, [&](const fs::path& file) {
    static_cast<Cursor&>(*source_) = {.parts = parts};
    connection_.run(
        fmt::format("COPY (SELECT {} FROM parts()) TO {} (FORMAT parquet, COMPRESSION zstd, "
                    "COMPRESSION_LEVEL 1, "
                    "USE_TMP_FILE false)",
                    named_columns(parts.front()), sql::literal(file.string())));
  });
}

Table ParquetSession::read(const fs::path& path, const ParquetFilter& filter) {
  if (!fs::is_regular_file(path)) {
    throw Error("E-FILE", fmt::format("There is no file {}.", path.string()), {},
                {{"path", path.string()}});
  }
  const std::string file = "read_parquet(" + sql::literal(without_wildcards(path)) + ")";
  std::string wanted = filter.columns.empty() ? "*" : "";
  for (const std::string& column : filter.columns) {
    wanted += (wanted.empty() ? "" : ", ") + sql::identifier(column);
  }
  sql::Result header = connection_.query("SELECT " + wanted + " FROM " + file + " LIMIT 0");

  Table table(path.stem().string());
  std::string statement = "SELECT ";
  for (std::size_t i = 0; i < header.width(); ++i) {
    const std::string name = header.column_name(i);
    const Reading reading = reading_of(header.column_type(i));
    table.add(name, reading.type);
    statement += i > 0 ? ", " : "";
    statement += reading.cast.empty()
                     ? sql::identifier(name)
                     : fmt::format("CAST({} AS {})", sql::identifier(name), reading.cast);
  }
  statement += " FROM " + file;
  std::vector<sql::Parameter> parameters;
  if (filter.where) {
    const bool is_null = filter.where->value.kind == sql::Parameter::Kind::kNull;
    statement +=
        " WHERE " + sql::identifier(filter.where->column) + (is_null ? " IS NULL" : " = ?");
    if (!is_null) parameters.push_back(filter.where->value);
  }
  if (filter.limit) statement += fmt::format(" LIMIT {}", *filter.limit);

  sql::Result rows = connection_.query(statement, parameters);
  while (const sql::Chunk chunk = rows.next()) {
    for (std::size_t i = 0; i < table.width(); ++i) append_cells(chunk, i, table.columns()[i]);
  }
  return table;
}

void write_parquet(const fs::path& path, const std::vector<Table>& parts) {
  ParquetSession().write(path, parts);
}

Table read_parquet(const fs::path& path, const ParquetFilter& filter) {
  return ParquetSession().read(path, filter);
}

}  // namespace ca
