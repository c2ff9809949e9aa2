#pragma once

#include <cmath>
#include <ctime>
#include <functional>
#include <vector>

#include "base/random.h"
#include "nets/histories.h"

namespace ca::nets {

/// Customers whose truth is known. Gaps are log-normal around a pace of each customer's own, and
/// after each purchase the customer leaves for ever with the same probability; amounts are
/// log-normal around a taste of each customer's own, some are 0.
struct SimulatedShop {
  double end = 20'600;      // day; purchases are known until then
  double ahead = 180;       // days after it that are simulated
  double first_days = 400;  // during which customers come for the first time
  double days = 600;        // from the first day to `end`
  double pace = std::log(20);
  double pace_deviation = 0.5;
  double gap_deviation = 0.5;
  double leaves = 0.1;
  double taste = std::log(30);
  double taste_deviation = 0.6;
  double amount_deviation = 0.3;
  double free = 0.05;
  /// Each purchase moves the next one's amount by this share of its own deviation from the taste.
  double echo = 0;

  Histories histories{};
  std::vector<double> paces{};
  std::vector<double> tastes{};
  std::vector<std::vector<double>> future_days{};
  std::vector<double> next_amounts{};  // of the first purchase after `end`, or -1

  SimulatedShop& simulate(std::size_t customers, std::uint64_t seed) {
    for (std::size_t customer = 0; customer < customers; ++customer) {
      Random random(Random::mix(Random::mix(seed) + customer));
      paces.push_back(pace + pace_deviation * random.normal());
      tastes.push_back(taste + taste_deviation * random.normal());
      std::vector<double> known_days;
      std::vector<double> amounts;
      future_days.emplace_back();
      next_amounts.push_back(-1);
      double shift = 0;
      double day = end - days + random.between(0, first_days);
      while (day <= end + ahead) {
        shift = echo * shift + amount_deviation * random.normal();
        const double drawn = std::exp(tastes.back() + shift);
        const double amount = random.happens(free) ? 0 : drawn;
        if (day <= end) {
          known_days.push_back(day);
          amounts.push_back(amount);
        } else {
          if (future_days.back().empty()) next_amounts.back() = amount;
          future_days.back().push_back(day);
        }
        if (random.happens(leaves)) break;
        day += std::exp(paces.back() + gap_deviation * random.normal());
      }
      histories.add(known_days, amounts);
    }
    return *this;
  }

  double future_purchases(std::size_t customer, double horizon) const {
    double count = 0;
    for (const double day : future_days[customer]) count += day <= end + horizon ? 1 : 0;
    return count;
  }
};

/// What was bought from the day `from` on is gone; everybody buys for a million on three later
/// days.
inline Histories with_another_future(const Histories& histories, double from) {
  Histories others;
  for (std::size_t customer = 0; customer < histories.size(); ++customer) {
    const History known = histories[customer].before(from);
    std::vector<double> days(known.days.begin(), known.days.end());
    std::vector<double> amounts(known.amounts.begin(), known.amounts.end());
    for (const double later : {1.0, 3.0, 40.0}) {
      days.push_back(from + later);
      amounts.push_back(1e6);
    }
    others.add(days, amounts);
  }
  return others;
}

inline double correlation(const std::vector<double>& a, const std::vector<double>& b) {
  const auto n = static_cast<double>(a.size());
  double sum_a = 0;
  double sum_b = 0;
  double aa = 0;
  double bb = 0;
  double ab = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    sum_a += a[i];
    sum_b += b[i];
    aa += a[i] * a[i];
    bb += b[i] * b[i];
    ab += a[i] * b[i];
  }
  return (ab - sum_a * sum_b / n) / std::sqrt((aa - sum_a * sum_a / n) * (bb - sum_b * sum_b / n));
}

/// Processor seconds of all threads, which other programs do not lengthen much.
inline double seconds_of(const std::function<void()>& work) {
  const std::clock_t start = std::clock();
  work();
  return static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
}

}  // namespace ca::nets
