#include "server/refusal.h"

#include <fmt/format.h>

#include "base/writers.h"

namespace ca::server {

std::string_view reason_of(int status) {
  switch (status) {
    case 100: return "Continue";
    case 200: return "OK";
    case 201: return "Created";
    case 202: return "Accepted";
    case 204: return "No Content";
    case 206: return "Partial Content";
    case 301: return "Moved Permanently";
    case 302: return "Found";
    case 303: return "See Other";
    case 304: return "Not Modified";
    case 307: return "Temporary Redirect";
    case 308: return "Permanent Redirect";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 406: return "Not Acceptable";
    case 408: return "Request Timeout";
    case 409: return "Conflict";
    case 410: return "Gone";
    case 411: return "Length Required";
    case 412: return "Precondition Failed";
    case 413: return "Content Too Large";
    case 414: return "URI Too Long";
    case 415: return "Unsupported Media Type";
    case 417: return "Expectation Failed";
    case 421: return "Misdirected Request";
    case 422: return "Unprocessable Content";
    case 428: return "Precondition Required";
    case 429: return "Too Many Requests";
    case 431: return "Request Header Fields Too Large";
    case 500: return "Internal Server Error";
    case 501: return "Not Implemented";
    case 502: return "Bad Gateway";
    case 503: return "Service Unavailable";
    case 504: return "Gateway Timeout";
    case 505: return "HTTP Version Not Supported";
    default: return "";
  }
}

endpoints::Response problem_of(const Refusal& refusal, std::string_view id) {
  endpoints::Response response;
  response.status = refusal.status;
  response.set_header("Content-Type", "application/problem+json");
  response.set_header("Cache-Control", "no-store");
  if (refusal.status == 429 || refusal.status == 503) response.set_header("Retry-After", "5");
  if (!refusal.allow.empty()) response.set_header("Allow", std::string(refusal.allow));
  response.body = fmt::format(
      R"({{"type":"about:blank","title":{},"status":{},"detail":{},"code":{},"hint":"",)"
      R"("details":{{}},"instance":{}}})",
      json_string(reason_of(refusal.status)), refusal.status, json_string(refusal.detail),
      json_string(refusal.code), json_string(id));
  return response;
}

}  // namespace ca::server
