#include "demo/rows.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "demo/places.h"
#include "demo/random.h"

namespace ca::demo {
namespace {

constexpr std::uint64_t kFirstSession = 10'000'001;
constexpr double kDelivered = 0.93;     ///< share of orders with a delivery
constexpr double kNotPrepared = 0.015;  ///< share of deliveries without a moment of preparation
constexpr double kWithoutPlace = 0.02;  ///< share of deliveries without coordinates

template <class Integer>
void append_integer(std::string& out, Integer value) {
  char digits[24];
  const auto end = std::to_chars(digits, digits + sizeof digits, value);
  out.append(digits, static_cast<std::size_t>(end.ptr - digits));
}

void append_two(std::string& out, std::uint32_t value) {
  out += static_cast<char>('0' + value / 10);
  out += static_cast<char>('0' + value % 10);
}

/// Degrees with five decimals, about a metre.
void append_degrees(std::string& out, double degrees) {
  auto scaled = std::llround(degrees * 1e5);
  if (scaled < 0) {
    out += '-';
    scaled = -scaled;
  }
  append_integer(out, scaled / 100'000);
  out += '.';
  const auto rest = static_cast<std::uint32_t>(scaled % 100'000);
  out += static_cast<char>('0' + rest / 10'000);
  append_two(out, rest / 100 % 100);
  append_two(out, rest % 100);
}

}  // namespace

void Totals::add(const Totals& other) {
  sessions += other.sessions;
  orders += other.orders;
  refunds += other.refunds;
  customers += other.customers;
  basket_lines += other.basket_lines;
  deliveries += other.deliveries;
  revenue += other.revenue;
  discount += other.discount;
}

void append_customer_key(std::string& out, std::uint64_t seed, std::uint64_t customer) {
  constexpr std::string_view kLetters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  constexpr std::uint64_t kMask = (1ULL << 40) - 1;
  // Each step can be undone, so different customers keep different keys.
  std::uint64_t key = (customer + Random::mix(seed)) & kMask;
  for (int round = 0; round < 3; ++round) {
    key = (key * 0x9e3779b97f4a7c15ULL) & kMask;
    key ^= key >> 21;
  }
  for (int shift = 35; shift >= 0; shift -= 5) out += kLetters[(key >> shift) & 31];
}

void append_session_id(std::string& out, std::uint64_t number) {
  append_integer(out, kFirstSession + number);
}

void append_pounds(std::string& out, std::int64_t pence) {
  if (pence < 0) out += '-';
  const std::int64_t size = std::abs(pence);
  append_integer(out, size / 100);
  out += '.';
  append_two(out, static_cast<std::uint32_t>(size % 100));
}

RowWriter::RowWriter(const Shop& shop) : shop_(shop), filler_(shop) {
  for (std::int32_t day = 0; day <= shop.days; ++day) {
    dates_.push_back(format_day(shop.begin + day) + ' ');
  }
}

void RowWriter::append_moment(std::string& out, Second moment) const {
  if (moment == kNever) return;
  out += dates_[moment / kSecondsPerDay];
  const std::uint32_t of_day = moment % kSecondsPerDay;
  append_two(out, of_day / 3600);
  out += ':';
  append_two(out, of_day / 60 % 60);
  out += ':';
  append_two(out, of_day % 60);
}

void RowWriter::customer(std::uint32_t customer, const Life& life, Rows& rows, Totals& totals) {
  std::string& out = rows.customers;
  append_customer_key(out, shop_.seed, customer);
  for (const Second moment : {life.download, life.signup, life.login}) {
    out += ',';
    append_moment(out, moment);
  }
  out += '\n';
  ++totals.customers;
}

void RowWriter::visit(const Visit& visit, std::uint64_t number, Rows& rows, Totals& totals) {
  std::string id;
  append_session_id(id, number);
  ++totals.sessions;
  if (!visit.has(kPurchased)) return session(visit, id, nullptr, rows.sessions);
  ++totals.orders;
  if (visit.has(kRefund)) {
    ++totals.refunds;
    totals.revenue += visit.cents;
    return session(visit, id, nullptr, rows.sessions);
  }
  const Basket& basket = filler_.fill(visit);
  totals.revenue += basket.payment;
  totals.discount += basket.discount;
  totals.basket_lines += static_cast<std::int64_t>(basket.lines.size());
  session(visit, id, &basket, rows.sessions);
  for (const Line& line : basket.lines) {
    const Product& product = shop_.products[line.product];
    std::string& out = rows.products;
    out += id;
    out += ',';
    out += product.name;
    out += ',';
    out += product.category;
    out += ',';
    append_pounds(out, line.cents);
    out += ',';
    append_integer(out, line.quantity);
    out += '\n';
  }
  delivery(visit, id, rows, totals);
}

void RowWriter::session(const Visit& visit, std::string_view id, const Basket* basket,
                        std::string& out) {
  out += id;
  out += ',';
  append_customer_key(out, shop_.seed, visit.customer);
  out += ',';
  append_moment(out, visit.start);
  out += ',';
  append_moment(out, visit.start + visit.seconds);
  for (const Step step : {kPurchased, kViewed, kFilledBasket, kSawOrder}) {
    out += visit.has(step) ? ",1" : ",0";
  }
  out += ',';
  if (basket != nullptr) {
    append_pounds(out, basket->payment);
    out += ',';
    append_pounds(out, basket->discount);
  } else {
    if (visit.has(kRefund)) append_pounds(out, visit.cents);
    out += ',';
  }
  out += ',';
  if (visit.promotion != kNoPromotion) out += shop_.promotions[visit.promotion].name;
  out += ',';
  out += shop_.cities[visit.city].name;
  out += '\n';
}

void RowWriter::delivery(const Visit& visit, std::string_view id, Rows& rows, Totals& totals) {
  Random random(shop_.seed, Purpose::kDelivery,
                (std::uint64_t{visit.customer} << 16) | visit.sequence);
  if (!random.happens(kDelivered)) return;
  ++totals.deliveries;
  const Home home = home_of(shop_, visit.customer);
  const City& city = shop_.cities[visit.city];
  const std::size_t at = home.city == visit.city ? home.place : draw_place(city, random.uniform());
  const Place& place = city.places[at];
  const Second ordered = visit.start + visit.seconds;
  const bool is_slow_hour = std::ranges::find(shop_.slow_hours, visit.start % kSecondsPerDay /
                                                                    3600) != shop_.slow_hours.end();
  // Bounded, so that the last courier is back before the clocks change at one in the morning.
  const double prepare =
      std::clamp(random.gamma(9, 80), 240.0, 1500.0) * (is_slow_hour ? kSlowHourFactor : 1);
  const double ride =
      std::clamp(random.gamma(8, 110), 240.0, 1800.0) * (place.is_slow ? kSlowPlaceFactor : 1);
  const Second prepared = ordered + static_cast<Second>(prepare);
  const Second delivered = prepared + static_cast<Second>(ride);
  const Second returned = delivered + static_cast<Second>(ride * random.between(0.7, 0.9));
  std::string& out = rows.deliveries;
  out += id;
  out += ',';
  append_moment(out, random.happens(kNotPrepared) ? kNever : prepared);
  out += ',';
  append_moment(out, delivered);
  out += ',';
  append_moment(out, returned);
  out += ',';
  if (!random.happens(kWithoutPlace)) {
    append_degrees(out, place.latitude + kPlaceHeight * random.between(-0.4, 0.4));
    out += ',';
    append_degrees(out, place.longitude + kPlaceWidth * random.between(-0.4, 0.4));
  } else {
    out += ',';
  }
  out += '\n';
}

}  // namespace ca::demo
