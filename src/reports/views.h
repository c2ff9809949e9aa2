#pragma once

#include <string_view>
#include <vector>

#include "base/table.h"
#include "reports/catalogue.h"

namespace ca::reports {

/// Reports that are part of another one (View): made of the other's table when somebody reads them.

/// The reports that are views of this one, in the catalogue's order.
std::vector<const ReportSpec*> views_of(std::string_view report);

/// Whether the report is another one in another form (View::reshaped), whose columns depend on the
/// rows of the population.
bool is_reshaped(std::string_view report);

/// The view's table, made of the table of what it is a view of. Rows that this leaves out
/// (Table::total_rows) are left out here.
Table view_from(const Table& other, const ReportSpec& view);

/// The cell of the other report that a view's cell shows; of any other report the cell itself.
CellRef shown_by(const CellRef& cell, const Schema& schema);

}  // namespace ca::reports
