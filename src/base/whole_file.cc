#include "base/whole_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <charconv>
#include <fstream>
#include <optional>
#include <string>
#include <system_error>

#include "base/error.h"

namespace ca {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kEnding = ".tmp";

/// `.<name>.<process>-<count>.tmp`: a name beside `path` that no other writer uses.
fs::path temporary_beside(const fs::path& path) {
  static std::atomic<unsigned> counter{0};
  return path.parent_path() /
         fmt::format(".{}.{}-{}{}", path.filename().string(), ::getpid(), counter++, kEnding);
}

/// The process that made a file of such a name.
std::optional<pid_t> maker_of(std::string_view name) {
  if (!name.starts_with('.') || !name.ends_with(kEnding)) return std::nullopt;
  name.remove_suffix(kEnding.size());
  const std::size_t dot = name.find_last_of('.');
  const std::size_t dash = name.find_last_of('-');
  if (dot == 0 || dash == std::string_view::npos || dash < dot) return std::nullopt;
  const std::string_view digits = name.substr(dot + 1, dash - dot - 1);
  pid_t process = 0;
  const auto [end, failure] = std::from_chars(digits.begin(), digits.end(), process);
  if (failure != std::errc() || end != digits.end() || process <= 0) return std::nullopt;
  return process;
}

void put_in_place(const fs::path& temporary, const fs::path& path, Survives survives) {
  if (survives == Survives::kPowerCut) sync_to_disk(temporary);
  fs::rename(temporary, path);
  if (survives == Survives::kProcess) return;
  const fs::path folder = path.parent_path();
  sync_to_disk(folder.empty() ? fs::path(".") : folder);
}

Error cannot_write(const fs::path& path, const std::string& reason) {
  return Error("E-FILE", fmt::format("The file {} cannot be written: {}", path.string(), reason),
               "Check the folder's permissions and the space on its disk.",
               {{"path", path.string()}});
}

}  // namespace

void sync_to_disk(const fs::path& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0 || ::fsync(descriptor) != 0) {
    const int reason = errno;
    if (descriptor >= 0) ::close(descriptor);
    throw fs::filesystem_error("fsync", path, std::error_code(reason, std::generic_category()));
  }
  ::close(descriptor);
}

void write_whole(const fs::path& path, const std::function<void(const fs::path&)>& write,
                 Survives survives) {
  const fs::path temporary = temporary_beside(path);
  const auto give_up = [&] {
    std::error_code ignored;
    fs::remove(temporary, ignored);
  };
  try {
    write(temporary);
    put_in_place(temporary, path, survives);
  } catch (const Error& error) {
    give_up();
    if (error.code() == "E-CANCELLED") throw;
    throw cannot_write(path, error.message());
  } catch (const std::exception& failure) {
    give_up();
    throw cannot_write(path, failure.what());
  }
}

void write_whole(const fs::path& path, std::string_view content, Survives survives) {
  const auto write = [&](const fs::path& file) {
    std::ofstream out(file, std::ios::binary);
    out.write(content.data(), static_cast<std::streamsize>(content.size()));
    out.close();
    if (!out) throw fs::filesystem_error("write", file, std::make_error_code(std::errc::io_error));
  };
  write_whole(path, write, survives);
}

void remove_abandoned(const fs::path& folder) {
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folder, ignored)) {
    const std::optional<pid_t> maker = maker_of(entry.path().filename().string());
    const bool is_gone = maker && ::kill(*maker, 0) != 0 && errno == ESRCH;
    if (is_gone) fs::remove(entry.path(), ignored);
  }
}

}  // namespace ca
