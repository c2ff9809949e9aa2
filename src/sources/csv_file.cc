#include "sources/csv_file.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <future>
#include <utility>

#include "base/error.h"
#include "base/utf8.h"
#include "sources/changes.h"
#include "sources/csv_records.h"
#include "sources/csv_sniffer.h"
#include "sources/encoding.h"
#include "sources/source_paths.h"

namespace ca::sources {
namespace {

namespace fs = std::filesystem;

/// DuckDB shares a file among threads in pieces of this size.
constexpr std::uint64_t kDuckdbPiece = 8'000'000;

constexpr std::size_t kTextCharacters = 500;

void refuse_other_formats(const fs::path& path, std::string_view head) {
  using namespace std::string_view_literals;
  const std::string name = path.string();
  if (const std::string_view encoding = foreign_encoding(head); !encoding.empty()) {
    throw Error("E-FILE", fmt::format("{} is encoded as {}, which is not read.", name, encoding),
                "Save it as CSV UTF-8, or convert it: iconv -f UTF-16 -t UTF-8 OLD > NEW.",
                {{"encoding", std::string(encoding)}});
  }
  if (head.starts_with("PAR1"sv)) {
    throw Error("E-FILE", fmt::format("{} is a Parquet file.", name), "Set type = \"parquet\".");
  }
  if (head.starts_with("PK\x03\x04"sv)) {
    throw Error("E-FILE", fmt::format("{} is an Excel workbook or a ZIP archive.", name),
                "Export the sheet as CSV UTF-8, or unpack the archive.");
  }
}

/// Sniffs the first kilobytes, or more when the lines are long. Error E-FILE for what is no CSV.
Sniffed sniff(const fs::path& path, std::optional<char> separator) {
  for (std::size_t size = std::size_t{1} << 18;; size *= 16) {
    const std::string bytes = read_head(path, size);
    std::string_view head = bytes;
    refuse_other_formats(path, head);
    if (head.starts_with(kUtf8Mark)) head.remove_prefix(kUtf8Mark.size());
    const bool is_all = bytes.size() < size;
    Sniffed sniffed = sniff_csv(head, is_all, separator);
    if (!is_all && sniffed.lines <= kSniffedLines && size <= 2 * kLongestRecord) continue;
    if (sniffed.has_broken_header) {
      throw Error(
          "E-FILE",
          fmt::format("The first line of {} has a quote that does not close.", path.string()),
          "The first line has to name the columns.");
    }
    return sniffed;
  }
}

/// Calls on_bytes with what a file holds after its byte order mark, read straight into `scanner`.
template <class OnBytes>
ByteStream scan_file(const fs::path& path, RecordScanner& scanner, const Cancellation& cancellation,
                     const OnBytes& on_bytes) {
  ByteStream stream(path);
  bool is_first = true;
  while (true) {
    cancellation.check();
    const std::span<char> room = scanner.room();
    std::size_t size = stream.read(room.data(), RecordScanner::kRoom);
    if (size == 0) break;
    if (std::exchange(is_first, false) &&
        std::string_view(room.data(), size).starts_with(kUtf8Mark)) {
      size -= kUtf8Mark.size();
      std::memmove(room.data(), room.data() + kUtf8Mark.size(), size);
    }
    on_bytes(std::string_view(room.data(), size));
    scanner.scan(size);
  }
  scanner.finish();
  return stream;
}

std::string reason_of(const BrokenRecord& record, std::size_t expected) {
  switch (record.defect) {
    case Defect::kCellCount:
      return fmt::format("{} cell{} instead of {}", record.cells, record.cells == 1 ? "" : "s",
                         expected);
    case Defect::kOpenQuote: return "a quote is opened and never closed";
    case Defect::kTextAfterQuote: return "text follows a closing quote";
    case Defect::kTooLong: break;
  }
  return fmt::format("longer than {} MB", kLongestRecord >> 20);
}

/// Bytes of the file as UTF-8.
class Decoder {
 public:
  Decoder(Encoding encoding, bool is_valid)
      : encoding_(encoding), is_copied_(encoding == Encoding::kUtf8 && is_valid) {}

  void append(std::string& out, std::string_view bytes) const {
    if (is_copied_) {
      out.append(bytes);
    } else if (encoding_ == Encoding::kWindows1252) {
      append_windows_1252(out, bytes);
    } else {
      out.append(to_valid_utf8(bytes));
    }
  }
  std::string operator()(std::string_view bytes) const {
    std::string out;
    append(out, bytes);
    return out;
  }

