#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/calendar.h"
#include "ingest/mapping.h"

namespace ca::ingest {

/// Reads the cells of one source by rulings 1, 2, 9 and 10.
struct ValueReader {
  const Zone& zone;
  const std::string& pattern;
  char decimal = '.';

  enum class Outcome : std::uint8_t { kValue, kMissing, kUnreadable };
  struct Number {
    double value = 0;
    Outcome outcome = Outcome::kMissing;
  };
  /// A decimal number, exponent allowed, at most 1e15 in magnitude (ruling 66).
  Number number(std::string_view text) const;

  struct Boolean {
    bool value = false;
    Outcome outcome = Outcome::kMissing;
  };
  static Boolean boolean(std::string_view text);

  ReadInstant instant(std::string_view text) const { return read_instant(text, zone, pattern); }

  bool can_read(std::string_view text, FieldType type) const;
};

}  // namespace ca::ingest
