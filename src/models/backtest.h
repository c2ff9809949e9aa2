#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "models/prediction_score.h"
#include "models/value_model.h"

namespace ca::models {

/// Days from which predictions are made for days that are known already.
struct RollingOrigins {
  std::int32_t length = 0;  ///< days that are predicted from each
  std::vector<Day> origins;
};

/// Three origins inside the history [begin, end], fixed before anything is looked at: each predicts
/// the horizon, or a quarter of the history where that is shorter, and they lie half of that apart.
/// None where the quarter is shorter than two weeks.
RollingOrigins rolling_origins(Day begin, Day end, std::int32_t horizon);

/// One model at one origin.
struct Judged {
  std::string model;
  Day origin;
  PredictionQuality quality;
  std::map<std::string, double> parameters;
  std::map<std::string, double> standard_errors;
  std::optional<double> log_likelihood;
  std::vector<std::string> notes;
};

/// Fits a model at the origin and compares what it expects of the buyers known then with what they
/// did in the days of the horizon after. `states` are of the fitted models' origin.
Judged judge_at(const std::string& model, FittedModels& fitted, const BuyerStates& states);

/// The models that compete for being used, the simplest first: of equal scores the first wins.
const std::vector<std::string>& competing_models();

struct Competition {
  std::string champion;
  std::int32_t length = 0;
  std::map<std::string, double> scores;  ///< mean over the origins where it is defined
  std::vector<Judged> judged;            ///< by origin, then in the order of the models
  std::vector<std::string> notes;
  std::vector<std::uint32_t> buyers;                  ///< it was held on
  std::vector<std::unique_ptr<FittedModels>> fitted;  ///< the models, by origin
};

/// Has the models compete at the rolling origins of [days.begin, end], on the buyers (ascending; of
/// more than options.fitted_on a sample); the champion has the lowest mean score. Where history is
/// too short, or fewer than 30 buyers are known at an origin, the champion is bgnbd, which a note
/// says. `days` and `pool` outlive the result. `after_each_model` is called by any thread.
Competition compete(const PurchaseDays& days, const std::vector<std::uint32_t>& buyers, Day end,
                    std::int32_t horizon, const std::vector<std::string>& models,
                    const ValueOptions& options, ThreadPool& pool, const Cancellation& cancellation,
                    const std::function<void()>& after_each_model = {});

}  // namespace ca::models
