// Bytes of a connection are a request, the beginning of one, or refused, the same in whatever
// pieces they arrive; and a request that was read is read as the same from its own words.
//
// The first byte says how long the pieces are, the rest is what arrives. Limits are small, so that
// short inputs meet them.

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "endpoints/header_text.h"
#include "server/request_reader.h"

namespace {

using namespace ca;
using server::RequestReader;

constexpr server::MessageLimits kLimits = {.head_bytes = 1024, .target_bytes = 256, .headers = 12};
constexpr std::uint64_t kBodyLimit = 512;

void must(bool holds) {
  if (!holds) std::abort();
}

struct Read {
  enum class Outcome : std::uint8_t { kComplete, kWantsMore, kRefused };
  Outcome outcome = Outcome::kWantsMore;
  endpoints::Request head;
  bool wants_close = false;
  std::string body;
  std::size_t used = 0;
};

Read read(std::string_view bytes, std::size_t piece) {
  Read read;
  RequestReader reader(kLimits);
  std::string there;
  try {
    for (std::size_t at = 0; at < bytes.size() && !reader.is_complete(); at += piece) {
      there += bytes.substr(at, piece);
      std::size_t used = 0;
      if (!reader.has_head()) used += reader.read_head(there);
      must(used <= there.size());
      if (reader.has_head() && reader.has_body()) {
        used += reader.read_body(std::string_view(there).substr(used), kBodyLimit, read.body);
      }
      must(used <= there.size() && read.body.size() <= kBodyLimit);
      there.erase(0, used);
      read.used += used;
    }
    if (reader.has_head()) {
      read.head = reader.head();
      read.wants_close = reader.wants_close();
    }
    if (reader.is_complete()) read.outcome = Read::Outcome::kComplete;
  } catch (const server::Refusal& refusal) {
    must(refusal.status >= 400 && refusal.status < 600);
    must(!refusal.code.empty() && !refusal.detail.empty());
    read.outcome = Read::Outcome::kRefused;
  }
  return read;
}

void must_be_same(const Read& a, const Read& b) {
  must(a.head.method == b.head.method && a.head.path == b.head.path);
  must(a.head.query == b.head.query && a.head.headers == b.head.headers);
  must(a.body == b.body && a.wants_close == b.wants_close);
}

/// What holds of every request that is read, whoever stands before the server.
void check_head(const endpoints::Request& head) {
  must(head.path.starts_with('/'));
  int hosts = 0;
  int lengths = 0;
  for (const auto& [name, value] : head.headers) {
    must(!name.empty() && endpoints::without_blanks(value) == value);
    must(std::ranges::none_of(value, [](char c) { return c == '\r' || c == '\n' || c == '\0'; }));
    if (endpoints::is_same_name(name, "Host")) ++hosts;
    if (endpoints::is_same_name(name, "Content-Length") ||
        endpoints::is_same_name(name, "Transfer-Encoding")) {
      ++lengths;
    }
  }
  must(hosts == 1 && lengths <= 1);
}

/// The request with its body in one chunk, if any, where it came in chunks.
std::string written(const Read& read) {
  std::string text = read.head.method + " " + read.head.path;
  if (!read.head.query.empty()) text += "?" + read.head.query;
  text += " HTTP/1.1\r\n";
  for (const auto& [name, value] : read.head.headers) text += name + ":" + value + "\r\n";
  text += "\r\n";
  if (read.head.header("Transfer-Encoding").empty()) return text + read.body;
  if (!read.body.empty()) {
    char size[16];
    std::snprintf(size, sizeof(size), "%zx\r\n", read.body.size());
    text += size + read.body + "\r\n";
  }
  return text + "0\r\n\r\n";
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // Longer lines of chunks are refused as soon as they are seen to be, which depends on the pieces.
  if (size == 0 || size > 8192) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data + 1), size - 1);
  const Read whole = read(bytes, std::max<std::size_t>(1, bytes.size()));
  const Read pieces = read(bytes, data[0] % 64 + 1);
  must(whole.outcome == pieces.outcome);
  if (whole.outcome == Read::Outcome::kRefused) return 0;
  must_be_same(whole, pieces);
  if (whole.outcome != Read::Outcome::kComplete) return 0;
  must(whole.used == pieces.used);
  check_head(whole.head);
  const std::string text = written(whole);
  const Read again = read(text, text.size());
  must(again.outcome == Read::Outcome::kComplete && again.used == text.size());
  must_be_same(whole, again);
  return 0;
}
