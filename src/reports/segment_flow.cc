#include "reports/segment_flow.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "reports/families.h"
#include "reports/segment_rules.h"

namespace ca::reports {
namespace {

/// Numbers of segments; nobody's is -1.
using Move = std::pair<std::int64_t, std::int64_t>;
constexpr std::int64_t kNone = -1;

std::optional<std::string> name_of(std::int64_t segment) {
  if (segment < 0 || segment >= static_cast<std::int64_t>(kSegments)) return std::nullopt;
  return std::string(segments()[static_cast<std::size_t>(segment)].name);
}

}  // namespace

Table segment_flow(const Table& before, const Table& now, const Schema& schema) {
  const Column& old_client = *before.find("client");
  const Column& old_segment = *before.find("segments_numeric");
  const Column& new_client = *now.find("client");
  const Column& new_segment = *now.find("segments_numeric");
  std::map<Move, std::int64_t> moves;
  std::size_t b = 0;
  std::size_t n = 0;
  while (b < before.rows() || n < now.rows()) {
    const bool is_gone =
        n == now.rows() || (b < before.rows() && old_client.text(b) < new_client.text(n));
    const bool is_new =
        b == before.rows() || (n < now.rows() && new_client.text(n) < old_client.text(b));
    ++moves[{is_new ? kNone : old_segment.integer(b), is_gone ? kNone : new_segment.integer(n)}];
    b += is_new ? 0 : 1;
    n += is_gone ? 0 : 1;
  }
  Table table = table_for(find_report("segment_flow"), schema);
  RowWriter row(table);
  for (const auto& [move, customers] : moves) {
    row << name_of(move.first) << name_of(move.second) << customers;
  }
  return table;
}

Table with_change(const Table& segment_table, const Table& before) {
  std::map<std::string, std::int64_t> customers;
  const Column& name = *before.find("segments");
  const Column& count = *before.find("client_count");
  for (std::size_t row = 0; row < before.rows(); ++row) {
    customers[name.text(row)] = count.integer(row);
  }
  Table result(segment_table.name());
  result.set_key_columns(segment_table.key_columns());
  for (const Column& column : segment_table.columns()) {
    if (column.name() != "change") {
      result.add(column);
      continue;
    }
    Column change(column.name(), column.type());
    for (std::size_t row = 0; row < segment_table.rows(); ++row) {
      const auto was = customers.find(segment_table.find("segment")->text(row));
      if (was == customers.end()) {
        change.push_null();
        continue;
      }
      const auto then = static_cast<double>(was->second);
      const auto is = static_cast<double>(segment_table.find("customers")->integer(row));
      change.push(100 * (is - then) / then);
    }
    result.add(std::move(change));
  }
  return result;
}

FamilySpec segment_flow() {
  using enum ColumnType;
  return {"segment_flow",
          FamilyKind::kMadeByStage,
          {{.name = "segment_flow",
            .title = "Flow between segments",
            .needs = {Need::kSessions},
            .columns = {{"from", kText, "", Counted::kNothing,
                         "Segment in the previous snapshot; empty for new customers."},
                        {"to", kText, "", Counted::kNothing,
                         "Segment now; empty for customers that are no more."},
                        {"customers", kInteger, "customers", Counted::kNothing,
                         "Customers who went this way."}},
            .key_columns = 2,
            .chart = "sankey",
            .page = "customer-segmentation",
            .window = "Always from the previous snapshot to this one.",
            .help = "The previous snapshot is the last one of an earlier day. Without one there "
                    "are no rows.",
            .is_extra = true}},
          nullptr,
          Sharing::kNone,
          kSegmentsStage};
}

}  // namespace ca::reports
