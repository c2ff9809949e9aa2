#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ca::sources {

/// What the first lines of a CSV file tell about it.
struct Sniffed {
  char separator = ',';
  std::vector<std::string> header;  ///< cells of the first line, unquoted, bytes as they are
  std::size_t lines = 0;            ///< lines looked at, the header among them
  bool has_decimal_comma = false;   ///< a cell looks like 12,50 ...
  bool has_decimal_point = false;   ///< ... or like 12.50
  bool has_broken_header = false;   ///< quotes of the first line do not close; nothing else is set
};

/// The separators in the order in which they are preferred.
inline constexpr std::string_view kSeparators = ",;\t|:";

/// Lines that are looked at, after the header.
inline constexpr std::size_t kSniffedLines = 100;

/// Looks at the beginning of a file without its byte order mark. Of the separators that split the
/// header into several cells the one wins that splits most lines into as many cells; among equals
/// the one that leaves fewer odd header cells (empty, or with another separator in them), then the
/// one with more cells, then the order of kSeparators. A colon stands in every timestamp, so it
/// counts only where nothing else splits the header. No separator: one column. `is_all` says that
/// the file ends with `head`; else an unfinished last line is left out.
Sniffed sniff_csv(std::string_view head, bool is_all, std::optional<char> separator);

/// Names that are unique without regard to case: blanks around them cut, `column_2` for the second
/// one if it is empty, `name_1` for the second `name`. Each change is described in `changes`.
std::vector<std::string> unique_names(const std::vector<std::string>& cells,
                                      std::vector<std::string>& changes);

}  // namespace ca::sources
