#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>

namespace ca::server {

/// One file that was built into the program (embed/embed.cc).
struct SiteFile {
  std::string_view path;  ///< "/assets/app-1a2b3c4d.js", "/favicon.svg", "/index.html"
  std::string_view type;  ///< media type
  std::string_view tag;   ///< strong ETag with its quotes, by content
  std::string_view content;
  std::string_view gzip;  ///< the same compressed; empty where that is not smaller
};

/// The page: what web/ was built into.
std::span<const SiteFile> embedded_site();

/// The files that are answered without the application, by path; but documents (.html) are left to
/// it, which knows who may see a page. Below /assets/ names carry a hash
/// of the content, so caches keep them for good; everything else is asked for again by its ETag.
class Site {
 public:
  Site() = default;
  explicit Site(std::span<const SiteFile> files);

  /// Null when there is no such file.
  const SiteFile* find(std::string_view path) const;

 private:
  std::map<std::string, const SiteFile*, std::less<>> files_;
};

}  // namespace ca::server
