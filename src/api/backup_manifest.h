#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ca::api {

inline constexpr std::string_view kManifestName = "manifest.json";
inline constexpr std::string_view kManifestHashName = "manifest.sha256";
inline constexpr std::string_view kSealedKeyName = "secret.key.sealed";
inline constexpr int kBackupFormat = 1;

/// What a backup says of itself: manifest.json.
struct BackupManifest {
  struct Member {
    std::string name;
    std::uint64_t size = 0;
    std::string sha256;
    bool operator==(const Member&) const = default;
  };

  std::string created_at;
  std::string version;  ///< of the program
  int schema_version = 0;
  bool has_store = false;
  std::string why_no_store;
  bool has_imports = false;
  bool has_key = false;
  std::vector<Member> members;
};

std::string to_json(const BackupManifest& manifest);
/// Error E-BACKUP for anything else, and for a later format.
BackupManifest read_backup_manifest(std::string_view text);

}  // namespace ca::api
