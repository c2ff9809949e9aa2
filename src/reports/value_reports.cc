#include "reports/families.h"

namespace ca::reports {

// What models/value_tables.h fills. Source: reports.md 5.8.
FamilySpec value_reports() {
  using enum ColumnType;
  const auto figure = [](std::string name, std::string unit, std::string sentence) {
    return plain_column(std::move(name), kDouble, std::move(unit), std::move(sentence));
  };
  const std::string window =
      "As of the snapshot; a prediction is not made anew for every question.";
  ReportSpec daily{
      .name = "daily_clv",
      .title = "Revenue of each day and what is expected",
      .needs = {Need::kSessions},
      .columns = {plain_column("date", kDay, "", "Day."),
                  figure("payment_amount", "currency", "Paid, or expected to be paid, on the day."),
                  plain_column("data_type", kText, "", "actual or prediction."),
                  figure("p10", "currency",
                         "Nine of ten days bring more than this, as far as the back-test tells."),
                  figure("p90", "currency", "Nine of ten days bring less."),
                  plain_column("vintage", kDay, "",
                               "The day the prediction was made from; empty for what happened.")},
      .row_key = {"date", "data_type", "vintage"},
      .chart = "area",
      .page = "clv",
      .window = window,
      .help =
          "Actual: payments of the day. Prediction: the expected payments of all customers on "
          "the day, newcomers included; the customers' total follows the course of the model "
          "and the days of the week of the last eight weeks. p10 and p90 are the prediction "
          "times the factors between which eight of ten days fell in the back-test. Earlier "
          "predictions are kept with their vintage.",
      .is_additive = true};
  ReportSpec segments{
      .name = "clvsegments_amount",
      .title = "Expected revenue by segment",
      .needs = {Need::kSessions},
      .columns = {plain_column("segments", kText, "", "Segment as of the snapshot, or newcomers."),
                  figure("payment_amount", "currency", "Expected of the segment's customers."),
                  {"client_count", kInteger, "customers", Counted::kNothing,
                   "Customers in the segment; empty for newcomers."}},
      .chart = "donut",
      .page = "clv",
      .window = window,
      .help =
          "Expected payments over the whole horizon, by today's segment of the customer; "
          "newcomers are those who have not bought yet. Adds up to the predictions of "
          "daily_clv.",
      .is_additive = true};
  ReportSpec purchases{
      .name = "client_feature_predicted",
      .title = "Expected purchases of each customer",
      .needs = {Need::kSessions},
      .columns = {plain_column("dimension", kText, "", "Dimension value of most of his purchases."),
                  plain_column("date", kDay, "", "Day on which the purchase is expected."),
                  figure("payment_amount", "currency", "Its part of what is expected of him."),
                  plain_column("client", kText, "", "Customer.")},
      .row_key = {"client", "date"},
      .chart = "line",
      .page = "client",
      .window = window,
      .help =
          "Each customer has as many rows as his expected orders round to, at least one and at "
          "most one a day; they add up to his expected value. When within the horizon is drawn "
          "from the course of the model, so that all rows of a day together are what is "
          "expected of it. Without newcomers.",
      .is_additive = true};
  ReportSpec clients{
      .name = "client_value",
      .title = "Expected value of each customer",
      .needs = {Need::kSessions},
      .columns = {plain_column("client", kText, "", "Customer."),
                  figure("p_alive", "ratio", "Probability that he is still a customer."),
                  figure("expected_orders", "orders", "Purchase days expected within the horizon."),
                  figure("expected_value", "currency", "What he is expected to pay in it."),
                  figure("p10", "currency", "With a probability of nine in ten he pays more."),
                  figure("p90", "currency", "With a probability of nine in ten he pays less."),
                  figure("churn_risk", "ratio", "1 - p_alive."),
                  plain_column("segment", kText, "", "Segment as of the snapshot.")},
      .chart = "table",
      .page = "clv",
      .window = window,
      .help =
          "Every customer with at least one order, in byte order; in a dimension those with "
          "most of their purchases there. The value is the champion's of clv_backtest; p10 and "
          "p90 are quantiles of simulated futures of the customer.",
      .is_additive = true,
      .is_extra = true};
  ReportSpec backtest{
      .name = "clv_backtest",
      .title = "How good predictions of value were",
      .needs = {Need::kSessions},
      .columns =
          {plain_column("origin", kDay, "", "Day from which was predicted."),
           plain_column("model", kText, "", "Model."),
           plain_column(
               "decile", kInteger, "",
               "0: all customers; 1 to 10: tenths of them, the highest predictions first."),
           {"days", kInteger, "days", Counted::kNothing, "How far was predicted."},
           plain_column("is_champion", kBoolean, "", "Whether the model is used."),
           figure("score", "",
                  "Less is better: (1 - normalised Gini) + (|ln(1 + bias)| + value error + daily "
                  "error) / 4."),
           figure("predicted", "currency", "Mean value predicted of a customer."),
           figure("actual", "currency", "Mean value of a customer that came true."),
           {"customers", kInteger, "customers", Counted::kNothing, "How many were predicted."},
           figure("normalised_gini", "ratio", "How well customers were ordered by value."),
           figure("spearman", "ratio", "Rank correlation with what came true."),
           figure("top10_capture", "ratio", "Share of the value in the tenth predicted highest."),
           figure("value_mae", "currency", "Mean absolute error of a customer's value."),
           figure("bias", "ratio", "Predicted / actual value - 1."),
           figure("orders_predicted", "orders", "Purchase days, all customers."),
           figure("orders_actual", "orders", "Likewise, that came true."),
           figure("orders_mae", "orders", "Mean absolute error of a customer's purchase days."),
           figure("orders_rmse", "orders", "Root of their mean squared error."),
           figure("daily_error", "ratio",
                  "Sum of the absolute errors of the days' revenue / the revenue.")},
      .key_columns = 3,
      .chart = "table",
      .page = "clv",
      .window = window,
      .help =
          "Each model is fitted to what was known at three earlier days and compared with what "
          "customers did afterwards. The champion has the lowest mean score; of equal scores "
          "the simpler model wins. A network that does not beat the others is listed and not "
          "used.",
      .is_main_only = true,
      .is_extra = true};
  return {"value",
          FamilyKind::kMadeByStage,
          {std::move(daily), std::move(segments), std::move(purchases), std::move(clients),
           std::move(backtest)},
          nullptr,
          Sharing::kNone,
          kValueStage};
}

}  // namespace ca::reports
