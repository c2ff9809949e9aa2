#include "endpoints/asked_workspace.h"

namespace ca::endpoints {

AskedWorkspace asked_workspace(Services& services, std::string_view name) {
  if (name == "demo") return {services, services.demo.place()};
  return {services, nullptr};
}

AskedWorkspace asked_workspace(Services& services, const Call& call) {
  return asked_workspace(services, call.text("workspace").value_or("main"));
}

Schema workspace_schema() {
  return word({"main", "demo"}).about("Of the shop itself, or of the demo shop beside it.");
}

Parameter workspace_parameter() { return {"workspace", workspace_schema()}; }

}  // namespace ca::endpoints
