#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <filesystem>
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

/// Step one: every row to the spill of its client's partition.
class Scatter {
 public:
  Scatter(store::Store& store, const BuildOptions& options, std::size_t partitions,
          const Cancellation& cancellation)
      : next_position_(partitions), store_(store), options_(options), cancellation_(cancellation) {
    for (std::size_t p = 0; p < partitions; ++p) spills.emplace_back(options.scratch, p);
  }

  /// All customers, or those whom a later load than `since` touched.
  void run(store::Store::Since since, Progress& progress) {
    std::uint64_t seen = 0;
    store_.scan_sessions(since, [&](const store::SessionRow& row) {
      if (++seen % kBatch == 0) {
        cancellation_.check();
        progress.advance(kBatch / 2);
      }
      // A session without a client has a key of its own.
      const std::string key = row.client.empty() ? anonymous_key(row.order_id) : std::string();
      const std::string_view client = row.client.empty() ? key : row.client;
      const std::uint64_t hash = hash_of(client, row.client.empty());
      const SessionRecord record{
          .client_hash = hash,
          .start = row.start,
          .end = row.end,
          .amount = row.amount,
          .discount = row.discount,
          .flags = (row.actions << 1) | (row.has_purchased ? kPurchased : 0U),
          .promotion = texts.promotions.code(row.promotion),
          .dimension = texts.dimensions.code(row.dimension),
          .is_anonymous = row.client.empty() ? 1U : 0U};
      const std::size_t partition = partition_of(hash, spills.size());
      spills[partition].sessions.put(record, client, row.order_id);
      remember(row.number, partition);
    });
    progress.advance(seen % kBatch / 2);

    const std::size_t actions = options_.schema.customer_actions.size();
    store_.scan_customers(since, actions, [&](const store::CustomerRow& row) {
      const std::uint64_t hash = hash_of(row.client, false);
      SpillWriter& spill = spills[partition_of(hash, spills.size())].customers;
      spill.put(CustomerRecord{hash, row.download, row.signup});
      for (std::size_t a = 0; a < actions; ++a) spill.put(row.actions[a]);
      spill.put_text_only(row.client);
    });
    cancellation_.check();
    store_.scan_basket_lines(since, [&](const store::BasketLineRow& row) {
      const Place place = place_of(row.session);
      const double quantity = std::isnan(row.quantity) ? 1 : row.quantity;
      const double price = std::isnan(row.price) ? 0 : row.price;
      spills[place.partition].lines.put(LineRecord{.session = place.position,
                                                   .product = texts.products.code(row.product),
                                                   .category = texts.categories.code(row.category),
                                                   .quantity = quantity,
                                                   .amount = price * quantity});
    });
    cancellation_.check();
    store_.scan_deliveries(since, [&](const store::DeliveryRow& row) {
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
  Dictionaries texts;

 private:
  static constexpr std::uint64_t kBatch = 16384;

  /// Where a session went: basket lines and deliveries follow it there.
  struct Place {
    std::uint16_t partition;
    std::uint32_t position;
  };

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

}  // namespace ca::journeys
