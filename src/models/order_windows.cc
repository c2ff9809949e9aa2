#include "models/order_windows.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace ca::models {
namespace {

using reports::Journey;

bool has_payment(const Journey& journey, std::size_t session) {
  return !std::isnan(journey.amount[session]);
}

}  // namespace

std::uint32_t Stratum::standing(std::uint32_t before, std::int64_t since, std::int64_t window) {
  if (before == 0) {
    if (since < 0) return 4;
    return since <= 2 * window ? 0 : since <= 4 * window ? 1 : since <= 12 * window ? 2 : 3;
  }
  const std::uint32_t recency = 7 * since <= window ? 0 : 7 * since <= 3 * window ? 1 : 2;
  return kLapses + (std::min(before, kMostBefore) - 1) * kRecencies + recency;
}

OrderWindows::OrderWindows(const reports::Frame& frame, std::int64_t window,
                           std::shared_ptr<UsedSoFar> used)
    : frame_(frame), window_(window), allocation_(frame), used_(std::move(used)) {}

void OrderWindows::find_places(const Journey& journey) {
  const std::size_t count = journey.orders.size();
  const auto start = [&](std::size_t i) { return journey.start[journey.orders[i]]; };
  places_.resize(count);
  paid_before_.assign(count + 1, 0);
  payments_before_.assign(count + 1, 0);
  Place place{};
  for (std::size_t i = 0; i < count; ++i) {
    place.session = journey.orders[i];
    place.start = start(i);
    while (start(place.near_begin) < place.start - window_) ++place.near_begin;
    if (start(place.same_begin) != place.start) place.same_begin = i;
    while (place.same_end < count && start(place.same_end) <= place.start) ++place.same_end;
    while (place.near_end < count && start(place.near_end) <= place.start + window_) {
      ++place.near_end;
    }
    places_[i] = place;
    const bool is_paid = has_payment(journey, place.session);
    paid_before_[i + 1] =
        paid_before_[i] + (is_paid ? ExactSum::to_fixed(journey.amount[place.session]) : 0);
    payments_before_[i + 1] = payments_before_[i] + (is_paid ? 1 : 0);
  }
}

double OrderWindows::mean_paid(std::size_t begin, std::size_t end) const {
  return ExactSum::to_double(paid_before_[end] - paid_before_[begin]) /
         static_cast<double>(payments_in(begin, end));
}

WindowedOrder OrderWindows::windowed(const Journey& journey, const Place& place,
                                     std::int64_t seen_since) {
  WindowedOrder order;
  order.before = static_cast<std::uint32_t>(place.same_begin - place.near_begin);
  order.after = static_cast<std::uint32_t>(place.near_end - place.same_end);
  order.is_seen_whole =
      place.start <= frame_.as_of - window_ && place.start >= seen_since + window_;
  order.has_no_promotion = journey.promotion[place.session] == journeys::Dictionary::kNone;
  const journeys::LineColumns& lines = journey.partition->lines();
  const std::uint32_t at = journey.place(place.session);
  order.has_basket = lines.begin(at) != lines.end(at);
  if (!order.is_seen_whole) return order;
  if (order.before + order.after <= Stratum::kMostOrders) {
    const std::int64_t since =
        place.same_begin == 0 ? -1 : place.start - places_[place.same_begin - 1].start;
    order.stratum = Stratum::number(frame_.history.row(journey.day_of(place.session)),
                                    Stratum::standing(order.before, since, window_));
  }
  if (payments_in(place.near_begin, place.same_begin) > 0 &&
      payments_in(place.same_end, place.near_end) > 0) {
    order.paid = static_cast<std::uint32_t>(payments_.size());
    payments_.push_back(
        {mean_paid(place.near_begin, place.same_begin), mean_paid(place.same_end, place.near_end)});
  }
  return order;
}

