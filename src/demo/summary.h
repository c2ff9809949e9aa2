#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/calendar.h"
#include "base/cancellation.h"
#include "workspace/home.h"

namespace ca::demo {

/// A figure of the whole history, of the last seven days, and its change since the seven before.
struct KeyFigure {
  std::string name;
  bool is_money = false;
  double total = 0;
  double last_week = 0;
  std::optional<double> change_percent;
};

struct FunnelStep {
  std::string name;
  std::int64_t sessions = 0;
};

/// The customers of one week of downloads, and how many of them ordered within four weeks.
struct Cohort {
  Day week;
  std::int64_t customers = 0;
  std::int64_t bought = 0;
  double share() const { return static_cast<double>(bought) / static_cast<double>(customers); }
};

struct ChurnFigures {
  std::int64_t engaged = 0;
  std::int64_t buyers = 0;
  double threshold_hours = 0;
};

/// The customers of a segment, and what they are expected to pay.
struct SegmentFigures {
  std::string name;
  std::int64_t customers = 0;
  double expected = 0;  ///< currency; 0 where it was not predicted
};

/// What the shop is expected to earn.
struct ExpectedRevenue {
  std::int64_t days = 0;
  double total = 0;      ///< currency
  double newcomers = 0;  ///< of it from customers who have not bought yet
  double last = 0;       ///< what as many days up to now have brought
  std::string model;     ///< that predicted best; empty where none was compared
};

/// A day that dfunnel_anomaly calls unusual, by the figure that was furthest from what was
/// expected: the sessions, or a share of a step.
struct UnusualDay {
  Day day;
  std::string figure;
  double found = 0;
  double expected = 0;
  double score = 0;  ///< decimal places of the chance that a usual day is as unusual
};

/// A promotion after whose use customers ordered more, or fewer, than others like them.
struct PromotionEffect {
  std::string name;
  std::string sentence;
  double effect = 0;  ///< orders of a customer
};

struct DimensionShare {
  std::string name;
  std::int64_t orders = 0;
};

/// What the published reports say about a shop, for one screen. A part whose report the snapshot
/// does not hold is empty.
struct Summary {
  std::string run;
  std::string currency;
  std::vector<KeyFigure> figures;
  std::vector<FunnelStep> funnel;          ///< all sessions first, purchases last
  std::vector<DimensionShare> dimensions;  ///< by orders, most first
  std::optional<std::int64_t> buyers;      ///< customers with an order
  std::int64_t buyers_again = 0;           ///< with more than one
  std::optional<double> hours_to_second;   ///< median from the first order to the second
  std::optional<Cohort> best_week;         ///< of weeks that are four weeks ago
  std::optional<Cohort> worst_week;
  std::optional<ChurnFigures> churn;
  std::vector<SegmentFigures> segments;  ///< most expected first
  std::optional<ExpectedRevenue> expected;
  std::size_t tested_promotions = 0;
  std::vector<PromotionEffect>
      promotions;  ///< those that are more than chance, greatest effect first
  std::size_t judged_days = 0;
  std::vector<UnusualDay> unusual_days;  ///< the most unusual first
  std::size_t reports = 0;               ///< that the snapshot holds
};

/// Reads it from the snapshot in force. Errors as api::query(), except that a report which is not
/// known, not configured or not computed only leaves its part empty.
Summary summarise(const workspace::Home& home, const Cancellation& cancellation);

}  // namespace ca::demo
