#include "reports/day_index.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "reports/churn_thresholds.h"
#include "reports/rfm_cuts.h"
#include "reports/test_random_shop.h"

namespace ca::reports {
namespace {

/// Reports that only add up: made from totals of days where there are some.
const std::set<std::string> kAdded = {
    "daily_funnel",   "weekly_funnel",   "monthly_funnel",        "hourly_funnel", "daily_orders",
    "hourly_orders",  "weekly_orders",   "monthly_orders",        "daily_revenue", "weekly_revenue",
    "hourly_revenue", "monthly_revenue", "daily_dimension_values"};
/// Those that only add up for main: who is of a dimension value depends on where the window ends.
const std::set<std::string> kAddedOfMain = {"daily_funnel_downloads", "weekly_funnel_downloads",
                                            "monthly_funnel_downloads", "hourly_funnel_downloads",
                                            "overall_funnel"};

std::string text_of(const Axis& axis) {
  return fmt::format("{}+{}", format_day(axis.begin), axis.days);
}

std::string text_of(const Frame& frame) {
  const std::string amounts =
      frame.amounts ? fmt::format("{}..{}", static_cast<std::int64_t>(frame.amounts->min),
                                  static_cast<std::int64_t>(frame.amounts->max))
                    : "none";
  return fmt::format(
      "{} main={} as_of={} last={} axis={} history={} customers={} from={} amounts={} names={},{},"
      "{}",
      frame.population, frame.is_main, frame.as_of, format_day(frame.last_day), text_of(frame.axis),
      text_of(frame.history), text_of(frame.customer_axis),
      frame.from ? format_day(*frame.from) : "none", amounts, frame.promotions->size(),
      frame.products->size(), frame.categories->size());
}

/// All that facts say but for totals, which are a way to say it.
std::string text_of(const Facts& facts) {
  std::string text = fmt::format("{}: {} sessions\n", text_of(facts.main), facts.sessions);
  for (std::size_t v = 0; v < facts.values.size(); ++v) {
    text += fmt::format("{}: {} sessions\n", text_of(facts.values[v]), facts.value_sessions[v]);
  }
  for (const std::uint32_t value : facts.value_of_code) text += fmt::format("{} ", value);
  return text;
}

std::int64_t last_session(const TestShop& shop) { return shop.journeys().schema().last_session; }

Facts scanned(const TestShop& shop, const Window& window) {
  ThreadPool pool(1);
  return find_facts(shop.journeys(), window, pool);
}

struct Days {
  std::optional<Day> from;
  std::optional<Day> to;
};

/// Windows inside, before, after and around the days [begin, end].
std::vector<Days> windows_around(Day begin, Day end) {
  std::vector<std::optional<Day>> days = {std::nullopt, begin - 400, end + 400};
  for (int d = -2; d <= 2; ++d) {
    days.emplace_back(begin + d);
    days.emplace_back(end + d);
    days.emplace_back(begin + (end - begin) / 2 + d);
  }
  std::vector<Days> windows;
  for (const auto& from : days) {
    for (const auto& to : days) {
      if (!from || !to || *from <= *to) windows.push_back({from, to});
    }
  }
  return windows;
}

std::string text_of(const Days& days) {
  return fmt::format("[{}, {}]", days.from ? format_day(*days.from) : "",
                     days.to ? format_day(*days.to) : "");
}

/// The index says what a scan says, of all windows around the data.
void expect_facts_of_a_scan(const TestShop& shop, std::int64_t as_of,
                            const std::vector<Days>& windows) {
  ThreadPool pool(2);
  const DayIndex index(shop.journeys(), as_of, pool);
  for (const Days& days : windows) {
    const Facts facts = index.facts(days.from, days.to, pool);
    EXPECT_EQ(text_of(facts), text_of(scanned(shop, {Instant{as_of}, days.from, days.to})))
        << text_of(days);
    EXPECT_NE(facts.main.totals, nullptr);
  }
}

TEST(DayIndex, KnowsWhatAScanFinds) {
  const TestShop shop = random_shop(1, 3);
  const Day begin = day_from_civil(2021, 10, 1);
  // 31 October has 25 hours in London.
  std::vector<Days> windows = windows_around(begin, begin + 39);
  windows.push_back({day_from_civil(2021, 10, 31), day_from_civil(2021, 10, 31)});
  windows.push_back({day_from_civil(2021, 10, 30), day_from_civil(2021, 11, 1)});
  expect_facts_of_a_scan(shop, last_session(shop), windows);
}

TEST(DayIndex, EndsWithAnAsOfInTheMiddleOfTheData) {
  const TestShop shop = random_shop(2, 2);
  const std::int64_t as_of = shop.as_of("2021-10-20T15:00").as_of->micros;
  expect_facts_of_a_scan(shop, as_of,
                         windows_around(day_from_civil(2021, 10, 1), day_from_civil(2021, 10, 20)));
}

TEST(DayIndex, KnowsDaysThatTheClocksOfLondonChangeOn) {
  // At 01:30 of 28 March there is no such time; that of 31 October stands for the first of two.
  const TestShop shop({.zone = "Europe/London", .has_dimension = true},
                      R"(order client start            amount dimension
                         1     A      2021-03-27T23:59 10     X
                         2     A      2021-03-28T00:00 20     Y
                         3     B      2021-03-28T01:30 30     X
                         4     B      2021-03-28T23:59 40     Y
                         5     C      2021-03-29T00:00 50     X
                         6     C      2021-10-31T00:00 60     Y
                         7     C      2021-10-31T01:30 5      X
                         8     A      2021-10-31T23:59 70     X
                         9     A      2021-11-01T00:00 80     Y)",
                      "");
  for (const Day day : {day_from_civil(2021, 3, 28), day_from_civil(2021, 10, 31)}) {
    expect_facts_of_a_scan(shop, last_session(shop), windows_around(day, day));
  }
  ThreadPool pool(1);
  const DayIndex index(shop.journeys(), last_session(shop), pool);
  const Day spring = day_from_civil(2021, 3, 28);
  const AmountRange amounts = index.facts(spring, spring, pool).main.amounts.value();
  EXPECT_EQ(static_cast<std::int64_t>(amounts.min), 20'000'000);
  EXPECT_EQ(static_cast<std::int64_t>(amounts.max), 40'000'000);
}

TEST(DayIndex, NeedsNoDimension) {
  const TestShop shop({.zone = "Europe/London"}, kFixtureSessions, kFixtureCustomers);
  const Day begin = day_from_civil(2021, 3, 1);
  expect_facts_of_a_scan(shop, last_session(shop), windows_around(begin, begin + 14));
  ThreadPool pool(1);
  EXPECT_TRUE(DayIndex(shop.journeys(), last_session(shop), pool)
                  .facts(std::nullopt, std::nullopt, pool)
                  .values.empty());
}

TEST(DayIndex, KnowsStepsBeforeTheFirstSession) {
  const TestShop shop({.has_dimension = true},
                      R"(order client start            amount dimension
                         1     A      2021-03-10T11:00 20     X
                         2     B      2021-03-12T11:00 no     Y)",
                      R"(client download
                         A      2021-03-01T10:00
                         B      2021-03-20T10:00)");
  const Day download = day_from_civil(2021, 3, 1);
  const Day session = day_from_civil(2021, 3, 10);
  std::vector<Days> windows = windows_around(download, session);
  for (const std::int64_t as_of :
       {last_session(shop), shop.as_of("2021-04-01").as_of->micros,
        shop.as_of("2021-03-05").as_of->micros, shop.as_of("2021-02-01").as_of->micros}) {
    expect_facts_of_a_scan(shop, as_of, windows);
  }
}

