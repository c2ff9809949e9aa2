#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/cancellation.h"
#include "base/progress.h"
#include "base/thread_pool.h"
#include "models/kept_value.h"
#include "models/value_tables.h"
#include "reports/pass.h"
#include "reports/segment_model.h"
#include "reports/snapshot.h"
#include "workspace/configuration.h"

namespace ca::runs {

/// What [clv] of the configuration says.
struct ValueSettings {
  std::int32_t horizon = 180;      ///< days: 7, 30, 90 or 180
  std::int32_t retrain_days = 14;  ///< of as_of, after which models compete and are trained anew
  std::int32_t predict_days = 7;   ///< and after which predictions are made anew
  bool has_networks = true;
  std::uint64_t seed = 1;
};

/// Error E-PARAM for values that are none.
ValueSettings value_settings(const workspace::Configuration& configuration);

/// What the stage clv is given.
struct ValueQuestion {
  const journeys::Journeys& journeys;
  const reports::Facts& facts;
  const workspace::Configuration& configuration;
  ValueSettings settings;
  std::filesystem::path models_folder;
  /// Of this run's segments; null where the stage did not run.
  const reports::KeptSegments* segments = nullptr;
  /// In force, if any.
  reports::Snapshot* previous = nullptr;
  bool is_full = false;  ///< nothing of earlier runs is used again
};

struct ValueAnswer {
  std::vector<reports::Answer> reports;
  models::KeptValue kept;
  /// churn_personal by the encoded name of the population.
  std::map<std::string, std::optional<double>> personal_churn;
  std::vector<std::string> notes;  ///< for the run's log
};

/// Computes the reports of customers' value as of the moment of the facts. By the cadence, it goes
/// on with the champion of the previous snapshot, or with its predictions (ruling 44).
ValueAnswer answer_value(const ValueQuestion& question, ThreadPool& pool, Progress& progress,
                         const Cancellation& cancellation);

}  // namespace ca::runs
