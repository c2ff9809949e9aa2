#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "base/error.h"
#include "endpoints/message.h"
#include "people/principal.h"

namespace ca::endpoints {

/// The HTTP status of a failure, by its code.
int status_of(const Error& error);

/// application/problem+json (RFC 9457): {type, title, status, detail, code, hint, details,
/// instance}; `instance` is the request's id. What E-INTERNAL says stays in the log.
Response problem(const Error& error, const Request& request);

/// The same of something that failed before, without the request.
nlohmann::json problem_json(const Error& error);

/// E-FORBIDDEN for a role that is not enough: "The role viewer does not export; analyst does.",
/// where `deed` is "export".
Error lacks_role(people::Role own, people::Role needed, std::string_view deed, std::string hint);

/// application/json; texts that are not UTF-8 get U+FFFD. No cache keeps it.
Response json_response(const nlohmann::json& json, int status = 200);
Response json_response(std::string json, int status = 200);
/// 204.
Response no_content();

}  // namespace ca::endpoints
