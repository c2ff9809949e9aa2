#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "workspace/home.h"
#include "workspace/workspace.h"

namespace ca::api {

// What a home that is replaced by its backup hands on, because a backup may lack it: the key of
// stored secrets, and files that were uploaded or generated.

/// Ids of the keys in the home's secret.key; none when there is no such file. Errors: E-FILE,
/// E-PERM.
std::vector<std::string> key_ids(const workspace::Home& home);

/// Gives `to` the secret.key of `from`, mode 0600, unless it has one; whether it did. Errors:
/// E-FILE, E-PERM.
bool keep_key(const workspace::Home& from, const workspace::Home& to);

/// Gives `to` the files of `from` below imports/ that it lacks, and how many these are. `from`
/// keeps them too, so that it stays whole. Uploads among them are recorded in `workspace`, which is
/// that of `to`, because a server deletes uploads of which it has no record. Error E-FILE.
std::int64_t keep_imports(const workspace::Home& from, const workspace::Home& to,
                          workspace::Workspace& workspace);

}  // namespace ca::api
