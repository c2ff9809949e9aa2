#include "models/kept_value.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/error.h"

namespace ca::models {
namespace {

using Json = nlohmann::json;

constexpr int kFormat = 1;

Day day_of(const Json& json) {
  const auto day = parse_day(json.get<std::string>());
  if (!day) throw Error("E-SNAPSHOT", "value.json has a day that is none.");
  return *day;
}

}  // namespace

std::string to_json(const KeptValue& kept) {
  Json intervals = Json::array();
  for (const auto& [population, interval] : kept.intervals) {
    intervals.push_back(
        {{"population", population}, {"low", interval.low}, {"high", interval.high}});
  }
  return Json{{"format", kFormat},
              {"made_for", kept.made_for},
              {"compared", format_day(kept.compared)},
              {"predicted", format_day(kept.predicted)},
              {"champion", kept.champion},
              {"length", kept.length},
              {"scores", kept.scores},
              {"intervals", std::move(intervals)}}
             .dump(1) +
         '\n';
}

KeptValue value_from_json(std::string_view text) {
  try {
    const Json json = Json::parse(text);
    if (json.at("format").get<int>() > kFormat) {
      throw Error("E-SNAPSHOT", "value.json was written by a newer CustomerAnalytics.",
                  "Use the newer program, or run `customeranalytics run` to make a new one.");
    }
    KeptValue kept{.made_for = json.at("made_for").get<std::string>(),
                   .compared = day_of(json.at("compared")),
                   .predicted = day_of(json.at("predicted")),
                   .champion = json.at("champion").get<std::string>(),
                   .length = json.at("length").get<std::int32_t>(),
                   .scores = json.at("scores").get<std::map<std::string, double>>(),
                   .intervals = {}};
    for (const Json& interval : json.at("intervals")) {
      kept.intervals[interval.at("population").get<std::string>()] = {
          interval.at("low").get<double>(), interval.at("high").get<double>()};
    }
    return kept;
  } catch (const Json::exception& failure) {
    throw Error("E-SNAPSHOT",
                fmt::format("value.json is not what was written ({}).", failure.what()),
                "Run `customeranalytics run` to make a new one.");
  }
}

}  // namespace ca::models
