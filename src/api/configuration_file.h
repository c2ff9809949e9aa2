#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "workspace/configuration.h"

namespace ca::api {

/// Reads connect.toml (ruling 61). Relative paths become absolute, relative to the file. Errors:
/// E-FILE when it cannot be read, E-PARAM with line and column for TOML that is none, for an
/// unknown section or key (with the nearest known one) and for a value of the wrong type.
workspace::Configuration read_configuration_file(const std::filesystem::path& file);

/// Keys of a source that are kept as its options: timezone, separator, ...
const std::vector<std::string>& source_options();

/// The configuration as TOML that read_configuration_file() accepts.
std::string configuration_text(const workspace::Configuration& configuration);

}  // namespace ca::api
