#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/cancellation.h"
#include "base/progress.h"
#include "ingest/load.h"
#include "ingest/mapping.h"
#include "workspace/workspace.h"

namespace ca::api {

/// What the check of one source found (product.md 2.4).
struct CheckedSource {
  std::string kind;
  std::string path;
  std::vector<std::string> files;
  std::vector<std::string> warnings;
  ingest::Probe probe;
};

struct Connection {
  std::vector<CheckedSource> sources;
  /// Of a dry run: what a load would accept and find. Empty otherwise.
  ingest::Staging load;
};

/// Checks every source of the file (parameters, opening, first rows, mapping) and saves the whole
/// configuration in one transaction; on any Error nothing is saved.
Connection connect(workspace::Workspace& workspace, const std::filesystem::path& file,
                   const Cancellation& cancellation);

/// Checks as connect() does, then loads everything into a store that is thrown away and runs the
/// quality checks; saves nothing.
Connection connect_dry_run(const std::filesystem::path& file, Progress& progress,
                           const Cancellation& cancellation);

}  // namespace ca::api
