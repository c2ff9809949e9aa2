#include "api/backup.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zstd.h>

#include <algorithm>
#include <cerrno>
#include <memory>

#include "api/backup_manifest.h"
#include "api/sealed_key.h"
#include "api/sha256.h"
#include "api/tar.h"
#include "base/error.h"
#include "base/log.h"
#include "base/scratch_folder.h"
#include "base/thread_pool.h"
#include "base/whole_file.h"
#include "store/store.h"
#include "workspace/clock.h"
#include "workspace/database_copy.h"
#include "workspace/files.h"
#include "workspace/run_lock.h"
#include "workspace/schema.h"

namespace ca::api {
namespace {

namespace fs = std::filesystem;
using workspace::File;
using workspace::Home;

constexpr std::size_t kPiece = std::size_t{1} << 20;
constexpr int kLevel = 3;
constexpr int kAttempts = 3;

/// A file that was there when it was listed is gone: a run published and swept in between.
struct Vanished {};

/// Compresses what it is given into a file of mode 0600.
class ZstdFile {
 public:
  explicit ZstdFile(const fs::path& path)
      : path_(path),
        file_(File::open(path, O_WRONLY | O_CREAT | O_EXCL)),
        context_(ZSTD_createCCtx(), ZSTD_freeCCtx) {
    ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_compressionLevel, kLevel);
    ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_checksumFlag, 1);
  }

  void write(std::string_view bytes) { compress(bytes, ZSTD_e_continue); }
  void finish() { compress({}, ZSTD_e_end); }

 private:
  void compress(std::string_view bytes, ZSTD_EndDirective mode) {
    ZSTD_inBuffer in{bytes.data(), bytes.size(), 0};
    for (;;) {
      ZSTD_outBuffer out{buffer_.data(), buffer_.size(), 0};
      const std::size_t left = ZSTD_compressStream2(context_.get(), &out, &in, mode);
      if (ZSTD_isError(left) != 0) throw Error("E-INTERNAL", ZSTD_getErrorName(left));
      put(std::string_view(buffer_.data(), out.pos));
      if (mode == ZSTD_e_end ? left == 0 : in.pos == in.size) return;
    }
  }
  void put(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t written = ::write(file_.descriptor(), bytes.data(), bytes.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) throw workspace::file_error("Cannot write", path_, errno);
      bytes.remove_prefix(static_cast<std::size_t>(written));
    }
  }

  fs::path path_;
  File file_;
  std::unique_ptr<ZSTD_CCtx, decltype(&ZSTD_freeCCtx)> context_;
  std::string buffer_ = std::string(ZSTD_CStreamOutSize(), '\0');
};

class Packing {
 public:
  Packing(const Home& home, const fs::path& file, const BackupOptions& options, Progress& progress,
          const Cancellation& cancellation)
      : home_(home),
        options_(options),
        progress_(progress),
        cancellation_(cancellation),
        out_(file),
        tar_([this](std::string_view bytes) { out_.write(bytes); }) {}

  BackupManifest pack(bool with_store, std::string why_no_store) {
    manifest_.created_at = workspace::utc_text(std::chrono::system_clock::now());
    manifest_.version = options_.version;
    manifest_.schema_version = workspace::schema_version();
    manifest_.has_store = with_store && fs::exists(home_.store_file());
    manifest_.why_no_store = std::move(why_no_store);
    manifest_.has_imports = options_.with_imports;
    // What is in force first: whatever is published from now on may be newer than it, not older.
    const auto current = workspace::read_current(home_);
    if (current) {
      add_text("current", workspace::read_file(home_.current_file()).value_or(""));
      if (!current->journeys.empty()) {
        add_folder(home_.journeys_folder() / current->journeys, "journeys/" + current->journeys);
      }
    }
    add_snapshots(current ? current->snapshot : std::string());
    add_folder(home_.models_folder(), "models");
    if (options_.with_imports) add_folder(home_.imports_folder(), "imports");
    if (manifest_.has_store) add_file(home_.store_file(), "store.duckdb");
    add_workspace();
    if (options_.passphrase) add_key();
    const std::string json = to_json(manifest_);
    const std::vector<BackupManifest::Member> members = manifest_.members;
    Sha256 hash;
    hash.add(json);
    add_text(std::string(kManifestName), json);
    add_text(std::string(kManifestHashName), hash.hexadecimal() + "\n");
    manifest_.members = members;
    tar_.finish();
    out_.finish();
    return manifest_;
  }

 private:
  void add_text(const std::string& name, std::string_view text) {
    tar_.begin({name, text.size()});
    tar_.write(text);
    Sha256 hash;
    hash.add(text);
    manifest_.members.push_back({name, text.size(), hash.hexadecimal()});
  }

