// Signing in and out, and the brakes on guessing and on making accounts.

#include <arpa/inet.h>

#include <algorithm>
#include <array>

#include "base/utf8.h"
#include "people/people_impl.h"
#include "people/random_text.h"
#include "people/totp.h"

namespace ca::people {
namespace {

constexpr std::size_t kMostFailures = 5;
constexpr auto kFailureWindow = std::chrono::minutes(15);
constexpr std::size_t kMostRegistrations = 5;
constexpr auto kRegistrationWindow = std::chrono::hours(1);
constexpr auto kLongestWindow = std::max<std::chrono::minutes>(kFailureWindow, kRegistrationWindow);
constexpr std::size_t kLongestName = 64;

/// Whose attempts are counted together: of an IPv6 address the network, which is one customer's.
std::string neighbourhood_of(const std::string& address) {
  std::array<unsigned char, 16> bytes{};
  if (::inet_pton(AF_INET6, address.c_str(), bytes.data()) != 1) return address;
  if (address.find('.') != std::string::npos) return address;  // an IPv4 address in disguise
  std::fill(bytes.begin() + 8, bytes.end(), static_cast<unsigned char>(0));
  std::array<char, INET6_ADDRSTRLEN> text;
  return ::inet_ntop(AF_INET6, bytes.data(), text.data(), text.size());
}

/// What accounts are counted under that were made from there by open registration: apart from the
/// failures, since they keep nobody from signing in. Empty where nothing is counted.
std::string registrations_of(const std::string& address) {
  return address.empty() ? std::string() : "registration " + neighbourhood_of(address);
}

/// How long it is until fewer than `most` of the times, the newest first, are within the window.
std::chrono::milliseconds wait_after(const std::vector<std::string>& times, std::size_t most,
                                     std::chrono::minutes window, TimePoint now) {
  if (times.size() < most) return std::chrono::milliseconds(0);
  const TimePoint end = workspace::parse_utc_text(times[most - 1]) + window;
  return std::chrono::ceil<std::chrono::milliseconds>(end - now);
}

/// Throws Error M-AUTH-LOCKED when there is something to wait for.
void refuse_until_after(std::chrono::milliseconds wait) {
  if (wait.count() <= 0) return;
  const auto minutes = std::chrono::ceil<std::chrono::minutes>(wait).count();
  throw message_error("M-AUTH-LOCKED", {{"minutes", std::to_string(minutes)}});
}

/// Of the cookie of a browser that is remembered.
std::string_view series_of(std::string_view cookie) { return cookie.substr(0, cookie.find('.')); }

}  // namespace

std::string counted_name(std::string_view username) {
  if (username.empty()) return {};
  return hash_of(ascii_lower(username.substr(0, kLongestName)));
}

void People::Impl::check_not_locked(std::string_view username, const Visitor& visitor) const {
  const TimePoint now = this->now();
  const std::string since = utc_text(now - kFailureWindow);
  const std::string name = counted_name(username);
  const std::string address = neighbourhood_of(visitor.address);
  auto wait = std::chrono::milliseconds(0);
  database.read([&](PeopleTables& tables) {
    const auto consider = [&](const std::vector<std::string>& times) {
      wait = std::max(wait, wait_after(times, kMostFailures, kFailureWindow, now));
    };
    if (!name.empty()) consider(tables.failures.of_name(name, since, kMostFailures));
    if (!address.empty()) consider(tables.failures.of_address(address, since, kMostFailures));
  });
  refuse_until_after(wait);
}

void People::Impl::count_failure(std::string_view username, const Visitor& visitor) {
  database.note([&](PeopleTables& tables) {
    tables.failures.remove_before(utc_text(now() - kLongestWindow));
    tables.failures.add(counted_name(username), neighbourhood_of(visitor.address), now_text());
    // Of names that do not exist nothing is written down: they may be passwords in the wrong field.
    const auto user = tables.users.find_by_name(username);
    Actor nobody;
    nobody.address = visitor.address;
    audit(tables, nobody, "session.refused", user ? object_of("user", user->id) : "user");
  });
}

void People::Impl::check_may_register(const PeopleTables& tables, const Visitor& visitor) const {
  const std::string address = registrations_of(visitor.address);
  if (address.empty()) return;
  const TimePoint now = this->now();
  const std::string since = utc_text(now - kRegistrationWindow);
  refuse_until_after(wait_after(tables.failures.of_address(address, since, kMostRegistrations),
                                kMostRegistrations, kRegistrationWindow, now));
}

void People::Impl::count_registration(PeopleTables& tables, const Visitor& visitor) const {
  const std::string address = registrations_of(visitor.address);
  if (address.empty()) return;
  tables.failures.remove_before(utc_text(now() - kLongestWindow));
  tables.failures.add({}, address, now_text());
}

bool People::Impl::is_password_of(const UserRecord* user, std::string_view username,
                                  std::string_view password, const Visitor& visitor) {
  check_not_locked(username, visitor);
  const PasswordHasher::Turn turn = hasher.take_turn();
  // Again, since others may have failed while this one waited: or a hundred at once were a hundred
  // guesses.
  check_not_locked(username, visitor);
  const bool is_right =
      hasher.verify(user == nullptr ? hasher.dummy() : user->password_hash, password, turn);
  if (is_right && user != nullptr && user->is_active) return true;
  count_failure(username, visitor);
  return false;
}

UserRecord People::Impl::checked_by_password(const Principal& who, std::string_view password,
                                             const Visitor& visitor) {
  UserRecord user =
      database.read([&](PeopleTables& tables) { return user_with(tables, who.user); });
  if (!is_password_of(&user, user.username, password, visitor)) throw message_error("M-SET-PW");
  return user;
}

std::string People::Impl::hash_of_password(std::string_view password) {
  return hasher.hash(password, hasher.take_turn());
}

std::string People::Impl::totp_secret_of(const UserRecord& user) const {
  const auto secret = secrets.get(totp_name(user.id));
  if (!secret) {
    throw Error("E-SECRET", "The second factor of " + user.username + " is lost.",
                "Remove it with `customeranalytics user reset-password NAME --without-totp`.");
  }
  return *secret;
}

SignedIn People::sign_in(const SignIn& attempt, const Visitor& visitor) {
  const std::string& name = attempt.username;
  const auto user =
      impl_->database.read([&](PeopleTables& tables) { return tables.users.find_by_name(name); });
  if (!impl_->is_password_of(user ? &*user : nullptr, name, attempt.password, visitor)) {
    throw message_error("M-AUTH-BAD");
  }
  std::optional<std::int64_t> step;
  if (user->totp_secret) {
    if (attempt.totp.empty()) throw message_error("M-AUTH-TOTP");
    step =
        totp_match(impl_->totp_secret_of(*user), attempt.totp, impl_->now(), user->totp_last_step);
    if (!step) {
      impl_->count_failure(name, visitor);
      throw message_error("M-AUTH-TOTP");
    }
  }
  const std::string rehashed = impl_->hasher.is_outdated(user->password_hash)
                                   ? impl_->hash_of_password(attempt.password)
                                   : std::string();

  return impl_->database.write([&](PeopleTables& tables) {
    // What was looked at may have changed while the hash was computed.
    auto current = tables.users.find(user->id);
    if (!current || !current->is_active || current->password_hash != user->password_hash ||
        current->totp_secret != user->totp_secret || (step && *step <= current->totp_last_step)) {
      throw message_error("M-AUTH-BAD");
    }
    const TimePoint now = impl_->now();
    tables.failures.remove(counted_name(name), neighbourhood_of(visitor.address));
    tables.sessions.remove_ended(utc_text(now), utc_text(now - kIdle));
    tables.remembered.remove_ended(utc_text(now));
    tables.sessions.remove(attempt.previous_session);
    tables.remembered.remove(series_of(attempt.previous_remember));
    if (step) tables.users.set_totp_last_step(current->id, *step);
    if (!rehashed.empty()) {
      current->password_hash = rehashed;
      if (step) current->totp_last_step = *step;
      tables.users.update(*current);
    }
    tables.users.set_last_login(current->id, utc_text(now));
    std::string series;
    std::string remember;
    if (attempt.remember) remember = impl_->remember(tables, current->id, series, visitor);
    SignedIn signed_in = impl_->begin_session(tables, *current, series, visitor);
    signed_in.remember = std::move(remember);
    impl_->audit(tables, Actor::of(signed_in.who, visitor.address), "session.begin",
                 object_of("user", current->id));
    return signed_in;
  });
}

void People::sign_out(const Principal& who, std::string_view remember, const Visitor& visitor) {
  impl_->database.write([&](PeopleTables& tables) {
    const auto session = tables.sessions.find(who.session);
    if (session) tables.remembered.remove(session->series);
    tables.remembered.remove(series_of(remember));
    tables.sessions.remove(who.session);
    impl_->audit(tables, Actor::of(who, visitor.address), "session.end",
                 object_of("user", who.user));
  });
}

}  // namespace ca::people
