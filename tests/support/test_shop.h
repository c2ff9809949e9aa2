#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "api/reports.h"
#include "base/table.h"
#include "runs/runner.h"
#include "support/temporary_folder.h"
#include "workspace/workspace.h"

namespace ca::tests {

/// Where the sets of real data are, relative to the project's root, which is where tests run.
inline const std::filesystem::path kRealData = "../shared/data";

/// Whether the long variants of tests are asked for (CA_LONG).
bool is_long();

/// A shop that is connected to a home of its own and runs in this process. What fails throws, so
/// that a test ends with the reason.
class TestShop {
 public:
  /// By a connect.toml that is there.
  explicit TestShop(const std::filesystem::path& configuration);
  /// By files (name -> content) of which one is connect.toml.
  explicit TestShop(const std::map<std::string, std::string>& files);

  const workspace::Home& home() const { return home_; }
  workspace::Workspace& workspace() { return *workspace_; }

  /// Throws std::runtime_error with what the stage said unless every stage succeeds.
  runs::RunOutcome run(const runs::RunOptions& options = {});
  /// From now on runs leave customers' value out: predictions are not computed for any moment, and
  /// go on with those of earlier runs (ruling 44).
  void leave_out_value() { leaves_out_value_ = true; }
  runs::RunOutcome run_as_of(const std::optional<std::string>& as_of);

  reports::Manifest manifest() const { return api::manifest(home_); }
  journeys::Schema schema() const;

  /// One report as users read it.
  Table report(const std::string& name, const std::string& dimension = "main") const;

  /// Every report of the newest snapshot but the system's own, read from its Parquet file: rows of
  /// all populations, told apart by the first column, `population`.
  std::map<std::string, Table> tables() const;

  /// Every report of every population as CSV text, and below the name "manifest" what the manifest
  /// says about all but the system's own. Of data_quality the column `run` is left out. Two
  /// runs that should agree agree in this.
  std::map<std::string, std::string> texts() const;
  /// The bytes of every report's Parquet file but the system's, which name the run.
  std::map<std::string, std::string> bytes() const;

 private:
  void connect(const std::filesystem::path& configuration);
  std::filesystem::path snapshot() const;

  TemporaryFolder folder_;
  bool leaves_out_value_ = false;
  workspace::Home home_;
  std::unique_ptr<workspace::Workspace> workspace_;
};

/// The rows of one population of TestShop::tables(), without the column that names it.
Table of_population(const Table& table, std::string_view population);

/// The names under which two results differ, with the first line that does; empty when they are the
/// same. `except` is not compared.
std::string differing(const std::map<std::string, std::string>& expected,
                      const std::map<std::string, std::string>& got,
                      const std::set<std::string>& except = {});

}  // namespace ca::tests
