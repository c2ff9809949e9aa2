// Who asks: of every request, so without writing where it can be helped.

#include "people/people_impl.h"
#include "people/random_text.h"

namespace ca::people {
namespace {

constexpr std::size_t kMostKnown = 10'000;
/// How exactly it is known when somebody was last seen.
constexpr auto kSeenEvery = std::chrono::minutes(1);
/// How long requests that were under way may still come with the token before.
constexpr auto kRenewal = std::chrono::minutes(1);
constexpr std::string_view kTokenBegin = "ca_";
constexpr std::size_t kRandomText = 43;

std::vector<Scope> scopes_of(std::string_view words) {
  std::vector<Scope> scopes;
  while (!words.empty()) {
    const std::size_t end = std::min(words.find(','), words.size());
    if (const auto scope = scope_of(words.substr(0, end))) scopes.push_back(*scope);
    words.remove_prefix(std::min(end + 1, words.size()));
  }
  return scopes;
}

std::optional<UserRecord> active_user(const PeopleTables& tables, std::int64_t id) {
  std::optional<UserRecord> user = tables.users.find(id);
  if (user && !user->is_active) user.reset();
  return user;
}

std::optional<KnownVisitors::Known> read_session(const PeopleTables& tables,
                                                 const std::string& hash) {
  const auto session = tables.sessions.find(hash);
  if (!session) return std::nullopt;
  const auto user = active_user(tables, session->user);
  if (!user) return std::nullopt;
  return KnownVisitors::Known{
      {user->id, user->username, role_of(*user), std::nullopt, hash, session->csrf_token},
      workspace::parse_utc_text(session->expires_at),
      workspace::parse_utc_text(session->last_seen_at)};
}

std::optional<KnownVisitors::Known> read_token(const PeopleTables& tables,
                                               const std::string& hash) {
  const auto token = tables.tokens.find(hash);
  if (!token) return std::nullopt;
  const auto user = active_user(tables, token->user);
  if (!user) return std::nullopt;
  return KnownVisitors::Known{
      {user->id, user->username, role_of(*user), scopes_of(token->scopes), {}, {}},
      token->expires_at ? workspace::parse_utc_text(*token->expires_at) : TimePoint::max(),
      token->last_used_at ? workspace::parse_utc_text(*token->last_used_at) : TimePoint::min(),
      token->id};
}

/// A request need not fail because it cannot be written down when it came.
template <class Work>
void note_if_possible(PeopleDatabase& database, Work work) {
  try {
    database.note(work);
  } catch (const Error&) {
  }
}

}  // namespace

void KnownVisitors::refresh(const workspace::ChangeStamp& stamp) {
  if (stamp == stamp_) return;
  known_.clear();
  stamp_ = stamp;
}

KnownVisitors::Known* KnownVisitors::find(const std::string& hash) {
  const auto found = known_.find(hash);
  return found == known_.end() ? nullptr : &found->second;
}

KnownVisitors::Known& KnownVisitors::add(const std::string& hash, Known known) {
  if (known_.size() >= kMostKnown) known_.clear();
  return known_.insert_or_assign(hash, std::move(known)).first->second;
}

std::optional<Principal> People::by_session(std::string_view cookie) {
  if (cookie.size() != kRandomText) return std::nullopt;
  const std::string hash = hash_of(cookie);
  const TimePoint now = impl_->now();
  bool is_to_note = false;
  const auto who = impl_->database.read([&](PeopleTables& tables) -> std::optional<Principal> {
    impl_->known.refresh(tables.stamp());
    KnownVisitors::Known* known = impl_->known.find(hash);
    if (known == nullptr) {
      auto read = read_session(tables, hash);
      if (!read) return std::nullopt;
      known = &impl_->known.add(hash, *std::move(read));
    }
    if (known->ends <= now || known->seen + kIdle <= now) return std::nullopt;
    if (now - known->seen >= kSeenEvery) {
      known->seen = now;
      is_to_note = true;
    }
    return known->who;
  });
  if (is_to_note) {
    note_if_possible(impl_->database, [&](PeopleTables& tables) {
      tables.sessions.set_last_seen(hash, utc_text(now));
    });
  }
  return who;
}

std::optional<Principal> People::by_token(std::string_view token) {
  if (!token.starts_with(kTokenBegin) || token.size() != kTokenBegin.size() + kRandomText) {
    return std::nullopt;
  }
  const std::string hash = hash_of(token);
  const TimePoint now = impl_->now();
  std::int64_t to_note = 0;
  const auto who = impl_->database.read([&](PeopleTables& tables) -> std::optional<Principal> {
    impl_->known.refresh(tables.stamp());
    KnownVisitors::Known* known = impl_->known.find(hash);
    if (known == nullptr) {
      auto read = read_token(tables, hash);
      if (!read) return std::nullopt;
      known = &impl_->known.add(hash, *std::move(read));
    }
    if (known->ends <= now) return std::nullopt;
    if (known->seen == TimePoint::min() || now - known->seen >= kSeenEvery) {
      known->seen = now;
      to_note = known->token;
    }
    return known->who;
  });
  if (to_note != 0) {
    note_if_possible(impl_->database, [&](PeopleTables& tables) {
      tables.tokens.set_last_used(to_note, utc_text(now));
    });
  }
  return who;
}

std::optional<SignedIn> People::by_remembered(std::string_view cookie, const Visitor& visitor) {
  const std::size_t dot = cookie.find('.');
  if (dot != kRandomText || cookie.size() != 2 * kRandomText + 1) return std::nullopt;
  const std::string_view series = cookie.substr(0, dot);
  const std::string hash = hash_of(cookie.substr(dot + 1));
  const bool is_known = impl_->database.read(
      [&](PeopleTables& tables) { return tables.remembered.find(series).has_value(); });
  if (!is_known) return std::nullopt;  // without waiting for those who write

  return impl_->database.write([&](PeopleTables& tables) -> std::optional<SignedIn> {
    auto record = tables.remembered.find(series);
    if (!record) return std::nullopt;
    const TimePoint now = impl_->now();
    const auto user = active_user(tables, record->user);
    if (!user || record->expires_at <= utc_text(now)) {
      tables.remembered.remove(series);
      return std::nullopt;
    }
    const Actor actor{user->id, user->username, role_of(*user), visitor.address};
    std::string renewed;
    if (is_same_secret(hash, record->token_hash)) {
      const std::string token = random_text();
      record->previous_hash = record->token_hash;
      record->token_hash = hash_of(token);
      record->renewed_at = utc_text(now);
      record->expires_at = utc_text(now + kRemembered);
      record->address = visitor.address;
      record->user_agent = visitor.user_agent;
      tables.remembered.renew(*record);
      renewed = record->series + "." + token;
    } else if (!is_same_secret(hash, record->previous_hash) ||
               now - workspace::parse_utc_text(record->renewed_at) > kRenewal) {
      tables.sessions.remove_series(series);
      tables.remembered.remove(series);
      impl_->audit(tables, actor, "session.stolen", object_of("user", user->id));
      return std::nullopt;
    }
    SignedIn signed_in = impl_->begin_session(tables, *user, record->series, visitor);
    signed_in.remember = renewed;
    impl_->audit(tables, actor, "session.remembered", object_of("user", user->id));
    return signed_in;
  });
}

}  // namespace ca::people
