#include "sources/csv_records.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

#include "sources/byte_masks.h"

namespace ca::sources {
namespace {

bool is_blank(std::string_view text) {
  constexpr char kEndOfFile = '\x1A';  // what old programs write at the end
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return c == ' ' || c == '\t' || c == kEndOfFile; });
}

/// Two quotes, perhaps with blanks around them.
bool is_empty_cell(std::string_view text) {
  if (text.starts_with(' ')) text.remove_prefix(1);
  return text.starts_with("\"\"") && text.find_first_not_of(' ', 2) == std::string_view::npos;
}

std::uint64_t below(int bit) { return (std::uint64_t{1} << bit) - 1; }

}  // namespace

RecordScanner::RecordScanner(Options options) : options_(std::move(options)), bytes_(2 * kRoom) {}

std::span<char> RecordScanner::room() {
  if (bytes_.size() - filled_ < kRoom) {
    std::memmove(bytes_.data(), bytes_.data() + record_, filled_ - record_);
    filled_ -= record_;
    position_ -= record_;
    record_ = 0;
    if (bytes_.size() - filled_ < kRoom) bytes_.resize(2 * bytes_.size());
  }
  return {bytes_.data() + filled_, kRoom};
}

void RecordScanner::scan(std::size_t size) {
  filled_ += size;
  advance();
  if (position_ - record_ > kLongestRecord) drop_oversized();
}

void RecordScanner::finish() {
  do {
    while (position_ < filled_) {
      advance();
      scan_bytes(filled_);
    }
    switch (state_) {
      case State::kQuoted: break_quote(Defect::kOpenQuote); break;
      case State::kSkip:
      case State::kSkipCarriageReturn:
        end_skipped(state_ == State::kSkip ? filled_ : filled_ - 1, filled_);
        state_ = State::kCellStart;
        break;
      case State::kCarriageReturn: end_carriage_return(); break;
      default:
        if (record_ < filled_) end_record(filled_, filled_);
        break;
    }
  } while (position_ < filled_ || record_ < filled_);
}

void RecordScanner::scan_all(std::string_view bytes) {
  while (!bytes.empty()) {
    const std::size_t size = std::min(bytes.size(), kRoom);
    std::memcpy(room().data(), bytes.data(), size);
    scan(size);
    bytes.remove_prefix(size);
  }
  finish();
}

/// Scans all but the last bytes, which wait for the next ones so that blocks stay whole.
void RecordScanner::advance() {
  while (position_ + kMaskBytes <= filled_) {
    if (!scan_block()) scan_bytes(position_ + kMaskBytes);
  }
}

/// Sixty-four bytes by masks, if quotes and line ends stand where RFC 4180 wants them.
bool RecordScanner::scan_block() {
  const bool is_quoted = state_ == State::kQuoted;
  const bool is_cell_start = state_ == State::kCellStart;
  const bool is_quote_seen = state_ == State::kQuoteSeen;
  const bool is_carriage_return = state_ == State::kCarriageReturn;
  if (!is_quoted && !is_cell_start && !is_quote_seen && !is_carriage_return &&
      state_ != State::kText) {
    return false;
  }
  const Block block(bytes_.data() + position_);
  const std::uint64_t quotes = block.mask_of('"');
  std::uint64_t separators = block.mask_of(options_.separator);
  std::uint64_t feeds = block.mask_of('\n');
  std::uint64_t returns = block.mask_of('\r');
  std::uint64_t inside = 0;
  std::uint64_t inner_feeds = 0;
  if (quotes != 0 || is_quoted) {
    inside = running_parity(quotes) ^ (is_quoted ? ~std::uint64_t{0} : 0);
    inner_feeds = feeds & inside;
    const bool has_inner_line_ends = ((feeds | returns) & inside) != 0;
    separators &= ~inside;
    feeds &= ~inside;
    returns &= ~inside;
    const std::uint64_t opening = quotes & inside;
    const std::uint64_t closing = quotes & ~inside;
    const std::uint64_t may_open =
        ((separators | feeds | closing) << 1) | (is_cell_start || is_quote_seen ? 1 : 0);
    const std::uint64_t after_closing = (closing << 1) | (is_quote_seen ? 1 : 0);
    const std::uint64_t may_follow = separators | feeds | returns | opening;
    if (((opening & ~may_open) | (after_closing & ~may_follow)) != 0) return false;
    has_quotes_ = true;
    has_quoted_line_ends_ |= has_inner_line_ends;
  } else if (is_quote_seen && ((separators | feeds | returns) & 1) == 0) {
    return false;
  }
  const std::uint64_t after_return = (returns << 1) | (is_carriage_return ? 1 : 0);
  if ((after_return & ~feeds) != 0) return false;

  const std::uint64_t starts = separators | feeds;
  for (std::uint64_t rest = feeds; rest != 0; rest &= rest - 1) {
    const int bit = std::countr_zero(rest);
    const std::uint64_t before = below(bit);
    separators_ += static_cast<std::size_t>(count_bits(separators & before));
    separators &= ~before;
    if (inner_feeds != 0) {
      inner_lines_ += count_bits(inner_feeds & before);
      inner_feeds &= ~before;
    }
    const std::size_t at = position_ + static_cast<std::size_t>(bit);
    const bool is_crlf = at > record_ && bytes_[at - 1] == '\r';
    (is_crlf ? crlf_line_ends_ : lf_line_ends_) += 1;
    end_record(is_crlf ? at - 1 : at, at + 1);
  }
  separators_ += static_cast<std::size_t>(count_bits(separators));
  inner_lines_ += count_bits(inner_feeds);

  constexpr std::uint64_t kLast = std::uint64_t{1} << 63;
  if ((inside & kLast) != 0) {
    state_ = State::kQuoted;
  } else if ((quotes & kLast) != 0) {
    state_ = State::kQuoteSeen;
  } else if ((starts & kLast) != 0) {
    state_ = State::kCellStart;
  } else if ((returns & kLast) != 0) {
    state_ = State::kCarriageReturn;
  } else if (bytes_[position_ + kMaskBytes - 1] == ' ' && (starts & (kLast >> 1)) != 0) {
    state_ = State::kBlank;
  } else {
    state_ = State::kText;
  }
  position_ += kMaskBytes;
  return true;
}

