// What one does to one's own account.

#include <nlohmann/json.hpp>

#include "base/calendar.h"
#include "base/utf8.h"
#include "people/people_impl.h"
#include "people/totp.h"

namespace ca::people {
namespace {

/// Takes over what is asked for and gives the names of what changed, for the audit log, which holds
/// no personal data.
class Fields {
 public:
  void set(const char* name, const std::optional<std::string>& asked, std::string& field) {
    if (!asked || *asked == field) return;
    field = *asked;
    changed_.push_back(name);
  }
  bool is_empty() const { return changed_.empty(); }
  std::string json() const { return nlohmann::json{{"changed", changed_}}.dump(); }

 private:
  std::vector<std::string> changed_;
};

}  // namespace

Account People::account(std::int64_t user) const {
  return impl_->database.read(
      [&](PeopleTables& tables) { return account_of(user_with(tables, user)); });
}

Account People::change_account(const Principal& who, const AccountChange& change,
                               const Visitor& visitor) {
  if (change.email && !change.email->empty()) check_email(*change.email);
  if (change.timezone && !change.timezone->empty()) Zone::find(*change.timezone);
  return impl_->database.write([&](PeopleTables& tables) {
    UserRecord user = user_with(tables, who.user);
    std::string email = user.email.value_or("");
    Fields fields;
    fields.set("display_name", change.display_name, user.display_name);
    fields.set("email", change.email, email);
    fields.set("bio", change.bio, user.bio);
    fields.set("locale", change.locale, user.locale);
    fields.set("timezone", change.timezone, user.timezone);
    fields.set("theme", change.theme, user.theme);
    if (fields.is_empty()) return account_of(user);
    check_unique(tables, user.username, email, user.id);
    user.email = email.empty() ? std::nullopt : std::optional(email);
    tables.users.update(user);
    impl_->audit(tables, Actor::of(who, visitor.address), "account.change",
                 object_of("user", user.id), {}, fields.json());
    return account_of(user);
  });
}

SignedIn People::change_password(const Principal& who, std::string_view current,
                                 std::string_view next, const Visitor& visitor) {
  const UserRecord checked = impl_->checked_by_password(who, current, visitor);
  check_password(next, checked.username, checked.email.value_or(""));
  const std::string hash = impl_->hash_of_password(next);
  return impl_->database.write([&](PeopleTables& tables) {
    UserRecord user = user_with(tables, who.user);
    if (user.password_hash != checked.password_hash) throw message_error("M-SET-PW");
    const auto session = tables.sessions.find(who.session);
    const bool is_remembered = session && tables.remembered.find(session->series);
    user.password_hash = hash;
    tables.users.update(user);
    impl_->end_all(tables, user.id);
    tables.resets.remove_of_user(user.id);
    std::string series;
    std::string remember;
    if (is_remembered) remember = impl_->remember(tables, user.id, series, visitor);
    SignedIn signed_in = impl_->begin_session(tables, user, series, visitor);
    signed_in.remember = std::move(remember);
    impl_->audit(tables, Actor::of(who, visitor.address), "user.password",
                 object_of("user", user.id));
    return signed_in;
  });
}

TotpSetup People::begin_totp(const Principal& who, std::string_view password,
                             const Visitor& visitor) {
  const UserRecord user = impl_->checked_by_password(who, password, visitor);
  if (user.totp_secret) {
    throw Error("E-CONFLICT", "There is a second factor already.", "Remove it first.");
  }
  const std::string secret = random_totp_secret();
  impl_->secrets.put(pending_totp_name(user.id), secret);
  return {base32(secret), totp_uri(secret, user.username)};
}

void People::confirm_totp(const Principal& who, std::string_view code, const Visitor& visitor) {
  const std::string pending = pending_totp_name(who.user);
  const auto secret = impl_->secrets.get(pending);
  if (!secret) throw Error("E-CONFLICT", "No second factor was begun.", "Begin it first.");
  impl_->check_not_locked(who.username, visitor);
  const auto step = totp_match(*secret, code, impl_->now(), 0);
  if (!step) {
    impl_->count_failure(who.username, visitor);
    throw message_error("M-AUTH-TOTP");
  }
  impl_->database.write([&](PeopleTables& tables) {
    UserRecord user = user_with(tables, who.user);
    if (user.totp_secret) throw Error("E-CONFLICT", "There is a second factor already.");
    user.totp_secret = impl_->secrets.put(tables, totp_name(user.id), *secret);
    user.totp_last_step = *step;
    tables.users.update(user);
    tables.secrets.remove(pending);
    impl_->audit(tables, Actor::of(who, visitor.address), "totp.on", object_of("user", user.id));
  });
}

void People::remove_totp(const Principal& who, std::string_view password, const Visitor& visitor) {
  impl_->checked_by_password(who, password, visitor);
  impl_->database.write([&](PeopleTables& tables) {
    UserRecord user = user_with(tables, who.user);
    user.totp_secret.reset();
    tables.users.update(user);
    tables.secrets.remove(totp_name(user.id));
    tables.secrets.remove(pending_totp_name(user.id));
    impl_->audit(tables, Actor::of(who, visitor.address), "totp.off", object_of("user", user.id));
  });
}

void People::delete_account(const Principal& who, std::string_view password,
                            std::string_view typed_name, const Visitor& visitor) {
  const UserRecord checked = impl_->checked_by_password(who, password, visitor);
  if (ascii_lower(typed_name) != ascii_lower(checked.username)) {
    throw Error("E-PARAM", "The name is not that of the account.", "Type your user name.",
                {{"field", "username"}});
  }
  impl_->database.write([&](PeopleTables& tables) {
    impl_->remove(tables, Actor::of(who, visitor.address), user_with(tables, who.user));
  });
}

}  // namespace ca::people
