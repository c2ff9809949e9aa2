#include <array>

#include "reports/customer_values.h"
#include "reports/families.h"
#include "reports/segment_model.h"

namespace ca::reports {
namespace {

constexpr std::array<std::string_view, 3> kMetrics = {"frequency", "monetary", "recency"};

/// Buyers by their score in each metric, and the values that score so. Source: reports.md 5.7,
/// rulings 32 and 33.  Cost: one step an order; memory: 24 bytes a buyer.
class RfmClusters {
 public:
  explicit RfmClusters(const Frame& frame) : frame_(frame), counts_(kRows, 2), values_(kRows) {}

  template <class Sink>
  void visit(const Journey& journey, Sink& sink) {
    if (journey.is_anonymous || journey.orders.empty()) return;
    const CustomerValues values = values_of(journey, frame_.as_of);
    const RfmScores scores = frame_.segments->scores(values);
    add(sink, row_of(0, scores.frequency), values.frequency_hours);
    add(sink, row_of(1, scores.monetary), values.monetary);
    add(sink, row_of(2, scores.recency), values.recency_hours);
  }
  auto grids() { return std::tie(counts_, values_); }

  std::vector<Table> tables() const {
    std::vector<Table> tables;
    for (std::size_t metric = 0; metric < kMetrics.size(); ++metric) {
      const std::string report = std::string(kMetrics[metric]) + "_clusters";
      tables.push_back(table_for(find_report(report), *frame_.schema));
      if (!frame_.asks(report)) continue;
      RowWriter row(tables.back());
      for (int score = 1; score <= kScores; ++score) {
        const std::size_t from = row_of(metric, score);
        const std::int64_t customers = counts_.at(from, kCustomers);
        if (customers == 0) continue;
        if (values_.is_empty(from)) {
          row << score << std::nullopt << customers << std::nullopt << std::nullopt << std::nullopt;
          continue;
        }
        const ValueLists::Summary all = values_.summary(from);
        row << score << all.mean << customers << all.min << all.max << all.median;
      }
    }
    return tables;
  }

  Targets targets(const CellRef& cell) const {
    const auto metric = std::ranges::find_if(
        kMetrics, [&](std::string_view name) { return cell.report.starts_with(name); });
    const auto from = static_cast<std::size_t>(metric - kMetrics.begin());
    const std::int64_t score = cell.integer(0);
    if (score < 1 || score > kScores) return {};
    return {{&counts_, Rows::one(row_of(from, static_cast<int>(score))),
             cell.column == "client_count" ? kCustomers : kWithValue}};
  }

 private:
  enum Column : std::size_t { kCustomers, kWithValue };
  static constexpr std::size_t kRows = kMetrics.size() * static_cast<std::size_t>(kScores);

  static std::size_t row_of(std::size_t metric, int score) {
    return metric * static_cast<std::size_t>(kScores) + static_cast<std::size_t>(score - 1);
  }
  template <class Sink>
  void add(Sink& sink, std::size_t row, std::optional<double> value) {
    sink.count(counts_, row, kCustomers);
    if (!value) return;
    sink.count(counts_, row, kWithValue);
    sink.keep(values_, row, *value);
  }

  Frame frame_;
  Counts counts_;
  ValueLists values_;
};

ReportSpec clusters_of(const std::string& metric, const std::string& title, const std::string& unit,
                       const std::string& what) {
  using enum ColumnType;
  return {.name = metric + "_clusters",
          .title = title,
          .needs = {Need::kSessions},
          .columns = {{metric + "_segment", kInteger, "", Counted::kNothing, "Score, 5 is best."},
                      {metric, kDouble, unit, Counted::kCustomers,
                       "Mean " + what + " of the customers that have one."},
                      {"client_count", kInteger, "customers", Counted::kCustomers,
                       "Customers with this score."},
                      {"min", kDouble, unit, Counted::kNothing, "Least " + what + "."},
                      {"max", kDouble, unit, Counted::kNothing, "Greatest " + what + "."},
                      {"median", kDouble, unit, Counted::kNothing, "Median " + what + "."}},
          .chart = "scatter",
          .page = "customer-segmentation",
          .window = "Takes all history up to the end of the window.",
          .help = "The scores of rfm that occur. Customers without a value have score 1."};
}

}  // namespace

FamilySpec rfm_clusters() {
  return {"rfm_clusters",
          FamilyKind::kAggregate,
          {clusters_of("frequency", "Customers by frequency", "hours", "gap between purchase days"),
           clusters_of("monetary", "Customers by monetary value", "currency", "payment"),
           clusters_of("recency", "Customers by recency", "hours", "time since the last order")},
          make_family<RfmClusters>,
          Sharing::kAll,
          kSegmentsStage};
}

}  // namespace ca::reports
