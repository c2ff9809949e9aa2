#include "endpoints/audit.h"

#include "people/people.h"

namespace ca::endpoints {

void audit(Services& services, const people::Principal& who, std::string_view address,
           std::string_view action, std::string_view object, std::string_view before,
           std::string_view after) {
  services.people.record(people::Actor::of(who, std::string(address)), action, object, before,
                         after);
}

}  // namespace ca::endpoints
