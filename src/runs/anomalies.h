#pragma once

#include <functional>
#include <vector>

#include "base/cancellation.h"
#include "base/progress.h"
#include "base/thread_pool.h"
#include "models/unusual_rows.h"
#include "reports/facts.h"
#include "reports/pass.h"
#include "workspace/configuration.h"

namespace ca::runs {

// What the stage anomalies does.

/// What [anomaly] of the configuration says. Error E-PARAM for values that are none.
models::UnusualSettings anomaly_settings(const workspace::Configuration& configuration);

/// What customers are expected to do, by population: of each the report client_value of this run.
struct ExpectedValue {
  std::vector<reports::Answer> clients;
  std::int32_t horizon = 0;  ///< days
};

/// The reports of anomalies of every population. `expected` is asked last, where `may_expect`, and
/// may wait; clvrfm_anomaly is left out where it gives null.
std::vector<reports::Answer> answer_anomalies(const journeys::Journeys& journeys,
                                              const reports::Facts& facts, bool may_expect,
                                              const std::function<const ExpectedValue*()>& expected,
                                              const models::UnusualSettings& settings,
                                              ThreadPool& pool, Progress& progress,
                                              const Cancellation& cancellation);

}  // namespace ca::runs
