#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "workspace/people_records.h"
#include "workspace/workspace.h"

namespace SQLite {
class Database;
}

namespace ca::workspace {

// The tables of people: what is in them, and no rules. Used inside PeopleDatabase::read() and
// write(), not kept beyond.

class Users {
 public:
  explicit Users(SQLite::Database& database) : database_(database) {}

  std::optional<UserRecord> find(std::int64_t id) const;
  std::optional<UserRecord> find_by_name(std::string_view username) const;  ///< in any case
  std::optional<UserRecord> find_by_email(std::string_view email) const;    ///< in any case
  std::vector<UserRecord> all() const;                                      ///< by name
  std::int64_t count() const;
  /// Of that role and able to sign in.
  std::int64_t count_active(std::string_view role) const;
  /// The new id; that of the record is not looked at.
  std::int64_t add(const UserRecord& user);
  /// All but id, created_at and last_login_at.
  void update(const UserRecord& user);
  void set_last_login(std::int64_t id, std::string_view at);
  void set_totp_last_step(std::int64_t id, std::int64_t step);
  /// With the sessions, tokens and links of that user, and the links for passwords he made.
  void remove(std::int64_t id);

 private:
  SQLite::Database& database_;
};

class WebSessions {
 public:
  explicit WebSessions(SQLite::Database& database) : database_(database) {}

  std::optional<WebSessionRecord> find(std::string_view id_hash) const;
  std::vector<WebSessionRecord> of_user(std::int64_t user) const;  ///< the last seen first
  void add(const WebSessionRecord& session);
  void set_last_seen(std::string_view id_hash, std::string_view at);
  int remove(std::string_view id_hash);
  int remove_series(std::string_view series);
  /// All of a user but `kept`, which may be empty.
  int remove_of_user(std::int64_t user, std::string_view kept);
  /// Those that ended before `now`, or were last seen before `idle`.
  void remove_ended(std::string_view now, std::string_view idle);

 private:
  SQLite::Database& database_;
};

class RememberTokens {
 public:
  explicit RememberTokens(SQLite::Database& database) : database_(database) {}

  std::optional<RememberRecord> find(std::string_view series) const;
  std::vector<RememberRecord> of_user(std::int64_t user) const;
  void add(const RememberRecord& token);
  /// The hashes, renewed_at, expires_at, address and user_agent of its series.
  void renew(const RememberRecord& token);
  int remove(std::string_view series);
  /// All of a user but the series `kept`, which may be empty.
  int remove_of_user(std::int64_t user, std::string_view kept);
  void remove_ended(std::string_view now);

 private:
  SQLite::Database& database_;
};

class ApiTokens {
 public:
  explicit ApiTokens(SQLite::Database& database) : database_(database) {}

  std::optional<ApiTokenRecord> find(std::string_view hash) const;
  std::vector<ApiTokenRecord> of_user(std::int64_t user) const;  ///< the oldest first
  std::int64_t add(const ApiTokenRecord& token);
  void set_last_used(std::int64_t id, std::string_view at);
  int remove(std::int64_t user, std::int64_t id);

 private:
  SQLite::Database& database_;
};

class Invitations {
 public:
  explicit Invitations(SQLite::Database& database) : database_(database) {}

  std::optional<InvitationRecord> find(std::string_view token_hash) const;
  std::vector<InvitationRecord> all() const;  ///< the newest first
  void add(const InvitationRecord& invitation);
  void set_used(std::string_view token_hash, std::string_view at);
  int remove(std::string_view token_hash);
  /// Those of that user that nobody has used.
  void remove_unused_of(std::int64_t creator);
  /// Those for owners that the program itself made and nobody has used.
  void remove_unused_for_owners();

 private:
  SQLite::Database& database_;
};

class PasswordResets {
 public:
  explicit PasswordResets(SQLite::Database& database) : database_(database) {}

  std::optional<PasswordResetRecord> find(std::string_view token_hash) const;
  void add(const PasswordResetRecord& reset);
  void set_used(std::string_view token_hash, std::string_view at);
  void remove_of_user(std::int64_t user);

 private:
  SQLite::Database& database_;
};

/// Failed attempts to sign in, by name as typed and by address; and accounts that were made by open
/// registration, without a name and by an address that no failure has.
class SignInFailures {
 public:
  explicit SignInFailures(SQLite::Database& database) : database_(database) {}

