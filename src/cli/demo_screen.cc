#include "cli/demo_screen.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

namespace ca::cli {
namespace {

constexpr int kBarColumns = 40;
constexpr std::size_t kMostDays = 5;
constexpr std::size_t kMostSegments = 6;

std::string amount(double value) { return with_separators(std::llround(value)); }

std::string_view planted_words(demo::OddDayKind kind) {
  switch (kind) {
    case demo::OddDayKind::kSurge: return "surge";
    case demo::OddDayKind::kSlump: return "slump";
    case demo::OddDayKind::kPaymentFailure: return "no payments";
    case demo::OddDayKind::kTrackingFailure: break;
  }
  return "no tracking";
}

bool is_found(const DemoResult& result, const demo::PlantedDay& planted) {
  return std::ranges::find(result.summary.unusual_days, planted.day, &demo::UnusualDay::day) !=
         result.summary.unusual_days.end();
}

std::string weekday(Day day) {
  constexpr std::string_view kNames = "MonTueWedThuFriSatSun";
  return std::string(kNames.substr(static_cast<std::size_t>(iso_weekday(day) - 1) * 3, 3));
}

class Screen {
 public:
  Screen(const DemoResult& result, const Terminal& terminal)
      : result_(result), summary_(result.summary), terminal_(terminal) {}

  std::string text(const std::string& program, bool is_default_home) {
    head();
    figures();
    funnel();
    customers();
    value();
    promotions();
    days();
    next(program, is_default_home);
    return std::move(text_);
  }

 private:
  void line(std::string_view words = {}) {
    std::string end(words);
    end.erase(end.find_last_not_of(' ') + 1);
    text_ += end + '\n';
  }
  std::string styled(std::string_view words, const char* code) const {
    return terminal_.colour ? fmt::format("\x1b[{}m{}\x1b[0m", code, words) : std::string(words);
  }
  std::string bold(std::string_view words) const { return styled(words, "1"); }
  std::string faint(std::string_view words) const { return styled(words, "2"); }
  /// Green above zero, red below.
  std::string judged(double value, std::string_view words) const {
    return value == 0 ? std::string(words) : styled(words, value > 0 ? "32" : "31");
  }
  std::string bar(double share) const {
    const int columns =
        std::clamp(static_cast<int>(std::lround(share * kBarColumns)), 0, kBarColumns);
    std::string blocks;
    for (int at = 0; at < columns; ++at) blocks += terminal_.unicode ? "█" : "#";
    return styled(blocks, "36") + std::string(static_cast<std::size_t>(kBarColumns - columns), ' ');
  }

  void head() {
    const demo::Totals& totals = result_.generated.totals;
    line(bold(fmt::format("The demo shop: {} customers, {} sessions, {} basket lines",
                          with_separators(totals.customers), with_separators(totals.sessions),
                          with_separators(totals.basket_lines))));
    line(
        faint(fmt::format("Made, loaded and analysed in {:.1f} s. Nobody in it is real; every "
                          "figure is from a report.",
                          result_.seconds)));
  }

  void figures() {
    if (summary_.figures.empty()) return;
    line();
    line(fmt::format("{}{}", bold(fmt::format("{:<22}", "Key figures")),
                     faint(fmt::format("{:>15}{:>15}{:>15}", "two years", "last week", "change"))));
    for (const demo::KeyFigure& figure : summary_.figures) {
      const std::string name =
          figure.is_money ? fmt::format("{} ({})", figure.name, summary_.currency) : figure.name;
      const std::string change =
          figure.change_percent ? fmt::format("{:.1f} %", *figure.change_percent) : "-";
      line(fmt::format("  {:<20}{:>15}{:>15}{:>15}", name, amount(figure.total),
                       amount(figure.last_week), change));
    }
  }

