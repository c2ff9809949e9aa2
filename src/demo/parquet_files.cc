#include "demo/parquet_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/error.h"
#include "base/sql.h"
#include "base/thread_pool.h"
#include "demo/folder.h"

namespace ca::demo {
namespace {

namespace fs = std::filesystem;

struct TypedColumn {
  std::string_view name;
  std::string_view type;
  bool may_be_dirty = false;
};

constexpr std::array<TypedColumn, 12> kSessions = {{{"session_id", "VARCHAR"},
                                                    {"customer_id", "VARCHAR"},
                                                    {"started_at", "TIMESTAMP", true},
                                                    {"ended_at", "TIMESTAMP"},
                                                    {"purchased", "BOOLEAN", true},
                                                    {"product_view", "BOOLEAN", true},
                                                    {"has_basket", "BOOLEAN"},
                                                    {"order_screen", "BOOLEAN"},
                                                    {"paid", "DECIMAL(12,2)"},
                                                    {"discount", "DECIMAL(12,2)"},
                                                    {"promotion", "VARCHAR"},
                                                    {"city", "VARCHAR"}}};
constexpr std::array<TypedColumn, 4> kCustomers = {{{"customer_id", "VARCHAR"},
                                                    {"downloaded_at", "TIMESTAMP", true},
                                                    {"signed_up_at", "TIMESTAMP"},
                                                    {"login", "TIMESTAMP"}}};
constexpr std::array<TypedColumn, 5> kProducts = {{{"session_id", "VARCHAR"},
                                                   {"product", "VARCHAR"},
                                                   {"category", "VARCHAR"},
                                                   {"unit_price", "DECIMAL(12,2)"},
                                                   {"quantity", "INTEGER"}}};
constexpr std::array<TypedColumn, 6> kDeliveries = {{{"session_id", "VARCHAR"},
                                                     {"prepared_at", "TIMESTAMP"},
                                                     {"delivered_at", "TIMESTAMP", true},
                                                     {"returned_at", "TIMESTAMP"},
                                                     {"latitude", "DOUBLE"},
                                                     {"longitude", "DOUBLE"}}};
/// In the order of TableNames.
constexpr std::array<std::span<const TypedColumn>, 4> kTables = {kSessions, kCustomers, kProducts,
                                                                 kDeliveries};

std::string columns_text(std::span<const TypedColumn> columns, bool is_dirty) {
  std::string text;
  for (const TypedColumn& column : columns) {
    const bool is_text = is_dirty && column.may_be_dirty;
    text += fmt::format("{}{}: {}", text.empty() ? "" : ", ", sql::literal(column.name),
                        sql::literal(is_text ? "VARCHAR" : column.type));
  }
  return text;
}

struct Job {
  fs::path csv;
  std::span<const TypedColumn> columns;
};

/// Stops the connection's statement when the work is cancelled, until the thread is joined.
std::jthread watch(sql::Connection& connection, const Cancellation& cancellation) {
  return std::jthread([&connection, &cancellation](const std::stop_token& stop) {
    std::mutex mutex;
    std::condition_variable_any wake;
    std::unique_lock lock(mutex);
    while (!stop.stop_requested()) {
      if (cancellation.is_cancelled()) connection.interrupt();
      wake.wait_for(lock, stop, std::chrono::milliseconds(50), [] { return false; });
    }
  });
}

void convert(const Job& job, bool is_dirty, const Cancellation& cancellation) {
  fs::path parquet = job.csv;
  parquet.replace_extension(".parquet");
  sql::Database database(
      "",
      {.threads = 1, .memory_limit = "512MB", .temporary_folder = job.csv.parent_path().string()});
  sql::Connection connection = database.connect();
  try {
    const std::jthread watcher = watch(connection, cancellation);
    connection.run(fmt::format(
        "COPY (SELECT * FROM read_csv({}, columns = {{{}}}, header = true, auto_detect = false, "
        "delim = ',', quote = '', escape = '')) TO {} (FORMAT parquet, COMPRESSION zstd)",
        sql::literal(job.csv.native()), columns_text(job.columns, is_dirty),
        sql::literal(parquet.native())));
  } catch (const Error& error) {
    cancellation.check();
    throw Error("E-FILE",
                fmt::format("{} could not be written: {}", parquet.string(), error.message()),
                "Check the free space and the rights of the folder.");
  }
  fs::remove(job.csv);
}

}  // namespace

void make_parquet(const fs::path& folder, bool is_dirty, std::size_t threads, Progress& progress,
                  const Cancellation& cancellation) {
  std::vector<Job> jobs;
  for (std::size_t table = 0; table < kTables.size(); ++table) {
    for (const fs::path& csv : {folder / fmt::format("{}.csv", kSourceNames[table]),
                                folder / kLateFolder / fmt::format("{}.csv", kLateNames[table])}) {
      if (fs::exists(csv)) jobs.push_back({csv, kTables[table]});
    }
  }
  std::ranges::stable_sort(jobs, std::ranges::greater{},
                           [](const Job& job) { return fs::file_size(job.csv); });
  progress.stage("parquet", jobs.size(), "files");
  ThreadPool(std::min(threads, jobs.size()))
      .for_each(jobs.size(), [&](std::size_t job, std::size_t) {
        cancellation.check();
        convert(jobs[job], is_dirty, cancellation);
        progress.advance(1);
      });
  progress.finish();
}

}  // namespace ca::demo
