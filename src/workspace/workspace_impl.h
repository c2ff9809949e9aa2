#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>

#include "base/error.h"
#include "workspace/workspace.h"

namespace ca::workspace {

/// How long a statement waits for others who use the database.
inline constexpr int kBusyMillis = 10'000;

/// What SQLite reported, as the Error that Workspace promises.
Error to_error(const SQLite::Exception& exception);

inline void bind_value(SQLite::Statement& statement, int index, std::string_view value) {
  statement.bind(index, std::string(value));
}
inline void bind_value(SQLite::Statement& statement, int index, std::int64_t value) {
  statement.bind(index, value);
}
inline void bind_value(SQLite::Statement& statement, int index, int value) {
  statement.bind(index, value);
}
inline void bind_value(SQLite::Statement& statement, int index, double value) {
  statement.bind(index, value);
}
/// NULL where there is none.
template <class Value>
void bind_value(SQLite::Statement& statement, int index, const std::optional<Value>& value) {
  if (value) {
    bind_value(statement, index, *value);
  } else {
    statement.bind(index);
  }
}

/// A prepared statement with `values` bound to its `?` in order.
template <class... Values>
SQLite::Statement prepare(SQLite::Database& database, const char* sql, const Values&... values) {
  SQLite::Statement statement(database, sql);
  int index = 0;
  (bind_value(statement, ++index, values), ...);
  return statement;
}

/// Runs a statement without result and returns the number of rows it changed.
template <class... Values>
int execute(SQLite::Database& database, const char* sql, const Values&... values) {
  return prepare(database, sql, values...).exec();
}

inline std::string text(const SQLite::Statement& row, int column) {
  return row.getColumn(column).getString();
}
inline std::optional<std::string> optional_text(const SQLite::Statement& row, int column) {
  if (row.isColumnNull(column)) return std::nullopt;
  return text(row, column);
}

/// A transaction that writes, rolled back unless committed. `is_durable`: on disk at commit, else
/// with a later one.
class Writing {
 public:
  explicit Writing(SQLite::Database& database, bool is_durable = false)
      : synchronous_(database, is_durable),
        transaction_(database, SQLite::TransactionBehavior::IMMEDIATE) {}
  void commit() { transaction_.commit(); }

 private:
  class Synchronous {
   public:
    Synchronous(SQLite::Database& database, bool is_full) : database_(database), is_full_(is_full) {
      if (is_full_) database_.exec("PRAGMA synchronous = FULL");
    }
    ~Synchronous() {
      if (is_full_) database_.tryExec("PRAGMA synchronous = NORMAL");
    }
    Synchronous(const Synchronous&) = delete;
    Synchronous& operator=(const Synchronous&) = delete;

   private:
    SQLite::Database& database_;
    bool is_full_;
  };

  Synchronous synchronous_;
  SQLite::Transaction transaction_;
};

struct Workspace::Impl {
  Impl(const Home& home, Clock given);

  std::string now() const { return utc_text(clock()); }

  /// work(database) while no other thread uses it.
  template <class Work>
  auto use(Work work) {
    const std::lock_guard guard(mutex);
    try {
      return work(database);
    } catch (const SQLite::Exception& exception) {
      throw to_error(exception);
    }
  }

  /// work(database) in one transaction of the record of runs, which also takes the progress that
  /// waits to be written.
  template <class Work>
  void record(Work work, bool is_durable = false) {
    use([&](SQLite::Database& db) {
      Writing writing(db, is_durable);
      write_progress(db);
      work(db);
      writing.commit();
      waiting_progress.clear();
      progress_written = clock();
    });
  }

  void write_progress(SQLite::Database& db);

  Home home;
  Clock clock;
  std::mutex mutex;
  SQLite::Database database;

  using StageKey = std::tuple<std::string, std::string, std::string>;  // run, stage, dimension
  struct WaitingUnits {
    StageUnits units;
    std::string since;
  };
  std::map<StageKey, WaitingUnits> waiting_progress;
  TimePoint progress_written;
};

}  // namespace ca::workspace