  void funnel() {
    if (summary_.funnel.empty() || summary_.funnel.front().sessions == 0) return;
    line();
    line(bold("Session funnel"));
    const auto all = static_cast<double>(summary_.funnel.front().sessions);
    for (const demo::FunnelStep& step : summary_.funnel) {
      const double share = static_cast<double>(step.sessions) / all;
      line(fmt::format("  {:<16}{}{:>12}{:>8.1f} %", step.name, bar(share),
                       with_separators(step.sessions), 100 * share));
    }
  }

  void customers() {
    line();
    line(bold("Customers"));
    if (summary_.buyers && *summary_.buyers > 0) {
      line(fmt::format("  {:<16}{} ordered, {:.0f} % of them more than once", "buyers",
                       with_separators(*summary_.buyers),
                       100 * static_cast<double>(summary_.buyers_again) /
                           static_cast<double>(*summary_.buyers)));
    }
    if (summary_.hours_to_second) {
      line(fmt::format("  {:<16}half of them within {:.0f} days of the first", "second order",
                       *summary_.hours_to_second / 24));
    }
    cohort("best week", summary_.best_week);
    cohort("worst week", summary_.worst_week);
    if (summary_.churn && summary_.churn->buyers > 0) {
      const demo::ChurnFigures& churn = *summary_.churn;
      const double engaged = static_cast<double>(churn.engaged) / static_cast<double>(churn.buyers);
      line(fmt::format("  {:<16}{:.1f} %: {} of {} buyers ordered in the last {:.0f} days", "churn",
                       100 * (1 - engaged), with_separators(churn.engaged),
                       with_separators(churn.buyers), churn.threshold_hours / 24));
    }
    if (summary_.dimensions.size() < 2) return;
    std::int64_t orders = 0;
    for (const demo::DimensionShare& value : summary_.dimensions) orders += value.orders;
    std::string words;
    for (std::size_t at = 0; at < summary_.dimensions.size(); ++at) {
      if (columns_of(words) > 60) {
        words += fmt::format(", {} more", summary_.dimensions.size() - at);
        break;
      }
      const demo::DimensionShare& value = summary_.dimensions[at];
      words += fmt::format("{}{} {:.0f} %", words.empty() ? "" : ", ", visible(value.name),
                           100 * static_cast<double>(value.orders) /
                               static_cast<double>(std::max<std::int64_t>(1, orders)));
    }
    line(fmt::format("  {:<16}{}", "orders from", words));
  }

  /// Who the customers are, and what comes of them.
  void value() {
    if (summary_.segments.empty()) return;
    double all = 0;
    std::int64_t customers = 0;
    for (const demo::SegmentFigures& segment : summary_.segments) {
      all += segment.expected;
      customers += segment.customers;
    }
    line();
    line(bold(fmt::format("{:<20}", "Segments")) +
         faint(fmt::format("{:>12}{:>10}{:>12}", "customers", "share", all > 0 ? "of value" : "")));
    for (std::size_t at = 0; at < std::min(summary_.segments.size(), kMostSegments); ++at) {
      const demo::SegmentFigures& segment = summary_.segments[at];
      const std::string of_value =
          all > 0 ? fmt::format("{:>10.0f} %", 100 * segment.expected / all) : std::string();
      line(fmt::format("  {:<18}{:>12}{:>8.0f} %{}", segment.name,
                       with_separators(segment.customers),
                       100 * static_cast<double>(segment.customers) /
                           static_cast<double>(std::max<std::int64_t>(1, customers)),
                       of_value));
    }
    if (!summary_.expected) return;
    const demo::ExpectedRevenue& expected = *summary_.expected;
    line(
        fmt::format("  {} {} expected in the next {} days, {:.0f} % from new customers; the last "
                    "{} brought {}",
                    summary_.currency, amount(expected.total), expected.days,
                    expected.total > 0 ? 100 * expected.newcomers / expected.total : 0,
                    expected.days, amount(expected.last)));
    if (!expected.model.empty()) {
      line(faint(
          fmt::format("  predicted by {}, which was best at three earlier dates", expected.model)));
    }
  }

