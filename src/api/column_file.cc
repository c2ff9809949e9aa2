#include "api/column_file.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstddef>

#include "base/error.h"
#include "base/scratch_folder.h"
#include "base/sql.h"
#include "base/terminal.h"
#include "base/utf8.h"
#include "sources/source.h"

namespace ca::api {
namespace {

constexpr std::size_t kNamesInHint = 10;

std::string type_of(const std::filesystem::path& file) {
  const std::string name = ascii_lower(file.string());
  return name.ends_with(".parquet") || name.ends_with(".pq") ? "parquet" : "csv";
}

}  // namespace

void UnreadCells::add(std::string_view cell) {
  if (unreadable == 0 || cell < sample) sample = cell;
  ++unreadable;
}

std::string sentence_of(const UnreadCells& cells, std::string_view what) {
  return fmt::format("{} cells of \"{}\" are no {}, as \"{}\", and count as missing.",
                     with_separators(cells.unreadable), cells.column, what, cells.sample);
}

std::string malformed_sentence(std::int64_t lines) {
  return fmt::format("{} lines could not be split into the header's columns and are left out.",
                     with_separators(lines));
}

std::string hint_of(const std::string& word, const std::vector<std::string>& names) {
  const std::string guess = nearest_name(word, names);
  if (!guess.empty()) return fmt::format("Did you mean {}?", guess);
  const std::span<const std::string> first(names.data(), std::min(names.size(), kNamesInHint));
  return fmt::format("There are: {}{}.", fmt::join(first, ", "),
                     names.size() > first.size() ? ", ..." : "");
}

struct ColumnFile::Opened {
  ScratchFolder scratch;
  sql::Database database{""};
  sql::Connection connection = database.connect();
  sources::Relation relation;
};

ColumnFile::ColumnFile(const std::filesystem::path& file, const Cancellation& cancellation)
    : opened_(std::make_unique<Opened>()) {
  sources::Location location;
  location.type = type_of(file);
  location.path = file;
  opened_->relation =
      sources::open(location, opened_->connection, opened_->scratch.path(), cancellation);
  for (const sources::SourceColumn& column : opened_->relation.columns) {
    columns_.push_back(column.name);
  }
}

ColumnFile::~ColumnFile() = default;

bool ColumnFile::has(const std::string& column) const {
  return std::ranges::find(columns_, column) != columns_.end();
}

void ColumnFile::check(const std::string& column, const char* option) const {
  if (has(column)) return;
  throw Error("E-PARAM", fmt::format("The file has no column \"{}\" ({}).", column, option),
              hint_of(column, columns_), {{"column", column}});
}

char ColumnFile::decimal() const { return opened_->relation.decimal; }

std::int64_t ColumnFile::malformed() const { return opened_->relation.malformed.count; }

const std::vector<std::string>& ColumnFile::warnings() const { return opened_->relation.warnings; }

void ColumnFile::read(std::span<const std::string> columns, const Row& row, Progress& progress,
                      const Cancellation& cancellation) {
  const sources::Relation& relation = opened_->relation;
  std::vector<std::string> selected;
  for (const std::string& name : columns) {
    selected.push_back(sql::identifier(name) + "::VARCHAR");
  }
  progress.stage("read", static_cast<std::uint64_t>(relation.rows), "rows");
  sql::Result result = opened_->connection.stream(
      fmt::format("SELECT {} FROM ({})", fmt::join(selected, ", "), relation.select));
  std::vector<std::string_view> cells(columns.size());
  while (const sql::Chunk chunk = result.next()) {
    cancellation.check();
    for (std::size_t i = 0; i < chunk.rows(); ++i) {
      for (std::size_t column = 0; column < cells.size(); ++column) {
        cells[column] = chunk.is_null(column, i) ? std::string_view() : chunk.text(column, i);
      }
      row(cells);
    }
    progress.advance(chunk.rows());
  }
}

}  // namespace ca::api
