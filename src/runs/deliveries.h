#pragma once

#include <string>
#include <vector>

#include "base/cancellation.h"
#include "base/progress.h"
#include "base/thread_pool.h"
#include "models/slow_deliveries.h"
#include "reports/facts.h"
#include "reports/pass.h"
#include "workspace/configuration.h"

namespace ca::runs {

// What the stage deliveries does.

/// What [delivery] of the configuration says. Error E-PARAM for values that are none.
models::DeliverySettings delivery_settings(const workspace::Configuration& configuration);

struct DeliveryAnswer {
  std::vector<reports::Answer> reports;  ///< of every population
  std::vector<std::string> notes;        ///< what the run's log should say
};

/// The reports of deliveries; nothing for a shop without any.
DeliveryAnswer answer_deliveries(const journeys::Journeys& journeys, const reports::Facts& facts,
                                 const models::DeliverySettings& settings, ThreadPool& pool,
                                 Progress& progress, const Cancellation& cancellation);

}  // namespace ca::runs
