#pragma once

#include <cmath>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reports/customer_values.h"
#include "reports/segment_rules.h"

namespace ca::reports {

/// How a metric is measured when it is cut into scores.
enum class Scale : std::uint8_t { kRaw, kLog1p };
/// "raw" and "log1p".
std::string_view name_of(Scale scale);

/// What a shop says about its segments.
struct SegmentSettings {
  struct Scales {
    Scale recency = Scale::kRaw;
    Scale frequency = Scale::kRaw;
    Scale monetary = Scale::kLog1p;
    bool operator==(const Scales&) const = default;
  };

  /// When cuts are found anew: at each run, when those there are are older than a week of as_of
  /// time, or when customers have moved away from them.
  enum class Refit : std::uint8_t { kAlways, kWeekly, kDrift };

  std::shared_ptr<const SegmentRules> rules =
      std::make_shared<const SegmentRules>(SegmentRules::complete());
  Scales scales;
  Refit refit = Refit::kAlways;
};

/// Where one metric is cut into scores: clusters of main's customers, k-means of their values on
/// the scale (stats/kmeans1d.h). Source: reports.md 5.7, ruling 32.
struct MetricCuts {
  Scale scale = Scale::kRaw;
  bool is_low_best = true;               ///< few hours are good, little money is not
  std::vector<double> means = {};        ///< of the clusters, on the scale, ascending
  std::vector<std::int64_t> sizes = {};  ///< customers of each when they were found
  std::vector<double> cuts = {};         ///< on the scale; a value on a cut belongs below it

  /// k clusters have the scores 5, 4, ... from the best side. Without a cluster it is 1.
  int score(double value) const;
  double scaled(double value) const { return scale == Scale::kLog1p ? std::log1p(value) : value; }
  bool operator==(const MetricCuts&) const = default;
};

/// The cuts of the three metrics, found as of a moment.
struct RfmCuts {
  MetricCuts recency;
  MetricCuts frequency;
  MetricCuts monetary{.scale = Scale::kLog1p, .is_low_best = false};
  std::int64_t as_of = 0;  ///< microseconds UTC
  bool operator==(const RfmCuts&) const = default;
};

/// What decides a customer's segment.
struct SegmentModel {
  RfmCuts cuts;
  std::shared_ptr<const SegmentRules> rules;

  /// Of a buyer. No frequency (one purchase day) and no payment, or one of 0 and below, score 1
  /// (rulings 32 and 33).
  RfmScores scores(const CustomerValues& values) const;
  std::uint8_t segment(const CustomerValues& values, const RfmScores& scores) const {
    return rules->segment(scores, !values.frequency_hours);
  }
  std::uint8_t segment(const CustomerValues& values) const {
    return segment(values, scores(values));
  }
};

/// What a snapshot keeps of its segments, in the file segments.json: later runs may go on with its
/// cuts, and questions about the snapshot are answered with them.
struct KeptSegments {
  SegmentSettings settings;
  RfmCuts cuts;
  /// Tells what the cuts were found for: sources and settings. Others need others.
  std::string made_for;
};

/// What a question about segments is answered with: the settings, and the cuts of one moment. As of
/// another moment cuts are found anew (ruling 41).
struct SegmentsAsked {
  struct Known {
    std::int64_t as_of = 0;  ///< the moment they hold for, microseconds UTC
    RfmCuts cuts;
  };

  SegmentSettings settings;
  std::optional<Known> known = std::nullopt;
};

inline constexpr const char* kSegmentsFile = "segments.json";

std::string to_json(const KeptSegments& kept);
/// Reads to_json() back. Error E-SNAPSHOT for anything else.
KeptSegments segments_from_json(std::string_view json);

/// "always", "weekly" or "drift".
std::string_view name_of(SegmentSettings::Refit refit);
/// Error E-PARAM for another word.
SegmentSettings::Refit refit_of(std::string_view name);
/// Scales as people write them: "recency=raw, frequency=raw, monetary=log1p"; a metric that is left
/// out has its default. Error E-PARAM, with the nearest, for other names.
SegmentSettings::Scales scales_of(std::string_view text);

}  // namespace ca::reports
