#include "server/site.h"

namespace ca::server {

Site::Site(std::span<const SiteFile> files, std::span<const std::string> pages) {
  for (const SiteFile& file : files) files_.emplace(file.path, &file);
  const SiteFile* index = find("/index.html");
  if (index == nullptr) return;
  files_.emplace("/", index);
  for (const std::string& page : pages) {
    files_.emplace(page, index);
    files_.emplace(page + ".html", index);
  }
}

const SiteFile* Site::find(std::string_view path) const {
  const auto found = files_.find(path);
  return found == files_.end() ? nullptr : found->second;
}

}  // namespace ca::server
