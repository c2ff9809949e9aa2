// The interface as one HTML page, made from the declarations.

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "endpoints/openapi.h"

namespace ca::endpoints {
namespace {

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '&': out += "&amp;"; break;
      case '"': out += "&quot;"; break;
      default: out += c;
    }
  }
  return out;
}

/// Breaks may come after slashes, so that long paths fit narrow screens.
std::string path_html(std::string_view path) {
  std::string out;
  for (const char c : path) {
    if (c == '/' && !out.empty()) out += "<wbr>";
    out += escaped(std::string_view(&c, 1));
  }
  return out;
}

std::string words(const Schema& schema) {
  std::string out;
  switch (schema.type) {
    case Schema::Type::kAny: out = schema.either.empty() ? "any value" : "one of several"; break;
    case Schema::Type::kObject: out = "object"; break;
    case Schema::Type::kArray:
      out = "list of " + (schema.items ? words(*schema.items) : "values");
      break;
    case Schema::Type::kString: out = schema.format.empty() ? "text" : schema.format; break;
    case Schema::Type::kInteger: out = "integer"; break;
    case Schema::Type::kNumber: out = "number"; break;
    case Schema::Type::kBoolean: out = "true or false"; break;
  }
  if (!schema.one_of.empty()) out = fmt::format("{}", fmt::join(schema.one_of, " | "));
  if (schema.is_nullable) out += " or null";
  return out;
}

std::string row(std::string_view name, const Schema& schema, bool is_required, int depth) {
  return fmt::format("<tr><td class=\"d{}\"><code>{}</code>{}</td><td>{}</td><td>{}</td></tr>\n",
                     depth, escaped(name), is_required ? " <em>required</em>" : "",
                     escaped(words(schema)), escaped(schema.description));
}

/// The properties of an object, and of the objects in it, as rows of a table.
std::string rows(const Schema& schema, int depth) {
  std::string out;
  if (depth > 3) return out;
  if (schema.items) return rows(*schema.items, depth);
  for (const Schema& one : schema.either) out += rows(one, depth);
  for (const Property& property : schema.properties) {
    out += row(property.name, property.schema, property.is_required, depth);
    out += rows(property.schema, depth + 1);
  }
  return out;
}

std::string table(std::string_view title, const std::string& rows) {
  if (rows.empty()) return {};
  return fmt::format(
      "<h4>{}</h4><div class=\"wide\"><table><thead><tr><th>Name</th><th>Type</th><th>Meaning</th>"
      "</tr></thead><tbody>{}</tbody></table></div>\n",
      escaped(title), rows);
}

std::string parameters(const std::vector<Parameter>& list) {
  std::string out;
  for (const Parameter& parameter : list) {
    out += row(parameter.name, parameter.schema, parameter.is_required, 0);
  }
  return out;
}

std::string who_may(const Access& access) {
  if (!access.role()) return "Anyone";
  std::string who = fmt::format("Role {} or higher", name_of(*access.role()));
  return access.scope() ? fmt::format("{}; token with scope {}", who, name_of(*access.scope()))
                        : who + "; no token";
}

std::string anchor(const Endpoint& endpoint) {
  std::string out = endpoint.method;
  for (const char c : endpoint.path) {
    const bool is_plain =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    out += is_plain ? c : '-';
  }
  return out;
}

std::string section(const Endpoint& endpoint) {
  std::string out = fmt::format(
      "<section id=\"{}\"><h3><span class=\"method {}\">{}</span> <code>{}</code></h3>\n"
      "<p class=\"summary\">{}</p>\n",
      anchor(endpoint), endpoint.method, endpoint.method, path_html(endpoint.path),
      escaped(endpoint.summary));
  if (!endpoint.description.empty())
    out += fmt::format("<p>{}</p>\n", escaped(endpoint.description));
  out += fmt::format("<p class=\"who\">{}</p>\n", escaped(who_may(endpoint.access)));
  out += table("In the path", parameters(endpoint.path_parameters));
  out += table("In the query", parameters(endpoint.query_parameters));
  if (endpoint.body) out += table("Body, application/json", rows(*endpoint.body, 0));
  if (endpoint.receive) out += fmt::format("<h4>Body, {}</h4>\n", escaped(endpoint.received_type));
  for (const Answer& answer : endpoint.answers) {
    std::string title = fmt::format("{} {}", answer.status, answer.description);
    if (!answer.other_types.empty()) {
      title +=
          fmt::format(" ({}{})", answer.schema ? "also " : "", fmt::join(answer.other_types, ", "));
    }
    const std::string content = answer.schema ? rows(*answer.schema, 0) : std::string();
    out += content.empty() ? fmt::format("<h4>{}</h4>\n", escaped(title)) : table(title, content);
  }
  out += fmt::format("<p class=\"problems\">Problems: {}</p></section>\n",
                     fmt::join(problems_of(endpoint), ", "));
  return out;
}

}  // namespace

