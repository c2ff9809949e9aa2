#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "workspace/run_lock.h"

namespace ca::workspace {

struct Swept {
  std::vector<std::filesystem::path> removed;
  std::vector<std::filesystem::path> stuck;  ///< could not be removed
};

/// Deletes what killed runs have left in the home:
/// - folders of journeys_folder() that `current` does not name;
/// - folders of snapshots_folder() that it does not name and that hold no manifest.json, the file
///   that is written last;
/// - everything in scratch_folder();
/// - files *.part of the home itself and, at any depth, of the journeys, snapshots and models.
/// Folders of journeys and snapshots whose names are in `keep` stay. Symbolic links are never
/// followed: the home's own folders are passed over when they are links, and what is deleted with a
/// link in it loses the link, not what it points to.
/// Throws Error E-HOME, before anything is deleted, when `current` cannot be understood.
Swept sweep(const RunLock& held, std::span<const std::string> keep = {});

}  // namespace ca::workspace
