#include "reports/customer_values.h"
#include "reports/families.h"
#include "reports/per_customer.h"
#include "reports/segment_model.h"

namespace ca::reports {
namespace {

/// Each buyer's recency, frequency and monetary value, how they score and the segment they make.
/// Scores of every population use main's cuts. Source: reports.md 5.7, rulings 32 and 33.
/// Cost: one step an order.
class Rfm {
 public:
  static std::vector<std::string> reports() { return {"rfm"}; }

  explicit Rfm(const Frame& frame) : as_of_(frame.as_of), model_(frame.segments) {}

  bool has_row(const Journey& journey) const {
    return !journey.is_anonymous && !journey.orders.empty();
  }

  void emit(const Journey& journey, std::vector<Table>& rows) const {
    const CustomerValues values = values_of(journey, as_of_);
    const RfmScores scores = model_->scores(values);
    const std::uint8_t segment = model_->segment(values, scores);
    const auto number = static_cast<std::int64_t>(segment);
    RowWriter(rows[0]) << std::string(journey.client) << scores.recency << scores.frequency
                       << scores.monetary << std::string(segments()[segment].name) << number
                       << values.frequency_hours << values.recency_hours << values.monetary
                       << !values.frequency_hours;
  }

  /// What the countable cells of the customer's row are made of.
  void tell(const Journey& journey, const std::vector<Table>& rows, ProbeSink& sink) const {
    sink.count(rows[0], 0, kMonetary, values_of(journey, as_of_).payments);
  }

 private:
  static constexpr std::size_t kMonetary = 8;  ///< column of rfm

  std::int64_t as_of_;
  std::shared_ptr<const SegmentModel> model_;
};

}  // namespace

FamilySpec rfm() {
  using enum ColumnType;
  const std::string window = "Takes all history up to the end of the window.";
  const ColumnSpec client = {"client", kText, "", Counted::kNothing, "Customer."};
  const ColumnSpec number = {"segments_numeric", kInteger, "", Counted::kNothing,
                             "Number of the segment, 0 to 11, which never changes."};
  const ColumnSpec frequency = {
      "frequency", kDouble, "hours", Counted::kNothing,
      "Mean hours from one purchase day to the next; empty with one day."};
  const ColumnSpec recency = {"recency", kDouble, "hours", Counted::kNothing,
                              "Hours from the last order to as_of."};
  const ColumnSpec monetary = {"monetary", kDouble, "currency", Counted::kOrders,
                               "Mean payment of an order; empty when none has one."};
  const auto score = [](const char* name, const char* sentence) {
    return ColumnSpec{name, kInteger, "", Counted::kNothing, sentence};
  };
  const auto scatter = [&](std::string name, std::string title, const ColumnSpec& x,
                           const ColumnSpec& y) {
    return ReportSpec{.name = std::move(name),
                      .title = std::move(title),
                      .needs = {Need::kSessions},
                      .columns = {x, y, number, client},
                      .key_columns = 0,
                      .row_key = {"client"},
                      .chart = "scatter",
                      .page = "rfm",
                      .window = window,
                      .help = "Columns of rfm: every customer with at least one order.",
                      .view = View{"rfm", {x.name, y.name, number.name, client.name}}};
  };
  return {"rfm",
          FamilyKind::kPerCustomer,
          {{.name = "rfm",
            .title = "Recency, frequency and monetary value of customers",
            .needs = {Need::kSessions},
            .columns = {client,
                        score("recency_segment", "5 for the latest orders, 1 for the oldest."),
                        score("frequency_segment",
                              "5 for the shortest gaps, 1 for the longest and for one day only."),
                        score("monetary_segment", "5 for the highest payments, 1 for the lowest."),
                        {"segments", kText, "", Counted::kNothing, "Segment of the customer."},
                        number,
                        frequency,
                        recency,
                        monetary,
                        {"single_purchase", kBoolean, "", Counted::kNothing,
                         "Whether the customer bought on one day only."}},
            .chart = "scatter",
            .page = "rfm",
            .window = window,
            .help = "Every customer with at least one order, in byte order. Each metric of main's "
                    "customers is cut into up to five clusters (exact k-means; monetary on "
                    "log(1 + x), the others in hours), and dimension values use main's cuts. The "
                    "rules make a segment of the three scores."},
           scatter("frequency_recency", "Frequency and recency", frequency, recency),
           scatter("monetary_frequency", "Monetary value and frequency", monetary, frequency),
           scatter("recency_monetary", "Recency and monetary value", recency, monetary)},
          make_per_customer<Rfm>,
          Sharing::kNone,
          kSegmentsStage};
}

}  // namespace ca::reports
