#include "demo/truth.h"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "demo/folder.h"

namespace ca::demo {
namespace {

using Json = nlohmann::ordered_json;

std::string pounds(std::int64_t pence) {
  std::string text;
  append_pounds(text, pence);
  return text;
}

Json shop_part(const Truth& truth) {
  return {{"first_day", format_day(truth.shop.begin)},
          {"last_day", format_day(truth.options.until)},
          {"days", truth.shop.days},
          {"seed", truth.options.seed},
          {"timezone", "Europe/London"},
          {"currency", "GBP"}};
}

Json totals_part(const Totals& totals) {
  return {{"sessions", totals.sessions},         {"orders", totals.orders},
          {"refunds", totals.refunds},           {"customers", totals.customers},
          {"basket_lines", totals.basket_lines}, {"deliveries", totals.deliveries},
          {"revenue", pounds(totals.revenue)},   {"discount", pounds(totals.discount)}};
}

Json behaviour_part(const Behaviour& behaviour) {
  return {{"unit", "weeks"},
          {"r", behaviour.r},
          {"alpha", behaviour.alpha},
          {"a", behaviour.a},
          {"b", behaviour.b},
          {"p", behaviour.p},
          {"q", behaviour.q},
          {"v", behaviour.v},
          {"buyers_share", behaviour.buyers},
          {"mean_days_to_first_order", behaviour.days_to_first_order},
          {"refund_rate", behaviour.refunds},
          {"visits_a_day", behaviour.visits_a_day}};
}

/// A factor or share as people write it: 0.15, not 0.15000000000000002.
double rounded(double value) { return std::round(value * 1e6) / 1e6; }

Json promotions_part(const Shop& shop) {
  Json list = Json::array();
  for (const Promotion& promotion : shop.promotions) {
    list.push_back({{"promotion", promotion.name},
                    {"first_day", format_day(shop.begin + promotion.first_day)},
                    {"last_day", format_day(shop.begin + promotion.last_day)},
                    {"discount_rate", rounded(promotion.discount)},
                    {"orders_next_7_days_factor", promotion.order_factor},
                    {"order_value_factor", promotion.value_factor},
                    {"has_effect", promotion.order_factor != 1 || promotion.value_factor != 1}});
  }
  return list;
}

Json pairs_part(const Shop& shop) {
  Json list = Json::array();
  for (const ProductPair& pair : shop.pairs) {
    list.push_back({{"first", shop.products[pair.first].name},
                    {"second", shop.products[pair.second].name},
                    {"share", rounded(pair.share)}});
  }
  return list;
}

Json odd_days_part(const Shop& shop) {
  Json list = Json::array();
  for (const OddDay& odd : shop.odd_days) {
    Json entry = {{"day", format_day(shop.begin + odd.day)},
                  {"kind", name_of(odd.kind)},
                  {"orders_factor", odd.orders_factor}};
    if (odd.kind == OddDayKind::kTrackingFailure) entry["broken_step"] = "has_basket";
    if (odd.kind == OddDayKind::kPaymentFailure) entry["broken_step"] = "purchased";
    list.push_back(std::move(entry));
  }
  return list;
}

Json deliveries_part(const Shop& shop) {
  Json places = Json::array();
  Json hours = Json::array();
  for (const City& city : shop.cities) {
    for (const Place& place : city.places) {
      if (!place.is_slow) continue;
      places.push_back({{"city", city.name},
                        {"geohash", place.geohash},
                        {"latitude", rounded(place.latitude)},
                        {"longitude", rounded(place.longitude)},
                        {"ride_factor", kSlowPlaceFactor}});
    }
  }
  for (const std::uint8_t hour : shop.slow_hours) {
    hours.push_back({{"hour_of_order", hour}, {"prepare_factor", kSlowHourFactor}});
  }
  return {{"slow_hours", hours}, {"slow_places", places}};
}

Json dimension_part(const Shop& shop) {
  Json shares = Json::object();
  for (const City& city : shop.cities) shares[city.name] = rounded(city.share);
  return shares;
}

Json dirt_part(const DirtCounts& counts) {
  Json list = Json::array();
  for (std::size_t kind = 0; kind < counts.size(); ++kind) {
    if (counts[kind] == 0) continue;
    list.push_back({{"source", kDirtKinds[kind].source},
                    {"rule", kDirtKinds[kind].rule},
                    {"rows", counts[kind]},
                    {"is_rejected", kDirtKinds[kind].is_rejected}});
  }
  return list;
}

}  // namespace

std::string truth_json(const Truth& truth) {
  const Json json = {{"made_by", kMadeBy},
                     {"shop", shop_part(truth)},
                     {"totals", totals_part(truth.generated.totals)},
                     {"behaviour", behaviour_part(truth.shop.behaviour)},
                     {"city_shares", dimension_part(truth.shop)},
                     {"odd_days", odd_days_part(truth.shop)},
                     {"promotions", promotions_part(truth.shop)},
                     {"product_pairs", pairs_part(truth.shop)},
                     {"deliveries", deliveries_part(truth.shop)},
                     {"dirty_rows", dirt_part(truth.generated.dirt)}};
  return json.dump(2) + '\n';
}

std::string connect_toml(const GenerateOptions& options) {
  // With the last days set apart a glob, so that they join when they are moved here.
  const std::string type = options.format == FileFormat::kParquet ? "parquet" : "csv";
  const std::string end = (options.tail_days > 0 ? "*." : ".") + type;
  return fmt::format(R"(# The demo shop. Paths are relative to this file.

[workspace]
timezone = "Europe/London"
currency = "GBP"

[sessions]
type = "{1}"
path = "sessions{0}"
actions = ["product_view", "has_basket", "order_screen"]
[sessions.columns]
order_id = "session_id"
client = "customer_id"
session_start_date = "started_at"
date = "ended_at"
has_purchased = "purchased"
payment_amount = "paid"
discount_amount = "discount"
promotion_id = "promotion"
dimension = "city"

[customers]
type = "{1}"
path = "customers{0}"
actions = ["login"]
[customers.columns]
client = "customer_id"
download_date = "downloaded_at"
signup_date = "signed_up_at"

[products]
type = "{1}"
path = "products{0}"
[products.columns]
order_id = "session_id"
product = "product"
category = "category"
price = "unit_price"
quantity = "quantity"

[deliveries]
type = "{1}"
path = "deliveries{0}"
[deliveries.columns]
order_id = "session_id"
prepare_date = "prepared_at"
delivery_date = "delivered_at"
return_date = "returned_at"
latitude = "latitude"
longitude = "longitude"
)",
                     end, type);
}

}  // namespace ca::demo
