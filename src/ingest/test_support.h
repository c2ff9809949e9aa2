#pragma once

#include <filesystem>
#include <fstream>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/scratch_folder.h"
#include "base/sql.h"

namespace ca::ingest::testing {

/// In memory, because a store and journeys are synced when they are written.
using TemporaryFolder = ScratchFolderInMemory;

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
