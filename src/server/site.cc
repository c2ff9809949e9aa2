#include "server/site.h"

namespace ca::server {

Site::Site(std::span<const SiteFile> files) {
  for (const SiteFile& file : files) files_.emplace(file.path, &file);
}

const SiteFile* Site::find(std::string_view path) const {
  const auto found = files_.find(path);
  return found == files_.end() ? nullptr : found->second;
}

}  // namespace ca::server
