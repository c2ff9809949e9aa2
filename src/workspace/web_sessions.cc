// Who is signed in from where: sessions_web and remember_tokens.

#include "workspace/people_tables.h"
#include "workspace/workspace_impl.h"

namespace ca::workspace {
namespace {

WebSessionRecord session_of(const SQLite::Statement& row) {
  return {text(row, 0), row.getColumn(1).getInt64(),
          text(row, 2), text(row, 3),
          text(row, 4), text(row, 5),
          text(row, 6), text(row, 7),
          text(row, 8)};
}

RememberRecord remembered_of(const SQLite::Statement& row) {
  return {text(row, 0), text(row, 1), text(row, 2), row.getColumn(3).getInt64(),
          text(row, 4), text(row, 5), text(row, 6), text(row, 7),
          text(row, 8)};
}

}  // namespace

std::optional<WebSessionRecord> WebSessions::find(std::string_view id_hash) const {
  SQLite::Statement row = prepare(database_,
                                  "SELECT id_hash, user_id, csrf_token, created_at, last_seen_at, "
                                  "expires_at, ip, user_agent, series FROM sessions_web "
                                  "WHERE id_hash = ?",
                                  id_hash);
  if (!row.executeStep()) return std::nullopt;
  return session_of(row);
}

std::vector<WebSessionRecord> WebSessions::of_user(std::int64_t user) const {
  SQLite::Statement row = prepare(database_,
                                  "SELECT id_hash, user_id, csrf_token, created_at, last_seen_at, "
                                  "expires_at, ip, user_agent, series FROM sessions_web "
                                  "WHERE user_id = ? ORDER BY last_seen_at DESC, id_hash",
                                  user);
  std::vector<WebSessionRecord> sessions;
  while (row.executeStep()) sessions.push_back(session_of(row));
  return sessions;
}

void WebSessions::add(const WebSessionRecord& session) {
  execute(database_,
          "INSERT INTO sessions_web (id_hash, user_id, csrf_token, created_at, last_seen_at, "
          "expires_at, ip, user_agent, series) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
          session.id_hash, session.user, session.csrf_token, session.created_at,
          session.last_seen_at, session.expires_at, session.address, session.user_agent,
          session.series);
}

void WebSessions::set_last_seen(std::string_view id_hash, std::string_view at) {
  execute(database_, "UPDATE sessions_web SET last_seen_at = ? WHERE id_hash = ?", at, id_hash);
}

int WebSessions::remove(std::string_view id_hash) {
  return execute(database_, "DELETE FROM sessions_web WHERE id_hash = ?", id_hash);
}

int WebSessions::remove_series(std::string_view series) {
  return execute(database_, "DELETE FROM sessions_web WHERE series = ? AND series <> ''", series);
}

int WebSessions::remove_of_user(std::int64_t user, std::string_view kept) {
  return execute(database_, "DELETE FROM sessions_web WHERE user_id = ? AND id_hash <> ?", user,
                 kept);
}

void WebSessions::remove_ended(std::string_view now, std::string_view idle) {
  execute(database_, "DELETE FROM sessions_web WHERE expires_at <= ? OR last_seen_at <= ?", now,
          idle);
}

std::optional<RememberRecord> RememberTokens::find(std::string_view series) const {
  SQLite::Statement row = prepare(database_,
                                  "SELECT series, token_hash, previous_hash, user_id, created_at, "
                                  "renewed_at, expires_at, ip, user_agent FROM remember_tokens "
                                  "WHERE series = ?",
                                  series);
  if (!row.executeStep()) return std::nullopt;
  return remembered_of(row);
}

std::vector<RememberRecord> RememberTokens::of_user(std::int64_t user) const {
  SQLite::Statement row = prepare(database_,
                                  "SELECT series, token_hash, previous_hash, user_id, created_at, "
                                  "renewed_at, expires_at, ip, user_agent FROM remember_tokens "
                                  "WHERE user_id = ? ORDER BY renewed_at DESC, series",
                                  user);
  std::vector<RememberRecord> tokens;
  while (row.executeStep()) tokens.push_back(remembered_of(row));
  return tokens;
}

void RememberTokens::add(const RememberRecord& token) {
  execute(database_,
          "INSERT INTO remember_tokens (series, token_hash, previous_hash, user_id, created_at, "
          "renewed_at, expires_at, ip, user_agent) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
          token.series, token.token_hash, token.previous_hash, token.user, token.created_at,
          token.renewed_at, token.expires_at, token.address, token.user_agent);
}

void RememberTokens::renew(const RememberRecord& token) {
  execute(database_,
          "UPDATE remember_tokens SET token_hash = ?, previous_hash = ?, renewed_at = ?, "
          "expires_at = ?, ip = ?, user_agent = ? WHERE series = ?",
          token.token_hash, token.previous_hash, token.renewed_at, token.expires_at, token.address,
          token.user_agent, token.series);
}

int RememberTokens::remove(std::string_view series) {
  return execute(database_, "DELETE FROM remember_tokens WHERE series = ?", series);
}

int RememberTokens::remove_of_user(std::int64_t user, std::string_view kept) {
  return execute(database_, "DELETE FROM remember_tokens WHERE user_id = ? AND series <> ?", user,
                 kept);
}

void RememberTokens::remove_ended(std::string_view now) {
  execute(database_, "DELETE FROM remember_tokens WHERE expires_at <= ?", now);
}

}  // namespace ca::workspace
