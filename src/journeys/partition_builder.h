#pragma once

#include <cstdint>
#include <filesystem>
#include <span>

#include "journeys/builder.h"
#include "journeys/spill.h"

namespace ca::journeys {

// The rows of a partition's spill files. The scatter writes them, the partition's builder reads
// them.

struct SessionRecord {  // followed by client, order id
  std::uint64_t client_hash;
  std::int64_t start;
  std::int64_t end;
  double amount;
  double discount;
  std::uint32_t flags;
  std::uint32_t promotion;
  std::uint32_t dimension;
  std::uint32_t is_anonymous;
};

struct CustomerRecord {  // followed by the action instants, client
  std::uint64_t client_hash;
  std::int64_t download;
  std::int64_t signup;
};

struct LineRecord {
  std::uint32_t session;  ///< its position in the spill of its lane
  std::uint32_t lane;     ///< of the session
  std::uint32_t product;
  std::uint32_t category;
  double quantity;
  double amount;
};

struct DeliveryRecord {
  std::uint32_t session;  ///< its position in the spill of its lane
  std::uint32_t lane;     ///< of the session
  std::int64_t delivery;
  std::int64_t prepare;
  std::int64_t giving_back;
  double latitude;
  double longitude;
};

/// What one lane (one thread that scatters a part of the store) has for one partition, as files.
struct Spills {
  Spills(const std::filesystem::path& folder, std::size_t partition, std::size_t lane);

  SpillWriter sessions;
  SpillWriter customers;
  SpillWriter lines;
  SpillWriter deliveries;
};

/// The version's codes of a lane's codes.
struct LaneCodes {
  std::vector<std::uint32_t> dimensions, promotions, products, categories;
};

/// Everything that was scattered to one partition: as many spills as lanes, in the order of the
/// store.
struct PartitionRows {
  std::span<const Spills> lanes;
  std::span<const LaneCodes> codes;  ///< by lane
};

/// What was written, and the first and last start of its sessions.
struct BuiltPartition {
  PartitionFacts facts;
  std::int64_t first_session = INT64_MAX;
  std::int64_t last_session = INT64_MIN;
};

/// Writes what a version holds altogether into its schema.
void set_totals(Schema& schema, const PartitionFacts& all);

/// The clocks that a build looks at.
struct Zones {
  explicit Zones(const BuildOptions& options);

  Zone workspace;         ///< of days and hours
  Zone starts;            ///< in which a start at midnight is a date alone (ruling 25)
  Zone downloads;         ///< likewise
  bool starts_elsewhere;  ///< whether the zone of starts is another one than the workspace's
};

/// Sorts the rows of one partition, whose spills are used up, and writes the partition's file; a
/// delta says which customers of its base it `supersedes`. The file is on disk after make_durable()
/// of its folder.
BuiltPartition build_partition(const BuildOptions& options, const Zones& zones,
                               const PartitionRows& rows, const std::filesystem::path& target,
                               std::span<const std::uint32_t> supersedes = {});

}  // namespace ca::journeys
