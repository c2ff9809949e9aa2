#include "sources/csv_tail.h"

#include <fmt/format.h>
#include <unistd.h>

#include <fstream>
#include <utility>

#include "base/error.h"
#include "sources/changes.h"
#include "sources/csv_records.h"
#include "sources/encoding.h"
#include "sources/source_paths.h"

namespace ca::sources {
namespace {

namespace fs = std::filesystem;

/// The first line of a CSV with its line end, as it stands in the file.
std::string header_line(const fs::path& path, char separator) {
  const std::string head = read_head(path, std::size_t{1} << 18);
  std::string_view text = head;
  if (text.starts_with(kUtf8Mark)) text.remove_prefix(kUtf8Mark.size());
  std::string header;
  bool is_found = false;
  RecordScanner scanner({.separator = separator,
                         .cells = 0,
                         .on_row =
                             [&](const Record& record) {
                               if (!std::exchange(is_found, true)) header = record.text;
                             },
                         .on_broken = {}});
  scanner.scan_all(text);
  const std::size_t end = text.find(header) + header.size();
  return header + (text.substr(end).starts_with("\r\n") ? "\r\n" : "\n");
}

/// The header and what was appended, as a file of the same name.
fs::path write_tail(const FilePart& part, const fs::path& scratch) {
  const auto [reserved, descriptor] = new_file(scratch, "tail");
  ::close(descriptor);
  fs::path folder = reserved;
  folder += ".appended";
  fs::create_directories(folder);
  const fs::path target = folder / part.path.filename();
  std::ofstream out(target, std::ios::binary);
  out << header_line(part.path, part.before->separator);
  std::ifstream in(part.path, std::ios::binary);
  in.seekg(static_cast<std::streamoff>(part.begin));
  if (in.peek() != std::ifstream::traits_type::eof()) out << in.rdbuf();
  out.close();
  if (!in || !out) {
    throw Error("E-FILE",
                fmt::format("What was appended to {} cannot be read.", part.path.string()));
  }
  return target;
}

}  // namespace

CsvFile examine_tail(const FilePart& part, const Location& location, const fs::path& scratch,
                     std::size_t sample, const Cancellation& cancellation) {
  const SeenFile& before = *part.before;
  const SeenFile on_disk = look_at(part.path);
  Location as_before = location;
  as_before.separator = before.separator;
  if (before.encoding == "windows-1252") as_before.encoding = before.encoding;
  CsvFile file = examine_csv(write_tail(part, scratch), as_before, scratch, sample, cancellation);
  file.path = part.path;
  for (MalformedLine& line : file.malformed.lines) {
    line.file = part.path.string();
    line.line += before.lines - 1;  // the copy has a header of its own
  }
  identify(on_disk, file.seen);
  file.seen.lines += before.lines - 1;
  if (file.seen.encoding == "ascii") file.seen.encoding = before.encoding;
  file.seen.has_decimal_comma |= before.has_decimal_comma;
  file.seen.has_decimal_point |= before.has_decimal_point;
  return file;
}

}  // namespace ca::sources