TEST(DayIndex, KeepsNothingOfManyValuesButFindsThem) {
  // 230 values, of which those with fewest sessions are one population; which, the window says.
  std::string sessions = "order client start amount dimension\n";
  int order = 0;
  for (int value = 0; value < 230; ++value) {
    for (int n = 0; n < 1 + value % 3; ++n, ++order) {
      sessions += fmt::format("{} c{} 2021-03-{:02}T10:00 {} v{:03}\n", order, order % 50,
                              1 + (value + 7 * n) % 20, order % 2 == 0 ? "no" : "7", value);
    }
  }
  const TestShop shop({.has_dimension = true, .partitions = 2}, sessions, "");
  const Day begin = day_from_civil(2021, 3, 1);
  expect_facts_of_a_scan(shop, last_session(shop), windows_around(begin, begin + 19));
  ThreadPool pool(1);
  const Facts facts =
      DayIndex(shop.journeys(), last_session(shop), pool).facts(std::nullopt, std::nullopt, pool);
  EXPECT_EQ(facts.values.size(), 201U);
  EXPECT_TRUE(std::ranges::any_of(facts.values,
                                  [](const Frame& frame) { return frame.population == kOther; }));
}

TEST(DayIndex, OfNothingIsEmpty) {
  const TestShop shop({.has_dimension = true}, kFixtureSessions, kFixtureCustomers);
  const std::int64_t before = shop.as_of("2021-02-01").as_of->micros;
  expect_facts_of_a_scan(shop, before,
                         windows_around(day_from_civil(2021, 1, 20), day_from_civil(2021, 2, 1)));
}

