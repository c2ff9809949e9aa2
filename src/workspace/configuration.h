#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace ca::workspace {

/// One connected table of the shop. Its content is what a person said: kind, tag, type, path,
/// options, columns, actions. The rest is what the program found out.
struct SourceRecord {
  std::string kind;  ///< sessions, customers, products or deliveries
  std::string tag;   ///< the name a person gave it; only shown
  std::string type;
  std::string path;  ///< file, folder, glob or query
  std::map<std::string, std::string>
      options;  ///< timezone, separator, ...; kept in clear, no secrets
  std::map<std::string, std::string> columns;  ///< logical field -> column of the source
  std::vector<std::string> actions;            ///< columns that are funnel steps, in their order

  int version = 0;           ///< 1 and up, one more for each changed content
  std::string status;        ///< "untested", "ok" or the code of the Error of the last check
  std::string last_test_at;  ///< UTC, ISO 8601; empty before the first check
  std::int64_t rows = 0;     ///< rows seen by the last check or load
  std::string saved_at;      ///< when this version was saved
};

/// Everything that `connect` takes.
struct Configuration {
  std::map<std::string, std::string> settings;  ///< "<section>.<key>", as "workspace.timezone"
  std::vector<SourceRecord> sources;            ///< at most one of each kind
};

/// Null when there is none of that kind.
const SourceRecord* find_source(const Configuration& configuration, std::string_view kind);

/// 16 hexadecimal digits that tell one configuration from another: of all settings and of every
/// source's content but its tag. The order of sources changes nothing; the same on every machine.
std::string config_hash(const Configuration& configuration);
/// The same of what one source is read by: its content but its tag, the settings of its section
/// ("<kind>.*") and workspace.timezone. Empty when there is none of that kind.
std::string config_hash(const Configuration& configuration, std::string_view kind);
/// The same of everything that decides what a load makes of the sources: that of all kinds.
std::string load_hash(const Configuration& configuration);

/// The content of a source as JSON, keys in byte order. Throws Error E-PARAM when a text is not
/// UTF-8.
std::string content_json(const SourceRecord& source);
/// Reads content_json() back. Throws Error E-HOME for anything else.
SourceRecord source_from_json(std::string_view json);

/// A JSON object of texts, under the same terms.
std::string json_of(const std::map<std::string, std::string>& texts);
std::map<std::string, std::string> texts_from_json(std::string_view json);

}  // namespace ca::workspace
