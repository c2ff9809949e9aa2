#pragma once

#include <concepts>
#include <cstdint>
#include <filesystem>
#include <initializer_list>
#include <string>
#include <string_view>

namespace ca::log {

/// The program's log: one JSON object a line, `{"time":...,"level":...,"event":...,<fields>}`, time
/// in UTC. Events are short stable words ("run finished"), what varies is a field. Silent until
/// open(). For any thread; a log that cannot be written (disk full) never fails the work. Neither
/// secrets nor rows of customers belong here; what is named password, token, ... is redacted.

enum class Level : std::uint8_t { kDebug, kInfo, kWarning, kError };

struct Options {
  Level lowest = Level::kInfo;
  bool warnings_to_stderr = false;  ///< warnings and errors also as a line for people
  bool lines_to_stderr = false;     ///< every line also as it is in the file; no line for people
};

/// Opens `folder`/customeranalytics.log, which rotates: 10 files of 20 MB at most. Replaces a log
/// that is open. Throws Error E-FILE when the folder cannot be written.
void open(const std::filesystem::path& folder, const Options& options = {});
void close();

/// A name and its value as JSON. Numbers and booleans stay what they are.
class Field {
 public:
  Field(std::string_view name, std::string_view value);  // NOLINT
  Field(std::string_view name, const std::string& value) : Field(name, std::string_view(value)) {}
  Field(std::string_view name, const char* value) : Field(name, std::string_view(value)) {}
  Field(std::string_view name, double value);
  template <std::integral Integer>
  Field(std::string_view name, Integer value) : name_(name) {
    if constexpr (std::same_as<Integer, bool>) {
      json_ = value ? "true" : "false";
    } else {
      json_ = std::to_string(value);
    }
  }

  std::string_view name() const { return name_; }
  const std::string& json() const { return json_; }

 private:
  std::string_view name_;
  std::string json_;
};

using Fields = std::initializer_list<Field>;

void write(Level level, std::string_view event, Fields fields);
inline void debug(std::string_view event, Fields fields = {}) {
  write(Level::kDebug, event, fields);
}
inline void info(std::string_view event, Fields fields = {}) { write(Level::kInfo, event, fields); }
inline void warning(std::string_view event, Fields fields = {}) {
  write(Level::kWarning, event, fields);
}
inline void error(std::string_view event, Fields fields = {}) {
  write(Level::kError, event, fields);
}

}  // namespace ca::log
