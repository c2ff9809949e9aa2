#pragma once

#include <stdlib.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/sql.h"

namespace ca::ingest::testing {

/// A folder of the test's own, removed with all that is in it. In $TMPDIR; without it in memory
/// (/dev/shm) where there is such a place, because a store and journeys are synced when written.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    const std::filesystem::path memory = "/dev/shm";
    const bool is_chosen = ::getenv("TMPDIR") != nullptr;
    const bool is_in_memory = !is_chosen && ::access(memory.c_str(), W_OK | X_OK) == 0;
    std::string pattern =
        ((is_in_memory ? memory : std::filesystem::temp_directory_path()) / "shop_XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder");
    path_ = pattern;
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

inline std::filesystem::path write(const std::filesystem::path& file, std::string_view content) {
  std::filesystem::create_directories(file.parent_path());
  std::ofstream(file, std::ios::binary) << content;
  return file;
}

/// The result as text: cells joined by '|', null as '~', a line a row.
inline std::string rows_of(sql::Connection& connection, const std::string& select) {
  sql::Result result = connection.query("SELECT CAST(COLUMNS(*) AS VARCHAR) FROM (" + select + ")");
  const std::size_t width = result.width();
  std::string text;
  while (sql::Chunk chunk = result.next()) {
    for (std::size_t row = 0; row < chunk.rows(); ++row) {
      for (std::size_t column = 0; column < width; ++column) {
        if (column > 0) text += '|';
        text += chunk.is_null(column, row) ? "~" : chunk.text(column, row);
      }
      text += '\n';
    }
  }
  return text;
}

/// The Error that `work` throws, or nothing.
template <class Work>
std::optional<Error> error_of(Work work) {
  try {
    work();
  } catch (const Error& error) {
    return error;
  }
  return std::nullopt;
}

template <class Work>
std::string code_of(Work work) {
  const std::optional<Error> error = error_of(work);
  return error ? error->code() : "none";
}

}  // namespace ca::ingest::testing
