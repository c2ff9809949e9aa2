#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/cancellation.h"
#include "base/table.h"
#include "base/thread_pool.h"
#include "reports/catalogue.h"
#include "reports/facts.h"
#include "reports/segment_model.h"

namespace ca::reports {

/// "Who is behind this number" (rulings 42 and 64): the customers that a cell of a report counts,
/// found by the fold that computed it.

/// How the list is ordered: by a column, nulls last; ties by client.
struct MemberOrder {
  std::string column = "n";
  bool is_descending = true;
};

struct MembersQuestion {
  CellRef cell;
  bool of_main = true;
  std::string population;  ///< else this dimension value
  MemberOrder order;
  std::size_t offset = 0;  ///< so many are left out
  std::optional<std::size_t> limit;
  /// How members are segmented; nothing: their segment is not known.
  std::optional<SegmentsAsked> segments = SegmentsAsked();
};

/// The n of the members and of sessions without a client, who are no members (ruling 70), add up to
/// what the cell counts: its number, or what was divided to make it.
struct Members {
  std::variant<std::int64_t, double> value;  ///< of the cell
  Table table;                               ///< the columns of member_columns()
  std::int64_t total = 0;                    ///< members, of which the table may hold a part
  std::int64_t n = 0;                        ///< of all members
  std::int64_t anonymous = 0;                ///< n without a client
};

/// client, first_order, last_order, orders, revenue, recency, n and segment. Of all history up to
/// as_of and of the population; n is the member's part of the cell, the segment that of rfm.
const std::vector<ColumnSpec>& member_columns();

/// The columns of a report behind whose cells there are customers.
std::vector<std::string> countable_columns(const ReportSpec& report, const Schema& schema);

/// The position of a column in the report's table. Error E-PARAM when there is no such column, or
/// when nobody in particular is behind it.
std::size_t find_countable(const ReportSpec& report, std::string_view column, const Schema& schema);

/// Throws E-PARAM when a list of members has no such column.
void check_order(const MemberOrder& order);

/// Finds the members in one pass of one fold over the journeys, as `found` sees them; for churn one
/// more before it. `question.cell` has the key's values in the types of their columns. Error
/// E-PARAM when the report has no such row, or the cell is empty.
Members members(const journeys::Journeys& journeys, const Facts& found,
                const MembersQuestion& question, ThreadPool& pool,
                const Cancellation& cancellation);

}  // namespace ca::reports
