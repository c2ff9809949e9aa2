#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/ascending_keys.h"

namespace ca::ingest {

/// Cases kept of a rule, here and in every finding.
inline constexpr std::size_t kSampleSize = 5;

/// What a cleaning function tells about the rows that pass through it. DuckDB's threads write, any
/// thread may look.
class CleaningTally {
 public:
  /// Rows are numbered from `first_number` on.
  explicit CleaningTally(std::int64_t first_number = 0)
      : first_number_(first_number), next_number_(first_number) {}

  /// Rows cleaned so far.
  std::int64_t rows() const { return next_number_.load() - first_number_; }
  /// Takes `count` numbers and returns the first of them.
  std::int64_t take_numbers(std::int64_t count) { return next_number_.fetch_add(count); }

  /// Remembers the raw text of a cell behind a rule (one bit of notes.h). Of all that come, the
  /// smallest different ones are kept, so that the order of rows and threads changes nothing.
  void keep(std::uint32_t bit, std::string_view text);
  std::vector<std::string> sample(std::uint32_t bit) const;

  /// The order ids of sessions, as far as they are as good as stored.
  AscendingKeys order_ids;

 private:
  /// Characters of a text that are kept; enough to tell what is wrong with it.
  static constexpr std::size_t kLongestText = 200;

  const std::int64_t first_number_;
  std::atomic<std::int64_t> next_number_;
  mutable std::mutex mutex_;
  std::set<std::string, std::less<>> samples_[32];  ///< by number of the bit
};

}  // namespace ca::ingest
