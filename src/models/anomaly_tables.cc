#include "models/anomaly_tables.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <limits>
#include <map>
#include <numeric>

#include "models/daily_features.h"
#include "reports/families.h"

namespace ca::models {
namespace {

constexpr std::size_t kOffsets = 7;  // days after a cohort's that are looked at: 0 to 6
constexpr std::size_t kNamed = 3;    // figures that explain an unusual day
constexpr double kWorthNaming = 2;   // usual deviations
constexpr std::array kOrderCohorts = {"daily_cohort_from_1_to_2", "daily_cohort_from_2_to_3",
                                      "daily_cohort_from_3_to_4"};

const Table* find_table(const reports::Answer& answer, std::string_view name) {
  const auto found = std::ranges::find(answer.tables, name, &Table::name);
  return found == answer.tables.end() ? nullptr : &*found;
}

/// A figure of a day, and what it was expected to be.
struct Finding {
  const std::string* feature = nullptr;
  double actual = 0;
  double expected = 0;
  double z = 0;
};

void furthest_first(std::vector<Finding>& findings) {
  std::ranges::stable_sort(findings, std::ranges::greater{},
                           [](const Finding& finding) { return std::abs(finding.z); });
}

/// Days of a table, their figures and how they deviate.
struct JudgedDays {
  std::vector<Day> days;
  std::vector<DailyFeature> features;
  std::vector<Deviations> deviations;
  UnusualRows found;

  void judge(const UnusualSettings& settings, const Cancellation& cancellation) {
    for (const DailyFeature& feature : features) {
      deviations.push_back(models::deviations(feature, days));
    }
    std::vector<double> rows;
    for (std::size_t i = 0; i < days.size(); ++i) {
      for (const Deviations& of : deviations) rows.push_back(of.z[i]);
    }
    found = find_unusual(rows, features.size(), settings, cancellation);
  }

