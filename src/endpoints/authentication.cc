#include "endpoints/authentication.h"

#include "base/error.h"

namespace ca::endpoints {

void check_origin(const Request& request) {
  const std::string_view origin = request.header("Origin");
  if (origin.empty()) return;
  const std::size_t scheme = origin.find("://");
  if (scheme != std::string_view::npos && origin.substr(scheme + 3) == request.header("Host"))
    return;
  throw Error("E-CSRF", "The request comes from another site.");
}

void check_csrf(const Request& request, const people::Principal& who) {
  if (request.header("X-CSRF-Token") == who.csrf_token) return;
  throw Error("E-CSRF", "The request lacks the session's CSRF token.",
              "Send it as X-CSRF-Token; GET /api/v1/session says it.");
}

}  // namespace ca::endpoints
