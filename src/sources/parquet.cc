#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/error.h"
#include "sources/byte_stream.h"
#include "sources/changes.h"
#include "sources/readers.h"
#include "sources/source_paths.h"

namespace ca::sources {
namespace {

namespace fs = std::filesystem;

/// A Parquet file begins so; what it promises is found out by DuckDB.
void check_magic(const fs::path& path) {
  char magic[4] = {};
  ByteStream stream(path);
  const std::string_view first(magic, stream.read(magic, sizeof magic));
  if (first.empty()) {
    throw Error("E-EMPTY", fmt::format("{} holds nothing.", path.string()));
  }
  if (first != "PAR1") {
    throw Error("E-FILE", fmt::format("{} is not a Parquet file.", path.string()),
                "Set type = \"csv\" if it is text, or export it as Parquet again.");
  }
}

std::string select_from(const std::vector<std::string>& names, bool is_united) {
  return fmt::format(
      "SELECT * FROM read_parquet([{}], union_by_name = {}, hive_partitioning = false)",
      fmt::join(names, ", "), is_united);
}

std::vector<SourceColumn> columns_of(const std::string& select, sql::Connection& connection) {
  sql::Result result = connection.query("DESCRIBE " + select);
  std::vector<SourceColumn> columns;
  while (const sql::Chunk chunk = result.next()) {
    for (std::size_t row = 0; row < chunk.rows(); ++row) {
      columns.push_back({std::string(chunk.text(0, row)), std::string(chunk.text(1, row))});
    }
  }
  return columns;
}

std::vector<SourceColumn> columns_of_file(const fs::path& path, const std::string& name,
                                          sql::Connection& connection) {
  try {
    return columns_of(select_from({name}, false), connection);
  } catch (const Error& error) {
    if (error.code() != "E-SQL") throw;
    const std::string cause = error.message().substr(0, error.message().find('\n'));
    throw Error("E-FILE", fmt::format("{} is damaged: {}", path.string(), cause),
                "Copy or export the file again.");
  }
}

bool are_same(const std::vector<SourceColumn>& a, const std::vector<SourceColumn>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const SourceColumn& x, const SourceColumn& y) {
                      return x.name == y.name && x.type == y.type;
                    });
}

}  // namespace

Relation open_parquet(const Location& location, sql::Connection& connection,
                      const fs::path& scratch) {
  Relation relation;
  std::vector<std::string> names;
  std::vector<std::string> others;
  for (const FilePart& part : parts_of(location)) {
    const fs::path& path = part.path;
    SeenFile seen = look_at(path);
    check_magic(path);
    names.push_back(sql::literal(without_pattern(path, scratch, name_of(location.kind)).native()));
    seen.hash = content_hash(path, seen.bytes);
    relation.bytes += seen.bytes;
    relation.files.push_back(std::move(seen));
    std::vector<SourceColumn> columns = columns_of_file(path, names.back(), connection);
    if (relation.columns.empty()) {
      relation.columns = std::move(columns);
    } else if (!are_same(relation.columns, columns)) {
      others.push_back(path.filename().string());
    }
  }
  relation.select = select_from(names, !others.empty());
  if (!others.empty()) {
    relation.columns = columns_of(relation.select, connection);
    relation.warnings.push_back(fmt::format(
        "Other columns or types than in {}: {}. Columns are matched by name; what a file lacks is "
        "empty.",
        fs::path(relation.files.front().path).filename().string(), fmt::join(others, ", ")));
  }
  relation.rows = connection.integer(
      fmt::format("SELECT sum(num_rows) FROM parquet_file_metadata([{}])", fmt::join(names, ", ")));
  return relation;
}

}  // namespace ca::sources
