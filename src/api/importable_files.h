#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "api/import_roots.h"

namespace ca::api {

struct ImportableFile {
  std::filesystem::path path;
  std::string type;  ///< "csv" or "parquet", by its name
  std::uint64_t bytes = 0;
  std::string modified_at;  ///< UTC, ISO 8601
};

struct ImportableFiles {
  std::vector<ImportableFile> files;  ///< by path
  bool is_cut = false;                ///< there are more than were looked at
};

inline constexpr std::size_t kMostImportableFiles = 1000;

/// CSV and Parquet files in the roots and up to three folders deep; no hidden ones, no links.
/// Looks at a bounded number of names. Of ImportRoots::everywhere() there are none.
ImportableFiles importable_files(const ImportRoots& roots);

}  // namespace ca::api
