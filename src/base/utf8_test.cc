#include "base/utf8.h"

#include <gtest/gtest.h>

#include <vector>

namespace ca {
namespace {

TEST(AsciiLower, ChangesLettersOfAsciiOnly) {
  EXPECT_EQ(ascii_lower("AZ[@aZ_9\xc3\x84\xff"), "az[@az_9\xc3\x84\xff");
  EXPECT_EQ(ascii_lower(""), "");
}

TEST(Utf8, RoundTripsEveryScalarValue) {
  for (char32_t c = 0; c <= 0x10FFFF; ++c) {
    if (c == 0xD800) c = 0xE000;
    std::string text;
    append_utf8(text, c);
    std::size_t position = 0;
    ASSERT_EQ(next_code_point(text, position), c);
    ASSERT_EQ(position, text.size());
    ASSERT_TRUE(is_valid_utf8(text));
  }
}

TEST(Utf8, ReplacesIllFormedBytesAsUnicodeRecommends) {
  const std::string r = "\xEF\xBF\xBD";
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"a\x80z", "a" + r + "z"},            // lone continuation
      {"\xC0\xAF", r + r},                  // overlong
      {"\xE0\x80\xAF", r + r + r},          // overlong
      {"\xED\xA0\x80", r + r + r},          // surrogate
      {"\xF4\x90\x80\x80", r + r + r + r},  // past U+10FFFF
      {"\xF5", r},
      {"\xE6\x97", r},  // cut off
      {"\xF0\x9F\x8E"
       "a",
       r + "a"},  // cut off in the middle
      {"\xE6\xE6\x97\xA5", r + "\xE6\x97\xA5"},
      {r, r},
  };
  for (const auto& [text, expected] : cases) {
    EXPECT_EQ(to_valid_utf8(text), expected);
    EXPECT_EQ(is_valid_utf8(text), text == r);
  }
  EXPECT_TRUE(is_valid_utf8(""));
  EXPECT_TRUE(is_valid_utf8(std::string_view("a\0b", 3)));
}

TEST(Utf8, KnowsTheWidthOfCharacters) {
  EXPECT_EQ(display_width(U'a'), 1);
  EXPECT_EQ(display_width(U'é'), 1);
  EXPECT_EQ(display_width(U'─'), 1);
  EXPECT_EQ(display_width(U'…'), 1);
  EXPECT_EQ(display_width(U'日'), 2);
  EXPECT_EQ(display_width(U'한'), 2);
  EXPECT_EQ(display_width(U'🎉'), 2);
  EXPECT_EQ(display_width(U'\u0301'), 0);  // combining accent
  EXPECT_EQ(display_width(U'\u200D'), 0);  // joiner
  EXPECT_EQ(display_width(U'\x1b'), 0);
}

}  // namespace
}  // namespace ca
