#include "nets/histories.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "base/error.h"

namespace ca::nets {
namespace {

constexpr double kLeastDeviation = 0.1;
constexpr std::size_t kGap = 0;

/// Monday is 0: 1970-01-01 was a Thursday.
double weekday_of(double day) {
  const double number = std::floor(day) + 3;
  return number - 7 * std::floor(number / 7);
}

/// The four logarithms of purchase `at`, the first without a value for the first purchase.
struct Logarithms {
  std::optional<double> gap;
  std::array<double, 3> others;

  Logarithms(const History& history, std::size_t at)
      : others{std::log1p(std::max(history.amounts[at], 0.0)),
               std::log(static_cast<double>(at + 1)),
               std::log1p(history.days[at] - history.days[0])} {
    if (at > 0) gap = std::log1p(history.days[at] - history.days[at - 1]);
  }
};

}  // namespace

History History::before(double day) const {
  const auto end = std::ranges::lower_bound(days, day);
  const auto count = static_cast<std::size_t>(end - days.begin());
  return {days.first(count), amounts.first(count)};
}

History History::until(double day) const {
  const auto end = std::ranges::upper_bound(days, day);
  const auto count = static_cast<std::size_t>(end - days.begin());
  return {days.first(count), amounts.first(count)};
}

void Histories::add(std::span<const double> days, std::span<const double> amounts) {
  const auto is_finite = [](double number) { return std::isfinite(number); };
  const bool fits = days.size() == amounts.size() && std::ranges::all_of(days, is_finite) &&
                    std::ranges::all_of(amounts, is_finite) &&
                    std::ranges::adjacent_find(days, std::greater_equal<>()) == days.end();
  if (!fits) throw Error("E-INTERNAL", "A customer's purchases are not one a day in order.");
  days_.insert(days_.end(), days.begin(), days.end());
  amounts_.insert(amounts_.end(), amounts.begin(), amounts.end());
  starts_.push_back(days_.size());
}

History Histories::operator[](std::size_t customer) const {
  const std::size_t start = starts_[customer];
  const std::size_t count = starts_[customer + 1] - start;
  return {{days_.data() + start, count}, {amounts_.data() + start, count}};
}

Scaling::Scaling(const Histories& histories, std::span<const std::size_t> customers, double end) {
  std::array<double, kLogarithms> sum{};
  std::array<double, kLogarithms> squares{};
  std::array<double, kLogarithms> count{};
  const auto take = [&](std::size_t which, double value) {
    sum[which] += value;
    squares[which] += value * value;
    count[which] += 1;
  };
  for (const std::size_t customer : customers) {
    const History history = histories[customer].before(end);
    for (std::size_t at = 0; at < history.size(); ++at) {
      const Logarithms of(history, at);
      if (of.gap) take(kGap, *of.gap);
      for (std::size_t i = 0; i < of.others.size(); ++i) take(i + 1, of.others[i]);
    }
  }
  for (std::size_t i = 0; i < kLogarithms; ++i) {
    if (count[i] == 0) throw Error("E-TRAINING", "There are no purchases to learn from.");
    mean_[i] = sum[i] / count[i];
    const double variance = squares[i] / count[i] - mean_[i] * mean_[i];
    deviation_[i] = std::max(std::sqrt(std::max(variance, 0.0)), kLeastDeviation);
  }
}

void Scaling::write_steps(const History& history, std::size_t begin, std::size_t end,
                          float* into) const {
  float* step = into;
  for (std::size_t at = begin; at < end; ++at, step += kFeatures) {
    const Logarithms of(history, at);
    const auto standard = [&](std::size_t which, double value) {
      return static_cast<float>((value - mean_[which]) / deviation_[which]);
    };
    const double turn = 2 * M_PI * weekday_of(history.days[at]) / 7;
    step[0] = of.gap ? standard(kGap, *of.gap) : 0;
    for (std::size_t i = 0; i < of.others.size(); ++i) {
      step[i + 1] = standard(i + 1, of.others[i]);
    }
    step[4] = static_cast<float>(std::sin(turn));
    step[5] = static_cast<float>(std::cos(turn));
    step[6] = 1;
  }
}

void Scaling::save(Model& model) const {
  for (std::size_t i = 0; i < kLogarithms; ++i) {
    model.scalars.emplace_back(fmt::format("scaling.{}.mean", i), mean_[i]);
    model.scalars.emplace_back(fmt::format("scaling.{}.deviation", i), deviation_[i]);
  }
}

Scaling Scaling::of(const Model& model) {
  Scaling scaling;
  for (std::size_t i = 0; i < kLogarithms; ++i) {
    scaling.mean_[i] = model.scalar(fmt::format("scaling.{}.mean", i));
    scaling.deviation_[i] = model.positive(fmt::format("scaling.{}.deviation", i));
  }
  return scaling;
}

}  // namespace ca::nets
