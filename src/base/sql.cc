#include "base/sql.h"

#include <fmt/format.h>

#include "base/error.h"

namespace ca::sql {
namespace {

/// DuckDB's own words without its repeated prefix lines.
[[noreturn]] void fail(const char* text, const std::string& statement) {
  std::string message = text != nullptr ? text : "DuckDB failed without a reason";
  if (message.find("INTERRUPT") != std::string::npos) {
    throw Error("E-CANCELLED", "The work was cancelled.");
  }
  throw Error("E-SQL", message, {}, {{"statement", statement.substr(0, 2000)}});
}

class Prepared {
 public:
  Prepared(duckdb_connection connection, const std::string& statement) {
    if (duckdb_prepare(connection, statement.c_str(), &handle) == DuckDBError) {
      const std::string reason = duckdb_prepare_error(handle);
      duckdb_destroy_prepare(&handle);
      fail(reason.c_str(), statement);
    }
  }
  Prepared(const Prepared&) = delete;
  Prepared& operator=(const Prepared&) = delete;
  ~Prepared() { duckdb_destroy_prepare(&handle); }

  void bind(std::span<const Parameter> parameters) {
    idx_t position = 1;
    for (const Parameter& parameter : parameters) {
      switch (parameter.kind) {
        case Parameter::Kind::kNull: duckdb_bind_null(handle, position); break;
        case Parameter::Kind::kInteger:
          duckdb_bind_int64(handle, position, parameter.integer);
          break;
        case Parameter::Kind::kDouble: duckdb_bind_double(handle, position, parameter.real); break;
        case Parameter::Kind::kText:
          duckdb_bind_varchar_length(handle, position, parameter.text.data(),
                                     parameter.text.size());
          break;
      }
      ++position;
    }
  }

