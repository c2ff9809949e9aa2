// Browsers that are signed in, or that may sign themselves in.

#include <algorithm>
#include <set>

#include "people/people_impl.h"
#include "people/random_text.h"

namespace ca::people {
namespace {

using workspace::RememberRecord;

constexpr std::size_t kLongestAgent = 256;

std::string agent_of(const Visitor& visitor) { return visitor.user_agent.substr(0, kLongestAgent); }

}  // namespace

SignedIn People::Impl::begin_session(PeopleTables& tables, const UserRecord& user,
                                     const std::string& series, const Visitor& visitor) const {
  const TimePoint begin = now();
  SignedIn signed_in;
  signed_in.session = random_text();
  workspace::WebSessionRecord session;
  session.id_hash = hash_of(signed_in.session);
  session.user = user.id;
  session.csrf_token = random_text();
  session.created_at = utc_text(begin);
  session.last_seen_at = utc_text(begin);
  session.expires_at = utc_text(begin + kLongestSession);
  session.address = visitor.address;
  session.user_agent = agent_of(visitor);
  session.series = series;
  tables.sessions.add(session);
  signed_in.who = {user.id,      user.username,   role_of(user),
                   std::nullopt, session.id_hash, session.csrf_token};
  return signed_in;
}

std::string People::Impl::remember(PeopleTables& tables, std::int64_t user, std::string& series,
                                   const Visitor& visitor) const {
  const TimePoint begin = now();
  series = random_text();
  const std::string token = random_text();
  tables.remembered.add({series, hash_of(token), "", user, utc_text(begin), utc_text(begin),
                         utc_text(begin + kRemembered), visitor.address, agent_of(visitor)});
  return series + "." + token;
}

void People::Impl::end_all(PeopleTables& tables, std::int64_t user) const {
  tables.sessions.remove_of_user(user, {});
  tables.remembered.remove_of_user(user, {});
}

std::vector<Browser> People::sessions(const Principal& who) const {
  const TimePoint now = impl_->now();
  return impl_->database.read([&](PeopleTables& tables) {
    std::vector<Browser> browsers;
    std::set<std::string> listed;  // series of browsers whose sessions go on, which may be several
    std::vector<RememberRecord> remembered = tables.remembered.of_user(who.user);
    std::erase_if(remembered, [&](const auto& token) { return token.expires_at <= utc_text(now); });
    for (const auto& session : tables.sessions.of_user(who.user)) {
      if (session.expires_at <= utc_text(now) || session.last_seen_at <= utc_text(now - kIdle)) {
        continue;
      }
      Browser browser{
          session.id_hash, session.created_at, session.last_seen_at,          session.expires_at,
          session.address, session.user_agent, session.id_hash == who.session};
      const auto token = std::ranges::find(remembered, session.series, &RememberRecord::series);
      browser.is_remembered = token != remembered.end();
      if (browser.is_remembered) listed.insert(session.series);
      browsers.push_back(std::move(browser));
    }
    for (const auto& token : remembered) {
      if (listed.contains(token.series)) continue;
      browsers.push_back({hash_of(token.series), token.created_at, token.renewed_at,
                          token.expires_at, token.address, token.user_agent, false, true});
    }
    return browsers;
  });
}

void People::end_session(const Principal& who, std::string_view id, const Visitor& visitor) {
  impl_->database.write([&](PeopleTables& tables) {
    bool is_found = false;
    const auto session = tables.sessions.find(id);
    if (session && session->user == who.user) {
      tables.sessions.remove(id);
      tables.remembered.remove(session->series);
      tables.sessions.remove_series(session->series);
      is_found = true;
    }
    for (const auto& token : tables.remembered.of_user(who.user)) {
      if (hash_of(token.series) != id) continue;
      tables.remembered.remove(token.series);
      is_found = true;
    }
    if (!is_found) throw message_error("M-404");
    impl_->audit(tables, Actor::of(who, visitor.address), "session.revoke",
                 object_of("user", who.user));
  });
}

void People::end_other_sessions(const Principal& who, const Visitor& visitor) {
  impl_->database.write([&](PeopleTables& tables) {
    const auto session = tables.sessions.find(who.session);
    tables.sessions.remove_of_user(who.user, who.session);
    tables.remembered.remove_of_user(who.user, session ? session->series : std::string());
    impl_->audit(tables, Actor::of(who, visitor.address), "session.revoke_others",
                 object_of("user", who.user));
  });
}

}  // namespace ca::people
