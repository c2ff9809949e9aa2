#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "workspace/home.h"
#include "workspace/people_tables.h"

namespace ca::people {

/// Passwords of sources, secrets of authenticator apps: texts that must be had again in clear,
/// encrypted in workspace.sqlite (XSalsa20-Poly1305) by a key in `secret.key` beside it, which is
/// made at first use. Who has one of both files has nothing. For any thread and process.
///
/// Errors: E-PERM when others may read the key file; E-SECRET when the key file is missing, cannot
/// be understood, or is not that of the secrets.
class Secrets {
 public:
  Secrets(workspace::Workspace& workspace, const workspace::Home& home);

  /// Replaces what has that name.
  void put(std::string_view name, std::string_view text);
  std::optional<std::string> get(std::string_view name) const;
  void remove(std::string_view name);
  /// Encrypts all by a new key and forgets the old one. All secrets can be read whenever it is
  /// interrupted.
  void rotate();

  /// put() within a transaction; the secret's id.
  std::int64_t put(workspace::PeopleTables& tables, std::string_view name, std::string_view text);

  std::filesystem::path key_file() const { return key_file_; }

 private:
  mutable workspace::PeopleDatabase database_;
  std::filesystem::path key_file_;
};

}  // namespace ca::people
