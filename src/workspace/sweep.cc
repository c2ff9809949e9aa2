#include "workspace/sweep.h"

#include <algorithm>
#include <functional>
#include <system_error>

namespace ca::workspace {
namespace {

namespace fs = std::filesystem;

bool is_real_folder(const fs::path& path) {
  std::error_code ignored;
  return fs::is_directory(fs::symlink_status(path, ignored));
}

bool is_real_file(const fs::path& path) {
  std::error_code ignored;
  return fs::is_regular_file(fs::symlink_status(path, ignored));
}

/// The entries of a folder; none when it is a link or cannot be read.
std::vector<fs::path> entries(const fs::path& folder) {
  std::vector<fs::path> found;
  if (!is_real_folder(folder)) return found;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    found.push_back(entry->path());
  }
  std::sort(found.begin(), found.end());
  return found;
}

class Sweeper {
 public:
  void remove(const fs::path& path) {
    std::error_code error;
    fs::remove_all(path, error);
    (error ? swept_.stuck : swept_.removed).push_back(path);
  }

  void remove_folders(const fs::path& folder,
                      const std::function<bool(const fs::path&)>& is_wanted) {
    for (const fs::path& entry : entries(folder)) {
      if (is_real_folder(entry) && !is_wanted(entry)) remove(entry);
    }
  }

  void remove_parts(const fs::path& folder, bool at_any_depth) {
    for (const fs::path& entry : entries(folder)) {
      if (entry.extension() == ".part" && is_real_file(entry)) remove(entry);
      if (at_any_depth) remove_parts(entry, true);
    }
  }

  Swept swept() && { return std::move(swept_); }

 private:
  Swept swept_;
};

}  // namespace

Swept sweep(const RunLock& held, std::span<const std::string> keep) {
  const Home& home = held.home();
  const Current current = read_current(home).value_or(Current{});
  const auto is_kept = [&](const fs::path& folder, const std::string& in_force) {
    const std::string name = folder.filename().string();
    return name == in_force || std::find(keep.begin(), keep.end(), name) != keep.end();
  };

  Sweeper sweeper;
  sweeper.remove_folders(home.journeys_folder(),
                         [&](const fs::path& folder) { return is_kept(folder, current.journeys); });
  sweeper.remove_folders(home.snapshots_folder(), [&](const fs::path& folder) {
    return is_kept(folder, current.snapshot) || is_real_file(folder / "manifest.json");
  });
  for (const fs::path& entry : entries(home.scratch_folder())) sweeper.remove(entry);
  sweeper.remove_parts(home.folder(), false);
  for (const fs::path& folder :
       {home.journeys_folder(), home.snapshots_folder(), home.models_folder()}) {
    sweeper.remove_parts(folder, true);
  }
  return std::move(sweeper).swept();
}

}  // namespace ca::workspace
