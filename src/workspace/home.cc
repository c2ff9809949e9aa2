#include "workspace/home.h"

#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "workspace/files.h"

namespace ca::workspace {
namespace {

namespace fs = std::filesystem;

constexpr char kHint[] = "Choose another folder with --home or CUSTOMERANALYTICS_HOME.";

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string() : std::string(value);
}

fs::path default_folder() {
  if (const std::string set = environment("CUSTOMERANALYTICS_HOME"); !set.empty()) return set;
  fs::path user = environment("HOME");
  if (user.empty()) {
    const passwd* entry = ::getpwuid(::geteuid());
    if (entry != nullptr && entry->pw_dir != nullptr) user = entry->pw_dir;
  }
  if (user.empty()) {
    throw Error("E-HOME", "No folder for data: this user has no home folder.",
                "Name one with --home or CUSTOMERANALYTICS_HOME.");
  }
  return user / ".local" / "share" / "customeranalytics";
}

bool is_folder(const fs::path& path) {
  struct stat status;
  return ::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

/// Makes the folder and the missing ones above it.
void make_folder(const fs::path& folder) {
  if (::mkdir(folder.c_str(), 0700) == 0) return;
  if (errno == ENOENT && folder.has_relative_path()) {
    make_folder(folder.parent_path());
    if (::mkdir(folder.c_str(), 0700) == 0) return;
  }
  const int error_number = errno;
  if (is_folder(folder)) return;
  throw file_error("Cannot create the folder", folder,
                   error_number == EEXIST ? ENOTDIR : error_number, kHint);
}

bool is_folder_name(const std::string& name) {
  return name != "." && name != ".." &&
         name.find_first_of(std::string_view("/\0", 2)) == std::string::npos;
}

bool names_folders(const Current& current) {
  return is_folder_name(current.journeys) && is_folder_name(current.snapshot);
}

}  // namespace

Home Home::open(const fs::path& given) {
  fs::path folder = fs::absolute(given.empty() ? default_folder() : given).lexically_normal();
  if (!folder.has_filename() && folder.has_relative_path()) folder = folder.parent_path();
  const Home home(folder);
  make_folder(folder);
  if (::access(folder.c_str(), R_OK | W_OK | X_OK) != 0) {
    throw file_error("Cannot write to the folder", folder, errno, kHint);
  }
  for (const fs::path& part :
       {home.journeys_folder(), home.snapshots_folder(), home.imports_folder(),
        home.models_folder(), home.logs_folder(), home.scratch_folder()}) {
    make_folder(part);
  }
  return home;
}

std::optional<Current> read_current(const Home& home) {
  const std::optional<std::string> text = read_file(home.current_file());
  if (!text) return std::nullopt;
  const auto json = nlohmann::json::parse(*text, nullptr, false);
  if (json.is_object() && json.contains("journeys") && json["journeys"].is_string() &&
      json.contains("snapshot") && json["snapshot"].is_string()) {
    Current current{json["journeys"], json["snapshot"]};
    if (names_folders(current)) return current;
  }
  throw Error("E-HOME",
              home.current_file().string() +
                  " cannot be understood, so it is not known which results are in force.",
              "Delete that file and start a run; finished snapshots are kept.",
              {{"path", home.current_file().string()}});
}

void publish(const Home& home, const Current& current) {
  if (!names_folders(current)) {
    throw Error("E-PARAM", "'" + current.journeys + "' and '" + current.snapshot +
                               "' must be names of folders, without a path.");
  }
  const nlohmann::json json = {{"journeys", current.journeys}, {"snapshot", current.snapshot}};
  replace_file(home.current_file(), json.dump() + "\n");
}

}  // namespace ca::workspace
