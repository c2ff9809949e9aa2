#include "models/prediction_score.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/exact_sum.h"

namespace ca::models {
namespace {

constexpr std::int32_t kProfileWeeks = 8;
constexpr double kWorstLogBias = 5;

double sum(std::span<const double> values) {
  return std::accumulate(values.begin(), values.end(), 0.0);
}

std::size_t weekday(Day day) { return static_cast<std::size_t>(iso_weekday(day) - 1); }

}  // namespace

WeekdayShares weekday_shares(const PurchaseDays& days, Day origin) {
  WeekdayShares even;
  even.fill(1);
  const std::int32_t weeks = std::min(kProfileWeeks, (origin - days.begin + 1) / 7);
  if (weeks == 0) return even;
  std::array<ExactSum, 7> paid;
  const Day after = origin - weeks * 7;
  for (std::size_t i = 0; i < days.day.size(); ++i) {
    const Day day{days.day[i]};
    if (day > after && day <= origin) paid[weekday(day)].add(std::max(0.0, days.amount[i]));
  }
  double total = 0;
  for (const ExactSum& day : paid) total += day.value();
  if (!(total > 0)) return even;
  WeekdayShares shares;
  for (std::size_t day = 0; day < 7; ++day) shares[day] = 7 * paid[day].value() / total;
  return shares;
}

std::vector<double> bend(std::vector<double> course, const WeekdayShares& shares, Day origin) {
  for (std::size_t i = 0; i < course.size(); ++i) {
    course[i] *= shares[weekday(origin + static_cast<std::int32_t>(i) + 1)];
  }
  const double total = sum(course);
  if (total > 0) {
    for (double& share : course) share /= total;
  } else if (!course.empty()) {
    std::ranges::fill(course, 1 / static_cast<double>(course.size()));
  }
  return course;
}

std::vector<double> daily_value(const PurchaseDays& days, const BuyerStates& states,
                                std::int32_t length) {
  std::vector<ExactSum> paid(static_cast<std::size_t>(length));
  for (const std::uint32_t buyer : states.buyer) {
    const auto day = days.days_of(buyer);
    const auto amount = days.amounts_of(buyer);
    for (auto i = static_cast<std::size_t>(
             std::upper_bound(day.begin(), day.end(), states.origin.number) - day.begin());
         i < day.size() && day[i] <= states.origin.number + length; ++i) {
      paid[static_cast<std::size_t>(day[i] - states.origin.number - 1)].add(amount[i]);
    }
  }
  std::vector<double> values;
  for (const ExactSum& day : paid) values.push_back(day.value());
  return values;
}

std::optional<double> PredictionQuality::score() const {
  const auto buyers = std::accumulate(
      deciles.begin(), deciles.end(), 0.0,
      [](double count, const auto& band) { return count + static_cast<double>(band.customers); });
  if (!normalised_gini || !bias || !value_mae || !daily_error || !(value_actual > 0)) {
    return std::nullopt;
  }
  const double log_bias =
      *bias > -1 ? std::min(std::abs(std::log1p(*bias)), kWorstLogBias) : kWorstLogBias;
  const double value_error = *value_mae * buyers / value_actual;
  return 1 - *normalised_gini + (log_bias + value_error + *daily_error) / 4;
}

PredictionQuality judge(const Expected& expected, std::span<const double> daily_expected,
                        const Outcomes& outcomes, std::span<const double> daily_actual) {
  PredictionQuality quality{
      .orders_predicted = sum(expected.orders),
      .orders_actual = sum(outcomes.orders),
      .value_predicted = sum(expected.value),
      .value_actual = sum(outcomes.value),
      .orders_mae = stats::mean_absolute_error(outcomes.orders, expected.orders),
      .orders_rmse = stats::root_mean_squared_error(outcomes.orders, expected.orders),
      .value_mae = stats::mean_absolute_error(outcomes.value, expected.value),
      .bias = stats::bias(outcomes.value, expected.value),
      .normalised_gini = stats::normalised_gini(outcomes.value, expected.value),
      .spearman = stats::spearman_random_ties(outcomes.value, expected.value),
      .top10_capture = stats::top_capture(outcomes.value, expected.value),
      .daily_error = std::nullopt,
      .deciles = stats::decile_calibration(outcomes.value, expected.value)};
  double error = 0;
  for (std::size_t day = 0; day < daily_actual.size(); ++day) {
    error += std::abs(daily_expected[day] - daily_actual[day]);
  }
  if (const double actual = sum(daily_actual); actual > 0) quality.daily_error = error / actual;
  return quality;
}

}  // namespace ca::models
