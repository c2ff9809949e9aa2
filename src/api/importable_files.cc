#include "api/importable_files.h"

#include <algorithm>
#include <chrono>
#include <string_view>
#include <system_error>

#include "base/utf8.h"
#include "workspace/clock.h"

namespace ca::api {
namespace {

namespace fs = std::filesystem;

constexpr int kDeepest = 3;
constexpr std::size_t kMostNames = 20'000;

/// Empty for a name that is neither's.
std::string type_of(const fs::path& path) {
  const std::string name = ascii_lower(path.filename().string());
  if (name.ends_with(".parquet")) return "parquet";
  for (const std::string_view suffix :
       {".csv", ".csv.gz", ".csv.zst", ".tsv", ".tsv.gz", ".tsv.zst"}) {
    if (name.ends_with(suffix)) return "csv";
  }
  return {};
}

std::string time_of(const fs::directory_entry& entry) {
  std::error_code failure;
  const fs::file_time_type time = entry.last_write_time(failure);
  if (failure) return {};
  return workspace::utc_text(std::chrono::time_point_cast<workspace::TimePoint::duration>(
      std::chrono::file_clock::to_sys(time)));
}

class Search {
 public:
  explicit Search(ImportableFiles& found) : found_(found) {}

  void look_in(const fs::path& folder, int depth) {
    std::error_code failure;
    for (fs::directory_iterator at(folder, failure), end; !failure && at != end;
         at.increment(failure)) {
      if (++names_ > kMostNames || found_.files.size() >= kMostImportableFiles) {
        found_.is_cut = true;
        return;
      }
      look_at(*at, depth);
    }
  }
  void look_at(const fs::directory_entry& entry, int depth) {
    std::error_code ignored;
    if (entry.path().filename().string().starts_with('.') || entry.is_symlink(ignored)) return;
    if (entry.is_directory(ignored)) {
      if (depth < kDeepest) look_in(entry.path(), depth + 1);
      return;
    }
    std::string type = type_of(entry.path());
    if (type.empty() || !entry.is_regular_file(ignored)) return;
    found_.files.push_back(
        {entry.path(), std::move(type), entry.file_size(ignored), time_of(entry)});
  }

 private:
  ImportableFiles& found_;
  std::size_t names_ = 0;
};

}  // namespace

ImportableFiles importable_files(const ImportRoots& roots) {
  ImportableFiles found;
  Search search(found);
  for (const fs::path& root : roots.roots()) {
    std::error_code ignored;
    if (fs::is_directory(root, ignored)) {
      search.look_in(root, 0);
    } else {
      search.look_at(fs::directory_entry(root, ignored), 0);
    }
  }
  std::ranges::sort(found.files, {}, &ImportableFile::path);
  const auto is_same = [](const ImportableFile& a, const ImportableFile& b) {
    return a.path == b.path;
  };
  found.files.erase(std::unique(found.files.begin(), found.files.end(), is_same),
                    found.files.end());
  return found;
}

}  // namespace ca::api
