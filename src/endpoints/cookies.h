#pragma once

#include <string>
#include <string_view>

#include "endpoints/message.h"

namespace ca::endpoints {

// The two cookies of people who sign in. Over TLS their names begin with __Host-, so that no
// neighbouring host can set them (RFC 6265bis 4.1.3).

/// The value of the session's cookie, or empty.
std::string session_cookie(const Request& request);
/// The same of the cookie of a browser that is remembered.
std::string remember_cookie(const Request& request);

/// Set-Cookie headers. The session's ends with the browser, the other after 30 days.
void set_session_cookie(Headers& headers, const Request& request, std::string_view value);
void set_remember_cookie(Headers& headers, const Request& request, std::string_view value);
void delete_session_cookie(Headers& headers, const Request& request);
void delete_remember_cookie(Headers& headers, const Request& request);

}  // namespace ca::endpoints
