// The users, for those who administer them.

#include <nlohmann/json.hpp>

#include "people/people_impl.h"

namespace ca::people {
namespace {

std::string json_of(const UserRecord& user) {
  return nlohmann::json{{"role", user.role},
                        {"status", user.is_active ? "active" : "disabled"},
                        {"totp", user.totp_secret.has_value()}}
      .dump();
}

}  // namespace

std::int64_t People::Impl::add(PeopleTables& tables, const Actor& actor, UserRecord user) const {
  check_unique(tables, user.username, user.email.value_or(""));
  // Whoever is first makes the link of the first owner void.
  if (tables.users.count() == 0) tables.invitations.remove_unused_for_owners();
  user.created_at = now_text();
  user.id = tables.users.add(user);
  // A name that was free a moment ago must not be locked for its new owner.
  tables.failures.remove_of_name(counted_name(user.username));
  Actor who = actor;
  if (who.username.empty()) {  // he made himself
    who.user = user.id;
    who.username = user.username;
  }
  audit(tables, who, "user.create", object_of("user", user.id), {}, json_of(user));
  return user.id;
}

void People::Impl::remove(PeopleTables& tables, const Actor& actor, const UserRecord& user) const {
  check_not_last_owner(tables, user);
  tables.invitations.remove_unused_of(user.id);
  tables.failures.remove_of_name(counted_name(user.username));
  audit(tables, actor, "user.delete", object_of("user", user.id), json_of(user));
  tables.audit.rename(user.id, "deleted-" + std::to_string(user.id));
  tables.users.remove(user.id);
  tables.secrets.remove(totp_name(user.id));
  tables.secrets.remove(pending_totp_name(user.id));
}

std::vector<Account> People::users() const {
  return impl_->database.read([](PeopleTables& tables) {
    std::vector<Account> accounts;
    for (const UserRecord& user : tables.users.all()) accounts.push_back(account_of(user));
    return accounts;
  });
}

std::optional<Account> People::find_user(std::string_view username) const {
  return impl_->database.read([&](PeopleTables& tables) -> std::optional<Account> {
    const auto user = tables.users.find_by_name(username);
    if (!user) return std::nullopt;
    return account_of(*user);
  });
}

bool People::has_users() const {
  return impl_->database.read([](PeopleTables& tables) { return tables.users.count() > 0; });
}

Account People::add_user(const Actor& actor, const NewUser& user) {
  check_may(actor, user.role);
  check_username(user.username);
  if (!user.email.empty()) check_email(user.email);
  check_password(user.password, user.username, user.email);
  UserRecord record;
  record.username = user.username;
  if (!user.email.empty()) record.email = user.email;
  record.role = name_of(user.role);
  record.password_hash = impl_->hash_of_password(user.password);
  return impl_->database.write([&](PeopleTables& tables) {
    return account_of(user_with(tables, impl_->add(tables, actor, record)));
  });
}

Account People::change_user(const Actor& actor, std::int64_t id, const UserChange& change) {
  return impl_->database.write([&](PeopleTables& tables) {
    UserRecord user = user_with(tables, id);
    check_may(actor, role_of(user));
    if (change.role) check_may(actor, *change.role);
    if (change.without_totp) check_is_another(actor, id, "DELETE /api/v1/account/totp");
    const std::string before = json_of(user);
    const Role role = change.role.value_or(role_of(user));
    const bool is_active = change.is_active.value_or(user.is_active);
    if (role != Role::kOwner || !is_active) check_not_last_owner(tables, user);
    user.role = name_of(role);
    user.is_active = is_active;
    if (change.without_totp) user.totp_secret.reset();
    if (json_of(user) == before) return account_of(user);
    tables.users.update(user);
    if (!user.totp_secret) tables.secrets.remove(totp_name(id));
    if (!is_active) impl_->end_all(tables, id);
    impl_->audit(tables, actor, "user.change", object_of("user", id), before, json_of(user));
    return account_of(user);
  });
}

void People::remove_user(const Actor& actor, std::int64_t id) {
  impl_->database.write([&](PeopleTables& tables) {
    const UserRecord user = user_with(tables, id);
    check_may(actor, role_of(user));
    check_is_another(actor, id, "DELETE /api/v1/account");
    impl_->remove(tables, actor, user);
  });
}

}  // namespace ca::people
