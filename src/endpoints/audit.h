#pragma once

#include <string_view>

#include "endpoints/endpoint.h"
#include "endpoints/services.h"

namespace ca::endpoints {

/// Writes down who changed what. JSON of what was before and is now, without secrets; empty where
/// there is nothing to say.
void audit(Services& services, const people::Principal& who, std::string_view address,
           std::string_view action, std::string_view object, std::string_view before = {},
           std::string_view after = {});

}  // namespace ca::endpoints