/// Byte by byte to `end`, or to where a broken quote moved position_ back.
void RecordScanner::scan_bytes(std::size_t end) {
  while (position_ < end) {
    const std::size_t at = position_;
    state_ = step(state_, bytes_[at]);
    if (position_ != at) return;
    ++position_;
  }
}

RecordScanner::State RecordScanner::step(State state, char byte) {
  const std::size_t at = position_;
  if (state == State::kCarriageReturn && byte != '\n') {
    end_carriage_return();
    state = State::kCellStart;
  }
  if (state == State::kSkipCarriageReturn && byte != '\n') {
    ++cr_line_ends_;
    end_skipped(at - 1, at);
    state = State::kCellStart;
  }
  switch (state) {
    case State::kQuoted:
      if (byte == '"') return State::kQuoteSeen;
      if (byte == '\n') ++inner_lines_;
      if (byte == '\n' || byte == '\r') has_quoted_line_ends_ = true;
      return State::kQuoted;
    case State::kSkip:
      if (byte == '\r') return State::kSkipCarriageReturn;
      if (byte != '\n') return State::kSkip;
      ++lf_line_ends_;
      end_skipped(at, at + 1);
      return State::kCellStart;
    case State::kSkipCarriageReturn:
      ++crlf_line_ends_;
      end_skipped(at - 1, at + 1);
      return State::kCellStart;
    case State::kCarriageReturn:
      ++crlf_line_ends_;
      end_record(at - 1, at + 1);
      return State::kCellStart;
    default: break;
  }
  if (byte == options_.separator) {
    ++separators_;
    return State::kCellStart;
  }
  if (byte == '\r') return State::kCarriageReturn;
  if (byte == '\n') {
    ++lf_line_ends_;
    end_record(at, at + 1);
    return State::kCellStart;
  }
  const bool is_before_cell = state == State::kCellStart || state == State::kBlank;
  if (is_before_cell && byte == '"') {
    has_quotes_ = true;
    return State::kQuoted;
  }
  if (byte == ' ') {
    if (state == State::kCellStart) return State::kBlank;
    if (state == State::kBlank || state == State::kText) return State::kText;
    return State::kBlankAfter;
  }
  if (state == State::kQuoteSeen && byte == '"') return State::kQuoted;
  if (state == State::kQuoteSeen || state == State::kBlankAfter) {
    break_quote(Defect::kTextAfterQuote);
    return state_;
  }
  return State::kText;
}

/// The line under way ends before `end`; the next one begins at `next`.
void RecordScanner::end_record(std::size_t end, std::size_t next) {
  const std::string_view text(bytes_.data() + record_, end - record_);
  const std::size_t cells = separators_ + 1;
  const bool is_lone_empty_cell = options_.cells <= 1 && separators_ == 0 && is_empty_cell(text);
  const bool is_expected = options_.cells == 0 || cells == options_.cells;
  if (text.empty() || is_lone_empty_cell) {
    has_blank_lines_ |= rows_ == 0;
  } else if ((separators_ == 0 || !is_expected) && is_blank(text)) {
    has_blank_lines_ = true;
  } else if (text.size() > kLongestRecord) {
    put_aside(end, cells, Defect::kTooLong);
  } else if (is_expected) {
    ++rows_;
    longest_row_ = std::max(longest_row_, text.size());
    if (options_.on_row) options_.on_row({text, cells});
  } else {
    put_aside(end, cells, Defect::kCellCount);
  }
  begin_record(next);
}

