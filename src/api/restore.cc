#include <fcntl.h>
#include <fmt/format.h>
#include <linux/fs.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "api/backup.h"
#include "api/backup_manifest.h"
#include "api/kept_files.h"
#include "api/sealed_key.h"
#include "api/sha256.h"
#include "api/tar.h"
#include "base/error.h"
#include "base/whole_file.h"
#include "runs/run_options.h"
#include "sources/byte_stream.h"
#include "workspace/clock.h"
#include "workspace/database_copy.h"
#include "workspace/files.h"
#include "workspace/people_tables.h"
#include "workspace/run_lock.h"
#include "workspace/workspace.h"

namespace ca::api {
namespace {

namespace fs = std::filesystem;
using workspace::File;
using workspace::Home;

constexpr std::size_t kPiece = std::size_t{1} << 20;
constexpr std::uint64_t kLongestText = std::uint64_t{64} << 20;
constexpr std::size_t kLongestName = 1'000;
constexpr char kMarker[] = "restore.unfinished";

Error damaged(std::string_view why) {
  return {"E-BACKUP", fmt::format("The file is not a whole backup: {}.", why),
          "Use another backup, or copy this one again."};
}

/// Whether a home has a place for a file of that name. No name leads out of it.
bool has_place(std::string_view name) {
  if (name.empty() || name.size() > kLongestName || name.front() == '/' ||
      name.find('\0') != std::string_view::npos) {
    return false;
  }
  for (std::size_t at = 0; at <= name.size();) {
    const std::size_t end = std::min(name.find('/', at), name.size());
    const std::string_view part = name.substr(at, end - at);
    if (part.empty() || part == "." || part == "..") return false;
    at = end + 1;
  }
  static const std::set<std::string_view> kFiles = {"workspace.sqlite", "current",
                                                    "store.duckdb",     kSealedKeyName,
                                                    kManifestName,      kManifestHashName};
  if (kFiles.contains(name)) return true;
  return std::ranges::any_of(
      std::initializer_list<std::string_view>{"journeys/", "snapshots/", "models/", "imports/"},
      [&](std::string_view folder) { return name.starts_with(folder); });
}

bool is_text(std::string_view name) {
  return name == kManifestName || name == kManifestHashName || name == kSealedKeyName;
}

/// Unpacks into a folder and compares all with the manifest.
class Unpacking {
 public:
  Unpacking(const fs::path& file, const fs::path& folder, Progress& progress,
            const Cancellation& cancellation)
      : folder_(folder),
        progress_(progress),
        cancellation_(cancellation),
        stream_(file),
        tar_([this](char* out, std::size_t size) { return read(out, size); }) {
    if (stream_.compression() != sources::Compression::kZstd) {
      throw damaged("it is not compressed by zstd");
    }
  }

  BackupManifest unpack() {
    while (const auto member = tar_.next()) {
      if (!has_place(member->name)) {
        throw damaged(fmt::format("\"{}\" has no place in a home", member->name));
      }
      if (!seen_.insert(member->name).second) {
        throw damaged(fmt::format("it holds {} twice", member->name));
      }
      take(*member);
    }
    return check();
  }

  const std::string& sealed_key() { return texts_[std::string(kSealedKeyName)]; }

 private:
  /// What is damaged below is told by ByteStream as of any file.
  std::size_t read(char* out, std::size_t size) {
    try {
      return stream_.read(out, size);
    } catch (const Error& error) {
      if (error.code() == "E-PERM") throw;
      throw damaged(error.message());
    }
  }

  void take(const TarMember& member) {
    cancellation_.check();
    if (is_text(member.name) && member.size > kLongestText) throw damaged("a text is too long");
    std::string text;
    std::optional<File> file;
    const fs::path path = folder_ / member.name;
    if (!is_text(member.name)) {
      fs::create_directories(path.parent_path());
      file = File::open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW);
    }
    Sha256 hash;
    while (const std::size_t got = tar_.read(piece_.data(), piece_.size())) {
      cancellation_.check();
      const std::string_view bytes(piece_.data(), got);
      hash.add(bytes);
      if (file) {
        put(*file, path, bytes);
      } else {
        text += bytes;
      }
      progress_.advance(got);
    }
    if (file && ::fsync(file->descriptor()) != 0) {
      throw workspace::file_error("Cannot write", path, errno);
    }
    if (!file) texts_[member.name] = std::move(text);
    if (member.name != kManifestName && member.name != kManifestHashName) {
      members_.push_back({member.name, member.size, hash.hexadecimal()});
    } else if (member.name == kManifestName) {
      manifest_hash_ = hash.hexadecimal();
    }
  }

