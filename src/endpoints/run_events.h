#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "endpoints/message.h"
#include "workspace/workspace.h"

namespace ca::endpoints {

/// What happens in a run, as a stream of server-sent events whose data are JSON: `stage` when a
/// stage begins or ends, `progress` of a running one, `log` for a line of the run's log, and `end`
/// when the run has ended, the last. Whoever is not allowed any more is told nothing more. Only
/// lines of the log have an id, from which a stream that broke is gone on with; the first events of
/// every stream say how all stages are.
class RunEvents : public EventSource {
 public:
  struct Reader {
    std::function<bool()> is_allowed;  ///< asked every two seconds
    bool is_told_texts = false;        ///< the lines of the log, and why a stage failed
  };

  /// `after` is the id of the last line that is known already.
  RunEvents(const workspace::Workspace& workspace, std::string run, std::int64_t after,
            Reader reader)
      : workspace_(workspace),
        run_(std::move(run)),
        after_(after),
        reader_(std::move(reader)),
        looked_at_(std::chrono::steady_clock::now()) {}

  std::string poll() override;
  bool is_over() const override { return is_over_; }

 private:
  bool is_allowed();
  void add_stages(std::string& events);
  void add_log(std::string& events);

  const workspace::Workspace& workspace_;
  std::string run_;
  std::int64_t after_;
  Reader reader_;
  std::chrono::steady_clock::time_point looked_at_;
  std::map<std::string, workspace::StageRecord> told_;  ///< by stage
  bool is_over_ = false;
};

/// A run, or a stage of one, as the interface tells it. Texts name files and columns, which not
/// everybody is told (SEC-04): without them errors have a code alone and warnings are left out.
nlohmann::json shown_run(nlohmann::json run, bool is_told_texts);
nlohmann::json shown_stage(nlohmann::json stage, bool is_told_texts);

}  // namespace ca::endpoints
