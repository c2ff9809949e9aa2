#pragma once

#include "workspace/home.h"

namespace ca::api {

/// Whether a server of this home works at this moment: it holds server.lock, which the kernel gives
/// back when it ends in any way.
bool is_server_running(const workspace::Home& home);

}  // namespace ca::api
