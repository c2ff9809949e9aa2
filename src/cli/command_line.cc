#include "cli/command_line.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>

namespace ca::cli {

CLI::App& CommandLine::add(CLI::App& parent, const char* name, const char* description,
                           const char* examples, std::function<int()> body) {
  CLI::App* sub = parent.add_subcommand(name, description);
  sub->footer(fmt::format("Examples:\n{}", examples));
  sub->add_option("--home", common.home, "Home folder; default $CUSTOMERANALYTICS_HOME");
  sub->add_flag("--json", common.json, "Print JSON");
  sub->callback([this, body = std::move(body)] { command = body; });
  return *sub;
}

}  // namespace ca::cli