  static void put(const File& file, const fs::path& path, std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t written = ::write(file.descriptor(), bytes.data(), bytes.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) throw workspace::file_error("Cannot write", path, errno);
      bytes.remove_prefix(static_cast<std::size_t>(written));
    }
  }

  BackupManifest check() {
    const std::string& json = texts_[std::string(kManifestName)];
    if (json.empty() || texts_[std::string(kManifestHashName)] != manifest_hash_ + "\n") {
      throw damaged("its manifest is missing or was changed");
    }
    BackupManifest manifest = read_backup_manifest(json);
    if (manifest.members == members_) return manifest;
    std::map<std::string, BackupManifest::Member> told;
    for (const auto& member : manifest.members) told[member.name] = member;
    for (const auto& member : members_) {
      if (told[member.name] != member) {
        throw damaged(fmt::format("{} is not what was written", member.name));
      }
    }
    throw damaged("something is missing");
  }

  fs::path folder_;
  Progress& progress_;
  const Cancellation& cancellation_;
  sources::ByteStream stream_;
  TarReader tar_;
  std::set<std::string> seen_;
  std::map<std::string, std::string> texts_;
  std::vector<BackupManifest::Member> members_;
  std::string manifest_hash_;
  std::string piece_ = std::string(kPiece, '\0');
};

bool holds_something(const Home& home) {
  for (const fs::path& file : {home.workspace_file(), home.current_file(), home.store_file(),
                               home.folder() / "secret.key"}) {
    if (fs::exists(file)) return true;
  }
  return std::ranges::any_of(
      std::initializer_list<fs::path>{home.journeys_folder(), home.snapshots_folder(),
                                      home.models_folder(), home.imports_folder()},
      [](const fs::path& folder) { return fs::exists(folder) && !fs::is_empty(folder); });
}

/// Held while the home changes, so that no server begins to serve it.
File server_place(const Home& home) {
  File lock = File::open(home.folder() / "server.lock", O_RDWR | O_CREAT);
  if (::flock(lock.descriptor(), LOCK_EX | LOCK_NB) != 0) {
    throw Error("E-SERVER", "A server is serving this home.",
                "End it first: `customeranalytics stop`.");
  }
  return lock;
}

/// The folder beside the home in which it is made, empty but for the marker.
fs::path make_staging(const Home& home) {
  fs::path staging = home.folder();
  staging += ".restoring";
  std::error_code ignored;
  if (fs::exists(fs::symlink_status(staging, ignored))) {
    if (!fs::exists(staging / kMarker)) {
      throw Error("E-HOME",
                  fmt::format("{} is what an earlier restore moved aside.", staging.string()),
                  "Look at it, and delete it when it is not needed any more.");
    }
    fs::remove_all(staging);
  }
  if (::mkdir(staging.c_str(), 0700) != 0) {
    throw workspace::file_error("Cannot create the folder", staging, errno);
  }
  workspace::replace_file(staging / kMarker, "");
  return staging;
}

/// Each folder's names are on disk.
void sync_folders(const fs::path& folder) {
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_directory() && !entry.is_symlink()) sync_to_disk(entry.path());
  }
  sync_to_disk(folder);
}

void exchange(const fs::path& staging, const Home& home) {
  if (::renameat2(AT_FDCWD, staging.c_str(), AT_FDCWD, home.folder().c_str(), RENAME_EXCHANGE) !=
      0) {
    throw Error("E-HOME",
                fmt::format("{} cannot be exchanged for the restored folder: {}.",
                            home.folder().string(), std::generic_category().message(errno)),
                "A home that is a mount point cannot be exchanged: restore into a folder on it and "
                "name that with --home.");
  }
}

