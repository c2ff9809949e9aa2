#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ca::endpoints {

/// Percent-decoded UTF-8 without NUL; nothing for anything else.
std::optional<std::string> decode(std::string_view text);
/// Everything but unreserved characters as %XX.
std::string encode(std::string_view text);

/// The names and values of a query, in their order, decoded; a plus is a blank. Error E-PARAM for
/// what cannot be decoded, and for more than a hundred.
std::vector<std::pair<std::string, std::string>> parse_query(std::string_view query);

/// The segments of a path, still encoded: "/a/b" has two. Nothing when it does not begin with a
/// slash or has an empty segment.
std::optional<std::vector<std::string_view>> segments_of(std::string_view path);

}  // namespace ca::endpoints
