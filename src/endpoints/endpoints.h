#pragma once

#include <string_view>
#include <vector>

#include "endpoints/endpoint.h"
#include "endpoints/services.h"

namespace ca::endpoints {

// The endpoints of each resource, which refer to the services.
std::vector<Endpoint> report_endpoints(Services& services);
/// Starting, watching and ending runs, their history and logs.
std::vector<Endpoint> run_endpoints(Services& services);
/// Making and removing the demo shop.
std::vector<Endpoint> demo_endpoints(Services& services);
/// Signing in, accounts, users, links and the audit log.
std::vector<Endpoint> people_endpoints(Services& services);
std::vector<Endpoint> source_endpoints(Services& services);
std::vector<Endpoint> upload_endpoints(Services& services);

/// All of them, in the order of the document, and the document.
std::vector<Endpoint> all_endpoints(Services& services, std::string_view version);

}  // namespace ca::endpoints
