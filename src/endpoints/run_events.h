#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "endpoints/message.h"
#include "workspace/workspace.h"

namespace ca::endpoints {

/// What happens in a run, as a stream of server-sent events whose data are JSON: `stage` when a
/// stage begins or ends, `progress` of a running one, `log` for a line of the run's log, and `end`
/// when the run has ended, the last. Only lines of the log have an id, from which a stream that
/// broke is gone on with; the first events of every stream say how all stages are.
class RunEvents : public EventSource {
 public:
  /// `after` is the id of the last line that is known already.
  RunEvents(const workspace::Workspace& workspace, std::string run, std::int64_t after)
      : workspace_(workspace), run_(std::move(run)), after_(after) {}

  std::string poll() override;
  bool is_over() const override { return is_over_; }

 private:
  void add_stages(std::string& events);
  void add_log(std::string& events);

  const workspace::Workspace& workspace_;
  std::string run_;
  std::int64_t after_;
  std::map<std::string, workspace::StageRecord> told_;  ///< by stage
  bool is_over_ = false;
};

}  // namespace ca::endpoints
