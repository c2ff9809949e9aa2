#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

#include "base/byte_cache.h"
#include "endpoints/message.h"
#include "server/encoding.h"

namespace ca::server {

/// A file that is open for reading.
class OpenFile {
 public:
  OpenFile() = default;
  /// Nothing when it cannot be opened or is not a plain file.
  static OpenFile open(const std::string& path);
  OpenFile(OpenFile&& other) noexcept : descriptor_(other.descriptor_), size_(other.size_) {
    other.descriptor_ = -1;
  }
  OpenFile& operator=(OpenFile&&) = delete;
  ~OpenFile();

  explicit operator bool() const { return descriptor_ >= 0; }
  std::uint64_t size() const { return size_; }  ///< bytes, when it was opened
  /// The next bytes, at most `most`; empty at the end of the file and when it cannot be read.
  std::string read(std::uint64_t offset, std::size_t most) const;

 private:
  int descriptor_ = -1;
  std::uint64_t size_ = 0;
};

/// An answer as it goes over the wire, but for Date, Connection and the empty line behind the head.
struct Answer {
  int status = 200;
  std::string head;  ///< lines that end in CRLF
  std::variant<std::string_view, endpoints::Bytes, OpenFile,
               std::shared_ptr<endpoints::EventSource>>
      body;
  std::uint64_t length = 0;  ///< of the body; not of a stream
  bool is_stream() const { return body.index() == 3; }
};

/// What belongs to every answer.
struct AnswerRules {
  std::string security_policy;      ///< Content-Security-Policy of answers that bring none
  bool is_tls = false;              ///< Strict-Transport-Security
  ByteCache* compressed = nullptr;  ///< forms of answers that have an ETag
};

/// The Content-Security-Policy unless options say otherwise: what the program itself serves, no
/// script or style inside a page, in nobody's frame.
std::string default_security_policy();

/// Takes the suffixes of forms out of If-None-Match and If-Match, so that the application meets
/// its own ETags. To be called before it sees the request.
void name_plain_tags(endpoints::Headers& headers);

/// Makes of the application's response what is sent: chooses the form by `accept_encoding`,
/// compresses, opens the file, completes the headers. `if_none_match` as the client sent it. On a
/// worker's thread: compressing takes time. A file that is not there becomes a 404.
Answer make_answer(endpoints::Response response, std::string_view id,
                   std::string_view accept_encoding, std::string_view if_none_match,
                   const AnswerRules& rules);

/// The same for what is there as it will be sent: no form is chosen. `content` outlives the answer.
Answer make_static_answer(const endpoints::Response& response, std::string_view content,
                          std::string_view id, const AnswerRules& rules);

/// "Thu, 26 Nov 2026 16:40:42 GMT" of now.
std::string http_date();

}  // namespace ca::server
