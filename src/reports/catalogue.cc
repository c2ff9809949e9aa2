#include "reports/catalogue.h"

#include <fmt/format.h>

#include "base/error.h"
#include "reports/families.h"

namespace ca::reports {
namespace {

std::string with_action(std::string name, const std::string& action) {
  const std::string placeholder = "<action>";
  if (const auto at = name.find(placeholder); at != std::string::npos) {
    name.replace(at, placeholder.size(), action);
  }
  return name;
}

}  // namespace

std::string_view name_of(Need need) {
  switch (need) {
    case Need::kSessions: return "sessions";
    case Need::kCustomers: return "customers";
    case Need::kProducts: return "products";
    case Need::kCategory: return "category";
    case Need::kPromotion: return "promotion";
    case Need::kDiscount: return "discount";
    case Need::kDeliveries: return "deliveries";
    case Need::kPrepareDate: return "prepare_date";
    case Need::kReturnDate: return "return_date";
    case Need::kCoordinates: return "coordinates";
    case Need::kDimension: break;
  }
  return "dimension";
}

std::string_view name_of(Counted counts) {
  switch (counts) {
    case Counted::kNothing: return "nothing";
    case Counted::kSessions: return "sessions";
    case Counted::kOrders: return "orders";
    case Counted::kCustomers: break;
  }
  return "customers";
}

const std::vector<FamilySpec>& families() {
  static const std::vector<FamilySpec> all = [] {
    std::vector<FamilySpec> specs;
    specs.push_back(kpis());
    specs.push_back(funnels());
    specs.push_back(cohorts());
    specs.push_back(customer_journey());
    specs.push_back(orders());
    specs.push_back(new_and_returning());
    specs.push_back(cohort_revenue());
    specs.push_back(weekly_averages());
    specs.push_back(purchase_amounts());
    specs.push_back(order_counts());
    specs.push_back(churn());
    specs.push_back(products());
    specs.push_back(product_pairs());
    specs.push_back(promotions());
    specs.push_back(dimension_values());
    specs.push_back(customer_values());
    specs.push_back(rfm());
    specs.push_back(segmentation());
    specs.push_back(rfm_clusters());
    specs.push_back(segment_flow());
    specs.push_back(value_reports());
    specs.push_back(before_after_reports());
    specs.push_back(anomaly_reports());
    specs.push_back(delivery_reports());
    specs.push_back(system_reports());
    return specs;
  }();
  return all;
}

const FamilySpec& family_of(std::string_view report) {
  std::vector<std::string> names;
  for (const FamilySpec& family : families()) {
    for (const ReportSpec& candidate : family.reports) {
      if (candidate.name == report) return family;
      names.push_back(candidate.name);
    }
  }
  const std::string guess = nearest_name(report, names);
  throw Error("E-REPORT", fmt::format("There is no report named \"{}\".", report),
              guess.empty() ? "`customeranalytics reports` lists them."
                            : fmt::format("Did you mean {}?", guess),
              {{"report", std::string(report)}});
}

std::string_view current_name(std::string_view name) {
  return name == "clvrdfm_anomaly" ? "clvrfm_anomaly" : name;
}

const ReportSpec& find_report(std::string_view name) {
  return *std::ranges::find(family_of(name).reports, name, &ReportSpec::name);
}

bool is_folded(std::string_view report) { return family_of(report).make != nullptr; }

bool is_main_only(std::string_view report) {
  const FamilyKind kind = family_of(report).kind;
  return kind == FamilyKind::kAcrossDimensions || kind == FamilyKind::kSystem ||
         find_report(report).is_main_only;
}

std::string missing_need(const ReportSpec& report, const Schema& schema) {
  for (const Need need : report.needs) {
    const auto lacking = [&](bool has, const char* what) {
      return has ? std::string() : std::string(what);
    };
    std::string missing;
    switch (need) {
      case Need::kSessions: break;
      case Need::kCustomers: missing = lacking(schema.has_customers, "no customers source"); break;
      case Need::kProducts: missing = lacking(schema.has_products, "no products source"); break;
      case Need::kCategory: missing = lacking(schema.has_category, "category is not mapped"); break;
      case Need::kPromotion:
        missing = lacking(schema.has_promotion, "promotion_id is not mapped");
        break;
      case Need::kDiscount:
        missing = lacking(schema.has_discount, "discount_amount is not mapped");
        break;
      case Need::kDeliveries:
        missing = lacking(schema.has_deliveries, "no deliveries source");
        break;
      case Need::kPrepareDate:
        missing = lacking(schema.has_prepare_date, "prepare_date is not mapped");
        break;
      case Need::kReturnDate:
        missing = lacking(schema.has_return_date, "return_date is not mapped");
        break;
      case Need::kCoordinates:
        missing = lacking(schema.has_coordinates, "latitude and longitude are not mapped");
        break;
      case Need::kDimension:
        missing = lacking(schema.has_dimension, "dimension is not mapped");
        break;
    }
    if (!missing.empty()) return missing;
  }
  return {};
}

std::vector<ColumnSpec> columns_for(const ReportSpec& report, const Schema& schema) {
  std::vector<ColumnSpec> columns;
  const auto add = [&](const ColumnSpec& spec, const std::string& action) {
    ColumnSpec column = spec;
    column.name = with_action(spec.name, action);
    column.repeat = Repeat::kOnce;
    const bool is_there =
        std::ranges::find(columns, column.name, &ColumnSpec::name) != columns.end();
    if (!is_there) columns.push_back(std::move(column));
  };
  for (const ColumnSpec& spec : report.columns) {
    switch (spec.repeat) {
      case Repeat::kOnce: add(spec, {}); break;
      case Repeat::kSignup:
        if (schema.has_signup) add(spec, {});
        break;
      case Repeat::kSessionAction:
        for (const std::string& action : schema.session_actions) add(spec, action);
        break;
      case Repeat::kCustomerAction:
        for (const std::string& action : schema.customer_actions) add(spec, action);
        break;
    }
  }
  return columns;
}

std::vector<std::string> key_of(const ReportSpec& report) {
  if (!report.row_key.empty()) return report.row_key;
  std::vector<std::string> names;
  for (std::size_t c = 0; c < report.key_columns; ++c) names.push_back(report.columns[c].name);
  return names;
}

Table table_for(const ReportSpec& report, const Schema& schema) {
  Table table(report.name);
  for (const ColumnSpec& column : columns_for(report, schema)) table.add(column.name, column.type);
  table.set_key_columns(report.key_columns);
  return table;
}

Period period_of(std::string_view report) {
  for (const Period period : {Period::kHourly, Period::kDaily, Period::kWeekly}) {
    if (report.starts_with(name_of(period))) return period;
  }
  return Period::kMonthly;
}

Rows rows_of_bucket(const Axis& axis, Period period, Day bucket) {
  return Rows::run(axis.row_within(bucket), axis.row_within(next_bucket(bucket, period)));
}

ReportSpec order_report(std::string name, std::string title, Need need,
                        std::vector<ColumnSpec> columns, std::size_t keys, std::string chart,
                        std::string help) {
  return {.name = std::move(name),
          .title = std::move(title),
          .needs = {Need::kSessions, need},
          .columns = std::move(columns),
          .key_columns = keys,
          .chart = std::move(chart),
          .page = "search",
          .window = "Takes the orders inside the window.",
          .help = std::move(help)};
}

ColumnSpec plain_column(std::string name, ColumnType type, std::string unit, std::string sentence) {
  return {std::move(name), type, std::move(unit), Counted::kNothing, std::move(sentence)};
}

ColumnSpec partial_column() {
  return {"is_partial", ColumnType::kBoolean, "", Counted::kNothing,
          "Whether the bucket ends after as_of or begins before the window."};
}

ColumnSpec period_column(Period period) {
  switch (period) {
    case Period::kHourly:
      return {"hourly", ColumnType::kInteger, "hour of day", Counted::kNothing,
              "Hour of the day, 0 to 23."};
    case Period::kDaily: return {"daily", ColumnType::kDay, "", Counted::kNothing, "Day."};
    case Period::kWeekly:
      return {"weekly", ColumnType::kDay, "", Counted::kNothing, "Week, named by its Monday."};
    case Period::kMonthly: break;
  }
  return {"monthly", ColumnType::kDay, "", Counted::kNothing, "Month, named by its first day."};
}

}  // namespace ca::reports
