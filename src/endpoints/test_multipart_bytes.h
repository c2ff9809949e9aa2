#pragma once

#include <algorithm>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include "base/error.h"
#include "endpoints/multipart.h"

namespace ca::endpoints::testing {

/// What came of a body: its file, or nothing when it was refused.
struct ReadForm {
  std::optional<FilePartHead> head;
  std::string content;
  std::string refusal;  ///< the Error's message; empty: it was read
};

/// Reads it in pieces of `piece` bytes.
inline ReadForm read_form(std::string_view boundary, std::string_view body, std::size_t piece) {
  ReadForm form;
  try {
    MultipartFile reader(
        boundary,
        [&](const FilePartHead& head) {
          if (form.head) throw std::logic_error("two heads");
          form.head = head;
        },
        [&](std::string_view content) {
          if (!form.head) throw std::logic_error("content before the head");
          if (content.empty()) throw std::logic_error("an empty piece");
          form.content += content;
        });
    for (std::size_t at = 0; at < body.size(); at += piece) reader.write(body.substr(at, piece));
    reader.finish();
  } catch (const Error& error) {
    if (error.code() != "E-PARAM") throw std::logic_error("another code than promised");
    form.refusal = error.message();
  }
  return form;
}

/// For tests with any bytes: the first says how the rest is cut into pieces. Throws
/// std::logic_error when a body means something else in other pieces, or another thing than a
/// slower reading of it.
inline void try_multipart(std::string_view bytes) {
  if (bytes.empty()) return;
  const std::size_t piece = static_cast<unsigned char>(bytes.front()) % 64 + 1;
  const std::string_view body = bytes.substr(1);
  const ReadForm pieces = read_form("xx", body, piece);
  const ReadForm whole = read_form("xx", body, std::max<std::size_t>(1, body.size()));
  if (pieces.refusal.empty() != whole.refusal.empty()) throw std::logic_error("pieces matter");
  if (!whole.refusal.empty()) return;
  if (pieces.content != whole.content) throw std::logic_error("content differs");
  // Of a body that is accepted, the content is what stands between the head and the last boundary.
  const std::size_t begin = body.find("\r\n\r\n") + 4;
  const std::size_t end = body.rfind("\r\n--xx--");
  if (body.substr(begin, end - begin) != whole.content) throw std::logic_error("other content");
}

}  // namespace ca::endpoints::testing
