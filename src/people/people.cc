#include "people/people.h"

#include <algorithm>

#include "people/people_impl.h"

namespace ca::people {

Actor Actor::of(const Principal& who, std::string address) {
  return {who.user, who.username, who.role, std::move(address)};
}

Actor Actor::command_line() { return {std::nullopt, "(command line)", Role::kOwner, {}}; }

People::People(workspace::Workspace& workspace, const workspace::Home& home, PasswordCost cost)
    : impl_(std::make_unique<Impl>(workspace, home, cost)) {}
People::~People() = default;

Secrets& People::secrets() { return impl_->secrets; }

Role role_of(const UserRecord& user) {
  const std::optional<Role> role = role_of(std::string_view(user.role));
  if (!role) {
    throw Error("E-HOME", "The workspace holds a user of an unknown role.",
                "Restore workspace.sqlite from a backup.");
  }
  return *role;
}

Account account_of(const UserRecord& user) {
  return {user.id,
          user.username,
          user.email.value_or(""),
          user.display_name,
          user.bio,
          role_of(user),
          user.totp_secret.has_value(),
          user.locale,
          user.timezone,
          user.theme,
          user.is_active,
          user.created_at,
          user.last_login_at};
}

std::string totp_name(std::int64_t user) { return "totp." + std::to_string(user); }
std::string pending_totp_name(std::int64_t user) { return "totp.pending." + std::to_string(user); }

void check_username(std::string_view username) {
  const auto is_allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
  };
  if (username.size() >= 3 && username.size() <= 64 && std::ranges::all_of(username, is_allowed)) {
    return;
  }
  throw Error("E-PARAM", "That is no user name.",
              "Use 3 to 64 letters a-z, digits, dots, underscores and hyphens.",
              {{"field", "username"}});
}

void check_email(std::string_view email) {
  const auto is_atom = [](char c) {
    return c > ' ' && c != 0x7F &&
           std::string_view("()<>[]:;@\\,\"").find(c) == std::string_view::npos;
  };
  const std::size_t at = email.rfind('@');
  if (at != std::string_view::npos && email.size() <= 254) {
    const std::string_view local = email.substr(0, at);
    const std::string_view domain = email.substr(at + 1);
    const auto is_dotted = [](std::string_view text) {
      return !text.empty() && text.front() != '.' && text.back() != '.' &&
             text.find("..") == std::string_view::npos;
    };
    if (local.size() <= 64 && is_dotted(local) && is_dotted(domain) &&
        std::ranges::all_of(local, is_atom) && std::ranges::all_of(domain, is_atom)) {
      return;
    }
  }
  throw Error("E-PARAM", "That is no e-mail address.", "Write it as name@example.com.",
              {{"field", "email"}});
}

UserRecord user_with(const PeopleTables& tables, std::int64_t id) {
  std::optional<UserRecord> user = tables.users.find(id);
  if (!user) throw message_error("M-404");
  return *std::move(user);
}

bool may_administer(Role own, Role theirs) { return own >= Role::kAdmin && theirs <= own; }

void check_may(const Actor& actor, Role role) {
  if (may_administer(actor.role, role)) return;
  throw message_error("M-403", {}, "Nobody can give, or take from others, more than he has.");
}

void check_is_another(const Actor& actor, std::int64_t user, const char* instead) {
  if (actor.user != user) return;
  throw Error("E-CONFLICT", "To one's own account that is done on the account page.",
              std::string("There the password is asked for: ") + instead + ".");
}

void check_not_last_owner(const PeopleTables& tables, const UserRecord& user) {
  if (role_of(user) != Role::kOwner || !user.is_active) return;
  if (tables.users.count_active(name_of(Role::kOwner)) > 1) return;
  throw Error("E-CONFLICT", user.username + " is the only owner.",
              "Make somebody else an owner first.");
}

void check_unique(const PeopleTables& tables, std::string_view username, std::string_view email,
                  std::int64_t self) {
  const auto named = tables.users.find_by_name(username);
  if (named && named->id != self) throw message_error("M-REG-USER");
  if (email.empty()) return;
  const auto mailed = tables.users.find_by_email(email);
  if (mailed && mailed->id != self) throw message_error("M-REG-MAIL");
}

}  // namespace ca::people
