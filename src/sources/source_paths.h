#pragma once

#include <filesystem>
#include <initializer_list>
#include <string_view>
#include <utility>
#include <vector>

namespace ca::sources {

/// The files that `path` means, absolute, in byte order of their names. A file that exists under
/// just this name is that file, whatever characters it has; a folder means the visible files in it
/// whose names end in one of `suffixes` (any case); anything with * ? [ is a pattern. Errors:
/// E-FILE (nothing there: with the nearest existing name as hint), E-PERM, E-PARAM (empty path).
std::vector<std::filesystem::path> resolve(const std::filesystem::path& path,
                                           std::initializer_list<std::string_view> suffixes);

/// A new, empty file in `scratch` under a name nobody uses, and its descriptor, which is the
/// caller's to close. Error E-FILE when the folder does not take it.
std::pair<std::filesystem::path, int> new_file(const std::filesystem::path& scratch,
                                               std::string_view stem);

/// `path`, or where its name holds * ? [, which DuckDB takes for a pattern, a link to it in
/// `scratch`.
std::filesystem::path without_pattern(const std::filesystem::path& path,
                                      const std::filesystem::path& scratch, std::string_view stem);

}  // namespace ca::sources