std::string docs_page(const std::vector<Endpoint>& endpoints, std::string_view version) {
  std::vector<std::string> tags;
  for (const Endpoint& endpoint : endpoints) {
    if (std::ranges::find(tags, endpoint.tag) == tags.end()) tags.push_back(endpoint.tag);
  }
  std::string contents;
  std::string body;
  for (const std::string& tag : tags) {
    contents += fmt::format("<details open><summary>{0}</summary><ul>\n", escaped(tag));
    body += fmt::format("<h2 id=\"{0}\">{0}</h2>\n", escaped(tag));
    for (const Endpoint& endpoint : endpoints) {
      if (endpoint.tag != tag) continue;
      contents +=
          fmt::format("<li><a href=\"#{}\"><b class=\"{}\">{}</b> {}</a></li>\n", anchor(endpoint),
                      endpoint.method, endpoint.method, escaped(endpoint.summary));
      body += section(endpoint);
    }
    contents += "</ul></details>\n";
  }
  return fmt::format(
      "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
      "<title>CustomerAnalytics - API</title><link rel=\"stylesheet\" href=\"/docs/api.css\">"
      "</head><body><nav aria-label=\"Endpoints\"><h1>CustomerAnalytics API</h1>"
      "<p class=\"version\">Version {} · <a href=\"/api/v1/openapi.json\">OpenAPI 3.1</a></p>\n{}"
      "</nav><main><p>Programs send an API token as <code>Authorization: Bearer ca_...</code>. A "
      "person who signed in has a cookie, and sends <code>X-CSRF-Token</code> with whatever "
      "changes something. Problems are <code>application/problem+json</code> with a stable "
      "<code>code</code> and a <code>hint</code>. Days are those of the workspace's zone.</p>\n{}"
      "</main></body></html>\n",
      escaped(version), contents, body);
}

std::string docs_style() {
  return R"css(:root {
  --bg: #ffffff; --surface: #f6f7f9; --text: #1d2330; --muted: #5b6475; --border: #dde1e8;
  --accent: #3553b8; --get: #1b6e4b; --post: #3553b8; --put: #8a5a00; --delete: #b3261e;
  color-scheme: light dark;
}
@media (prefers-color-scheme: dark) {
  :root {
    --bg: #12151c; --surface: #1a1f29; --text: #e4e8f0; --muted: #9aa4b6; --border: #2c3342;
    --accent: #8fa8ff; --get: #6cc5a0; --post: #8fa8ff; --put: #efb118; --delete: #ff8a80;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; display: grid; grid-template-columns: 20rem minmax(0, 1fr); background: var(--bg);
  color: var(--text); font: 15px/1.5 system-ui, sans-serif;
}
nav {
  position: sticky; top: 0; height: 100vh; overflow-y: auto; padding: 1.5rem 1.25rem;
  border-right: 1px solid var(--border); background: var(--surface);
}
h1 { font-size: 1.1rem; margin: 0; }
.version { color: var(--muted); margin: 0.25rem 0 1rem; }
nav ul { list-style: none; margin: 0.25rem 0 0.75rem; padding: 0; }
nav summary, h2 { text-transform: capitalize; }
nav summary { font-weight: 600; cursor: pointer; }
nav li a { display: grid; grid-template-columns: 3.6rem 1fr; padding: 0.15rem 0; color: var(--text); text-decoration: none; }
nav li a:hover { color: var(--accent); }
nav b { font-size: 0.7rem; padding-top: 0.2rem; }
main { padding: 1.5rem 2rem 6rem; max-width: 68rem; }
h2 { margin: 2.5rem 0 0.5rem; font-size: 1.4rem; }
section { border: 1px solid var(--border); border-radius: 8px; padding: 1rem 1.25rem; margin: 1rem 0; }
h3 { margin: 0; font-size: 1rem; overflow-wrap: anywhere; }
h4 { margin: 1rem 0 0.25rem; font-size: 0.85rem; color: var(--muted); font-weight: 600; }
p { margin: 0.4rem 0; }
.summary { font-weight: 600; }
.who, .problems { color: var(--muted); font-size: 0.85rem; }
code { font: 0.85em ui-monospace, monospace; }
a { color: var(--accent); }
.method {
  display: inline-block; min-width: 4rem; text-align: center; border: 1px solid currentColor;
  border-radius: 4px; font-size: 0.75rem; padding: 0.05rem 0.4rem;
}
.GET { color: var(--get); } .POST { color: var(--post); } .DELETE { color: var(--delete); }
.PUT, .PATCH { color: var(--put); }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: 0.87rem; }
th { text-align: left; color: var(--muted); font-weight: 500; }
th, td { padding: 0.3rem 0.8rem 0.3rem 0; border-bottom: 1px solid var(--border); vertical-align: top; }
td em { color: var(--muted); font-size: 0.8em; }
.d1 { padding-left: 1.2rem; } .d2 { padding-left: 2.4rem; } .d3 { padding-left: 3.6rem; }
@media (max-width: 60rem) {
  body { grid-template-columns: minmax(0, 1fr); }
  nav { position: static; height: auto; border-right: 0; border-bottom: 1px solid var(--border); }
  main { padding: 1rem; }
}
)css";
}

}  // namespace ca::endpoints
