#include "endpoints/pages.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/utf8.h"
#include "endpoints/endpoint.h"
#include "endpoints/problem.h"
#include "endpoints/target.h"

namespace ca::endpoints {
namespace {

constexpr std::size_t kFormLimit = 4096;

constexpr std::array<std::string_view, 4> kOpenPages = {"login", "register", "reset-password",
                                                        "logout"};

constexpr std::array<std::string_view, 23> kSignedInPages = {"index",
                                                             "index2",
                                                             "funnel-session",
                                                             "funnel-customer",
                                                             "cohorts",
                                                             "stats-purchase",
                                                             "stats-desc",
                                                             "product",
                                                             "promotion",
                                                             "churn",
                                                             "abtest-promotion",
                                                             "abtest-product",
                                                             "abtest-segments",
                                                             "rfm",
                                                             "customer-segmentation",
                                                             "clv",
                                                             "anomaly",
                                                             "delivery",
                                                             "runs",
                                                             "sources",
                                                             "welcome",
                                                             "report",
                                                             "schedule"};

/// Names of the older program for what stands elsewhere now.
constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kMoved = {{
    {"pages-sign-in", "/login"},
    {"pages-sign-up", "/register"},
    {"add-data-purchase", "/sources?kind=sessions"},
    {"add-data-product", "/sources?kind=products"},
    {"add-data-delivery", "/sources?kind=deliveries"},
    {"data-execute", "/schedule"},
}};

bool is_open(std::string_view name) {
  return std::ranges::find(kOpenPages, name) != kOpenPages.end();
}

bool is_signed_in(std::string_view name) {
  return std::ranges::find(kSignedInPages, name) != kSignedInPages.end();
}

/// "index" of "/index" and "/index.html"; nothing for deeper paths.
std::optional<std::string_view> name_of(std::string_view path) {
  if (!path.starts_with('/')) return std::nullopt;
  path.remove_prefix(1);
  if (path.ends_with(".html")) path.remove_suffix(5);
  if (path.find('/') != std::string_view::npos) return std::nullopt;
  return path;
}

std::optional<std::string_view> moved_to(std::string_view name) {
  const auto found = std::ranges::find(kMoved, name, [](const auto& move) { return move.first; });
  return found == kMoved.end() ? std::nullopt : std::optional(found->second);
}

bool is_reading(const Request& request) {
  return request.method == "GET" || request.method == "HEAD";
}

/// An address that is read: a page, one that stands elsewhere now, or the root.
std::optional<std::string_view> page_to_read(const Request& request) {
  const auto name = name_of(request.path);
  if (!is_reading(request) || !name) return std::nullopt;
  const bool is_page = name->empty() || moved_to(*name) || is_open(*name) || is_signed_in(*name);
  return is_page ? name : std::nullopt;
}

/// The page to which a form is posted.
std::optional<std::string_view> page_of_form(const Request& request) {
  const auto name = name_of(request.path);
  const bool is_form = request.method == "POST" && name && is_signed_in(*name);
  return is_form ? name : std::nullopt;
}

/// What a page allows where it cannot do what was asked; nothing where it can, or is none.
std::optional<std::string_view> allowed_instead(const Request& request) {
  const auto name = name_of(request.path);
  if (is_reading(request) || page_of_form(request) || !name) return std::nullopt;
  if (is_signed_in(*name)) return "GET, HEAD, POST";
  const bool is_page = name->empty() || moved_to(*name) || is_open(*name);
  return is_page ? std::optional<std::string_view>("GET, HEAD") : std::nullopt;
}

Response redirect(int status, std::string to) {
  Response response;
  response.status = status;
  response.set_header("Location", std::move(to));
  response.set_header("Cache-Control", "no-store");
  return response;
}

using Fields = std::vector<std::pair<std::string, std::string>>;

/// By which the older program took a form for that user's (SEC-01).
bool is_user_name(const Fields::value_type& field) { return field.first == "username"; }

/// The address that asks what the form asked: its dimension and its day.
Response question_of(std::string_view name, const Fields& fields) {
  std::string query;
  const auto add = [&query](std::string_view parameter, const std::string& value) {
    query += fmt::format("{}{}={}", query.empty() ? "?" : "&", parameter, encode(value));
  };
  for (const auto& [field, value] : fields) {
    if (value.empty()) continue;
    if (field == "index" && value != "main") add("dimension", value);
    if (field == "date") add("snapshot", value);
  }
  return redirect(303, fmt::format("/{}{}", name, query));
}

}  // namespace

Pages::Pages(Application& behind, Identify identify, std::string_view document,
             std::string_view tag)
    : behind_(behind), identify_(std::move(identify)), document_(document), tag_(tag) {}

Response Pages::document_with(int status, const Request& request) const {
  Response response;
  response.status = status;
  response.set_header("Content-Type", "text/html; charset=utf-8");
  response.set_header("Cache-Control", "no-cache");
  if (status == 200) {
    response.set_header("ETag", std::string(tag_));
    if (is_known(request, tag_)) {
      response.status = 304;
      return response;
    }
  }
  response.body = std::string(document_);
  return response;
}

Response Pages::page(std::string_view name, const Request& request) const {
  if (const auto elsewhere = moved_to(name)) return redirect(302, std::string(*elsewhere));
  if (is_open(name)) return document_with(200, request);
  Identity identity = identify_(request);
  Response response;
  if (!identity.who) {
    const std::string next =
        request.query.empty() ? request.path : fmt::format("{}?{}", request.path, request.query);
    response = redirect(302, name.empty() ? "/login" : "/login?next=" + encode(next));
  } else {
    response = name.empty() ? redirect(302, "/index") : document_with(200, request);
    response.user = identity.who->username;
  }
  response.headers.insert(response.headers.end(), identity.headers.begin(), identity.headers.end());
  return response;
}

Response Pages::form(std::string_view name, const Request& request) const {
  const auto fields = parse_query(request.body);
  Identity identity = identify_(request);
  Response response;
  if (!identity.who && std::ranges::any_of(fields, is_user_name)) {
    response = problem(Error("E-AUTH", "Nobody is signed in.", "A user name alone proves nothing."),
                       request);
  } else {
    response = question_of(name, fields);
    if (identity.who) response.user = identity.who->username;
  }
  response.headers.insert(response.headers.end(), identity.headers.begin(), identity.headers.end());
  return response;
}

Admission Pages::admit(Request& request) {
  Admission admission;
  if (page_of_form(request)) {
    admission.body_limit = kFormLimit;
    return admission;
  }
  if (const auto name = page_to_read(request)) {
    try {
      admission.refusal = page(*name, request);
    } catch (const Error& error) {
      admission.refusal = problem(error, request);
    }
    return admission;
  }
  if (const auto allowed = allowed_instead(request)) {
    admission.refusal = problem(
        Error("E-METHOD", fmt::format("{} is not possible here.", request.method)), request);
    admission.refusal->set_header("Allow", std::string(*allowed));
    return admission;
  }
  admission = behind_.admit(request);
  if (admission.refusal && admission.refusal->status == 404 && is_reading(request) &&
      !request.path.starts_with("/api/")) {
    const bool is_for_people =
        ascii_lower(request.header("Accept")).find("text/html") != std::string::npos;
    if (is_for_people) admission.refusal = document_with(404, request);
    admission.refusal->set_header("Vary", "Accept");
  }
  return admission;
}

Response Pages::answer(const Request& request) {
  const auto name = page_of_form(request);
  if (!name) return behind_.answer(request);
  try {
    return form(*name, request);
  } catch (const Error& error) {
    return problem(error, request);
  }
}

}  // namespace ca::endpoints