// ---- reports made from totals -----------------------------------------------------------------

std::string answers_with(const TestShop& shop, const Facts& facts, const Question& question) {
  ThreadPool pool(2);
  return text_of(answer(shop.journeys(), facts, question, pool, no_progress(), Cancellation()));
}

bool needs_customers(const TestShop& shop, Facts facts, const Question& question) {
  narrow(facts, question);
  ThreadPool pool(1);
  find_churn_thresholds(shop.journeys(), question, facts, pool, Cancellation());
  find_segment_model(shop.journeys(), question, facts, pool, Cancellation());
  return States(question, facts).needs_customers();
}

/// What only adds up comes from the index as it comes from the journeys, for main and the values,
/// for unions of them, and for a segment, of which nothing was added up before.
void expect_the_same_answers(const TestShop& shop, std::int64_t as_of,
                             const std::vector<Days>& windows) {
  ThreadPool pool(1);
  const DayIndex index(shop.journeys(), as_of, pool);
  Question question = everything();
  question.reports = kAdded;
  Question of_main;
  of_main.reports = kAdded;
  of_main.reports.insert(kAddedOfMain.begin(), kAddedOfMain.end());
  Question of_everybody = everything();
  of_everybody.reports = of_main.reports;
  for (const Days& days : windows) {
    const Facts with = index.facts(days.from, days.to, pool);
    const Facts without = scanned(shop, {Instant{as_of}, days.from, days.to});
    EXPECT_FALSE(needs_customers(shop, with, question)) << text_of(days);
    EXPECT_TRUE(needs_customers(shop, without, question)) << text_of(days);
    EXPECT_FALSE(needs_customers(shop, with, of_main)) << text_of(days);
    EXPECT_EQ(answers_with(shop, with, of_main), answers_with(shop, without, of_main))
        << text_of(days);
    EXPECT_EQ(answers_with(shop, with, of_everybody), answers_with(shop, without, of_everybody))
        << text_of(days);
    EXPECT_EQ(answers_with(shop, with, question), answers_with(shop, without, question))
        << text_of(days);
    for (const std::set<std::string>& values :
         {std::set<std::string>{"X", "Z"}, {"Y"}, {"X", "Y", "Z"}, {"nowhere"}}) {
      EXPECT_EQ(answers_with(shop, merged(with, values, "together"), of_everybody),
                answers_with(shop, merged(without, values, "together"), of_everybody))
          << text_of(days) << " of " << values.size();
    }
    const auto customers = std::make_shared<CustomerSet>(shop.journeys());
    for (const char* client : {"c1", "c2", "c4", "c8"}) customers->insert(shop.journeys(), client);
    const auto of_some = [&](const Facts& facts) {
      return answers_with(shop, among(facts, shop.journeys(), customers), of_everybody);
    };
    EXPECT_EQ(of_some(with), of_some(without)) << text_of(days);
    EXPECT_EQ(of_some(merged(with, {"Y"}, "Y")), of_some(merged(without, {"Y"}, "Y")));
  }
}

