#pragma once

#include "endpoints/message.h"
#include "people/principal.h"

namespace ca::endpoints {

// Keeps out what another site makes a person's browser send (CSRF).

/// Throws Error E-CSRF (403) when the Origin (or, without one, Referer or Sec-Fetch-Site) of an
/// unsafe request is another than the host's own.
void check_origin(const Request& request);

/// Throws Error E-CSRF (403) when X-CSRF-Token is not the session's. Of people who signed in; not
/// asked for tokens.
void check_csrf(const Request& request, const people::Principal& who);

}  // namespace ca::endpoints
