#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "endpoints/endpoint.h"
#include "workspace/clock.h"
#include "workspace/workspace.h"

namespace ca::endpoints {

/// Told of every change: who asked, "schedule.set" or "schedule.delete", and the schedule before
/// and after as JSON.
using ScheduleAudit = std::function<void(const Call& call, std::string_view action,
                                         std::string_view before, std::string_view after)>;

/// When runs begin by themselves.
std::vector<Endpoint> schedule_endpoints(workspace::Workspace& workspace, ScheduleAudit audit,
                                         workspace::Clock clock = {});

}  // namespace ca::endpoints
