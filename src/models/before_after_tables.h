#pragma once

#include "models/before_after.h"
#include "reports/pass.h"

namespace ca::models {

/// The reports of before/after tests that the shop is configured for, of one population. Reports
/// about segments are left out where these are not known.
reports::Answer before_after_tables(TestedPopulation& population, const TestSettings& settings,
                                    ThreadPool& pool);

}  // namespace ca::models
