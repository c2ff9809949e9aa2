#pragma once

#include "workspace/home.h"

namespace ca::api {
class DemoWorkspace;
class Live;
}  // namespace ca::api
namespace ca::people {
class People;
}
namespace ca::runs {
class Supervisor;
}
namespace ca::workspace {
class Workspace;
}

namespace ca::endpoints {

class Metrics;

/// What endpoints work with. All of it is for any thread and outlives them.
struct Services {
  const workspace::Home& home;
  workspace::Workspace& workspace;
  api::Live& live;
  people::People& people;
  runs::Supervisor& supervisor;
  Metrics& metrics;
  api::DemoWorkspace& demo;
};

}  // namespace ca::endpoints
