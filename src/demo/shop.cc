#include "demo/shop.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "demo/goods.h"
#include "demo/places.h"
#include "demo/random.h"

namespace ca::demo {
namespace {

constexpr std::size_t kPromotions = 40;
constexpr std::int32_t kQuietBeginning = 60;  ///< days before the first odd day
constexpr double kGrowth = 1.2;               ///< arrivals at the end: 1 + so many times the first

struct EffectOfUse {
  std::size_t promotion;
  double order_factor;
  double value_factor;
};

/// What some promotions truly do. The others only give a discount away.
constexpr std::array<EffectOfUse, 7> kEffects = {{
    {2, 2.5, 1},
    {9, 1, 1.3},
    {15, 3.0, 1},
    {21, 0.4, 1},
    {26, 1, 0.8},
    {31, 2.0, 1.15},
    {36, 1, 1.2},
}};

constexpr std::array<std::string_view, 8> kPromotionWords = {
    "WELCOME", "WEEKEND", "FRESH", "FAMILY", "LUNCH", "EVENING", "GREEN", "THANKS"};

std::vector<Promotion> make_promotions(std::uint64_t seed, std::int32_t days) {
  std::vector<Promotion> promotions;
  for (std::size_t number = 0; number < kPromotions; ++number) {
    Random random(seed, Purpose::kPromotions, number);
    Promotion promotion;
    promotion.discount = 0.05 * (1 + random.below(4));
    promotion.name = fmt::format("{}{:.0f}-{:02}", kPromotionWords[number % kPromotionWords.size()],
                                 promotion.discount * 100, number + 1);
    const auto length = static_cast<std::int32_t>(random.between(0.08, 0.16) * days);
    const double begin = (static_cast<double>(number) + random.uniform()) / kPromotions;
    promotion.first_day = static_cast<std::int32_t>(begin * std::max(1, days - length));
    promotion.last_day = std::min(days - 1, promotion.first_day + length);
    promotion.popularity = random.between(0.5, 1.5);
    for (const EffectOfUse& effect : kEffects) {
      if (effect.promotion != number) continue;
      promotion.order_factor = effect.order_factor;
      promotion.value_factor = effect.value_factor;
      promotion.popularity = 2;
    }
    promotions.push_back(std::move(promotion));
  }
  return promotions;
}

/// One day of every kind after the other, each in its part of the history.
std::vector<OddDay> make_odd_days(std::uint64_t seed, std::int32_t days) {
  constexpr std::array<OddDay, 9> kPlanned = {{{0, OddDayKind::kSurge, 2.2},
                                               {0, OddDayKind::kSlump, 0.35},
                                               {0, OddDayKind::kTrackingFailure, 1},
                                               {0, OddDayKind::kSurge, 1.9},
                                               {0, OddDayKind::kPaymentFailure, 0.3},
                                               {0, OddDayKind::kSlump, 0.4},
                                               {0, OddDayKind::kSurge, 2.5},
                                               {0, OddDayKind::kSlump, 0.3},
                                               {0, OddDayKind::kSurge, 2}}};
  Random random(seed, Purpose::kOddDays, 0);
  std::vector<OddDay> odd_days;
  const std::int32_t part = (days - kQuietBeginning - 7) / static_cast<int>(kPlanned.size());
  if (part < 3) return odd_days;
  for (std::size_t number = 0; number < kPlanned.size(); ++number) {
    OddDay odd = kPlanned[number];
    odd.day = kQuietBeginning + static_cast<std::int32_t>(number) * part +
              static_cast<std::int32_t>(random.below(static_cast<std::uint32_t>(part - 1)));
    odd_days.push_back(odd);
  }
  return odd_days;
}

/// Busier towards the end of the year and of the week.
double season(Day day) {
  constexpr std::array<double, 7> kWeekdays = {0.93, 0.90, 0.94, 0.98, 1.12, 1.22, 0.91};
  constexpr double kYear = 365.25;
  constexpr double kBusiest = 340;  ///< day of the year
  const double of_year = std::fmod(day.number - day_from_civil(2000, 1, 1).number, kYear);
  const double year = 1 + 0.15 * std::cos(6.283185307179586 * (of_year - kBusiest) / kYear);
  return year * kWeekdays[static_cast<std::size_t>(iso_weekday(day) - 1)];
}

struct Weights {
  std::vector<double> arrivals;
  std::vector<double> orders;
  std::vector<double> visits;
};

Weights make_weights(Day begin, std::int32_t days, const std::vector<OddDay>& odd_days) {
  Weights weights;
  for (std::int32_t day = 0; day < days; ++day) {
    const double usual = season(begin + day);
    weights.arrivals.push_back((1 + kGrowth * day / days) * std::sqrt(usual));
    weights.orders.push_back(usual);
    weights.visits.push_back(usual);
  }
  for (const OddDay& odd : odd_days) {
    if (odd.kind == OddDayKind::kPaymentFailure) continue;  // people come; they cannot pay
    const auto day = static_cast<std::size_t>(odd.day);
    weights.orders[day] *= odd.orders_factor;
    weights.visits[day] *= std::sqrt(odd.orders_factor);
  }
  return weights;
}

// Half hours from midnight on.
constexpr std::array<double, 48> kVisitHours = {
    1, 0, 0, 0, .3, .2, .2, .2, .2, .3, .5, .8, 1.5, 2,  3,  4, 5, 5, 5, 5, 5, 5, 6, 7,
    8, 8, 7, 6, 5,  5,  5,  5,  6,  7,  8,  9,  10,  10, 10, 9, 9, 8, 7, 6, 5, 4, 3, 2};
constexpr std::array<double, 48> kOrderHours = {
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,  0,  0,  0,  2,  3,  4, 4, 4, 4, 4, 5, 6, 8,
    9, 9, 7, 5, 4, 4, 4, 5, 6, 8, 10, 12, 13, 13, 12, 10, 8, 6, 3, 0, 0, 0, 0, 0};

}  // namespace

std::string_view name_of(OddDayKind kind) {
  switch (kind) {
    case OddDayKind::kSurge: return "surge";
    case OddDayKind::kSlump: return "slump";
    case OddDayKind::kPaymentFailure: return "payment_failure";
    case OddDayKind::kTrackingFailure: break;
  }
  return "tracking_failure";
}

const OddDay* Shop::odd_day(std::int32_t day) const {
  const auto found = std::ranges::find(odd_days, day, &OddDay::day);
  return found == odd_days.end() ? nullptr : &*found;
}

Shop make_shop(Day begin, std::int32_t days, std::uint64_t seed) {
  Goods goods = make_goods(seed);
  std::vector<OddDay> odd_days = make_odd_days(seed, days);
  const Weights weights = make_weights(begin, days, odd_days);
  Shop shop{.begin = begin,
            .days = days,
            .seed = seed,
            .behaviour = {},
            .products = std::move(goods.products),
            .pairs = std::move(goods.pairs),
            .promotions = make_promotions(seed, days),
            .promotions_of_day = {},
            .cities = make_cities(seed),
            .odd_days = std::move(odd_days),
            .slow_hours = {12, 19},
            .arrivals = Pace(weights.arrivals),
            .orders = Pace(weights.orders),
            .visits = Pace(weights.visits),
            .order_hours = Hours(kOrderHours),
            .visit_hours = Hours(kVisitHours)};
  shop.promotions_of_day.resize(static_cast<std::size_t>(days));
  for (std::size_t number = 0; number < shop.promotions.size(); ++number) {
    const Promotion& promotion = shop.promotions[number];
    for (std::int32_t day = promotion.first_day; day <= promotion.last_day; ++day) {
      shop.promotions_of_day[static_cast<std::size_t>(day)].push_back(
          static_cast<std::uint8_t>(number));
    }
  }
  return shop;
}

}  // namespace ca::demo