  /// The day's figures, the furthest from what was expected first.
  std::vector<Finding> findings(std::size_t day) const {
    std::vector<Finding> all;
    for (std::size_t f = 0; f < features.size(); ++f) {
      all.push_back({&features[f].name, features[f].figures[day], deviations[f].expected[day],
                     deviations[f].z[day]});
    }
    furthest_first(all);
    return all;
  }
};

/// Up to three, "purchased / sessions low (-8.2)".
std::string reasons(const std::vector<Finding>& findings) {
  std::string text;
  std::size_t named = 0;
  for (const Finding& finding : findings) {
    if (named == kNamed || (named > 0 && std::abs(finding.z) < kWorthNaming)) break;
    text += fmt::format("{}{} {} ({:+.1f})", named == 0 ? "" : "; ", *finding.feature,
                        finding.z < 0 ? "low" : "high", finding.z);
    ++named;
  }
  return text;
}

double score_of(double p_value) { return -std::log10(p_value) + 0.0; }

/// feature, actual, expected, reasons, method.
void write_reasons(reports::RowWriter& row, const std::vector<Finding>& findings, bool is_unusual,
                   Scored scored) {
  if (findings.empty()) {
    row << std::nullopt << std::nullopt << std::nullopt;
  } else {
    row << *findings.front().feature << findings.front().actual << findings.front().expected;
  }
  row << (is_unusual ? std::optional(reasons(findings)) : std::nullopt)
      << std::string(name_of(scored));
}

/// By the mean deviation of the day's figures.
std::string direction(const std::vector<Finding>& findings) {
  double sum = 0;
  for (const Finding& finding : findings) sum += finding.z;
  return sum < 0 ? "low" : "high";
}

// ---- the session funnel -------------------------------------------------------------------------

std::vector<double> numbers(const Column& column, std::size_t begin, std::size_t end) {
  std::vector<double> values;
  for (std::size_t row = begin; row < end; ++row) {
    values.push_back(column.is_null(row) ? 0 : static_cast<double>(column.integer(row)));
  }
  return values;
}

JudgedDays funnel_days(const Table& funnel, Day last_complete) {
  constexpr std::string_view kPrefix = "daily_";
  JudgedDays judged;
  const Column& day = funnel.column(0);
  const Column& sessions = *funnel.find("daily_has_sessions");
  std::size_t begin = 0;  // a dimension value may begin later than main
  while (begin < funnel.rows() && sessions.integer(begin) == 0) ++begin;
  std::size_t end = begin;
  while (end < funnel.rows() && day.integer(end) <= last_complete.number) ++end;
  for (std::size_t row = begin; row < end; ++row) {
    judged.days.push_back({static_cast<std::int32_t>(day.integer(row))});
  }
  struct Step {
    std::string name;
    std::vector<double> counts;
    double sum = 0;
  };
  std::vector<Step> steps;
  for (const Column& column : funnel.columns()) {
    if (column.type() != ColumnType::kInteger || &column == &sessions) continue;
    Step step{column.name().substr(kPrefix.size()), numbers(column, begin, end), 0};
    step.sum = std::accumulate(step.counts.begin(), step.counts.end(), 0.0);
    steps.push_back(std::move(step));
  }
  std::ranges::stable_sort(steps, std::ranges::greater{}, &Step::sum);
  const std::vector<double> all = numbers(sessions, begin, end);
  judged.features.push_back(count_feature("sessions", all));
  for (std::size_t s = 0; s < steps.size(); ++s) {
    judged.features.push_back(part_feature(steps[s].name + " / sessions", steps[s].counts, all));
    if (s == 0) continue;
    judged.features.push_back(part_feature(fmt::format("{} / {}", steps[s].name, steps[s - 1].name),
                                           steps[s].counts, steps[s - 1].counts));
  }
  return judged;
}

Table funnel_table(const Table& funnel, Day last_complete, const UnusualSettings& settings,
                   const reports::Schema& schema, const Cancellation& cancellation) {
  JudgedDays judged = funnel_days(funnel, last_complete);
  judged.judge(settings, cancellation);
  Table table = reports::table_for(reports::find_report("dfunnel_anomaly"), schema);
  reports::RowWriter row(table);
  for (std::size_t i = 0; i < judged.days.size(); ++i) {
    const double score = score_of(judged.found.p_values[i]);
    row << bool{judged.found.are_unusual[i]} << score << judged.days[i] << score
        << judged.found.p_values[i];
    write_reasons(row, judged.findings(i), judged.found.are_unusual[i], judged.found.scored);
  }
  return table;
}

// ---- cohorts ------------------------------------------------------------------------------------

/// Rows of which all days that are looked at are over.
std::size_t mature_rows(const Table& cohorts, Day last_complete) {
  const Column& day = cohorts.column(0);
  std::size_t rows = 0;
  while (rows < cohorts.rows() &&
         day.integer(rows) + static_cast<std::int64_t>(kOffsets) - 1 <= last_complete.number) {
    ++rows;
  }
  return rows;
}

JudgedDays cohort_days(const Table& cohorts, Day last_complete, const std::string& of) {
  JudgedDays judged;
  const std::size_t rows = mature_rows(cohorts, last_complete);
  for (std::size_t row = 0; row < rows; ++row) {
    judged.days.push_back({static_cast<std::int32_t>(cohorts.column(0).integer(row))});
  }
  const std::vector<double> sizes = numbers(*cohorts.find("cohort_size"), 0, rows);
  for (std::size_t offset = 0; offset < kOffsets; ++offset) {
    judged.features.push_back(part_feature(fmt::format("{} on day {}", of, offset),
                                           numbers(*cohorts.find(std::to_string(offset)), 0, rows),
                                           sizes));
  }
  return judged;
}

/// dcohort_anomaly_days and dcohort_anomaly_2.
std::vector<Table> download_tables(const Table& cohorts, Day last_complete,
                                   const UnusualSettings& settings, const reports::Schema& schema,
                                   const Cancellation& cancellation) {
  JudgedDays judged = cohort_days(cohorts, last_complete, "first orders");
  judged.judge(settings, cancellation);
  Table days = reports::table_for(reports::find_report("dcohort_anomaly_days"), schema);
  Table scores = reports::table_for(reports::find_report("dcohort_anomaly_2"), schema);
  reports::RowWriter day_row(days);
  reports::RowWriter row(scores);
  const Column& size = *cohorts.find("cohort_size");
  for (std::size_t i = 0; i < judged.days.size(); ++i) {
    for (std::size_t offset = 0; offset < kOffsets; ++offset) {
      const Column& counts = *cohorts.find(std::to_string(offset));
      day_row << judged.days[i] << static_cast<std::int64_t>(offset);
      day_row << (counts.is_null(i) ? std::nullopt
                                    : reports::ratio(static_cast<double>(counts.integer(i)),
                                                     static_cast<double>(size.integer(i))));
      day_row << bool{judged.found.are_unusual[i]};
    }
    const double score = score_of(judged.found.p_values[i]);
    const std::vector<Finding> findings = judged.findings(i);
    row << judged.days[i] << score << bool{judged.found.are_unusual[i]} << score
        << judged.found.p_values[i] << direction(findings);
    write_reasons(row, findings, judged.found.are_unusual[i], judged.found.scored);
  }
  std::vector<Table> tables;
  tables.push_back(std::move(days));
  tables.push_back(std::move(scores));
  return tables;
}

Table order_cohort_table(const reports::Answer& answer, Day last_complete,
                         const UnusualSettings& settings, const reports::Schema& schema,
                         const Cancellation& cancellation) {
  std::vector<JudgedDays> cohorts;
  std::map<Day, std::array<std::optional<std::size_t>, kOrderCohorts.size()>> places;
  for (std::size_t c = 0; c < kOrderCohorts.size(); ++c) {
    const Table* table = find_table(answer, kOrderCohorts[c]);
    cohorts.push_back(
        cohort_days(*table, last_complete, fmt::format("order {} to {}", c + 1, c + 2)));
    cohorts.back().judge(settings, cancellation);
    for (std::size_t i = 0; i < cohorts.back().days.size(); ++i) {
      places[cohorts.back().days[i]][c] = i;
    }
  }
  std::vector<std::vector<double>> chances(
      kOrderCohorts.size(),
      std::vector<double>(places.size(), std::numeric_limits<double>::quiet_NaN()));
  Scored scored = Scored::kNot;
  std::size_t at = 0;
  for (const auto& [day, place] : places) {
    for (std::size_t c = 0; c < cohorts.size(); ++c) {
      if (!place[c] || cohorts[c].found.scored == Scored::kNot) continue;
      chances[c][at] = cohorts[c].found.p_values[*place[c]];
      scored = std::max(scored, cohorts[c].found.scored);
    }
    ++at;
  }
  const UnusualRows found = combine(chances, settings);
  Table table = reports::table_for(reports::find_report("order_cohort_anomaly"), schema);
  reports::RowWriter row(table);
  at = 0;
  for (const auto& [day, place] : places) {
    std::vector<Finding> findings;
    for (std::size_t c = 0; c < cohorts.size(); ++c) {
      if (place[c]) std::ranges::copy(cohorts[c].findings(*place[c]), std::back_inserter(findings));
    }
    furthest_first(findings);
    const bool is_unusual = scored != Scored::kNot && found.are_unusual[at];
    const double p_value = scored == Scored::kNot ? 1 : found.p_values[at];
    row << is_unusual << score_of(p_value) << day << p_value << direction(findings);
    write_reasons(row, findings, is_unusual, scored);
    ++at;
  }
  return table;
}

/// Which populations are judged by networks: main and the largest values.
std::vector<bool> with_networks(const std::vector<reports::Answer>& answers,
                                const reports::Facts& facts) {
  std::vector<std::size_t> values(facts.values.size());
  std::iota(values.begin(), values.end(), 0);
  std::ranges::stable_sort(values, std::ranges::greater{},
                           [&](std::size_t v) { return facts.value_sessions[v]; });
  values.resize(std::min(values.size(), kValuesWithNetworks));
  std::vector<bool> chosen;
  for (const reports::Answer& answer : answers) {
    chosen.push_back(answer.is_main || std::ranges::any_of(values, [&](std::size_t v) {
                       return facts.values[v].population == answer.population;
                     }));
  }
  return chosen;
}

}  // namespace

const std::vector<const char*>& judged_reports() {
  static const std::vector<const char*> names = {"daily_funnel",   "daily_cohort_downloads",
                                                 kOrderCohorts[0], kOrderCohorts[1],
                                                 kOrderCohorts[2], "daily_orders"};
  return names;
}

std::vector<reports::Answer> anomaly_tables(const std::vector<reports::Answer>& answers,
                                            const reports::Facts& facts,
                                            const UnusualSettings& settings, ThreadPool& pool,
                                            const Cancellation& cancellation) {
  const reports::Schema& schema = *facts.main.schema;
  const Day last = facts.main.last_day;
  const Day last_complete = facts.main.is_partial(last, Period::kDaily) ? last - 1 : last;
  const std::vector<bool> has_network = with_networks(answers, facts);
  // Of each population one report after the other, so that threads have much to share.
  constexpr std::size_t kTasks = 4;
  std::vector<std::vector<Table>> made(answers.size() * kTasks);
  pool.for_each(made.size(), [&](std::size_t task, std::size_t) {
    const reports::Answer& answer = answers[task / kTasks];
    UnusualSettings own = settings;
    own.with_network &= has_network[task / kTasks];
    switch (task % kTasks) {
      case 0:
        made[task] = {funnel_table(*find_table(answer, "daily_funnel"), last_complete, own, schema,
                                   cancellation)};
        break;
      case 1:
        if (const Table* cohorts = find_table(answer, "daily_cohort_downloads")) {
          made[task] = download_tables(*cohorts, last_complete, own, schema, cancellation);
        }
        break;
      case 2:
        made[task] = {order_cohort_table(answer, last_complete, own, schema, cancellation)};
        break;
      default:
        made[task] = {order_anomalies(*find_table(answer, "daily_orders"), last_complete, schema)};
    }
  });
  std::vector<reports::Answer> found;
  for (std::size_t a = 0; a < answers.size(); ++a) {
    found.push_back({answers[a].population, answers[a].is_main, {}});
    for (std::size_t task = 0; task < kTasks; ++task) {
      std::ranges::move(made[a * kTasks + task], std::back_inserter(found.back().tables));
    }
  }
  return found;
}

}  // namespace ca::models
