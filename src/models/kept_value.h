#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/calendar.h"
#include "models/value_forecast.h"

namespace ca::models {

inline constexpr const char* kValueFile = "value.json";

/// What a snapshot keeps of how customers' value was predicted, for the runs after it: by the
/// cadence, models compete anew only now and then, and so are predictions made (ruling 44).
struct KeptValue {
  std::string made_for;  ///< data and configuration; with others nothing is used again
  Day compared;          ///< the day models last competed
  Day predicted;         ///< the day predictions were made from
  std::string champion;
  std::int32_t length = 0;  ///< days that each origin of the competition predicted
  std::map<std::string, double> scores;
  std::map<std::string, DayInterval> intervals;  ///< by the encoded name of the population
  bool operator==(const KeptValue&) const = default;
};

std::string to_json(const KeptValue& kept);
/// Reads to_json() back. Error E-SNAPSHOT for anything else.
KeptValue value_from_json(std::string_view json);

}  // namespace ca::models
