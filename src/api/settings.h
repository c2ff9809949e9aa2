#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "workspace/configuration.h"

namespace ca::api {

// The settings of connect.toml (ruling 61): "<section>.<key>", as "clv.horizon".

struct KnownSetting {
  std::string section;
  std::string key;
  std::vector<std::string> words;  ///< that it may be; empty: any
};

/// In the order of their names. Sections without a list of keys (is_open_section) are not there.
const std::vector<KnownSetting>& known_settings();

/// All sections with settings, also the open ones, in the order of their names.
std::vector<std::string> setting_sections();
/// Whether the settings of the section belong to a stage that reads them itself.
bool is_open_section(std::string_view section);
std::vector<std::string> keys_of(std::string_view section);

/// Error E-PARAM, with the nearest known name, for a key that the section has not. `where` says
/// where it stands, as " (line 3, column 4)".
void check_setting_key(const std::string& section, const std::string& key,
                       const std::string& where = {});
/// Error E-PARAM for a word that the setting cannot be.
void check_setting_word(const std::string& section, const std::string& key,
                        const std::string& value, const std::string& where = {});

/// Error E-PARAM for a name that is not known, with the nearest of `known`.
[[noreturn]] void fail_unknown(const std::string& what, const std::string& name,
                               const std::string& where, const std::vector<std::string>& known);

/// Everything that stages will ask of the settings, asked now: E-PARAM, or E-FILE for a file of
/// rules that cannot be read.
void check_settings(const workspace::Configuration& configuration);

/// What people call the shop ([workspace] name), or empty. Error E-PARAM for a name of more than 80
/// characters or with control characters.
std::string workspace_name(const workspace::Configuration& configuration);

/// Bytes a file may have that is uploaded ([imports] max_upload_mb), and those of one source that
/// is named over HTTP (max_source_mb). Error E-PARAM when they are no numbers.
std::uint64_t largest_upload(const workspace::Configuration& configuration);
std::uint64_t largest_source(const workspace::Configuration& configuration);

}  // namespace ca::api
