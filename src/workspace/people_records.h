#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace ca::workspace {

// Rows about people and what they may. Times are texts of utc_text(); hashes are hexadecimal. What
// each means, and who may see it, is decided in people/.

struct UserRecord {
  std::int64_t id = 0;
  std::string username;
  std::optional<std::string> email;
  std::string display_name;
  std::string bio;
  std::string role;
  std::string password_hash;
  std::optional<std::int64_t> totp_secret;  ///< id among the secrets; nothing: no second factor
  std::int64_t totp_last_step = 0;
  std::string locale;
  std::string timezone;
  std::string theme;
  bool is_active = true;
  std::string created_at;
  std::optional<std::string> last_login_at;
};

struct WebSessionRecord {
  std::string id_hash;
  std::int64_t user = 0;
  std::string csrf_token;
  std::string created_at;
  std::string last_seen_at;
  std::string expires_at;
  std::string address;
  std::string user_agent;
  std::string series;  ///< of the browser's remember-me token; empty where it has none
};

struct RememberRecord {
  std::string series;
  std::string token_hash;
  std::string previous_hash;
  std::int64_t user = 0;
  std::string created_at;
  std::string renewed_at;
  std::string expires_at;
  std::string address;
  std::string user_agent;
};

struct ApiTokenRecord {
  std::int64_t id = 0;
  std::int64_t user = 0;
  std::string name;
  std::string hash;
  std::string scopes;  ///< words with commas
  std::string created_at;
  std::optional<std::string> expires_at;
  std::optional<std::string> last_used_at;
};

struct InvitationRecord {
  std::string token_hash;
  std::optional<std::string> username;  ///< the only one that may be taken with it
  std::optional<std::string> email;
  std::string role;
  std::optional<std::int64_t> created_by;  ///< nothing: the program itself
  std::string created_at;
  std::string expires_at;
  std::optional<std::string> used_at;
};

struct PasswordResetRecord {
  std::string token_hash;
  std::int64_t user = 0;
  std::string created_at;
  std::string expires_at;
  std::optional<std::string> used_at;
  std::optional<std::int64_t> created_by = {};  ///< nothing: the command line
};

struct SecretRecord {
  std::int64_t id = 0;
  std::string name;
  std::string ciphertext;
  std::string nonce;
  std::string key_id;
};

struct AuditRecord {
  std::int64_t id = 0;
  std::string at;
  std::optional<std::int64_t> user;  ///< nothing: the program itself, or nobody who signed in
  std::string username;
  std::string address;
  std::string action;
  std::string object;
  std::string before_json;
  std::string after_json;
};

}  // namespace ca::workspace
