#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <span>

#include "base/error.h"
#include "sources/csv_file.h"
#include "sources/csv_sniffer.h"
#include "sources/csv_tail.h"
#include "sources/encoding.h"
#include "sources/fold_case.h"
#include "sources/readers.h"
#include "sources/source_paths.h"

namespace ca::sources {
namespace {

namespace fs = std::filesystem;

/// DuckDB's own limit for a line; beyond it it takes sixteen lines' worth of memory a buffer.
constexpr std::size_t kOrdinaryLine = 2'000'000;

void check(const Location& location) {
  if (location.encoding.has_value()) encoding_of(*location.encoding);
  if (location.separator.has_value() &&
      kSeparators.find(*location.separator) == std::string_view::npos) {
    throw Error(
        "E-PARAM",
        fmt::format("The separator {:?} is not known.", std::string_view(&*location.separator, 1)),
        "Use one of , ; : | or a tab, or leave it out.");
  }
  if (location.decimal.has_value() && *location.decimal != '.' && *location.decimal != ',') {
    throw Error(
        "E-PARAM",
        fmt::format("The decimal mark {:?} is not known.", std::string_view(&*location.decimal, 1)),
        "Use a point or a comma, or leave it out.");
  }
}

/// Text that was ASCII may go on in any encoding; other text has to go on in its own.
void note_contradiction(const FilePart& part, const CsvFile& file, Relation& relation) {
  const std::string& before = part.before->encoding;
  if (before == "ascii" || file.seen.encoding == before) return;
  relation.contradiction = fmt::format("{} was {} and what was appended to it is {}",
                                       part.path.filename().string(), before, file.seen.encoding);
}

/// Whether one read_csv can read both.
bool are_alike(const CsvFile& a, const CsvFile& b) {
  const auto is_long = [](const CsvFile& file) { return file.longest_row > kOrdinaryLine; };
  return a.separator == b.separator && a.compression == b.compression && a.is_crlf == b.is_crlf &&
         a.is_parallel == b.is_parallel && is_long(a) == is_long(b) && a.columns == b.columns;
}

std::string_view name_of(Compression compression) {
  switch (compression) {
    case Compression::kNone: return "none";
    case Compression::kGzip: return "gzip";
    case Compression::kZstd: return "zstd";
  }
  return "none";
}

/// strict_mode is left to its default on purpose: named together with '\r\n' it yields no rows.
std::string select_from(std::span<const CsvFile> files) {
  const CsvFile& first = files.front();
  std::vector<std::string> names;
  std::size_t longest = 0;
  for (const CsvFile& file : files) {
    names.push_back(sql::literal(file.scan.native()));
    longest = std::max(longest, file.longest_row);
  }
  std::vector<std::string> columns;
  for (const std::string& column : first.columns) {
    columns.push_back(fmt::format("{}: 'VARCHAR'", sql::literal(column)));
  }
  constexpr std::size_t kSlack = 4096;
  std::string select = fmt::format(
      "SELECT * FROM read_csv([{}], auto_detect = false, columns = {{{}}}, header = true, "
      "delim = {}, quote = '\"', escape = '\"', new_line = '{}', compression = '{}', "
      "max_line_size = {}, parallel = {}, null_padding = false, hive_partitioning = false)",
      fmt::join(names, ", "), fmt::join(columns, ", "),
      sql::literal(std::string_view(&first.separator, 1)), first.is_crlf ? "\\r\\n" : "\\n",
      name_of(first.compression), std::max(kOrdinaryLine, longest + kSlack), first.is_parallel);
  // DuckDB takes an empty line for an empty cell where there is one column alone.
  if (first.columns.size() == 1) {
    select += fmt::format(" WHERE {} IS NOT NULL", sql::identifier(first.columns.front()));
  }
  return select;
}

std::string select_from_all(const std::vector<CsvFile>& files) {
  std::string select;
  for (std::size_t begin = 0; begin < files.size();) {
    std::size_t end = begin + 1;
    while (end < files.size() && are_alike(files[begin], files[end])) ++end;
    if (!select.empty()) select += " UNION ALL BY NAME ";
    select += select_from(std::span(files).subspan(begin, end - begin));
    begin = end;
  }
  return select;
}

/// How the columns of `other` differ from those of `first`, or nothing.
std::string difference(const std::vector<std::string>& first,
                       const std::vector<std::string>& other) {
  const auto without = [](const std::vector<std::string>& names,
                          const std::vector<std::string>& taken) {
    std::vector<std::string> left;
    for (const std::string& name : names) {
      const bool is_taken = std::any_of(taken.begin(), taken.end(), [&](const std::string& other) {
        return fold_case(name) == fold_case(other);
      });
      if (!is_taken) left.push_back(name);
    }
    return left;
  };
  const std::vector<std::string> missing = without(first, other);
  const std::vector<std::string> more = without(other, first);
  if (missing.empty() && more.empty()) {
    const bool is_same = std::equal(
        first.begin(), first.end(), other.begin(), other.end(),
        [](const std::string& a, const std::string& b) { return fold_case(a) == fold_case(b); });
    return is_same ? "" : "has its columns in another order";
  }
  if (more.empty()) return fmt::format("lacks the columns {}", fmt::join(missing, ", "));
  if (missing.empty()) return fmt::format("has the columns {} too", fmt::join(more, ", "));
  return fmt::format("has the columns {} instead of {}", fmt::join(more, ", "),
                     fmt::join(missing, ", "));
}

/// The columns of all files in order of appearance, and a warning for each kind of difference.
void unite_columns(const std::vector<CsvFile>& files, Relation& relation) {
  std::map<std::string, std::vector<std::string>> files_of;
  std::map<std::string, bool> is_known;
  for (const CsvFile& file : files) {
    for (const std::string& column : file.columns) {
      if (!std::exchange(is_known[fold_case(column)], true)) {
        relation.columns.push_back({column, "VARCHAR"});
      }
    }
    const std::string how = difference(files.front().columns, file.columns);
    if (!how.empty()) files_of[how].push_back(file.path.filename().string());
  }
  for (const auto& [how, names] : files_of) {
    const std::string others =
        names.size() == 1 ? "" : fmt::format(" (and {} more files)", names.size() - 1);
    relation.warnings.push_back(
        fmt::format("{}{} {}, compared with {}. Columns are matched by name; what a file lacks is "
                    "empty.",
                    names.front(), others, how, files.front().path.filename().string()));
  }
}

}  // namespace

Relation open_csv(const Location& location, const fs::path& scratch,
                  const Cancellation& cancellation) {
  check(location);
  Relation relation;
  std::vector<CsvFile> files;
  std::vector<std::string> empty;
  bool has_comma = false;
  bool has_point = false;
  for (const FilePart& part : parts_of(location)) {
    const std::size_t room = kMalformedSample - relation.malformed.lines.size();
    CsvFile file = part.begin > 0 ? examine_tail(part, location, scratch, room, cancellation)
                                  : examine_csv(part.path, location, scratch, room, cancellation);
    relation.bytes += file.seen.bytes - part.begin;
    relation.files.push_back(file.seen);
    if (file.columns.empty()) {
      empty.push_back(part.path.filename().string());
      continue;
    }
    if (part.begin > 0) note_contradiction(part, file, relation);
    std::move(file.malformed.lines.begin(), file.malformed.lines.end(),
              std::back_inserter(relation.malformed.lines));
    std::move(file.warnings.begin(), file.warnings.end(), std::back_inserter(relation.warnings));
    relation.malformed.count += file.malformed.count;
    relation.rows += file.rows;
    has_comma |= file.seen.has_decimal_comma;
    has_point |= file.seen.has_decimal_point;
    files.push_back(std::move(file));
  }
  if (files.empty()) {
    throw Error("E-EMPTY", fmt::format("{} holds nothing.", location.path.string()),
                "The first line has to name the columns.");
  }
  if (!empty.empty()) {
    relation.warnings.push_back(
        fmt::format("Empty files were left out: {}.", fmt::join(empty, ", ")));
  }
  relation.select = select_from_all(files);
  relation.separator = files.front().separator;
  relation.decimal = location.decimal.value_or(has_comma && !has_point ? ',' : '.');
  unite_columns(files, relation);
  return relation;
}

}  // namespace ca::sources
