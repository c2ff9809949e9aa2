#include "cli/serve_application.h"

#include "base/error.h"
#include "endpoints/problem.h"

namespace ca::cli {
namespace {

/// Serves nothing but whether it is there.
class EmptyApplication : public endpoints::Application {
 public:
  endpoints::Admission admit(endpoints::Request&) override { return {}; }
  endpoints::Response answer(const endpoints::Request& request) override {
    if (request.path == "/healthz") return endpoints::json_response(std::string("{\"ok\":true}"));
    return endpoints::problem(Error("E-NOT-FOUND", "There is nothing at this address."), request);
  }
};

}  // namespace

std::unique_ptr<endpoints::Application> make_application(const workspace::Home&) {
  return std::make_unique<EmptyApplication>();
}

}  // namespace ca::cli
