// Links that let somebody in once: invitations, the first owner's, and lost passwords.

#include <nlohmann/json.hpp>

#include "base/utf8.h"
#include "people/people_impl.h"
#include "people/random_text.h"

namespace ca::people {
namespace {

constexpr auto kInvitation = std::chrono::days(7);
constexpr auto kFirstOwner = std::chrono::hours(1);
constexpr auto kReset = std::chrono::hours(1);
constexpr char kRegistration[] = "people.registration";
constexpr char kOpen[] = "open";

/// Whether who made a link for somebody of that role could still make it; nobody is the program
/// itself, or the command line, which may do everything.
bool could_still_make(const PeopleTables& tables, std::optional<std::int64_t> maker, Role role) {
  if (!maker) return true;
  const auto user = tables.users.find(*maker);
  return user && user->is_active && may_administer(role_of(*user), role);
}

/// The invitation of that token, while it is good: not used, not too old, and of somebody who could
/// still give it.
std::optional<workspace::InvitationRecord> good_invitation(const PeopleTables& tables,
                                                           std::string_view token,
                                                           const std::string& now) {
  auto invitation = tables.invitations.find(hash_of(token));
  if (!invitation || invitation->used_at || invitation->expires_at <= now) return std::nullopt;
  const auto role = role_of(std::string_view(invitation->role));
  if (!role || !could_still_make(tables, invitation->created_by, *role)) return std::nullopt;
  return invitation;
}

bool is_open(const PeopleTables& tables) { return tables.settings.get(kRegistration) == kOpen; }

}  // namespace

std::optional<Link> People::first_owner_link() {
  return impl_->database.write([&](PeopleTables& tables) -> std::optional<Link> {
    if (tables.users.count() > 0) return std::nullopt;
    tables.invitations.remove_unused_for_owners();
    const Link link{random_text(), utc_text(impl_->now() + kFirstOwner)};
    workspace::InvitationRecord invitation;
    invitation.token_hash = hash_of(link.token);
    invitation.role = name_of(Role::kOwner);
    invitation.created_at = impl_->now_text();
    invitation.expires_at = link.expires_at;
    tables.invitations.add(invitation);
    return link;
  });
}

Link People::invite(const Actor& actor, const NewInvitation& wanted) {
  check_may(actor, wanted.role);
  if (wanted.username) check_username(*wanted.username);
  if (wanted.email) check_email(*wanted.email);
  const Link link{random_text(), utc_text(impl_->now() + kInvitation)};
  workspace::InvitationRecord invitation;
  invitation.token_hash = hash_of(link.token);
  invitation.username = wanted.username;
  invitation.email = wanted.email;
  invitation.role = name_of(wanted.role);
  invitation.created_by = actor.user;
  invitation.created_at = impl_->now_text();
  invitation.expires_at = link.expires_at;
  impl_->database.write([&](PeopleTables& tables) {
    if (wanted.username) check_unique(tables, *wanted.username, {});
    tables.invitations.add(invitation);
    impl_->audit(tables, actor, "invitation.create", "invitation/" + invitation.token_hash, {},
                 nlohmann::json{{"role", invitation.role}}.dump());
  });
  return link;
}

std::vector<Invitation> People::invitations() const {
  return impl_->database.read([](PeopleTables& tables) {
    std::vector<Invitation> invitations;
    for (const auto& record : tables.invitations.all()) {
      const auto role = role_of(std::string_view(record.role));
      invitations.push_back({record.token_hash, record.username, record.email,
                             role.value_or(Role::kViewer), record.created_by, record.created_at,
                             record.expires_at, record.used_at});
    }
    return invitations;
  });
}

void People::remove_invitation(const Actor& actor, std::string_view id) {
  impl_->database.write([&](PeopleTables& tables) {
    const auto invitation = tables.invitations.find(id);
    if (!invitation) throw message_error("M-404");
    check_may(actor, role_of(std::string_view(invitation->role)).value_or(Role::kOwner));
    tables.invitations.remove(id);
    impl_->audit(tables, actor, "invitation.delete", "invitation/" + std::string(id));
  });
}

bool People::is_good_invitation(std::string_view token) const {
  return impl_->database.read([&](PeopleTables& tables) {
    return good_invitation(tables, token, impl_->now_text()).has_value();
  });
}

Account People::enrol(const Registration& registration, const Visitor& visitor) {
  const std::string& token = registration.invitation;
  UserRecord user;
  user.username = registration.username;
  // What is asked of the name, the e-mail and the password comes after whether anybody may.
  const auto admit = [&](const PeopleTables& tables) {
    if (token.empty()) {
      if (!is_open(tables)) throw message_error("M-REG-CLOSED");
      impl_->check_may_register(tables, visitor);
      user.role = name_of(Role::kViewer);
      if (!registration.email.empty()) user.email = registration.email;
      return;
    }
    const auto invitation = good_invitation(tables, token, impl_->now_text());
    if (!invitation) throw message_error("M-LINK-BAD");
    user.role = invitation->role;
    user.email = invitation->email;
    if (!registration.email.empty()) {
      if (user.email && ascii_lower(*user.email) != ascii_lower(registration.email)) {
        throw Error("E-PARAM", "The invitation is for another e-mail.", {}, {{"field", "email"}});
      }
      user.email = registration.email;
    }
    if (invitation->username && ascii_lower(*invitation->username) != ascii_lower(user.username)) {
      throw Error("E-PARAM", "The invitation is for another user name.", {},
                  {{"field", "username"}});
    }
  };
  impl_->database.read([&](PeopleTables& tables) { admit(tables); });
  // Registering tells which names are taken; without an invitation five times and no more.
  if (token.empty()) impl_->check_not_locked({}, visitor);
  check_username(user.username);
  if (user.email) check_email(*user.email);
  check_password(registration.password, user.username, user.email.value_or(""));
  user.password_hash = impl_->hash_of_password(registration.password);
  try {
    return impl_->database.write([&](PeopleTables& tables) {
      admit(tables);
      Actor himself;
      himself.address = visitor.address;
      const std::int64_t id = impl_->add(tables, himself, user);
      if (token.empty()) {
        impl_->count_registration(tables, visitor);
      } else {
        tables.invitations.set_used(hash_of(token), impl_->now_text());
      }
      return account_of(user_with(tables, id));
    });
  } catch (const Error& error) {
    const bool tells = error.code() == "M-REG-USER" || error.code() == "M-REG-MAIL";
    if (tells && token.empty()) impl_->count_failure({}, visitor);
    throw;
  }
}

bool People::is_registration_open() const {
  return impl_->database.read([](PeopleTables& tables) { return is_open(tables); });
}

void People::set_registration_open(const Actor& actor, bool open) {
  impl_->database.write([&](PeopleTables& tables) {
    const auto json = [](bool value) {
      return nlohmann::json{{"registration", value ? kOpen : "closed"}}.dump();
    };
    const std::string before = json(is_open(tables));
    tables.settings.put(kRegistration, open ? kOpen : "closed");
    impl_->audit(tables, actor, "settings.people", kRegistration, before, json(open));
  });
}

Link People::start_password_reset(const Actor& actor, std::int64_t id) {
  const Link link{random_text(), utc_text(impl_->now() + kReset)};
  impl_->database.write([&](PeopleTables& tables) {
    const UserRecord user = user_with(tables, id);
    check_may(actor, role_of(user));
    check_is_another(actor, id, "PUT /api/v1/account/password");
    tables.resets.remove_of_user(id);
    tables.resets.add(
        {hash_of(link.token), id, impl_->now_text(), link.expires_at, std::nullopt, actor.user});
    impl_->audit(tables, actor, "user.password_reset", object_of("user", id));
  });
  return link;
}

void People::reset_password(std::string_view token, std::string_view password,
                            const Visitor& visitor) {
  const auto good = [&](const PeopleTables& tables) {
    const auto reset = tables.resets.find(hash_of(token));
    if (!reset || reset->used_at || reset->expires_at <= impl_->now_text()) {
      throw message_error("M-LINK-BAD");
    }
    UserRecord user = user_with(tables, reset->user);
    // The user may be above the link's maker by now.
    if (!user.is_active || !could_still_make(tables, reset->created_by, role_of(user))) {
      throw message_error("M-LINK-BAD");
    }
    return user;
  };
  const UserRecord found = impl_->database.read([&](PeopleTables& tables) { return good(tables); });
  check_password(password, found.username, found.email.value_or(""));
  const std::string hash = impl_->hash_of_password(password);
  impl_->database.write([&](PeopleTables& tables) {
    UserRecord user = good(tables);
    user.password_hash = hash;
    tables.users.update(user);
    tables.resets.set_used(hash_of(token), impl_->now_text());
    tables.failures.remove_of_name(counted_name(user.username));
    impl_->end_all(tables, user.id);
    impl_->audit(tables, {user.id, user.username, role_of(user), visitor.address}, "user.password",
                 object_of("user", user.id));
  });
}

}  // namespace ca::people
