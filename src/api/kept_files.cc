#include "api/kept_files.h"

#include <algorithm>
#include <filesystem>
#include <set>
#include <sstream>

#include "base/error.h"
#include "base/whole_file.h"
#include "runs/run_options.h"
#include "workspace/files.h"

namespace ca::api {
namespace {

namespace fs = std::filesystem;
using workspace::Home;
using workspace::UploadRecord;

constexpr std::size_t kIdDigits = 16;

fs::path key_file(const Home& home) { return home.folder() / "secret.key"; }

/// Whether the name is one that an upload has: its id, a hyphen, a name.
bool is_upload(const std::string& name) {
  return name.find_first_not_of("0123456789abcdef") == kIdDigits && name[kIdDigits] == '-';
}

/// The same file in a second place. A link costs neither space nor time; not every file system
/// lets one be made.
void put(const fs::path& from, const fs::path& to) {
  fs::create_directories(to.parent_path());
  if (fs::is_symlink(from)) {
    fs::copy_symlink(from, to);
    return;
  }
  std::error_code failure;
  fs::create_hard_link(from, to, failure);
  if (!failure) return;
  fs::copy_file(from, to);
  sync_to_disk(to);
}

/// What the home knows of its uploads. A home whose workspace cannot be read is just what a backup
/// is restored for; it knows of none.
std::vector<UploadRecord> uploads_of(const Home& home) {
  if (!fs::exists(home.workspace_file())) return {};
  try {
    return workspace::Workspace(home).uploads();
  } catch (const Error&) {
    return {};
  }
}

void record_uploads(const Home& from, const std::vector<std::string>& names,
                    workspace::Workspace& workspace) {
  std::set<std::string> known;
  for (const UploadRecord& upload : workspace.uploads()) known.insert(upload.id);
  const std::vector<UploadRecord> before = uploads_of(from);
  for (const std::string& name : names) {
    if (!is_upload(name) || !known.insert(name.substr(0, kIdDigits)).second) continue;
    const auto told = std::ranges::find(before, name, &UploadRecord::file);
    workspace.add_upload(told != before.end()
                             ? *told
                             : UploadRecord{.id = name.substr(0, kIdDigits),
                                            .name = name.substr(kIdDigits + 1),
                                            .file = name,
                                            .bytes = fs::file_size(from.imports_folder() / name),
                                            .created_at = {},
                                            .created_by = runs::whoever_runs_this()});
  }
}

}  // namespace

std::vector<std::string> key_ids(const Home& home) {
  std::istringstream lines(workspace::read_file(key_file(home)).value_or(""));
  std::string first, id, key;
  std::getline(lines, first);
  std::vector<std::string> ids;
  while (lines >> id >> key) ids.push_back(id);
  return ids;
}

bool keep_key(const Home& from, const Home& to) {
  const auto key = workspace::read_file(key_file(from));
  if (!key || fs::exists(key_file(to))) return false;
  workspace::replace_file(key_file(to), *key);
  return true;
}

std::int64_t keep_imports(const Home& from, const Home& to, workspace::Workspace& workspace) {
  const fs::path before = from.imports_folder();
  const fs::path after = to.imports_folder();
  std::vector<std::string> names;
  try {
    // Where the folder is a link to another disk, it stays one.
    const bool stays_link = fs::is_symlink(before) && fs::is_empty(after);
    for (const auto& entry : fs::recursive_directory_iterator(before)) {
      const fs::path name = entry.path().lexically_relative(before);
      const bool is_whole = entry.is_symlink() || entry.is_regular_file();
      if (!is_whole || name.extension() == ".part" ||
          fs::exists(fs::symlink_status(after / name))) {
        continue;
      }
      if (!stays_link) put(entry.path(), after / name);
      names.push_back(name.generic_string());
    }
    if (stays_link) {
      fs::remove(after);
      fs::copy_symlink(before, after);
    }
    if (!names.empty()) record_uploads(from, names, workspace);
  } catch (const fs::filesystem_error& failure) {
    throw Error("E-FILE", failure.what());
  }
  return static_cast<std::int64_t>(names.size());
}

}  // namespace ca::api
