#pragma once

#include "cli/commands.h"

namespace ca::cli {

/// Starts `serve --detach` of this very program for the home when no server of it runs; the
/// schedule needs one. Returns whether one runs now. Says nothing on stdout.
bool start_server(const workspace::Home& home);

}  // namespace ca::cli
