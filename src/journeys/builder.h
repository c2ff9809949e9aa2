#pragma once

#include <cstddef>
#include <filesystem>

#include "base/cancellation.h"
#include "base/progress.h"
#include "journeys/journeys.h"
#include "store/store.h"

namespace ca::journeys {

struct BuildOptions {
  /// What the store cannot tell: zone, actions, which columns are mapped, hash of the
  /// configuration. Counts and first/last sessions are filled in by build().
  Schema schema;
  std::string start_zone;         ///< of the sessions' source; empty: the workspace's
  std::string download_zone;      ///< of the customers' source; empty: the workspace's
  bool derive_customers = false;  ///< clients without a row get their first session as download
  std::size_t threads = 1;
  std::size_t memory = 0;      ///< bytes for the partitions that are sorted at a time; 0: no bound
  std::size_t partitions = 0;  ///< a power of two, or 0 to choose by the number of sessions
  std::filesystem::path scratch;  ///< room for about the size of the data
};

/// Sessions a partition holds at most when the number of partitions is chosen: few enough that what
/// is sorted of it, about 20 MB, stays in a processor's cache.
inline constexpr std::int64_t kSessionsPerPartition = 250'000;

/// Builds a version of the journeys from the store into `folder`, which is created. Two steps: the
/// store is scanned once and its rows scattered to files by the hash of their client; then each
/// partition is sorted and written by itself, in parallel. So memory holds a few partitions,
/// however large the data. The bytes depend on the stored rows and the options alone, not on
/// threads.
Schema build(store::Store& store, const BuildOptions& options, const std::filesystem::path& folder,
             Progress& progress, const Cancellation& cancellation);

/// Share of the sessions that deltas may hold. Past it the bases are built again. A session in a
/// delta costs what it costs in a base, so this is the share of a build that a load pays at most.
inline constexpr double kLargestDelta = 0.4;

/// Why the version in `base` cannot be brought up to date by deltas; empty when it can. A damaged
/// file is such a reason, and is named.
std::string why_rebuild(store::Store& store, const BuildOptions& options,
                        const std::filesystem::path& base);

/// Builds a version out of the one in `base`, which why_rebuild() has accepted: its bases, linked,
/// and deltas with the journeys of all customers that were touched since they were built. What
/// reports say of it is what they would say of a version built anew.
Schema extend(store::Store& store, const BuildOptions& options, const std::filesystem::path& base,
              const std::filesystem::path& folder, Progress& progress,
              const Cancellation& cancellation);

}  // namespace ca::journeys