  void add(std::string_view username, std::string_view address, std::string_view at);
  /// The times of the last `count` since `since`, the newest first; of that name, or that address.
  std::vector<std::string> of_name(std::string_view username, std::string_view since,
                                   std::size_t count) const;
  std::vector<std::string> of_address(std::string_view address, std::string_view since,
                                      std::size_t count) const;
  void remove(std::string_view username, std::string_view address);
  void remove_of_name(std::string_view username);
  void remove_before(std::string_view at);

 private:
  SQLite::Database& database_;
};

class StoredSecrets {
 public:
  explicit StoredSecrets(SQLite::Database& database) : database_(database) {}

  std::optional<SecretRecord> find(std::string_view name) const;
  std::vector<SecretRecord> all() const;
  std::vector<std::string> key_ids() const;
  /// Replaces what has that name, and returns its id, which stays the same.
  std::int64_t put(const SecretRecord& secret, std::string_view at);
  /// The same secret under another key.
  void encrypt_anew(const SecretRecord& secret, std::string_view at);
  int remove(std::string_view name);

 private:
  SQLite::Database& database_;
};

class AuditLog {
 public:
  explicit AuditLog(SQLite::Database& database) : database_(database) {}

  void add(const AuditRecord& record);
  /// The newest first, those whose id is smaller than `before_id` where it is not 0.
  std::vector<AuditRecord> list(std::int64_t before_id, std::size_t limit) const;
  /// Gives the name of a user in all records.
  void rename(std::int64_t user, std::string_view username);

 private:
  SQLite::Database& database_;
};

/// Settings of the workspace that are not the configuration of `connect`.
class WorkspaceSettings {
 public:
  explicit WorkspaceSettings(SQLite::Database& database) : database_(database) {}

  std::optional<std::string> get(std::string_view key) const;
  void put(std::string_view key, std::string_view value);

 private:
  SQLite::Database& database_;
};

/// Another one than before means that something in workspace.sqlite may have changed since, by
/// whomever.
struct ChangeStamp {
  std::int64_t others = 0;  ///< changes with every commit of another connection
  std::int64_t own = 0;     ///< rows this one has changed
  bool operator==(const ChangeStamp&) const = default;
};

struct PeopleTables {
  Users users;
  WebSessions sessions;
  RememberTokens remembered;
  ApiTokens tokens;
  Invitations invitations;
  PasswordResets resets;
  SignInFailures failures;
  StoredSecrets secrets;
  AuditLog audit;
  WorkspaceSettings settings;

  explicit PeopleTables(SQLite::Database& database);
  ChangeStamp stamp() const;

 private:
  SQLite::Database& database_;
};

/// The tables of people in a Workspace, which must outlive it. For any thread: calls take turns
/// with each other and with those of the workspace. Errors as those of Workspace.
class PeopleDatabase {
 public:
  explicit PeopleDatabase(Workspace& workspace) : workspace_(workspace) {}

  /// What work(PeopleTables&) returns. No other thread uses the workspace meanwhile, but another
  /// process may write between two statements.
  template <class Work>
  auto read(Work work) const {
    return result_of(Mode::kRead, work);
  }
  /// The same in a transaction, which is rolled back when `work` throws. What it wrote survives a
  /// power cut.
  template <class Work>
  auto write(Work work) {
    return result_of(Mode::kWrite, work);
  }
  /// The same for what may be lost in a power cut: it does not wait for the disk.
  template <class Work>
  auto note(Work work) {
    return result_of(Mode::kNote, work);
  }

  TimePoint now() const;

 private:
  enum class Mode : std::uint8_t { kRead, kWrite, kNote };

  template <class Work>
  auto result_of(Mode mode, Work& work) const {
    using Result = std::invoke_result_t<Work&, PeopleTables&>;
    if constexpr (std::is_void_v<Result>) {
      use(mode, work);
    } else {
      std::optional<Result> result;
      use(mode, [&](PeopleTables& tables) { result.emplace(work(tables)); });
      return *std::move(result);
    }
  }

  void use(Mode mode, const std::function<void(PeopleTables&)>& work) const;

  Workspace& workspace_;
};

}  // namespace ca::workspace
