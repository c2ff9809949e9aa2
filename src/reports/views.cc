#include "reports/views.h"

#include <algorithm>
#include <stdexcept>

namespace ca::reports {

std::vector<const ReportSpec*> views_of(std::string_view report) {
  std::vector<const ReportSpec*> views;
  for (const FamilySpec& family : families()) {
    for (const ReportSpec& candidate : family.reports) {
      if (candidate.view && candidate.view->report == report) views.push_back(&candidate);
    }
  }
  return views;
}

bool is_reshaped(std::string_view report) {
  const std::optional<View>& view = find_report(report).view;
  return view && view->reshaped != nullptr;
}

Table view_from(const Table& other, const ReportSpec& view) {
  if (view.view->reshaped != nullptr) return view.view->reshaped(other);
  Table table(view.name);
  for (std::size_t c = 0; c < view.columns.size(); ++c) {
    const Column* column = other.find(view.view->columns[c]);
    if (column == nullptr) throw std::invalid_argument(view.name + ": no such column to show");
    table.add(*column);
    table.columns().back().rename(view.columns[c].name);
  }
  table.set_key_columns(view.key_columns);
  table.leave_out(other.total_rows() - other.rows());
  return table;
}

CellRef shown_by(const CellRef& cell, const Schema& schema) {
  const ReportSpec& report = find_report(cell.report);
  if (!report.view) return cell;
  const ReportSpec& other = find_report(report.view->report);
  const std::vector<ColumnSpec> columns = columns_for(other, schema);
  CellRef shown;
  shown.report = other.name;
  shown.column = report.view->columns[cell.position];
  shown.position = static_cast<std::size_t>(
      std::ranges::find(columns, shown.column, &ColumnSpec::name) - columns.begin());
  const std::vector<std::string> key = key_of(report);
  for (const std::string& name : key_of(other)) {
    const auto column = std::ranges::find(report.view->columns, name);
    const auto c = static_cast<std::size_t>(column - report.view->columns.begin());
    const auto place = std::ranges::find(key, report.columns.at(c).name);
    shown.key.push_back(cell.key.at(static_cast<std::size_t>(place - key.begin())));
  }
  return shown;
}

}  // namespace ca::reports
