#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/progress.h"
#include "base/thread_pool.h"
#include "reports/facts.h"
#include "reports/pass.h"
#include "reports/snapshot.h"
#include "runs/anomalies.h"
#include "runs/draft.h"
#include "runs/run_context.h"

namespace ca::runs {

/// The stages that make reports of the journeys and write them into the draft of a snapshot. They
/// share the mapped journeys and one pool of threads; what one leaves for another is read only
/// after it has ended (stage_graph.h).
class ReportStages {
 public:
  /// `built` says which version of the journeys this run built; empty: those in force are used.
  ReportStages(const RunContext& run, Draft& draft, std::function<std::string()> built)
      : run_(run), draft_(draft), built_(std::move(built)), pool_(run.threads) {}

  // Each returns the rows of its reports.
  std::int64_t exploratory(Progress& progress);
  std::int64_t segments(Progress& progress);
  std::int64_t value(Progress& progress);
  std::int64_t tests(Progress& progress);
  /// `has_value` waits for the stage clv and says whether it did well.
  std::int64_t anomalies(Progress& progress, const std::function<bool()>& has_value);
  std::int64_t deliveries(Progress& progress);

  bool has_segments() const { return segments_.has_value(); }

 private:
  /// The journeys, and what folds must know of them.
  struct Shop {
    Shop(const std::filesystem::path& folder, const reports::Window& window, bool must_verify,
         ThreadPool& pool);
    journeys::Journeys journeys;
    reports::Facts facts;
  };

  /// Opened by the first stage that asks; what the manifest says of them is said then.
  const Shop& open_shop();
  /// The same, and the stage's progress through its sessions begins, `passes` times over.
  const Shop& begin_pass(std::string_view stage, Progress& progress, std::uint64_t passes = 1);
  void keep_churn(const std::vector<reports::Answer>& answers);
  void keep_expected(const std::vector<reports::Answer>& answers, std::int32_t horizon);
  /// The snapshot in force, where it can be read.
  std::optional<reports::Snapshot> last_snapshot() const;
  std::optional<reports::KeptSegments> last_segments() const;

  const RunContext& run_;
  Draft& draft_;
  std::function<std::string()> built_;
  ThreadPool pool_;

  std::mutex opening_;
  std::unique_ptr<Shop> shop_;
  std::optional<reports::KeptSegments> segments_;  ///< of this run
  std::vector<reports::Answer> churn_;             ///< the report of every population
  std::optional<ExpectedValue> expected_;          ///< of this run
};

}  // namespace ca::runs
