#include "cli/completion.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <vector>

#include "base/error.h"
#include "reports/catalogue.h"

namespace ca::cli {
namespace {

std::vector<std::string> report_names() {
  std::vector<std::string> names;
  for (const reports::FamilySpec& family : reports::families()) {
    for (const reports::ReportSpec& report : family.reports) names.push_back(report.name);
  }
  return names;
}

std::vector<std::string> flags_of(const CLI::App& command) {
  std::vector<std::string> flags;
  for (const CLI::Option* option : command.get_options()) {
    for (const std::string& name : option->get_lnames()) flags.push_back("--" + name);
  }
  return flags;
}

std::string bash_script(const CLI::App& app) {
  std::vector<std::string> commands;
  std::string cases;
  for (const CLI::App* command : app.get_subcommands({})) {
    commands.push_back(command->get_name());
    std::vector<std::string> words = flags_of(*command);
    for (const CLI::App* child : command->get_subcommands({})) words.push_back(child->get_name());
    if (command->get_name() == "report" || command->get_name() == "members") {
      for (std::string& name : report_names()) words.push_back(std::move(name));
    }
    cases += fmt::format("    {}) words=\"{}\" ;;\n", command->get_name(), fmt::join(words, " "));
  }
  return fmt::format(R"(_customeranalytics() {{
  local word="${{COMP_WORDS[COMP_CWORD]}}" words="{}" files=""
  if [ "$COMP_CWORD" -gt 1 ]; then
    case "${{COMP_WORDS[1]}}" in
{}    esac
  fi
  COMPREPLY=($(compgen -W "$words" -- "$word"))
  [ ${{#COMPREPLY[@]}} -eq 0 ] && COMPREPLY=($(compgen -f -- "$word"))
}}
complete -o filenames -F _customeranalytics customeranalytics
)",
                     fmt::join(commands, " "), cases);
}

std::string fish_script(const CLI::App& app) {
  std::string script;
  for (const CLI::App* command : app.get_subcommands({})) {
    script += fmt::format("complete -c customeranalytics -n __fish_use_subcommand -a {} -d '{}'\n",
                          command->get_name(), command->get_description());
    for (const std::string& flag : flags_of(*command)) {
      script +=
          fmt::format("complete -c customeranalytics -n '__fish_seen_subcommand_from {}' -l {}\n",
                      command->get_name(), flag.substr(2));
    }
  }
  script += fmt::format(
      "complete -c customeranalytics -n '__fish_seen_subcommand_from report members' -f -a '{}'\n",
      fmt::join(report_names(), " "));
  return script;
}

}  // namespace

std::string completion_script(const CLI::App& app, const std::string& shell) {
  if (shell == "bash") return bash_script(app);
  if (shell == "zsh") return "autoload -U +X bashcompinit && bashcompinit\n" + bash_script(app);
  if (shell == "fish") return fish_script(app);
  throw Error("E-PARAM", fmt::format("There is no completion for \"{}\".", shell),
              "Shells are bash, zsh and fish.");
}

}  // namespace ca::cli
