#include <fmt/format.h>

#include <algorithm>
#include <system_error>
#include <vector>

#include "base/error.h"
#include "base/folder.h"
#include "base/thread_pool.h"
#include "journeys/builder.h"
#include "journeys/partition_builder.h"
#include "journeys/scatter.h"

namespace ca::journeys {
namespace {

namespace fs = std::filesystem;

/// Whether reports of both would be computed in the same way from the same columns.
bool are_made_alike(const Schema& a, const Schema& b) {
  return a.zone == b.zone && a.tz_version == b.tz_version && a.configuration == b.configuration &&
         a.session_actions == b.session_actions && a.customer_actions == b.customer_actions &&
         a.has_customers == b.has_customers && a.has_signup == b.has_signup &&
         a.has_discount == b.has_discount && a.has_promotion == b.has_promotion &&
         a.has_dimension == b.has_dimension && a.has_products == b.has_products &&
         a.has_category == b.has_category && a.has_deliveries == b.has_deliveries &&
         a.has_prepare_date == b.has_prepare_date && a.has_return_date == b.has_return_date &&
         a.has_coordinates == b.has_coordinates;
}

/// The same file in another folder. Both names stand for one content where the disk can do that.
void link_file(const fs::path& from, const fs::path& to) {
  std::error_code reason;
  fs::create_hard_link(from, to, reason);
  if (!reason) return;
  fs::copy_file(from, to, reason);
  if (reason) {
    throw Error("E-STORE", fmt::format("{} could not be copied to {}: {}.", from.string(),
                                       to.string(), reason.message()));
  }
}

/// The customers of each base whose journeys are another than the base's, and which partitions
/// need a delta at all.
struct Touched {
  std::vector<std::vector<std::uint32_t>> superseded;
  std::vector<bool> has_delta;
};

Touched find_touched(store::Store& store, const Journeys& base) {
  const std::size_t partitions = base.schema().partitions();
  Touched touched{.superseded = std::vector<std::vector<std::uint32_t>>(partitions),
                  .has_delta = std::vector<bool>(partitions, false)};
  store.scan_touched(base.schema().base_load, [&](const store::TouchedRow& row) {
    const bool is_anonymous = row.client.empty();
    const std::string key = is_anonymous ? anonymous_key(row.order_id) : std::string(row.client);
    const std::size_t partition = partition_of(hash_of(key, is_anonymous), partitions);
    touched.has_delta[partition] = true;
    const auto customer = base.partitions()[partition].find(key, is_anonymous);
    if (customer) touched.superseded[partition].push_back(*customer);
  });
  for (auto& customers : touched.superseded) std::ranges::sort(customers);
  return touched;
}

}  // namespace

std::string why_rebuild(store::Store& store, const BuildOptions& options, const fs::path& base) {
  try {
    const Journeys journeys(base);
    ThreadPool pool(std::max<std::size_t>(options.threads, 1));
    journeys.verify(pool);
    Dictionaries::read(base);  // those that nobody has needed yet may be damaged too
    const Schema& schema = journeys.schema();
    if (!are_made_alike(schema, options.schema)) return "the configuration has changed";
    if (store.loads().origin != schema.origin) return "the sources were read anew";
    if (options.partitions != 0 && options.partitions != schema.partitions()) {
      return "another number of partitions is asked for";
    }
    const std::int64_t sessions = store.counts().sessions;
    const auto room = static_cast<std::int64_t>(2 * schema.partitions()) * kSessionsPerPartition;
    if (options.partitions == 0 && sessions > room)
      return "the partitions have outgrown their size";
    const std::int64_t touched = store.touched_sessions(schema.base_load);
    if (static_cast<double>(touched) > kLargestDelta * static_cast<double>(sessions)) {
      return "the deltas have grown large";
    }
  } catch (const Error& error) {
    if (error.code() != "E-JOURNEYS") throw;
    const std::string& text = error.message();
    return text.substr(0, text.find_last_not_of('.') + 1);
  }
  return {};
}

Schema extend(store::Store& store, const BuildOptions& options, const fs::path& base,
              const fs::path& folder, Progress& progress, const Cancellation& cancellation) {
  make_folder(folder);
  make_folder(options.scratch);
  const Journeys before(base);
  Schema schema = before.schema();
  schema.load = store.loads().newest;
  schema.deltas.clear();
  const std::size_t partitions = schema.partitions();
  const Touched touched = find_touched(store, before);

  progress.stage("journeys", static_cast<std::uint64_t>(store.touched_sessions(schema.base_load)),
                 "sessions");
  Scatter scatter(store, options, partitions, schema.base_load, Dictionaries::read(base),
                  cancellation);
  scatter.run(progress);
  scatter.texts().write(folder);

  for (std::size_t p = 0; p < partitions; ++p) {
    link_file(partition_file(base, p), partition_file(folder, p));
    if (touched.has_delta[p]) schema.deltas.push_back(p);
  }
  const Zones zones(options);
  std::vector<PartitionFacts> facts = schema.bases;
  ThreadPool pool(std::max<std::size_t>(options.threads, 1));
  pool.for_each(schema.deltas.size(), [&](std::size_t delta, std::size_t) {
    cancellation.check();
    const std::size_t p = schema.deltas[delta];
    const BuiltPartition built = build_partition(options, zones, scatter.rows_of(p),
                                                 delta_file(folder, p), touched.superseded[p]);
    facts[p] += built.facts;
    for (const std::uint32_t customer : touched.superseded[p]) {
      facts[p] -= before.partitions()[p].facts_of(customer, zones.starts, zones.downloads);
    }
    const auto sessions = static_cast<std::uint64_t>(built.facts.sessions);
    progress.advance(sessions - sessions / 2);
  });

  PartitionFacts all;
  for (const PartitionFacts& part : facts) all += part;
  set_totals(schema, all);
  std::tie(schema.first_session, schema.last_session) = store.session_range();
  write_schema(folder, schema);
  make_durable(folder);
  progress.finish();
  return schema;
}

}  // namespace ca::journeys
