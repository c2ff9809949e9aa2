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

/// What site/ holds.
std::span<const SiteFile> embedded_site();

/// The files that are answered without the application, by path. Below /assets/ names carry a hash
/// of the content, so caches keep them for good; everything else is asked for again by its ETag.
class Site {
 public:
  Site() = default;
  /// Every file at its path. `pages` are further paths at which index.html is answered, each also
  /// with .html behind it: the addresses that the page in the browser understands.
  explicit Site(std::span<const SiteFile> files, std::span<const std::string> pages = {});

  /// Null when there is no such file.
  const SiteFile* find(std::string_view path) const;

 private:
  std::map<std::string, const SiteFile*, std::less<>> files_;
};

}  // namespace ca::server
