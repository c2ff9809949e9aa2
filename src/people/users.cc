// The users, for those who administer them.

#include <nlohmann/json.hpp>

#include "people/people_impl.h"

namespace ca::people {
namespace {

std::string json_of(const UserRecord& user) {
  return nlohmann::json{{"role", user.role}, {"status", user.is_active ? "active" : "disabled"}}
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
  tables.failures.remove_of_name(small_letters(user.username));
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
  tables.failures.remove_of_name(small_letters(user.username));
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

Account People::set_role(const Actor& actor, std::int64_t id, Role role) {
  return impl_->database.write([&](PeopleTables& tables) {
    UserRecord user = user_with(tables, id);
    check_may(actor, role_of(user));
    check_may(actor, role);
    if (role_of(user) == role) return account_of(user);
    check_not_last_owner(tables, user);
    const std::string before = json_of(user);
    user.role = name_of(role);
    tables.users.update(user);
    impl_->audit(tables, actor, "user.role", object_of("user", id), before, json_of(user));
    return account_of(user);
  });
}

Account People::set_active(const Actor& actor, std::int64_t id, bool is_active) {
  return impl_->database.write([&](PeopleTables& tables) {
    UserRecord user = user_with(tables, id);
    check_may(actor, role_of(user));
    if (user.is_active == is_active) return account_of(user);
    if (!is_active) check_not_last_owner(tables, user);
    const std::string before = json_of(user);
    user.is_active = is_active;
    tables.users.update(user);
    if (!is_active) impl_->end_all(tables, id);
    impl_->audit(tables, actor, "user.status", object_of("user", id), before, json_of(user));
    return account_of(user);
  });
}

void People::remove_user(const Actor& actor, std::int64_t id) {
  impl_->database.write([&](PeopleTables& tables) {
    const UserRecord user = user_with(tables, id);
    check_may(actor, role_of(user));
    impl_->remove(tables, actor, user);
  });
}

void People::remove_totp_of(const Actor& actor, std::int64_t id) {
  impl_->database.write([&](PeopleTables& tables) {
    UserRecord user = user_with(tables, id);
    check_may(actor, role_of(user));
    user.totp_secret.reset();
    tables.users.update(user);
    tables.secrets.remove(totp_name(id));
    impl_->audit(tables, actor, "totp.off", object_of("user", id));
  });
}

}  // namespace ca::people
