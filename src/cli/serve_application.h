#pragma once

#include <memory>

#include "endpoints/application.h"
#include "workspace/home.h"

namespace ca::cli {

/// What `serve` serves: the endpoints over this home, with all that they work with. Made after the
/// process is the home's only server, before it listens.
std::unique_ptr<endpoints::Application> make_application(const workspace::Home& home);

}  // namespace ca::cli
