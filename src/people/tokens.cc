// Tokens of programs.

#include <nlohmann/json.hpp>

#include "base/utf8.h"
#include "people/people_impl.h"
#include "people/random_text.h"

namespace ca::people {
namespace {

constexpr std::size_t kMostTokens = 100;
constexpr std::size_t kLongestName = 100;

ApiToken token_of(const workspace::ApiTokenRecord& record) {
  ApiToken token{record.id,         record.name,       {},
                 record.created_at, record.expires_at, record.last_used_at};
  for (const Scope scope : {Scope::kRead, Scope::kRun, Scope::kManage, Scope::kMetrics}) {
    if (("," + record.scopes + ",").find("," + std::string(name_of(scope)) + ",") !=
        std::string::npos) {
      token.scopes.push_back(scope);
    }
  }
  return token;
}

std::string words_of(const std::vector<Scope>& scopes) {
  std::string words;
  for (const Scope scope : scopes) {
    if (!words.empty()) words += ",";
    words += name_of(scope);
  }
  return words;
}

}  // namespace

std::vector<ApiToken> People::tokens(std::int64_t user) const {
  return impl_->database.read([&](PeopleTables& tables) {
    std::vector<ApiToken> tokens;
    for (const auto& record : tables.tokens.of_user(user)) tokens.push_back(token_of(record));
    return tokens;
  });
}

NewApiToken People::create_token(const Principal& who, std::string_view name,
                                 const std::vector<Scope>& scopes, std::optional<int> days,
                                 const Visitor& visitor) {
  if (name.empty() || characters_of(name) > kLongestName) {
    throw Error("E-PARAM", "A token needs a name of at most 100 characters.", {},
                {{"field", "name"}});
  }
  if (scopes.empty()) {
    throw Error("E-PARAM", "A token without a scope could do nothing.",
                "The scopes are read, run, manage and metrics.", {{"field", "scopes"}});
  }
  const std::string text = "ca_" + random_text();
  const TimePoint now = impl_->now();
  workspace::ApiTokenRecord record;
  record.user = who.user;
  record.name = name;
  record.hash = hash_of(text);
  record.scopes = words_of(scopes);
  record.created_at = utc_text(now);
  if (days) record.expires_at = utc_text(now + std::chrono::days(*days));
  impl_->database.write([&](PeopleTables& tables) {
    if (tables.tokens.of_user(who.user).size() >= kMostTokens) {
      throw Error("E-PARAM", "You have a hundred tokens already.", "Remove one first.");
    }
    record.id = tables.tokens.add(record);
    impl_->audit(tables, Actor::of(who, visitor.address), "token.create",
                 object_of("token", record.id), {},
                 nlohmann::json{{"scopes", record.scopes}}.dump());
  });
  return {token_of(record), text};
}

void People::remove_token(const Principal& who, std::int64_t id, const Visitor& visitor) {
  impl_->database.write([&](PeopleTables& tables) {
    if (tables.tokens.remove(who.user, id) == 0) throw message_error("M-404");
    impl_->audit(tables, Actor::of(who, visitor.address), "token.delete", object_of("token", id));
  });
}

}  // namespace ca::people
