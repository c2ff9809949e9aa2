#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "ingest/quality.h"
#include "runs/leftover.h"
#include "runs/run_context.h"
#include "store/store.h"

namespace ca::runs {

/// The stages from the sources to the journeys: ingest, then quality and journeys, which may work
/// at the same time.
class LoadStages {
 public:
  explicit LoadStages(const RunContext& run) : run_(run) {}

  /// What an earlier run had done counts as done by this one.
  void take_over(Leftover left);

  // Each returns the rows that the stage is about.
  std::int64_t ingest(Progress& progress);
  std::int64_t quality();
  std::int64_t journeys(Progress& progress);

  /// The version of the journeys that this run built or took over; empty when there is none.
  const std::string& built() const { return built_; }
  /// What the load and the checks found, and what people should be told.
  const std::vector<ingest::QualityFinding>& findings() const { return findings_; }
  const std::vector<std::string>& warnings() const { return warnings_; }
  /// Closes the store, which removes its temporary files.
  void close();

 private:
  /// Opened by the first that asks; open as long as somebody has it, and until close().
  std::shared_ptr<store::Store> store();
  void forget_old_touches(store::Store& store);
  void keep(std::vector<ingest::QualityFinding> findings);

  const RunContext& run_;
  std::mutex opening_;
  std::shared_ptr<store::Store> store_;
  std::vector<ingest::QualityFinding> findings_;
  std::vector<std::string> warnings_;
  std::string built_;
};

}  // namespace ca::runs
