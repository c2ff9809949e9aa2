#include "sources/csv_tail.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <utility>
#include <vector>

#include "base/error.h"
#include "sources/changes.h"
#include "sources/csv_records.h"
#include "sources/encoding.h"
#include "sources/source_paths.h"

namespace ca::sources {
namespace {

namespace fs = std::filesystem;

/// The first line of a CSV, which a load has read before, with its line end.
std::string header_line(const fs::path& path, char separator) {
  const std::string head = read_head(path, kLongestRecord + kUtf8Mark.size());
  std::string_view text = head;
  if (text.starts_with(kUtf8Mark)) text.remove_prefix(kUtf8Mark.size());
  std::string header;
  bool is_found = false;
  const auto keep_first = [&](const Record& record) {
    if (!std::exchange(is_found, true)) header = record.text;
  };
  RecordScanner scanner(
      {.separator = separator, .cells = 0, .on_row = keep_first, .on_broken = {}});
  scanner.scan_all(text);
  const std::size_t end = text.find(header) + header.size();
  return header + (text.substr(end).starts_with("\r\n") ? "\r\n" : "\n");
}

/// Writes the header and the bytes [part.begin, end) of the file into one of the same name.
fs::path write_tail(const FilePart& part, std::uint64_t end, std::string_view header,
                    const fs::path& scratch) {
  const auto [reserved, descriptor] = new_file(scratch, "tail");
  ::close(descriptor);
  fs::path folder = reserved;
  folder += ".appended";
  fs::create_directories(folder);
  const fs::path target = folder / part.path.filename();
  std::ofstream out(target, std::ios::binary);
  out << header;
  std::ifstream in(part.path, std::ios::binary);
  in.seekg(static_cast<std::streamoff>(part.begin));
  std::vector<char> piece(std::size_t{1} << 20);
  for (std::uint64_t at = part.begin; at < end && in && out;) {
    const auto size = std::min<std::uint64_t>(piece.size(), end - at);
    in.read(piece.data(), static_cast<std::streamsize>(size));
    out.write(piece.data(), in.gcount());
    at += size;
  }
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
  const std::string header = header_line(part.path, before.separator);
  // Up to where the file was looked at, even if something writes to it meanwhile.
  const fs::path copy = write_tail(part, on_disk.bytes, header, scratch);
  CsvFile file = examine_csv(copy, as_before, scratch, sample, cancellation);
  file.path = part.path;
  const std::int64_t lines_before = before.lines - std::ranges::count(header, '\n');
  for (MalformedLine& line : file.malformed.lines) {
    line.file = part.path.string();
    line.line += lines_before;
  }
  identify(on_disk, content_hash(part.path, on_disk.bytes), file.seen);
  file.seen.lines += lines_before;
  if (file.seen.encoding == "ascii") file.seen.encoding = before.encoding;
  file.seen.has_decimal_comma |= before.has_decimal_comma;
  file.seen.has_decimal_point |= before.has_decimal_point;
  return file;
}

}  // namespace ca::sources
