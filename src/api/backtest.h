#pragma once

#include <string>
#include <vector>

#include "base/cancellation.h"
#include "base/progress.h"
#include "models/backtest.h"
#include "workspace/home.h"

namespace ca::api {

/// What `backtest clv` asks: how well customers' value would have been predicted at the end of one
/// day for the days up to another, by which model.
struct BacktestQuery {
  std::string calibrate_until;  ///< a day; nothing later is looked at before the comparison
  std::string holdout_until;
  std::string model = "all";  ///< a name (models/value_model.h), champion, or all
};

struct BacktestResult {
  Day calibrate_until;
  Day holdout_until;
  std::string timezone;
  std::int64_t customers = 0;  ///< who had bought by calibrate_until
  std::string champion;        ///< chosen on the calibration alone; empty when one model was asked
  models::Competition competition;
  std::vector<models::Judged> models;
};

/// On the journeys of the newest snapshot. Errors: E-SNAPSHOT (there is none), E-JOURNEYS, E-PARAM
/// (days that are none, in the wrong order or outside the history; an unknown model), E-EMPTY
/// (nobody had bought by then), E-CANCELLED.
BacktestResult backtest_clv(const workspace::Home& home, const BacktestQuery& query,
                            Progress& progress, const Cancellation& cancellation);

/// {champion, models: [{name, parameters, log_likelihood, orders_predicted, orders_actual,
/// orders_mae, orders_rmse, value_mae, bias, normalised_gini, spearman, top10_capture, ...}]}
std::string to_json(const BacktestResult& result);

}  // namespace ca::api
