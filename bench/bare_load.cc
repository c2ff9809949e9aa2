/// The opponent of `run`: what it costs DuckDB alone to bring the same three files into a fresh
/// database, as anybody would write it. Types are found by DuckDB; nothing is checked, cleaned,
/// sorted or counted.
///
///   bare_load DATABASE SESSIONS CUSTOMERS PRODUCTS THREADS MEMORY_LIMIT [PLACE_TO_SPILL]
///
/// The threads and the memory limit are those of the run it is compared with. Parquet files are
/// read as such. Prints the rows of each table; whoever calls measures time and memory.

#include <fmt/format.h>

#include <array>
#include <cstdlib>
#include <exception>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/sql.h"

namespace {

std::string load(std::string_view table, const std::string& file) {
  const char* reader = file.ends_with(".parquet") ? "read_parquet" : "read_csv";
  return fmt::format("CREATE TABLE {} AS SELECT * FROM {}({})", table, reader,
                     ca::sql::literal(file));
}

void load_all(const std::vector<std::string>& arguments) {
  ca::sql::Database database(arguments[0],
                             {.threads = std::stoi(arguments[4]),
                              .memory_limit = arguments[5],
                              .temporary_folder = arguments.size() > 6 ? arguments[6] : ""});
  ca::sql::Connection connection = database.connect();
  constexpr std::array kTables = {"sessions", "customers", "products"};
  for (std::size_t t = 0; t < kTables.size(); ++t) {
    connection.run(load(kTables[t], arguments[1 + t]));
    fmt::print("{} {}\n", kTables[t],
               connection.integer(fmt::format("SELECT count(*) FROM {}", kTables[t])));
  }
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  if (arguments.size() < 6 || arguments.size() > 7) {
    fmt::print(stderr,
               "usage: bare_load DATABASE SESSIONS CUSTOMERS PRODUCTS THREADS MEMORY_LIMIT "
               "[PLACE_TO_SPILL]\n");
    return 2;
  }
  try {
    load_all(arguments);
  } catch (const std::exception& failure) {
    fmt::print(stderr, "bare_load: {}\n", failure.what());
    return EXIT_FAILURE;
  }
  return EXIT_SUCCESS;
}
