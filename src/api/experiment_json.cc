#include <nlohmann/json.hpp>

#include "api/experiment.h"

namespace ca::api {
namespace {

using Json = nlohmann::json;

template <class Value>
Json or_null(const std::optional<Value>& value) {
  return value ? Json(*value) : Json();
}

/// Puts the two ends of an interval, or nulls, below names with the prefix.
void put_interval(Json& json, const std::optional<stats::Interval>& interval,
                  const std::string& prefix = {}) {
  json[prefix + "ci_low"] = interval ? Json(interval->low) : Json();
  json[prefix + "ci_high"] = interval ? Json(interval->high) : Json();
}

Json json_of(const stats::TwoSampleTest& test) {
  Json json = {{"difference", test.difference}, {"p_value", or_null(test.p_value)}};
  put_interval(json, test.interval);
  return json;
}

Json json_of(const models::CupedFigures& cuped) {
  Json json = json_of(cuped.found.test);
  json.update({{"covariate", cuped.covariate},
               {"units", cuped.units},
               {"theta", cuped.found.theta},
               {"variance_saved", cuped.found.variance_saved},
               {"does_help", cuped.found.does_help},
               {"says", models::sentence_of(cuped)}});
  return json;
}

Json json_of(const models::WinsorisedFigures& winsorised) {
  Json json = json_of(winsorised.test);
  json.update({{"bound", winsorised.bound},
               {"is_bound_of_non_zero", winsorised.is_of_non_zero},
               {"values_cut", winsorised.cut}});
  return json;
}

Json json_of(const stats::AlwaysValid& always) {
  Json json = {{"p_value", always.p_value}};
  put_interval(json, always.interval);
  return json;
}

Json json_of(const models::ArmEffect& effect, double alpha) {
  const stats::Comparison& comparison = effect.comparison;
  const stats::TwoSampleTest& test = comparison.result;
  const bool is_tested = !effect.is_insufficient;
  Json json = {{"metric", effect.metric},
               {"arm", effect.arm},
               {"n", effect.n},
               {"control_n", effect.control_n},
               {"mean", or_null(effect.mean)},
               {"control_mean", or_null(effect.control_mean)},
               {"difference", or_null(effect.difference)},
               {"relative_difference", or_null(effect.relative.value)},
               {"insufficient", effect.is_insufficient},
               {"distribution", is_tested ? Json(name_of(comparison.distribution)) : Json()},
               {"test", is_tested ? name_of(comparison.test) : "insufficient"},
               {"why", comparison.why},
               {"statistic", or_null(test.statistic)},
               {"degrees", or_null(test.degrees)},
               {"p_value", or_null(test.p_value)},
               {"q_value", or_null(effect.q_value)},
               {"significant", effect.q_value ? Json(*effect.q_value <= alpha) : Json()},
               {"cuped", effect.cuped ? json_of(*effect.cuped) : Json()},
               {"winsorised", effect.winsorised ? json_of(*effect.winsorised) : Json()},
               {"always_valid", effect.always_valid ? json_of(*effect.always_valid) : Json()},
               {"detectable_effect", or_null(effect.detectable_effect)},
               {"units_needed", or_null(effect.units_needed)},
               {"says", effect.says}};
  put_interval(json, test.interval);
  put_interval(json, effect.relative.interval, "relative_");
  return json;
}

}  // namespace

std::string to_json(const ExperimentAnswer& answer) {
  const models::Experiment& experiment = answer.experiment;
  Json arms = Json::array();
  for (const models::Experiment::Arm& arm : experiment.arms) {
    arms.push_back({{"arm", arm.name}, {"n", arm.n}, {"is_control", arms.empty()}});
  }
  Json ratio;
  if (experiment.sample_ratio) {
    ratio = {{"chi2", experiment.sample_ratio->chi2},
             {"degrees", experiment.sample_ratio->degrees},
             {"p_value", experiment.sample_ratio->p_value},
             {"expected", "equal shares"},
             {"is_mismatch", experiment.is_mismatch}};
  }
  Json figures = Json::array();
  for (const models::ArmFigures& figure : experiment.figures) {
    Json json = {{"metric", figure.metric},
                 {"arm", figure.arm},
                 {"n", figure.n},
                 {"missing", figure.missing},
                 {"mean", or_null(figure.mean)}};
    put_interval(json, figure.interval);
    figures.push_back(std::move(json));
  }
  Json results = Json::array();
  for (const models::ArmEffect& effect : experiment.effects) {
    results.push_back(json_of(effect, experiment.alpha));
  }
  Json unreadable = Json::array();
  for (const UnreadCells& column : answer.unread) {
    unreadable.push_back(
        {{"column", column.column}, {"cells", column.unreadable}, {"sample", column.sample}});
  }
  const Json json = {{"arm", answer.query.arm},
                     {"control", answer.query.control},
                     {"metrics", answer.query.metrics},
                     {"covariate", or_null(answer.query.covariate)},
                     {"alpha", experiment.alpha},
                     {"rows", answer.rows},
                     {"rows_without_arm", answer.without_arm},
                     {"malformed_lines", answer.malformed},
                     {"unreadable", std::move(unreadable)},
                     {"tests", experiment.tests},
                     {"arms", std::move(arms)},
                     {"sample_ratio", std::move(ratio)},
                     {"figures", std::move(figures)},
                     {"results", std::move(results)},
                     {"notes", notes_of(answer)}};
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace ca::api
