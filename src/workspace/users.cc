// The table of users.

#include "workspace/people_tables.h"
#include "workspace/workspace_impl.h"

namespace ca::workspace {
namespace {

constexpr char kActive[] = "active";
constexpr char kDisabled[] = "disabled";

UserRecord user_of(const SQLite::Statement& row) {
  UserRecord user;
  user.id = row.getColumn(0).getInt64();
  user.username = text(row, 1);
  user.email = optional_text(row, 2);
  user.display_name = text(row, 3);
  user.bio = text(row, 4);
  user.role = text(row, 5);
  user.password_hash = text(row, 6);
  if (!row.isColumnNull(7)) user.totp_secret = row.getColumn(7).getInt64();
  user.totp_last_step = row.getColumn(8).getInt64();
  user.locale = text(row, 9);
  user.timezone = text(row, 10);
  user.theme = text(row, 11);
  user.is_active = text(row, 12) == kActive;
  user.created_at = text(row, 13);
  user.last_login_at = optional_text(row, 14);
  return user;
}

std::int64_t number(SQLite::Statement row) {
  row.executeStep();
  return row.getColumn(0).getInt64();
}

}  // namespace

std::optional<UserRecord> Users::find(std::int64_t id) const {
  SQLite::Statement row =
      prepare(database_,
              "SELECT id, username, email, display_name, bio, role, password_hash, totp_secret, "
              "totp_last_step, locale, timezone, theme, status, created_at, "
              "last_login_at FROM users WHERE id = ?",
              id);
  if (!row.executeStep()) return std::nullopt;
  return user_of(row);
}

std::optional<UserRecord> Users::find_by_name(std::string_view username) const {
  SQLite::Statement row = prepare(database_, "SELECT id FROM users WHERE username = ?", username);
  if (!row.executeStep()) return std::nullopt;
  return find(row.getColumn(0).getInt64());
}

std::optional<UserRecord> Users::find_by_email(std::string_view email) const {
  SQLite::Statement row = prepare(database_, "SELECT id FROM users WHERE email = ?", email);
  if (!row.executeStep()) return std::nullopt;
  return find(row.getColumn(0).getInt64());
}

std::vector<UserRecord> Users::all() const {
  SQLite::Statement row =
      prepare(database_,
              "SELECT id, username, email, display_name, bio, role, password_hash, totp_secret, "
              "totp_last_step, locale, timezone, theme, status, created_at, "
              "last_login_at FROM users ORDER BY username, id");
  std::vector<UserRecord> users;
  while (row.executeStep()) users.push_back(user_of(row));
  return users;
}

std::int64_t Users::count() const {
  return number(prepare(database_, "SELECT count(*) FROM users"));
}

std::int64_t Users::count_active(std::string_view role) const {
  return number(
      prepare(database_, "SELECT count(*) FROM users WHERE role = ? AND status = 'active'", role));
}

std::int64_t Users::add(const UserRecord& user) {
  execute(database_,
          "INSERT INTO users (username, email, display_name, bio, role, password_hash, "
          "totp_secret, totp_last_step, locale, timezone, theme, status, created_at) "
          "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
          user.username, user.email, user.display_name, user.bio, user.role, user.password_hash,
          user.totp_secret, user.totp_last_step, user.locale, user.timezone, user.theme,
          user.is_active ? kActive : kDisabled, user.created_at);
  return database_.getLastInsertRowid();
}

void Users::update(const UserRecord& user) {
  execute(database_,
          "UPDATE users SET username = ?, email = ?, display_name = ?, bio = ?, role = ?, "
          "password_hash = ?, totp_secret = ?, totp_last_step = ?, locale = ?, timezone = ?, "
          "theme = ?, status = ? WHERE id = ?",
          user.username, user.email, user.display_name, user.bio, user.role, user.password_hash,
          user.totp_secret, user.totp_last_step, user.locale, user.timezone, user.theme,
          user.is_active ? kActive : kDisabled, user.id);
}

void Users::set_last_login(std::int64_t id, std::string_view at) {
  execute(database_, "UPDATE users SET last_login_at = ? WHERE id = ?", at, id);
}

void Users::set_totp_last_step(std::int64_t id, std::int64_t step) {
  execute(database_, "UPDATE users SET totp_last_step = ? WHERE id = ?", step, id);
}

void Users::remove(std::int64_t id) { execute(database_, "DELETE FROM users WHERE id = ?", id); }

}  // namespace ca::workspace
