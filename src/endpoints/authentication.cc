#include "endpoints/authentication.h"

#include "base/error.h"
#include "endpoints/cookies.h"
#include "endpoints/header_text.h"
#include "people/people.h"

namespace ca::endpoints {
namespace {

/// The token of "Authorization: Bearer x"; nothing for another scheme or none.
std::optional<std::string_view> bearer_of(const Request& request) {
  constexpr std::string_view kScheme = "Bearer ";
  std::string_view value = request.header("Authorization");
  if (!begins_with(value, kScheme)) return std::nullopt;
  value.remove_prefix(kScheme.size());
  while (!value.empty() && value.front() == ' ') value.remove_prefix(1);
  while (!value.empty() && value.back() == ' ') value.remove_suffix(1);
  return value;
}

}  // namespace

Identity identify(people::People& people, const Request& request) {
  Identity identity;
  if (const auto token = bearer_of(request)) {
    identity.who = people.by_token(*token);
    if (identity.who) return identity;
    throw Error("E-AUTH", "The API token is not valid.",
                "It may have expired or been removed; make a new one.");
  }
  const std::string session = session_cookie(request);
  if (!session.empty()) {
    identity.who = people.by_session(session);
    if (identity.who) return identity;
  }
  const std::string remember = remember_cookie(request);
  if (!remember.empty()) {
    const people::Visitor visitor{request.address, std::string(request.header("User-Agent"))};
    auto signed_in = people.by_remembered(remember, visitor);
    if (signed_in) {
      set_session_cookie(identity.headers, request, signed_in->session);
      if (!signed_in->remember.empty()) {
        set_remember_cookie(identity.headers, request, signed_in->remember);
      }
      identity.who = std::move(signed_in->who);
      return identity;
    }
    delete_remember_cookie(identity.headers, request);
  }
  if (!session.empty()) delete_session_cookie(identity.headers, request);
  return identity;
}

}  // namespace ca::endpoints