/// Ends what lets somebody in without a password: it may have been revoked since the backup. Counts
/// what is left to be reviewed, and writes down who restored.
void end_access(workspace::Workspace& workspace, const BackupManifest& manifest,
                RestoreResult& result) {
  const std::vector<std::string> keys = key_ids(workspace.home());
  workspace::PeopleDatabase database(workspace);
  database.write([&](workspace::PeopleTables& people) {
    for (const workspace::UserRecord& user : people.users.all()) {
      people.sessions.remove_of_user(user.id, "");
      people.remembered.remove_of_user(user.id, "");
      people.resets.remove_of_user(user.id);
      ++result.users;
      result.api_tokens += static_cast<std::int64_t>(people.tokens.of_user(user.id).size());
    }
    for (const workspace::InvitationRecord& invitation : people.invitations.all()) {
      if (!invitation.used_at) people.invitations.remove(invitation.token_hash);
    }
    for (const workspace::SecretRecord& secret : people.secrets.all()) {
      if (std::ranges::find(keys, secret.key_id) == keys.end()) ++result.locked_secrets;
    }
    workspace::AuditRecord record;
    record.at = workspace::utc_text(database.now());
    record.username = runs::whoever_runs_this();
    record.action = "backup.restore";
    record.object = "home";
    record.after_json =
        nlohmann::json({{"created_at", manifest.created_at}, {"version", manifest.version}})
            .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    people.audit.add(record);
  });
}

}  // namespace

RestoreResult restore(const Home& given, const fs::path& file, const RestoreOptions& options,
                      Progress& progress, const Cancellation& cancellation) {
  // Where the home is a link, the folder it leads to changes places and the link stays.
  const Home home = Home::open(fs::canonical(given.folder()));
  const File server = server_place(home);
  const workspace::RunLock lock = workspace::RunLock::acquire(home);
  if (holds_something(home) && !options.force) {
    throw Error("E-HOME", fmt::format("{} holds something already.", home.folder().string()),
                "Restore into another folder with --home, or replace it with --force.");
  }
  const fs::path staging = make_staging(home);
  RestoreResult result;
  try {
    progress.stage("restore", 0, "bytes");
    Unpacking unpacking(file, staging, progress, cancellation);
    const BackupManifest manifest = unpacking.unpack();
    const Home restored = Home::open(staging);
    workspace::read_current(restored);
    {
      const workspace::Workspace opened(restored);  // of this program's version, or E-SCHEMA
    }
    if (const std::string damage = workspace::database_damage(restored.workspace_file());
        !damage.empty()) {
      throw damaged("workspace.sqlite is damaged: " + damage);
    }
    if (manifest.has_key && options.passphrase) {
      workspace::replace_file(staging / "secret.key",
                              unseal(unpacking.sealed_key(), *options.passphrase));
      const auto before = workspace::read_file(home.folder() / "secret.key");
      result.has_replaced_key = before && before != workspace::read_file(staging / "secret.key");
    }
    result.has_kept_key = keep_key(home, restored);
    {
      workspace::Workspace opened(restored);
      result.kept_imports = keep_imports(home, restored, opened);
      end_access(opened, manifest, result);
    }
    result.created_at = manifest.created_at;
    result.members = static_cast<std::int64_t>(manifest.members.size());
    for (const auto& member : manifest.members) {
      result.bytes += static_cast<std::int64_t>(member.size);
    }
    result.has_store = manifest.has_store;
    result.has_key = manifest.has_key && options.passphrase;
    result.lacks_key = manifest.has_key && !options.passphrase;
    sync_folders(staging);
    fs::remove(staging / kMarker);
    exchange(staging, home);
  } catch (...) {
    std::error_code ignored;
    fs::remove_all(staging, ignored);
    throw;
  }
  sync_to_disk(home.folder().parent_path());
  // What was the home before.
  std::error_code ignored;
  fs::remove_all(staging, ignored);
  progress.finish();
  return result;
}

}  // namespace ca::api
