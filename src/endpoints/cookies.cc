#include "endpoints/cookies.h"

#include <fmt/format.h>

#include "endpoints/header_text.h"

namespace ca::endpoints {
namespace {

constexpr std::string_view kSession = "ca_session";
constexpr std::string_view kRemember = "ca_remember";
constexpr int kRememberedSeconds = 30 * 24 * 3600;

std::string name_for(std::string_view name, const Request& request) {
  return request.is_secure ? "__Host-" + std::string(name) : std::string(name);
}

bool is_cookie_header(std::string_view name) {
  const Headers one = {{std::string(name), {}}};
  return find_header(one, "Cookie") != nullptr;
}

std::string value_of(const Request& request, std::string_view cookie) {
  const std::string name = name_for(cookie, request);
  for (const auto& [header, line] : request.headers) {
    if (!is_cookie_header(header)) continue;
    for (std::string_view rest = line; !rest.empty();) {
      const std::size_t end = std::min(rest.find(';'), rest.size());
      const std::string_view pair = without_blanks(rest.substr(0, end));
      const std::size_t equals = pair.find('=');
      if (equals != std::string_view::npos && without_blanks(pair.substr(0, equals)) == name) {
        return std::string(without_blanks(pair.substr(equals + 1)));
      }
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
  }
  return {};
}

void set(Headers& headers, const Request& request, std::string_view cookie, std::string_view value,
         std::string_view age) {
  headers.emplace_back("Set-Cookie", fmt::format("{}={}; Path=/{}; HttpOnly; SameSite=Lax{}",
                                                 name_for(cookie, request), value, age,
                                                 request.is_secure ? "; Secure" : ""));
}

}  // namespace

std::string session_cookie(const Request& request) { return value_of(request, kSession); }
std::string remember_cookie(const Request& request) { return value_of(request, kRemember); }

void set_session_cookie(Headers& headers, const Request& request, std::string_view value) {
  set(headers, request, kSession, value, {});
}
void set_remember_cookie(Headers& headers, const Request& request, std::string_view value) {
  set(headers, request, kRemember, value, fmt::format("; Max-Age={}", kRememberedSeconds));
}
void delete_session_cookie(Headers& headers, const Request& request) {
  set(headers, request, kSession, {}, "; Max-Age=0");
}
void delete_remember_cookie(Headers& headers, const Request& request) {
  set(headers, request, kRemember, {}, "; Max-Age=0");
}

}  // namespace ca::endpoints
