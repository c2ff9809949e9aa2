#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "people/passwords.h"
#include "people/principal.h"
#include "people/secrets.h"
#include "workspace/home.h"
#include "workspace/people_records.h"
#include "workspace/workspace.h"

namespace ca::people {

/// Where a request comes from.
struct Visitor {
  std::string address;
  std::string user_agent;
};

/// Who does something to others, for what he may and for the audit log.
struct Actor {
  std::optional<std::int64_t> user;
  std::string username;
  Role role = Role::kViewer;
  std::string address;

  static Actor of(const Principal& who, std::string address);
  /// Whoever can use the command line on the home: he could change the files as well, so he may do
  /// everything.
  static Actor command_line();
};

struct SignIn {
  std::string username;
  std::string password;
  std::string totp;  ///< empty: none was sent
  bool remember = false;
  std::string previous_session;   ///< Principal::session of whom the browser was; that one ends
  std::string previous_remember;  ///< the browser's cookie, which ends too
};

/// A session that begins: what the cookies hold.
struct SignedIn {
  Principal who;
  std::string session;
  std::string remember;  ///< empty: no new one
};

/// What is known of a user; no secrets.
struct Account {
  std::int64_t id = 0;
  std::string username;
  std::string email;  ///< empty: none
  std::string display_name;
  std::string bio;
  Role role = Role::kViewer;
  bool has_totp = false;
  std::string locale;
  std::string timezone;
  std::string theme;
  bool is_active = true;
  std::string created_at;
  std::optional<std::string> last_login_at;
};

/// What is not set stays.
struct AccountChange {
  std::optional<std::string> display_name = {};
  std::optional<std::string> email = {};  ///< empty: none any more
  std::optional<std::string> bio = {};
  std::optional<std::string> locale = {};
  std::optional<std::string> timezone = {};  ///< an IANA name, or empty for the workspace's
  std::optional<std::string> theme = {};
};

struct NewUser {
  std::string username;
  std::string email;  ///< empty: none
  std::string password;
  Role role = Role::kViewer;
};

/// What is not set stays.
struct UserChange {
  std::optional<Role> role = {};
  std::optional<bool> is_active = {};
  bool without_totp = false;  ///< for somebody who lost his telephone
};

struct Registration {
  std::string username;
  std::string email;  ///< empty: none, or the invitation's
  std::string password;
  std::string invitation;  ///< empty: open registration
};

struct Invitation {
  std::string id;                       ///< the hash of its token
  std::optional<std::string> username;  ///< the only one that may be taken
  std::optional<std::string> email;
  Role role = Role::kViewer;
  std::optional<std::int64_t> created_by;
  std::string created_at;
  std::string expires_at;
  std::optional<std::string> used_at;
};

struct NewInvitation {
  Role role = Role::kViewer;
  std::optional<std::string> username;
  std::optional<std::string> email;
};

/// A link's token in clear, which is shown once, and until when it is good.
struct Link {
  std::string token;
  std::string expires_at;
};

/// A browser that is signed in, or that may sign itself in.
struct Browser {
  std::string id;
  std::string created_at;
  std::string last_seen_at;
  std::string expires_at;
  std::string address;
  std::string user_agent;
  bool is_current = false;
  bool is_remembered = false;
};

struct ApiToken {
  std::int64_t id = 0;
  std::string name;
  std::vector<Scope> scopes;
  std::string created_at;
  std::optional<std::string> expires_at;
  std::optional<std::string> last_used_at;
};

struct NewApiToken {
  ApiToken token;
  std::string text;  ///< what is sent as bearer; shown once
};

/// What an authenticator app is told.
struct TotpSetup {
  std::string secret;  ///< base 32
  std::string uri;
};

/// The people of a workspace: who they are, what they may, and how they prove it (product.md 1.1,
/// 1.22, 4.3, SEC-01 to SEC-09). For any thread; times are those of the workspace's clock. What
/// another process changes is seen by the next call.
///
/// Nothing that lets somebody in is kept in clear: of sessions, tokens and links only hashes, of
/// passwords Argon2id. An attempt that fails is answered alike, and takes as long, whether the user
/// exists or not.
///
/// Errors beside those of Workspace: M-403 when the actor may not do it to that user, M-404 when
/// there is no such user, session, token or invitation, E-CONFLICT for what would leave no owner.
class People {
 public:
  People(workspace::Workspace& workspace, const workspace::Home& home, PasswordCost cost = {});
  People(const People&) = delete;
  People& operator=(const People&) = delete;
  ~People();

  // --- Who asks (identification.cc): cheap, of every request ---

  /// Nothing for a session that ended: after 12 hours without a request, or 30 days.
  std::optional<Principal> by_session(std::string_view cookie);
  /// `token` begins with "ca_". Nothing for one that is not valid.
  std::optional<Principal> by_token(std::string_view token);
  /// Begins a session by the cookie of a browser that is remembered, which is renewed; `remember`
  /// is empty where the browser is about to get it by another request. A cookie that was renewed
  /// long before comes from a thief or from his victim: all of that browser's sessions end.
  std::optional<SignedIn> by_remembered(std::string_view cookie, const Visitor& visitor);

