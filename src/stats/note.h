#pragma once

#include <string>

namespace ca::stats {

/// Something about an estimate that whoever reads it should know: a stable code for programs and a
/// sentence for people.
struct Note {
  std::string code;
  std::string text;

  bool operator==(const Note&) const = default;
};

}  // namespace ca::stats
