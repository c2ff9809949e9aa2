#include <fmt/format.h>

#include "reports/day_totals.h"
#include "reports/event_totals.h"
#include "reports/families.h"

namespace ca::reports {
namespace {

constexpr Period kPeriods[] = {Period::kDaily, Period::kWeekly, Period::kMonthly};

/// Sessions that took each step, by day and by hour of day; customers by the day and hour of their
/// events: first purchase, first session, download, signup and actions, each customer once a step.
/// A step is a column: purchased, has_sessions, then actions (for customers download, signup,
/// actions). Weeks, months and the whole are sums of days.
/// Source: reports.md 5.1, rulings 4, 37, 39, 41.  Cost: one step a session; memory: days x steps.
class Funnels {
 public:
  explicit Funnels(const Frame& frame)
      : frame_(frame),
        session_steps_(2 + frame.schema->session_actions.size()),
        customer_steps_(EventTotals::steps(*frame.schema)),
        sessions_by_day_(static_cast<std::size_t>(frame.axis.days), session_steps_),
        sessions_by_hour_(kHoursOfDay, session_steps_),
        customers_by_day_(static_cast<std::size_t>(frame.customer_axis.days), customer_steps_),
        customers_by_hour_(kHoursOfDay, customer_steps_),
        asks_about_customers_(asks_about_customers()) {}

  template <class Sink>
  void visit(const Journey& journey, Sink& sink) {
    for (std::size_t s = journey.window_begin; s < journey.size; ++s) {
      const std::size_t day = frame_.axis.row(journey.day_of(s));
      const std::size_t hour = journey.hour[s];
      DayTotals::for_each_step(journey.flags[s], [&](std::size_t step) {
        sink.count(sessions_by_day_, day, step);
        sink.count(sessions_by_hour_, hour, step);
      });
    }
    if (!asks_about_customers_) return;
    EventTotals::for_each_event(
        journey, *frame_.schema, [&](std::size_t step, Day day, std::size_t hour) {
          if (frame_.customer_axis.contains(day)) {
            sink.count(customers_by_day_, frame_.customer_axis.row(day), step);
          }
          if (frame_.axis.contains(day)) sink.count(customers_by_hour_, hour, step);
        });
  }

  /// Customers' steps are sums of days for main alone.
  bool fill(const DayTotals& totals) {
    if (asks_about_customers_ && frame_.events == nullptr) return false;
    fill(frame_.axis, session_steps_, totals, sessions_by_day_, sessions_by_hour_);
    if (!asks_about_customers_) return true;
    fill(frame_.customer_axis, customer_steps_, *frame_.events, customers_by_day_,
         customers_by_hour_);
    return true;
  }

  auto grids() {
    return std::tie(sessions_by_day_, sessions_by_hour_, customers_by_day_, customers_by_hour_);
  }

  std::vector<Table> tables() const {
    std::vector<Table> tables;
    for (const Period period : kPeriods) tables.push_back(session_series(period));
    tables.push_back(session_hours());
    for (const Period period : kPeriods) tables.push_back(customer_series(period));
    tables.push_back(customer_hours());
    tables.push_back(overall());
    return tables;
  }

  Targets targets(const CellRef& cell) const {
    if (cell.report == "overall_funnel") {
      return {cell.position < session_steps_
                  ? Target{&sessions_by_day_, Rows::all(), cell.position}
                  : Target{&customers_by_day_, Rows::all(),
                           further_steps().at(cell.position - session_steps_)}};
    }
    const Period period = period_of(cell.report);
    const bool is_hourly = period == Period::kHourly;
    const std::size_t at = cell.position - 1;  // behind the period
    if (cell.report.ends_with("_funnel_downloads")) {
      const std::size_t step = shown_steps().at(at);
      return {is_hourly ? Target{&customers_by_hour_, Rows::one(cell.row(0)), step}
                        : Target{&customers_by_day_,
                                 rows_of_bucket(frame_.customer_axis, period, cell.day(0)), step}};
    }
    // Behind the steps stand the conversions, of which the steps are the numerators.
    const std::size_t step = at < session_steps_ ? at : converted_steps().at(at - session_steps_);
    return {is_hourly ? Target{&sessions_by_hour_, Rows::one(cell.row(0)), step}
                      : Target{&sessions_by_day_, rows_of_bucket(frame_.axis, period, cell.day(0)),
                               step}};
  }

 private:
  static constexpr std::size_t kHasSessions = DayTotals::kSessions;
  static constexpr std::size_t kFirstEvent = EventTotals::kFirstEvent;

  bool asks_about_customers() const {
    return frame_.asks("overall_funnel") || frame_.asks("hourly_funnel_downloads") ||
           std::ranges::any_of(kPeriods, [&](Period period) {
             return frame_.asks(fmt::format("{}_funnel_downloads", name_of(period)));
           });
  }

