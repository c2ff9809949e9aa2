#include <fmt/format.h>

#include <array>

#include "reports/families.h"

namespace ca::reports {
namespace {

using enum ColumnType;

/// A part of the way of an order to its customer.
struct Leg {
  const char* name;  ///< as reports and columns are called
  const char* title;
  const char* from_to;
  Need need;
  bool is_original;  ///< whether the older program published it
};
constexpr std::array kLegs = {
    Leg{"deliver", "Delivery", "from the order to its delivery", Need::kDeliveries, true},
    Leg{"prepare", "Preparation", "from the order until it is prepared", Need::kPrepareDate, true},
    Leg{"ride", "Ride", "from being prepared to the delivery", Need::kPrepareDate, true},
    Leg{"returns", "Return", "from the delivery until the courier is back", Need::kReturnDate,
        false}};

constexpr const char* kWindow = "As of the snapshot.";
constexpr const char* kPage = "delivery";

constexpr const char* kLeftOut =
    "The order is the end of its session, where that is known, else the start. A duration below "
    "zero or above the longest allowed (24 hours, [delivery] max_hours) is left out, and counted "
    "in data_quality.";

ColumnSpec minutes(std::string name, std::string sentence) {
  return plain_column(std::move(name), kDouble, "minutes", std::move(sentence));
}

ColumnSpec flag(std::string name, std::string sentence) {
  return plain_column(std::move(name), kInteger, "0 or 1", std::move(sentence));
}

std::vector<Need> needs_of(const Leg& leg, bool with_place = false) {
  std::vector<Need> needs = {Need::kDeliveries};
  if (leg.need != Need::kDeliveries) needs.push_back(leg.need);
  if (with_place) needs.push_back(Need::kCoordinates);
  return needs;
}

ReportSpec abnormal(const Leg& leg) {
  return {
      .name = leg.name,
      .title = fmt::format("{}: abnormal orders", leg.title),
      .needs = needs_of(leg),
      .columns =
          {plain_column("session_start_date", kInstant, "", "Start of the order's session."),
           plain_column("hour", kInteger, "hour of day", "Hour of it, 0 to 23."),
           plain_column("isoweekday", kInteger, "", "Its weekday, 1 is Monday."),
           plain_column("latitude", kDouble, "degrees", "Where to; empty where not known."),
           plain_column("longitude", kDouble, "degrees", "Likewise."),
           minutes(leg.name, fmt::format("Minutes {}.", leg.from_to)),
           plain_column("client", kText, "", "Customer."),
           flag("customer_anomaly",
                "Whether the customer's orders take longer than others'; empty for customers with "
                "five orders or fewer."),
           flag("location_anomaly",
                "Whether orders to this place do; empty for places with fewer than five orders and "
                "where coordinates are missing."),
           flag("weekday_hour_anomaly", "Whether orders of this hour of the week do."),
           plain_column("order_id", kText, "", "The order."),
           plain_column("geohash", kText, "", "Its place: a cell of about 150 m."),
           plain_column("severity", kDouble, "",
                        "How far the order is from what hour, place and customer let expect, in "
                        "robust standard deviations.")},
      .row_key = {"order_id"},
      .chart = "map",
      .page = kPage,
      .window = kWindow,
      .help = fmt::format(
          "Minutes {}. An order is abnormal if its hour of the week is slow, and its place or its "
          "customer is too; every such order is listed. Effects of hours, places and customers are "
          "shrunken by how much is known of each, one after the other, and places and customers "
          "are flagged with at most 5 % false discoveries; or, in main and the eight largest "
          "dimension "
          "values, by an autoencoder ([delivery] detector, which deliver_kpis names). {}",
          leg.from_to, kLeftOut),
      .is_extra = !leg.is_original};
}

ReportSpec heat_map(const Leg& leg) {
  ReportSpec report{
      .name = fmt::format("{}_weekday_hour", leg.name),
      .title = fmt::format("{} by weekday and hour", leg.title),
      .needs = needs_of(leg),
      .columns = {plain_column("hour", kInteger, "hour of day", "Hour of the order, 0 to 23.")},
      .chart = "heat map",
      .page = kPage,
      .window = kWindow,
      .help = fmt::format(
          "Mean minutes {}, from 0 (the fastest hour of the week) to 1 (the slowest), among those "
          "with at least 5 orders; others are empty. Minutes and numbers of orders are in "
          "{}_weekday_hour_cells.",
          leg.from_to, leg.name),
      .is_extra = !leg.is_original};
  for (const char* day : {"1", "2", "3", "4", "5", "6", "7"}) {
    report.columns.push_back(
        plain_column(day, kDouble, "ratio", fmt::format("ISO weekday {}; 1 is Monday.", day)));
  }
  return report;
}

ReportSpec heat_map_cells(const Leg& leg) {
  return {
      .name = fmt::format("{}_weekday_hour_cells", leg.name),
      .title = fmt::format("{} by weekday and hour, in minutes", leg.title),
      .needs = needs_of(leg),
      .columns = {plain_column("isoweekday", kInteger, "", "Weekday, 1 is Monday."),
                  plain_column("hour", kInteger, "hour of day", "Hour of the order, 0 to 23."),
                  minutes(leg.name, "Mean; empty without orders."),
                  plain_column("order_count", kInteger, "orders", "Orders with this duration."),
                  minutes(
                      "shrunken_mean",
                      "The mean, drawn towards that of the week the more, the fewer orders there "
                      "are."),
                  plain_column("z", kDouble, "",
                               "How far above the mean of the week, in standard deviations of what "
                               "ordinary hours differ; empty below 5 orders."),
                  flag("weekday_hour_anomaly", "Whether z is above 3.")},
      .key_columns = 2,
      .chart = "heat map",
      .page = kPage,
      .window = kWindow,
      .help = fmt::format(
          "All 168 hours of the week; minutes {}. What ordinary hours differ is estimated so "
          "that a few slow ones do not count (their median).",
          leg.from_to),
      .is_extra = true};
}

ReportSpec locations(const Leg& leg) {
  return {
      .name = fmt::format("{}_location", leg.name),
      .title = fmt::format("{} by place and week", leg.title),
      .needs = needs_of(leg, true),
      .columns =
          {plain_column("week", kDay, "", "Week of the order, named by its Monday."),
           plain_column("geohash", kText, "", "The place: a cell of about 150 m."),
           minutes(leg.name, "Mean of the week."),
           plain_column("order_count", kInteger, "orders", "Orders with this duration."),
           plain_column("lat7", kDouble, "degrees", "Middle of the cell."),
           plain_column("lon7", kDouble, "degrees", "Likewise."),
           plain_column("abnormal_count", kInteger, "orders",
                        fmt::format("Of these, orders that are listed in {}.", leg.name)),
           flag("location_anomaly",
                "Whether orders to this place take longer than others in all weeks; empty for "
                "places with fewer than five orders."),
           minutes("location_effect",
                   "How much longer they take than the hours of the week let expect, shrunken."),
           plain_column("location_z", kDouble, "",
                        "In standard deviations of what ordinary places differ; empty below 5 "
                        "orders.")},
      .key_columns = 2,
      .chart = "map",
      .page = kPage,
      .window = kWindow,
      .help = fmt::format(
          "Minutes {}, by geohash of 7 letters. {} Places: both coordinates, in range, not zero, "
          "no sign turned round. The last three columns are about all weeks together.",
          leg.from_to, kLeftOut),
      .is_extra = true};
}

ReportSpec delivery_kpis() {
  ReportSpec report{
      .name = "deliver_kpis",
      .title = "Deliveries: key figures",
      .needs = {Need::kDeliveries},
      .columns = {},
      .key_columns = 0,
      .chart = "kpi",
      .page = kPage,
      .window = kWindow,
      .help = fmt::format(
          "Orders with a delivery. {} p90 by linear interpolation. What is not mapped is empty.",
          kLeftOut)};
  for (const Leg& leg : kLegs) {
    report.columns.push_back(minutes(leg.name, fmt::format("Mean minutes {}.", leg.from_to)));
  }
  report.columns.push_back(plain_column("total_locations", kInteger, "places",
                                        "Geohash cells of 7 letters that were delivered to."));
  for (const Leg& leg : kLegs) {
    report.columns.push_back(minutes(fmt::format("{}_median", leg.name), "Median."));
    report.columns.push_back(
        minutes(fmt::format("{}_p90", leg.name), "Nine of ten orders take no longer."));
  }
  report.columns.push_back(
      plain_column("detector", kText, "",
                   "What judges the places and customers of this population: shrunken or "
                   "autoencoder ([delivery] detector)."));
  return report;
}

}  // namespace

// What models/delivery_tables.h fills. Source: reports.md 5.11, ruling 34.
FamilySpec delivery_reports() {
  std::vector<ReportSpec> reports;
  for (const auto& make : {abnormal, heat_map, heat_map_cells, locations}) {
    for (const Leg& leg : kLegs) reports.push_back(make(leg));
  }
  reports.push_back(delivery_kpis());
  return {"deliveries", FamilyKind::kMadeByStage, std::move(reports),
          nullptr,      Sharing::kNone,           kDeliveriesStage};
}

}  // namespace ca::reports
