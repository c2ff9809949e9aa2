#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "journeys/builder.h"
#include "journeys/dictionary.h"
#include "journeys/partition_builder.h"

namespace ca::journeys {

/// The hash that decides a customer's partition. Sessions without a client have a key of their own,
/// which no client's can be taken for.
std::uint64_t hash_of(std::string_view key, bool is_anonymous);
/// The key of a session without a client.
std::string anonymous_key(std::string_view order_id);
inline std::size_t partition_of(std::uint64_t hash, std::size_t partitions) {
  return hash & (partitions - 1);
}

/// The dictionaries of a version.
struct Dictionaries {
  Dictionary dimensions, promotions, products, categories;

  void write(const std::filesystem::path& folder) const;
  static Dictionaries read(const std::filesystem::path& folder);
};

/// Step one: every row to the spill of its client's partition. As many lanes as threads share the
/// work: each scans a part of the store's tables and has spills and dictionaries of its own. The
/// lanes' codes become the version's afterwards, lane after lane, so that the number of threads
/// changes no code.
class Scatter {
 public:
  /// `texts` are the dictionaries that the version begins with. `since`: only the customers whom a
  /// later load than that one touched, which one lane does.
  Scatter(store::Store& store, const BuildOptions& options, std::size_t partitions,
          std::optional<std::int64_t> since, Dictionaries texts, const Cancellation& cancellation);

  void run(Progress& progress);

  /// After run().
  PartitionRows rows_of(std::size_t partition) const {
    return {std::span(spills_).subspan(partition * lanes_.size(), lanes_.size()), codes_};
  }
  const Dictionaries& texts() const { return texts_; }

 private:
  static constexpr std::uint64_t kBatch = 16384;

  struct Lane {
    Dictionaries texts;
    std::vector<std::uint32_t> next_position;  ///< of a session, by partition
  };
  /// Where a session went: basket lines and deliveries follow it there.
  struct Place {
    std::uint32_t spill = 0;     ///< index into spills_
    std::uint32_t position = 0;  ///< in the spill
  };

  store::Rows part(std::size_t lane) const {
    return {.since = since_, .part = lane, .parts = lanes_.size()};
  }
  std::size_t spill_of(std::size_t partition, std::size_t lane) const {
    return partition * lanes_.size() + lane;
  }
  void scatter_sessions(std::size_t lane, Progress& progress);
  void scatter_customers(std::size_t lane);
  void scatter_lines(std::size_t lane);
  void scatter_deliveries(std::size_t lane);
  void unite_dictionaries();

  store::Store& store_;
  const BuildOptions& options_;
  const std::size_t partitions_;
  const std::optional<std::int64_t> since_;
  const Cancellation& cancellation_;
  Dictionaries texts_;
  std::vector<Lane> lanes_;
  std::vector<Spills> spills_;    ///< those of one partition side by side
  std::vector<LaneCodes> codes_;  ///< by lane
  std::vector<Place> places_;     ///< by session number
};

}  // namespace ca::journeys
