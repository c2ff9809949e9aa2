#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "workspace/configuration.h"

namespace ca::runs::testing {

/// A configuration of one setting.
inline workspace::Configuration with(const std::string& name, const std::string& value) {
  workspace::Configuration configuration;
  configuration.settings[name] = value;
  return configuration;
}

/// A source of the file <kind>.csv of the folder, whose columns are called as what they are.
inline workspace::SourceRecord csv_source(const std::filesystem::path& folder,
                                          const std::string& kind,
                                          const std::vector<std::string>& fields) {
  workspace::SourceRecord record;
  record.kind = kind;
  record.type = "csv";
  record.path = (folder / (kind + ".csv")).string();
  for (const std::string& field : fields) record.columns[field] = field;
  return record;
}

}  // namespace ca::runs::testing
