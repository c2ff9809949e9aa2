// The tokens of programs.

#include "workspace/people_tables.h"
#include "workspace/workspace_impl.h"

namespace ca::workspace {
namespace {

ApiTokenRecord token_of(const SQLite::Statement& row) {
  return {row.getColumn(0).getInt64(),
          row.getColumn(1).getInt64(),
          text(row, 2),
          text(row, 3),
          text(row, 4),
          text(row, 5),
          optional_text(row, 6),
          optional_text(row, 7)};
}

}  // namespace

std::optional<ApiTokenRecord> ApiTokens::find(std::string_view hash) const {
  SQLite::Statement row = prepare(database_,
                                  "SELECT id, user_id, name, hash, scopes, created_at, expires_at, "
                                  "last_used_at FROM api_tokens WHERE hash = ?",
                                  hash);
  if (!row.executeStep()) return std::nullopt;
  return token_of(row);
}

std::vector<ApiTokenRecord> ApiTokens::of_user(std::int64_t user) const {
  SQLite::Statement row = prepare(database_,
                                  "SELECT id, user_id, name, hash, scopes, created_at, expires_at, "
                                  "last_used_at FROM api_tokens WHERE user_id = ? ORDER BY id",
                                  user);
  std::vector<ApiTokenRecord> tokens;
  while (row.executeStep()) tokens.push_back(token_of(row));
  return tokens;
}

std::int64_t ApiTokens::add(const ApiTokenRecord& token) {
  execute(database_,
          "INSERT INTO api_tokens (user_id, name, hash, scopes, created_at, expires_at) "
          "VALUES (?, ?, ?, ?, ?, ?)",
          token.user, token.name, token.hash, token.scopes, token.created_at, token.expires_at);
  return database_.getLastInsertRowid();
}

void ApiTokens::set_last_used(std::int64_t id, std::string_view at) {
  execute(database_, "UPDATE api_tokens SET last_used_at = ? WHERE id = ?", at, id);
}

int ApiTokens::remove(std::int64_t user, std::int64_t id) {
  return execute(database_, "DELETE FROM api_tokens WHERE user_id = ? AND id = ?", user, id);
}

}  // namespace ca::workspace