  void cohort(const char* name, const std::optional<demo::Cohort>& cohort) {
    if (!cohort) return;
    line(fmt::format(
        "  {:<16}{:.1f} % of the {} who came in the week of {} ordered in "
        "four weeks",
        name, 100 * cohort->share(), with_separators(cohort->customers), format_day(cohort->week)));
  }

  /// Those that changed what customers order, and those that were planted to.
  void promotions() {
    if (summary_.tested_promotions == 0) return;
    const std::vector<demo::PlantedPromotion>& planted = result_.generated.promotions;
    const auto factor = [&](const std::string& name) {
      const auto found = std::ranges::find(planted, name, &demo::PlantedPromotion::name);
      return found == planted.end() ? std::string("not planted")
                                    : fmt::format("planted: {} times", found->order_factor);
    };
    line();
    line(
        bold("Promotions") +
        faint(fmt::format("     {} of {} change what customers order in the week after; {} were "
                          "planted to",
                          summary_.promotions.size(), summary_.tested_promotions, planted.size())));
    for (const demo::PromotionEffect& promotion : summary_.promotions) {
      line(fmt::format("  {:<15} {}{}", visible(promotion.name),
                       judged(promotion.effect, fmt::format("{:<45}", promotion.sentence)),
                       faint(factor(promotion.name))));
    }
  }

  void days() {
    std::size_t found = 0;
    for (const demo::PlantedDay& planted : result_.generated.odd_days) {
      found += is_found(result_, planted) ? 1 : 0;
    }
    line();
    line(
        bold("Unusual days") +
        faint(fmt::format("   {} days were planted, {} of them are found; of {} days {} others are "
                          "called unusual",
                          result_.generated.odd_days.size(), found, summary_.judged_days,
                          summary_.unusual_days.size() - found)));
    std::size_t shown = 0;
    for (const demo::UnusualDay& day : summary_.unusual_days) {
      if (++shown > kMostDays) break;
      unusual(day);
    }
    if (summary_.unusual_days.size() > kMostDays) {
      line(faint(fmt::format("  and {} more", summary_.unusual_days.size() - kMostDays)));
    }
  }

  void unusual(const demo::UnusualDay& day) {
    const double change = 100 * (day.found - day.expected) / day.expected;
    const std::string figures =
        day.figure == "sessions"
            ? fmt::format("{} sessions, {} expected", amount(day.found), amount(day.expected))
            : fmt::format("{} {:.0f} %, {:.0f} % expected", visible(day.figure), 100 * day.found,
                          100 * day.expected);
    const auto planted =
        std::ranges::find(result_.generated.odd_days, day.day, &demo::PlantedDay::day);
    const std::string why = planted == result_.generated.odd_days.end()
                                ? std::string("not planted")
                                : fmt::format("planted: {}", planted_words(planted->kind));
    line(fmt::format("  {} {}  {}  {:<52}{}", weekday(day.day), format_day(day.day),
                     judged(change, fmt::format("{:>+5.0f} %", change)), figures, faint(why)));
  }

  void next(const std::string& program, bool is_default_home) {
    line();
    line(bold("Look around"));
    if (!is_default_home) {
      line(fmt::format("  export CUSTOMERANALYTICS_HOME={}", result_.home.string()));
    }
    const auto command = [&](const std::string& words) {
      line(fmt::format("  {} {}", program, words));
    };
    command(fmt::format("reports{:24}{}", "",
                        faint(fmt::format("# {} reports to ask for", summary_.reports))));
    command("report monthly_revenue --dimension London,Leeds");
    if (!summary_.unusual_days.empty()) {
      const Day day = summary_.unusual_days.back().day;
      command(fmt::format("report daily_funnel --from {} --to {}", format_day(day - 3),
                          format_day(day + 3)));
    }
    command("export results --all");
    line(fmt::format("What was planted is in {}", result_.truth.string()));
  }