  duckdb_prepared_statement handle = nullptr;
};

}  // namespace

Chunk& Chunk::operator=(Chunk&& other) noexcept {
  std::swap(chunk_, other.chunk_);
  return *this;
}

Chunk::~Chunk() {
  if (chunk_ != nullptr) duckdb_destroy_data_chunk(&chunk_);
}

bool Chunk::is_null(std::size_t column, std::size_t row) const {
  std::uint64_t* mask = validity(column);
  return mask != nullptr && !duckdb_validity_row_is_valid(mask, row);
}

std::string_view Chunk::text(std::size_t column, std::size_t row) const {
  return view_of(data<duckdb_string_t>(column)[row]);
}

Result::Result(Result&& other) noexcept : result_(other.result_) { other.result_ = {}; }

Result::~Result() { duckdb_destroy_result(&result_); }

Chunk Result::next() {
  duckdb_data_chunk chunk = duckdb_fetch_chunk(result_);
  if (chunk == nullptr) {
    if (const char* reason = duckdb_result_error(&result_); reason != nullptr && *reason != '\0') {
      fail(reason, {});
    }
  }
  return Chunk(chunk);
}

Connection::Connection(duckdb_database database) {
  if (duckdb_connect(database, &handle_) == DuckDBError) {
    throw Error("E-STORE", "The embedded database did not open a connection.");
  }
}

Connection::~Connection() {
  if (handle_ != nullptr) duckdb_disconnect(&handle_);
}

void Connection::run(const std::string& statements) {
  duckdb_result raw;
  const duckdb_state state = duckdb_query(handle_, statements.c_str(), &raw);
  Result result(raw);
  if (state == DuckDBError) fail(duckdb_result_error(result.handle()), statements);
}

Result Connection::query(const std::string& statement, std::span<const Parameter> parameters) {
  Prepared prepared(handle_, statement);
  prepared.bind(parameters);
  duckdb_result raw;
  const duckdb_state state = duckdb_execute_prepared(prepared.handle, &raw);
  Result result(raw);
  if (state == DuckDBError) fail(duckdb_result_error(result.handle()), statement);
  return result;
}

Result Connection::query(const std::string& statement,
                         std::initializer_list<Parameter> parameters) {
  return query(statement, std::span(parameters.begin(), parameters.size()));
}

Result Connection::stream(const std::string& statement) {
  Prepared prepared(handle_, statement);
  duckdb_pending_result pending = nullptr;
  if (duckdb_pending_prepared_streaming(prepared.handle, &pending) == DuckDBError) {
    const std::string reason = duckdb_pending_error(pending);
    duckdb_destroy_pending(&pending);
    fail(reason.c_str(), statement);
  }
  duckdb_result raw;
  const duckdb_state state = duckdb_execute_pending(pending, &raw);
  duckdb_destroy_pending(&pending);
  Result result(raw);
  if (state == DuckDBError) fail(duckdb_result_error(result.handle()), statement);
  return result;
}

std::int64_t Connection::integer(const std::string& statement,
                                 std::span<const Parameter> parameters) {
  Result result = query("SELECT CAST((" + statement + ") AS BIGINT)", parameters);
  const Chunk chunk = result.next();
  if (!chunk || chunk.rows() == 0 || chunk.is_null(0, 0)) return 0;
  return chunk.data<std::int64_t>(0)[0];
}

std::int64_t Connection::integer(const std::string& statement,
                                 std::initializer_list<Parameter> parameters) {
  return integer(statement, std::span(parameters.begin(), parameters.size()));
}

Appender::Appender(Connection& connection, const std::string& table) {
  check(duckdb_appender_create(connection.handle(), nullptr, table.c_str(), &handle_));
}

Appender::~Appender() { duckdb_appender_destroy(&handle_); }

void Appender::row(std::initializer_list<Parameter> values) {
  for (const Parameter& value : values) {
    switch (value.kind) {
      case Parameter::Kind::kNull: check(duckdb_append_null(handle_)); break;
      case Parameter::Kind::kInteger: check(duckdb_append_int64(handle_, value.integer)); break;
      case Parameter::Kind::kDouble: check(duckdb_append_double(handle_, value.real)); break;
      case Parameter::Kind::kText:
        check(duckdb_append_varchar_length(handle_, value.text.data(), value.text.size()));
        break;
    }
  }
  check(duckdb_appender_end_row(handle_));
}

void Appender::finish() { check(duckdb_appender_close(handle_)); }

void Appender::check(duckdb_state state) {
  if (state != DuckDBError) return;
  const char* reason = handle_ == nullptr ? nullptr : duckdb_appender_error(handle_);
  throw Error("E-SQL", fmt::format("The embedded database did not take a row: {}.",
                                   reason == nullptr ? "no such table" : reason));
}

Database::Database(const std::string& path, const Options& options) {
  duckdb_config config = nullptr;
  duckdb_create_config(&config);
  const auto set = [&](const char* name, const std::string& value) {
    if (!value.empty()) duckdb_set_config(config, name, value.c_str());
  };
  if (options.threads > 0) set("threads", std::to_string(options.threads));
  set("memory_limit", options.memory_limit);
  set("temp_directory", options.temporary_folder);
  if (options.read_only) set("access_mode", "READ_ONLY");
  set("autoinstall_known_extensions", "false");
  char* reason = nullptr;
  const duckdb_state state =
      duckdb_open_ext(path.empty() ? nullptr : path.c_str(), &handle_, config, &reason);
  duckdb_destroy_config(&config);
  if (state == DuckDBError) {
    std::string text = reason != nullptr ? reason : "unknown reason";
    duckdb_free(reason);
    throw Error("E-STORE", fmt::format("The database {} did not open: {}", path, text),
                "Another program may hold it open, or the file is damaged.");
  }
}

Database::~Database() {
  if (handle_ != nullptr) duckdb_close(&handle_);
}

namespace {

std::string quoted(std::string_view text, char quote) {
  std::string out(1, quote);
  for (const char c : text) {
    out += c;
    if (c == quote) out += c;
  }
  out += quote;
  return out;
}

}  // namespace

std::string literal(std::string_view text) { return quoted(text, '\''); }
std::string identifier(std::string_view name) { return quoted(name, '"'); }

}  // namespace ca::sql
