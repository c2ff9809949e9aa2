#include "ingest/value_reader.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace ca::ingest {
namespace {

constexpr double kLargestAmount = 1e15;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool equals_ignoring_case(std::string_view text, std::string_view lower_word) {
  if (text.size() != lower_word.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (lower(text[i]) != lower_word[i]) return false;
  }
  return true;
}

}  // namespace

ValueReader::Number ValueReader::number(std::string_view text) const {
  text = trim(text);
  if (text.empty()) return {};
  const char first = text.front();
  if (!is_digit(first) && is_null_word(text)) return {};
  const Number unreadable{0, Outcome::kUnreadable};
  std::string_view digits = text;
  if (digits.front() == '+' || digits.front() == '-') digits.remove_prefix(1);
  if (digits.empty() ||
      !(is_digit(digits.front()) || digits.front() == '.' || digits.front() == decimal)) {
    return unreadable;
  }
  if (text.front() == '+') text.remove_prefix(1);

  std::array<char, 64> buffer;
  if (decimal != '.') {
    if (text.size() > buffer.size() || text.find('.') != std::string_view::npos) return unreadable;
    std::ranges::replace_copy(text, buffer.begin(), decimal, '.');
    text = {buffer.data(), text.size()};
  }
  Number read{0, Outcome::kValue};
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), read.value);
  if (failure == std::errc::result_out_of_range && end == text.data() + text.size()) {
    const std::size_t exponent = text.find_first_of("eE");
    const bool is_tiny = exponent != std::string_view::npos && text[exponent + 1] == '-';
    return is_tiny ? Number{0, Outcome::kValue} : unreadable;
  }
  if (failure != std::errc() || end != text.data() + text.size() ||
      !(std::abs(read.value) <= kLargestAmount)) {
    return unreadable;
  }
  return read;
}

ValueReader::Boolean ValueReader::boolean(std::string_view text) {
  text = trim(text);
  if (text.empty()) return {};
  for (const std::string_view word : {"true", "1", "t", "yes", "y", "1.0"}) {
    if (equals_ignoring_case(text, word)) return {true, Outcome::kValue};
  }
  for (const std::string_view word : {"false", "0", "f", "no", "n", "0.0"}) {
    if (equals_ignoring_case(text, word)) return {false, Outcome::kValue};
  }
  return {false, is_null_word(text) ? Outcome::kMissing : Outcome::kUnreadable};
}

bool ValueReader::can_read(std::string_view text, FieldType type) const {
  switch (type) {
    case FieldType::kInstant: return instant(text).reading != InstantReading::kUnreadable;
    case FieldType::kNumber: return number(text).outcome != Outcome::kUnreadable;
    case FieldType::kBoolean: return boolean(text).outcome != Outcome::kUnreadable;
    case FieldType::kText: break;
  }
  return true;
}

}  // namespace ca::ingest
