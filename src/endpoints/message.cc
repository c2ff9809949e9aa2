#include "endpoints/message.h"

#include <array>

#include "endpoints/header_text.h"

namespace ca::endpoints {

const std::string* find_header(const Headers& headers, std::string_view name) {
  for (const auto& [key, value] : headers) {
    if (is_same_name(key, name)) return &value;
  }
  return nullptr;
}

void join_lists(Headers& headers) {
  constexpr std::array<std::string_view, 4> lists = {"If-None-Match", "If-Match", "Accept",
                                                     "Accept-Encoding"};
  for (const std::string_view name : lists) {
    std::string* first = nullptr;
    for (auto& [key, value] : headers) {
      if (!is_same_name(key, name)) continue;
      if (first == nullptr) {
        first = &value;
      } else {
        *first += ", " + value;
        key.clear();
      }
    }
  }
  std::erase_if(headers, [](const auto& header) { return header.first.empty(); });
}

std::string_view Request::header(std::string_view name) const {
  const std::string* value = find_header(headers, name);
  return value == nullptr ? std::string_view() : std::string_view(*value);
}

}  // namespace ca::endpoints
