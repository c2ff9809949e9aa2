#include "sources/source.h"

#include "sources/readers.h"
#include "sources/source_paths.h"

namespace ca::sources {

std::vector<std::filesystem::path> files_of(const Location& location) {
  if (canonical_type(location.type) == "parquet") return resolve(location.path, {".parquet"});
  return resolve(location.path, {".csv", ".csv.gz", ".csv.zst", ".tsv", ".tsv.gz", ".tsv.zst"});
}

std::vector<FilePart> parts_of(const Location& location) {
  if (!location.parts.empty()) return location.parts;
  std::vector<FilePart> parts;
  for (std::filesystem::path& file : files_of(location)) {
    parts.push_back({.path = std::move(file), .begin = 0, .before = {}});
  }
  return parts;
}

Relation open(const Location& location, sql::Connection& connection,
              const std::filesystem::path& scratch, const Cancellation& cancellation) {
  return canonical_type(location.type) == "parquet" ? open_parquet(location, connection, scratch)
                                                    : open_csv(location, scratch, cancellation);
}

}  // namespace ca::sources
