#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "models/backtest.h"
#include "models/newcomers.h"
#include "models/value_model.h"

namespace ca::models {

/// The share of a population's revenue that lies around what was expected: factors on each day's
/// expectation between which eight of ten days fell at the rolling origins, each origin's miss of
/// the whole counted in both directions.
struct DayInterval {
  double low = 1;
  double high = 1;
};

/// What customers are expected to do in the days after `origin`, day by day and one by one.
struct ValueForecast {
  Day origin;
  std::int32_t length = 0;  ///< days
  std::string model;        ///< that values come from
  BuyerStates states;       ///< every buyer

  // By buyer, over all the days.
  std::vector<double> p_alive;
  Expected expected;
  std::vector<double> p10;  ///< of what he will pay
  std::vector<double> p90;

  std::vector<double> course;  ///< share of the buyers' value on each day
  Newcomers newcomers;
  std::vector<double> newcomer_shares;  ///< by dimension value: of first purchases in four weeks

  /// Of main, then of each dimension value; missing where history is too short to tell.
  std::vector<std::optional<DayInterval>> intervals;

  std::vector<std::string> notes;  ///< on networks that were trained

  Day day(std::size_t i) const { return origin + static_cast<std::int32_t>(i) + 1; }
};

/// A purchase that is expected of a buyer: at most one a day.
struct ExpectedPurchase {
  Day day;
  double value = 0;
};

/// The days a buyer's next purchases are expected on: as many as his expected orders round to, at
/// least one, spread over the days as the course says, with a start that his key and the seed
/// choose, so that over all buyers each day has the purchases that are expected on it. Each is
/// worth an equal part of his expected value.
std::vector<ExpectedPurchase> expected_purchases(const PurchaseDays& days,
                                                 const ValueForecast& forecast, std::size_t i,
                                                 std::uint64_t seed);

struct ForecastOptions {
  std::int32_t length = 180;
  std::size_t draws = 100;  ///< of each buyer's future, for p10 and p90
  /// Networks are trained also where another model predicts, so that the shelf has them ready.
  bool trains_networks = false;
  ValueOptions models;
};

/// Predicts with `competition.champion`, fitted to all that is known at days.last.
/// `dimension_values` is how many there are.
ValueForecast forecast_value(const PurchaseDays& days, const Competition& competition,
                             std::size_t dimension_values, const ForecastOptions& options,
                             ThreadPool& pool, const Cancellation& cancellation,
                             const std::function<void()>& after_each_step = {});

}  // namespace ca::models
