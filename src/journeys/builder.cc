#include "journeys/builder.h"

#include <xxhash.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <mutex>
#include <string>
#include <vector>

#include "base/folder.h"
#include "base/thread_pool.h"
#include "journeys/partition_builder.h"

namespace ca::journeys {
namespace {

std::uint64_t hash_of(std::string_view text) { return XXH3_64bits(text.data(), text.size()); }

/// The key of a session without a client: begins with a zero byte, which no client can.
std::string anonymous_key(std::string_view order_id) { return '\0' + std::string(order_id); }

std::size_t choose_partitions(std::int64_t sessions) {
  if (sessions < 100'000) return 1;
  const std::int64_t wanted = (sessions + kSessionsPerPartition - 1) / kSessionsPerPartition;
  return std::max<std::size_t>(4, std::bit_ceil(static_cast<std::size_t>(wanted)));
}

/// Step one: every row to the spill of its client's partition.
class Scatter {
 public:
  Scatter(store::Store& store, const BuildOptions& options, std::size_t partitions,
          const Cancellation& cancellation)
      : next_position_(partitions), store_(store), options_(options), cancellation_(cancellation) {
    for (std::size_t p = 0; p < partitions; ++p) spills.emplace_back(options.scratch, p);
  }

  void run(Progress& progress) {
    std::uint64_t seen = 0;
    store_.scan_sessions([&](const store::SessionRow& row) {
      if (++seen % kBatch == 0) {
        cancellation_.check();
        progress.advance(kBatch / 2);
      }
      // A session without a client has a key of its own.
      const std::string key = row.client.empty() ? anonymous_key(row.order_id) : std::string();
      const std::string_view client = row.client.empty() ? key : row.client;
      const std::uint64_t hash = hash_of(client);
      const SessionRecord record{
          .client_hash = hash,
          .start = row.start,
          .end = row.end,
          .amount = row.amount,
          .discount = row.discount,
          .flags = (row.actions << 1) | (row.has_purchased ? kPurchased : 0U),
          .promotion = promotions.code(row.promotion),
          .dimension = dimensions.code(row.dimension),
          .is_anonymous = row.client.empty() ? 1U : 0U};
      const std::size_t partition = partition_of(hash);
      spills[partition].sessions.put(record, client, row.order_id);
      remember(row.number, partition);
    });
    progress.advance(seen % kBatch / 2);

    const std::size_t actions = options_.schema.customer_actions.size();
    store_.scan_customers(actions, [&](const store::CustomerRow& row) {
      const std::uint64_t hash = hash_of(row.client);
      SpillWriter& spill = spills[partition_of(hash)].customers;
      spill.put(CustomerRecord{hash, row.download, row.signup});
      for (std::size_t a = 0; a < actions; ++a) spill.put(row.actions[a]);
      spill.put_text_only(row.client);
    });
    cancellation_.check();
    store_.scan_basket_lines([&](const store::BasketLineRow& row) {
      const Place place = place_of(row.session);
      const double quantity = std::isnan(row.quantity) ? 1 : row.quantity;
      const double price = std::isnan(row.price) ? 0 : row.price;
      spills[place.partition].lines.put(LineRecord{.session = place.position,
                                                   .product = products.code(row.product),
                                                   .category = categories.code(row.category),
                                                   .quantity = quantity,
                                                   .amount = price * quantity});
    });
    cancellation_.check();
    store_.scan_deliveries([&](const store::DeliveryRow& row) {
      const Place place = place_of(row.session);
      spills[place.partition].deliveries.put(DeliveryRecord{.session = place.position,
                                                            .delivery = row.delivery,
                                                            .prepare = row.prepare,
                                                            .giving_back = row.giving_back,
                                                            .latitude = row.latitude,
                                                            .longitude = row.longitude});
    });
    for (Spills& spill : spills) {
      for (SpillWriter* writer :
           {&spill.sessions, &spill.customers, &spill.lines, &spill.deliveries}) {
        writer->flush();
      }
    }
  }

  std::vector<Spills> spills;
  Dictionary dimensions, promotions, products, categories;

 private:
  static constexpr std::uint64_t kBatch = 16384;

  /// Where a session went: basket lines and deliveries follow it there.
  struct Place {
    std::uint16_t partition;
    std::uint32_t position;
  };

  std::size_t partition_of(std::uint64_t hash) const { return hash & (spills.size() - 1); }

  void remember(std::int64_t number, std::size_t partition) {
    const auto at = static_cast<std::size_t>(number);
    if (at >= partitions_.size()) {
      partitions_.resize(std::max(at + 1, 2 * partitions_.size()));
      positions_.resize(partitions_.size());
    }
    partitions_[at] = static_cast<std::uint16_t>(partition);
    positions_[at] = next_position_[partition]++;
  }
  Place place_of(std::int64_t number) const {
    const auto at = static_cast<std::size_t>(number);
    return {partitions_[at], positions_[at]};
  }

  std::vector<std::uint16_t> partitions_;  ///< by session number
  std::vector<std::uint32_t> positions_;   ///< in the partition's spill, by session number
  std::vector<std::uint32_t> next_position_;
  store::Store& store_;
  const BuildOptions& options_;
  const Cancellation& cancellation_;
};

}  // namespace

Schema build(store::Store& store, const BuildOptions& options, const std::filesystem::path& folder,
             Progress& progress, const Cancellation& cancellation) {
  make_folder(folder);
  make_folder(options.scratch);
  const store::Counts counts = store.counts();
  const std::size_t partitions =
      options.partitions != 0 ? options.partitions : choose_partitions(counts.sessions);

  // Half of the work on a session is to scatter it, half to sort and write it.
  progress.stage("journeys", static_cast<std::uint64_t>(counts.sessions), "sessions");
  Scatter scatter(store, options, partitions, cancellation);
  scatter.run(progress);
  scatter.dimensions.write(folder / "dimensions.dictionary");
  scatter.promotions.write(folder / "promotions.dictionary");
  scatter.products.write(folder / "products.dictionary");
  scatter.categories.write(folder / "categories.dictionary");

  const Zone zone = Zone::find(options.schema.zone);
  Schema schema = options.schema;
  PartitionFacts all;
  std::mutex mutex;
  ThreadPool pool(std::min(std::max<std::size_t>(options.threads, 1), partitions));
  pool.for_each(partitions, [&](std::size_t partition, std::size_t) {
    cancellation.check();
    const PartitionFacts facts = build_partition(options, zone, scatter.spills[partition],
                                                 partition_file(folder, partition));
    progress.advance(static_cast<std::uint64_t>(facts.sessions) -
                     static_cast<std::uint64_t>(facts.sessions) / 2);
    const std::lock_guard lock(mutex);
    all.sessions += facts.sessions;
    all.customers += facts.customers;
    all.basket_lines += facts.basket_lines;
    all.deliveries += facts.deliveries;
    all.first_session = std::min(all.first_session, facts.first_session);
    all.last_session = std::max(all.last_session, facts.last_session);
    all.starts_are_dates = all.starts_are_dates && facts.starts_are_dates;
    all.downloads_are_dates = all.downloads_are_dates && facts.downloads_are_dates;
  });

  schema.sessions = all.sessions;
  schema.customers = all.customers;
  schema.basket_lines = all.basket_lines;
  schema.deliveries = all.deliveries;
  schema.starts_are_dates = all.sessions > 0 && all.starts_are_dates;
  schema.downloads_are_dates = all.customers > 0 && all.downloads_are_dates;
  if (all.sessions > 0) {
    schema.first_session = all.first_session;
    schema.last_session = all.last_session;
  }
  schema.partitions = partitions;
  write_schema(folder, schema);
  progress.finish();
  return schema;
}

}  // namespace ca::journeys
