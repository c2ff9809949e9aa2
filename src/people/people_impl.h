#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/error.h"
#include "base/messages.h"
#include "people/people.h"
#include "workspace/clock.h"
#include "workspace/people_tables.h"

namespace ca::people {

using workspace::PeopleDatabase;
using workspace::PeopleTables;
using workspace::TimePoint;
using workspace::UserRecord;
using workspace::utc_text;

inline constexpr auto kIdle = std::chrono::hours(12);
inline constexpr auto kLongestSession = std::chrono::days(30);
inline constexpr auto kRemembered = std::chrono::days(30);

Account account_of(const UserRecord& user);
Role role_of(const UserRecord& user);

/// Throws Error E-PARAM unless it is 3 to 64 of A-Z a-z 0-9 . _ -
void check_username(std::string_view username);
/// Throws Error E-PARAM unless it looks like an e-mail address of at most 254 bytes.
void check_email(std::string_view email);

/// The user, or Error M-404.
UserRecord user_with(const PeopleTables& tables, std::int64_t id);
/// Whether somebody of the role `own` may administer people of the role `theirs`, or make some.
bool may_administer(Role own, Role theirs);
/// Throws Error M-403 unless the actor's role lets him administer people of that role, or make
/// some.
void check_may(const Actor& actor, Role role);
/// Throws Error E-CONFLICT when the user is the actor himself, whom it would spare being asked for
/// his password; `instead` names the call that asks.
void check_is_another(const Actor& actor, std::int64_t user, const char* instead);
/// Throws Error E-CONFLICT when nobody would be an owner without this one.
void check_not_last_owner(const PeopleTables& tables, const UserRecord& user);
/// Throws Error M-REG-USER or M-REG-MAIL when another user than `self` has them; an empty e-mail is
/// nobody's.
void check_unique(const PeopleTables& tables, std::string_view username, std::string_view email,
                  std::int64_t self = 0);

/// Who is known to ask, by the hash of what he sends. Used under the database's lock only.
class KnownVisitors {
 public:
  struct Known {
    Principal who;
    TimePoint ends;          ///< whatever happens
    TimePoint seen;          ///< as far as it is written down
    std::int64_t token = 0;  ///< id of the API token, or 0
  };

  /// Forgets everybody when something may have changed since.
  void refresh(const workspace::ChangeStamp& stamp);
  Known* find(const std::string& hash);
  Known& add(const std::string& hash, Known known);

 private:
  std::unordered_map<std::string, Known> known_;
  workspace::ChangeStamp stamp_;
};

struct People::Impl {
  Impl(workspace::Workspace& workspace, const workspace::Home& home, PasswordCost cost)
      : database(workspace), hasher(cost), secrets(workspace, home) {}

  TimePoint now() const { return database.now(); }
  std::string now_text() const { return utc_text(now()); }

  // sign_in.cc
  /// Throws Error M-AUTH-LOCKED after too many failures of that name or address; an empty one does
  /// not count.
  void check_not_locked(std::string_view username, const Visitor& visitor) const;
  void count_failure(std::string_view username, const Visitor& visitor);
  /// Throws Error M-AUTH-LOCKED after five accounts that were made from that address within an hour
  /// by open registration.
  void check_may_register(const PeopleTables& tables, const Visitor& visitor) const;
  void count_registration(PeopleTables& tables, const Visitor& visitor) const;
  /// Whether it is the user's password. Takes as long when there is no user. Throws as
  /// check_not_locked() and counts a failure.
  bool is_password_of(const UserRecord* user, std::string_view username, std::string_view password,
                      const Visitor& visitor);
  /// The user who asks; throws Error M-SET-PW when it is not his password.
  UserRecord checked_by_password(const Principal& who, std::string_view password,
                                 const Visitor& visitor);
  std::string hash_of_password(std::string_view password);
  /// The secret of the user's authenticator app.
  std::string totp_secret_of(const UserRecord& user) const;

  // sessions.cc
  SignedIn begin_session(PeopleTables& tables, const UserRecord& user, const std::string& series,
                         const Visitor& visitor) const;
  /// A new series for this browser; what the cookie holds.
  std::string remember(PeopleTables& tables, std::int64_t user, std::string& series,
                       const Visitor& visitor) const;
  void end_all(PeopleTables& tables, std::int64_t user) const;

  // users.cc
  std::int64_t add(PeopleTables& tables, const Actor& actor, UserRecord user) const;
  void remove(PeopleTables& tables, const Actor& actor, const UserRecord& user) const;

  // audit.cc
  void audit(PeopleTables& tables, const Actor& actor, std::string_view action,
             std::string_view object, std::string_view before = {},
             std::string_view after = {}) const;

  PeopleDatabase database;
  PasswordHasher hasher;
  Secrets secrets;
  KnownVisitors known;
};

inline std::string object_of(const char* kind, std::int64_t id) {
  return std::string(kind) + "/" + std::to_string(id);
}
/// What failures to sign in are counted under: no name, since it may be a password in the wrong
/// field.
std::string counted_name(std::string_view username);
std::string totp_name(std::int64_t user);          ///< of the secret in use
std::string pending_totp_name(std::int64_t user);  ///< of one that is not yet confirmed

}  // namespace ca::people
