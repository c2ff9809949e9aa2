#pragma once

#include <functional>

#include "cli/commands.h"

namespace CLI {
class App;
}

namespace ca::cli {

/// The program's commands while they are declared: each adds itself with add() and leaves what to
/// do in `command` when it was the one that was given.
struct CommandLine {
  CLI::App& app;
  Common& common;
  const Cancellation& cancellation;
  std::function<int()> command;

  /// A command with the options that all of them have. `examples` stand below its help.
  CLI::App& add(CLI::App& parent, const char* name, const char* description, const char* examples,
                std::function<int()> body);
};

}  // namespace ca::cli
