#include "server/request_reader.h"

#include <algorithm>
#include <array>
#include <boost/beast/http/basic_parser.hpp>
#include <vector>

#include "endpoints/header_text.h"

namespace ca::server {
namespace {

namespace http = boost::beast::http;
using boost::system::error_code;

/// The longest line of a chunk's size, and all of a trailer.
constexpr std::size_t kChunkLineBytes = 8 * 1024;
/// "0", CR LF, CR LF.
constexpr std::size_t kLastChunkBytes = 5;

[[noreturn]] void refuse(int status, std::string_view code, std::string detail) {
  throw Refusal{status, code, std::move(detail)};
}

[[noreturn]] void malformed(std::string detail) { refuse(400, "E-HTTP", std::move(detail)); }

bool is_token_character(char c) {
  constexpr std::string_view marks = "!#$%&'*+-.^_`|~";
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         marks.find(c) != std::string_view::npos;
}

bool is_token(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, is_token_character);
}

void check_target(std::string_view target, const MessageLimits& limits) {
  if (target.size() > limits.target_bytes) refuse(414, "E-TOO-LARGE", "The address is too long.");
  if (target.empty() || target.front() != '/') {
    malformed("The address must be a path that begins with a slash.");
  }
  if (!std::ranges::all_of(target, [](char c) { return c > ' ' && c < '\x7f' && c != '#'; })) {
    malformed("The address has a character that must be percent-encoded.");
  }
}

void check_request_line(std::string_view line, const MessageLimits& limits) {
  const std::size_t first = line.find(' ');
  const std::size_t last = line.rfind(' ');
  if (first == std::string_view::npos || first == last) malformed("The request line is malformed.");
  const std::string_view method = line.substr(0, first);
  const std::string_view target = line.substr(first + 1, last - first - 1);
  const std::string_view version = line.substr(last + 1);
  if (!is_token(method)) malformed("The method is malformed.");
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  if (version.size() != 8 || !version.starts_with("HTTP/") || !is_digit(version[5]) ||
      version[6] != '.' || !is_digit(version[7])) {
    malformed("The request line is malformed.");
  }
  if (version != "HTTP/1.1")
    refuse(505, "E-HTTP", "The only version of HTTP that is spoken here is 1.1.");
  // TRACE and QUERY are known and answered by nobody: 405, where unknown methods get 501.
  constexpr std::array<std::string_view, 9> methods = {
      "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "QUERY"};
  if (std::ranges::find(methods, method) == methods.end()) {
    refuse(501, "E-HTTP", "The method is not known.");
  }
  check_target(target, limits);
}

/// What the headers of one request must agree on.
struct Framing {
  int hosts = 0;
  int lengths = 0;
  int encodings = 0;

  void see(std::string_view name, std::string_view value) {
    if (endpoints::is_same_name(name, "Host")) {
      ++hosts;
    } else if (endpoints::is_same_name(name, "Content-Length")) {
      ++lengths;
      if (value.empty() || value.size() > 18 ||
          !std::ranges::all_of(value, [](char c) { return c >= '0' && c <= '9'; })) {
        malformed("The Content-Length is not a number.");
      }
    } else if (endpoints::is_same_name(name, "Transfer-Encoding")) {
      ++encodings;
      if (!endpoints::is_same_name(value, "chunked")) {
        refuse(501, "E-HTTP", "The only transfer coding that is read here is chunked.");
      }
    } else if (endpoints::is_same_name(name, "Expect") &&
               !endpoints::is_same_name(value, "100-continue")) {
      refuse(417, "E-HTTP", "The only expectation that can be met is 100-continue.");
    }
  }

  void check() const {
    if (lengths > 1 || encodings > 1 || (lengths > 0 && encodings > 0)) {
      malformed("The length of the body is given more than once.");
    }
    if (hosts != 1) malformed("A request names exactly one Host.");
  }
};

/// `head` without the empty line at its end: lines that each end in CRLF.
void check_head(std::string_view head, const MessageLimits& limits) {
  std::size_t end = head.find("\r\n");
  check_request_line(head.substr(0, end), limits);
  head.remove_prefix(end + 2);
  std::size_t count = 0;
  Framing framing;
  while (!head.empty()) {
    end = head.find("\r\n");
    const std::string_view line = head.substr(0, end);
    head.remove_prefix(end + 2);
    if (++count > limits.headers) refuse(431, "E-TOO-LARGE", "There are too many headers.");
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || !is_token(line.substr(0, colon))) {
      malformed("A header is malformed.");  // also a folded line, and a blank before the colon
    }
    framing.see(line.substr(0, colon), endpoints::without_blanks(line.substr(colon + 1)));
  }
  framing.check();
}

/// Looks for what no head may hold. `from`: where the last look ended.
void check_characters(std::string_view bytes, std::size_t from) {
  for (std::size_t i = from; i < bytes.size(); ++i) {
    const char c = bytes[i];
    if (c == '\n') {
      if (i == 0 || bytes[i - 1] != '\r') malformed("A line must end in CR LF.");
    } else if (i > 0 && bytes[i - 1] == '\r') {
      malformed("A line must end in CR LF.");
    } else if ((c >= 0 && c < ' ' && c != '\t' && c != '\r') || c == '\x7f') {
      malformed("The head of the request has a control character.");
    }
  }
}

}  // namespace

