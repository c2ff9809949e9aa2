#include "reports/segment_model.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/error.h"

namespace ca::reports {
namespace {

using Json = nlohmann::json;

constexpr int kFormat = 1;

const std::vector<std::string> kMetrics = {"recency", "frequency", "monetary"};

std::string_view stripped(std::string_view text) {
  const auto begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

Scale scale_of(std::string_view name) {
  for (const Scale scale : {Scale::kRaw, Scale::kLog1p}) {
    if (name_of(scale) == name) return scale;
  }
  throw Error("E-PARAM", fmt::format("There is no scale \"{}\".", name),
              "A metric is cut on the scale raw or log1p.");
}

Json json_of(const MetricCuts& metric) {
  return {{"scale", name_of(metric.scale)},
          {"is_low_best", metric.is_low_best},
          {"means", metric.means},
          {"sizes", metric.sizes},
          {"cuts", metric.cuts}};
}

MetricCuts cuts_from(const Json& json) {
  MetricCuts metric;
  metric.scale = scale_of(json.at("scale").get<std::string>());
  json.at("is_low_best").get_to(metric.is_low_best);
  json.at("means").get_to(metric.means);
  json.at("sizes").get_to(metric.sizes);
  json.at("cuts").get_to(metric.cuts);
  return metric;
}

}  // namespace

std::string_view name_of(Scale scale) { return scale == Scale::kRaw ? "raw" : "log1p"; }

std::string_view name_of(SegmentSettings::Refit refit) {
  switch (refit) {
    case SegmentSettings::Refit::kAlways: return "always";
    case SegmentSettings::Refit::kWeekly: return "weekly";
    case SegmentSettings::Refit::kDrift: break;
  }
  return "drift";
}

SegmentSettings::Refit refit_of(std::string_view name) {
  using Refit = SegmentSettings::Refit;
  for (const Refit refit : {Refit::kAlways, Refit::kWeekly, Refit::kDrift}) {
    if (name_of(refit) == name) return refit;
  }
  throw Error("E-PARAM", fmt::format("refit of [rfm] cannot be \"{}\".", name),
              "It is always, weekly or drift.");
}

SegmentSettings::Scales scales_of(std::string_view text) {
  SegmentSettings::Scales scales;
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    const std::string_view part = text.substr(0, comma);
    text.remove_prefix(std::min(comma + 1, text.size()));
    if (stripped(part).empty()) continue;
    const std::size_t equals = std::min(part.find('='), part.size());
    const std::string metric(stripped(part.substr(0, equals)));
    const Scale scale = scale_of(stripped(part.substr(std::min(equals + 1, part.size()))));
    if (metric == "recency") {
      scales.recency = scale;
    } else if (metric == "frequency") {
      scales.frequency = scale;
    } else if (metric == "monetary") {
      scales.monetary = scale;
    } else {
      const std::string guess = nearest_name(metric, kMetrics);
      throw Error("E-PARAM", fmt::format("scales of [rfm] names \"{}\".", metric),
                  guess.empty() ? "Metrics are recency, frequency and monetary."
                                : fmt::format("Did you mean {}?", guess));
    }
  }
  return scales;
}

int MetricCuts::score(double value) const {
  if (means.empty()) return 1;
  const auto cluster =
      static_cast<int>(std::ranges::lower_bound(cuts, scaled(value)) - cuts.begin());
  const int from_best = is_low_best ? cluster : static_cast<int>(means.size()) - 1 - cluster;
  return kScores - from_best;
}

RfmScores SegmentModel::scores(const CustomerValues& values) const {
  RfmScores scores;
  scores.recency = cuts.recency.score(values.recency_hours);
  if (values.frequency_hours) scores.frequency = cuts.frequency.score(*values.frequency_hours);
  if (values.monetary && *values.monetary > 0) {
    scores.monetary = cuts.monetary.score(*values.monetary);
  }
  return scores;
}

std::string to_json(const KeptSegments& kept) {
  const SegmentSettings::Scales& scales = kept.settings.scales;
  const Json json = {{"format", kFormat},
                     {"rules", Json::parse(kept.settings.rules->json()).at("rules")},
                     {"scales",
                      {{"recency", name_of(scales.recency)},
                       {"frequency", name_of(scales.frequency)},
                       {"monetary", name_of(scales.monetary)}}},
                     {"refit", name_of(kept.settings.refit)},
                     {"as_of", kept.cuts.as_of},
                     {"made_for", kept.made_for},
                     {"recency", json_of(kept.cuts.recency)},
                     {"frequency", json_of(kept.cuts.frequency)},
                     {"monetary", json_of(kept.cuts.monetary)}};
  return json.dump(1) + '\n';
}

KeptSegments segments_from_json(std::string_view text) {
  try {
    const Json json = Json::parse(text);
    if (json.at("format").get<int>() > kFormat) {
      throw Error("E-SNAPSHOT", "segments.json was written by a newer CustomerAnalytics.",
                  "Use the newer program, or run `customeranalytics run` to make a new one.");
    }
    KeptSegments kept;
    kept.settings.rules = std::make_shared<const SegmentRules>(
        SegmentRules::parse(Json({{"rules", json.at("rules")}}).dump()));
    const Json& scales = json.at("scales");
    kept.settings.scales = {scale_of(scales.at("recency").get<std::string>()),
                            scale_of(scales.at("frequency").get<std::string>()),
                            scale_of(scales.at("monetary").get<std::string>())};
    kept.settings.refit = refit_of(json.at("refit").get<std::string>());
    json.at("as_of").get_to(kept.cuts.as_of);
    json.at("made_for").get_to(kept.made_for);
    kept.cuts.recency = cuts_from(json.at("recency"));
    kept.cuts.frequency = cuts_from(json.at("frequency"));
    kept.cuts.monetary = cuts_from(json.at("monetary"));
    return kept;
  } catch (const Json::exception& failure) {
    throw Error("E-SNAPSHOT",
                fmt::format("segments.json is not what was written ({}).", failure.what()),
                "Run `customeranalytics run` to make a new one.");
  }
}

}  // namespace ca::reports
