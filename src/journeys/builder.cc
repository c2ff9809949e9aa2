#include "journeys/builder.h"

#include <algorithm>
#include <bit>
#include <mutex>
#include <vector>

#include "base/folder.h"
#include "base/thread_pool.h"
#include "journeys/partition_builder.h"
#include "journeys/scatter.h"

namespace ca::journeys {
namespace {

std::size_t choose_partitions(std::int64_t sessions) {
  if (sessions < 100'000) return 1;
  const std::int64_t wanted = (sessions + kSessionsPerPartition - 1) / kSessionsPerPartition;
  return std::max<std::size_t>(4, std::bit_ceil(static_cast<std::size_t>(wanted)));
}

/// Bytes that sorting and writing a partition takes for each session of it, with its texts and
/// basket lines.
constexpr std::size_t kBytesASession = 350;

/// How many partitions may be in memory at a time.
std::size_t partitions_at_a_time(const BuildOptions& options, std::int64_t sessions,
                                 std::size_t partitions) {
  const std::size_t most = std::min(std::max<std::size_t>(options.threads, 1), partitions);
  if (options.memory == 0) return most;
  const std::size_t bytes = kBytesASession * static_cast<std::size_t>(sessions) / partitions;
  return std::clamp<std::size_t>(options.memory / std::max<std::size_t>(bytes, 1), 1, most);
}

}  // namespace

void set_totals(Schema& schema, const PartitionFacts& all) {
  schema.sessions = all.sessions;
  schema.customers = all.customers;
  schema.basket_lines = all.basket_lines;
  schema.deliveries = all.deliveries;
  schema.starts_are_dates = all.sessions > 0 && all.timed_sessions == 0;
  schema.downloads_are_dates = all.customers > 0 && all.timed_downloads == 0;
}

Schema build(store::Store& store, const BuildOptions& options, const std::filesystem::path& folder,
             Progress& progress, const Cancellation& cancellation) {
  make_folder(folder);
  make_folder(options.scratch);
  const store::Counts counts = store.counts();
  const std::size_t partitions =
      options.partitions != 0 ? options.partitions : choose_partitions(counts.sessions);

  // Half of the work on a session is to scatter it, half to sort and write it.
  progress.stage("journeys", static_cast<std::uint64_t>(counts.sessions), "sessions");
  Scatter scatter(store, options, partitions, {}, {}, cancellation);
  scatter.run(progress);
  scatter.texts().write(folder);

  const Zones zones(options);
  Schema schema = options.schema;
  const store::Loads loads = store.loads();
  schema.origin = loads.origin;
  schema.load = loads.newest;
  schema.base_load = schema.load;
  schema.bases.resize(partitions);
  std::vector<BuiltPartition> built(partitions);
  ThreadPool pool(partitions_at_a_time(options, counts.sessions, partitions));
  pool.for_each(partitions, [&](std::size_t partition, std::size_t) {
    cancellation.check();
    built[partition] = build_partition(options, zones, scatter.rows_of(partition),
                                       partition_file(folder, partition));
    const auto sessions = static_cast<std::uint64_t>(built[partition].facts.sessions);
    progress.advance(sessions - sessions / 2);
  });

  PartitionFacts all;
  for (std::size_t partition = 0; partition < partitions; ++partition) {
    schema.bases[partition] = built[partition].facts;
    all += built[partition].facts;
  }
  set_totals(schema, all);
  if (all.sessions > 0) {
    schema.first_session =
        std::ranges::min(built, {}, &BuiltPartition::first_session).first_session;
    schema.last_session = std::ranges::max(built, {}, &BuiltPartition::last_session).last_session;
  }
  write_schema(folder, schema);
  make_durable(folder);
  progress.finish();
  return schema;
}

}  // namespace ca::journeys
