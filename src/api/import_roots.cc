#include "api/import_roots.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <system_error>

#include "api/settings.h"
#include "base/error.h"
#include "base/utf8.h"

namespace ca::api {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kLongestPath = 4000;

/// Where it really is, also where its end does not exist; nothing when that cannot be found out.
std::optional<fs::path> real_path(const fs::path& path) {
  std::error_code failure;
  fs::path real = fs::weakly_canonical(path, failure);
  if (failure || real.empty()) return std::nullopt;
  real = real.lexically_normal();
  return real.has_filename() ? real : real.parent_path();
}

/// The parts of `path` below `folder`, or nothing when it is not below it, nor it itself.
std::optional<fs::path> below(const fs::path& folder, const fs::path& path) {
  const auto [end, rest] = std::mismatch(folder.begin(), folder.end(), path.begin(), path.end());
  if (end != folder.end()) return std::nullopt;
  fs::path parts;
  for (auto part = rest; part != path.end(); ++part) parts /= *part;
  return parts;
}

bool is_pattern(const fs::path& part) {
  return part.native().find_first_of("*?[") != std::string::npos;
}

/// The path up to its first part that is a pattern.
fs::path before_pattern(const fs::path& path) {
  fs::path plain;
  for (const fs::path& part : path) {
    if (is_pattern(part)) break;
    plain /= part;
  }
  return plain;
}

bool is_folder_of_much(const fs::path& folder, const fs::path& home) {
  const auto parts = std::distance(folder.begin(), folder.end());
  if (parts <= 2 || below(folder, home)) return true;  // "/", "/etc"; above the home
  const char* own = std::getenv("HOME");
  return own != nullptr && real_path(own) == folder;
}

}  // namespace

ImportRoots ImportRoots::of(const workspace::Workspace& workspace) {
  const workspace::Home& home = workspace.home();
  std::vector<fs::path> roots = {home.imports_folder()};
  for (const std::string& root : workspace.import_roots()) roots.emplace_back(root);
  return {home.folder(), roots, largest_source(workspace.configuration())};
}

ImportRoots::ImportRoots(const fs::path& home, const std::vector<fs::path>& roots,
                         std::uint64_t largest)
    : is_everywhere_(false), home_(real_path(home).value_or(home)), largest_(largest) {
  for (const fs::path& root : roots) {
    std::error_code failure;
    if (!fs::exists(root, failure)) continue;
    if (const auto real = real_path(root); real && std::ranges::find(roots_, *real) == roots_.end())
      roots_.push_back(*real);
  }
}

bool ImportRoots::contains(const fs::path& real) const {
  const bool is_of_home = below(home_, real).has_value();
  return std::ranges::any_of(roots_, [&](const fs::path& root) {
    const std::optional<fs::path> parts = below(root, real);
    if (!parts) return false;
    if (is_of_home && (root == home_ || !below(home_, root))) return false;
    return std::ranges::none_of(
        *parts, [](const fs::path& part) { return part.native().starts_with('.'); });
  });
}

void ImportRoots::refuse(const fs::path& path) const {
  std::vector<std::string> names;
  for (const fs::path& root : roots_) names.push_back(root.string());
  const std::string all = fmt::format("{}", fmt::join(names, ", "));
  throw Error("E-PERM",
              fmt::format("{} is not in a folder that may be read from here.", path.string()),
              fmt::format("Upload the file, or name one in: {}. `customeranalytics connect` adds "
                          "the folders it names.",
                          all),
              {{"path", path.string()}, {"roots", all}});
}

fs::path ImportRoots::settled(const std::string& path) const {
  if (path.empty()) {
    throw Error("E-PARAM", "The source has no path.", "Give a file, a folder or a pattern.");
  }
  if (path.size() > kLongestPath || path.find('\0') != std::string::npos || !is_valid_utf8(path)) {
    throw Error("E-PARAM", "The path is none: it is too long, or not text.");
  }
  if (is_everywhere_) return fs::absolute(path).lexically_normal();
  const fs::path given(path);
  const fs::path base = roots_.empty() ? home_ : roots_.front();
  const fs::path whole = (given.is_absolute() ? given : base / given).lexically_normal();
  // A name with * in it may be that of a file; else what a pattern means is below its beginning.
  std::error_code failure;
  const bool is_there = fs::exists(whole, failure);
  const std::optional<fs::path> real = real_path(is_there ? whole : before_pattern(whole));
  if (!real || !contains(*real)) refuse(whole);
  return whole;
}

sources::Location ImportRoots::settled(sources::Location location) const {
  location.path = settled(location.path.string());
  if (is_everywhere_) return location;
  location.parts.clear();
  std::uint64_t bytes = 0;
  for (const fs::path& file : sources::files_of(location)) {
    const std::optional<fs::path> real = real_path(file);
    if (!real || !contains(*real)) refuse(file);
    std::error_code failure;
    const std::uintmax_t size = fs::file_size(*real, failure);
    bytes += failure ? 0 : size;
    location.parts.push_back({.path = *real, .begin = 0, .before = {}});
  }
  if (bytes > largest_) {
    throw Error("E-TOO-LARGE",
                fmt::format("The files of {} have {} bytes together; {} are allowed.",
                            location.path.string(), bytes, largest_),
                "Raise max_source_mb of [imports], or connect with the command line.");
  }
  return location;
}

std::vector<std::string> roots_named_by(const workspace::Configuration& configuration,
                                        const workspace::Home& home) {
  const fs::path real_home = real_path(home.folder()).value_or(home.folder());
  std::vector<std::string> roots;
  for (const workspace::SourceRecord& source : configuration.sources) {
    std::error_code failure;
    const bool is_there = fs::exists(source.path, failure);
    const auto real = real_path(is_there ? fs::path(source.path) : before_pattern(source.path));
    if (!real) continue;
    const bool is_file = fs::is_regular_file(*real, failure);
    const fs::path folder = is_file ? real->parent_path() : *real;
    if (!is_folder_of_much(folder, real_home)) {
      roots.push_back(folder.string());
    } else if (is_file) {
      roots.push_back(real->string());
    }
  }
  std::ranges::sort(roots);
  roots.erase(std::unique(roots.begin(), roots.end()), roots.end());
  return roots;
}

}  // namespace ca::api
