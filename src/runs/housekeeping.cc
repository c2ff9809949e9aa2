#include "runs/housekeeping.h"

#include "base/log.h"
#include "runs/shop_plan.h"
#include "workspace/forget.h"

namespace ca::runs {

std::int64_t retention_days(const workspace::Configuration& configuration) {
  return whole_setting(configuration, "workspace.retention_days", 180, 1, 36'500);
}

void keep_house(const workspace::Workspace& workspace, workspace::TimePoint now) {
  const std::int64_t days = retention_days(workspace.configuration());
  const workspace::Forgotten gone =
      workspace::forget_before(workspace.home(), now - std::chrono::hours(24 * days));
  if (gone.runs + gone.events + gone.audit + gone.sign_in_failures + gone.requests == 0) return;
  log::info("old records deleted", {{"runs", gone.runs},
                                    {"events", gone.events},
                                    {"audit", gone.audit},
                                    {"sign_in_failures", gone.sign_in_failures},
                                    {"requests", gone.requests}});
}

}  // namespace ca::runs
