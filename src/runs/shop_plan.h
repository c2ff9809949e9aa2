#pragma once

#include <cstdint>
#include <string>

#include "ingest/mapping.h"
#include "journeys/journeys.h"
#include "workspace/configuration.h"

namespace ca::runs {

/// Where a source is and how its files are to be read, whatever is mapped. Error E-PARAM for an
/// option that cannot be.
sources::Location location_of(const workspace::SourceRecord& source);

/// What the sources of the configuration mean, each by itself: sessions need not be there. Errors
/// as of shop_plan().
ingest::ShopPlan plan_of_sources(const workspace::Configuration& configuration);

/// What the saved configuration means for a load. Errors: those of sources and ingest for values
/// they do not accept (E-PARAM, E-MAP-*); E-NOT-CONNECTED without sessions.
ingest::ShopPlan shop_plan(const workspace::Configuration& configuration);

/// What the plan says about the journeys made from it; counts are filled in when they are built.
journeys::Schema journeys_schema(const ingest::ShopPlan& plan, const std::string& configuration);

/// The longest duration of a delivery that is one, in hours ([delivery] max_hours).
std::int64_t max_delivery_hours(const workspace::Configuration& configuration);

/// A setting, or the default when it is not there.
std::string setting(const workspace::Configuration& configuration, const std::string& name,
                    const std::string& otherwise);
/// The same for a whole number; Error E-PARAM for a text that is none, or not in the range.
std::int64_t whole_setting(const workspace::Configuration& configuration, const std::string& name,
                           std::int64_t otherwise, std::int64_t least, std::int64_t most);
/// And for a number with a fraction.
double real_setting(const workspace::Configuration& configuration, const std::string& name,
                    double otherwise, double least, double most);

}  // namespace ca::runs
