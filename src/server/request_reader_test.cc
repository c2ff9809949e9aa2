#include "server/request_reader.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace ca::server {
namespace {

/// The status with which bytes are refused; 0 for a request that was read; -1 when more is wanted.
int status_of(std::string_view bytes, std::uint64_t limit = 1'000) {
  RequestReader reader;
  std::string body;
  try {
    std::size_t used = reader.read_head(bytes);
    if (!reader.has_head()) return -1;
    for (std::size_t more = 1; more > 0 && !reader.is_complete(); used += more) {
      more = reader.read_body(bytes.substr(used), limit, body);
    }
    return reader.is_complete() ? 0 : -1;
  } catch (const Refusal& refusal) {
    return refusal.status;
  }
}

std::string with(std::string_view headers) {
  return "POST / HTTP/1.1\r\nHost: a\r\n" + std::string(headers) + "\r\n";
}

TEST(RequestReader, ReadsWhatARequestSays) {
  RequestReader reader;
  const std::string text =
      "PUT /a%20b?c=d?e HTTP/1.1\r\nHost: x\r\nA-Name:  a value \t\r\nEmpty:\r\n"
      "Content-Length: 3\r\n\r\nabcGET";
  std::size_t used = reader.read_head(text);
  ASSERT_TRUE(reader.has_head());
  EXPECT_EQ(reader.head().method, "PUT");
  EXPECT_EQ(reader.head().path, "/a%20b");
  EXPECT_EQ(reader.head().query, "c=d?e");
  EXPECT_EQ(reader.head().header("a-name"), "a value");
  EXPECT_EQ(reader.head().headers.size(), 4);
  EXPECT_FALSE(reader.wants_close());
  EXPECT_TRUE(reader.has_body());
  std::string body;
  used += reader.read_body(text.substr(used), 3, body);
  EXPECT_TRUE(reader.is_complete());
  EXPECT_EQ(body, "abc");
  EXPECT_EQ(text.substr(used), "GET");
}

TEST(RequestReader, ReadsTheSameInPiecesOfAnySize) {
  const std::string text =
      "POST /x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
      "5\r\nhello\r\n1;a=\"b\"\r\n!\r\n0\r\nT: v\r\n\r\n";
  for (std::size_t piece = 1; piece <= text.size(); ++piece) {
    RequestReader reader;
    std::string body;
    std::string there;
    for (std::size_t i = 0; i < text.size(); i += piece) {
      there += text.substr(i, piece);
      if (!reader.has_head()) there.erase(0, reader.read_head(there));
      if (reader.has_head()) there.erase(0, reader.read_body(there, 100, body));
    }
    EXPECT_TRUE(reader.is_complete()) << piece;
    EXPECT_EQ(body, "hello!");
    EXPECT_EQ(there, "");
  }
}

TEST(RequestReader, ReadsAnEmptyBodyOfChunksByteByByte) {
  for (const std::string_view chunks : {"0\r\n\r\n", "00\r\n\r\n", "0;a\r\nT: v\r\n\r\n"}) {
    RequestReader reader;
    reader.read_head(with("Transfer-Encoding: chunked\r\n"));
    std::string body;
    std::string there;
    for (const char c : chunks) {
      EXPECT_FALSE(reader.is_complete());
      there += c;
      there.erase(0, reader.read_body(there, 100, body));
    }
    EXPECT_TRUE(reader.is_complete()) << chunks;
    EXPECT_EQ(there + body, "");
  }
}

TEST(RequestReader, DoesNotHeedTrailers) {
  RequestReader reader;
  const std::string text =
      with("Transfer-Encoding: chunked\r\n") + "1\r\na\r\n0\r\nConnection: close\r\nA: b\r\n\r\n";
  std::string body;
  std::size_t used = reader.read_head(text);
  while (!reader.is_complete()) used += reader.read_body(text.substr(used), 100, body);
  EXPECT_EQ(used, text.size());
  EXPECT_FALSE(reader.wants_close());
  EXPECT_EQ(reader.head().headers.size(), 2);
}

TEST(RequestReader, RefusesWhatTwoReadersCouldUnderstandDifferently) {
  const std::string nul(1, '\0');
  const std::vector<std::pair<std::string, int>> requests = {
      // Lengths.
      {with("Content-Length: 1\r\nContent-Length: 1\r\n") + "a", 400},
      {with("Content-Length: 1\r\nContent-Length: 2\r\n") + "a", 400},
      {with("Content-Length: 1, 1\r\n") + "a", 400},
      {with("Content-Length: +1\r\n") + "a", 400},
      {with("Content-Length: -1\r\n") + "a", 400},
      {with("Content-Length: 0x1\r\n") + "a", 400},
      {with("Content-Length: 1 1\r\n") + "a", 400},
      {with("Content-Length:\r\n"), 400},
      {with("Content-Length: 99999999999999999999\r\n"), 400},
      {with("Content-Length: 3\r\nTransfer-Encoding: chunked\r\n") + "0\r\n\r\n", 400},
      {with("Transfer-Encoding: chunked\r\nContent-Length: 3\r\n") + "0\r\n\r\n", 400},
      {with("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n") + "0\r\n\r\n", 400},
      {with("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n"), 501},
      {with("Transfer-Encoding: chunked, identity\r\n"), 501},
      {with("Transfer-Encoding: gzip, chunked\r\n"), 501},
      {with("Transfer-Encoding: xchunked\r\n"), 501},
      {with("Transfer-Encoding: \"chunked\"\r\n"), 501},
      {with("Transfer-Encoding:\r\n"), 501},
      {with("Transfer-Encoding : chunked\r\n"), 400},
      {with("Transfer-Encoding: \x0b"
            "chunked\r\n"),
       400},
      // Lines.
      {"GET / HTTP/1.1\nHost: a\n\n", 400},
      {"GET / HTTP/1.1\r\nHost: a\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost: a\r\nX: y\rContent-Length: 3\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost: a\r\r\n\r\n", 400},
      {with("X: y\r\n folded\r\n"), 400},
      {with("X: y\r\n\tfolded\r\n"), 400},
      {"GET / HTTP/1.1\r\n Host: a\r\n\r\n", 400},
      {with("X: a" + nul + "b\r\n"), 400},
      {with("X" + nul + ": b\r\n"), 400},
      {with("X: \x01\r\n"), 400},
      {with("X: \x7f\r\n"), 400},
      {with("no colon\r\n"), 400},
      {with(": no name\r\n"), 400},
      {with("a b: c\r\n"), 400},
      {with("a[]: c\r\n"), 400},
      // Request lines.
      {"GET  / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"GET / HTTP/1.1 \r\nHost: a\r\n\r\n", 400},
      {" GET / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"GET /\tx HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"GET /a b HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"GET /\xc3\xa4 HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"GET /a#b HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"GET a HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"GET http://a/ HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"GET /\r\n\r\n", 400},
      {"GET / http/1.1\r\nHost: a\r\n\r\n", 400},
      {"GET / HTTP/1.1x\r\nHost: a\r\n\r\n", 400},
      {"GET / HTTP/1.0\r\nHost: a\r\n\r\n", 505},
      {"GET / HTTP/0.9\r\nHost: a\r\n\r\n", 505},
      {"GET / HTTP/1.2\r\nHost: a\r\n\r\n", 505},
      {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505},
      {"BREW / HTTP/1.1\r\nHost: a\r\n\r\n", 501},
      {"get / HTTP/1.1\r\nHost: a\r\n\r\n", 501},
      {"CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n", 501},
      {"G(T / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"\x16\x03\x01\x02" + nul + "\x01" + nul, 400},  // TLS
      // Hosts, expectations.
      {"GET / HTTP/1.1\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", 400},
      {with("Expect: miracles\r\n"), 417},
      // Chunks.
      {with("Transfer-Encoding: chunked\r\n") + "x\r\n", 400},
      {with("Transfer-Encoding: chunked\r\n") + "-1\r\na\r\n", 400},
      {with("Transfer-Encoding: chunked\r\n") + "0x1\r\na\r\n0\r\n\r\n", 400},
      {with("Transfer-Encoding: chunked\r\n") + "1\r\nab\r\n0\r\n\r\n", 400},
      {with("Transfer-Encoding: chunked\r\n") + "1 \na\r\n0\r\n\r\n", 400},
      {with("Transfer-Encoding: chunked\r\n") + "1\na\n0\n\n\r\n\r\n", 400},
      {with("Transfer-Encoding: chunked\r\n") + "1;a\nb\r\na\r\n0\r\n\r\n", 400},
      {with("Transfer-Encoding: chunked\r\n") + "11111111111111111\r\n", 400},
      {with("Transfer-Encoding: chunked\r\n") + "ffffffffffffffff\r\n", 413},
      {with("Transfer-Encoding: chunked\r\n") + "0\r\nContent-Length: 3\r\n\r\n", 400},
  };
  for (const auto& [request, status] : requests) {
    EXPECT_EQ(status_of(request), status) << request;
  }
}

TEST(RequestReader, LimitsWhatItReads) {
  EXPECT_EQ(status_of("GET /" + std::string(32'768, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n"), 414);
  EXPECT_EQ(status_of("GET /" + std::string(60'000, 'a')), 414);
  EXPECT_EQ(status_of("GET /" + std::string(32'000, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n"), 0);
  EXPECT_EQ(status_of(with("X: " + std::string(50'000, 'a') + "\r\n")), 431);
  EXPECT_EQ(status_of("GET / HTTP/1.1\r\nX: " + std::string(50'000, 'a')), 431);
  std::string many;
  for (int i = 0; i < 99; ++i) many += "A: b\r\n";
  EXPECT_EQ(status_of(with(many)), 0);
  EXPECT_EQ(status_of(with(many + "A: b\r\n")), 431);

  EXPECT_EQ(status_of(with("Content-Length: 10\r\n") + "0123456789", 10), 0);
  EXPECT_EQ(status_of(with("Content-Length: 11\r\n"), 10), 413);
  EXPECT_EQ(status_of(with("Transfer-Encoding: chunked\r\n") + "a\r\n0123456789\r\n0\r\n\r\n", 10),
            0);
  EXPECT_EQ(status_of(with("Transfer-Encoding: chunked\r\n") + "a\r\n0123456789\r\n1\r\n", 10),
            413);
  EXPECT_EQ(status_of(with("Transfer-Encoding: chunked\r\n") + "1;" + std::string(9'000, 'a')),
            400);
  EXPECT_EQ(
      status_of(with("Transfer-Encoding: chunked\r\n") + "0\r\nT: " + std::string(9'000, 'a')),
      400);
}

TEST(RequestReader, SeesABrokenLineBeforeTheHeadIsWhole) {
  EXPECT_EQ(status_of("GET / HTTP/1.1\n"), 400);
  EXPECT_EQ(status_of("GET / HTTP/1.1\r\nHost: a\r\nX: \x02"), 400);
  EXPECT_EQ(status_of("GET / HTTP/1.1\r\nHost: a\r\n"), -1);
}

TEST(RequestReader, IgnoresOneEmptyLineBeforeARequest) {
  EXPECT_EQ(status_of("\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"), 0);
  EXPECT_EQ(status_of("\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"), 400);
}

}  // namespace
}  // namespace ca::server
