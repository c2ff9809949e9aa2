#include "journeys/journeys.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>

#include "base/error.h"

namespace ca::journeys {
namespace {

using Json = nlohmann::json;

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
  visit("starts_are_dates", schema.starts_are_dates);
  visit("downloads_are_dates", schema.downloads_are_dates);
  visit("sessions", schema.sessions);
  visit("customers", schema.customers);
  visit("basket_lines", schema.basket_lines);
  visit("deliveries", schema.deliveries);
  visit("first_session", schema.first_session);
  visit("last_session", schema.last_session);
  visit("partitions", schema.partitions);
}

std::filesystem::path manifest_file(const std::filesystem::path& folder) {
  return folder / "manifest.json";
}

}  // namespace

Journey::Event Journey::event(std::size_t position) const {
  if (partition->event_instant(position, customer) > as_of) return {};
  return partition->event(position, customer);
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
  load(first_line_, Section::kFirstLine);

  const std::size_t customers = flags_.size();
  const std::size_t sessions = start_.size();
  const bool fits =
      key_offsets_.size() == customers + 1 && first_session_.size() == customers + 1 &&
      first_session_.back() == sessions && event_instant_.size() == events * customers &&
      event_day_.size() == events * customers && event_hour_.size() == events * customers &&
      day_.size() == sessions && hour_.size() == sessions && session_flags_.size() == sessions &&
      amount_.size() == sessions && discount_.size() == sessions && promotion_.size() == sessions &&
      dimension_.size() == sessions && order_offsets_.size() == sessions + 1 &&
      session_end_.size() == sessions;
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
  journey.as_of = as_of;
  return journey;
}

Schema read_schema(const std::filesystem::path& folder) {
  std::ifstream file(manifest_file(folder));
  try {
    const Json json = Json::parse(file);
    if (json.at("format") != kFormatVersion) {
      throw Error("E-JOURNEYS",
                  fmt::format("The journeys in {} have another format.", folder.string()),
                  "Run `customeranalytics run --full` to build them again.");
    }
    Schema schema;
    each_field(schema, [&](const char* name, auto& field) { json.at(name).get_to(field); });
    return schema;
  } catch (const Json::exception& failure) {
    throw Error("E-JOURNEYS",
                fmt::format("The manifest of the journeys in {} cannot be read: {}.",
                            folder.string(), failure.what()),
                "Run `customeranalytics run --full` to build them again.");
  }
}

void write_schema(const std::filesystem::path& folder, const Schema& schema) {
  Json json;
  json["format"] = kFormatVersion;
  each_field(schema, [&](const char* name, const auto& field) { json[name] = field; });
  std::ofstream file(manifest_file(folder));
  file << json.dump(2) << '\n';
  file.close();
  if (!file)
    throw Error("E-STORE", fmt::format("Writing {} failed.", manifest_file(folder).string()));
}

std::filesystem::path partition_file(const std::filesystem::path& folder, std::size_t partition) {
  return folder / fmt::format("partition-{:04}.journeys", partition);
}

Journeys::Journeys(const std::filesystem::path& folder)
    : schema_(read_schema(folder)),
      zone_(Zone::find(schema_.zone)),
      dimensions_(Dictionary::read(folder / "dimensions.dictionary")),
      promotions_(Dictionary::read(folder / "promotions.dictionary")) {
  partitions_.reserve(schema_.partitions);
  for (std::size_t p = 0; p < schema_.partitions; ++p) {
    partitions_.emplace_back(partition_file(folder, p), schema_.events());
  }
}

void Journeys::verify() const {
  for (const Partition& partition : partitions_) partition.verify();
}

}  // namespace ca::journeys
