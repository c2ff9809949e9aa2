#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/cancellation.h"
#include "base/progress.h"
#include "workspace/home.h"

namespace ca::api {

// A home as one file: a tar archive compressed by zstd (`tar --zstd -tf` lists it), whose last
// members are manifest.json, with the SHA-256 of every other, and manifest.sha256 with that of the
// manifest (docs/operations.md). Secrets stay encrypted in it; their key is left out, or in it
// encrypted by a passphrase (Argon2id, XSalsa20-Poly1305).

struct BackupOptions {
  bool with_imports = false;
  std::optional<std::string> passphrase = {};  ///< set: the key of the secrets goes with it
  std::string version = {};                    ///< of the program, for the manifest
};

struct BackupResult {
  std::int64_t members = 0;
  std::int64_t bytes = 0;  ///< of the members
  bool has_store = false;
  std::string why_no_store;  ///< where there is a store but it is left out
  bool has_key = false;
};

/// Writes the backup, which appears whole or not at all, in place of a file of that name. The store
/// goes with it unless a run works, and no run can begin meanwhile; what its write-ahead log holds
/// is brought into its file before, and a store with which that fails is left out. Everything else
/// is as it was published. Errors: E-FILE, E-PERM, E-PARAM for a file within the home or an empty
/// passphrase, E-SECRET when the key is asked for and there is none.
BackupResult backup(const workspace::Home& home, const std::filesystem::path& file,
                    const BackupOptions& options, Progress& progress,
                    const Cancellation& cancellation);

struct RestoreOptions {
  bool force = false;                          ///< also in place of a home that holds something
  std::optional<std::string> passphrase = {};  ///< opens the key
};

struct RestoreResult {
  std::string created_at;  ///< when the backup was made
  std::int64_t members = 0;
  std::int64_t bytes = 0;
  bool has_store = false;
  bool has_key = false;
  bool lacks_key = false;  ///< the backup has a key that was not opened, for want of a passphrase
  bool has_kept_key = false;        ///< secret.key is that of the home before
  bool has_replaced_key = false;    ///< the backup's key took the place of another one
  std::int64_t kept_imports = 0;    ///< files of the home before that the backup lacks
  std::int64_t locked_secrets = 0;  ///< stored secrets that no key in secret.key opens
  std::int64_t users = 0;           ///< as the backup has them
  std::int64_t api_tokens = 0;      ///< of these users
};

/// Makes the home of a backup. All of it is unpacked beside the home, verified and opened before
/// the two folders change places in one step, so that the home is the old one or the new one
/// whenever the process is killed; where the home is a symbolic link that is the folder it leads
/// to. What may have been revoked since the backup does not come back: sessions, remembered
/// browsers, links to set a password, and invitations that nobody has used. The home before leaves
/// its secret.key where the backup brings none, and the files in imports/ that the backup lacks.
/// The audit log says who restored. Errors: E-BACKUP for a file that is damaged, not a backup, or
/// of names or kinds that have no place in a home; E-SECRET for a wrong passphrase; E-BUSY while a
/// run works; E-SERVER while a server serves the home; E-HOME when it holds something and `force`
/// is not set, or its file system cannot exchange folders; E-SCHEMA for a newer program's backup.
RestoreResult restore(const workspace::Home& given, const std::filesystem::path& file,
                      const RestoreOptions& options, Progress& progress,
                      const Cancellation& cancellation);

}  // namespace ca::api
