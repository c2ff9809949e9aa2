#pragma once

#include <string>
#include <string_view>

#include "endpoints/message.h"

namespace ca::server {

/// Why the server itself does not serve a request: thrown by what reads it, answered as
/// application/problem+json.
struct Refusal {
  int status = 400;
  std::string_view code;  ///< E-HTTP (no request that is read here), E-TOO-LARGE, E-BUSY, ...
  std::string detail;
  std::string_view allow = {};  ///< of a 405: the methods that are possible
};

/// "Not Found"; empty for a status without a common name.
std::string_view reason_of(int status);

/// The problem (RFC 9457) as it is sent; `id` names the request.
endpoints::Response problem_of(const Refusal& refusal, std::string_view id);

}  // namespace ca::server
