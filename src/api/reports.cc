#include "api/reports.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <span>
#include <utility>

#include "api/live.h"
#include "api/report_question.h"
#include "api/snapshots.h"
#include "base/error.h"
#include "base/thread_pool.h"
#include "reports/export.h"
#include "reports/pass.h"
#include "reports/population_name.h"
#include "reports/segment_rules.h"

namespace ca::api {
namespace {

namespace fs = std::filesystem;
using reports::Manifest;
using reports::Snapshot;

/// Throws when the snapshot does not hold the report, saying why.
void check_presence(const Manifest& manifest, const std::string& report) {
  if (const auto missing = manifest.not_configured.find(report);
      missing != manifest.not_configured.end()) {
    throw Error("E-NOT-CONFIGURED",
                fmt::format("{} is not configured: {}.", report, missing->second),
                "Connect or map what is missing and run again.", {{"report", report}});
  }
  if (const auto skipped = manifest.skipped.find(report); skipped != manifest.skipped.end()) {
    throw Error(
        "E-SKIPPED",
        fmt::format("{} was not computed: the stage {} did not run.", report, skipped->second),
        "Run again without skipping it.", {{"report", report}});
  }
  if (!manifest.rows.contains(report)) {
    throw Error("E-SKIPPED", fmt::format("The snapshot {} does not hold {}.", manifest.run, report),
                "Run `customeranalytics run` again.", {{"report", report}});
  }
}

std::vector<reports::ColumnSpec> specs_of(const Table& table) {
  // The snapshot knows the shop's actions, and days that are columns, only as columns: those the
  // catalogue does not name are the repeated ones, and share their declaration.
  const reports::ReportSpec& report = reports::find_report(table.name());
  std::vector<reports::ColumnSpec> specs;
  for (const Column& column : table.columns()) {
    auto spec = std::ranges::find(report.columns, column.name(), &reports::ColumnSpec::name);
    if (spec == report.columns.end()) {
      spec = std::ranges::find_if(report.columns, [&](const reports::ColumnSpec& candidate) {
        const auto mark = candidate.name.find('<');
        return mark != std::string::npos &&
               column.name().starts_with(candidate.name.substr(0, mark)) &&
               candidate.type == column.type();
      });
    }
    reports::ColumnSpec copy = spec != report.columns.end() ? *spec : reports::ColumnSpec{};
    copy.name = column.name();
    copy.type = column.type();
    specs.push_back(std::move(copy));
  }
  return specs;
}

ReportResult result_of(const Manifest& manifest, const std::string& population, Table table,
                       const ShownRows& shown, const std::vector<reports::ColumnSpec>& columns) {
  ReportResult result;
  result.report = table.name();
  result.dimension = population;
  result.run = manifest.run;
  result.as_of = {manifest.as_of};
  result.timezone = manifest.timezone;
  result.columns = columns;
  result.total_rows = static_cast<std::int64_t>(table.total_rows());
  result.table = shown.limit || shown.needs_all() ? shown_rows(table, shown) : std::move(table);
  return result;
}

/// Which columns of the report a stage that did not run has left empty, or empty.
std::string note_on_columns(const Manifest& manifest, const std::string& report) {
  for (const auto& [column, stage] : manifest.empty_columns) {
    if (!column.starts_with(report + ".")) continue;
    return fmt::format("{} is empty: the stage {} did not run.", column, stage);
  }
  return {};
}

/// Which rows of that report are shown.
ShownRows shown_of(const ReportQuery& query, const std::string& report) {
  const auto own = query.options.find(report);
  if (own == query.options.end()) return query.shown;
  ShownRows shown = own->second.shown;
  if (!shown.limit) shown.limit = query.shown.limit;
  if (!shown.sort) {
    shown.sort = query.shown.sort;
    shown.is_descending = query.shown.is_descending;
  }
  return shown;
}

/// How many rows of every report are enough to show what is asked of each.
std::optional<std::size_t> rows_needed(const ReportQuery& query) {
  std::size_t needed = 0;
  for (const std::string& name : query.names) {
    const ShownRows shown = shown_of(query, name);
    if (shown.needs_all() || !shown.limit) return std::nullopt;
    needed = std::max(needed, *shown.limit);
  }
  return needed;
}

/// Reports of a question that it asks in the same way of the same populations.
struct Part {
  ReportQuery query;  ///< with the names of these reports only
  std::vector<std::string> populations;
};

std::vector<ReportResult> from_snapshot(Snapshot& snapshot, const Part& part) {
  const ReportQuery& query = part.query;
  std::vector<ReportResult> results;
  for (const std::string& name : query.names) {
    for (const std::string& population : part.populations) {
      Table table = snapshot.report(name, population);
      const std::vector<reports::ColumnSpec> columns = specs_of(table);
      results.push_back(result_of(snapshot.manifest(), population, std::move(table),
                                  shown_of(query, name), columns));
      results.back().note = note_on_columns(snapshot.manifest(), name);
    }
  }
  return results;
}

/// Why the window has no day, or empty: of which days there are sessions.
std::string note_on(const char* window, const reports::Facts& facts, const Live::Turn& turn) {
  if (facts.main.axis.days > 0) return {};
  const reports::Axis all = turn.shop->facts({}, {}, turn.pool).main.axis;
  return fmt::format("{} lies outside the data, which are from {} to {}.", window,
                     format_day(all.begin), format_day(all.last()));
}

/// The table of that name in the answer; a population without a session up to the window's end has
/// the columns and no rows.
Table table_in(const reports::Answer* answer, const std::string& name,
               const journeys::Schema& schema) {
  if (answer != nullptr) {
    const auto found = std::ranges::find(answer->tables, name, &Table::name);
    if (found != answer->tables.end()) return *found;
  }
  return reports::table_for(reports::find_report(name), schema);
}

/// A day of the year before; the last of February is that of the other year.
Day a_year_before(Day day) {
  const Day month = first_of_month(day);
  const Day before = bucket_begin(bucket_number(month, Period::kMonthly) - 12, Period::kMonthly);
  const Day next = next_bucket(before, Period::kMonthly);
  return std::min(before + (day - month), next - 1);
}

/// Throws when there is no column to sort by, before anything is computed. Columns that depend on
/// the rows are known afterwards.
void check_sorts(const ReportQuery& query, const journeys::Schema& schema) {
  for (const std::string& name : query.names) {
    const reports::ReportSpec& report = reports::find_report(name);
    if (report.view && report.view->reshaped != nullptr) continue;
    std::vector<std::string> columns;
    for (const reports::ColumnSpec& column : reports::columns_for(report, schema)) {
      columns.push_back(column.name);
    }
    check_sort(shown_of(query, name), name, columns);
  }
}

/// A window of the question, and what it is called.
struct LivePeriod {
  std::string name;
  Days days;
};

/// Throws when the comparison is none.
void check_comparison(const ReportQuery& query) {
  if (!query.compare) return;
  const std::string& compare = *query.compare;
  if (compare != "previous" && compare != "year") {
    throw Error("E-PARAM", fmt::format("There is no comparison \"{}\".", compare),
                "Compare with previous (the days just before) or year (the same a year earlier).");
  }
  if (!query.from) {
    throw Error("E-PARAM", "A comparison needs a window that has a begin.",
                "Name its first day with --from.");
  }
}

/// The window, and the one that it is compared with.
std::vector<LivePeriod> periods_of(const ReportQuery& query, Day last_day) {
  const Days days = days_of(query);
  if (!query.compare) return {{"", days}};
  const std::string& compare = *query.compare;
  const Day to = std::max(*days.from, days.to.value_or(last_day));
  const std::int32_t length = to - *days.from + 1;
  const Days other = compare == "year" ? Days{a_year_before(*days.from), a_year_before(to)}
                                       : Days{*days.from - length, *days.from - 1};
  return {{"current", {days.from, to}}, {compare, other}};
}

/// What a part asks of the journeys.
struct LivePart {
  const Part& part;
  LivePopulations populations;
  std::vector<LivePeriod> periods;
};

/// One inquiry a period.
std::vector<reports::Inquiry> inquiries_of(const LivePart& live, const Live::Turn& turn,
                                           const Snapshot& snapshot, const LiveSegment& segment) {
  const ReportQuery& query = live.part.query;
  reports::Question question;
  question.reports.insert(query.names.begin(), query.names.end());
  question.with_main = live.populations.with_main;
  question.values = live.populations.values;
  question.limit = rows_needed(query);
  question.segments = snapshot.segments_asked();
  std::vector<reports::Inquiry> inquiries;
  for (const LivePeriod& period : live.periods) {
    inquiries.push_back(
        {question, live_facts(*turn.shop, period.days, live.populations, segment, turn.pool)});
  }
  return inquiries;
}

/// The results of a part from its inquiries and their answers.
std::vector<ReportResult> results_of(const LivePart& live,
                                     std::span<const reports::Inquiry> inquiries,
                                     std::span<const std::vector<reports::Answer>> answers,
                                     const Live::Turn& turn, const Manifest& manifest,
                                     const LiveSegment& segment) {
  const ReportQuery& query = live.part.query;
  const journeys::Schema& schema = turn.shop->journeys().schema();
  std::vector<std::string> notes;
  for (const reports::Inquiry& inquiry : inquiries) {
    notes.push_back(note_on(notes.empty() ? "The window" : "The window that it is compared with",
                            inquiry.facts, turn));
  }
  std::vector<ReportResult> results;
  for (const std::string& name : query.names) {
    const std::vector<reports::ColumnSpec> columns =
        reports::columns_for(reports::find_report(name), schema);
    for (const std::string& population : live.populations.answers) {
      for (std::size_t p = 0; p < live.periods.size(); ++p) {
        const auto answer = std::ranges::find_if(answers[p], [&](const reports::Answer& of) {
          return population == (of.is_main ? "main"
                                : live.populations.is_union
                                    ? of.population
                                    : reports::population_name(of.population));
        });
        Table table = table_in(answer == answers[p].end() ? nullptr : &*answer, name, schema);
        ReportResult result =
            result_of(manifest, population, std::move(table), shown_of(query, name), columns);
        result.as_of = {inquiries[p].facts.main.as_of};
        result.from = live.periods[p].days.from;
        result.to = live.periods[p].days.to;
        result.period = live.periods[p].name;
        result.segment = segment.name;
        result.note = !notes[p].empty()       ? notes[p]
                      : !segment.note.empty() ? segment.note
                                              : note_on_columns(manifest, name);
        results.push_back(std::move(result));
      }
    }
  }
  return results;
}

/// Answers parts of one question in one pass; one list of results each.
std::vector<std::vector<ReportResult>> from_journeys(const Live::Turn& turn, Snapshot& snapshot,
                                                     const std::vector<const Part*>& parts,
                                                     const Cancellation& cancellation) {
  const journeys::Journeys& journeys = turn.shop->journeys();
  const std::optional<Segment>& asked = parts.front()->query.segment;
  const LiveSegment segment = asked ? live_segment(*asked, journeys, snapshot) : LiveSegment();
  bool reads_baskets = false;
  for (const Part* part : parts) {
    reads_baskets |= std::ranges::any_of(part->query.names, [](const std::string& name) {
      return reports::needs(reports::find_report(name), reports::Need::kProducts);
    });
    check_sorts(part->query, journeys.schema());
  }
  if (reads_baskets) turn.shop->verify_baskets(turn.pool);

  const Day last_day = journeys.zone().to_local({turn.shop->as_of()}).day;
  std::vector<LivePart> live;
  std::vector<reports::Inquiry> inquiries;
  for (const Part* part : parts) {
    live.push_back({*part, live_populations(part->query, snapshot.manifest(), part->populations),
                    periods_of(part->query, last_day)});
    std::ranges::move(inquiries_of(live.back(), turn, snapshot, segment),
                      std::back_inserter(inquiries));
  }
  const std::vector<std::vector<reports::Answer>> answers =
      reports::answer(journeys, inquiries, turn.pool, no_progress(), cancellation);

  std::vector<std::vector<ReportResult>> results;
  std::size_t first = 0;
  for (const LivePart& part : live) {
    const std::size_t count = part.periods.size();
    results.push_back(results_of(part, std::span(inquiries).subspan(first, count),
                                 std::span(answers).subspan(first, count), turn,
                                 snapshot.manifest(), segment));
    first += count;
  }
  return results;
}

}  // namespace

bool is_live(const FrameQuery& query) {
  return query.from || query.to || query.as_union || query.segment;
}

Days days_of(const FrameQuery& query) {
  Days days;
  if (query.from) days.from = parse_day_of(*query.from, "The window's begin");
  if (query.to) days.to = parse_day_of(*query.to, "The window's end");
  if (days.from && days.to && *days.to < *days.from) {
    throw Error("E-PARAM", fmt::format("The window ends on {}, before it begins on {}.", *query.to,
                                       *query.from));
  }
  return days;
}

LivePopulations live_populations(const FrameQuery& query, const Manifest& manifest,
                                 const std::vector<std::string>& populations) {
  LivePopulations live;
  for (const std::string& name : populations) {
    const Manifest::Population& population = find_population(manifest, name);
    if (population.is_main) {
      live.with_main = true;
    } else {
      live.members.insert(population.value);
    }
  }
  live.is_union = query.as_union;
  live.answers = populations;
  live.values = live.members;
  if (query.as_union) {
    live.answers = {fmt::format("{}", fmt::join(populations, ","))};
    live.values = {live.together()};
  }
  return live;
}

namespace {

LiveSegment segment_of_snapshot(const Segment& segment, const journeys::Journeys& journeys,
                                Snapshot& snapshot) {
  const std::uint8_t number = reports::find_segment(segment.name);
  const std::string name(reports::segments()[number].name);
  check_presence(snapshot.manifest(), "rfm");
  const auto customers = std::make_shared<reports::CustomerSet>(journeys);
  const Table rfm = snapshot.report("rfm", "main");
  const Column& client = *rfm.find("client");
  const Column& segments = *rfm.find("segments_numeric");
  bool is_empty = true;
  for (std::size_t row = 0; row < rfm.rows(); ++row) {
    if (segments.integer(row) != number) continue;
    is_empty &= !customers->insert(journeys, client.text(row));
  }
  if (is_empty) {
    throw Error("E-SEGMENT", fmt::format("Nobody is in the segment {}.", name),
                "`customeranalytics report segmentation` lists those that have customers.",
                {{"segment", name}});
  }
  return {customers, name, ""};
}

}  // namespace

LiveSegment live_segment(const Segment& segment, const journeys::Journeys& journeys,
                         Snapshot& snapshot) {
  if (segment.is_of_snapshot) return segment_of_snapshot(segment, journeys, snapshot);
  const auto customers = std::make_shared<reports::CustomerSet>(journeys);
  const std::set<std::string> clients(segment.clients.begin(), segment.clients.end());
  std::size_t known = 0;
  for (const std::string& client : clients) known += customers->insert(journeys, client) ? 1 : 0;
  if (known == 0) {
    throw Error("E-SEGMENT",
                fmt::format("Nobody of the segment {} is a customer of this shop.", segment.name),
                "Check that it names customers as the sessions do.", {{"segment", segment.name}});
  }
  std::string note;
  if (known < clients.size()) {
    note = fmt::format("{} of the {} customers of the segment {} are unknown.",
                       clients.size() - known, clients.size(), segment.name);
  }
  return {customers, segment.name, note};
}

reports::Facts live_facts(const LiveShop& shop, const Days& days,
                          const LivePopulations& populations, const LiveSegment& segment,
                          ThreadPool& pool) {
  reports::Facts facts = shop.facts(days.from, days.to, pool);
  if (populations.is_union) {
    facts = reports::merged(std::move(facts), populations.members, populations.together());
  }
  if (segment.customers == nullptr) return facts;
  return reports::among(std::move(facts), shop.journeys(), segment.customers);
}

std::vector<std::string> populations_of(const std::vector<std::string>& dimensions, bool as_union,
                                        const Manifest& manifest) {
  std::vector<std::string> populations;
  for (const std::string& dimension : dimensions) {
    const std::string& name = find_population(manifest, dimension).name;
    if (std::ranges::find(populations, name) == populations.end()) populations.push_back(name);
  }
  if (as_union && populations.empty()) {
    throw Error("E-PARAM", "A union needs dimension values.", "Name them with --dimension.");
  }
  const bool has_main = std::ranges::find(populations, "main") != populations.end();
  if (as_union && has_main) {
    throw Error("E-PARAM", "main is everybody already; a union is of dimension values.",
                "Leave out main, or the union.");
  }
  if (populations.empty()) populations.emplace_back("main");
  return populations;
}

void check_reports(const std::vector<std::string>& names, const FrameQuery& query,
                   const Manifest& manifest, const std::vector<std::string>& populations) {
  const bool is_of_main = populations == std::vector<std::string>{"main"};
  if (query.segment && query.segment->is_of_snapshot) reports::find_segment(query.segment->name);
  for (const std::string& name : names) {
    check_presence(manifest, name);
    const bool is_of_system = reports::family_of(name).kind == reports::FamilyKind::kSystem;
    if (!is_of_system && !reports::is_folded(name) && is_live(query)) {
      throw Error("E-PARAM",
                  fmt::format("{} is made by a run: it has no window, segment or union.", name),
                  "Ask for it without --from, --to, --segment and --union.", {{"report", name}});
    }
    if (is_of_system && (query.from || query.to || query.segment)) {
      throw Error("E-PARAM",
                  fmt::format("{} has no window and no segment: it is about a whole run.", name),
                  "Ask for it without --from, --to and --segment.", {{"report", name}});
    }
    if (is_of_main || !reports::is_main_only(name)) continue;
    throw Error("E-PARAM",
                is_of_system || !reports::is_folded(name)
                    ? fmt::format("{} is about a whole run, not about dimension values.", name)
                    : fmt::format("{} is about all dimension values at once.", name),
                "Ask for it without --dimension.", {{"report", name}});
  }
}

namespace {

/// Puts a column in front that has the same text in each row.
void put_in_front(ReportResult& result, const char* name, const std::string& text,
                  const char* sentence) {
  Table table(result.report);
  table.set_key_columns(result.table.key_columns() + 1);
  Column& column = table.add(name, ColumnType::kText);
  for (std::size_t row = 0; row < result.table.rows(); ++row) column.push(text);
  for (const Column& other : result.table.columns()) table.add(other);
  result.table = std::move(table);
  result.columns.insert(result.columns.begin(),
                        {name, ColumnType::kText, "", reports::Counted::kNothing, sentence});
}

Table without_first(const Table& table, std::size_t rows) {
  std::vector<std::size_t> kept;
  for (std::size_t row = rows; row < table.rows(); ++row) kept.push_back(row);
  return table.reordered(kept);
}

/// Tells populations and periods apart in tables that are one below the other.
void put_keys_in_front(std::vector<ReportResult>& results, const Part& part) {
  for (ReportResult& result : results) {
    if (part.populations.size() > 1 && !part.query.as_union) {
      put_in_front(result, "population", result.dimension, "Name of the population.");
    }
    if (!result.period.empty()) {
      put_in_front(result, "period", result.period, "The window, or what it is compared with.");
    }
  }
}

bool is_computed(const ReportQuery& query) { return is_live(query) || query.compare; }

/// The question without what only a computation now can answer.
ReportQuery as_published(ReportQuery query) {
  query.from.reset();
  query.to.reset();
  query.segment.reset();
  query.compare.reset();
  query.as_union = false;
  return query;
}

/// Puts reports together that are asked in the same way of the same populations: those of the
/// question or their own, and where it falls back those that they have.
std::vector<Part> parts_of(const ReportQuery& query, const Manifest& manifest, bool can_compute) {
  const std::vector<std::string> main = {"main"};
  std::map<std::pair<bool, std::vector<std::string>>, Part> parts;
  for (const std::string& name : query.names) {
    const auto own = query.options.find(name);
    const bool has_own = own != query.options.end() && own->second.dimensions;
    std::vector<std::string> populations = populations_of(
        has_own ? *own->second.dimensions : query.dimensions, query.as_union, manifest);
    const bool is_published =
        query.falls_back && is_live(query) && (!can_compute || !reports::is_folded(name));
    if (query.falls_back && reports::is_main_only(name)) populations = main;
    const auto [part, is_new] = parts.try_emplace({is_published, populations});
    Part& of = part->second;
    if (is_new) {
      of = {is_published ? as_published(query) : query, std::move(populations)};
      of.query.as_union &= of.populations != main;
      of.query.names.clear();
    }
    of.query.names.push_back(name);
  }
  std::vector<Part> list;
  for (auto& [key, part] : parts) list.push_back(std::move(part));
  return list;
}

std::vector<ReportResult> answer(Live& live, const ReportQuery& query,
                                 const Cancellation& cancellation) {
  Snapshot snapshot = find_snapshot(live.home(), query.snapshot, query.nearest);
  const Manifest& manifest = snapshot.manifest();
  bool can_compute = true;
  if (query.falls_back) {
    const auto current = workspace::read_current(live.home());
    can_compute = current && current->journeys == manifest.journeys;
  }
  const std::vector<Part> parts = parts_of(query, manifest, can_compute);
  std::vector<const Part*> computed;
  for (const Part& part : parts) {
    check_reports(part.query.names, part.query, manifest, part.populations);
    if (is_computed(part.query)) computed.push_back(&part);
  }
  days_of(query);  // before anybody waits
  check_comparison(query);
  std::vector<std::vector<ReportResult>> answers;
  if (!computed.empty()) {
    answers =
        from_journeys(live.take_turn(manifest, cancellation), snapshot, computed, cancellation);
  }
  std::vector<ReportResult> results;
  auto next = answers.begin();
  for (const Part& part : parts) {
    std::vector<ReportResult> of_part =
        is_computed(part.query) ? std::move(*next++) : from_snapshot(snapshot, part);
    put_keys_in_front(of_part, part);
    std::ranges::move(of_part, std::back_inserter(results));
  }
  std::ranges::stable_sort(results, {}, [&](const ReportResult& result) {
    return std::ranges::find(query.names, result.report) - query.names.begin();
  });
  return results;
}

/// Names in force in place of those of the older program, each once. Throws for reports that are
/// none, and options of a report that is not asked.
void find_names(ReportQuery& query) {
  query.names = current_names(query.names);
  for (const std::string& name : query.names) reports::find_report(name);
  std::map<std::string, ReportOptions> options;
  for (auto& [asked, of_one] : query.options) {
    const std::string name(reports::current_name(asked));
    if (std::ranges::find(query.names, name) == query.names.end()) {
      const std::string guess = nearest_name(name, query.names);
      throw Error("E-PARAM", fmt::format("There are options of {}, which is not asked.", asked),
                  guess.empty() ? fmt::format("Asked are {}.", fmt::join(query.names, ", "))
                                : fmt::format("Did you mean {}?", guess),
                  {{"option", asked}});
    }
    options[name] = std::move(of_one);
  }
  query.options = std::move(options);
}

}  // namespace

std::vector<std::string> current_names(const std::vector<std::string>& asked) {
  std::vector<std::string> names;
  for (const std::string& one : asked) {
    std::string name(reports::current_name(one));
    if (std::ranges::find(names, name) == names.end()) names.push_back(std::move(name));
  }
  return names;
}

std::vector<ReportResult> Live::query(const ReportQuery& asked, const Cancellation& cancellation) {
  if (asked.names.empty()) throw Error("E-PARAM", "No report is named.");
  ReportQuery query = asked;
  find_names(query);
  if (query.shown.limit) *query.shown.limit += query.offset;
  if (query.nearest && !query.snapshot) {
    throw Error("E-PARAM", "The nearest snapshot needs a day to be near to.",
                "Name it with --snapshot.");
  }
  std::vector<ReportResult> results =
      undisturbed(home_, [&] { return answer(*this, query, cancellation); });
  for (ReportResult& result : results) {
    result.is_sample = is_sample_;
    if (query.is_veiled) veil_.cover(result);
    if (query.offset > 0) result.table = without_first(result.table, query.offset);
  }
  return results;
}

std::vector<ReportResult> query(const workspace::Home& home, const ReportQuery& query,
                                const Cancellation& cancellation) {
  return Live(home).query(query, cancellation);
}

Manifest manifest(const workspace::Home& home, const std::optional<std::string>& day,
                  bool nearest) {
  return find_snapshot(home, day, nearest).manifest();
}

std::size_t export_reports(const workspace::Home& home, const fs::path& folder,
                           const std::vector<std::string>& dimensions, bool all, bool as_parquet,
                           Progress& progress, const Cancellation& cancellation) {
  Snapshot snapshot = find_snapshot(home);
  std::vector<std::string> populations;
  if (all) {
    for (const auto& population : snapshot.manifest().populations) {
      populations.push_back(population.name);
    }
  }
  const auto add = [&](const std::string& dimension) {
    const std::string& name = find_population(snapshot.manifest(), dimension).name;
    if (std::ranges::find(populations, name) == populations.end()) populations.push_back(name);
  };
  for (const std::string& dimension : dimensions) add(dimension);
  if (populations.empty()) add("main");
  return reports::export_snapshot(snapshot, populations, folder, as_parquet, progress,
                                  cancellation);
}

}  // namespace ca::api
