#pragma once

#include <filesystem>
#include <vector>

#include "api/source_check.h"
#include "base/cancellation.h"
#include "base/progress.h"
#include "ingest/load.h"
#include "workspace/workspace.h"

namespace ca::api {

struct Connection {
  std::vector<CheckedSource> sources;
  /// Of a validation: what a load would accept and find. Empty otherwise.
  ingest::Staging load;
};

/// Checks every source of the file (parameters, opening, first rows, mapping) and saves the whole
/// configuration in one transaction; on any Error nothing is saved. The folders it names become
/// import roots of the home (ruling 52).
Connection connect(workspace::Workspace& workspace, const std::filesystem::path& file,
                   const Cancellation& cancellation);

/// Checks a configuration as connect() does, then loads everything into a store that is thrown away
/// and runs the quality checks; saves nothing. `memory_limit` is DuckDB's, as "1GB"; empty: its own
/// choice.
Connection validate(const workspace::Configuration& configuration, Progress& progress,
                    const Cancellation& cancellation, const std::string& memory_limit = {});

/// validate() of the file's configuration.
Connection connect_dry_run(const std::filesystem::path& file, Progress& progress,
                           const Cancellation& cancellation);

}  // namespace ca::api