  // --- Signing in and out (sign_in.cc) ---

  /// Errors: M-AUTH-BAD; M-AUTH-TOTP when the password is right and a code is needed;
  /// M-AUTH-LOCKED after five failures in 15 minutes of that name or from that address.
  SignedIn sign_in(const SignIn& attempt, const Visitor& visitor);
  /// `remember` is the browser's cookie, or empty.
  void sign_out(const Principal& who, std::string_view remember, const Visitor& visitor);

  // --- One's own account (account.cc) ---

  Account account(std::int64_t user) const;
  /// Errors: M-REG-MAIL, E-PARAM.
  Account change_account(const Principal& who, const AccountChange& change, const Visitor& visitor);
  /// Ends all sessions and begins a new one. Errors: M-SET-PW when `current` is wrong, M-REG-PW.
  SignedIn change_password(const Principal& who, std::string_view current, std::string_view next,
                           const Visitor& visitor);
  /// The second factor: asked for from confirm_totp() on. Error M-SET-PW, M-AUTH-TOTP, E-CONFLICT.
  TotpSetup begin_totp(const Principal& who, std::string_view password, const Visitor& visitor);
  void confirm_totp(const Principal& who, std::string_view code, const Visitor& visitor);
  void remove_totp(const Principal& who, std::string_view password, const Visitor& visitor);
  /// `typed_name` must be the user's name. What others see of him loses his name.
  void delete_account(const Principal& who, std::string_view password, std::string_view typed_name,
                      const Visitor& visitor);

  // --- Sessions and API tokens of one user (sessions.cc, tokens.cc) ---

  std::vector<Browser> sessions(const Principal& who) const;
  void end_session(const Principal& who, std::string_view id, const Visitor& visitor);
  /// All but the one that asks.
  void end_other_sessions(const Principal& who, const Visitor& visitor);

  std::vector<ApiToken> tokens(std::int64_t user) const;
  /// The name has 1 to 100 characters. Without `days` it does not expire. Error E-PARAM for more
  /// than a hundred tokens.
  NewApiToken create_token(const Principal& who, std::string_view name,
                           const std::vector<Scope>& scopes, std::optional<int> days,
                           const Visitor& visitor);
  void remove_token(const Principal& who, std::int64_t id, const Visitor& visitor);

  // --- Users (users.cc) ---

  std::vector<Account> users() const;
  std::optional<Account> find_user(std::string_view username) const;
  bool has_users() const;
  /// Errors: E-PARAM, M-REG-USER, M-REG-MAIL, M-REG-PW.
  Account add_user(const Actor& actor, const NewUser& user);
  /// All of the change or nothing. A disabled user's sessions end, and his tokens rest. E-CONFLICT
  /// for one's own second factor, which remove_totp() takes away.
  Account change_user(const Actor& actor, std::int64_t user, const UserChange& change);
  /// E-CONFLICT for oneself: delete_account() asks for the password.
  void remove_user(const Actor& actor, std::int64_t user);

  // --- Links (links.cc) ---

  /// Makes one for the first owner, valid for an hour, in place of any before; nothing when there
  /// are users.
  std::optional<Link> first_owner_link();
  /// Of one use, within 7 days.
  Link invite(const Actor& actor, const NewInvitation& invitation);
  std::vector<Invitation> invitations() const;
  void remove_invitation(const Actor& actor, std::string_view id);
  bool is_good_invitation(std::string_view token) const;
  /// Errors: M-REG-CLOSED, M-LINK-BAD, M-REG-USER, M-REG-MAIL, M-REG-PW, E-PARAM; without an
  /// invitation M-AUTH-LOCKED after five accounts from that address within an hour, or too many
  /// failures.
  Account enrol(const Registration& registration, const Visitor& visitor);
  bool is_registration_open() const;
  void set_registration_open(const Actor& actor, bool is_open);

  /// Of one use, within an hour, and while the actor could still make it. E-CONFLICT for oneself:
  /// change_password() asks for the password.
  Link start_password_reset(const Actor& actor, std::int64_t user);
  /// Ends all sessions of the user. Errors: M-LINK-BAD, M-REG-PW.
  void reset_password(std::string_view token, std::string_view password, const Visitor& visitor);

  // --- The audit log (audit.cc) ---

  /// Writes down what an actor did; JSON of what was before and is after, without secrets and
  /// without what names a person.
  void record(const Actor& actor, std::string_view action, std::string_view object,
              std::string_view before_json = {}, std::string_view after_json = {});
  /// The newest first, those whose id is smaller than `before_id` where it is not 0.
  std::vector<workspace::AuditRecord> audit(std::int64_t before_id, std::size_t limit) const;

  Secrets& secrets();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ca::people
