#include "api/configuration_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <sstream>
#include <vector>
// TOML 1.1 in this one file: its inline tables may go over several lines, which the `columns` of a
// source do. The distribution's library is compiled for 1.0, so the parser is compiled in here.
// Its assertions can be false for text that is no TOML ("[|x"), so they are errors like others.
#include <stdexcept>
[[noreturn]] static void fail_as_toml() { throw std::logic_error("this is not TOML"); }
#define TOML_ASSERT(condition) ((condition) ? static_cast<void>(0) : fail_as_toml())
#define TOML_HEADER_ONLY 1
#define TOML_ENABLE_UNRELEASED_FEATURES 1
#define TOML_EXCEPTIONS 1
#include <toml++/toml.h>

#include "api/settings.h"
#include "base/error.h"
#include "base/writers.h"

namespace ca::api {
namespace {

namespace fs = std::filesystem;

const std::vector<std::string> kSourceKinds = {"sessions", "customers", "products", "deliveries"};

std::string place(const toml::node& node) {
  return fmt::format(" (line {}, column {})", node.source().begin.line, node.source().begin.column);
}

/// A scalar as text; Error E-PARAM for anything else.
std::string text_of(const std::string& key, const toml::node& node) {
  if (const auto text = node.value_exact<std::string>()) return *text;
  if (const auto flag = node.value_exact<bool>()) return *flag ? "true" : "false";
  if (const auto whole = node.value_exact<std::int64_t>()) return std::to_string(*whole);
  if (const auto number = node.value_exact<double>()) return json_number(*number);
  throw Error("E-PARAM",
              fmt::format("{} must be a text, a number or true/false{}.", key, place(node)));
}

/// The scales of metrics, from a table or as text: "monetary=log1p, recency=raw".
std::string scales_text(const toml::node& node) {
  const toml::table* table = node.as_table();
  if (table == nullptr) return text_of("scales", node);
  std::vector<std::string> scales;
  for (const auto& [metric, scale] : *table) {
    scales.push_back(fmt::format("{}={}", metric.str(), text_of(std::string(metric.str()), scale)));
  }
  return fmt::format("{}", fmt::join(scales, ", "));
}

std::string as_option(const toml::node& node) {
  std::ostringstream text;
  node.visit([&](const auto& value) { text << value; });
  return text.str();
}

class Reader {
 public:
  explicit Reader(fs::path folder) : folder_(std::move(folder)) {}

  workspace::Configuration read(const toml::table& file) {
    for (const auto& [key, node] : file) {
      const std::string section(key.str());
      const bool is_source = std::ranges::find(kSourceKinds, section) != kSourceKinds.end();
      const std::vector<std::string> known = sections();
      if (std::ranges::find(known, section) == known.end()) {
        fail_unknown("The section", section, place(node), known);
      }
      const toml::table* table = node.as_table();
      if (table == nullptr) {
        throw Error("E-PARAM",
                    fmt::format("{} must be a section: [{}]{}.", section, section, place(node)));
      }
      if (is_source) {
        read_source(section, *table);
      } else {
        read_settings(section, *table);
      }
    }
    if (workspace::find_source(result_, "sessions") == nullptr) {
      throw Error("E-PARAM", "The configuration has no [sessions].",
                  "Sessions are the one source that every report needs.");
    }
    return std::move(result_);
  }

 private:
  static std::vector<std::string> sections() {
    std::vector<std::string> names = setting_sections();
    names.insert(names.end(), kSourceKinds.begin(), kSourceKinds.end());
    std::ranges::sort(names);
    names.erase(std::unique(names.begin(), names.end()), names.end());
    return names;
  }

  void read_settings(const std::string& section, const toml::table& table) {
    for (const auto& [key, node] : table) {
      const std::string name(key.str());
      if (is_open_section(section)) {
        result_.settings[section + "." + name] =
            node.is_value() ? text_of(name, node) : as_option(node);
      } else {
        set(section, name, node);
      }
    }
  }

  void set(const std::string& section, const std::string& name, const toml::node& node) {
    check_setting_key(section, name, place(node));
    const std::string value = name == "scales"  ? scales_text(node)
                              : node.is_value() ? text_of(name, node)
                                                : as_option(node);
    check_setting_word(section, name, value, place(node));
    const bool is_path =
        name == "temporary_path" || (name == "rules" && value != "complete" && value != "legacy");
    result_.settings[section + "." + name] = is_path && !value.empty() ? absolute(value) : value;
  }

