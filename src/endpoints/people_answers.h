#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "endpoints/endpoint.h"
#include "people/people.h"

namespace ca::endpoints {

// What the endpoints of people have in common: how people look in JSON, and where a request comes
// from.

std::vector<Endpoint> session_endpoints(people::People& people);
std::vector<Endpoint> account_endpoints(people::People& people);
std::vector<Endpoint> user_endpoints(people::People& people);

people::Visitor visitor_of(const Call& call);
people::Actor actor_of(const Call& call);

Schema account_schema();
nlohmann::json account_json(const people::Account& account);

/// Who is signed in, which the page's script needs to know.
Schema session_schema();
Response session_response(people::People& people, const people::Principal* who, int status = 200);
/// The same with the cookies of a session that begins.
Response begun(people::People& people, const Call& call, const people::SignedIn& signed_in);

Schema link_schema();
/// `page` is the one the link leads to. The token stands behind a #, so that no server's log and no
/// Referer holds it.
Response link_response(const people::Link& link, const std::string& page);

// Parts of bodies.
Schema username_schema();
Schema password_schema();
Schema email_schema();
Schema role_schema();
Schema secret_text_schema();  ///< a token of a link

/// A text of the body, or nothing where it was not sent or is null.
std::optional<std::string> text_of(const nlohmann::json& body, const char* name);
/// An empty one instead.
std::string text_or_empty(const nlohmann::json& body, const char* name);
/// Of whatever hashes a password.
inline Lane password_lane(const Call&) { return Lane::kPassword; }
std::int64_t id_of(const Call& call);
Parameter id_parameter();
nlohmann::json or_null(const std::optional<std::string>& text);

}  // namespace ca::endpoints
