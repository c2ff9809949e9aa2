#include "endpoints/audit.h"

#include "base/log.h"

namespace ca::endpoints {

void audit(Services&, const people::Principal* who, std::string_view address,
           std::string_view action, std::string_view object, std::string_view, std::string_view) {
  // The one place where changes are written down; people keep the audit log.
  log::info("changed", {{"action", std::string(action)},
                        {"object", std::string(object)},
                        {"user", who == nullptr ? std::string() : who->username},
                        {"address", std::string(address)}});
}

}  // namespace ca::endpoints
