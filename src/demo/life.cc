#include "demo/life.h"

#include <algorithm>
#include <cmath>

#include "demo/random.h"

namespace ca::demo {
namespace {

constexpr double kDaysPerWeek = 7;
constexpr double kDaysAfterLastOrder = 21;   ///< mean of how long one that left still looks in
constexpr double kDaysOfLookers = 45;        ///< mean of how long one that never buys looks in
constexpr double kLooksOfLookers = 0.8;      ///< how often, an average buyer looks in once
constexpr double kFirstLook = 0.9;           ///< share that looks in right after the download
constexpr double kSignsUp = 0.7;             ///< share of customers
constexpr double kSignsUpAtOnce = 0.6;       ///< of those
constexpr double kLogsIn = 0.9;              ///< of those that signed up
constexpr double kPromoted = 0.22;           ///< share of orders that use a promotion
constexpr double kAwayFromHome = 0.04;       ///< share of visits in another city
constexpr std::size_t kMostVisits = 60'000;  ///< of one customer; sequence has 16 bits
constexpr Second kBreath = 300;              ///< from the download to the first order, at least

/// The days that one customer lives through.
class Living {
 public:
  Living(const Shop& shop, std::uint32_t customer, Life& life)
      : shop_(shop),
        behaviour_(shop.behaviour),
        random_(shop.seed, Purpose::kLife, customer),
        customer_(customer),
        home_(home_of(shop, customer)),
        end_(static_cast<Second>(shop.days) * kSecondsPerDay),
        life_(life) {
    life_.visits.clear();
    life_.signup = life_.login = kNever;
    life_.orders = life_.repeats = 0;
    life_.has_left = false;
    life_.days_about = life_.rate = life_.dropout = 0;
  }

