#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/import_roots.h"
#include "api/source_check.h"
#include "base/cancellation.h"
#include "base/error.h"
#include "workspace/workspace.h"

namespace ca::api {

// One source at a time: what a wizard needs between "here is a file" and "saved". Whoever asks says
// which files may be named (ImportRoots).

/// Whatever went wrong, `found` holds what was found before (product.md 2.4).
struct SourceTest {
  bool is_ok = false;
  std::string code;     ///< "M-SRC-OK", or the Error's
  std::string message;  ///< in a sentence
  std::string hint;
  Error::Details details;
  CheckedSource found;
  std::int64_t elapsed_ms = 0;
};

/// Steps 1 to 4 of the protocol for a source that need not be saved, beside the other sources and
/// the settings of `configuration`. Errors of the source are its result; only E-CANCELLED and
/// E-INTERNAL are thrown.
SourceTest test_source(const workspace::Configuration& configuration,
                       const workspace::SourceRecord& source, const ImportRoots& roots,
                       const Cancellation& cancellation);

struct SourcePreview {
  CheckedSource found;  ///< columns are described by the same rows
  std::vector<std::vector<std::optional<std::string>>> rows;
};

inline constexpr int kMostPreviewRows = 1000;

/// The first rows, whatever is mapped. Errors of steps 1 to 3.
SourcePreview preview_source(const workspace::Configuration& configuration,
                             const workspace::SourceRecord& source, int rows,
                             const ImportRoots& roots, const Cancellation& cancellation);

struct SavedSource {
  int version = 0;
  CheckedSource found;
};

/// Tests and saves one source; on any Error nothing is saved, and others stay as they are.
SavedSource save_source(workspace::Workspace& workspace, const workspace::SourceRecord& source,
                        const ImportRoots& roots, const Cancellation& cancellation);

/// Error E-NOT-CONNECTED when it is not there.
void remove_source(workspace::Workspace& workspace, std::string_view kind);

/// All versions, the one in force first; of a removed source the earlier ones.
std::vector<workspace::SourceVersion> source_versions(const workspace::Workspace& workspace,
                                                      std::string_view kind);

/// Tests an earlier version and makes it the newest. Error E-NOT-FOUND when there is none.
SavedSource restore_source(workspace::Workspace& workspace, std::string_view kind, int version,
                           const ImportRoots& roots, const Cancellation& cancellation);

/// The saved configuration with this source in place of its kind, checked so far that it can be
/// loaded: what validate() is asked of. Errors as of save_source().
workspace::Configuration with_source(const workspace::Configuration& configuration,
                                     const workspace::SourceRecord& source,
                                     const ImportRoots& roots);

/// Replaces all settings after the checks that `connect` makes. Error E-PARAM; E-PERM for a file of
/// rules outside of the roots, and for a temporary_path that is not the one in force, which only
/// the operating-system user may choose because a run writes there.
void save_settings(workspace::Workspace& workspace,
                   const std::map<std::string, std::string>& settings, const ImportRoots& roots);

/// What is connected and what is missing, as ids of the catalogue of messages.
std::vector<std::string_view> source_messages(const workspace::Configuration& configuration);

}  // namespace ca::api
