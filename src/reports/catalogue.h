#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/table.h"
#include "reports/family.h"

namespace ca::reports {

/// Whether a customer all of whose sessions are in one dimension value adds to main's state just
/// what he adds to the value's. Then he is folded once, and main takes in the states of the values.
enum class Sharing : std::uint8_t {
  kNone,    ///< no: it depends on what the population is
  kBuyers,  ///< where he has an order
  kAll,
  /// And what customers of several values add to these is what they add to main, but for what
  /// Family::correct() sets right: main is never shown a customer.
  kSessions
};

inline constexpr std::string_view kExploratoryStage = "exploratory";
inline constexpr std::string_view kSegmentsStage = "segments";
inline constexpr std::string_view kValueStage = "clv";
inline constexpr std::string_view kTestsStage = "tests";
inline constexpr std::string_view kAnomaliesStage = "anomalies";
inline constexpr std::string_view kDeliveriesStage = "deliveries";

/// A family of the catalogue: its reports and how to make the state that computes them.
struct FamilySpec {
  std::string_view name;
  FamilyKind kind;
  std::vector<ReportSpec> reports;
  /// One state for one population; null where there is nothing to fold.
  std::unique_ptr<Family> (*make)(const Frame&);
  Sharing sharing = Sharing::kNone;
  std::string_view stage = kExploratoryStage;  ///< of a run, which makes its reports
};

/// Every family, in the order in which their reports are listed.
const std::vector<FamilySpec>& families();

/// The name in force of one that the older program spelt otherwise (clvrdfm_anomaly).
std::string_view current_name(std::string_view name);

/// The report's declaration; Error E-REPORT with the nearest name when there is none.
const ReportSpec& find_report(std::string_view name);
const FamilySpec& family_of(std::string_view report);
/// Whether the report is folded from journeys, so that it can be asked of any window and segment.
bool is_folded(std::string_view report);
/// Whether the report exists for main alone: about all dimension values at once, or about the run.
bool is_main_only(std::string_view report);

/// The columns whose values name a row: none where there is a single row.
std::vector<std::string> key_of(const ReportSpec& report);

/// Why the report cannot be computed from this shop ("promotion is not mapped"), or empty.
std::string missing_need(const ReportSpec& report, const Schema& schema);

/// The report's columns for this shop, with the columns of its actions.
std::vector<ColumnSpec> columns_for(const ReportSpec& report, const Schema& schema);

}  // namespace ca::reports
