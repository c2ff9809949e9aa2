#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "endpoints/endpoint.h"

namespace ca::endpoints {

/// The endpoints as an OpenAPI 3.1 document, made from the declarations that check requests.
std::string openapi_json(const std::vector<Endpoint>& endpoints, std::string_view version);

/// The same for people: one HTML page without script, whose style is /docs/api.css.
std::string docs_page(const std::vector<Endpoint>& endpoints, std::string_view version);
std::string docs_style();

/// Statuses of problem+json that an endpoint may answer with: its own and those of its kind.
std::vector<int> problems_of(const Endpoint& endpoint);

/// The document and the page themselves, which anyone may read. They describe `others` and each
/// other.
std::vector<Endpoint> document_endpoints(const std::vector<Endpoint>& others,
                                         std::string_view version);

}  // namespace ca::endpoints