  void read_source(const std::string& kind, const toml::table& table) {
    workspace::SourceRecord source;
    source.kind = kind;
    source.type = "csv";
    for (const auto& [key, node] : table) {
      const std::string name(key.str());
      if (name == "type") {
        source.type = text_of(name, node);
      } else if (name == "tag") {
        source.tag = text_of(name, node);
      } else if (name == "path") {
        source.path = absolute(text_of(name, node));
      } else if (name == "columns") {
        source.columns = read_columns(kind, node);
      } else if (name == "actions") {
        source.actions = read_actions(kind, node);
      } else if (std::ranges::find(source_options(), name) != source_options().end()) {
        source.options[name] = text_of(name, node);
      } else if (const std::vector<std::string> keys = keys_of(kind);
                 std::ranges::find(keys, name) != keys.end()) {
        set(kind, name, node);
      } else {
        std::vector<std::string> known = {"type", "tag", "path", "columns", "actions"};
        known.insert(known.end(), source_options().begin(), source_options().end());
        known.insert(known.end(), keys.begin(), keys.end());
        fail_unknown(fmt::format("In [{}] the key", kind), name, place(node), known);
      }
    }
    if (source.path.empty()) {
      throw Error("E-PARAM", fmt::format("[{}] has no path.", kind),
                  "Give the path of a file, a folder or a glob.");
    }
    result_.sources.push_back(std::move(source));
  }

  static std::map<std::string, std::string> read_columns(const std::string& kind,
                                                         const toml::node& node) {
    const toml::table* table = node.as_table();
    if (table == nullptr) {
      throw Error("E-PARAM",
                  fmt::format("columns of [{}] must be a table: {{ field = \"column\", ... }}{}.",
                              kind, place(node)));
    }
    std::map<std::string, std::string> columns;
    for (const auto& [field, column] : *table) {
      columns[std::string(field.str())] = text_of(std::string(field.str()), column);
    }
    return columns;
  }

  static std::vector<std::string> read_actions(const std::string& kind, const toml::node& node) {
    const toml::array* array = node.as_array();
    if (array == nullptr) {
      throw Error("E-PARAM",
                  fmt::format("actions of [{}] must be a list of columns{}.", kind, place(node)));
    }
    std::vector<std::string> actions;
    for (const toml::node& action : *array) actions.push_back(text_of("an action", action));
    return actions;
  }

  std::string absolute(const std::string& path) const {
    const fs::path given(path);
    return (given.is_absolute() ? given : folder_ / given).lexically_normal().string();
  }

  fs::path folder_;
  workspace::Configuration result_;
};

}  // namespace

const std::vector<std::string>& source_options() {
  static const std::vector<std::string> options = {"timezone", "date_pattern", "separator",
                                                   "encoding", "decimal",      "max_malformed"};
  return options;
}

workspace::Configuration read_configuration_file(const fs::path& file) {
  std::error_code failure;
  if (!fs::is_regular_file(file, failure)) {
    throw Error("E-FILE", fmt::format("{} is not a file.", file.string()),
                "Give the path of the configuration, as connect.toml.");
  }
  if (!std::ifstream(file)) {
    throw Error("E-PERM", fmt::format("{} may not be read.", file.string()),
                "Give this user the right to read it.");
  }
  try {
    return Reader(fs::absolute(file).parent_path()).read(toml::parse_file(file.string()));
  } catch (const std::logic_error&) {
    throw Error("E-PARAM", fmt::format("{} is not TOML.", file.string()),
                "Look for a bracket or quote that is not closed.");
  } catch (const toml::parse_error& error) {
    throw Error("E-PARAM", fmt::format("{} is not valid TOML: {} (line {}, column {}).",
                                       file.string(), error.description(),
                                       error.source().begin.line, error.source().begin.column));
  }
}

std::string configuration_text(const workspace::Configuration& configuration) {
  // Sections in the order of known_settings() and sources; each setting under its own section.
  std::map<std::string, toml::table> sections;
  for (const auto& [name, value] : configuration.settings) {
    const auto dot = name.find('.');
    sections[name.substr(0, dot)].insert_or_assign(name.substr(dot + 1), value);
  }
  for (const workspace::SourceRecord& source : configuration.sources) {
    toml::table& section = sections[source.kind];
    section.insert_or_assign("type", source.type);
    if (!source.tag.empty()) section.insert_or_assign("tag", source.tag);
    section.insert_or_assign("path", source.path);
    for (const auto& [name, value] : source.options) section.insert_or_assign(name, value);
    toml::table columns;
    for (const auto& [field, column] : source.columns) columns.insert_or_assign(field, column);
    columns.is_inline(true);
    section.insert_or_assign("columns", std::move(columns));
    if (!source.actions.empty()) {
      toml::array actions;
      for (const std::string& action : source.actions) actions.push_back(action);
      section.insert_or_assign("actions", std::move(actions));
    }
  }
  std::ostringstream text;
  for (auto& [name, section] : sections) {
    toml::table file;
    file.insert_or_assign(name, std::move(section));
    text << toml::toml_formatter(file) << "\n\n";
  }
  return text.str();
}

}  // namespace ca::api
