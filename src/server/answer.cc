#include "server/answer.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <openssl/evp.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <ctime>

#include "base/log.h"
#include "endpoints/header_text.h"
#include "server/refusal.h"

namespace ca::server {
namespace {

using endpoints::Headers;

constexpr std::size_t kSmallest = 1024;  ///< bytes below which compressing is not worth it

/// Of what the server itself says.
bool is_servers_own(std::string_view name) {
  constexpr std::array<std::string_view, 7> names = {
      "Content-Length", "Transfer-Encoding", "Connection", "Date",
      "Server",         "X-Request-Id",      "Keep-Alive"};
  return std::ranges::any_of(
      names, [&](std::string_view own) { return endpoints::is_same_name(own, name); });
}

bool is_name(std::string_view name) {
  return !name.empty() && std::ranges::all_of(name, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
           c == '_';
  });
}

/// A header cannot end its line early, whatever data got into it.
void append_header(std::string& head, std::string_view name, std::string_view value) {
  if (!is_name(name)) {
    log::error("header left out", {{"name", name}});
    return;
  }
  head += name;
  head += ": ";
  for (const char c : value) head += (c >= 0 && c < ' ') || c == '\x7f' ? ' ' : c;
  head += "\r\n";
}

std::string digest_of(std::string_view content) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  EVP_Digest(content.data(), content.size(), digest.data(), &size, EVP_sha256(), nullptr);
  return {reinterpret_cast<const char*>(digest.data()), size};
}

/// The content in that form, from the cache when it was made before. What it is kept by is the
/// content itself, so that two answers that share an ETag by mistake never take each other's place.
endpoints::Bytes in_form(const endpoints::Bytes& content, Encoding encoding, ByteCache* cache) {
  std::string key;
  if (cache != nullptr) {
    key = fmt::format("{}:{}", name_of(encoding), digest_of(*content));
    if (endpoints::Bytes kept = cache->get(key)) return kept;
  }
  auto made = std::make_shared<const std::string>(compress(*content, encoding));
  if (cache != nullptr) cache->put(key, made);
  return made;
}

std::string* value_of(Headers& headers, std::string_view name) {
  for (auto& [key, value] : headers) {
    if (endpoints::is_same_name(key, name)) return &value;
  }
  return nullptr;
}

bool has_token(std::string_view list, std::string_view token) {
  while (!list.empty()) {
    const std::size_t end = list.find(',');
    std::string_view item = list.substr(0, end);
    while (item.starts_with(' ')) item.remove_prefix(1);
    while (item.ends_with(' ')) item.remove_suffix(1);
    if (endpoints::is_same_name(item, token)) return true;
    list.remove_prefix(end == std::string_view::npos ? list.size() : end + 1);
  }
  return false;
}

void add_vary(Headers& headers) {
  std::string* vary = value_of(headers, "Vary");
  if (vary == nullptr) {
    headers.emplace_back("Vary", "Accept-Encoding");
  } else if (*vary != "*" && !has_token(*vary, "Accept-Encoding")) {
    *vary += ", Accept-Encoding";
  }
}

/// Chooses the form of a text and changes headers and content to it.
void apply_form(Headers& headers, endpoints::Bytes& content, std::string_view accept_encoding,
                ByteCache* cache) {
  const std::string* type = endpoints::find_header(headers, "Content-Type");
  const std::string* control = endpoints::find_header(headers, "Cache-Control");
  if (type == nullptr || !is_compressible(*type) || content->size() < kSmallest ||
      endpoints::find_header(headers, "Content-Encoding") != nullptr ||
      (control != nullptr && has_token(*control, "no-transform"))) {
    return;
  }
  add_vary(headers);
  const Encoding encoding = choose_encoding(accept_encoding);
  if (encoding == Encoding::kIdentity) return;
  std::string* tag = value_of(headers, "ETag");
  content = in_form(content, encoding, tag == nullptr ? nullptr : cache);
  if (tag != nullptr) *tag = tag_of_form(*tag, encoding);
  headers.emplace_back("Content-Encoding", name_of(encoding));
}

std::string head_of(int status, const Headers& headers, std::string_view id,
                    const AnswerRules& rules) {
  std::string head = fmt::format("HTTP/1.1 {} {}\r\n", status, reason_of(status));
  for (const auto& [name, value] : headers) {
    if (!is_servers_own(name)) append_header(head, name, value);
  }
  const auto unless_given = [&](std::string_view name, std::string_view value) {
    if (endpoints::find_header(headers, name) == nullptr) append_header(head, name, value);
  };
  unless_given("Content-Security-Policy", rules.security_policy);
  unless_given("X-Content-Type-Options", "nosniff");
  unless_given("Referrer-Policy", "same-origin");
  unless_given("Cross-Origin-Opener-Policy", "same-origin");
  unless_given("Cross-Origin-Resource-Policy", "same-origin");
  unless_given("Permissions-Policy",
               "camera=(), geolocation=(), microphone=(), payment=(), usb=()");
  if (rules.is_tls) unless_given("Strict-Transport-Security", "max-age=31536000");
  if (!id.empty()) append_header(head, "X-Request-Id", id);
  return head;
}

}  // namespace