  /// By day over `days`; by hour over the axis of sessions, which is a part of them.
  template <class Totals>
  void fill(const Axis& days, std::size_t steps, const Totals& totals, Counts& by_day,
            Counts& by_hour) {
    const Axis& axis = frame_.axis;
    for (std::size_t step = 0; step < steps; ++step) {
      for (std::int32_t d = 0; d < days.days; ++d) {
        const Day day = days.begin + d;
        by_day.add(days.row(day), step, totals.count(day, day + 1, step));
      }
      for (std::size_t hour = 0; hour < kHoursOfDay && axis.days > 0; ++hour) {
        by_hour.add(hour, step, totals.count(axis.begin, axis.begin + axis.days, step, hour));
      }
    }
  }

  /// The customer steps that are shown: signup only where it is mapped.
  std::vector<std::size_t> shown_steps() const {
    std::vector<std::size_t> steps;
    for (std::size_t step = 0; step < customer_steps_; ++step) {
      if (step != kFirstEvent + journeys::kSignup || frame_.schema->has_signup) {
        steps.push_back(step);
      }
    }
    return steps;
  }

  /// The customer steps that the funnel of the whole period has beside those of sessions.
  std::vector<std::size_t> further_steps() const {
    std::vector<std::size_t> steps = shown_steps();
    std::erase_if(steps,
                  [&](std::size_t step) { return step < kFirstEvent || is_session_action(step); });
    return steps;
  }

  /// The session steps that are shown as a share of all sessions.
  std::vector<std::size_t> converted_steps() const {
    std::vector<std::size_t> steps;
    for (std::size_t step = 0; step < session_steps_; ++step) {
      if (step != kHasSessions) steps.push_back(step);
    }
    return steps;
  }

  void write_conversions(RowWriter& row, const Counts& counts, std::size_t at) const {
    const auto sessions = static_cast<double>(counts.at(at, kHasSessions));
    for (const std::size_t step : converted_steps()) {
      row << ratio(static_cast<double>(counts.at(at, step)), sessions);
    }
  }

  Table session_series(Period period) const {
    Table table = table_for(find_report(fmt::format("{}_funnel", name_of(period))), *frame_.schema);
    const Counts counts = roll_up(sessions_by_day_, frame_.axis, period);
    RowWriter row(table);
    const std::vector<Day> buckets = frame_.axis.buckets(period);
    for (std::size_t b = 0; b < buckets.size(); ++b) {
      row << buckets[b];
      for (std::size_t step = 0; step < session_steps_; ++step) row << counts.at(b, step);
      write_conversions(row, counts, b);
      row << frame_.is_partial(buckets[b], period);
    }
    return table;
  }

  Table session_hours() const {
    Table table = table_for(find_report("hourly_funnel"), *frame_.schema);
    RowWriter row(table);
    for (std::size_t hour = 0; hour < kHoursOfDay; ++hour) {
      row << static_cast<std::int64_t>(hour);
      for (std::size_t step = 0; step < session_steps_; ++step) {
        row << ratio(static_cast<double>(sessions_by_hour_.at(hour, step)), frame_.axis.days);
      }
      write_conversions(row, sessions_by_hour_, hour);
    }
    return table;
  }

  Table customer_series(Period period) const {
    Table table =
        table_for(find_report(fmt::format("{}_funnel_downloads", name_of(period))), *frame_.schema);
    const Counts counts = roll_up(customers_by_day_, frame_.customer_axis, period);
    RowWriter row(table);
    const std::vector<Day> buckets = frame_.customer_axis.buckets(period);
    for (std::size_t b = 0; b < buckets.size(); ++b) {
      row << buckets[b];
      for (const std::size_t step : shown_steps()) row << counts.at(b, step);
    }
    return table;
  }

  Table customer_hours() const {
    Table table = table_for(find_report("hourly_funnel_downloads"), *frame_.schema);
    RowWriter row(table);
    for (std::size_t hour = 0; hour < kHoursOfDay; ++hour) {
      row << static_cast<std::int64_t>(hour);
      for (const std::size_t step : shown_steps()) {
        row << ratio(static_cast<double>(customers_by_hour_.at(hour, step)), frame_.axis.days);
      }
    }
    return table;
  }

  Table overall() const {
    Table table = table_for(find_report("overall_funnel"), *frame_.schema);
    RowWriter row(table);
    for (std::size_t step = 0; step < session_steps_; ++step) row << sessions_by_day_.total(step);
    for (const std::size_t step : further_steps()) row << customers_by_day_.total(step);
    return table;
  }

  /// A customer action of the same name as a session action is already there.
  bool is_session_action(std::size_t step) const {
    if (step < kFirstEvent + journeys::kFirstAction) return false;
    const Schema& schema = *frame_.schema;
    return is_among(schema.session_actions,
                    schema.customer_actions[step - kFirstEvent - journeys::kFirstAction]);
  }

