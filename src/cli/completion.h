#pragma once

#include <string>

namespace CLI {
class App;
}

namespace ca::cli {

/// A completion script for bash, zsh or fish that knows every command, flag and report. Error
/// E-PARAM for another shell.
std::string completion_script(const CLI::App& app, const std::string& shell);

}  // namespace ca::cli
