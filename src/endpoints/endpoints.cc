#include "endpoints/endpoints.h"

#include "endpoints/audit.h"
#include "endpoints/openapi.h"
#include "endpoints/operations_endpoints.h"
#include "endpoints/schedule_endpoints.h"

namespace ca::endpoints {

std::vector<Endpoint> all_endpoints(Services& services, std::string_view version) {
  std::vector<Endpoint> all;
  const auto add = [&all](std::vector<Endpoint> more) {
    for (Endpoint& endpoint : more) all.push_back(std::move(endpoint));
  };
  add(report_endpoints(services));
  add(run_endpoints(services));
  add(demo_endpoints(services));
  add(schedule_endpoints(
      services.workspace, [&services](const Call& call, std::string_view action,
                                      std::string_view before, std::string_view after) {
        audit(services, *call.who, call.request.address, action, "schedule", before, after);
      }));
  add(people_endpoints(services));
  add(source_endpoints(services));
  add(upload_endpoints(services));
  add(operations_endpoints(services.workspace, services.metrics, std::string(version)));
  add(document_endpoints(all, version));
  return all;
}

}  // namespace ca::endpoints
