#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/cancellation.h"
#include "base/progress.h"

namespace ca::api {

/// Cells of a column that could not be read; they count as missing.
struct UnreadCells {
  std::string column;
  std::int64_t unreadable = 0;
  std::string sample;  ///< the least of them in bytes, so that the order of rows does not show

  void add(std::string_view cell);
};

/// "3 cells of "spend" are no numbers, as "a lot", and count as missing."
std::string sentence_of(const UnreadCells& cells, std::string_view what = "numbers");
/// What to say of so many lines that could not be split.
std::string malformed_sentence(std::int64_t lines);

/// The nearest of the names, or which ones there are.
std::string hint_of(const std::string& word, const std::vector<std::string>& names);

/// A file of which some columns are asked, by name, without a home: Parquet where it is called so,
/// else CSV, also compressed.
class ColumnFile {
 public:
  /// Errors: E-FILE, E-PERM, E-EMPTY.
  ColumnFile(const std::filesystem::path& file, const Cancellation& cancellation);
  ColumnFile(const ColumnFile&) = delete;
  ColumnFile& operator=(const ColumnFile&) = delete;
  ~ColumnFile();

  const std::vector<std::string>& columns() const { return columns_; }
  bool has(const std::string& column) const;
  /// Error E-PARAM where there is no such column; `option` is what asked for it.
  void check(const std::string& column, const char* option) const;

  char decimal() const;
  std::int64_t malformed() const;  ///< lines that could not be split, left out
  const std::vector<std::string>& warnings() const;

  /// The cells of a row as text, in the order in which columns were asked for; null is empty.
  using Row = std::function<void(std::span<const std::string_view> cells)>;
  /// In the order of the file. The columns must be there. Errors: E-CANCELLED.
  void read(std::span<const std::string> columns, const Row& row, Progress& progress,
            const Cancellation& cancellation);

 private:
  struct Opened;
  std::unique_ptr<Opened> opened_;
  std::vector<std::string> columns_;
};

}  // namespace ca::api
