#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/cancellation.h"
#include "base/thread_pool.h"
#include "reports/facts.h"
#include "reports/pass.h"
#include "reports/snapshot.h"

namespace ca::runs {

/// A snapshot while a run makes it and nobody else sees it: a folder of files, and what its
/// manifest will say. Several stages may keep what they made at the same time.
class Draft {
 public:
  explicit Draft(std::filesystem::path folder) : folder_(std::move(folder)) {}

  const std::filesystem::path& folder() const { return folder_; }

  /// What is said of the journeys that all reports are made of.
  void describe(const reports::Schema& schema, const reports::Facts& facts,
                const std::string& version);

  /// Writes the reports of a stage: all of them, or none is in the manifest.
  void keep(std::vector<reports::Answer> answers, ThreadPool& pool,
            const Cancellation& cancellation);
  /// The same of files that are there already; `made` says rows and checksums of these alone.
  void keep(const reports::Manifest& made);

  /// Whether any stage has kept something.
  bool has_results() const;
  bool has_report(std::string_view name) const;
  /// Of the stage's reports.
  std::int64_t rows_of(std::string_view stage) const;
  reports::Manifest manifest() const;

 private:
  std::filesystem::path folder_;
  mutable std::mutex mutex_;  ///< guards what follows
  reports::Manifest manifest_;
  bool has_results_ = false;
};

}  // namespace ca::runs
