#include "api/backup_manifest.h"

#include <nlohmann/json.hpp>

#include "base/error.h"

namespace ca::api {

using Json = nlohmann::json;

std::string to_json(const BackupManifest& manifest) {
  Json members = Json::array();
  for (const BackupManifest::Member& member : manifest.members) {
    members.push_back({{"name", member.name}, {"size", member.size}, {"sha256", member.sha256}});
  }
  const Json json = {{"format", kBackupFormat},
                     {"created_at", manifest.created_at},
                     {"version", manifest.version},
                     {"schema_version", manifest.schema_version},
                     {"has_store", manifest.has_store},
                     {"why_no_store", manifest.why_no_store},
                     {"has_imports", manifest.has_imports},
                     {"has_key", manifest.has_key},
                     {"members", std::move(members)}};
  return json.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

BackupManifest read_backup_manifest(std::string_view text) {
  try {
    const Json json = Json::parse(text);
    if (json.at("format").get<int>() > kBackupFormat) {
      throw Error("E-BACKUP", "The backup was made by a newer CustomerAnalytics.",
                  "Restore it with the newer program.");
    }
    BackupManifest manifest;
    json.at("created_at").get_to(manifest.created_at);
    json.at("version").get_to(manifest.version);
    json.at("schema_version").get_to(manifest.schema_version);
    json.at("has_store").get_to(manifest.has_store);
    json.at("why_no_store").get_to(manifest.why_no_store);
    json.at("has_imports").get_to(manifest.has_imports);
    json.at("has_key").get_to(manifest.has_key);
    for (const Json& member : json.at("members")) {
      manifest.members.push_back({member.at("name").get<std::string>(),
                                  member.at("size").get<std::uint64_t>(),
                                  member.at("sha256").get<std::string>()});
    }
    return manifest;
  } catch (const Json::exception&) {
    throw Error("E-BACKUP", "The file is not a whole backup: its manifest cannot be read.",
                "Use another backup, or copy this one again.");
  }
}

}  // namespace ca::api
