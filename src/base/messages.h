#pragma once

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "base/error.h"

namespace ca {

/// The sentences the program says to people by a stable id (product.md 1.23), in English; a page
/// that speaks another language goes by the id.
struct Message {
  enum class Severity : std::uint8_t { kSuccess, kInfo, kWarning, kError };

  std::string_view id;  ///< "M-AUTH-BAD"
  Severity severity;
  std::string_view text;  ///< with {names} of what varies
};

std::span<const Message> messages();

using MessageValues = std::initializer_list<std::pair<std::string_view, std::string_view>>;

/// The text of a message of the catalogue, its {names} filled in. An id that is not there is a
/// mistake of the program: std::out_of_range.
std::string message_text(std::string_view id, MessageValues values = {});

/// An Error whose code is the id and whose message is the text. The values become its details.
Error message_error(std::string_view id, MessageValues values = {}, std::string hint = {});

}  // namespace ca
