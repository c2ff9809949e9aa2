#include "endpoints/problem.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

#include "base/log.h"
#include "base/messages.h"

namespace ca::endpoints {
namespace {

using Json = nlohmann::json;

/// What is not named is an input that cannot be used: 422.
constexpr std::pair<std::string_view, int> kStatuses[] = {
    {"E-DEMO", 409},         {"E-PARAM", 400},         {"E-JSON", 400},
    {"E-AUTH", 401},         {"M-AUTH-BAD", 401},      {"M-AUTH-TOTP", 401},
    {"M-AUTH-EXPIRED", 401}, {"E-CSRF", 403},          {"E-FORBIDDEN", 403},
    {"M-403", 403},          {"M-REG-CLOSED", 403},    {"E-PERM", 403},
    {"M-404", 404},          {"E-NOT-FOUND", 404},     {"E-REPORT", 404},
    {"E-DIMENSION", 404},    {"E-SNAPSHOT", 404},      {"E-SEGMENT", 404},
    {"E-METHOD", 405},       {"E-ACCEPT", 406},        {"E-NOT-CONFIGURED", 409},
    {"E-SKIPPED", 409},      {"E-NOT-CONNECTED", 409}, {"E-CONFLICT", 409},
    {"M-SCH-BUSY", 409},     {"M-NEED-BOTH", 409},     {"M-REG-USER", 409},
    {"M-REG-MAIL", 409},     {"E-TOO-LARGE", 413},     {"E-MEDIA", 415},
    {"M-AUTH-LOCKED", 429},  {"M-429", 429},           {"E-INTERNAL", 500},
    {"M-500", 500},          {"E-HOME", 500},          {"E-SCHEMA", 500},
    {"E-JOURNEYS", 500},     {"E-SECRET", 500},        {"E-STORE", 500},
    {"E-STATE", 500},        {"E-MODEL", 500},         {"E-RUN", 500},
    {"E-BUSY", 503},         {"E-CANCELLED", 503},     {"E-DISK", 507},
};

std::string_view title_of(int status) {
  switch (status) {
    case 400: return "Bad request";
    case 401: return "Sign in first";
    case 403: return "Not allowed";
    case 404: return "Not found";
    case 405: return "Method not allowed";
    case 406: return "No such form";
    case 409: return "Not possible now";
    case 413: return "Too large";
    case 415: return "Media type not accepted";
    case 422: return "Input that cannot be used";
    case 429: return "Too many requests";
    case 503: return "Busy";
    case 507: return "No space";
    default: return status < 500 ? "Bad request" : "Failed on our side";
  }
}

std::string dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

/// What its texts say, paths among it, is for those who read the server's log.
bool is_about_the_inside(const Error& error) {
  constexpr std::string_view kCodes[] = {"E-INTERNAL", "E-SECRET", "E-STORE", "E-STATE", "E-MODEL"};
  return std::ranges::find(kCodes, error.code()) != std::end(kCodes);
}

}  // namespace

int status_of(const Error& error) {
  // A snapshot that is there and damaged is no mistake of who asks.
  const bool names_file = std::ranges::any_of(
      error.details(), [](const auto& detail) { return detail.first == "file"; });
  if (error.code() == "E-SNAPSHOT" && names_file) return 500;
  for (const auto& [code, status] : kStatuses) {
    if (code == error.code()) return status;
  }
  return 422;
}

Json problem_json(const Error& error) {
  const int status = status_of(error);
  Json details = Json::object();
  for (const auto& [name, value] : error.details()) details[name] = value;
  return {{"type", "about:blank"},     {"title", title_of(status)}, {"status", status},
          {"detail", error.message()}, {"code", error.code()},      {"hint", error.hint()},
          {"details", details}};
}

Response problem(const Error& error, const Request& request) {
  Response response;
  response.status = status_of(error);
  Json json = problem_json(error);
  json["instance"] = request.id;
  if (is_about_the_inside(error)) {
    log::error("request failed",
               {{"id", request.id}, {"code", error.code()}, {"reason", error.message()}});
    if (error.code() == "E-INTERNAL") json["code"] = "M-500";
    json["detail"] = message_text("M-500", {{"id", request.id}});
    json["hint"] = "";
    json["details"] = Json::object();
  }
  response.set_header("Content-Type", "application/problem+json");
  response.set_header("Cache-Control", "no-store");
  if (response.status == 503) response.set_header("Retry-After", "1");
  if (response.status == 401) response.set_header("WWW-Authenticate", "Bearer");
  if (response.status == 429) {
    const Json minutes = json.at("details").value("minutes", Json("1"));
    response.set_header("Retry-After",
                        std::to_string(60 * std::stoi("0" + minutes.get<std::string>())));
  }
  response.body = dump(json);
  return response;
}

Error lacks_role(people::Role own, people::Role needed, std::string_view deed, std::string hint) {
  return {"E-FORBIDDEN",
          fmt::format("The role {} does not {}; {} does.", name_of(own), deed, name_of(needed)),
          std::move(hint),
          {{"needed", std::string(name_of(needed))}}};
}

Response json_response(const Json& json, int status) { return json_response(dump(json), status); }

Response json_response(std::string json, int status) {
  Response response;
  response.status = status;
  response.set_header("Content-Type", "application/json");
  response.set_header("Cache-Control", "no-store");
  response.body = std::move(json);
  return response;
}

Response no_content() {
  Response response;
  response.status = 204;
  response.set_header("Cache-Control", "no-store");
  return response;
}

}  // namespace ca::endpoints