  Frame frame_;
  std::size_t session_steps_;
  std::size_t customer_steps_;
  Counts sessions_by_day_;
  Counts sessions_by_hour_;
  Counts customers_by_day_;
  Counts customers_by_hour_;
  bool asks_about_customers_;
};

ReportSpec session_funnel(Period period) {
  const bool is_hourly = period == Period::kHourly;
  const ColumnType number = is_hourly ? ColumnType::kDouble : ColumnType::kInteger;
  const std::string unit = is_hourly ? "sessions a day" : "sessions";
  const std::string_view name = name_of(period);
  const auto step = [&](std::string_view what, std::string sentence, Repeat repeat) {
    return ColumnSpec{fmt::format("{}_{}", name, what),
                      number,
                      unit,
                      Counted::kSessions,
                      std::move(sentence),
                      repeat};
  };
  const auto conversion = [&](std::string_view what, std::string sentence, Repeat repeat) {
    return ColumnSpec{fmt::format("{}_conv_{}", name, what),
                      ColumnType::kDouble,
                      "ratio",
                      Counted::kSessions,
                      std::move(sentence),
                      repeat};
  };
  ReportSpec report{
      .name = fmt::format("{}_funnel", name),
      .title = fmt::format("Session funnel, {}", name),
      .needs = {Need::kSessions},
      .columns = {period_column(period),
                  step("purchased", "Sessions with a purchase.", Repeat::kOnce),
                  step("has_sessions", "All sessions.", Repeat::kOnce),
                  step("<action>", "Sessions in which the action happened.",
                       Repeat::kSessionAction),
                  conversion("purchased", "Purchases over sessions; empty without sessions.",
                             Repeat::kOnce),
                  conversion("<action>", "Sessions with the action over all sessions.",
                             Repeat::kSessionAction)},
      .chart = "line",
      .page = "funnel-session",
      .window = "Counts the sessions inside the window.",
      .help = is_hourly
                  ? "Sessions that took the step in this hour of day, divided by the number of "
                    "calendar days from the first session to as_of."
                  : "Sessions that took the step, by the bucket of their start.",
      .is_additive = true};
  if (!is_hourly) report.columns.push_back(partial_column());
  return report;
}

ReportSpec customer_funnel(Period period) {
  const bool is_hourly = period == Period::kHourly;
  const ColumnType number = is_hourly ? ColumnType::kDouble : ColumnType::kInteger;
  const std::string unit = is_hourly ? "customers a day" : "customers";
  const std::string_view name = name_of(period);
  const auto step = [&](std::string_view what, std::string sentence, Repeat repeat) {
    return ColumnSpec{fmt::format("{}_{}", name, what),
                      number,
                      unit,
                      Counted::kCustomers,
                      std::move(sentence),
                      repeat};
  };
  return {.name = fmt::format("{}_funnel_downloads", name),
          .title = fmt::format("Customer funnel, {}", name),
          .needs = {Need::kSessions, Need::kCustomers},
          .columns = {period_column(period),
                      step("purchased", "Customers by their first purchase.", Repeat::kOnce),
                      step("has_sessions", "Customers by their first session.", Repeat::kOnce),
                      step("download", "Customers by their download.", Repeat::kOnce),
                      step("signup", "Customers by their signup.", Repeat::kSignup),
                      step("<action>", "Customers by the date of the action.",
                           Repeat::kCustomerAction)},
          .chart = "line",
          .page = "funnel-customer",
          .window = "Counts the events inside the window; first events are those of all history.",
          .help =
              "Each customer once a step, by the bucket of the event. Not a closed funnel: the "
              "steps of one customer can lie in different buckets. A dimension value takes the "
              "customers with a session in it, so values do not add up to main."};
}

ReportSpec overall_funnel() {
  const auto step = [](std::string name, Counted counts, std::string sentence, Repeat repeat) {
    return ColumnSpec{"yearly_" + std::move(name),
                      ColumnType::kInteger,
                      counts == Counted::kSessions ? "sessions" : "customers",
                      counts,
                      std::move(sentence),
                      repeat};
  };
  return {
      .name = "overall_funnel",
      .title = "Funnel of the whole period",
      .needs = {Need::kSessions, Need::kCustomers},
      .columns = {step("purchased", Counted::kSessions, "Sessions with a purchase.", Repeat::kOnce),
                  step("has_sessions", Counted::kSessions, "All sessions.", Repeat::kOnce),
                  step("<action>", Counted::kSessions, "Sessions in which the action happened.",
                       Repeat::kSessionAction),
                  step("download", Counted::kCustomers, "Customers with a download.",
                       Repeat::kOnce),
                  step("signup", Counted::kCustomers, "Customers with a signup.", Repeat::kSignup),
                  step("<action>", Counted::kCustomers, "Customers with the action.",
                       Repeat::kCustomerAction)},
      .key_columns = 0,
      .chart = "funnel",
      .page = "funnel-session",
      .window = "Counts what lies in the window.",
      .help =
          "One row: the sums of the session funnel, then the customer steps that are not "
          "already there.",
      .is_extra = true};
}

}  // namespace

FamilySpec funnels() {
  std::vector<ReportSpec> reports;
  for (const Period period : {Period::kDaily, Period::kWeekly, Period::kMonthly, Period::kHourly}) {
    reports.push_back(session_funnel(period));
  }
  for (const Period period : {Period::kDaily, Period::kWeekly, Period::kMonthly, Period::kHourly}) {
    reports.push_back(customer_funnel(period));
  }
  reports.push_back(overall_funnel());
  return {"funnels", FamilyKind::kAggregate, std::move(reports), make_family<Funnels>,
          Sharing::kAll};
}

}  // namespace ca::reports
