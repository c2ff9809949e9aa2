#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/cancellation.h"
#include "workspace/clock.h"
#include "workspace/home.h"

namespace ca::api {

/// One thing that was looked at.
struct Finding {
  enum class Level : std::uint8_t { kOk, kWarning, kError };

  std::string check;  ///< "permissions", "disk", ...: stable words
  Level level = Level::kOk;
  std::string text;
  std::string next_step;  ///< empty where all is well
};

std::string_view name_of(Finding::Level level);  ///< "ok", "warning", "error"

struct Examination {
  bool with_sources = true;  ///< opens every source and reads its first rows
  bool with_data = true;     ///< compares every byte of what is in force with its checksum
  std::string version = {};  ///< of the program
  workspace::Clock clock = {};
};

/// Looks at a home and what it needs, and changes nothing. What cannot be looked at is a finding;
/// only E-CANCELLED is thrown.
std::vector<Finding> examine(const workspace::Home& home, const Examination& examination,
                             const Cancellation& cancellation);

/// {"ok": ..., "findings": [{"check", "level", "text", "next_step"}]}; ok when none is an error.
std::string to_json(const std::vector<Finding>& findings);
bool has_errors(const std::vector<Finding>& findings);

}  // namespace ca::api