  void add_file(const fs::path& path, const std::string& name) {
    const File file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
    if (!file && errno == ENOENT) throw Vanished();
    struct stat status {};
    if (!file || ::fstat(file.descriptor(), &status) != 0) {
      throw workspace::file_error("Cannot read", path, errno);
    }
    const auto size = static_cast<std::uint64_t>(status.st_size);
    tar_.begin({name, size});
    Sha256 hash;
    for (std::uint64_t left = size; left > 0;) {
      cancellation_.check();
      const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(left, kPiece));
      const ssize_t got = ::read(file.descriptor(), piece_.data(), wanted);
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) throw workspace::file_error("Cannot read", path, errno);
      if (got == 0) throw Vanished();  // it was made shorter meanwhile
      const std::string_view bytes(piece_.data(), static_cast<std::size_t>(got));
      hash.add(bytes);
      tar_.write(bytes);
      progress_.advance(bytes.size());
      left -= bytes.size();
    }
    manifest_.members.push_back({name, size, hash.hexadecimal()});
  }

  /// Regular files at any depth, in the order of their names; links are passed over.
  void add_folder(const fs::path& folder, const std::string& name) {
    std::vector<fs::path> files;
    try {
      if (!fs::exists(folder)) return;
      for (const auto& entry : fs::recursive_directory_iterator(folder)) {
        const bool is_part =
            entry.path().extension() == ".part" || entry.path().extension() == ".tmp";
        if (!entry.is_symlink() && entry.is_regular_file() && !is_part) {
          files.push_back(entry.path());
        }
      }
    } catch (const fs::filesystem_error& failure) {
      if (failure.code() == std::errc::no_such_file_or_directory) throw Vanished();
      throw Error("E-FILE", failure.what());
    }
    std::ranges::sort(files);
    for (const fs::path& file : files) {
      add_file(file, name + "/" + file.lexically_relative(folder).generic_string());
    }
  }

  /// Finished ones. Those that retention deletes meanwhile are simply no longer there; only the one
  /// in force is missed.
  void add_snapshots(const std::string& in_force) {
    std::vector<std::string> names;
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(home_.snapshots_folder(), ignored)) {
      if (fs::exists(entry.path() / "manifest.json", ignored)) {
        names.push_back(entry.path().filename().string());
      }
    }
    std::ranges::sort(names);
    if (!in_force.empty() && !std::ranges::binary_search(names, in_force)) throw Vanished();
    for (const std::string& name : names) {
      add_folder(home_.snapshots_folder() / name, "snapshots/" + name);
    }
  }

  void add_workspace() {
    if (!fs::exists(home_.workspace_file())) return;
    const ScratchFolder scratch;
    const fs::path copy = scratch.path() / "workspace.sqlite";
    workspace::copy_database(home_.workspace_file(), copy);
    add_file(copy, "workspace.sqlite");
  }

  void add_key() {
    const auto key = workspace::read_file(home_.folder() / "secret.key");
    if (!key) {
      throw Error("E-SECRET", "There is no key to take along: the home has no secrets.",
                  "Make the backup without --with-key.");
    }
    manifest_.has_key = true;
    add_text(std::string(kSealedKeyName), seal(*key, *options_.passphrase));
  }

  const Home& home_;
  const BackupOptions& options_;
  Progress& progress_;
  const Cancellation& cancellation_;
  ZstdFile out_;
  TarWriter tar_;
  BackupManifest manifest_;
  std::string piece_ = std::string(kPiece, '\0');
};

bool is_within(const fs::path& file, const fs::path& folder) {
  const fs::path relative = fs::weakly_canonical(file).lexically_relative(fs::canonical(folder));
  return !relative.empty() && *relative.begin() != "..";
}

/// Makes the store's file the whole store, for whoever holds the lock. Why the store cannot go with
/// the backup, or empty: rows that are in the write-ahead log alone would be missing.
std::string fold_in_log(const Home& home) {
  try {
    if (fs::exists(home.store_file())) {
      store::fold_in_log(home.store_file(),
                         {.memory_limit = fmt::format("{}MB", usable_memory() / 2 / 1'000'000),
                          .temporary_folder = home.scratch_folder().string()});
    }
    return {};
  } catch (const Error& error) {
    return fmt::format("its write-ahead log could not be brought into it ({})", error.message());
  }
}

std::string no_store_text(const Home& home) {
  if (!fs::exists(home.store_file())) return {};
  const auto holder = workspace::RunLock::holder(home);
  return holder && !holder->run.empty()
             ? fmt::format("run {} was working and had the store open", holder->run)
             : std::string("a run was working and had the store open");
}

}  // namespace

BackupResult backup(const Home& home, const fs::path& file, const BackupOptions& options,
                    Progress& progress, const Cancellation& cancellation) {
  const fs::path target = fs::absolute(file);
  if (is_within(target, home.folder())) {
    throw Error("E-PARAM", "The backup would lie in the home that it is of.",
                "Write it to another folder, best on another disk.");
  }
  if (options.passphrase && options.passphrase->empty()) {
    throw Error("E-PARAM", "The passphrase is empty.", "Give one, or leave the key out.");
  }
  remove_abandoned(target.parent_path());
  const std::optional<workspace::RunLock> lock = workspace::RunLock::try_acquire(home);
  const std::string why_no_store = lock ? fold_in_log(home) : no_store_text(home);
  progress.stage("backup", 0, "bytes");
  BackupManifest manifest;
  std::optional<Error> failure;
  for (int attempt = 1;; ++attempt) {
    bool has_vanished = false;
    failure.reset();
    try {
      write_whole(target, [&](const fs::path& part) {
        try {
          Packing packing(home, part, options, progress, cancellation);
          manifest = packing.pack(lock && why_no_store.empty(), why_no_store);
        } catch (const Vanished&) {
          has_vanished = true;
          throw Error("E-FILE", "what is in force changed again and again.");
        } catch (const Error& error) {
          failure = error;
          throw;
        }
      });
      break;
    } catch (const Error&) {
      if (failure) throw *failure;
      if (!has_vanished || attempt == kAttempts) throw;
    }
  }
  progress.finish();
  BackupResult result;
  result.members = static_cast<std::int64_t>(manifest.members.size());
  for (const auto& member : manifest.members) {
    result.bytes += static_cast<std::int64_t>(member.size);
  }
  result.has_store = manifest.has_store;
  result.why_no_store = manifest.why_no_store;
  result.has_key = manifest.has_key;
  log::info("backup written", {{"file", target.string()},
                               {"members", result.members},
                               {"bytes", result.bytes},
                               {"store", result.has_store}});
  return result;
}

}  // namespace ca::api
