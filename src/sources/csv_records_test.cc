#include "sources/csv_records.h"

#include <random>

#include "sources/test_support.h"

namespace ca::sources {
namespace {

/// What a scanner says of some bytes, as text: a row as it is, a broken line as
/// `!line defect cells text`.
struct Outcome {
  std::vector<std::string> lines;
  std::int64_t rows = 0;
  std::int64_t broken = 0;
};

std::string broken_text(std::int64_t line, Defect defect, std::size_t cells,
                        std::string_view text) {
  return "!" + std::to_string(line) + " " + std::to_string(static_cast<int>(defect)) + " " +
         std::to_string(cells) + " " + std::string(text);
}

/// Scans in pieces whose sizes `next_piece` gives.
template <class NextPiece>
Outcome scan(std::string_view bytes, char separator, std::size_t cells,
             const NextPiece& next_piece) {
  Outcome outcome;
  RecordScanner scanner(
      {.separator = separator,
       .cells = cells,
       .on_row = [&](const Record& record) { outcome.lines.emplace_back(record.text); },
       .on_broken =
           [&](const BrokenRecord& record) {
             outcome.lines.push_back(
                 broken_text(record.line, record.defect, record.cells, record.text));
           }});
  while (!bytes.empty()) {
    const std::size_t size = std::min(bytes.size(), next_piece());
    std::copy_n(bytes.begin(), size, scanner.room().begin());
    scanner.scan(size);
    bytes.remove_prefix(size);
  }
  scanner.finish();
  outcome.rows = scanner.rows();
  outcome.broken = scanner.broken();
  return outcome;
}

Outcome scan(std::string_view bytes, std::size_t cells) {
  return scan(bytes, ',', cells, [] { return RecordScanner::kRoom; });
}

using Lines = std::vector<std::string>;

TEST(RecordScanner, EveryKindOfLineEndEndsALine) {
  EXPECT_EQ(scan("a,b\n1,2\r\n3,4\r5,6", 2).lines, (Lines{"a,b", "1,2", "3,4", "5,6"}));
  EXPECT_EQ(scan("a,b\n", 2).lines, Lines{"a,b"});
  EXPECT_EQ(scan("a,b\r", 2).lines, Lines{"a,b"});
  EXPECT_EQ(scan("", 2).lines, Lines{});
  EXPECT_EQ(scan("a,b\n1,", 2).lines, (Lines{"a,b", "1,"}));
}

TEST(RecordScanner, QuotedCellsHoldWhatTheyLike) {
  EXPECT_EQ(scan("\"a,\nb\",\"c\"\"d\"\n1,\"\"\n", 2).lines,
            (Lines{"\"a,\nb\",\"c\"\"d\"", "1,\"\""}));
  // A quote in the middle of an unquoted cell is text; blanks may stand around a quoted one.
  EXPECT_EQ(scan("6\" pipe,1\n \"a,b\"  ,2\n", 2).lines, (Lines{"6\" pipe,1", " \"a,b\"  ,2"}));
}

TEST(RecordScanner, LinesOfBlanksAreNoRows) {
  RecordScanner scanner({.separator = ',', .cells = 2, .on_row = {}, .on_broken = {}});
  scanner.scan_all("a,b\n\n1,2\r\n\r\n\n");
  EXPECT_EQ(scanner.rows(), 2);
  EXPECT_FALSE(scanner.has_blank_lines()) << "DuckDB skips empty lines by itself";
  EXPECT_EQ(scan("a,b\n  \n\t\n1,2\n\x1A", 2).lines, (Lines{"a,b", "1,2"}));
  EXPECT_EQ(scan("a\n\"\"\n \"\" \n1\n", 1).lines, (Lines{"a", "1"}));
  EXPECT_EQ(scan("\t\t\n", ',', 1, [] { return RecordScanner::kRoom; }).lines, Lines{});
  EXPECT_EQ(scan("\t\t\n", '\t', 3, [] { return RecordScanner::kRoom; }).lines, Lines{"\t\t"});
}

TEST(RecordScanner, WrongNumbersOfCellsAreBroken) {
  const Outcome outcome = scan("a,b,c\n1,2\n1,2,3\n1,2,3,4\n1,2,3,\n", 3);
  EXPECT_EQ(outcome.lines,
            (Lines{"a,b,c", "!2 0 2 1,2", "1,2,3", "!4 0 4 1,2,3,4", "!5 0 4 1,2,3,"}));
  EXPECT_EQ(outcome.rows, 2);
  EXPECT_EQ(outcome.broken, 3);
}

TEST(RecordScanner, ABrokenQuoteCostsItsLineAlone) {
  EXPECT_EQ(scan("a,b\n1,\"open\n3,4\n5,6\n", 2).lines,
            (Lines{"a,b", "!2 1 0 1,\"open", "3,4", "5,6"}));
  EXPECT_EQ(scan("a,b\n1,\"x\"y\n3,\"4\"\n", 2).lines,
            (Lines{"a,b", "!2 2 0 1,\"x\"y", "3,\"4\""}));
  // The next quote closes it, and is followed by text: still only the first line.
  EXPECT_EQ(scan("a,b\n1,\"open\n3,\"4\"\n5,6\n", 2).lines,
            (Lines{"a,b", "!2 2 0 1,\"open", "3,\"4\"", "5,6"}));
  EXPECT_EQ(scan("a,b\n1,\"", 2).lines, (Lines{"a,b", "!2 1 0 1,\""}));
  // Sound cells with line ends before the broken one belong to its line.
  EXPECT_EQ(scan("a,b\n\"1\n1\",\"x\"y\n3,4\n", 2).lines,
            (Lines{"a,b", "!2 2 0 \"1\n1\",\"x\"y", "3,4"}));
}

TEST(RecordScanner, CountsLinesAsAnEditorDoes) {
  EXPECT_EQ(scan("a,b\r\n\"x\r\ny\r\n\",2\r\n\r\n1\r\n", 2).lines.back(), "!6 0 1 1");
  EXPECT_EQ(scan("a,b\r\r1\r", 2).lines.back(), "!3 0 1 1");
}

TEST(RecordScanner, DescribesLineEndsAndQuotes) {
  RecordScanner scanner({.separator = ';', .cells = 2, .on_row = {}, .on_broken = {}});
  scanner.scan_all("a;b\r\n1;\"x\n\"\r\n2;3\n4;5\r6;7777\n");
  EXPECT_EQ(scanner.crlf_line_ends(), 2);
  EXPECT_EQ(scanner.lf_line_ends(), 2);
  EXPECT_EQ(scanner.cr_line_ends(), 1);
  EXPECT_TRUE(scanner.has_quotes());
  EXPECT_TRUE(scanner.has_quoted_line_ends());
  EXPECT_EQ(scanner.longest_row(), 6u);
}

TEST(RecordScanner, LinesThatNeverEndAreBroken) {
  const std::string huge(kLongestRecord + 1'000'000, 'x');
  const Outcome long_line = scan("a,b\n1,2\n" + huge + "\n3,4\n", 2);
  EXPECT_EQ(long_line.rows, 3);
  EXPECT_EQ(long_line.broken, 1);
  EXPECT_EQ(long_line.lines.back(), "3,4");
  EXPECT_EQ(long_line.lines[2].substr(0, 9), "!3 3 0 xx");
  // After a quote that never closes the lines are found again, at the limit and at the end.
  std::string text = "a,b\n1,\"open\n";
  const std::string row = "3," + std::string(997, 'y') + "\n";
  while (text.size() < kLongestRecord + 1'000'000) text += row;
  const Outcome open_quote = scan(text, 2);
  EXPECT_EQ(open_quote.broken, 1);
  EXPECT_EQ(open_quote.rows, 1 + static_cast<std::int64_t>(text.size() - 12) / row.size());
  EXPECT_EQ(open_quote.lines[1], "!2 1 0 1,\"open");
  // The longest allowed one is no trouble.
  const Outcome longest = scan("a,b\n1," + huge.substr(0, kLongestRecord - 2) + "\n", 2);
  EXPECT_EQ(longest.rows, 2);
  EXPECT_EQ(scan("a,b\n1," + huge.substr(0, kLongestRecord - 1) + "\n", 2).rows, 1);
}

/// The same rules, written to be read: one line after the other, character by character.
Outcome expected_of(std::string_view bytes, char separator, std::size_t wanted) {
  Outcome outcome;
  std::int64_t line = 1;
  const auto is_line_end = [](char c) { return c == '\n' || c == '\r'; };
  const auto line_end_from = [&](std::size_t at) {
    while (at < bytes.size() && !is_line_end(bytes[at])) ++at;
    return at;
  };
  for (std::size_t begin = 0; begin < bytes.size();) {
    std::size_t at = begin;
    std::size_t cells = 1;
    bool is_broken = false;
    Defect defect = Defect::kCellCount;
    while (true) {
      std::size_t quote = at;
      if (bytes.substr(quote).starts_with(" \"")) ++quote;
      if (quote < bytes.size() && bytes[quote] == '"') {
        std::size_t close = quote + 1;
        while (close < bytes.size()) {
          if (bytes.substr(close).starts_with("\"\"")) {
            close += 2;
          } else if (bytes[close] == '"') {
            break;
          } else {
            ++close;
          }
        }
        is_broken = close >= bytes.size();
        defect = Defect::kOpenQuote;
        at = close + 1;
        while (!is_broken && at < bytes.size() && bytes[at] == ' ') ++at;
        if (!is_broken && at < bytes.size() && bytes[at] != separator && !is_line_end(bytes[at])) {
          is_broken = true;
          defect = Defect::kTextAfterQuote;
        }
        if (is_broken) {
          at = line_end_from(quote);
          break;
        }
      } else {
        while (at < bytes.size() && bytes[at] != separator && !is_line_end(bytes[at])) ++at;
      }
      if (at >= bytes.size() || bytes[at] != separator) break;
      ++cells;
      ++at;
    }
    const std::string_view text = bytes.substr(begin, at - begin);
    const bool is_blank = text.find_first_not_of(" \t\x1A") == std::string_view::npos;
    std::string_view bare = text;
    if (bare.starts_with(' ')) bare.remove_prefix(1);
    const bool is_empty_cell = wanted == 1 && cells == 1 && bare.starts_with("\"\"") &&
                               bare.find_first_not_of(' ', 2) == std::string_view::npos;
    if (is_broken) {
      ++outcome.broken;
      outcome.lines.push_back(broken_text(line, defect, 0, text));
    } else if (text.empty() || is_empty_cell || (is_blank && (cells == 1 || cells != wanted))) {
      // nothing
    } else if (cells == wanted) {
      ++outcome.rows;
      outcome.lines.emplace_back(text);
    } else {
      ++outcome.broken;
      outcome.lines.push_back(broken_text(line, Defect::kCellCount, cells, text));
    }
    line += 1 + std::count(text.begin(), text.end(), '\n');
    begin = at + (bytes.substr(at).starts_with("\r\n") ? 2 : 1);
  }
  return outcome;
}

/// Lines of all sorts. `spoilt` of a thousand characters are thrown in where they do not belong.
std::string sample(std::mt19937& random, char separator, std::size_t cells, unsigned spoilt) {
  static const std::vector<std::string> kWords = {
      "a", "bb", "1.5", " ", "x y", "é", "😀", "\t", "a long word to fill a block with"};
  static const std::vector<std::string> kQuoted = {"\"\"", "\n", "\r\n",     ",",
                                                   ";",    "\r", "\n1,2,3\n"};
  static const std::string kSpoil = "\"\",;\n\r x";
  std::string text;
  const std::string line_end = random() % 2 == 0 ? "\n" : "\r\n";
  for (auto line = random() % 30; line > 0; --line) {
    for (std::size_t cell = 0; cell < cells; ++cell) {
      if (cell > 0) text += separator;
      const bool is_quoted = random() % 3 == 0;
      if (is_quoted) text += '"';
      for (auto word = random() % 4; word > 0; --word) {
        text += is_quoted && random() % 2 == 0 ? kQuoted[random() % kQuoted.size()]
                                               : kWords[random() % kWords.size()];
      }
      if (is_quoted) text += '"';
      if (random() % 1000 < spoilt) text += kSpoil[random() % kSpoil.size()];
    }
    text += random() % 20 == 0 ? "\r" : line_end;
  }
  return text;
}

TEST(RecordScanner, AgreesWithTheRulesOnLinesOfAllSorts) {
  std::mt19937 random(5);
  for (int round = 0; round < 6000; ++round) {
    const char separator = ",;"[round % 2];
    const std::size_t cells = 1 + random() % 5;
    const std::string text =
        sample(random, separator, cells, std::vector{0u, 20u, 300u}[round % 3]);
    const Outcome expected = expected_of(text, separator, cells);
    const std::size_t largest = std::vector<std::size_t>{3, 70, 1000}[random() % 3];
    const Outcome outcome = scan(text, separator, cells, [&] { return 1 + random() % largest; });
    ASSERT_EQ(outcome.lines, expected.lines) << text;
    ASSERT_EQ(outcome.rows, expected.rows);
    ASSERT_EQ(outcome.broken, expected.broken);
  }
}

TEST(CellsOf, TakesQuotesOff) {
  EXPECT_EQ(cells_of("a,b", ','), (Lines{"a", "b"}));
  EXPECT_EQ(cells_of("", ','), Lines{""});
  EXPECT_EQ(cells_of(",", ','), (Lines{"", ""}));
  EXPECT_EQ(cells_of("\"a,\"\"b\"\"\",\"\", \"c\" ,d\"e", ','),
            (Lines{"a,\"b\"", "", "c", "d\"e"}));
  EXPECT_EQ(cells_of("\"x\ny\";2", ';'), (Lines{"x\ny", "2"}));
}

}  // namespace
}  // namespace ca::sources
