// Links that let somebody in once: invitations and password_resets.

#include "workspace/people_tables.h"
#include "workspace/workspace_impl.h"

namespace ca::workspace {
namespace {

InvitationRecord invitation_of(const SQLite::Statement& row) {
  InvitationRecord invitation;
  invitation.token_hash = text(row, 0);
  invitation.username = optional_text(row, 1);
  invitation.email = optional_text(row, 2);
  invitation.role = text(row, 3);
  if (!row.isColumnNull(4)) invitation.created_by = row.getColumn(4).getInt64();
  invitation.created_at = text(row, 5);
  invitation.expires_at = text(row, 6);
  invitation.used_at = optional_text(row, 7);
  return invitation;
}

}  // namespace

std::optional<InvitationRecord> Invitations::find(std::string_view token_hash) const {
  SQLite::Statement row =
      prepare(database_,
              "SELECT token_hash, username, email, role, created_by, created_at, "
              "expires_at, used_at FROM invitations WHERE token_hash = ?",
              token_hash);
  if (!row.executeStep()) return std::nullopt;
  return invitation_of(row);
}

std::vector<InvitationRecord> Invitations::all() const {
  SQLite::Statement row =
      prepare(database_,
              "SELECT token_hash, username, email, role, created_by, created_at, "
              "expires_at, used_at FROM invitations "
              "ORDER BY created_at DESC, token_hash");
  std::vector<InvitationRecord> invitations;
  while (row.executeStep()) invitations.push_back(invitation_of(row));
  return invitations;
}

void Invitations::add(const InvitationRecord& invitation) {
  execute(database_,
          "INSERT INTO invitations (token_hash, username, email, role, created_by, created_at, "
          "expires_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
          invitation.token_hash, invitation.username, invitation.email, invitation.role,
          invitation.created_by, invitation.created_at, invitation.expires_at);
}

void Invitations::set_used(std::string_view token_hash, std::string_view at) {
  execute(database_, "UPDATE invitations SET used_at = ? WHERE token_hash = ?", at, token_hash);
}

int Invitations::remove(std::string_view token_hash) {
  return execute(database_, "DELETE FROM invitations WHERE token_hash = ?", token_hash);
}

void Invitations::remove_unused_of(std::int64_t creator) {
  execute(database_, "DELETE FROM invitations WHERE created_by = ? AND used_at IS NULL", creator);
}

void Invitations::remove_unused_for_owners() {
  execute(database_,
          "DELETE FROM invitations "
          "WHERE created_by IS NULL AND role = 'owner' AND used_at IS NULL");
}

std::optional<PasswordResetRecord> PasswordResets::find(std::string_view token_hash) const {
  SQLite::Statement row = prepare(database_,
                                  "SELECT token_hash, user_id, created_at, expires_at, used_at, "
                                  "created_by FROM password_resets WHERE token_hash = ?",
                                  token_hash);
  if (!row.executeStep()) return std::nullopt;
  PasswordResetRecord reset{text(row, 0), row.getColumn(1).getInt64(), text(row, 2), text(row, 3),
                            optional_text(row, 4)};
  if (!row.isColumnNull(5)) reset.created_by = row.getColumn(5).getInt64();
  return reset;
}

void PasswordResets::add(const PasswordResetRecord& reset) {
  execute(database_,
          "INSERT INTO password_resets (token_hash, user_id, created_at, expires_at, created_by) "
          "VALUES (?, ?, ?, ?, ?)",
          reset.token_hash, reset.user, reset.created_at, reset.expires_at, reset.created_by);
}

void PasswordResets::set_used(std::string_view token_hash, std::string_view at) {
  execute(database_, "UPDATE password_resets SET used_at = ? WHERE token_hash = ?", at, token_hash);
}

void PasswordResets::remove_of_user(std::int64_t user) {
  execute(database_, "DELETE FROM password_resets WHERE user_id = ?", user);
}

}  // namespace ca::workspace
