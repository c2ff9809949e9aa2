#include "models/value_forecast.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "base/checksum.h"
#include "stats/quantile.h"
#include "stats/random.h"

namespace ca::models {
namespace {

constexpr std::int32_t kNewcomerShareDays = 28;
constexpr std::size_t kFewestRatios = 28;
constexpr double kFarthestMiss = 2;  ///< that is mirrored, as a factor
constexpr std::uint64_t kSpreadSeed = 0x5eed;
constexpr std::size_t kDrawnAtOnce = 4096;
constexpr const char* kNetworks = "lstm";

/// The model that knows who is still a customer: the champion, or the best that does.
std::string model_of_customers(const Competition& competition) {
  std::string best = "bgnbd";
  std::optional<double> least;
  for (const char* model : {"bgnbd", "mbgnbd", "paretonbd"}) {
    const auto score = competition.scores.find(model);
    if (score == competition.scores.end() || (least && score->second >= *least)) continue;
    least = score->second;
    best = model;
  }
  return best;
}

std::vector<double> newcomer_shares(const PurchaseDays& days, Day origin, std::size_t values) {
  std::vector<double> shares(values, 0);
  double all = 0;
  for (const std::int32_t reach : {kNewcomerShareDays, INT32_MAX}) {
    for (std::size_t buyer = 0; buyer < days.buyers(); ++buyer) {
      const std::int32_t first = days.days_of(buyer)[0];
      const std::uint32_t value = days.first_value[buyer];
      if (value >= values || first > origin.number) continue;
      if (reach != INT32_MAX && first <= origin.number - reach) continue;
      ++shares[value];
      ++all;
    }
    if (all > 0) break;  // else nobody came lately: of all there ever were
  }
  for (double& share : shares) share = all > 0 ? share / all : 0;
  return shares;
}

/// Of main, then of each dimension value: sums by day.
using DailyOfPopulations = std::vector<std::vector<double>>;

DailyOfPopulations expected_days(const PurchaseDays& days, const ValueForecast& forecast,
                                 std::size_t values, double newcomers_share) {
  std::vector<double> totals(values + 1, 0);
  for (std::size_t i = 0; i < forecast.states.size(); ++i) {
    totals[0] += forecast.expected.value[i];
    const std::uint32_t value = days.modal_value[forecast.states.buyer[i]];
    if (value < values) totals[value + 1] += forecast.expected.value[i];
  }
  DailyOfPopulations daily(values + 1);
  for (std::size_t population = 0; population <= values; ++population) {
    const double newcomers =
        newcomers_share * (population == 0 ? 1 : forecast.newcomer_shares[population - 1]);
    for (std::size_t day = 0; day < forecast.course.size(); ++day) {
      daily[population].push_back(totals[population] * forecast.course[day] +
                                  newcomers * forecast.newcomers.value[day]);
    }
  }
  return daily;
}

/// What buyers paid in the days after the origin, newcomers included.
DailyOfPopulations actual_days(const PurchaseDays& days, std::span<const std::uint32_t> buyers,
                               Day origin, std::int32_t length, std::size_t values) {
  DailyOfPopulations daily(values + 1, std::vector<double>(static_cast<std::size_t>(length), 0));
  for (const std::uint32_t buyer : buyers) {
    const auto day = days.days_of(buyer);
    const auto amount = days.amounts_of(buyer);
    const std::uint32_t value = days.modal_value[buyer];
    for (std::size_t i = 0; i < day.size(); ++i) {
      if (day[i] <= origin.number || day[i] > origin.number + length) continue;
      const auto row = static_cast<std::size_t>(day[i] - origin.number - 1);
      daily[0][row] += amount[i];
      if (value < values) daily[value + 1][row] += amount[i];
    }
  }
  return daily;
}

/// What all buyers together are expected to do on the days after the fitted models' origin, from
/// what is expected of each.
ValueForecast predict(const PurchaseDays& days, BuyerStates states, Expected expected,
                      const Competition& competition, std::size_t values, FittedModels& fitted) {
  const ValueModel& customers = fitted.model(model_of_customers(competition));
  ValueForecast forecast;
  forecast.origin = fitted.origin();
  forecast.length = fitted.horizon();
  forecast.model = competition.champion;
  forecast.states = std::move(states);
  forecast.expected = std::move(expected);
  forecast.course = bend(fitted.course(competition.champion), weekday_shares(days, fitted.origin()),
                         fitted.origin());
  forecast.newcomers = expect_newcomers(days, fitted.origin(), fitted.horizon(),
                                        customers.newcomer_orders(fitted.horizon()));
  forecast.newcomer_shares = newcomer_shares(days, fitted.origin(), values);
  return forecast;
}

/// Actual days of one origin as factors on what was expected: as they were, and as though all of
/// them together had missed the expectation as far on the other side. A few origins within one year
/// say how far a season leads astray, not in which direction the next one will.
void add_ratios(const std::vector<double>& expected, const std::vector<double>& actual,
                std::vector<double>& ratios) {
  const double all_expected = std::accumulate(expected.begin(), expected.end(), 0.0);
  const double all_actual = std::accumulate(actual.begin(), actual.end(), 0.0);
  if (!(all_expected > 0)) return;
  const double level = std::clamp(all_actual / all_expected, 1 / kFarthestMiss, kFarthestMiss);
  for (std::size_t day = 0; day < actual.size(); ++day) {
    if (!(expected[day] > 0)) continue;
    const double ratio = std::max(0.0, actual[day] / expected[day]);
    ratios.push_back(ratio);
    ratios.push_back(ratio / (level * level));
  }
}

/// P(still a customer), of the champion, or of `customers` where it does not know.
void find_p_alive(const ValueModel& champion, const ValueModel& customers, ThreadPool& pool,
                  ValueForecast& forecast) {
  forecast.p_alive = std::exchange(forecast.expected.p_alive, {});
  if (forecast.p_alive.empty()) forecast.p_alive = champion.p_alive(forecast.states, pool);
  if (forecast.p_alive.empty()) forecast.p_alive = customers.p_alive(forecast.states, pool);
}

std::vector<std::optional<DayInterval>> find_intervals(const PurchaseDays& days,
                                                       const Competition& competition,
                                                       std::size_t values) {
  std::vector<std::vector<double>> ratios(values + 1);
  const double share =
      static_cast<double>(competition.buyers.size()) / static_cast<double>(days.buyers());
  for (const auto& fitted : competition.fitted) {
    const ValueForecast past =
        predict(days, fitted->sample(), fitted->expected(competition.champion), competition, values,
                *fitted);
    const auto expected = expected_days(days, past, values, share);
    const auto actual =
        actual_days(days, competition.buyers, fitted->origin(), competition.length, values);
    for (std::size_t population = 0; population <= values; ++population) {
      add_ratios(expected[population], actual[population], ratios[population]);
    }
  }
  std::vector<std::optional<DayInterval>> intervals;
  for (std::vector<double>& of_population : ratios) {
    if (of_population.size() < 2 * kFewestRatios) {
      intervals.emplace_back();
      continue;
    }
    std::ranges::sort(of_population);
    intervals.push_back(DayInterval{.low = stats::quantile(of_population, 0.1),
                                    .high = stats::quantile(of_population, 0.9)});
  }
  return intervals;
}

/// p10 and p90 of what each buyer will pay, from draws of the model that knows of orders and
/// payments, moved to what the champion expects.
void find_quantiles(const PurchaseDays& days, const ValueModel& customers,
                    const ForecastOptions& options, ThreadPool& pool,
                    const Cancellation& cancellation, ValueForecast& forecast) {
  const std::size_t buyers = forecast.states.size();
  forecast.p10.assign(buyers, 0);
  forecast.p90.assign(buyers, 0);
  const Expected drawn_from = customers.expect(forecast.states, forecast.length, pool);
  pool.for_each((buyers + kDrawnAtOnce - 1) / kDrawnAtOnce, [&](std::size_t piece, std::size_t) {
    cancellation.check();
    const std::size_t from = piece * kDrawnAtOnce;
    const std::size_t to = std::min(buyers, from + kDrawnAtOnce);
    const BuyerStates some = slice(forecast.states, from, to);
    const std::vector<double> drawn =
        customers.draw_values(days, some, forecast.length, options.draws, options.models.seed);
    std::vector<double> values;
    for (std::size_t i = from; i < to; ++i) {
      const auto begin = drawn.begin() + static_cast<std::ptrdiff_t>((i - from) * options.draws);
      values.assign(begin, begin + static_cast<std::ptrdiff_t>(options.draws));
      std::ranges::sort(values);
      const double factor =
          drawn_from.value[i] > 0 ? forecast.expected.value[i] / drawn_from.value[i] : 1;
      forecast.p10[i] = stats::quantile(values, 0.1) * factor;
      forecast.p90[i] = stats::quantile(values, 0.9) * factor;
    }
  });
}

}  // namespace

std::vector<ExpectedPurchase> expected_purchases(const PurchaseDays& days,
                                                 const ValueForecast& forecast, std::size_t i,
                                                 std::uint64_t seed) {
  const std::string_view client = days.client[forecast.states.buyer[i]];
  const auto most = static_cast<std::int64_t>(forecast.course.size());
  const std::int64_t count =
      std::clamp<std::int64_t>(std::llround(forecast.expected.orders[i]), 1, most);
  const double start = stats::RandomStream(seed ^ kSpreadSeed, checksum_of(client).xxh3).uniform();
  std::vector<ExpectedPurchase> purchases;
  double passed = 0;
  std::int64_t day = 0;
  for (std::int64_t k = 0; k < count; ++k) {
    const double share = (static_cast<double>(k) + start) / static_cast<double>(count);
    while (day + 1 < most && passed + forecast.course[static_cast<std::size_t>(day)] < share) {
      passed += forecast.course[static_cast<std::size_t>(day++)];
    }
    purchases.push_back({.day = forecast.day(static_cast<std::size_t>(day)),
                         .value = forecast.expected.value[i] / static_cast<double>(count)});
  }
  // One a day: what falls on a day that is taken moves on, and back again at the end.
  for (std::size_t k = 1; k < purchases.size(); ++k) {
    purchases[k].day = std::max(purchases[k].day, purchases[k - 1].day + 1);
  }
  Day latest = forecast.origin + forecast.length;
  for (std::size_t k = purchases.size(); k-- > 0; latest = latest - 1) {
    purchases[k].day = std::min(purchases[k].day, latest);
    latest = purchases[k].day;
  }
  return purchases;
}

ValueForecast forecast_value(const PurchaseDays& days, const Competition& competition,
                             std::size_t dimension_values, const ForecastOptions& options,
                             ThreadPool& pool, const Cancellation& cancellation,
                             const std::function<void()>& after_each_step) {
  const auto step = [&] {
    cancellation.check();
    if (after_each_step) after_each_step();
  };
  const std::vector<std::uint32_t> buyers = every_buyer(days);
  FittedModels fitted(days, buyers, days.last, options.length, options.models, pool, cancellation);
  std::vector<std::string> notes;
  if (options.trains_networks) {
    notes = fitted.model(kNetworks).notes;
    step();
  }
  const ValueModel& champion = fitted.model(competition.champion);
  const ValueModel& customers = fitted.model(model_of_customers(competition));
  BuyerStates states = states_at(days, buyers, days.last);
  Expected expected = champion.expect(states, options.length, pool);
  ValueForecast forecast =
      predict(days, std::move(states), std::move(expected), competition, dimension_values, fitted);
  forecast.notes = std::move(notes);
  find_p_alive(champion, customers, pool, forecast);
  step();
  find_quantiles(days, customers, options, pool, cancellation, forecast);
  step();
  forecast.intervals = find_intervals(days, competition, dimension_values);
  step();
  return forecast;
}

}  // namespace ca::models
