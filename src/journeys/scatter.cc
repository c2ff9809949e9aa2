#include "journeys/scatter.h"

#include <xxhash.h>

#include <cmath>

#include "base/exact_sum.h"
#include "base/thread_pool.h"

namespace ca::journeys {
namespace {

/// The codes in `all` of the texts of `lane`, which are added where they are new.
std::vector<std::uint32_t> codes_in(Dictionary& all, const Dictionary& lane) {
  std::vector<std::uint32_t> codes;
  codes.reserve(lane.size());
  for (std::uint32_t code = 0; code < lane.size(); ++code) {
    codes.push_back(all.code(lane.text(code)));
  }
  return codes;
}

/// Where it is beyond what an amount may be, the price counts as unreadable: it adds nothing.
double line_amount(double price, double quantity) {
  const double amount = price * quantity;
  return std::abs(amount) <= ExactSum::kLargest ? amount : 0;
}

}  // namespace

std::uint64_t hash_of(std::string_view key, bool is_anonymous) {
  return XXH3_64bits_withSeed(key.data(), key.size(), is_anonymous ? 1 : 0);
}

std::string anonymous_key(std::string_view order_id) { return '\0' + std::string(order_id); }

void Dictionaries::write(const std::filesystem::path& folder) const {
  dimensions.write(folder / "dimensions.dictionary");
  promotions.write(folder / "promotions.dictionary");
  products.write(folder / "products.dictionary");
  categories.write(folder / "categories.dictionary");
}

Dictionaries Dictionaries::read(const std::filesystem::path& folder) {
  return {.dimensions = Dictionary::read(folder / "dimensions.dictionary"),
          .promotions = Dictionary::read(folder / "promotions.dictionary"),
          .products = Dictionary::read(folder / "products.dictionary"),
          .categories = Dictionary::read(folder / "categories.dictionary")};
}

Scatter::Scatter(store::Store& store, const BuildOptions& options, std::size_t partitions,
                 std::optional<std::int64_t> since, Dictionaries texts,
                 const Cancellation& cancellation)
    : store_(store),
      options_(options),
      partitions_(partitions),
      since_(since),
      cancellation_(cancellation),
      texts_(std::move(texts)),
      lanes_(since ? 1 : std::max<std::size_t>(options.threads, 1)) {
  for (Lane& lane : lanes_) lane.next_position.resize(partitions);
  spills_.reserve(partitions * lanes_.size());
  for (std::size_t partition = 0; partition < partitions; ++partition) {
    for (std::size_t lane = 0; lane < lanes_.size(); ++lane) {
      spills_.emplace_back(options.scratch, partition, lane);
    }
  }
}

void Scatter::run(Progress& progress) {
  places_.resize(static_cast<std::size_t>(store_.next_session_number()));
  ThreadPool pool(lanes_.size());
  pool.for_each(lanes_.size(),
                [&](std::size_t lane, std::size_t) { scatter_sessions(lane, progress); });
  pool.for_each(lanes_.size(), [&](std::size_t lane, std::size_t) {
    scatter_customers(lane);
    cancellation_.check();
    scatter_lines(lane);
    cancellation_.check();
    scatter_deliveries(lane);
  });
  for (Spills& spill : spills_) {
    for (SpillWriter* writer :
         {&spill.sessions, &spill.customers, &spill.lines, &spill.deliveries}) {
      writer->finish();
    }
  }
  places_ = {};
  unite_dictionaries();
}

void Scatter::scatter_sessions(std::size_t lane, Progress& progress) {
  Lane& mine = lanes_[lane];
  std::uint64_t seen = 0;
  store_.scan_sessions(part(lane), [&](const store::SessionRow& row) {
    if (++seen % kBatch == 0) {
      cancellation_.check();
      progress.advance(kBatch / 2);
    }
    // A session without a client has a key of its own.
    const std::string key = row.client.empty() ? anonymous_key(row.order_id) : std::string();
    const std::string_view client = row.client.empty() ? key : row.client;
    const std::uint64_t hash = hash_of(client, row.client.empty());
    const SessionRecord record{.client_hash = hash,
                               .start = row.start,
                               .end = row.end,
                               .amount = row.amount,
                               .discount = row.discount,
                               .flags = (row.actions << 1) | (row.has_purchased ? kPurchased : 0U),
                               .promotion = mine.texts.promotions.code(row.promotion),
                               .dimension = mine.texts.dimensions.code(row.dimension),
                               .is_anonymous = row.client.empty() ? 1U : 0U};
    const std::size_t partition = partition_of(hash, partitions_);
    const std::size_t spill = spill_of(partition, lane);
    spills_[spill].sessions.put(record, client, row.order_id);
    places_[static_cast<std::size_t>(row.number)] = {static_cast<std::uint32_t>(spill),
                                                     mine.next_position[partition]++};
  });
  progress.advance(seen % kBatch / 2);
}

void Scatter::scatter_customers(std::size_t lane) {
  const std::size_t actions = options_.schema.customer_actions.size();
  store_.scan_customers(part(lane), actions, [&](const store::CustomerRow& row) {
    const std::uint64_t hash = hash_of(row.client, false);
    SpillWriter& spill = spills_[spill_of(partition_of(hash, partitions_), lane)].customers;
    spill.put(CustomerRecord{hash, row.download, row.signup});
    for (std::size_t a = 0; a < actions; ++a) spill.put(row.actions[a]);
    spill.put_text_only(row.client);
  });
}

void Scatter::scatter_lines(std::size_t lane) {
  Dictionaries& texts = lanes_[lane].texts;
  store_.scan_basket_lines(part(lane), [&](const store::BasketLineRow& row) {
    const Place place = places_[static_cast<std::size_t>(row.session)];
    const std::size_t partition = place.spill / lanes_.size();
    const double quantity = std::isnan(row.quantity) ? 1 : row.quantity;
    const double price = std::isnan(row.price) ? 0 : row.price;
    spills_[spill_of(partition, lane)].lines.put(
        LineRecord{.session = place.position,
                   .lane = place.spill % static_cast<std::uint32_t>(lanes_.size()),
                   .product = texts.products.code(row.product),
                   .category = texts.categories.code(row.category),
                   .quantity = quantity,
                   .amount = line_amount(price, quantity)});
  });
}

void Scatter::scatter_deliveries(std::size_t lane) {
  store_.scan_deliveries(part(lane), [&](const store::DeliveryRow& row) {
    const Place place = places_[static_cast<std::size_t>(row.session)];
    const std::size_t partition = place.spill / lanes_.size();
    spills_[spill_of(partition, lane)].deliveries.put(
        DeliveryRecord{.session = place.position,
                       .lane = place.spill % static_cast<std::uint32_t>(lanes_.size()),
                       .delivery = row.delivery,
                       .prepare = row.prepare,
                       .giving_back = row.giving_back,
                       .latitude = row.latitude,
                       .longitude = row.longitude});
  });
}

void Scatter::unite_dictionaries() {
  for (const Lane& lane : lanes_) {
    codes_.push_back({.dimensions = codes_in(texts_.dimensions, lane.texts.dimensions),
                      .promotions = codes_in(texts_.promotions, lane.texts.promotions),
                      .products = codes_in(texts_.products, lane.texts.products),
                      .categories = codes_in(texts_.categories, lane.texts.categories)});
  }
}

}  // namespace ca::journeys