 private:
  Encoding encoding_;
  bool is_copied_;
};

/// The first characters, so many that nothing is cut within one.
std::string shortened(const std::string& text) {
  std::size_t position = 0;
  for (std::size_t i = 0; i < kTextCharacters && position < text.size(); ++i) {
    next_code_point(text, position);
  }
  return text.substr(0, position);
}

/// Text written to a new file in large pieces.
class CopyWriter {
 public:
  CopyWriter(const fs::path& scratch, std::string_view stem) {
    std::tie(path_, descriptor_) = new_file(scratch, stem);
  }
  CopyWriter(const CopyWriter&) = delete;
  CopyWriter& operator=(const CopyWriter&) = delete;
  ~CopyWriter() { ::close(descriptor_); }

  const fs::path& path() const { return path_; }
  /// To append to; flush_if_large() belongs after it.
  std::string& text() { return text_; }
  void flush_if_large() {
    if (text_.size() >= kPiece) flush();
  }
  void flush() {
    std::string_view rest = text_;
    while (!rest.empty()) {
      const ssize_t written = ::write(descriptor_, rest.data(), rest.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) {
        throw Error("E-FILE", fmt::format("The temporary copy {} could not be written: {}.",
                                          path_.string(), std::strerror(errno)));
      }
      rest.remove_prefix(static_cast<std::size_t>(written));
    }
    text_.clear();
  }

