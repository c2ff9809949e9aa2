#pragma once

#include <string>
#include <vector>

#include "endpoints/endpoint.h"
#include "endpoints/metrics.h"
#include "workspace/clock.h"
#include "workspace/workspace.h"

namespace ca::endpoints {

/// /healthz, /readyz, /metrics and /api/v1/status. `version` is the program's.
std::vector<Endpoint> operations_endpoints(const workspace::Workspace& workspace, Metrics& metrics,
                                           const std::string& version, workspace::Clock clock = {});

}  // namespace ca::endpoints