  void arrive(std::uint32_t customers) {
    const double part = (customer_ + random_.uniform()) / customers;
    arrival_ = shop_.arrivals.moment_at(part * shop_.arrivals.length());
    life_.download = second_of(arrival_, shop_.visit_hours);
    if (random_.happens(kSignsUp)) {
      life_.signup =
          known(life_.download + 20 +
                whole(random_.exponential(random_.happens(kSignsUpAtOnce) ? 600 : 200'000)));
    }
    if (life_.signup != kNever && random_.happens(kLogsIn)) {
      life_.login = known(life_.signup + 30 + whole(random_.exponential(5'000)));
    }
    life_.is_buyer = random_.happens(behaviour_.buyers);
  }

  void buy() {
    life_.rate = random_.gamma(behaviour_.r, 1 / behaviour_.alpha);
    life_.dropout = random_.beta(behaviour_.a, behaviour_.b);
    const double a_day = life_.rate / kDaysPerWeek;
    const double payment_rate = random_.gamma(behaviour_.q, 1 / behaviour_.v);
    double clock =
        shop_.orders.clock_at(arrival_) + random_.exponential(behaviour_.days_to_first_order);
    double promoted_until = 0;
    double factor = 1;
    bool is_repeat = false;
    while (clock < shop_.orders.length() && life_.visits.size() < kMostVisits) {
      const double moment = shop_.orders.moment_at(clock);
      const Attempt attempt = order(moment, payment_rate);
      if (attempt.is_paid) {
        last_order_ = moment;
        if (is_repeat) {
          ++life_.repeats;
          life_.has_left = random_.happens(life_.dropout);
          if (life_.has_left) break;
        }
        is_repeat = true;
      }
      if (attempt.promotion != nullptr && attempt.promotion->order_factor != 1) {
        factor = attempt.promotion->order_factor;
        promoted_until = shop_.orders.clock_at(moment + kPromotedDays);
      }
      clock = next_order(clock, a_day, factor, promoted_until);
    }
  }

  void look_in() {
    double until = shop_.visits.length();
    double how_often = kLooksOfLookers;
    if (!life_.is_buyer) {
      until = arrival_ + random_.exponential(kDaysOfLookers);
    } else {
      how_often = 0.4 + 0.6 * life_.rate / (behaviour_.r / behaviour_.alpha);
      if (life_.has_left) until = last_order_ + random_.exponential(kDaysAfterLastOrder);
    }
    if (random_.happens(kFirstLook)) look(known(life_.download + 20 + random_.below(600)));
    double clock = shop_.visits.clock_at(arrival_);
    const double end = shop_.visits.clock_at(until);
    life_.days_about = (end - clock) * how_often;
    const double a_day = behaviour_.visits_a_day * how_often;
    if (a_day <= 0) return;
    while (life_.visits.size() < kMostVisits) {
      clock += random_.exponential(1 / a_day);
      if (clock >= end) return;
      const Second start = second_of(shop_.visits.moment_at(clock), shop_.visit_hours);
      if (start > life_.download) look(start);
    }
  }

 private:
  static Second whole(double seconds) { return static_cast<Second>(std::min(seconds, 1e8)); }

  /// Seconds of the part of the day that `moment` leaves in the hours' own measure.
  static Second second_of(double moment, const Hours& hours) {
    const auto day = static_cast<Second>(moment);
    return day * kSecondsPerDay + hours.second_at(moment - day);
  }

  /// The moment, if it is in the history and at an hour that every clock has.
  Second known(Second moment) const {
    const Second of_day = moment % kSecondsPerDay;
    if (of_day >= 1800 && of_day < 7200) moment += 7200;
    return moment < end_ ? moment : kNever;
  }

  double next_order(double clock, double a_day, double factor, double promoted_until) {
    double work = random_.exponential(1);
    if (clock < promoted_until) {
      const double promoted = (promoted_until - clock) * a_day * factor;
      if (work < promoted) return clock + work / (a_day * factor);
      work -= promoted;
      clock = promoted_until;
    }
    return clock + work / a_day;
  }

  std::uint8_t where() {
    if (!random_.happens(kAwayFromHome)) return home_.city;
    return static_cast<std::uint8_t>(
        random_.below(static_cast<std::uint32_t>(shop_.cities.size())));
  }

  void add(Visit visit) {
    if (visit.start >= end_) return;
    visit.customer = customer_;
    visit.sequence = static_cast<std::uint16_t>(life_.visits.size());
    life_.visits.push_back(visit);
  }

  struct Attempt {
    bool is_paid = false;
    const Promotion* promotion = nullptr;  ///< used
  };

  /// Orders at the moment, or tries to.
  Attempt order(double moment, double payment_rate) {
    Visit visit;
    visit.start = second_of(moment, shop_.order_hours);
    if (visit.start < life_.download + kBreath) visit.start = life_.download + kBreath;
    const Second opens = 7 * 3600;
    const Second closes = 21 * 3600 + 1800;
    const Second of_day = visit.start % kSecondsPerDay;
    if (of_day >= closes) visit.start += kSecondsPerDay - of_day + opens + random_.below(7200);
    if (of_day < opens) visit.start += opens - of_day + random_.below(7200);
    if (visit.start >= end_) return {};
    const auto day = static_cast<std::int32_t>(visit.start / kSecondsPerDay);
    visit.seconds = static_cast<std::uint16_t>(std::min(900.0, 60 + random_.gamma(2, 120)));
    visit.steps = kSawOrder | kFilledBasket;
    if (random_.happens(0.97)) visit.steps |= kViewed;
    lose_tracks(day, visit);
    visit.city = where();
    const OddDay* odd = shop_.odd_day(day);
    if (odd != nullptr && odd->kind == OddDayKind::kPaymentFailure &&
        !random_.happens(odd->orders_factor)) {
      add(visit);
      return {};
    }
    visit.steps |= kPurchased;
    visit.promotion = draw_promotion(day);
    const Promotion* promotion =
        visit.promotion == kNoPromotion ? nullptr : &shop_.promotions[visit.promotion];
    const double pounds = random_.gamma(behaviour_.p, 1 / payment_rate) *
                          (promotion == nullptr ? 1 : promotion->value_factor);
    visit.cents = static_cast<std::int32_t>(std::clamp(pounds * 100, 50.0, 2e6));
    add(visit);
    ++life_.orders;
    if (random_.happens(behaviour_.refunds)) refund(visit);
    return {true, promotion};
  }

  void refund(const Visit& order) {
    Visit visit;
    visit.start = known(order.start + 3600 + whole(random_.exponential(3 * kSecondsPerDay)));
    if (visit.start == kNever) return;
    visit.cents = -std::max(1, static_cast<std::int32_t>(order.cents * random_.between(0.2, 1)));
    visit.seconds = static_cast<std::uint16_t>(random_.between(20, 200));
    visit.steps = kPurchased | kRefund;
    visit.city = order.city;
    add(visit);
    ++life_.orders;
  }

  std::uint8_t draw_promotion(std::int32_t day) {
    const std::vector<std::uint8_t>& running =
        shop_.promotions_of_day[static_cast<std::size_t>(day)];
    if (running.empty() || !random_.happens(kPromoted)) return kNoPromotion;
    double total = 0;
    for (const std::uint8_t number : running) total += shop_.promotions[number].popularity;
    double left = random_.uniform() * total;
    for (const std::uint8_t number : running) {
      left -= shop_.promotions[number].popularity;
      if (left < 0) return number;
    }
    return running.back();
  }

  void look(Second start) {
    if (start >= end_) return;
    const auto day = static_cast<std::int32_t>(start / kSecondsPerDay);
    Visit visit;
    visit.start = start;
    visit.seconds = static_cast<std::uint16_t>(std::min(1500.0, 10 + random_.exponential(150)));
    if (random_.happens(0.82)) {
      visit.steps |= kViewed;
      if (random_.happens(0.3)) {
        visit.steps |= kFilledBasket;
        if (random_.happens(0.4)) visit.steps |= kSawOrder;
      }
    }
    lose_tracks(day, visit);
    visit.city = where();
    add(visit);
  }

  /// On a day of failing tracking most baskets are not seen.
  void lose_tracks(std::int32_t day, Visit& visit) {
    const OddDay* odd = shop_.odd_day(day);
    if (odd == nullptr || odd->kind != OddDayKind::kTrackingFailure) return;
    if (visit.has(kFilledBasket) && random_.happens(0.8)) {
      visit.steps = static_cast<std::uint8_t>(visit.steps & ~kFilledBasket);
    }
  }

  const Shop& shop_;
  const Behaviour& behaviour_;
  Random random_;
  std::uint32_t customer_;
  Home home_;
  Second end_;
  Life& life_;
  double arrival_ = 0;  ///< moments, days since the first midnight
  double last_order_ = 0;
};

}  // namespace

std::uint8_t draw_place(const City& city, double uniform) {
  return static_cast<std::uint8_t>(uniform * uniform * static_cast<double>(city.places.size()));
}

Home home_of(const Shop& shop, std::uint32_t customer) {
  Random random(shop.seed, Purpose::kHome, customer);
  double left = random.uniform();
  std::size_t city = 0;
  while (city + 1 < shop.cities.size() && left >= shop.cities[city].share) {
    left -= shop.cities[city].share;
    ++city;
  }
  return {static_cast<std::uint8_t>(city), draw_place(shop.cities[city], random.uniform())};
}

void live(const Shop& shop, std::uint32_t customer, std::uint32_t customers, Life& life) {
  Living living(shop, customer, life);
  living.arrive(customers);
  if (life.is_buyer) living.buy();
  living.look_in();
}

}  // namespace ca::demo
