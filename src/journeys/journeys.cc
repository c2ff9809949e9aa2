#include "journeys/journeys.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>

#include "base/checksum.h"
#include "base/error.h"

namespace ca::journeys {

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(PartitionFacts, sessions, customers, basket_lines, deliveries,
                                   timed_sessions, timed_downloads)

namespace {

using Json = nlohmann::json;

/// A hash that the manifest carries of itself.
std::string hash_of(Json json) {
  json.erase("hash");
  const std::string text = json.dump();
  return hexadecimal(checksum_of(text).xxh3);
}

/// The fields of the manifest, named once for reading and writing.
template <class SchemaType, class Visitor>
void each_field(SchemaType& schema, Visitor&& visit) {
  visit("zone", schema.zone);
  visit("tz_version", schema.tz_version);
  visit("configuration", schema.configuration);
  visit("session_actions", schema.session_actions);
  visit("customer_actions", schema.customer_actions);
  visit("has_customers", schema.has_customers);
  visit("has_signup", schema.has_signup);
  visit("has_discount", schema.has_discount);
  visit("has_promotion", schema.has_promotion);
  visit("has_dimension", schema.has_dimension);
  visit("has_products", schema.has_products);
  visit("has_category", schema.has_category);
  visit("has_deliveries", schema.has_deliveries);
  visit("has_prepare_date", schema.has_prepare_date);
  visit("has_return_date", schema.has_return_date);
  visit("has_coordinates", schema.has_coordinates);
  visit("starts_are_dates", schema.starts_are_dates);
  visit("downloads_are_dates", schema.downloads_are_dates);
  visit("sessions", schema.sessions);
  visit("customers", schema.customers);
  visit("basket_lines", schema.basket_lines);
  visit("deliveries", schema.deliveries);
  visit("first_session", schema.first_session);
  visit("last_session", schema.last_session);
  visit("origin", schema.origin);
  visit("load", schema.load);
  visit("base_load", schema.base_load);
  visit("bases", schema.bases);
  visit("deltas", schema.deltas);
}

bool fit(const LineColumns& lines, std::size_t sessions) {
  const std::size_t count = lines.first.empty() ? 0 : lines.first.back();
  return (lines.first.empty() || lines.first.size() == sessions + 1) &&
         lines.product.size() == count && lines.category.size() == count &&
         lines.quantity.size() == count && lines.amount.size() == count;
}

bool fit(const DeliveryColumns& deliveries, std::size_t sessions) {
  const std::size_t count = deliveries.session.size();
  return (count == 0 || deliveries.session.back() < sessions) &&
         deliveries.delivered.size() == count && deliveries.prepared.size() == count &&
         deliveries.returned.size() == count && deliveries.latitude.size() == count &&
         deliveries.longitude.size() == count;
}

std::filesystem::path manifest_file(const std::filesystem::path& folder) {
  return folder / "manifest.json";
}

}  // namespace

Journey::Event Journey::event(std::size_t position) const {
  if (partition->event_instant(position, customer) > as_of) return {};
  return partition->event(position, customer);
}

void find_orders(Journey& journey, std::vector<std::uint32_t>& positions) {
  if (positions.size() < journey.size) positions.resize(journey.size);
  // Whether a session is a purchase cannot be foreseen, so nothing branches on it.
  std::size_t count = 0;
  for (std::size_t s = 0; s < journey.size; ++s) {
    positions[count] = static_cast<std::uint32_t>(s);
    count += journey.flags[s] & kPurchased;
  }
  journey.orders = {positions.data(), count};
  journey.orders_before_window = static_cast<std::size_t>(
      std::ranges::lower_bound(journey.orders, journey.window_begin) - journey.orders.begin());
}

Partition::Partition(const std::filesystem::path& file, std::size_t events) : file_(file) {
  const auto load = [&]<class T>(std::span<const T>& column, Section id) {
    column = file_.section<T>(id);
  };
  load(key_offsets_, Section::kCustomerKeyOffsets);
  load(key_bytes_, Section::kCustomerKeyBytes);
  load(first_session_, Section::kCustomerFirstSession);
  load(flags_, Section::kCustomerFlags);
  load(event_instant_, Section::kCustomerEventInstant);
  load(event_day_, Section::kCustomerEventDay);
  load(event_hour_, Section::kCustomerEventHour);
  load(start_, Section::kSessionStart);
  load(day_, Section::kSessionDay);
  load(hour_, Section::kSessionHour);
  load(session_flags_, Section::kSessionFlags);
  load(amount_, Section::kSessionAmount);
  load(discount_, Section::kSessionDiscount);
  load(promotion_, Section::kSessionPromotion);
  load(dimension_, Section::kSessionDimension);
  load(order_offsets_, Section::kOrderIdOffsets);
  load(order_bytes_, Section::kOrderIdBytes);
  load(session_end_, Section::kSessionEnd);
  load(lines_.first, Section::kFirstLine);
  load(lines_.product, Section::kLineProduct);
  load(lines_.category, Section::kLineCategory);
  load(lines_.quantity, Section::kLineQuantity);
  load(lines_.amount, Section::kLineAmount);
  load(deliveries_.session, Section::kDeliverySession);
  load(deliveries_.delivered, Section::kDeliveryInstant);
  load(deliveries_.prepared, Section::kPrepareInstant);
  load(deliveries_.returned, Section::kReturnInstant);
  load(deliveries_.latitude, Section::kLatitude);
  load(deliveries_.longitude, Section::kLongitude);
  load(supersedes_, Section::kSuperseded);

  const std::size_t customers = flags_.size();
  const std::size_t sessions = start_.size();
  const bool fits =
      key_offsets_.size() == customers + 1 && first_session_.size() == customers + 1 &&
      first_session_.back() == sessions && event_instant_.size() == events * customers &&
      event_day_.size() == events * customers && event_hour_.size() == events * customers &&
      day_.size() == sessions && hour_.size() == sessions && session_flags_.size() == sessions &&
      amount_.size() == sessions && discount_.size() == sessions && promotion_.size() == sessions &&
      dimension_.size() == sessions && order_offsets_.size() == sessions + 1 &&
      session_end_.size() == sessions && fit(lines_, sessions) && fit(deliveries_, sessions);
  if (!fits) {
    throw Error("E-JOURNEYS", fmt::format("The columns of {} do not fit together.", file.string()),
                "Run `customeranalytics run --full` to build the journeys again.");
  }
}

Journey::Event Partition::event(std::size_t event, std::uint32_t customer) const {
  const std::size_t at = event * flags_.size() + customer;
  return {event_instant_[at], {event_day_[at]}, event_hour_[at]};
}

std::string_view Partition::order_id(std::uint32_t session) const {
  return {order_bytes_.data() + order_offsets_[session],
          order_offsets_[session + 1] - order_offsets_[session]};
}

Journey Partition::journey(std::uint32_t customer, std::int64_t as_of) const {
  const std::uint32_t begin = first_session_[customer];
  const std::uint32_t end = first_session_[customer + 1];
  Journey journey;
  journey.client = client(customer);
  journey.is_known = (flags_[customer] & kKnownCustomer) != 0;
  journey.is_anonymous = (flags_[customer] & kAnonymous) != 0;
  journey.size = end - begin;
  if (journey.size > 0 && start_[end - 1] > as_of) {
    journey.size = static_cast<std::size_t>(
        std::upper_bound(&start_[begin], &start_[begin] + journey.size, as_of) - &start_[begin]);
  }
  journey.start = start_.data() + begin;
  journey.day = day_.data() + begin;
  journey.hour = hour_.data() + begin;
  journey.flags = session_flags_.data() + begin;
  journey.amount = amount_.data() + begin;
  journey.discount = discount_.data() + begin;
  journey.promotion = promotion_.data() + begin;
  journey.dimension = dimension_.data() + begin;
  journey.partition = this;
  journey.customer = customer;
  journey.first_session = begin;
  journey.as_of = as_of;
  return journey;
}

void Partition::supersede(std::span<const std::uint32_t> customers) {
  superseded_.assign(this->customers(), false);
  for (const std::uint32_t customer : customers) {
    if (customer >= superseded_.size()) {
      throw Error("E-JOURNEYS", "A delta of the journeys does not belong to its base.",
                  "Run `customeranalytics run --full` to build the journeys again.");
    }
    superseded_[customer] = true;
  }
}

std::vector<std::pair<std::uint32_t, std::uint32_t>> Partition::live_sessions() const {
  if (superseded_.empty()) return {{0, sessions()}};
  std::vector<std::pair<std::uint32_t, std::uint32_t>> runs;
  for (std::uint32_t customer = 0; customer < customers(); ++customer) {
    if (superseded_[customer]) continue;
    if (runs.empty() || runs.back().second != first_session_[customer]) {
      runs.emplace_back(first_session_[customer], first_session_[customer]);
    }
    runs.back().second = first_session_[customer + 1];
  }
  return runs;
}

std::int64_t Partition::count_live_sessions() const {
  std::int64_t count = 0;
  for (const auto& [begin, end] : live_sessions()) count += end - begin;
  return count;
}

std::optional<std::uint32_t> Partition::find(std::string_view key, bool is_anonymous) const {
  const auto place = [&](std::uint32_t customer) {
    return std::pair(client(customer), (flags_[customer] & kAnonymous) != 0);
  };
  std::uint32_t begin = 0;
  std::uint32_t end = customers();
  while (begin < end) {
    const std::uint32_t middle = begin + (end - begin) / 2;
    if (place(middle) < std::pair(key, is_anonymous)) {
      begin = middle + 1;
    } else {
      end = middle;
    }
  }
  if (begin == customers() || place(begin) != std::pair(key, is_anonymous)) return std::nullopt;
  return begin;
}

PartitionFacts Partition::facts_of(std::uint32_t customer, const Zone& start_zone,
                                   const Zone& download_zone) const {
  const std::uint32_t begin = first_session_[customer];
  const std::uint32_t end = first_session_[customer + 1];
  PartitionFacts facts;
  facts.sessions = end - begin;
  facts.customers = (flags_[customer] & kAnonymous) != 0 ? 0 : 1;
  if (end > begin) facts.basket_lines = lines_.end(end - 1) - lines_.begin(begin);
  const auto [first_delivery, end_of_deliveries] = deliveries_.of_sessions(begin, end);
  facts.deliveries = end_of_deliveries - first_delivery;
  for (std::uint32_t s = begin; s < end; ++s) {
    facts.timed_sessions += start_zone.to_local({start_[s]}).micros_of_day != 0 ? 1 : 0;
  }
  const std::int64_t download = event_instant(kDownload, customer);
  if (download != kNoInstant) {
    facts.timed_downloads = download_zone.to_local({download}).micros_of_day != 0 ? 1 : 0;
  }
  return facts;
}

std::pair<std::uint32_t, std::uint32_t> DeliveryColumns::of_sessions(std::uint32_t begin,
                                                                     std::uint32_t last) const {
  const auto place = [&](std::uint32_t wanted) {
    return static_cast<std::uint32_t>(std::ranges::lower_bound(session, wanted) - session.begin());
  };
  return {place(begin), place(last)};
}

PartitionFacts& PartitionFacts::operator+=(const PartitionFacts& other) {
  sessions += other.sessions;
  customers += other.customers;
  basket_lines += other.basket_lines;
  deliveries += other.deliveries;
  timed_sessions += other.timed_sessions;
  timed_downloads += other.timed_downloads;
  return *this;
}

PartitionFacts& PartitionFacts::operator-=(const PartitionFacts& other) {
  sessions -= other.sessions;
  customers -= other.customers;
  basket_lines -= other.basket_lines;
  deliveries -= other.deliveries;
  timed_sessions -= other.timed_sessions;
  timed_downloads -= other.timed_downloads;
  return *this;
}

Schema read_schema(const std::filesystem::path& folder) {
  std::ifstream file(manifest_file(folder));
  try {
    const Json json = Json::parse(file);
    if (json.at("format") != kFormatVersion) {
      throw Error("E-JOURNEYS",
                  fmt::format("{} has another format.", manifest_file(folder).string()),
                  "Run `customeranalytics run --full` to build them again.");
    }
    if (json.at("hash") != hash_of(json)) {
      throw Error("E-JOURNEYS",
                  fmt::format("{} is damaged: it does not match its checksum.",
                              manifest_file(folder).string()),
                  "Run `customeranalytics run` to build the journeys again.");
    }
    Schema schema;
    each_field(schema, [&](const char* name, auto& field) { json.at(name).get_to(field); });
    return schema;
  } catch (const Json::exception& failure) {
    throw Error(
        "E-JOURNEYS",
        fmt::format("{} cannot be read: {}.", manifest_file(folder).string(), failure.what()),
        "Run `customeranalytics run --full` to build them again.");
  }
}

void write_schema(const std::filesystem::path& folder, const Schema& schema) {
  Json json;
  json["format"] = kFormatVersion;
  each_field(schema, [&](const char* name, const auto& field) { json[name] = field; });
  json["hash"] = hash_of(json);
  std::ofstream file(manifest_file(folder));
  file << json.dump(2) << '\n';
  file.close();
  if (!file)
    throw Error("E-STORE", fmt::format("Writing {} failed.", manifest_file(folder).string()));
}

std::filesystem::path partition_file(const std::filesystem::path& folder, std::size_t partition) {
  return folder / fmt::format("partition-{:04}.journeys", partition);
}

std::filesystem::path delta_file(const std::filesystem::path& folder, std::size_t partition) {
  return folder / fmt::format("delta-{:04}.journeys", partition);
}

Journeys::Journeys(const std::filesystem::path& folder)
    : schema_(read_schema(folder)),
      zone_(Zone::find(schema_.zone)),
      dimensions_(Dictionary::read(folder / "dimensions.dictionary")),
      promotions_(Dictionary::read(folder / "promotions.dictionary")),
      products_(Dictionary::read(folder / "products.dictionary")),
      categories_(Dictionary::read(folder / "categories.dictionary")) {
  partitions_.reserve(schema_.partitions() + schema_.deltas.size());
  for (std::size_t p = 0; p < schema_.partitions(); ++p) {
    partitions_.emplace_back(partition_file(folder, p), schema_.events());
  }
  for (const std::size_t p : schema_.deltas) {
    partitions_.emplace_back(delta_file(folder, p), schema_.events());
    partitions_.at(p).supersede(partitions_.back().supersedes());
  }
}

void Journeys::verify(ThreadPool& pool, Section end) const {
  pool.for_each(partitions_.size(),
                [&](std::size_t file, std::size_t) { partitions_[file].verify(end); });
}

}  // namespace ca::journeys