OpenFile OpenFile::open(const std::string& path) {
  OpenFile file;
  file.descriptor_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (file.descriptor_ < 0) return file;
  struct stat status {};
  if (::fstat(file.descriptor_, &status) != 0 || !S_ISREG(status.st_mode)) {
    ::close(file.descriptor_);
    file.descriptor_ = -1;
    return file;
  }
  file.size_ = static_cast<std::uint64_t>(status.st_size);
  return file;
}

OpenFile::~OpenFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

std::string OpenFile::read(std::uint64_t offset, std::size_t most) const {
  std::string bytes(std::min<std::uint64_t>(most, size_ - std::min(offset, size_)), '\0');
  const ssize_t got = ::pread(descriptor_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
  bytes.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
  return bytes;
}

std::string default_security_policy() {
  return "default-src 'self'; base-uri 'none'; connect-src 'self'; font-src 'self'; "
         "form-action 'self'; frame-ancestors 'none'; img-src 'self' data: blob:; "
         "object-src 'none'; script-src 'self'; style-src 'self'; worker-src 'self'";
}

void name_plain_tags(Headers& headers) {
  for (auto& [name, value] : headers) {
    if (endpoints::is_same_name(name, "If-None-Match") || endpoints::is_same_name(name, "If-Match"))
      value = without_forms(value);
  }
}

Answer make_answer(endpoints::Response response, std::string_view id,
                   std::string_view accept_encoding, std::string_view if_none_match,
                   const AnswerRules& rules) {
  Answer answer;
  if (auto* file = std::get_if<endpoints::FileBody>(&response.body)) {
    OpenFile open = OpenFile::open(file->path);
    if (!open) {
      log::error("file not sent", {{"id", id}, {"path", file->path}});
      return make_answer(problem_of({404, "E-FILE", "The file is not there any more."}, id), id,
                         accept_encoding, if_none_match, rules);
    }
    answer.length = open.size();
    answer.body.emplace<OpenFile>(std::move(open));
  } else if (auto* events = std::get_if<3>(&response.body)) {
    answer.body = std::move(*events);
    for (const auto& [name, value] :
         {std::pair("Content-Type", "text/event-stream"), std::pair("Cache-Control", "no-store"),
          std::pair("X-Accel-Buffering", "no")}) {
      if (value_of(response.headers, name) == nullptr) response.set_header(name, value);
    }
  } else {
    endpoints::Bytes content;
    if (auto* text = std::get_if<std::string>(&response.body)) {
      content = std::make_shared<const std::string>(std::move(*text));
    } else {
      content = std::get<endpoints::Bytes>(response.body);
      if (content == nullptr) content = std::make_shared<const std::string>();
    }
    apply_form(response.headers, content, accept_encoding, rules.compressed);
    answer.length = content->size();
    answer.body = std::move(content);
  }
  const bool has_no_content = response.status == 204 || response.status == 304;
  if (response.status == 304) {
    if (std::string* tag = value_of(response.headers, "ETag")) {
      *tag = form_named(if_none_match, *tag);
    }
    add_vary(response.headers);
  }
  answer.status = response.status;
  answer.head = head_of(response.status, response.headers, id, rules);
  if (has_no_content) {
    answer.body = std::string_view();
    answer.length = 0;
  } else if (answer.is_stream()) {
    answer.head += "Transfer-Encoding: chunked\r\n";
  } else {
    answer.head += fmt::format("Content-Length: {}\r\n", answer.length);
  }
  return answer;
}

Answer make_static_answer(const endpoints::Response& response, std::string_view content,
                          std::string_view id, const AnswerRules& rules) {
  Answer answer;
  answer.status = response.status;
  answer.head = head_of(response.status, response.headers, id, rules);
  if (response.status == 304) return answer;
  answer.head += fmt::format("Content-Length: {}\r\n", content.size());
  answer.body = content;
  answer.length = content.size();
  return answer;
}

std::string http_date() {
  constexpr std::array<const char*, 7> days = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array<const char*, 12> months = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                  "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::time_t now = std::time(nullptr);
  std::tm utc{};
  ::gmtime_r(&now, &utc);
  return fmt::format("{}, {:02} {} {} {:02}:{:02}:{:02} GMT",
                     days.at(static_cast<std::size_t>(utc.tm_wday)), utc.tm_mday,
                     months.at(static_cast<std::size_t>(utc.tm_mon)), utc.tm_year + 1900,
                     utc.tm_hour, utc.tm_min, utc.tm_sec);
}

}  // namespace ca::server
