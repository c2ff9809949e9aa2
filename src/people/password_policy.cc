#include <algorithm>
#include <string>
#include <unordered_set>

#include "base/messages.h"
#include "base/utf8.h"
#include "people/common_passwords.h"
#include "people/passwords.h"

namespace ca::people {
namespace {

constexpr std::size_t kLeast = 12;
constexpr std::size_t kMost = 128;

bool is_listed(std::string_view word) {
  static const auto words = [] {
    std::unordered_set<std::string_view> set;
    for (std::string_view rest = common_passwords(); !rest.empty();) {
      const std::size_t end = std::min(rest.find_first_of(" \n"), rest.size());
      if (end > 0) set.insert(rest.substr(0, end));
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return set;
  }();
  return words.contains(word);
}

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c & 0x80) != 0; }

/// "password1234!" is "password" to those who guess.
std::string_view without_ends(std::string_view text) {
  while (!text.empty() && !is_letter(text.front())) text.remove_prefix(1);
  while (!text.empty() && !is_letter(text.back())) text.remove_suffix(1);
  return text;
}

/// "abcabcabcabc": a beginning of at most half its length again and again.
bool is_repetition(std::string_view text) {
  for (std::size_t unit = 1; unit <= text.size() / 2; ++unit) {
    if (text.substr(unit) == text.substr(0, text.size() - unit)) return true;
  }
  return false;
}

/// "abcdefghijkl", "987654321098": each character the neighbour of the one before.
bool is_sequence(std::string_view text) {
  for (const int step : {1, -1}) {
    std::size_t breaks = 0;
    for (std::size_t i = 1; i < text.size(); ++i) breaks += text[i] - text[i - 1] != step ? 1U : 0U;
    if (breaks <= 1) return true;
  }
  return false;
}

bool is_common(const std::string& password) {
  const std::string_view core = without_ends(password);
  return is_listed(password) || core.empty() || is_listed(core) || is_repetition(password) ||
         is_sequence(password);
}

}  // namespace

void check_password(std::string_view password, std::string_view username, std::string_view email) {
  const auto refuse = [](const char* why) { throw message_error("M-REG-PW", {}, why); };
  const std::size_t size = characters_of(password);
  if (size < kLeast) refuse("It has fewer than 12 characters.");
  if (size > kMost) refuse("It has more than 128 characters.");
  const std::string small = ascii_lower(password);
  if (small == ascii_lower(username) || (!email.empty() && small == ascii_lower(email))) {
    refuse("It is the user name or the e-mail.");
  }
  if (is_common(small)) refuse("It is among the first that are guessed. Take a few unusual words.");
}

}  // namespace ca::people
