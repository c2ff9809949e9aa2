// Reports, the customers behind their numbers, and what there is to ask for.

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "api/live.h"
#include "api/media_type.h"
#include "api/report_question.h"
#include "api/shop_state.h"
#include "base/checksum.h"
#include "base/error.h"
#include "endpoints/asked_workspace.h"
#include "endpoints/audit.h"
#include "endpoints/endpoints.h"
#include "endpoints/forms.h"
#include "endpoints/problem.h"
#include "reports/catalogue.h"

namespace ca::endpoints {
namespace {

using Json = nlohmann::json;

constexpr std::int64_t kRows = 10'000'000;
constexpr std::int64_t kReports = 50;
constexpr std::int64_t kClients = 100'000;
constexpr std::size_t kCountDigits = 20;

// ---- how answers look ---------------------------------------------------------------------------

Schema column_schema() {
  return object(
             {required("name", text()),
              required("type", word({"integer", "double", "boolean", "text", "date", "timestamp"})),
              required("unit", text())})
      .named("Column");
}

Schema rows_schema() {
  return list_of(list_of(any())).at_most(kRows).about("One array a row, in the order of columns.");
}

Schema report_schema() {
  return object({required("report", text()),
                 required("dimension", text().about("Name of the population; of a union several.")),
                 required("as_of", text().about("In the workspace's zone.")),
                 required("run_id", text()), required("is_sample", boolean()),
                 optional("from", day()), optional("to", day()),
                 optional("period", word({"current", "previous", "year"})),
                 optional("segment", text()), optional("note", text()),
                 required("columns", list_of(column_schema())), required("rows", rows_schema()),
                 required("total_rows", integer())})
      .named("Report");
}

Schema failure_schema() {
  return object({required("report", text()),
                 required("error",
                          object({required("code", text()), required("message", text()),
                                  required("hint", text()), required("details", map_of(text()))}))})
      .named("UnansweredReport");
}

Schema catalogue_schema() {
  return object(
      {required(
           "reports",
           list_of(object({required("name", text()), required("title", text()),
                           required("family", text()), required("needs", list_of(text())),
                           required(
                               "columns",
                               list_of(object({required("name", text()), required("type", text()),
                                               required("unit", text()), required("counts", text()),
                                               required("description", text())}))),
                           required("key_columns", integer()), required("key", list_of(text())),
                           required("chart", text()), required("page", text()),
                           required("window", text()), required("help", text()),
                           required("has_window", boolean().about("from and to change it.")),
                           required("has_members",
                                    boolean().about("The customers behind some column are known.")),
                           required("is_additive", boolean()), required("is_extra", boolean()),
                           required("availability",
                                    word({"ready", "not_configured", "skipped", "no_snapshot"})),
                           required("reason", text()), required("rows", integer().or_null())})
                       .named("CatalogueEntry"))),
       required("snapshot", object({required("run_id", text()), required("day", day()),
                                    required("as_of", text()), required("timezone", text()),
                                    required("currency", text())})
                                .or_null()),
       required("dimensions", list_of(text()).about("Names of the populations.")),
       required("snapshots", list_of(day()).about("The newest first.")),
       required("last_run", object({required("run", text()), required("state", text()),
                                    required("started_at", moment()),
                                    required("finished_at", moment().or_null())})
                                .or_null()),
       required("workspace", object({required("name", text().about("Empty where it has none."))})),
       required("is_sample", boolean())});
}

// ---- questions ----------------------------------------------------------------------------------

Schema dimensions_parameter() {
  return list_of(text().at_most(1000))
      .at_most(201)
      .about("Populations by name or plain value, comma-separated; main where none is named.");
}

std::vector<Parameter> frame_parameters() {
  return {workspace_parameter(),
          {"dimension", dimensions_parameter()},
          {"union", boolean().about("The dimension values as one population.")},
          {"from", day().about("First day of a window, computed now.")},
          {"to", day().about("Last day of a window, computed now.")},
          {"segment", text().about("Only the customers of this segment of the newest snapshot.")}};
}

void add(std::vector<Parameter>& parameters, std::vector<Parameter> others) {
  for (Parameter& other : others) parameters.push_back(std::move(other));
}

void set_frame(api::FrameQuery& query, const Call& call) {
  query.dimensions = call.list("dimension");
  query.as_union = call.flag("union");
  query.from = call.text("from");
  query.to = call.text("to");
  if (const auto segment = call.text("segment")) {
    query.segment = api::Segment{.name = *segment, .is_of_snapshot = true};
  }
}

std::optional<std::size_t> limit_of(const Call& call) {
  const std::optional<std::int64_t> limit = call.integer("limit");
  return limit ? std::optional(static_cast<std::size_t>(*limit)) : std::nullopt;
}

/// `as_of` is another name of `snapshot` (ruling 48).
std::optional<std::string> snapshot_day_of(const std::optional<std::string>& snapshot,
                                           const std::optional<std::string>& as_of) {
  if (snapshot && as_of && *snapshot != *as_of) {
    throw Error("E-PARAM", "snapshot and as_of are one parameter, and name different days.");
  }
  return snapshot ? snapshot : as_of;
}

api::ReportQuery report_query(const Call& call) {
  api::ReportQuery query;
  query.names = {call.path.at("name")};
  set_frame(query, call);
  query.snapshot = snapshot_day_of(call.text("snapshot"), call.text("as_of"));
  query.nearest = call.flag("nearest");
  query.compare = call.text("compare");
  query.shown.limit = limit_of(call);
  query.shown.sort = call.text("sort");
  query.shown.is_descending = call.flag("descending");
  return query;
}

/// Who may not ask for customers is not told who they are (SEC-37). Of the demo shop neither: what
/// is seen there is what will be seen.
bool is_veiled_for(const Call& call) { return call.who->role < people::Role::kAnalyst; }

/// A file is an export.
void check_may_export(const Call& call, Format format) {
  if (format == Format::kJson || !is_veiled_for(call)) return;
  throw lacks_role(call.who->role, people::Role::kAnalyst, "export",
                   "Ask for JSON, or an administrator for the role.");
}

void audit_export(Services& services, const Call& call, const std::string& report, Format format) {
  if (format == Format::kJson) return;
  Json asked = call.query;
  asked["format"] = name_of(format);
  audit(services, *call.who, call.request.address, "report.export", "report/" + report, {},
        asked.dump(-1, ' ', false, Json::error_handler_t::replace));
}

/// What is published and not large is at hand; everything else computes.
Lane lane_of(Services& services, const Call& call) {
  for (const char* name : {"from", "to", "segment", "union", "compare"}) {
    if (call.query.contains(name)) return Lane::kLong;
  }
  api::ReportQuery query;
  query.names = {call.path.at("name")};
  query.dimensions = call.list("dimension");
  return asked_workspace(services, call).live().is_large(query) ? Lane::kLong : Lane::kQuick;
}

/// What a cursor is good for.
std::string version_of(const std::string& in_force) {
  return in_force.empty() ? "none" : hexadecimal(checksum_of(in_force).xxh3);
}

void name_file(Response& response, const std::string& name, Format format) {
  if (format == Format::kJson) return;
  response.set_header("Content-Disposition",
                      fmt::format("attachment; filename=\"{}.{}\"", name, name_of(format)));
}

/// An answer that may be kept by its reader, who asks each time whether it is still right.
Response tagged(const std::string& tag, Format format) {
  Response response;
  response.set_header("Content-Type", api::media_type_of(format));
  response.set_header("Cache-Control", "private, no-cache");
  response.set_header("ETag", fmt::format("\"{}\"", tag));
  return response;
}

Response report(Services& services, const Call& call) {
  const AskedWorkspace asked = asked_workspace(services, call);
  api::Live& live = asked.live();
  api::ReportQuery query = report_query(call);
  query.is_veiled = is_veiled_for(call);
  const api::Form form = form_of(call);
  check_may_export(call, form.format);
  const std::string in_force = live.in_force();
  const std::string version = version_of(in_force);
  query.offset = offset_of(call, version);
  const std::string kind =
      fmt::format("{}{}", name_of(form.format), form.spreadsheet_safe ? " safe" : "");
  Response response = tagged(live.tag(query, kind, in_force), form.format);
  name_file(response, query.names.front(), form.format);
  // "*" asks whether there is an answer at all, which shows when it is made.
  if (call.request.header("If-None-Match") != "*" &&
      is_known(call.request, *find_header(response.headers, "ETag"))) {
    response.status = 304;
    return response;
  }
  // How many rows there are decides about a next page, so it is kept before the bytes of one.
  const std::optional<std::size_t> limit = query.shown.limit;
  const Bytes bytes = live.remembered(query, kind, in_force, [&] {
    const auto turn = live.take_turn_to_write(query, *call.request.cancellation);
    std::vector<api::ReportResult> results = live.query(query, *call.request.cancellation);
    std::int64_t rows = 0;
    for (const api::ReportResult& result : results) rows = std::max(rows, result.total_rows);
    return (limit ? fmt::format("{:>{}}", rows, kCountDigits) : std::string()) +
           encode(std::move(results), form);
  });
  audit_export(services, call, query.names.front(), form.format);
  if (!limit) {
    response.body = bytes;
    return response;
  }
  const std::size_t rows = std::stoull(bytes->substr(0, kCountDigits));
  const std::size_t end = query.offset + *limit;
  if (*limit > 0 && end < rows) add_next_link(response, call, cursor_of(end, version));
  response.set_header("X-Total-Count", std::to_string(rows));
  response.body = bytes->substr(kCountDigits);
  return response;
}

// ---- several reports, one pass ------------------------------------------------------------------

Schema options_schema() {
  return object({optional("limit", integer().between(0, INT32_MAX).or_null().about("First rows.")),
                 optional("sample", integer().between(1, kRows).or_null().about(
                                        "Of more rows than so many, so many that are evenly "
                                        "spread; total_rows is how many there are.")),
                 optional("sort", text().between(1, 200).or_null().about(
                                      "A column. Nulls are last; ties stay as they are.")),
                 optional("descending", boolean()),
                 optional("dimensions", list_of(text()).at_most(201).or_null().about(
                                            "In place of those of the question."))})
      .named("ReportOptions");
}

Schema query_schema() {
  return object({required("reports", list_of(text().between(1, 100)).between(1, kReports)),
                 optional("from", day().or_null()), optional("to", day().or_null()),
                 optional("compare", word({"previous", "year"}).or_null()),
                 optional("dimensions", list_of(text()).at_most(201).or_null()),
                 optional("union", boolean()),
                 optional("segment", text().between(1, 100).or_null()),
                 optional("clients", list_of(text())
                                         .between(1, kClients)
                                         .or_null()
                                         .about("Only these customers, in place of a segment.")),
                 optional("snapshot", day().or_null()),
                 optional("as_of", day().or_null().about("Another name of snapshot.")),
                 optional("nearest", boolean()), optional("workspace", workspace_schema()),
                 optional("limit", integer().between(0, INT32_MAX).or_null()),
                 optional("options", map_of(options_schema())
                                         .about("Of single reports, by their names, in place of "
                                                "`limit` and `dimensions`.")),
                 optional("fallback",
                          boolean().about("What a report cannot answer, such as a window of what a "
                                          "run makes, is left out for it, and it is as published: "
                                          "its answer has no from, to, period or segment."))})
      .named("ReportQuestion");
}

template <class Value>
std::optional<Value> value_of(const Json& body, const char* name) {
  const auto found = body.find(name);
  if (found == body.end() || found->is_null()) return std::nullopt;
  return found->get<Value>();
}

std::optional<std::size_t> count_of(const Json& body, const char* name) {
  const auto number = value_of<double>(body, name);
  return number ? std::optional(static_cast<std::size_t>(*number)) : std::nullopt;
}

api::ShownRows shown_rows(const Json& options) {
  return {value_of<std::string>(options, "sort"), options.value("descending", false),
          count_of(options, "sample"), count_of(options, "limit")};
}

api::ReportQuery report_query(const Json& body) {
  api::ReportQuery query;
  query.names = api::current_names(body.at("reports").get<std::vector<std::string>>());
  query.dimensions =
      value_of<std::vector<std::string>>(body, "dimensions").value_or(std::vector<std::string>());
  query.as_union = body.value("union", false);
  query.from = value_of<std::string>(body, "from");
  query.to = value_of<std::string>(body, "to");
  query.compare = value_of<std::string>(body, "compare");
  query.snapshot = snapshot_day_of(value_of<std::string>(body, "snapshot"),
                                   value_of<std::string>(body, "as_of"));
  query.nearest = body.value("nearest", false);
  query.shown.limit = count_of(body, "limit");
  if (const auto options = body.find("options"); options != body.end()) {
    for (const auto& [name, of_one] : options->items()) {
      query.options[std::string(reports::current_name(name))] = {
          shown_rows(of_one), value_of<std::vector<std::string>>(of_one, "dimensions")};
    }
  }
  query.falls_back = body.value("fallback", false);
  const auto segment = value_of<std::string>(body, "segment");
  auto clients = value_of<std::vector<std::string>>(body, "clients");
  if (segment && clients) {
    throw Error("E-PARAM", "segment and clients both say which customers.", "Send one of them.");
  }
  if (segment) query.segment = api::Segment{.name = *segment, .is_of_snapshot = true};
  if (clients) query.segment = api::Segment{.name = "clients", .clients = *std::move(clients)};
  return query;
}

struct Unanswered {
  std::string report;
  Error error;
};

/// Answers all that can be answered in one pass; a page need not know beforehand what the shop
/// lacks. What is wrong with the question itself is thrown.
std::string answer_each(api::Live& live, api::ReportQuery query, const Cancellation& cancellation) {
  const std::vector<std::string> names = query.names;  // each once: report_query() saw to that
  std::vector<Unanswered> unanswered;
  std::vector<api::ReportResult> results;
  while (!query.names.empty()) {
    try {
      results = live.query(query, cancellation);
      break;
    } catch (const Error& error) {
      const auto about =
          std::ranges::find(error.details(), "report", &std::pair<std::string, std::string>::first);
      const bool is_of_one = about != error.details().end() && error.code() != "E-REPORT";
      if (!is_of_one || std::erase(query.names, about->second) == 0) throw;
      query.options.erase(about->second);
      unanswered.push_back({about->second, error});
    }
  }
  std::string list;
  const auto append = [&](const std::string& json) {
    list += list.empty() ? "[" : ",\n";
    list += json;
  };
  for (const std::string& name : names) {
    for (const Unanswered& missing : unanswered) {
      if (missing.report != name) continue;
      Json details = Json::object();
      for (const auto& [key, value] : missing.error.details()) details[key] = value;
      append(Json{{"report", name},
                  {"error",
                   {{"code", missing.error.code()},
                    {"message", missing.error.message()},
                    {"hint", missing.error.hint()},
                    {"details", details}}}}
                 .dump());
    }
    for (const api::ReportResult& result : results) {
      if (result.report == name) append(api::to_json(result));
    }
  }
  return (list.empty() ? "[" : list) + "]\n";
}

Response several_reports(Services& services, const Call& call) {
  const AskedWorkspace asked = asked_workspace(services, call.body->value("workspace", "main"));
  api::Live& live = asked.live();
  api::ReportQuery query = report_query(*call.body);
  query.is_veiled = is_veiled_for(call);
  if (query.is_veiled && query.segment && !query.segment->is_of_snapshot) {
    throw lacks_role(call.who->role, people::Role::kAnalyst, "ask about single customers",
                     "Ask about a segment, or an administrator for the role.");
  }
  Response response;
  response.set_header("Content-Type", "application/json");
  response.set_header("Cache-Control", "no-store");
  response.body = live.remembered(query, "each", live.in_force(), [&] {
    const auto turn = live.take_turn_to_write(query, *call.request.cancellation);
    return answer_each(live, query, *call.request.cancellation);
  });
  return response;
}

// ---- members ------------------------------------------------------------------------------------

Response members(Services& services, const Call& call) {
  const AskedWorkspace asked = asked_workspace(services, call);
  api::Live& live = asked.live();
  api::MembersQuery query;
  query.report = call.path.at("name");
  query.cell = *call.text("cell");
  set_frame(query, call);
  if (const auto sort = call.text("sort")) query.order = {*sort, call.flag("descending")};
  const std::string version = version_of(live.in_force());
  query.offset = offset_of(call, version);
  query.limit = limit_of(call).value_or(1000);
  const api::Form form = form_of(call);
  // Analysts alone come here, who may export.
  const api::MembersResult result = live.members(query, *call.request.cancellation);
  Response response;
  response.set_header("Content-Type", api::media_type_of(form.format));
  response.set_header("Cache-Control", "no-store");
  response.set_header("X-Total-Count", std::to_string(result.members.total));
  name_file(response, fmt::format("{}-members", query.report), form.format);
  if (query.offset + *query.limit < static_cast<std::size_t>(result.members.total)) {
    add_next_link(response, call, cursor_of(query.offset + *query.limit, version));
  }
  response.body = form.format == Format::kJson
                      ? to_json(result) + "\n"
                      : encode(result.members.table, form, Zone::find(result.timezone));
  audit_export(services, call, query.report, form.format);
  return response;
}

Schema members_schema() {
  return object(
             {required("report", text()), required("dimension", text()), required("as_of", text()),
              required("run_id", text()), required("is_sample", boolean()),
              required("cell", object({required("key", map_of(any())), required("column", text()),
                                       required("value", number().or_null())})),
              required("counts", text()), required("n", integer()),
              required("anonymous", integer()), required("columns", list_of(column_schema())),
              required("rows", rows_schema()), required("total_rows", integer())})
      .named("Members");
}

}  // namespace

std::vector<Endpoint> report_endpoints(Services& services) {
  using people::Role;
  using people::Scope;
  const Access readers = Access::from(Role::kViewer, Scope::kRead);
  const Parameter name = {"name", text().between(1, 100).about("Name of a report."), true};
  const Parameter cursor = {"cursor", text().at_most(100).about("Of the next page; see Link.")};

  std::vector<Parameter> of_report = frame_parameters();
  add(of_report,
      {{"snapshot", day().about("The snapshot of this day; default: the newest.")},
       {"as_of", day().about("Another name of snapshot.")},
       {"nearest", boolean().about("The newest snapshot on or before that day will do.")},
       {"compare", word({"previous", "year"})
                       .about("The window beside the days before it, or a year earlier.")},
       {"sort", text().at_most(200).about("Column to sort by; nulls last, ties as they were.")},
       {"descending", boolean()},
       {"limit", integer().between(0, INT32_MAX).about("At most this many rows.")},
       cursor});
  add(of_report, form_parameters());

  std::vector<Parameter> of_members = frame_parameters();
  add(of_members,
      {{"cell",
        text().between(2, 2000).about("{\"key\": {\"daily\": \"2021-03-04\"}, \"column\": "
                                      "\"orders\"}"),
        true},
       {"sort", text().at_most(100).about("Column to sort by; default: n, the greatest first.")},
       {"descending", boolean()},
       {"limit", integer().between(0, INT32_MAX).about("Customers on a page; default 1000.")},
       cursor});
  add(of_members, form_parameters());

  return {
      {.method = "GET",
       .path = "/api/v1/reports",
       .tag = "reports",
       .summary = "The catalogue of reports",
       .description = "Every report with its columns, what it needs, and whether the newest "
                      "snapshot holds it.",
       .access = readers,
       .query_parameters = {workspace_parameter(),
                            {"extras", boolean().about("Also reports beyond the 90 names.")}},
       .answers = {{200, "The catalogue", catalogue_schema()}},
       .problems = {409},
       .run =
           [&services](const Call& call) {
             const AskedWorkspace asked = asked_workspace(services, call);
             return json_response(api::reports_json(asked.home(), asked.workspace(),
                                                    call.flag("extras"), asked.is_sample()));
           }},
      {.method = "POST",
       .path = "/api/v1/reports/query",
       .tag = "reports",
       .summary = "Several reports in one pass",
       .description = "A list of reports, each for every dimension and period that is asked, in "
                      "the order of `reports`. A report that the shop cannot have is in the list "
                      "with its error in place of rows; one that is named twice is there once. "
                      "Viewers are shown customers and orders under pseudonyms, and do not ask "
                      "about `clients`.",
       .access = readers,
       .body = query_schema(),
       .body_limit = 8 << 20,
       .answers = {{200, "Reports, and errors of reports",
                    list_of(either({report_schema(), failure_schema()}))}},
       .problems = {404, 409, 422, 503},
       .run = [&services](const Call& call) { return several_reports(services, call); },
       .lane = [](const Call&) { return Lane::kLong; }},
      {.method = "GET",
       .path = "/api/v1/reports/{name}",
       .tag = "reports",
       .summary = "The rows of a report",
       .description = "Of the newest snapshot, of that of a day, or, with a window, a union or a "
                      "segment, computed now. Of several dimensions, or with a comparison, JSON is "
                      "a list of reports and the other forms are one table. The same bytes as "
                      "`customeranalytics report`. For viewers customers and orders have "
                      "pseudonyms, and there is JSON alone: forms beside it are exports, and "
                      "recorded in the audit log.",
       .access = readers,
       .path_parameters = {name},
       .query_parameters = of_report,
       .answers = {{200, "The report", either({report_schema(), list_of(report_schema())}),
                    table_types()},
                   {304, "What If-None-Match names is still right", {}}},
       .problems = {404, 406, 409, 422, 503},
       .run = [&services](const Call& call) { return report(services, call); },
       .lane = [&services](const Call& call) { return lane_of(services, call); }},
      {.method = "GET",
       .path = "/api/v1/reports/{name}/members",
       .tag = "reports",
       .summary = "The customers behind a number",
       .description = "Those whom one cell of a report counts, a page at a time.",
       .access = Access::from(Role::kAnalyst, Scope::kRead),
       .path_parameters = {name},
       .query_parameters = of_members,
       .answers = {{200, "The customers", members_schema(), table_types()}},
       .problems = {404, 406, 409, 422, 503},
       .run = [&services](const Call& call) { return members(services, call); },
       .lane = [](const Call&) { return Lane::kLong; }},
      {.method = "GET",
       .path = "/api/v1/dimensions",
       .tag = "reports",
       .summary = "The dimension and its values",
       .description = "With the number of sessions of each in the newest snapshot.",
       .access = readers,
       .query_parameters = {workspace_parameter()},
       .answers = {{200, "The dimension",
                    object({required("dimension", text().or_null().about("Its column.")),
                            required("populations",
                                     list_of(object({required("name", text()),
                                                     required("value", text().at_most(100'000)),
                                                     required("is_main", boolean()),
                                                     required("sessions", integer())}))),
                            required("is_sample", boolean())})}},
       .problems = {409},
       .run =
           [&services](const Call& call) {
             const AskedWorkspace asked = asked_workspace(services, call);
             return json_response(
                 api::dimensions_json(asked.home(), asked.workspace(), asked.is_sample()));
           }},
      {.method = "GET",
       .path = "/api/v1/snapshots",
       .tag = "reports",
       .summary = "The days that have a snapshot",
       .description = "The newest first.",
       .access = readers,
       .query_parameters = {workspace_parameter()},
       .answers = {{200, "The snapshots",
                    object({required(
                                "snapshots",
                                list_of(object({required("run_id", text()), required("day", day()),
                                                required("is_current", boolean())}))),
                            required("is_sample", boolean())})}},
       .problems = {409},
       .run =
           [&services](const Call& call) {
             const AskedWorkspace asked = asked_workspace(services, call);
             return json_response(
                 api::snapshots_json(asked.home(), asked.workspace(), asked.is_sample()));
           }},
  };
}

}  // namespace ca::endpoints
