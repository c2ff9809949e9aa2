#include "endpoints/header_text.h"

#include <algorithm>
#include <charconv>

namespace ca::endpoints {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }
bool is_blank(char c) { return c == ' ' || c == '\t'; }

}  // namespace

bool is_same_name(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, {}, lower, lower);
}

bool begins_with(std::string_view text, std::string_view start) {
  return text.size() >= start.size() && is_same_name(text.substr(0, start.size()), start);
}

std::string_view without_blanks(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

std::string_view take_item(std::string_view& rest, char separator) {
  const std::size_t end = rest.find(separator);
  const std::string_view item = without_blanks(rest.substr(0, end));
  rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  return item;
}

double quality_of(std::string_view parameters) {
  while (!parameters.empty()) {
    const std::string_view parameter = take_item(parameters, ';');
    if (!begins_with(parameter, "q=")) continue;
    double q = 0;
    const char* end = parameter.data() + parameter.size();
    const auto [at, error] = std::from_chars(parameter.data() + 2, end, q);
    return error == std::errc() && at == end && q >= 0 && q <= 1 ? q : 0;
  }
  return 1;
}

}  // namespace ca::endpoints
