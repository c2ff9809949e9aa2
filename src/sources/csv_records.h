#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ca::sources {

/// Why a line could not be split into the header's columns.
enum class Defect : std::uint8_t {
  kCellCount,       ///< more or fewer cells than the header
  kOpenQuote,       ///< a cell begins with a quote that is never closed
  kTextAfterQuote,  ///< something other than a separator follows the closing quote
  kTooLong          ///< longer than kLongestRecord
};

/// A well-formed row of a CSV stream. The text has no line end and is valid during the call.
struct Record {
  std::string_view text;
  std::size_t cells = 0;
};

/// A line put aside. `line` counts the line ends of the file, 1 is the first line.
struct BrokenRecord {
  std::string_view text;
  std::size_t cells = 0;
  std::int64_t line = 0;
  Defect defect = Defect::kCellCount;
};

/// Bytes of the longest line that is read; a quoted cell that goes on for longer was never closed.
inline constexpr std::size_t kLongestRecord = std::size_t{16} << 20;

/// Splits a stream of CSV bytes into lines as RFC 4180 says, without looking into the cells: quoted
/// cells may hold separators and line ends, two quotes stand for one, a quote in the middle of an
/// unquoted cell is text. As in DuckDB, one blank before a quoted cell and any after it are
/// nothing. LF, CR LF and CR end a line; lines of blanks are no rows. A line whose quotes are
/// broken costs that line alone: reading goes on after the end of the line on which the quote
/// stands.
///
/// Encoding does not matter as long as it extends ASCII. About three GB/s on ordinary files: 64
/// bytes at a time where quotes stand where they should, byte by byte elsewhere. Memory: one line
/// plus a few kRoom. One thread at a time.
class RecordScanner {
 public:
  struct Options {
    char separator = ',';
    std::size_t cells = 0;                      ///< the header's; 0 takes rows of any number
    std::function<void(const Record&)> on_row;  ///< may be empty
    std::function<void(const BrokenRecord&)> on_broken;  ///< may be empty
  };
  explicit RecordScanner(Options options);
  RecordScanner(RecordScanner&&) = default;

  static constexpr std::size_t kRoom = std::size_t{1} << 18;
  /// Where the next bytes go, at least kRoom of them ...
  std::span<char> room();
  /// ... and that `size` bytes are there.
  void scan(std::size_t size);
  /// Says that no more bytes come.
  void finish();
  /// All of it at once.
  void scan_all(std::string_view bytes);

  std::int64_t rows() const { return rows_; }
  std::int64_t broken() const { return broken_; }
  std::size_t longest_row() const { return longest_row_; }
  bool has_quotes() const { return has_quotes_; }
  bool has_quoted_line_ends() const { return has_quoted_line_ends_; }
  /// Lines of blanks, dropped. Empty lines do not count, except at the beginning.
  bool has_blank_lines() const { return has_blank_lines_; }
  std::int64_t lf_line_ends() const { return lf_line_ends_; }
  std::int64_t crlf_line_ends() const { return crlf_line_ends_; }
  std::int64_t cr_line_ends() const { return cr_line_ends_; }
  /// All line ends, also those within quoted cells and broken lines.
  std::int64_t line_ends() const { return line_ - 1; }

 private:
  enum class State : std::uint8_t {
    kCellStart,
    kBlank,       ///< a blank before a cell
    kText,        ///< in an unquoted cell
    kQuoted,      ///< in a quoted cell
    kQuoteSeen,   ///< a quote within one: its end or the first of two
    kBlankAfter,  ///< blanks after a quoted cell
    kCarriageReturn,
    kSkip,  ///< in the rest of a broken line
    kSkipCarriageReturn
  };

  void advance();
  bool scan_block();
  void scan_bytes(std::size_t end);
  State step(State state, char byte);

  void end_record(std::size_t end, std::size_t next);
  void end_carriage_return();
  void break_quote(Defect defect);
  std::size_t open_quote() const;
  void end_skipped(std::size_t end, std::size_t next);
  void put_aside(std::size_t end, std::size_t cells, Defect defect);
  void begin_record(std::size_t next);
  void drop_oversized();

  Options options_;
  std::vector<char> bytes_;  ///< from the beginning of the line under way on
  std::size_t filled_ = 0;
  std::size_t record_ = 0;    ///< where the line under way begins
  std::size_t position_ = 0;  ///< the next byte to look at
  State state_ = State::kCellStart;
  std::size_t separators_ = 0;    ///< in the line under way
  std::int64_t line_ = 1;         ///< number of the line under way
  std::int64_t inner_lines_ = 0;  ///< line ends within its quoted cells
  Defect skipped_ = Defect::kCellCount;
  bool is_put_aside_ = false;  ///< the line being skipped was counted

  std::int64_t rows_ = 0;
  std::int64_t broken_ = 0;
  std::size_t longest_row_ = 0;
  bool has_quotes_ = false;
  bool has_quoted_line_ends_ = false;
  bool has_blank_lines_ = false;
  std::int64_t lf_line_ends_ = 0;
  std::int64_t crlf_line_ends_ = 0;
  std::int64_t cr_line_ends_ = 0;
};

/// The cells of a well-formed row, unquoted.
std::vector<std::string> cells_of(std::string_view row, char separator);

}  // namespace ca::sources
