#include "models/matched_effect.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <unordered_map>

namespace ca::models {

/// A stratum with users.
struct MatchingPool::Cell {
  std::uint32_t stratum;
  Sums others;
  std::vector<Change> users;
};

double amount_unit_for(const reports::Frame& frame) {
  if (!frame.amounts) return 1;
  const double largest = std::max(std::abs(static_cast<double>(frame.amounts->min)),
                                  std::abs(static_cast<double>(frame.amounts->max))) /
                         1e6;
  int exponent = 0;
  std::frexp(largest, &exponent);
  return std::ldexp(1.0, exponent - 20);
}

MatchingPool::MatchingPool(const OrderWindows& windows, Usage usage, Measure measure,
                           double amount_unit)
    : windows_(windows),
      usage_(usage),
      measure_(measure),
      unit_(measure == Measure::kOrders ? 1 : amount_unit),
      strata_(windows.strata()) {
  for (const WindowedOrder& order : windows.orders()) {
    if (order.stratum == Stratum::kNone || !order.may_stand_for_others(usage)) continue;
    if (const auto change = change_of(order)) add(strata_[order.stratum], change->value(), 1);
  }
}

std::optional<MatchingPool::Change> MatchingPool::change_of(const WindowedOrder& order) const {
  if (measure_ == Measure::kOrders) {
    return Change{static_cast<double>(order.before), static_cast<double>(order.after)};
  }
  if (order.paid == WindowedOrder::kUnpaid) return std::nullopt;
  const WindowPayments& payments = windows_.payments()[order.paid];
  return Change{payments.before, payments.after};
}

void MatchingPool::add(Sums& sums, double change, int sign) const {
  const double scaled = change / unit_;
  sums.orders += sign;
  sums.change += sign * ExactSum::to_fixed(change);
  sums.squares += sign * ExactSum::to_fixed(scaled * scaled);
}

MatchedEffect MatchingPool::effect(std::span<const FirstUse> uses,
                                   std::span<const std::uint32_t> tested, double alpha) const {
  std::vector<Cell> cells;
  std::unordered_map<std::uint32_t, std::size_t> cell_of;
  for (const std::uint32_t number : tested) {
    const WindowedOrder& order = windows_.orders()[number];
    if (order.stratum == Stratum::kNone) continue;
    const auto [at, is_new] = cell_of.try_emplace(order.stratum, cells.size());
    if (is_new) cells.push_back({order.stratum, strata_[order.stratum], {}});
    cells[at->second].users.push_back(*change_of(order));
  }
  for (const FirstUse& use : uses) {
    std::size_t i = use.order;
    while (windows_.orders()[i].is_with_previous) --i;
    for (;; ++i) {
      const WindowedOrder& order = windows_.orders()[i];
      if (order.stratum != Stratum::kNone && order.may_stand_for_others(usage_)) {
        const auto at = cell_of.find(order.stratum);
        const auto change = at == cell_of.end() ? std::nullopt : change_of(order);
        if (change) add(cells[at->second].others, change->value(), -1);
      }
      if (order.is_last) break;
    }
  }
  // In an order that nothing but the data decides.
  std::ranges::sort(cells, {}, &Cell::stratum);

  MatchedEffect found;
  struct Spread {
    double squares = 0;  ///< of the differences from the mean of the stratum
    double degrees = 0;
  };
  std::array<Spread, Stratum::kStandings> spreads{};
  Spread all;
  std::vector<double> differences;
  for (Cell& cell : cells) {
    if (cell.others.orders <= 0) continue;
    const auto count = static_cast<double>(cell.others.orders);
    const double sum = ExactSum::to_double(cell.others.change);
    std::ranges::sort(cell.users, {},
                      [](const Change& user) { return std::pair(user.before, user.after); });
    for (const Change& user : cell.users) {
      differences.push_back(user.value() - sum / count);
      found.expected += user.before + sum / count;
    }
    const double squares = ExactSum::to_double(cell.others.squares) * unit_ * unit_;
    const double about_mean = std::max(0.0, squares - sum * sum / count);
    Spread& spread = spreads[cell.stratum % Stratum::kStandings];
    for (Spread* to : {&spread, &all}) {
      to->squares += about_mean;
      to->degrees += count - 1;
    }
  }
  found.matched = static_cast<std::int64_t>(differences.size());
  if (differences.empty()) return found;
  const auto users = static_cast<double>(found.matched);
  const stats::Moments moments = stats::moments_of(differences);
  found.effect = moments.mean;
  found.expected /= users;
  if (all.degrees < 1) return found;

  constexpr double kEnoughDegrees = 10;  // below, the spread of a standing is that of all
  double variance = 0;
  for (const Cell& cell : cells) {
    if (cell.others.orders <= 0) continue;
    const Spread& own = spreads[cell.stratum % Stratum::kStandings];
    const Spread& spread = own.degrees >= kEnoughDegrees ? own : all;
    const double weight = static_cast<double>(cell.users.size()) / users;
    variance +=
        weight * weight * spread.squares / spread.degrees / static_cast<double>(cell.others.orders);
  }
  const auto count = static_cast<std::int64_t>(all.degrees) + 1;
  found.test = stats::welch(moments, {count, 0, variance * static_cast<double>(count)}, alpha);
  return found;
}

}  // namespace ca::models