 private:
  static constexpr std::size_t kPiece = std::size_t{1} << 20;
  fs::path path_;
  int descriptor_ = -1;
  std::string text_;
};

struct Copy {
  fs::path path;
  bool has_inner_line_ends = false;  ///< line ends within quoted cells
};

/// The sound rows of the file as UTF-8, each with LF.
Copy write_copy(const CsvFile& file, std::size_t cells, const Decoder& decode,
                const fs::path& scratch, std::string_view stem, const Cancellation& cancellation) {
  CopyWriter writer(scratch, stem);
  Copy copy{.path = writer.path()};
  const auto write = [&](const Record& record) {
    copy.has_inner_line_ends |= record.text.find('\n') != std::string_view::npos ||
                                record.text.find('\r') != std::string_view::npos;
    decode.append(writer.text(), record.text);
    writer.text() += '\n';
    writer.flush_if_large();
  };
  RecordScanner scanner(
      {.separator = file.separator, .cells = cells, .on_row = write, .on_broken = {}});
  scan_file(file.path, scanner, cancellation, [](std::string_view) {});
  writer.flush();
  return copy;
}

/// What one look at every byte of a file has found.
struct Survey {
  RecordScanner lines;
  Utf8Check utf8;
  std::uint64_t bytes = 0;
  bool has_mark = false;
  Compression compression = Compression::kNone;
  bool is_one_member = true;
};

/// A small file may unpack to one that fills the disk.
void check_size(const fs::path& path, std::uint64_t bytes, std::uint64_t most) {
  if (bytes <= most) return;
  throw Error("E-TOO-LARGE", fmt::format("{} unpacks to more than {} bytes.", path.string(), most),
              "Raise max_source_mb of [imports], or connect with the command line.");
}

Survey survey(const fs::path& path, RecordScanner::Options options, std::uint64_t most_bytes,
              const Cancellation& cancellation) {
  Survey found{.lines = RecordScanner(std::move(options)), .utf8 = {}};
  const ByteStream stream = scan_file(path, found.lines, cancellation, [&](std::string_view piece) {
    found.bytes += piece.size();
    check_size(path, found.bytes, most_bytes);
    found.utf8.feed(piece);
  });
  found.utf8.finish();
  found.has_mark = read_head(path, kUtf8Mark.size()) == kUtf8Mark;
  found.compression = stream.compression();
  found.is_one_member = stream.is_one_member();
  return found;
}

Encoding choose_encoding(const Survey& found, const Location& location) {
  if (found.utf8.is_ascii()) return Encoding::kUtf8;
  if (location.encoding.has_value()) return encoding_of(*location.encoding);
  return found.utf8.is_valid() || found.has_mark ? Encoding::kUtf8 : Encoding::kWindows1252;
}

bool has_mixed_line_ends(const RecordScanner& lines) {
  return lines.cr_line_ends() > 0 || (lines.lf_line_ends() > 0 && lines.crlf_line_ends() > 0);
}

/// Whether DuckDB's parallel reader may stumble over the file: see CsvFile.
bool has_crlf_after_quotes(const RecordScanner& lines) {
  return lines.crlf_line_ends() > 0 && lines.has_quotes();
}

/// Whether DuckDB cannot read the file as it is, or only with one thread.
bool needs_copy(const Survey& found, Encoding encoding, const std::vector<std::string>& header) {
  const RecordScanner& lines = found.lines;
  const bool is_utf8 = encoding == Encoding::kUtf8 && found.utf8.is_valid();
  const bool has_sound_lines =
      lines.broken() == 0 && !lines.has_blank_lines() && !has_mixed_line_ends(lines);
  // DuckDB does not see the quote that opens the header after a byte order mark.
  const bool has_sound_header =
      !found.has_mark || std::none_of(header.begin(), header.end(), [](const std::string& cell) {
        return cell.find_first_of("\r\n") != std::string::npos;
      });
  const bool gains_threads =
      has_crlf_after_quotes(lines) && !lines.has_quoted_line_ends() && found.bytes > kDuckdbPiece;
  return !is_utf8 || !has_sound_lines || !has_sound_header || !found.is_one_member || gains_threads;
}

void warn_of_encoding(const Survey& found, Encoding encoding, const Location& location,
                      CsvFile& file) {
  const std::string name = file.path.filename().string();
  if (encoding == Encoding::kWindows1252 && !location.encoding.has_value()) {
    file.warnings.push_back(fmt::format("{} is not UTF-8 and was read as Windows-1252.", name));
  }
  if (encoding == Encoding::kUtf8 && !found.utf8.is_valid()) {
    file.warnings.push_back(
        fmt::format("{} has bytes that are not UTF-8; they read as \uFFFD.", name));
  }
}

void name_columns(const std::vector<std::string>& header, CsvFile& file) {
  std::vector<std::string> changes;
  file.columns = unique_names(header, changes);
  for (const std::string& change : changes) {
    file.warnings.push_back(fmt::format("{}: {}.", file.path.filename().string(), change));
  }
}

CsvFile examine_bytes(const fs::path& path, const Location& location, const fs::path& scratch,
                      std::size_t sample, const Cancellation& cancellation) {
  CsvFile file;
  file.path = path;
  const Sniffed sniffed = sniff(path, location.separator);
  if (sniffed.header.empty()) return file;
  file.separator = sniffed.separator;
  file.seen.separator = sniffed.separator;
  file.seen.has_decimal_comma = sniffed.has_decimal_comma && sniffed.separator != ',';
  file.seen.has_decimal_point = sniffed.has_decimal_point;

  const std::size_t cells = sniffed.header.size();
  const auto keep = [&](const BrokenRecord& record) {
    file.seen.has_open_quote |= record.defect == Defect::kOpenQuote;
    if (file.malformed.lines.size() >= sample) return;
    file.malformed.lines.push_back({path.string(), record.line, reason_of(record, cells),
                                    std::string(record.text.substr(0, 4 * kTextCharacters))});
  };
  const Survey found =
      survey(path, {.separator = file.separator, .cells = cells, .on_row = {}, .on_broken = keep},
             location.most_bytes, cancellation);
  const Encoding encoding = choose_encoding(found, location);
  const Decoder decode(encoding, found.utf8.is_valid());
  warn_of_encoding(found, encoding, location, file);
  std::vector<std::string> header;
  for (const std::string& cell : sniffed.header) header.push_back(decode(cell));
  name_columns(header, file);
  for (MalformedLine& line : file.malformed.lines) line.text = shortened(decode(line.text));
  file.malformed.count = found.lines.broken();
  file.rows = std::max<std::int64_t>(0, found.lines.rows() - 1);
  file.longest_row = found.lines.longest_row();
  file.seen.lines = found.lines.line_ends();
  file.seen.encoding = found.utf8.is_ascii() ? "ascii" : name_of(encoding);

  if (needs_copy(found, encoding, header)) {
    const Copy copy =
        write_copy(file, cells, decode, scratch, name_of(location.kind), cancellation);
    file.scan = copy.path;
    file.longest_row *= 3;  // the most that a byte becomes in UTF-8
    file.is_parallel = !copy.has_inner_line_ends;
  } else {
    file.scan = without_pattern(path, scratch, name_of(location.kind));
    file.compression = found.compression;
    file.is_crlf = found.lines.crlf_line_ends() > 0;
    file.is_parallel = !found.lines.has_quoted_line_ends() && !has_crlf_after_quotes(found.lines);
  }
  return file;
}

}  // namespace

CsvFile examine_csv(const fs::path& path, const Location& location, const fs::path& scratch,
                    std::size_t sample, const Cancellation& cancellation) {
  const SeenFile on_disk = look_at(path);
  // The hash is of the bytes on disk, the rest of what is in them: two threads read side by side.
  auto hash = std::async(std::launch::async, [&] { return content_hash(path, on_disk.bytes); });
  CsvFile file = examine_bytes(path, location, scratch, sample, cancellation);
  identify(on_disk, hash.get(), file.seen);
  return file;
}

std::string read_head(const fs::path& path, std::size_t size) {
  ByteStream stream(path);
  std::string head(size, '\0');
  head.resize(stream.read(head.data(), size));
  return head;
}

}  // namespace ca::sources