/// The broken line that is being skipped ends before `end`.
void RecordScanner::end_skipped(std::size_t end, std::size_t next) {
  if (!std::exchange(is_put_aside_, false)) put_aside(end, 0, skipped_);
  begin_record(next);
}

void RecordScanner::put_aside(std::size_t end, std::size_t cells, Defect defect) {
  ++broken_;
  const std::string_view text(bytes_.data() + record_, end - record_);
  if (options_.on_broken) options_.on_broken({text, cells, line_, defect});
}

void RecordScanner::begin_record(std::size_t next) {
  line_ += 1 + inner_lines_;
  record_ = next;
  separators_ = 0;
  inner_lines_ = 0;
}

/// The byte before position_ was a CR without LF, which ends a line too.
void RecordScanner::end_carriage_return() {
  ++cr_line_ends_;
  end_record(position_ - 1, position_);
  state_ = State::kCellStart;
}

/// The quoted cell under way is broken: its line is put aside and reading goes on after it.
void RecordScanner::break_quote(Defect defect) {
  const auto begin = bytes_.begin() + static_cast<std::ptrdiff_t>(open_quote());
  const auto here = bytes_.begin() + static_cast<std::ptrdiff_t>(position_);
  const auto line_end =
      std::find_if(begin, here, [](char byte) { return byte == '\n' || byte == '\r'; });
  skipped_ = defect;
  is_put_aside_ = false;
  const auto record = bytes_.begin() + static_cast<std::ptrdiff_t>(record_);
  // Line ends of earlier cells of the same line, which are sound.
  inner_lines_ = std::count(record, line_end, '\n');
  separators_ = 0;
  state_ = State::kSkip;
  if (line_end != here) position_ = static_cast<std::size_t>(line_end - bytes_.begin());
}

/// Where the quote stands that opened the cell under way.
std::size_t RecordScanner::open_quote() const {
  std::size_t open = record_;
  bool is_open = false;
  bool may_open = true;
  for (std::size_t at = record_; at < position_; ++at) {
    const char byte = bytes_[at];
    if (byte == '"' && (is_open || may_open)) {
      const bool is_escape = !is_open && at > record_ && bytes_[at - 1] == '"';
      is_open = !is_open;
      if (is_open && !is_escape) open = at;
      may_open = true;  // the second quote of an escape opens again
    } else if (!is_open) {
      const bool is_after_start = at == record_ || bytes_[at - 1] == options_.separator;
      may_open = byte == options_.separator || (byte == ' ' && is_after_start);
    }
  }
  return open;
}

/// The line under way has become too long to be one.
void RecordScanner::drop_oversized() {
  const bool may_be_crlf = state_ == State::kCarriageReturn || state_ == State::kSkipCarriageReturn;
  if (may_be_crlf) return;  // the next byte tells
  if (state_ == State::kQuoted) {
    break_quote(Defect::kOpenQuote);
    scan(0);
    return;
  }
  if (state_ != State::kSkip) skipped_ = Defect::kTooLong;
  if (!std::exchange(is_put_aside_, true)) put_aside(position_, 0, skipped_);
  state_ = State::kSkip;
  record_ = position_;
}

std::vector<std::string> cells_of(std::string_view row, char separator) {
  std::vector<std::string> cells;
  std::size_t at = 0;
  while (true) {
    const std::size_t begin = at;
    const std::size_t first = row.substr(at).starts_with(' ') ? at + 1 : at;
    std::string cell;
    if (first < row.size() && row[first] == '"') {
      at = first + 1;
      while (at < row.size()) {
        const std::size_t quote = std::min(row.find('"', at), row.size());
        cell.append(row.substr(at, quote - at));
        at = quote + 1;
        if (at >= row.size() || row[at] != '"') break;
        cell += '"';
        ++at;
      }
      at = std::min(row.find(separator, std::min(at, row.size())), row.size());
    } else {
      at = std::min(row.find(separator, begin), row.size());
      cell.assign(row.substr(begin, at - begin));
    }
    cells.push_back(std::move(cell));
    if (at >= row.size()) return cells;
    ++at;
  }
}

}  // namespace ca::sources