TEST(DayTotals, MakeTheReportsThatTheJourneysMake) {
  const TestShop shop = random_shop(3, 2);
  const Day begin = day_from_civil(2021, 10, 1);
  expect_the_same_answers(shop, last_session(shop),
                          {{std::nullopt, std::nullopt},
                           {begin + 5, begin + 20},
                           {std::nullopt, begin + 12},
                           {begin + 30, std::nullopt},
                           {begin + 30, begin + 30},
                           {begin - 9, begin + 2},
                           {begin + 100, begin + 120},
                           {begin - 9, begin - 5}});
}

TEST(DayTotals, EndWithAsOf) {
  const TestShop shop = random_shop(3, 2);
  const Day begin = day_from_civil(2021, 10, 1);
  expect_the_same_answers(shop, shop.as_of("2021-10-20T15:00").as_of->micros,
                          {{std::nullopt, std::nullopt},
                           {begin + 15, std::nullopt},
                           {begin + 19, begin + 19},
                           {begin + 10, begin + 25},
                           {begin + 20, begin + 25}});
  expect_the_same_answers(shop, shop.as_of("2021-09-01").as_of->micros,
                          {{std::nullopt, std::nullopt}, {begin, begin + 9}});
}

TEST(DayTotals, AreAnsweredByTheirDayAndHour) {
  DayTotals totals({day_from_civil(2021, 3, 1), 3}, Schema());
  const Day first = day_from_civil(2021, 3, 1);
  const auto add = [&](Day day, std::uint8_t hour, std::uint32_t flags, double amount) {
    const double discount = 0.5;
    Journey journey;
    journey.day = &day.number;
    journey.hour = &hour;
    journey.flags = &flags;
    journey.amount = &amount;
    journey.discount = &discount;
    totals.add(journey, 0);
  };
  add(first, 9, journeys::kPurchased, 10);
  add(first, 9, 0, 99);  // no purchase
  add(first + 1, 9, journeys::kPurchased, std::nan(""));
  add(first + 2, 23, journeys::kPurchased, 0.25);
  totals.add_visitor(first);
  totals.add_visitor(first);
  totals.add_buyer(first + 1);
  totals.accumulate();
  EXPECT_EQ(totals.visitors(first), 2);
  EXPECT_EQ(totals.visitors(first + 1), 0);
  EXPECT_EQ(totals.buyers(first + 1), 1);
  EXPECT_EQ(ExactSum::to_double(totals.discounts(first, first + 2)), 1.0);
  EXPECT_EQ(totals.count(first, first + 3, DayTotals::kSessions), 4);
  EXPECT_EQ(totals.count(first + 1, first + 3, DayTotals::kPurchased), 2);
  EXPECT_EQ(totals.count(first, first + 2, DayTotals::kPurchased, 9), 2);
  EXPECT_EQ(totals.count(first, first, DayTotals::kSessions), 0);
  EXPECT_EQ(ExactSum::to_double(totals.revenue(first, first + 3)), 10.25);
  EXPECT_EQ(ExactSum::to_double(totals.revenue(first + 1, first + 3, 23)), 0.25);
  EXPECT_EQ(ExactSum::to_double(totals.revenue(first + 1, first + 2)), 0.0);
}

TEST(DayTotals, DoNotDoWhereCustomersAreAskedAbout) {
  const TestShop shop = random_shop(3, 2);
  ThreadPool pool(1);
  const Facts facts = DayIndex(shop.journeys(), last_session(shop), pool).facts({}, {}, pool);
  for (const FamilySpec& family : families()) {
    for (const ReportSpec& report : family.reports) {
      if (family.make == nullptr) continue;
      Question question;
      question.reports = {report.name};
      const bool only_adds = kAdded.contains(report.name) || kAddedOfMain.contains(report.name);
      EXPECT_EQ(needs_customers(shop, facts, question), !only_adds) << report.name;
    }
  }
  // Beside one that needs them, the others are still made, and right.
  Question question = everything();
  question.reports = {"daily_orders", "daily_funnel", "overall_funnel", "kpis"};
  EXPECT_EQ(answers_with(shop, facts, question), answers_with(shop, scanned(shop, {}), question));
  EXPECT_EQ(answers_with(shop, facts, everything()),
            answers_with(shop, scanned(shop, {}), everything()));
}

}  // namespace
}  // namespace ca::reports
