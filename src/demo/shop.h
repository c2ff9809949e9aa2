#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "base/calendar.h"
#include "demo/pace.h"

namespace ca::demo {

/// How the customers of the demo shop behave, as the models of customer value describe it. Times
/// are weeks on the clock of Pace. A buyer's rate of repeat purchases is Gamma(r, rate alpha);
/// after each repeat purchase he leaves for good with a probability that is Beta(a, b) (BG/NBD).
/// Payments are Gamma(p, rate nu), where nu is a customer's Gamma(q, rate v) (Gamma-Gamma).
struct Behaviour {
  double r = 0.9;
  double alpha = 6.5;
  double a = 0.7;
  double b = 3.2;
  double p = 6;
  double q = 4;
  double v = 15;
  double buyers = 0.68;            ///< share of customers that ever buy
  double days_to_first_order = 8;  ///< mean from the download on, exponential
  double refunds = 0.006;          ///< of orders
  double visits_a_day = 0;         ///< of an average customer while he is about, without purchase
};

struct Product {
  std::string name;
  std::string category;
  std::int32_t cents = 0;  ///< list price; what is paid moves around it
  double weight = 0;       ///< of being chosen, by Zipf's law
  std::int32_t partner = -1;
};

/// Two products of which the second often follows the first into the basket.
struct ProductPair {
  std::uint32_t first = 0;
  std::uint32_t second = 0;
  double share = 0;  ///< of baskets with the first and room for another
};

struct Promotion {
  std::string name;
  std::int32_t first_day = 0;  ///< days of the history, both inclusive
  std::int32_t last_day = 0;
  double popularity = 1;
  double discount = 0;      ///< part of the basket
  double order_factor = 1;  ///< on the rate of orders in the 7 days after its use
  double value_factor = 1;  ///< on the payment it is used for
};

/// A neighbourhood in which customers live: one geohash cell of 7 characters.
struct Place {
  std::string geohash;
  double latitude = 0;  ///< of the cell's centre, degrees
  double longitude = 0;
  bool is_slow = false;  ///< rides to it take longer
};

struct City {
  std::string name;
  double share = 0;
  std::vector<Place> places;
};

enum class OddDayKind : std::uint8_t { kSurge, kSlump, kPaymentFailure, kTrackingFailure };
std::string_view name_of(OddDayKind kind);

struct OddDay {
  std::int32_t day = 0;
  OddDayKind kind = OddDayKind::kSurge;
  double orders_factor = 1;
};

inline constexpr std::size_t kActions = 3;
inline constexpr std::int32_t kPromotedDays = 7;
inline constexpr double kSlowHourFactor = 1.8;   ///< on the time to prepare
inline constexpr double kSlowPlaceFactor = 2.0;  ///< on the time of the ride

/// The invented shop: everything that is fixed before its first customer comes. It depends on the
/// seed and the days of its history alone. A shop of groceries that are brought home, in eight
/// British cities; wall clocks are those of London, and nothing happens between 00:30 and 02:00, so
/// that no time is skipped or repeated by a change to or from summer time.
struct Shop {
  Day begin;
  std::int32_t days = 0;
  std::uint64_t seed = 0;
  Behaviour behaviour;

  std::vector<Product> products;
  std::vector<ProductPair> pairs;
  std::vector<Promotion> promotions;
  std::vector<std::vector<std::uint8_t>> promotions_of_day;
  std::vector<City> cities;
  std::vector<OddDay> odd_days;
  std::array<std::uint8_t, 2> slow_hours{};

  Pace arrivals;
  Pace orders;
  Pace visits;
  Hours order_hours;
  Hours visit_hours;

  const OddDay* odd_day(std::int32_t day) const;
};

Shop make_shop(Day begin, std::int32_t days, std::uint64_t seed);

/// The geohash of 7 characters of the cell around a point, and its centre.
Place place_at(double latitude, double longitude);

}  // namespace ca::demo
