#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "models/customer_change.h"
#include "models/promotion_comparison.h"

namespace ca::models {
namespace {

/// A size with two digits or so: "0.4", "3.2", "17".
std::string rounded(double size) {
  if (size >= 9.95) return fmt::format("{:.0f}", size);
  if (size >= 0.095 || size == 0) return fmt::format("{:.1f}", std::abs(size));  // 0 has a sign
  return fmt::format("{:.2g}", size);
}

std::string range(double low, double high) {
  const std::string from = rounded(low);
  const std::string to = rounded(high);
  return from == to ? from : fmt::format("{} to {}", from, to);
}

/// How changes are named, and in which unit.
struct Wording {
  const char* more;
  const char* less;
  std::string unit;
  double scale;

  Wording(const ChangeTest& test, Measure measure) {
    const bool are_orders = measure == Measure::kOrders;
    more = are_orders ? "more orders" : "higher payments an order";
    less = are_orders ? "fewer orders" : "lower payments an order";
    // Of next to nothing a percentage says nothing.
    const bool has_percent = test.expected > 1e-9;
    unit = has_percent ? " %" : "";
    scale = has_percent ? 100 / test.expected : 1;
    if (!has_percent && are_orders)
      more = "more orders a customer", less = "fewer orders a customer";
  }
};

std::string too_few(std::int64_t customers) {
  return fmt::format("not enough data: {} customer{}", customers, customers == 1 ? "" : "s");
}

/// Of a difference without an interval, all values being equal or others too few.
std::string without_spread(double difference, double size, const char* nothing) {
  if (std::abs(difference) <= 1e-12 * size) return nothing;
  return "no verdict: too little varies to judge chance";
}

/// Of a verdict that there is.
std::string verdict(const ChangeTest& test, Measure measure) {
  const Wording word(test, measure);
  if (!test.interval) {
    return without_spread(test.effect.value_or(0), std::abs(test.expected), "no change");
  }
  double low = test.interval->low * word.scale;
  const double high = test.interval->high * word.scale;
  // Nobody orders less than nothing; only payments can be below, where they are refunds.
  if (!word.unit.empty() && high > -100) low = std::max(low, -100.0);
  const auto one_sided = [&] {
    return low > 0 ? fmt::format("{}{} {}", range(low, high), word.unit, word.more)
                   : fmt::format("{}{} {}", range(-high, -low), word.unit, word.less);
  };
  if (low <= 0 && high >= 0) {
    if (low == 0 && high == 0) return "no change";
    return fmt::format("no clear change: between {}{} {} and {}{} {}", rounded(-low), word.unit,
                       word.less, rounded(high), word.unit, word.more);
  }
  if (test.is_significant) return fmt::format("likely {}", one_sided());
  return fmt::format("not sure: {}, but among so many tests chance does that", one_sided());
}

}  // namespace

std::string sentence_of_use(const ChangeTest& test, Measure measure, const TestSettings& settings) {
  if (test.customers < settings.least_customers) return too_few(test.customers);
  if (test.matched == 0) return "no verdict: nobody to compare these customers with";
  if (test.is_insufficient) {
    return fmt::format("not enough data: only {} of {} customers can be compared with others",
                       test.matched, test.customers);
  }
  return verdict(test, measure);
}

std::string sentence_of_segment(const ChangeTest& test, Measure measure,
                                const TestSettings& settings) {
  if (test.customers < settings.least_customers) return too_few(test.customers);
  if (test.others == 0) return "no verdict: the time before is not known";
  if (test.others < settings.least_customers) {
    return too_few(test.others) + " in the same comparison before";
  }
  return verdict(test, measure);
}

std::string sentence_of(const PromotionPair& pair) {
  if (pair.is_insufficient) {
    return too_few(std::min(pair.first_customers, pair.second_customers));
  }
  if (!pair.test.interval) {
    return without_spread(pair.test.difference,
                          std::max(std::abs(pair.first_mean), std::abs(pair.second_mean)),
                          "no difference");
  }
  const auto [low, high] = *pair.test.interval;
  if (low <= 0 && high >= 0) {
    return fmt::format("no clear difference: {} brings between {} less and {} more an order",
                       pair.first, rounded(-low), rounded(high));
  }
  const std::string& more = pair.test.difference > 0 ? pair.first : pair.second;
  const std::string& less = pair.test.difference > 0 ? pair.second : pair.first;
  const std::string size = low > 0 ? range(low, high) : range(-high, -low);
  if (pair.is_significant) {
    return fmt::format("{} likely brings {} more an order than {}", more, size, less);
  }
  return fmt::format(
      "not sure: {} brings {} more an order than {}, but among so many pairs chance "
      "does that",
      more, size, less);
}

}  // namespace ca::models
