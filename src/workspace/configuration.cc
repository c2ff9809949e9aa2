#include "workspace/configuration.h"

#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/error.h"

namespace ca::workspace {
namespace {

using Json = nlohmann::json;

Json content(const SourceRecord& source) {
  return {{"kind", source.kind},      {"tag", source.tag},         {"type", source.type},
          {"path", source.path},      {"options", source.options}, {"columns", source.columns},
          {"actions", source.actions}};
}

Json what_counts(const SourceRecord& source) {
  Json json = content(source);
  json.erase("tag");
  return json;
}

std::string text_of(const Json& json) {
  try {
    return json.dump();
  } catch (const Json::type_error&) {
    throw Error("E-PARAM", "The configuration holds text that is not UTF-8.",
                "Save the file it comes from as UTF-8, and rename files whose names are not.");
  }
}

std::string hash_of(const Json& json) {
  const std::string text = text_of(json);
  return fmt::format("{:016x}", XXH64(text.data(), text.size(), 0));
}

template <class Value>
Value parse(std::string_view text, Value (*convert)(const Json&)) {
  try {
    return convert(Json::parse(text));
  } catch (const Json::exception&) {
    throw Error("E-HOME", "The workspace holds a record that cannot be read.",
                "Restore workspace.sqlite from a backup, or connect again.");
  }
}

SourceRecord to_source(const Json& json) {
  SourceRecord source;
  json.at("kind").get_to(source.kind);
  json.at("tag").get_to(source.tag);
  json.at("type").get_to(source.type);
  json.at("path").get_to(source.path);
  json.at("options").get_to(source.options);
  json.at("columns").get_to(source.columns);
  json.at("actions").get_to(source.actions);
  return source;
}

std::map<std::string, std::string> to_texts(const Json& json) {
  return json.get<std::map<std::string, std::string>>();
}

}  // namespace

const SourceRecord* find_source(const Configuration& configuration, std::string_view kind) {
  const auto found = std::find_if(configuration.sources.begin(), configuration.sources.end(),
                                  [&](const SourceRecord& source) { return source.kind == kind; });
  return found == configuration.sources.end() ? nullptr : &*found;
}

std::string config_hash(const Configuration& configuration) {
  Json sources = Json::object();
  for (const SourceRecord& source : configuration.sources) {
    sources[source.kind] = what_counts(source);
  }
  return hash_of({{"settings", configuration.settings}, {"sources", sources}});
}

std::string config_hash(const Configuration& configuration, std::string_view kind) {
  const SourceRecord* source = find_source(configuration, kind);
  if (source == nullptr) return {};
  Json settings = Json::object();
  for (const auto& [key, value] : configuration.settings) {
    if (key.starts_with(source->kind + ".") || key == "workspace.timezone") settings[key] = value;
  }
  return hash_of({{"settings", settings}, {"source", what_counts(*source)}});
}

std::string load_hash(const Configuration& configuration) {
  Json sources = Json::object();
  for (const SourceRecord& source : configuration.sources) {
    sources[source.kind] = config_hash(configuration, source.kind);
  }
  return hash_of(sources);
}

std::string content_json(const SourceRecord& source) { return text_of(content(source)); }

SourceRecord source_from_json(std::string_view json) { return parse(json, to_source); }

std::string json_of(const std::map<std::string, std::string>& texts) { return text_of(texts); }

std::map<std::string, std::string> texts_from_json(std::string_view json) {
  return parse(json, to_texts);
}

}  // namespace ca::workspace
