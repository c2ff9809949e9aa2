#include "api/members.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <nlohmann/json.hpp>
#include <set>

#include "api/live.h"
#include "api/report_question.h"
#include "api/snapshots.h"
#include "base/error.h"
#include "base/thread_pool.h"
#include "base/writers.h"
#include "reports/catalogue.h"

namespace ca::api {
namespace {

using reports::CellRef;
using Json = nlohmann::json;

constexpr const char* kForm =
    R"(Write it like {"key": {"daily": "2021-03-04"}, "column": "orders"}.)";

[[noreturn]] void fail(const std::string& message, const std::string& hint = kForm) {
  throw Error("E-PARAM", message, hint);
}

/// The text as JSON in which no name stands twice in an object.
Json read_json(const std::string& text) {
  std::vector<std::set<std::string>> names;  // of the objects that are open
  const auto look = [&](int, Json::parse_event_t event, Json& parsed) {
    if (event == Json::parse_event_t::object_start) names.emplace_back();
    if (event == Json::parse_event_t::object_end) names.pop_back();
    if (event == Json::parse_event_t::key &&
        !names.back().insert(parsed.get<std::string>()).second) {
      fail(fmt::format("The cell names {} twice.", json_string(parsed.get<std::string>())));
    }
    return true;
  };
  try {
    return Json::parse(text, look);
  } catch (const Json::exception&) {
    fail("The cell is not JSON.");
  }
}

/// Throws when the object has a member that is not among the names.
void check_names(const Json& object, const std::vector<std::string>& names,
                 const std::string& what) {
  for (const auto& [name, value] : object.items()) {
    if (std::ranges::find(names, name) != names.end()) continue;
    const std::string guess = nearest_name(name, names);
    const std::string all = names.empty() ? "It has no key: leave it out."
                                          : fmt::format("It has {}.", fmt::join(names, ", "));
    fail(fmt::format("{} has no {}.", what, json_string(name)),
         guess.empty() ? all : fmt::format("Did you mean {}?", guess));
  }
}

/// The value of a key column.
CellRef::Key key_value(const Json& value, const reports::ColumnSpec& column, bool may_be_null) {
  const auto refuse = [&](const char* wanted) {
    // Text that is not UTF-8 is not what JSON holds.
    fail(fmt::format("The key {} is {}, not {}.", column.name,
                     value.dump(-1, ' ', false, Json::error_handler_t::replace), wanted));
  };
  if (may_be_null && value.is_null()) return std::monostate();
  switch (column.type) {
    case ColumnType::kText:
      if (!value.is_string()) refuse("a text");
      return value.get<std::string>();
    case ColumnType::kDouble:
      if (!value.is_number()) refuse("a number");
      return value.get<double>();
    case ColumnType::kDay: {
      const auto day = value.is_string() ? parse_day(value.get<std::string>()) : std::nullopt;
      if (!day) refuse("a day like 2021-03-04");
      return std::int64_t{day->number};
    }
    default: break;
  }
  const bool is_large = value.is_number_unsigned() && value.get<std::uint64_t>() > INT64_MAX;
  if (!value.is_number_integer() || is_large) refuse("an integer");
  return value.get<std::int64_t>();
}

std::string json_of(const CellRef::Key& key, ColumnType type) {
  if (const auto* text = std::get_if<std::string>(&key)) return json_string(*text);
  if (const auto* number = std::get_if<double>(&key)) return json_number(*number);
  const auto* integer = std::get_if<std::int64_t>(&key);
  if (integer == nullptr) return "null";
  if (type != ColumnType::kDay) return fmt::format("{}", *integer);
  return json_string(format_day({static_cast<std::int32_t>(*integer)}));
}

MembersResult answer(Live& live, const MembersQuery& query, const Cancellation& cancellation) {
  reports::Snapshot snapshot = find_snapshot(live.home());
  const reports::Manifest& manifest = snapshot.manifest();
  const std::vector<std::string> populations =
      populations_of(query.dimensions, query.as_union, manifest);
  if (populations.size() > 1 && !query.as_union) {
    throw Error("E-PARAM", "Members are those of one population.",
                "Name one dimension value, or several with --union.");
  }
  check_reports({query.report}, query, manifest, populations);
  const Days days = days_of(query);
  const LivePopulations asked = live_populations(query, manifest, populations);

  const Live::Turn turn = live.take_turn(manifest, cancellation);
  const journeys::Journeys& journeys = turn.shop->journeys();
  const reports::ReportSpec& report = reports::find_report(query.report);
  reports::MembersQuestion question;
  question.cell = parse_cell(query.cell, report, journeys.schema());
  question.order = query.order;
  question.offset = query.offset;
  question.limit = query.limit;
  question.segments = snapshot.segments_asked();
  question.of_main = asked.with_main;
  if (!asked.with_main) question.population = *asked.values.begin();
  reports::check_order(question.order);
  if (reports::needs(report, reports::Need::kProducts)) {
    turn.shop->verify_baskets(turn.pool);
  }
  const LiveSegment segment =
      query.segment ? live_segment(*query.segment, journeys, snapshot) : LiveSegment();
  const reports::Facts facts = live_facts(*turn.shop, days, asked, segment, turn.pool);

  MembersResult result;
  result.report = query.report;
  result.dimension = asked.answers.front();
  result.run = manifest.run;
  result.as_of = {facts.main.as_of};
  result.timezone = manifest.timezone;
  result.cell = question.cell;
  result.counts = reports::columns_for(report, journeys.schema())[question.cell.position].counts;
  result.members = reports::members(journeys, facts, question, turn.pool, cancellation);
  return result;
}

}  // namespace

CellRef parse_cell(const std::string& json, const reports::ReportSpec& report,
                   const journeys::Schema& schema) {
  const Json parsed = read_json(json);
  if (!parsed.is_object()) fail("The cell is not a JSON object.");
  check_names(parsed, {"key", "column"}, "A cell");
  const auto column = parsed.find("column");
  if (column == parsed.end() || !column->is_string()) fail("The cell does not name its column.");

  CellRef cell;
  cell.report = report.name;
  cell.column = column->get<std::string>();
  cell.position = reports::find_countable(report, cell.column, schema);
  const Json key = parsed.value("key", Json::object());
  if (!key.is_object()) fail("The cell's key is not a JSON object.");
  const std::vector<std::string> names = reports::key_of(report);
  check_names(key, names, fmt::format("The key of {}", report.name));
  for (const std::string& name : names) {
    const auto value = key.find(name);
    if (value == key.end()) {
      fail(fmt::format("The key of {} lacks {}.", report.name, name),
           fmt::format("A row is named by {}.", fmt::join(names, ", ")));
    }
    const auto& spec = *std::ranges::find(report.columns, name, &reports::ColumnSpec::name);
    // Leading columns are never null; a number that names a row in their place may be.
    const bool may_be_null = !report.row_key.empty() && spec.type == ColumnType::kInteger;
    cell.key.push_back(key_value(*value, spec, may_be_null));
  }
  return cell;
}

MembersResult Live::members(const MembersQuery& query, const Cancellation& cancellation) {
  reports::find_report(query.report);
  MembersResult result = undisturbed(home_, [&] { return answer(*this, query, cancellation); });
  result.is_sample = is_sample_;
  return result;
}

MembersResult members(const workspace::Home& home, const MembersQuery& query,
                      const Cancellation& cancellation) {
  return Live(home).members(query, cancellation);
}

std::string to_json(const MembersResult& result) {
  const Zone zone = Zone::find(result.timezone);
  const reports::ReportSpec& report = reports::find_report(result.report);
  const std::vector<std::string> names = reports::key_of(report);
  std::string key;
  for (std::size_t k = 0; k < names.size(); ++k) {
    const auto column = std::ranges::find(report.columns, names[k], &reports::ColumnSpec::name);
    key += fmt::format("{}{}:{}", k == 0 ? "" : ",", json_string(names[k]),
                       json_of(result.cell.key[k], column->type));
  }
  const reports::Members& members = result.members;
  const auto* real = std::get_if<double>(&members.value);
  const std::string value =
      real != nullptr ? json_number(*real) : fmt::format("{}", std::get<0>(members.value));
  return fmt::format(
      R"({{"report":{},"dimension":{},"as_of":{},"run_id":{},"is_sample":{},)"
      R"("cell":{{"key":{{{}}},"column":{},"value":{}}},"counts":{},"n":{},"anonymous":{},)"
      R"("columns":{},"rows":{},"total_rows":{}}})",
      json_string(result.report), json_string(result.dimension),
      json_string(zone.format(result.as_of)), json_string(result.run), result.is_sample, key,
      json_string(result.cell.column), value, json_string(reports::name_of(result.counts)),
      members.n, members.anonymous, to_json(reports::member_columns()),
      to_json_rows(members.table, zone), members.total);
}

}  // namespace ca::api