  const DemoResult& result_;
  const demo::Summary& summary_;
  const Terminal& terminal_;
  std::string text_;
};

}  // namespace

std::string demo_screen(const DemoResult& result, const Terminal& terminal,
                        const std::string& program, bool is_default_home) {
  return Screen(result, terminal).text(program, is_default_home);
}

std::string demo_json(const DemoResult& result) {
  using Json = nlohmann::ordered_json;
  const demo::Summary& summary = result.summary;
  Json figures = Json::object();
  for (const demo::KeyFigure& figure : summary.figures) {
    figures[figure.name] = {
        {"total", figure.total}, {"last_week", figure.last_week}, {"change_percent", nullptr}};
    if (figure.change_percent) figures[figure.name]["change_percent"] = *figure.change_percent;
  }
  Json funnel = Json::array();
  for (const demo::FunnelStep& step : summary.funnel) {
    funnel.push_back({{"step", step.name}, {"sessions", step.sessions}});
  }
  Json dimensions = Json::array();
  for (const demo::DimensionShare& value : summary.dimensions) {
    dimensions.push_back({{"dimension", value.name}, {"orders", value.orders}});
  }
  Json promotions = Json::array();
  for (const demo::PromotionEffect& promotion : summary.promotions) {
    promotions.push_back({{"promotion", promotion.name},
                          {"sentence", promotion.sentence},
                          {"effect", promotion.effect}});
  }
  Json found = Json::array();
  for (const demo::UnusualDay& day : summary.unusual_days) {
    found.push_back({{"day", format_day(day.day)},
                     {"figure", day.figure},
                     {"found", day.found},
                     {"expected", day.expected}});
  }
  Json planted = Json::array();
  for (const demo::PlantedDay& day : result.generated.odd_days) {
    planted.push_back({{"day", format_day(day.day)},
                       {"kind", demo::name_of(day.kind)},
                       {"orders_factor", day.orders_factor},
                       {"is_found", is_found(result, day)}});
  }
  const auto cohort = [](const std::optional<demo::Cohort>& week) {
    if (!week) return Json(nullptr);
    return Json{{"week", format_day(week->week)},
                {"customers", week->customers},
                {"ordered_in_four_weeks", week->bought}};
  };
  Json segments = Json::array();
  for (const demo::SegmentFigures& segment : summary.segments) {
    segments.push_back({{"segment", segment.name},
                        {"customers", segment.customers},
                        {"expected_revenue", segment.expected}});
  }
  Json expected = nullptr;
  if (summary.expected) {
    expected = {{"days", summary.expected->days},
                {"revenue", summary.expected->total},
                {"of_newcomers", summary.expected->newcomers},
                {"last_revenue", summary.expected->last},
                {"model", summary.expected->model}};
  }
  Json churn = nullptr;
  if (summary.churn) {
    churn = {{"engaged", summary.churn->engaged},
             {"buyers", summary.churn->buyers},
             {"threshold_hours", summary.churn->threshold_hours}};
  }
  const Json json = {{"home", result.home.string()},
                     {"truth", result.truth.string()},
                     {"run", summary.run},
                     {"seconds", result.seconds},
                     {"currency", summary.currency},
                     {"figures", figures},
                     {"funnel", funnel},
                     {"dimensions", dimensions},
                     {"buyers", summary.buyers ? Json(*summary.buyers) : Json(nullptr)},
                     {"buyers_again", summary.buyers_again},
                     {"median_hours_to_second_order",
                      summary.hours_to_second ? Json(*summary.hours_to_second) : Json(nullptr)},
                     {"best_week", cohort(summary.best_week)},
                     {"worst_week", cohort(summary.worst_week)},
                     {"churn", churn},
                     {"segments", segments},
                     {"expected", expected},
                     {"tested_promotions", summary.tested_promotions},
                     {"promotions", promotions},
                     {"unusual_days", found},
                     {"planted_days", planted}};
  return json.dump(2, ' ', false, Json::error_handler_t::replace);
}

}  // namespace ca::cli
