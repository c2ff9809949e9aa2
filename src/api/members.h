#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "api/reports.h"
#include "base/cancellation.h"
#include "base/table.h"
#include "reports/members.h"
#include "workspace/home.h"

namespace ca::api {

/// What `members` asks: the customers behind one cell of a report of the newest snapshot.
/// The frame is of one population.
struct MembersQuery : FrameQuery {
  std::string report;
  std::string cell;  ///< {"key": {"daily": "2021-03-04"}, "column": "orders"}
  reports::MemberOrder order;
  std::size_t offset = 0;
  std::optional<std::size_t> limit;
};

struct MembersResult {
  std::string report;
  std::string dimension;  ///< population name
  std::string run;
  Instant as_of;
  std::string timezone;
  reports::CellRef cell;
  reports::Counted counts = reports::Counted::kNothing;
  reports::Members members;
  bool is_sample = false;  ///< of an invented shop
};

/// Errors beside those of a report: E-PARAM for a cell that is no JSON object of that form, that
/// names another key than the report's, a row that is not there, or a column that does not count.
MembersResult members(const workspace::Home& home, const MembersQuery& query,
                      const Cancellation& cancellation);

/// A cell as text. Error E-PARAM, with the nearest name, for what is not a key or a countable
/// column of the report.
reports::CellRef parse_cell(const std::string& json, const reports::ReportSpec& report,
                            const journeys::Schema& schema);

/// {report, dimension, as_of, run_id, is_sample, cell: {key, column, value}, counts, n, anonymous,
/// columns, rows, total_rows}: the form of a report, with what the cell is.
std::string to_json(const MembersResult& result);

}  // namespace ca::api