void OrderWindows::add(const Journey& journey) {
  if (journey.is_anonymous || journey.orders.empty()) return;
  find_places(journey);
  used_->promotions.next_customer();
  used_->products.next_customer();
  std::int64_t seen_since = journey.start[0];
  if (const Journey::Event download = journey.event(journeys::kDownload)) {
    seen_since = std::min(seen_since, download.instant);
  }
  for (std::size_t i = 0; i < places_.size(); ++i) {
    const Place& place = places_[i];
    orders_.push_back(windowed(journey, place, seen_since));
    orders_.back().is_with_previous = place.same_begin < i;
    use_promotion(journey, place);
    use_products(journey, place);
  }
  orders_.back().is_last = true;
}

void OrderWindows::use_promotion(const Journey& journey, const Place& place) {
  const std::uint32_t promotion = journey.promotion[place.session];
  if (promotion == journeys::Dictionary::kNone || !used_->promotions.is_first(promotion)) return;
  use(promotions_, promotion, journey, place);
}

void OrderWindows::use_products(const Journey& journey, const Place& place) {
  const journeys::LineColumns& lines = journey.partition->lines();
  const std::uint32_t at = journey.place(place.session);
  for (std::uint32_t line = lines.begin(at); line < lines.end(at); ++line) {
    const std::uint32_t product = lines.product[line];
    if (used_->products.is_first(product)) use(products_, product, journey, place);
  }
}

void OrderWindows::use(Uses& uses, std::uint32_t group, const Journey& journey,
                       const Place& place) {
  const auto number = static_cast<std::uint32_t>(orders_.size() - 1);
  uses.first.push_back({group, number});
  const WindowedOrder& order = orders_.back();
  if (order.paid == WindowedOrder::kUnpaid) return;
  const double after = payments_[order.paid].after;
  const auto count = static_cast<double>(payments_in(place.same_end, place.near_end));
  const bool is_paid = has_payment(journey, place.session);
  uses.paid.push_back(
      {group, number, &uses == &products_ ? mean_without(journey, place, group) : after,
       is_paid ? (after * count + journey.amount[place.session]) / (count + 1) : after});
}

double OrderWindows::mean_without(const Journey& journey, const Place& place,
                                  std::uint32_t product) {
  const journeys::LineColumns& lines = journey.partition->lines();
  ExactSum::Fixed paid = paid_before_[place.near_end] - paid_before_[place.same_end];
  for (std::size_t i = place.same_end; i < place.near_end; ++i) {
    const std::size_t session = places_[i].session;
    if (!has_payment(journey, session)) continue;
    const std::uint32_t at = journey.place(session);
    const std::uint32_t begin = lines.begin(at);
    const auto products = lines.product.subspan(begin, lines.end(at) - begin);
    if (std::ranges::find(products, product) == products.end()) continue;
    const auto shares = allocation_.of(journey, session, begin, lines.end(at));
    for (std::size_t line = 0; line < products.size(); ++line) {
      if (products[line] == product) paid -= shares[line].revenue;
    }
  }
  return ExactSum::to_double(paid) /
         static_cast<double>(payments_in(place.same_end, place.near_end));
}

void OrderWindows::merge(OrderWindows&& other) {
  const auto orders_before = static_cast<std::uint32_t>(orders_.size());
  const auto payments_before = static_cast<std::uint32_t>(payments_.size());
  for (WindowedOrder& order : other.orders_) {
    if (order.paid != WindowedOrder::kUnpaid) order.paid += payments_before;
  }
  const auto take = [](auto& all, auto& part) {
    all.insert(all.end(), part.begin(), part.end());
    part = {};
  };
  const auto take_uses = [&](auto& all, auto& part) {
    for (auto& use : part) use.order += orders_before;
    take(all, part);
  };
  take(orders_, other.orders_);
  take(payments_, other.payments_);
  take_uses(promotions_.first, other.promotions_.first);
  take_uses(promotions_.paid, other.promotions_.paid);
  take_uses(products_.first, other.products_.first);
  take_uses(products_.paid, other.products_.paid);
}

}  // namespace ca::models
