#pragma once

#include <vector>

#include "base/cancellation.h"
#include "base/progress.h"
#include "base/thread_pool.h"
#include "models/customer_change.h"
#include "reports/facts.h"
#include "reports/pass.h"
#include "reports/segment_model.h"
#include "workspace/configuration.h"

namespace ca::runs {

// What the stage tests does.

/// What [tests] of the configuration says. Error E-PARAM for values that are none.
models::TestSettings test_settings(const workspace::Configuration& configuration);

/// The reports of before/after tests of every population. Those about segments are left out where
/// `segments`, of this run, is null.
std::vector<reports::Answer> answer_tests(const journeys::Journeys& journeys,
                                          const reports::Facts& facts,
                                          const reports::KeptSegments* segments,
                                          const models::TestSettings& settings, ThreadPool& pool,
                                          Progress& progress, const Cancellation& cancellation);

}  // namespace ca::runs
