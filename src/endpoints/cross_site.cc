#include "endpoints/cross_site.h"

#include <string>
#include <string_view>

#include "base/error.h"
#include "endpoints/header_text.h"
#include "people/random_text.h"

namespace ca::endpoints {
namespace {

Error from_elsewhere() {
  return Error("E-CSRF", "The request comes from another site.",
               "Use the address of the server itself; behind a proxy, let it pass on Host.");
}

/// The host and port of an Origin or Referer, the port left out where it is the scheme's own.
/// Throws E-CSRF for another scheme, or for one that is not secure where the host is.
std::string host_of_origin(std::string_view origin, bool is_secure) {
  const bool is_tls = begins_with(origin, "https://");
  if (!is_tls && (is_secure || !begins_with(origin, "http://"))) throw from_elsewhere();
  origin.remove_prefix(origin.find("//") + 2);
  std::string_view host = origin.substr(0, origin.find_first_of("/?#"));
  const std::string_view own_port = is_tls ? ":443" : ":80";
  if (host.ends_with(own_port)) host.remove_suffix(own_port.size());
  return std::string(host);
}

void check_host(std::string_view origin, const Request& request) {
  const std::string from = host_of_origin(origin, request.is_secure);
  std::string_view host = request.header("Host");
  const std::string_view own_port = begins_with(origin, "https://") ? ":443" : ":80";
  if (host.ends_with(own_port)) host.remove_suffix(own_port.size());
  if (host.empty() || !is_same_name(from, host)) throw from_elsewhere();
}

bool is_safe(std::string_view method) {
  return method == "GET" || method == "HEAD" || method == "OPTIONS";
}

}  // namespace

void check_origin(const Request& request) {
  if (is_safe(request.method)) return;
  if (const std::string_view origin = request.header("Origin"); !origin.empty()) {
    check_host(origin, request);
  } else if (const std::string_view referer = request.header("Referer"); !referer.empty()) {
    check_host(referer, request);
  } else if (const std::string_view site = request.header("Sec-Fetch-Site"); !site.empty()) {
    if (site != "same-origin" && site != "none") throw from_elsewhere();
  }
  // Without all three it is no browser, which nobody can mislead.
}

void check_csrf(const Request& request, const people::Principal& who) {
  if (who.is_token()) return;
  const std::string_view token = request.header("X-CSRF-Token");
  if (!who.csrf_token.empty() && people::is_same_secret(token, who.csrf_token)) return;
  throw Error("E-CSRF", "The request lacks the session's CSRF token.",
              "Send it as X-CSRF-Token; GET /api/v1/session says it.");
}

}  // namespace ca::endpoints