/// Collects what Beast finds.
struct RequestReader::Parser final : http::basic_parser<true> {
  endpoints::Request head;
  bool has_head = false;
  bool expects_continue = false;
  bool wants_close = false;
  bool has_chunk = false;  ///< one has begun
  std::uint64_t limit = 0;
  std::uint64_t length = 0;  ///< of the body so far
  std::string* body = nullptr;

  Parser() {
    eager(false);
    body_limit(boost::none);
    header_limit(1 << 20);  // what is longer was refused before
  }

 private:
  using View = boost::beast::string_view;

  static std::string text_of(View view) { return {view.data(), view.size()}; }

  void on_request_impl(http::verb, View method, View target, int, error_code&) override {
    head.method = text_of(method);
    const std::size_t question = target.find('?');
    head.path = text_of(target.substr(0, question));
    if (question != View::npos) head.query = text_of(target.substr(question + 1));
  }
  void on_response_impl(int, View, int, error_code&) override {}
  void on_field_impl(http::field name, View key, View value, error_code&) override {
    if (has_head) return;  // of a trailer, which nobody here reads
    if (name == http::field::expect) expects_continue = true;
    head.headers.emplace_back(text_of(key), text_of(value));
  }
  void on_header_impl(error_code&) override {
    has_head = true;
    wants_close = !keep_alive();  // now: Beast would also take it from a trailer
  }
  void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code&) override {}
  std::size_t on_body_impl(View piece, error_code& error) override { return take(piece, error); }
  void on_chunk_header_impl(std::uint64_t size, View, error_code& error) override {
    has_chunk = true;
    if (size > limit - length) error = http::error::body_limit;
  }
  std::size_t on_chunk_body_impl(std::uint64_t, View piece, error_code& error) override {
    return take(piece, error);
  }
  void on_finish_impl(error_code&) override {}

  std::size_t take(View piece, error_code& error) {
    if (piece.size() > limit - length) {
      error = http::error::body_limit;
      return 0;
    }
    body->append(piece.data(), piece.size());
    length += piece.size();
    return piece.size();
  }
};

RequestReader::RequestReader(const MessageLimits& limits)
    : limits_(limits), parser_(std::make_unique<Parser>()) {}
RequestReader::RequestReader(RequestReader&&) noexcept = default;
RequestReader& RequestReader::operator=(RequestReader&&) noexcept = default;
RequestReader::~RequestReader() = default;

bool RequestReader::has_head() const { return parser_->has_head; }
endpoints::Request& RequestReader::head() { return parser_->head; }
bool RequestReader::expects_continue() const { return parser_->expects_continue; }
bool RequestReader::wants_close() const { return parser_->wants_close; }
bool RequestReader::has_body() const { return !parser_->is_done(); }
bool RequestReader::is_complete() const { return parser_->is_done(); }

std::size_t RequestReader::read_head(std::string_view bytes) {
  // One empty line before a request is ignored (RFC 9112, 2.2).
  const std::size_t skipped = bytes.starts_with("\r\n") ? 2 : 0;
  const std::string_view head = bytes.substr(skipped);
  const std::size_t from = looked_at_ > 3 ? looked_at_ - 3 : 0;
  const std::size_t end = head.find("\r\n\r\n", from);
  const bool is_whole = end != std::string_view::npos;
  check_characters(is_whole ? head.substr(0, end + 4) : head, std::min(looked_at_, head.size()));
  looked_at_ = head.size();
  if ((is_whole ? end + 4 : head.size()) > limits_.head_bytes) {
    if (head.find("\r\n") > limits_.head_bytes)
      refuse(414, "E-TOO-LARGE", "The address is too long.");
    refuse(431, "E-TOO-LARGE", "The headers are too long.");
  }
  if (!is_whole) return 0;

  check_head(head.substr(0, end + 2), limits_);
  error_code error;
  std::size_t used = 0;
  const std::size_t size = end + 4;
  while (!error && !parser_->has_head) {
    used += parser_->put({head.data() + used, size - used}, error);
  }
  if (error || used != size) malformed("The head of the request is malformed.");
  return skipped + size;
}

std::size_t RequestReader::read_body(std::string_view bytes, std::uint64_t limit,
                                     std::string& body) {
  parser_->limit = limit;
  parser_->body = &body;
  const auto length = parser_->content_length();
  if (length && *length > limit) refuse(413, "E-TOO-LARGE", "The body is too large.");
  std::size_t used = 0;
  while (used < bytes.size() && !parser_->is_done()) {
    // Beast asserts that of a last chunk that it is shown again at least this is there, which need
    // not be where no other came before.
    if (parser_->chunked() && !parser_->has_chunk && bytes[used] == '0' &&
        bytes.size() - used < kLastChunkBytes) {
      break;
    }
    error_code error;
    used += parser_->put({bytes.data() + used, bytes.size() - used}, error);
    if (error == http::error::body_limit) refuse(413, "E-TOO-LARGE", "The body is too large.");
    if (error == http::error::need_more) {
      if (bytes.size() - used > kChunkLineBytes) malformed("A chunk of the body is malformed.");
      break;
    }
    if (error) malformed("The body is malformed.");
  }
  return used;
}

}  // namespace ca::server
