#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace ca::workspace {

/// The folder that holds everything: data, results, settings. A value; copies name the same folder.
class Home {
 public:
  /// `given`, else $CUSTOMERANALYTICS_HOME, else ~/.local/share/customeranalytics. What is missing
  /// is created with mode 0700; the mode of a folder that exists is its owner's choice and stays.
  /// Errors: E-PERM or E-FILE when it cannot be created or written, E-HOME when nothing says where.
  static Home open(const std::filesystem::path& given = {});

  const std::filesystem::path& folder() const { return folder_; }

  std::filesystem::path store_file() const { return folder_ / "store.duckdb"; }
  std::filesystem::path workspace_file() const { return folder_ / "workspace.sqlite"; }
  std::filesystem::path current_file() const { return folder_ / "current"; }
  std::filesystem::path lock_file() const { return folder_ / "run.lock"; }
  /// One folder a version of the journeys, one a snapshot; open() has made these and all below.
  std::filesystem::path journeys_folder() const { return folder_ / "journeys"; }
  std::filesystem::path snapshots_folder() const { return folder_ / "snapshots"; }
  std::filesystem::path imports_folder() const { return folder_ / "imports"; }
  std::filesystem::path models_folder() const { return folder_ / "models"; }
  std::filesystem::path logs_folder() const { return folder_ / "logs"; }
  /// Only for whoever holds the RunLock: the next holder empties it.
  std::filesystem::path scratch_folder() const { return folder_ / "scratch"; }

 private:
  explicit Home(std::filesystem::path folder) : folder_(std::move(folder)) {}

  std::filesystem::path folder_;
};

/// What is in force: names of folders below journeys_folder() and snapshots_folder(). Empty means
/// that there is none yet.
struct Current {
  std::string journeys;
  std::string snapshot;
  bool operator==(const Current&) const = default;
};

/// Nothing before the first publication. Throws Error E-HOME when the file cannot be understood.
std::optional<Current> read_current(const Home& home);

/// Puts `current` in force: from then on, also after a power cut, every reader sees all of it;
/// before, all of what was. Only for whoever holds the RunLock, and after the named folders' files
/// are on disk. Throws Error E-PARAM for a name that is not that of a folder, E-FILE or E-PERM when
/// it cannot be written; then the old one stays in force.
void publish(const Home& home, const Current& current);

}  // namespace ca::workspace
