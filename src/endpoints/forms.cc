#include "endpoints/forms.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "api/media_type.h"
#include "base/error.h"
#include "base/utf8.h"
#include "endpoints/header_text.h"
#include "endpoints/target.h"

namespace ca::endpoints {
namespace {

constexpr std::array kForms = {Format::kJson, Format::kCsv, Format::kParquet, Format::kArrow};

std::string_view type_alone(std::string_view type) { return take_item(type, ';'); }

bool covers(std::string_view range, std::string_view type) {
  if (range == "*/*" || range == type) return true;
  return range.ends_with("/*") && type.starts_with(range.substr(0, range.size() - 1));
}

/// The form that the header likes best; of equal ones the first of kForms.
Format accepted(std::string_view accept) {
  if (accept.empty()) return Format::kJson;
  std::optional<Format> best;
  double best_weight = 0;
  for (const Format format : kForms) {
    const std::string_view type = type_alone(api::media_type_of(format));
    double weight = 0;
    std::size_t exactness = 0;
    for (std::string_view rest = accept; !rest.empty();) {
      std::string_view parameters = take_item(rest, ',');
      const std::string range = ascii_lower(take_item(parameters, ';'));
      const std::size_t stars = static_cast<std::size_t>(std::ranges::count(range, '*'));
      if (!covers(range, type) || 3 - stars <= exactness) continue;
      exactness = 3 - stars;  // the more exact range decides (RFC 9110, 12.5.1)
      weight = quality_of(parameters);
    }
    if (weight > best_weight) {
      best = format;
      best_weight = weight;
    }
  }
  if (best) return *best;
  throw Error("E-ACCEPT", "None of the accepted media types is one of a report.",
              "Accept application/json, text/csv, application/vnd.apache.parquet or "
              "application/vnd.apache.arrow.stream.");
}

}  // namespace

api::Form form_of(const Call& call) {
  const std::optional<std::string> name = call.text("format");
  const Format format = name ? *parse_format(*name) : accepted(call.request.header("Accept"));
  return {format, format == Format::kCsv && !call.flag("raw")};
}

bool has_form_of_accept(const Endpoint& endpoint, const std::map<std::string, std::string>& query) {
  // No other endpoint has a parameter of that name.
  const bool has_forms =
      std::ranges::any_of(endpoint.query_parameters,
                          [](const Parameter& parameter) { return parameter.name == "raw"; });
  return has_forms && !query.contains("format");
}

std::vector<Parameter> form_parameters() {
  return {{"format", word({"json", "csv", "parquet", "arrow"})
                         .about("The form of the answer; else the header Accept says it.")},
          {"raw", boolean().about("CSV with texts as they are, also those that a spreadsheet would "
                                  "run as formulas.")}};
}

std::vector<std::string> table_types() {
  std::vector<std::string> types;
  for (const Format format : kForms) {
    if (format != Format::kJson) types.emplace_back(type_alone(api::media_type_of(format)));
  }
  return types;
}

std::string cursor_of(std::size_t offset, std::string_view version) {
  return fmt::format("{}-{}", offset, version);
}

std::size_t offset_of(const Call& call, std::string_view version) {
  const std::optional<std::string> cursor = call.text("cursor");
  if (!cursor) return 0;
  std::size_t offset = 0;
  const char* end = cursor->data() + cursor->size();
  const auto [stop, failure] = std::from_chars(cursor->data(), end, offset);
  if (failure != std::errc() || stop == end || *stop != '-' || offset > INT32_MAX) {
    throw Error("E-PARAM", "The cursor is none of ours.", "Leave it out to begin anew.",
                {{"field", "cursor"}});
  }
  if (std::string_view(stop + 1, end) != version) {
    throw Error("E-CONFLICT", "The results have changed since the page before.",
                "Begin with the first page again.", {{"field", "cursor"}});
  }
  return offset;
}

void add_next_link(Response& response, const Call& call, const std::string& cursor) {
  std::string query;
  for (const auto& [name, value] : call.query) {
    if (name == "cursor") continue;
    query += fmt::format("{}={}&", encode(name), encode(value));
  }
  response.set_header("Link", fmt::format("<{}?{}cursor={}>; rel=\"next\"", call.request.path,
                                          query, encode(cursor)));
}

}  // namespace ca::endpoints
