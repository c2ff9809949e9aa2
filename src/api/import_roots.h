#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "sources/source.h"
#include "workspace/home.h"
#include "workspace/workspace.h"

namespace ca::api {

/// Which files may be named (ruling 52, SEC-14). The command line acts as the operating-system
/// user, who may name any; over HTTP only what lies below an import root may be: the home's
/// imports, and what the command line's `connect` has named.
///
/// What counts is where a file really is, after every symbolic link; each file that a folder or a
/// pattern means is looked at. Hidden files and folders below a root are refused, and so is
/// everything of the home itself but roots within it, whatever roots contain it. What is refused is
/// refused alike whether it exists or not.
class ImportRoots {
 public:
  static ImportRoots everywhere() { return ImportRoots(); }
  static ImportRoots of(const workspace::Workspace& workspace);
  /// `roots` are folders, or single files; those that are not there are passed over. The first one
  /// is where relative paths begin. `largest` bytes may all files of a source have together.
  ImportRoots(const std::filesystem::path& home, const std::vector<std::filesystem::path>& roots,
              std::uint64_t largest);

  bool is_everywhere() const { return is_everywhere_; }
  /// Real names, in the given order.
  const std::vector<std::filesystem::path>& roots() const { return roots_; }

  /// The path as it is kept: absolute. Error E-PARAM for one that is none, E-PERM for one that is
  /// outside.
  std::filesystem::path settled(const std::string& path) const;
  /// The location with its files named one by one, so that what is read is what was checked. Errors
  /// of sources::files_of(), E-PERM, and E-TOO-LARGE.
  sources::Location settled(sources::Location location) const;

 private:
  ImportRoots() = default;
  bool contains(const std::filesystem::path& real) const;
  [[noreturn]] void refuse(const std::filesystem::path& path) const;

  bool is_everywhere_ = true;
  std::filesystem::path home_;
  std::vector<std::filesystem::path> roots_;
  std::uint64_t largest_ = UINT64_MAX;
};

/// What becomes an import root because the configuration names it: the folder of each source. Where
/// that would open too much (the folder of the home or one above it, a person's own folder, one
/// right below /) it is the file alone, or nothing.
std::vector<std::string> roots_named_by(const workspace::Configuration& configuration,
                                        const workspace::Home& home);

}  // namespace ca::api
