#pragma once

#include <optional>

#include "endpoints/message.h"
#include "people/principal.h"

namespace ca::people {
class People;
}

namespace ca::endpoints {

struct Identity {
  std::optional<people::Principal> who;
  Headers headers;  ///< Set-Cookie and the like to add to the answer
};

/// Who asks, by the session's cookie, a remember-me cookie (which starts a new session) or a bearer
/// token; nothing where none is sent. Error E-AUTH (401) for a bearer token that is not valid; an
/// invalid or ended cookie is nobody, and its cookie is deleted.
Identity identify(people::People& people, const Request& request);

}  // namespace ca::endpoints
