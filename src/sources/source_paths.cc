#include "sources/source_paths.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <glob.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string>
#include <system_error>

#include "base/error.h"
#include "sources/fold_case.h"

namespace ca::sources {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail_forbidden(const fs::path& path) {
  throw Error("E-PERM", fmt::format("{} may not be read: permission denied.", path.string()),
              "Let the user who runs this program read it and the folders above it.");
}

fs::file_type type_of(const fs::path& path) {
  std::error_code reason;
  const fs::file_status status = fs::status(path, reason);
  if (reason == std::errc::permission_denied) fail_forbidden(path);
  return status.type();
}

/// The names in a folder, sorted by their bytes.
std::vector<std::string> names_in(const fs::path& folder) {
  std::error_code reason;
  std::vector<std::string> names;
  for (fs::directory_iterator at(folder, reason), end; !reason && at != end; at.increment(reason)) {
    names.push_back(at->path().filename().string());
  }
  if (reason == std::errc::permission_denied) fail_forbidden(folder);
  std::sort(names.begin(), names.end());
  return names;
}

[[noreturn]] void fail_missing(const fs::path& path) {
  // The first part of the path that is not there is the one that was misspelt.
  fs::path missing = path;
  while (missing.has_parent_path() && missing.parent_path() != missing &&
         type_of(missing.parent_path()) == fs::file_type::not_found) {
    missing = missing.parent_path();
  }
  std::string hint = "Check the path; relative paths are relative to the configuration file.";
  if (type_of(missing.parent_path()) == fs::file_type::directory) {
    const std::string nearest =
        nearest_name(missing.filename().string(), names_in(missing.parent_path()));
    if (!nearest.empty()) {
      hint = fmt::format("Did you mean {}?", (missing.parent_path() / nearest).string());
    }
  }
  throw Error("E-FILE", fmt::format("There is no file or folder {}.", path.string()), hint);
}

bool ends_with_one_of(const std::string& name, std::initializer_list<std::string_view> suffixes) {
  const std::string plain = fold_case(name);
  return std::any_of(suffixes.begin(), suffixes.end(), [&](std::string_view suffix) {
    return plain.size() > suffix.size() && plain.ends_with(suffix);
  });
}

std::vector<fs::path> files_in(const fs::path& folder,
                               std::initializer_list<std::string_view> suffixes) {
  std::vector<fs::path> files;
  for (const std::string& name : names_in(folder)) {
    if (name.front() == '.' || !ends_with_one_of(name, suffixes)) continue;
    if (type_of(folder / name) == fs::file_type::regular) files.push_back(folder / name);
  }
  if (files.empty()) {
    throw Error("E-FILE", fmt::format("The folder {} has no such files.", folder.string()),
                fmt::format("Looked for names that end in {}; folders within it are not searched.",
                            fmt::join(suffixes, ", ")));
  }
  return files;
}

std::vector<fs::path> files_like(const fs::path& pattern) {
  glob_t found{};
  const int status = ::glob(pattern.c_str(), GLOB_NOSORT, nullptr, &found);
  std::vector<fs::path> files;
  for (std::size_t i = 0; status == 0 && i < found.gl_pathc; ++i) {
    if (type_of(found.gl_pathv[i]) == fs::file_type::regular) {
      files.emplace_back(found.gl_pathv[i]);
    }
  }
  ::globfree(&found);
  if (files.empty()) {
    throw Error("E-FILE", fmt::format("No file matches {}.", pattern.string()),
                "* stands for any characters of a name, ? for one, [ab] for one of several.");
  }
  std::sort(files.begin(), files.end(),
            [](const fs::path& a, const fs::path& b) { return a.native() < b.native(); });
  return files;
}

}  // namespace

std::vector<fs::path> resolve(const fs::path& path,
                              std::initializer_list<std::string_view> suffixes) {
  if (path.empty()) throw Error("E-PARAM", "The source has no path.", "Give a file or a folder.");
  const fs::path absolute = fs::absolute(path).lexically_normal();
  switch (type_of(absolute)) {
    case fs::file_type::regular: return {absolute};
    case fs::file_type::directory:
      return files_in(absolute.has_filename() ? absolute : absolute.parent_path(), suffixes);
    case fs::file_type::not_found: break;
    default:
      throw Error("E-FILE", fmt::format("{} is neither a file nor a folder.", absolute.string()));
  }
  if (absolute.native().find_first_of("*?[") != std::string::npos) return files_like(absolute);
  fail_missing(absolute);
}

std::pair<fs::path, int> new_file(const fs::path& scratch, std::string_view stem) {
  std::error_code ignored;  // mkostemp tells what is wrong
  fs::create_directories(scratch, ignored);
  std::string name = (fs::absolute(scratch) / fmt::format("{}-XXXXXX", stem)).string();
  const int descriptor = ::mkostemp(name.data(), O_CLOEXEC);
  if (descriptor < 0) {
    throw Error("E-FILE", fmt::format("No temporary file could be made in {}: {}.",
                                      scratch.string(), std::strerror(errno)));
  }
  return {name, descriptor};
}

fs::path without_pattern(const fs::path& path, const fs::path& scratch, std::string_view stem) {
  if (path.native().find_first_of("*?[") == std::string::npos) return path;
  const auto [link, descriptor] = new_file(scratch, stem);
  ::close(descriptor);
  fs::remove(link);
  fs::create_symlink(path, link);
  return link;
}

}  // namespace ca::sources
