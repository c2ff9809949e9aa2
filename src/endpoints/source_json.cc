#include "endpoints/source_json.h"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "api/configuration_file.h"
#include "base/error.h"
#include "base/messages.h"
#include "base/writers.h"

namespace ca::endpoints {
namespace {

using Json = nlohmann::json;

constexpr std::int64_t kLongestCell = 4096;
constexpr std::int64_t kLongestName = 10'000;  // of columns and files
constexpr std::int64_t kMostColumns = 100'000;

Schema name() { return text().at_most(kLongestName); }

Json or_null(const std::string& text) { return text.empty() ? Json() : Json(text); }

std::string_view name_of(ingest::FieldType type) {
  switch (type) {
    case ingest::FieldType::kInstant: return "date";
    case ingest::FieldType::kNumber: return "number";
    case ingest::FieldType::kBoolean: return "boolean";
    case ingest::FieldType::kText: break;
  }
  return "text";
}

std::string_view name_of(Message::Severity severity) {
  switch (severity) {
    case Message::Severity::kSuccess: return "success";
    case Message::Severity::kInfo: return "info";
    case Message::Severity::kWarning: return "warning";
    case Message::Severity::kError: break;
  }
  return "error";
}

Schema options_schema() {
  return object({optional("timezone", text().at_most(100).about(
                                          "In which wall clocks without an offset are read.")),
                 optional("date_pattern", text().at_most(200).about("In strptime's letters.")),
                 optional("separator", text().at_most(3).about("One of , ; : | or tab.")),
                 optional("encoding", text().at_most(40)), optional("decimal", text().at_most(1)),
                 optional("max_malformed",
                          number().between(0, 1).about(
                              "The share of lines that may be impossible to split."))})
      .named("SourceOptions");
}

Json options_json(const std::map<std::string, std::string>& options) {
  Json json = Json::object();
  for (const auto& [name, value] : options) {
    double number = 0;
    const auto [end, failure] = std::from_chars(value.data(), value.data() + value.size(), number);
    const bool is_number =
        name == "max_malformed" && failure == std::errc() && end == value.data() + value.size();
    json[name] = is_number ? Json(number) : Json(value);
  }
  return json;
}

Schema column_schema() {
  return object({required("name", name()), required("type", text().about("The source's own.")),
                 required("looks_like", word({"text", "number", "date", "boolean"})),
                 required("null_pct", number()), required("distinct", integer()),
                 required("is_unique", boolean()), required("samples", list_of(text()))})
      .named("ProbedColumn");
}

Json columns_json(const ingest::Probe& probe) {
  Json columns = Json::array();
  for (const ingest::ProbedColumn& column : probe.columns) {
    columns.push_back({{"name", column.name},
                       {"type", column.type},
                       {"looks_like", name_of(column.looks_like())},
                       {"null_pct", column.null_percent},
                       {"distinct", column.distinct},
                       {"is_unique", column.is_unique()},
                       {"samples", column.samples}});
  }
  return columns;
}

std::vector<Property> checked_properties() {
  return {required("files", list_of(name())),
          required("columns", list_of(column_schema()).at_most(kMostColumns)),
          required("rows_probed", integer()),
          required("rows", integer().about("Of all files.")),
          required("bytes", integer()),
          required("malformed", integer().about("Lines that cannot be split into columns.")),
          required("separator", text().or_null().about("As it was found out; null for Parquet.")),
          required("encoding", text().or_null()),
          required("decimal", text().or_null()),
          required("warnings", list_of(text().at_most(100'000)))};
}

Schema error_schema() {
  return object({required("code", text()), required("message", text().at_most(100'000)),
                 required("hint", text().at_most(100'000)),
                 required("details", map_of(text().at_most(100'000)))});
}

Json error_json(const std::string& code, const std::string& message, const std::string& hint,
                const Error::Details& details) {
  Json json = {{"code", code}, {"message", message}, {"hint", hint}, {"details", Json::object()}};
  for (const auto& [name, value] : details) json["details"][name] = value;
  return json;
}

Json suggested_json(const std::vector<api::SuggestedColumn>& suggested) {
  Json list = Json::array();
  for (const api::SuggestedColumn& column : suggested) {
    list.push_back({{"field", column.field},
                    {"column", column.column},
                    {"confidence", column.confidence},
                    {"reason", column.reason}});
  }
  return list;
}

}  // namespace

Schema source_body_schema(bool is_path_required) {
  Schema path = text().between(1, 4000).about(
      "A file, a folder or a pattern below an import root; a relative one is below the imports.");
  return object({optional("type", text().at_most(40).about("csv (unless it is given) or parquet.")),
                 optional("tag", text().at_most(200).about("A name for people.")),
                 is_path_required ? required("path", path) : optional("path", path),
                 optional("columns", map_of(name()).about("Field: column of the source.")),
                 optional("actions", list_of(name()).at_most(100)),
                 optional("options", options_schema())})
      .named(is_path_required ? "SourceDescription" : "SourceToTry");
}

workspace::SourceRecord source_of(std::string_view kind, const Json& body) {
  workspace::SourceRecord source;
  source.kind = kind;
  source.type = body.value("type", "csv");
  source.tag = body.value("tag", "");
  source.path = body.value("path", "");
  if (const auto columns = body.find("columns"); columns != body.end()) {
    constexpr std::size_t kMostFields = 100;
    if (columns->size() > kMostFields) {
      throw Error("E-PARAM", "columns has more fields than there are.", {}, {{"field", "columns"}});
    }
    columns->get_to(source.columns);
  }
  if (const auto actions = body.find("actions"); actions != body.end()) {
    actions->get_to(source.actions);
  }
  if (const auto options = body.find("options"); options != body.end()) {
    for (const auto& [name, value] : options->items()) {
      source.options[name] =
          value.is_string() ? value.get<std::string>() : json_number(value.get<double>());
    }
  }
  return source;
}

Schema source_schema() {
  return object({required("kind", word({"sessions", "customers", "products", "deliveries"})),
                 required("is_connected", boolean()), required("tag", text().or_null()),
                 required("type", text().or_null()), required("path", name().or_null()),
                 required("columns", map_of(name()).or_null()),
                 required("actions", list_of(name()).or_null()),
                 required("options", options_schema().or_null()),
                 required("version", integer().or_null()),
                 required("status", text().or_null().about(
                                        "\"ok\", \"untested\", or the code of the last check.")),
                 required("rows", integer().or_null().about("Of the last check or load.")),
                 required("last_test_at", moment().or_null()),
                 required("saved_at", moment().or_null())})
      .about("What names files and columns is null for viewers.")
      .named("Source");
}

Json source_json(std::string_view kind, const workspace::SourceRecord* source, bool with_details) {
  Json json = {{"kind", kind}, {"is_connected", source != nullptr}};
  for (const char* key : {"tag", "type", "path", "columns", "actions", "options", "version",
                          "status", "rows", "last_test_at", "saved_at"}) {
    json[key] = nullptr;
  }
  if (source == nullptr) return json;
  json["tag"] = source->tag;
  json["type"] = source->type;
  json["version"] = source->version;
  json["status"] = source->status;
  json["rows"] = source->rows;
  json["last_test_at"] = or_null(source->last_test_at);
  json["saved_at"] = or_null(source->saved_at);
  if (with_details) {
    json["path"] = source->path;
    json["columns"] = source->columns;
    json["actions"] = source->actions;
    json["options"] = options_json(source->options);
  }
  return json;
}

Schema checked_schema() {
  std::vector<Property> properties = checked_properties();
  properties.insert(properties.begin(), {required("kind", text()), required("path", name())});
  return object(std::move(properties)).named("CheckedSource");
}

Json checked_json(const api::CheckedSource& checked) {
  return {{"kind", checked.kind},
          {"path", checked.path},
          {"files", checked.files},
          {"columns", columns_json(checked.probe)},
          {"rows_probed", checked.probe.rows},
          {"rows", checked.rows},
          {"bytes", checked.bytes},
          {"malformed", checked.malformed},
          {"separator", or_null(checked.separator)},
          {"encoding", or_null(checked.encoding)},
          {"decimal", or_null(checked.decimal)},
          {"warnings", checked.warnings}};
}

Schema test_schema() {
  Schema checked = checked_schema();
  std::vector<Property> properties = error_schema().properties;
  properties.insert(properties.begin(), required("ok", boolean()));
  properties.insert(properties.end(), checked.properties.begin(), checked.properties.end());
  properties.push_back(required("elapsed_ms", integer()));
  properties.push_back(required("version", integer().or_null().about("That is saved now.")));
  return object(std::move(properties)).named("SourceTest");
}

Json test_json(const api::SourceTest& test, const workspace::SourceRecord* saved) {
  Json json = checked_json(test.found);
  json["ok"] = test.is_ok;
  json.update(error_json(test.code, test.message, test.hint, test.details));
  json["elapsed_ms"] = test.elapsed_ms;
  json["version"] = saved == nullptr ? Json() : Json(saved->version);
  return json;
}

Schema preview_schema() {
  Schema checked = checked_schema();
  std::vector<Property> properties = checked.properties;
  properties.push_back(required(
      "cells",
      list_of(list_of(text().at_most(kLongestCell).or_null()).at_most(kMostColumns))
          .about("The first rows, in the order of columns; null where there is nothing.")));
  return object(std::move(properties)).named("SourcePreview");
}

Json preview_json(const api::SourcePreview& preview) {
  Json json = checked_json(preview.found);
  Json rows = Json::array();
  for (const auto& row : preview.rows) {
    Json cells = Json::array();
    for (const std::optional<std::string>& cell : row) {
      cells.push_back(cell ? Json(*cell) : Json());
    }
    rows.push_back(std::move(cells));
  }
  json["cells"] = std::move(rows);
  return json;
}

Schema suggestion_schema() {
  const Schema suggested = object({required("field", text()), required("column", name()),
                                   required("confidence", number()), required("reason", text())})
                               .named("SuggestedColumn");
  return object({required("fields", list_of(suggested)),
                 required("missing", list_of(text()).about("Required fields without a guess.")),
                 required("actions", list_of(suggested)),
                 required("dimensions", list_of(suggested)),
                 required("columns", list_of(column_schema()).at_most(kMostColumns))})
      .named("MappingSuggestion");
}

Json suggestion_json(const api::MappingSuggestion& suggestion) {
  return {{"fields", suggested_json(suggestion.fields)},
          {"missing", suggestion.missing},
          {"actions", suggested_json(suggestion.actions)},
          {"dimensions", suggested_json(suggestion.dimensions)}};
}

Schema validation_schema() {
  const Schema load =
      object({required("kind", text()), required("rows_read", integer()),
              required("rows_accepted", integer()), required("malformed", integer()),
              required("warnings", list_of(text().at_most(100'000)))});
  const Schema finding =
      object({required("source", text()), required("rule", text()),
              required("severity", word({"error", "warn", "info"})), required("count", integer()),
              required("sample", list_of(text().at_most(100'000)))});
  return object({required("id", text()), required("kind", text()), required("requested_by", text()),
                 required("state", word({"running", "done", "failed", "cancelled"})),
                 required("step", text()), required("done", integer()),
                 required("total", integer().about("Units of the step; 0: not known.")),
                 required("started_at", moment()), required("ended_at", moment().or_null()),
                 required("error", error_schema().or_null()),
                 required("result", object({required("sources", list_of(checked_schema())),
                                            required("load", list_of(load)),
                                            required("findings", list_of(finding))})
                                        .or_null())})
      .named("Validation");
}

Json validation_json(const api::ValidationJob& job) {
  Json json = {{"id", job.id},
               {"kind", job.kind},
               {"requested_by", job.requested_by},
               {"state", name_of(job.state)},
               {"step", job.step},
               {"done", job.done},
               {"total", job.total},
               {"started_at", job.started_at},
               {"ended_at", or_null(job.ended_at)},
               {"error", nullptr},
               {"result", nullptr}};
  if (job.error && job.error->code() == "E-INTERNAL") {  // whose reason is not for everybody
    json["error"] = error_json("M-500", message_text("M-500", {{"id", job.id}}), {}, {});
  } else if (job.error) {
    json["error"] = error_json(job.error->code(), job.error->message(), job.error->hint(),
                               job.error->details());
  }
  if (!job.result) return json;
  Json sources = Json::array();
  for (const api::CheckedSource& source : job.result->sources) {
    sources.push_back(checked_json(source));
  }
  Json loads = Json::array();
  for (const ingest::StagedSource& source : job.result->load.sources) {
    loads.push_back({{"kind", sources::name_of(source.kind)},
                     {"rows_read", source.rows_read},
                     {"rows_accepted", source.rows_accepted},
                     {"malformed", source.malformed},
                     {"warnings", source.warnings}});
  }
  Json findings = Json::array();
  for (const ingest::QualityFinding& finding : job.result->load.findings) {
    findings.push_back({{"source", finding.source},
                        {"rule", finding.rule},
                        {"severity", finding.severity},
                        {"count", finding.count},
                        {"sample", finding.sample}});
  }
  json["result"] = {{"sources", sources}, {"load", loads}, {"findings", findings}};
  return json;
}

Schema message_schema() {
  return object({required("id", text()),
                 required("severity", word({"success", "info", "warning", "error"})),
                 required("text", text())})
      .named("Message");
}

Json message_json(std::string_view id) {
  const auto message = std::ranges::find(messages(), id, &Message::id);
  return {
      {"id", message->id}, {"severity", name_of(message->severity)}, {"text", message_text(id)}};
}

}  // namespace ca::endpoints
