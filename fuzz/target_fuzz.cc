// Any text is the query of an address or an Error; and what was read comes back from its encoding.

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/utf8.h"
#include "endpoints/target.h"

namespace {

using namespace ca::endpoints;

void must(bool holds) {
  if (!holds) std::abort();
}

void try_query(std::string_view text) {
  try {
    const auto parameters = parse_query(text);
    std::string again;
    for (const auto& [name, value] : parameters) again += encode(name) + "=" + encode(value) + "&";
    must(parse_query(again) == parameters);
  } catch (const ca::Error& error) {
    must(error.code() == "E-PARAM" && !error.message().empty());
  }
}

void try_path(std::string_view text) {
  const auto segments = segments_of(text);
  if (!segments) return;
  std::string again;
  for (const std::string_view segment : *segments) (again += '/') += segment;
  must(again == text);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  try_query(text);
  try_path(text);
  const bool is_text = ca::is_valid_utf8(text) && text.find('\0') == std::string_view::npos;
  must(decode(encode(text)) == (is_text ? std::optional(std::string(text)) : std::nullopt));
  if (const auto decoded = decode(text)) must(decode(encode(*decoded)) == decoded);
  return 0;
}
