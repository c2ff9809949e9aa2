#pragma once

#include <optional>
#include <string>

#include "reports/snapshot.h"
#include "workspace/home.h"

namespace ca::api {

/// The snapshot in force, or with a day (YYYY-MM-DD) the one that was published last on that day;
/// with `nearest` the newest on or before it will do (ruling 48). Errors: E-PARAM for a day that is
/// none; E-SNAPSHOT when there is none at all, none of that day (with its neighbours), or when it
/// is damaged.
reports::Snapshot find_snapshot(const workspace::Home& home,
                                const std::optional<std::string>& day = {}, bool nearest = false);

/// A day that a person wrote. Error E-PARAM, which begins with `what`, when it is none.
Day parse_day_of(const std::string& text, const char* what);

/// The population of that name or plain value. Error E-DIMENSION, with the nearest, when there is
/// none.
const reports::Manifest::Population& find_population(const reports::Manifest& manifest,
                                                     const std::string& name_or_value);

}  // namespace ca::api
