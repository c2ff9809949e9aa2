#include <fstream>
#include <string>

#include "base/calendar.h"

namespace ca {
namespace {

constexpr std::string_view kUnknown = "unknown";

std::string first_line(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return std::string(trim(line));
}

}  // namespace

std::string tz_version_in(const std::filesystem::path& zoneinfo) {
  constexpr std::string_view kBefore = "# version ";
  const std::string compact = first_line(zoneinfo / "tzdata.zi");
  if (compact.starts_with(kBefore)) return std::string(trim(compact.substr(kBefore.size())));
  const std::string plain = first_line(zoneinfo / "+VERSION");
  return plain.empty() ? std::string(kUnknown) : plain;
}

const std::string& tz_version() {
  static const std::string version = tz_version_in("/usr/share/zoneinfo");
  return version;
}

}  // namespace ca
