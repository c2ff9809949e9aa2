#pragma once

#include "ingest/mapping.h"
#include "journeys/journeys.h"
#include "workspace/configuration.h"

namespace ca::runs {

/// What the saved configuration means for a load. Errors: those of sources and ingest for values
/// they do not accept (E-PARAM, E-MAP-*).
ingest::ShopPlan shop_plan(const workspace::Configuration& configuration);

/// What the plan says about the journeys made from it; counts are filled in when they are built.
journeys::Schema journeys_schema(const ingest::ShopPlan& plan, const std::string& configuration);

/// A setting, or the default when it is not there.
std::string setting(const workspace::Configuration& configuration, const std::string& name,
                    const std::string& otherwise);

}  // namespace ca::runs
