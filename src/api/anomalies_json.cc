#include <nlohmann/json.hpp>

#include "api/anomalies.h"

namespace ca::api {
namespace {

using Json = nlohmann::json;

constexpr double kMicros = kMicrosPerSecond;

Json json_of(const stats::SeriesPoint& point, const stats::PointScore& score, const Zone& zone) {
  return {{"time", zone.format(point.time)},
          {"value", point.value},
          {"expected", score.expected},
          {"low", score.low},
          {"high", score.high},
          {"score", score.score},
          {"p_value", score.p_value},
          {"alarm", score.is_alarm}};
}

Json json_of(const stats::SeriesEvent& event, const AnomaliesAnswer& answer, const Zone& zone) {
  const stats::PointScore& peak = answer.judgement.points[event.peak];
  return {{"from", zone.format(answer.points[event.from].time)},
          {"to", zone.format(answer.points[event.to].time)},
          {"alarms", event.alarms},
          {"side", side_of(event)},
          {"peak_score", peak.score},
          {"peak_time", zone.format(answer.points[event.peak].time)},
          {"peak_value", answer.points[event.peak].value},
          {"peak_expected", peak.expected},
          {"peak_low", peak.low},
          {"peak_high", peak.high}};
}

}  // namespace

std::string to_json(const AnomaliesAnswer& answer) {
  const Zone zone = Zone::utc();
  const stats::SeriesJudgement& judgement = answer.judgement;
  std::size_t alarms = 0;
  Json points = Json::array();
  for (std::size_t i = 0; i < answer.points.size(); ++i) {
    points.push_back(json_of(answer.points[i], judgement.points[i], zone));
    alarms += judgement.points[i].is_alarm;
  }
  Json events = Json::array();
  for (const stats::SeriesEvent& event : answer.events) {
    events.push_back(json_of(event, answer, zone));
  }
  const Json json = {{"time", answer.query.time},
                     {"value", answer.query.value},
                     {"rate", answer.query.rate},
                     {"method", judgement.method},
                     {"threshold", judgement.threshold},
                     {"step_seconds", static_cast<double>(judgement.shape.step) / kMicros},
                     {"season", name_of(judgement.shape.slots.season())},
                     {"event_gap_seconds", static_cast<double>(answer.gap) / kMicros},
                     {"rows", answer.rows},
                     {"rows_without_time", answer.without_time},
                     {"rows_without_value", answer.without_value},
                     {"rows_with_repeated_time", answer.repeated},
                     {"malformed_lines", answer.malformed},
                     {"alarms", alarms},
                     {"points", std::move(points)},
                     {"events", std::move(events)},
                     {"notes", notes_of(answer)}};
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace ca::api
