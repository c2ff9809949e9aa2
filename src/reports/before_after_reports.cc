#include <fmt/format.h>

#include "reports/families.h"

namespace ca::reports {
namespace {

using enum ColumnType;

/// What is tested: customers' orders, or what they pay for one.
struct Tested {
  const char* name;  ///< as reports and columns are called
  const char* title;
  const char* unit;
  const char* of_a_customer;
  bool is_amount;
};
constexpr Tested kOrders = {"orders", "Orders", "orders", "orders of a customer", false};
constexpr Tested kAmount = {"amount", "Payments", "currency",
                            "mean payment of an order, by customer", true};

/// Who is tested: customers of a promotion, a product or a segment.
struct Group {
  const char* column;  ///< and the plural in names
  const char* one;
  const char* page;
  Need need;
};
constexpr Group kPromotions = {"promotions", "promotion", "abtest-promotion", Need::kPromotion};
constexpr Group kProducts = {"products", "product", "abtest-product", Need::kProducts};
constexpr Group kSegmentGroup = {"segments", "segment", "abtest-segments", Need::kSessions};

/// The columns of the older program.
std::vector<ColumnSpec> tested_columns(const Group& group, const Tested& tested,
                                       const std::string& flag) {
  return {
      plain_column(group.column, kText, "", fmt::format("The {}.", group.one)),
      plain_column(
          "accept_Ratio", kDouble, "ratio",
          "Share of tests on random subsets of the customers that see no change; empty where "
          "customers are too few."),
      plain_column("mean_control", kDouble, tested.unit,
                   fmt::format("Before: {}.", tested.of_a_customer)),
      plain_column("mean_validation", kDouble, tested.unit, "After: likewise."),
      plain_column(flag, kBoolean, "", "Whether it is more after than before, by chance or not."),
      plain_column("diff", kDouble, tested.unit, "After less before.")};
}

/// The verdict; `effect` is the column that it is about.
std::vector<ColumnSpec> verdict_columns(const Tested& tested, const std::string& effect) {
  return {
      plain_column(
          "p_value", kDouble, "",
          fmt::format("Two-sided, of {} being zero; empty where data are too few.", effect)),
      plain_column("q_value", kDouble, "",
                   "The p-value, allowing for the number of tests in the report "
                   "(Benjamini-Hochberg)."),
      plain_column("ci_low", kDouble, tested.unit,
                   fmt::format("95 % interval of {}: from.", effect)),
      plain_column("ci_high", kDouble, tested.unit, "To."),
      plain_column("n_control", kInteger, "customers", "Customers before."),
      plain_column("n_validation", kInteger, "customers", "Customers after: the same ones."),
      plain_column("significant", kBoolean, "", "Whether q_value is below 0.05."),
      plain_column("insufficient", kBoolean, "", "Whether customers are too few for a verdict."),
      plain_column("minimum_detectable_effect", kDouble, tested.unit,
                   "An effect of this size would be found four times in five."),
      plain_column("distribution", kText, "", "What the values look like."),
      plain_column("test", kText, "", "The test of before against after that they admit.")};
}

void append(std::vector<ColumnSpec>& columns, std::vector<ColumnSpec> more) {
  columns.insert(columns.end(), std::make_move_iterator(more.begin()),
                 std::make_move_iterator(more.end()));
}

ColumnSpec sentence_column() {
  return plain_column("sentence", kText, "", "The finding in words.");
}

/// The reports of one kind of use and one measure: what rose, and what did not.
std::vector<ReportSpec> usage_reports(const Group& group, const Tested& tested) {
  std::vector<ReportSpec> reports;
  for (const bool is_accept : {true, false}) {
    ReportSpec report{
        .name = fmt::format("{}_usage_before_after_{}_{}", group.one, tested.name,
                            is_accept ? "accept" : "reject"),
        .title = fmt::format("{} before and after the first use of a {}: {}", tested.title,
                             group.one, is_accept ? "more after" : "not more after"),
        .needs = {group.need},
        .columns = tested_columns(group, tested,
                                  fmt::format("is_{}_increased_per_{}", tested.name, group.column)),
        .chart = "grouped bar",
        .page = group.page,
        .window = "As of the snapshot.",
        .help = fmt::format(
            "Customers with a first use of the {} that can be seen whole: seven days of history "
            "before it and seven after. Before and after are those days, without the order of the "
            "use itself{}. diff_did is what they changed beyond what others changed in the same "
            "time: orders of the same calendar day without the {}, whose customers had as many "
            "orders in the seven days before and as much time since the last. p_value, q_value, "
            "interval and sentence are about diff_did, so that growth, seasons, leaving and the "
            "return to the mean are not sold as effects. {}",
            group.one,
            tested.is_amount && group.need == Need::kProducts
                ? "; what is paid for the product itself is taken off mean_validation and diff, "
                  "but not off diff_did and expected, since others may have paid for it too"
                : "",
            group.one,
            is_accept ? "Here are those with diff above 0, the greatest first."
                      : "Here are those with diff of 0 or below, the lowest first.")};
    append(report.columns, verdict_columns(tested, "diff_did"));
    append(
        report.columns,
        {plain_column(
             "diff_did", kDouble, tested.unit,
             "What customers changed beyond others like them; empty where there are none."),
         plain_column("n_matched", kInteger, "customers", "Customers for whom there are others."),
         plain_column("expected", kDouble, tested.unit,
                      "mean_validation of the matched, had they changed as the others did."),
         plain_column("paired_p_value", kDouble, "",
                      "Of diff being zero, whatever time does by itself."),
         plain_column("diff_with_use", kDouble, tested.unit,
                      "As diff, the order of the use counted among those after."),
         sentence_column()});
    reports.push_back(std::move(report));
  }
  return reports;
}

ReportSpec segment_report(Period period, const Tested& tested) {
  const std::string name(name_of(period));
  const char* compared =
      period == Period::kDaily
          ? "the last complete day with the same weekday of the four weeks before"
      : period == Period::kWeekly ? "the current week with the four weeks before"
                                  : "the current month with the four months before";
  ReportSpec report{
      .name = fmt::format("segments_change_{}_before_after_{}", name, tested.name),
      .title = fmt::format("{} by segment, {}", tested.title, compared),
      .needs = {Need::kSessions},
      .columns =
          tested_columns(kSegmentGroup, tested,
                         fmt::format("is_{}_increased_per_segments_per_{}", tested.name, name)),
      .chart = "grouped bar",
      .page = kSegmentGroup.page,
      .window = "As of the snapshot.",
      .help = fmt::format(
          "Compares {}; a period that is not over is compared with the same part of the earlier "
          "ones. Customers whose segment is the same now as at the beginning of the first of these "
          "periods, with today's cuts. mean_control is the mean over the four, {}. A segment says "
          "much about the latest orders, so the customers in it now differ from before by the "
          "choice alone. diff_did takes off what the same comparison showed five periods ago; "
          "p_value, q_value, interval and sentence are about diff_did.",
          compared,
          tested.is_amount
              ? "of those in which a customer paid; only customers who paid now and before"
              : "mean_validation of the current one, customers without an order included")};
  append(report.columns, verdict_columns(tested, "diff_did"));
  append(report.columns,
         {plain_column(
              "diff_did", kDouble, tested.unit,
              "diff beyond that of the same comparison five periods ago; empty where there is "
              "no history of it."),
          plain_column("n_earlier", kInteger, "customers", "Customers of that comparison."),
          plain_column("paired_p_value", kDouble, "",
                       "Of diff being zero, however customers are chosen."),
          sentence_column()});
  return report;
}

ReportSpec differences() {
  return {.name = "order_and_payment_amount_differences",
          .title = "Orders and payments after the use of a promotion less before",
          .needs = {Need::kPromotion},
          .columns = {plain_column("diff_amount", kDouble, "currency",
                                   "Mean payment of an order in the seven days after less before."),
                      plain_column("diff", kDouble, "orders", "Orders of a customer, likewise."),
                      plain_column("promotions", kText, "", "The promotion."),
                      plain_column("diff_did_amount", kDouble, "currency",
                                   "diff_amount beyond what others like them changed."),
                      plain_column("diff_did", kDouble, "orders", "diff, likewise."),
                      plain_column("significant_amount", kBoolean, "",
                                   "Whether diff_did_amount is more than chance."),
                      plain_column("significant", kBoolean, "", "Whether diff_did is."),
                      plain_column("n_amount", kInteger, "customers", "Customers of diff_amount."),
                      plain_column("n", kInteger, "customers", "Customers of diff.")},
          .row_key = {"promotions"},
          .chart = "scatter",
          .page = kPromotions.page,
          .window = "As of the snapshot.",
          .help =
              "Every promotion that is in the reports about its use, with the differences that "
              "these show. diff_amount is empty where no customer paid on both sides."};
}

ReportSpec comparison() {
  return {
      .name = "promotion_comparison",
      .title = "Promotions compared by what is paid with them",
      .needs = {Need::kPromotion},
      .columns = {plain_column("1st promo", kText, "", "The promotion."),
                  plain_column("total_effects", kInteger, "promotions",
                               "Others that it beats: with it customers pay significantly more."),
                  plain_column("accept_Ratio", kDouble, "ratio",
                               "Share of the others from which it is not told apart."),
                  plain_column("total_negative_effects", kInteger, "promotions",
                               "Others that beat it."),
                  plain_column("ties", kInteger, "promotions", "Others it is not told apart from."),
                  plain_column("kind", kText, "",
                               "perfect: beats some, beaten by none; worst: the other way; mixed: "
                               "both; no difference: neither."),
                  plain_column("customers", kInteger, "customers", "Customers who paid with it."),
                  plain_column("mean_payment", kDouble, "currency",
                               "Mean over its customers of their mean payment with it."),
                  plain_column("insufficient", kBoolean, "",
                               "Whether nothing could be compared, customers being too few.")},
      .chart = "bubble",
      .page = kPromotions.page,
      .window = "As of the snapshot.",
      .help =
          "Every two promotions are compared once, by the mean payment of their customers' "
          "orders with them, in a test that allows for customers who use both; a win has a "
          "q_value below 0.05 among all pairs. Promotions with fewer than 30 customers are not "
          "compared; of more than 200 promotions those with the most customers are. What is "
          "paid depends also on who is drawn to a promotion: this compares, it does not prove."};
}

ReportSpec pairs() {
  return {
      .name = "promotion_comparison_pairs",
      .title = "Promotions compared two by two",
      .needs = {Need::kPromotion},
      .columns = {plain_column("promotion_1", kText, "", "One promotion; in byte order before"),
                  plain_column("promotion_2", kText, "", "the other."),
                  plain_column("mean_1", kDouble, "currency",
                               "Mean over the customers of the one of their mean payment with it."),
                  plain_column("mean_2", kDouble, "currency", "Likewise of the other."),
                  plain_column("diff", kDouble, "currency", "mean_1 less mean_2."),
                  plain_column("ci_low", kDouble, "currency", "95 % interval of diff: from."),
                  plain_column("ci_high", kDouble, "currency", "To."),
                  plain_column("p_value", kDouble, "",
                               "Two-sided, of diff being zero; empty where data are too few."),
                  plain_column(
                      "q_value", kDouble, "",
                      "The p-value, allowing for the number of pairs (Benjamini-Hochberg)."),
                  plain_column("n_1", kInteger, "customers", "Customers of the one."),
                  plain_column("n_2", kInteger, "customers", "Customers of the other."),
                  plain_column("n_both", kInteger, "customers", "Customers of both."),
                  plain_column("significant", kBoolean, "", "Whether q_value is below 0.05."),
                  plain_column("insufficient", kBoolean, "",
                               "Whether customers are too few for a verdict."),
                  plain_column("minimum_detectable_effect", kDouble, "currency",
                               "A difference of this size would be found four times in five."),
                  plain_column("winner", kText, "",
                               "The one with the higher payments, where that is significant."),
                  sentence_column()},
      .key_columns = 2,
      .chart = "table",
      .page = kPromotions.page,
      .window = "As of the snapshot.",
      .help =
          "What promotion_comparison counts. The test is Welch's t extended to samples that "
          "share some customers (Derrick et al. 2017).",
      .is_extra = true};
}

}  // namespace

// What models/before_after_tables.h fills. Source: reports.md 5.9.
FamilySpec before_after_reports() {
  std::vector<ReportSpec> reports = {comparison(), differences()};
  for (const Group& group : {kPromotions, kProducts}) {
    for (const Tested& tested : {kAmount, kOrders}) {
      std::ranges::move(usage_reports(group, tested), std::back_inserter(reports));
    }
  }
  for (const Period period : {Period::kDaily, Period::kWeekly, Period::kMonthly}) {
    for (const Tested& tested : {kOrders, kAmount}) {
      reports.push_back(segment_report(period, tested));
    }
  }
  reports.push_back(pairs());
  return {"before_after", FamilyKind::kMadeByStage, std::move(reports),
          nullptr,        Sharing::kNone,           kTestsStage};
}

}  // namespace ca::reports
