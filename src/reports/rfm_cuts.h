#pragma once

#include <memory>

#include "base/cancellation.h"
#include "base/thread_pool.h"
#include "reports/pass.h"
#include "reports/segment_model.h"

namespace ca::reports {

/// The values of main's buyers as of a moment that cuts are found in.
struct RfmValues {
  std::vector<double> recency;    ///< hours, of every buyer
  std::vector<double> frequency;  ///< hours, of those with two purchase days
  std::vector<double> monetary;   ///< mean payment, where it is above 0
};

/// Of everybody but anonymous sessions, in no order. Cost: one step an order; memory: 24 bytes a
/// buyer.
RfmValues find_rfm_values(const journeys::Journeys& journeys, std::int64_t as_of, ThreadPool& pool,
                          const Cancellation& cancellation);

/// Cuts each metric into at most kScores clusters.
RfmCuts cut(RfmValues values, const SegmentSettings::Scales& scales, std::int64_t as_of,
            ThreadPool& pool);

/// How far values have moved from the clusters of their cuts: the largest population stability
/// index of the three metrics, the sum over clusters of (q - p) ln(q / p) of the shares p when the
/// cuts were found and q now, each share at least 1e-4. Below 0.1 counts as unmoved (Siddiqi,
/// Credit Risk Scorecards, 2006).
double drift(const RfmCuts& cuts, const RfmValues& values);
inline constexpr double kMostDrift = 0.1;

/// The segment of every customer of the journeys as of a moment, by the cuts of another: what a
/// change of segments is measured against without stored history (ruling 43). Of main.
class SegmentsAsOf {
 public:
  /// No buyer up to the moment, or an anonymous session.
  static constexpr std::uint8_t kNone = UINT8_MAX;

  /// The number of the segment, or kNone; `partition` is the position of a file of the journeys.
  std::uint8_t segment(std::size_t partition, std::uint32_t customer) const {
    return segments_[partition][customer];
  }

 private:
  friend SegmentsAsOf segments_as_of(const journeys::Journeys&, const SegmentModel&, std::int64_t,
                                     ThreadPool&, const Cancellation&);
  std::vector<std::vector<std::uint8_t>> segments_;
};

/// `as_of` in microseconds UTC. One pass over the orders; a byte a customer.
SegmentsAsOf segments_as_of(const journeys::Journeys& journeys, const SegmentModel& model,
                            std::int64_t as_of, ThreadPool& pool, const Cancellation& cancellation);

/// Finds the cuts as of the frame's as_of on main, whoever is asked about, and sets the model in
/// the frames of `facts`; does nothing when nobody asks for segments. Where the question brings
/// cuts of that moment these are taken. answer() calls it; who works with States by himself does so
/// before.
void find_segment_model(const journeys::Journeys& journeys, const Question& question, Facts& facts,
                        ThreadPool& pool, const Cancellation& cancellation);

}  // namespace ca::reports
