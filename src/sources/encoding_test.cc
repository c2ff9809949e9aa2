#include "sources/encoding.h"

#include <random>

#include "base/utf8.h"
#include "sources/test_support.h"

namespace ca::sources {
namespace {

using namespace std::string_view_literals;
using testing::error_of;

bool is_utf8(std::string_view bytes, std::size_t piece) {
  Utf8Check check;
  for (std::size_t at = 0; at < bytes.size(); at += piece) check.feed(bytes.substr(at, piece));
  check.finish();
  return check.is_valid();
}

TEST(Utf8Check, TellsUtf8WhereverThePiecesEnd) {
  const std::pair<std::string_view, bool> cases[] = {
      {"", true},
      {"plain", true},
      {"caf\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80", true},
      {"\xED\x9F\xBF\xEE\x80\x80\xF4\x8F\xBF\xBF", true},  // next to the surrogates; the last one
      {"caf\xE9,1", false},                                // Windows-1252
      {"\x80", false},
      {"\xC3", false},  // ends too early
      {"\xE2\x82", false},
      {"\xC0\xAF", false},  // overlong
      {"\xE0\x9F\xBF", false},
      {"\xF0\x8F\xBF\xBF", false},
      {"\xED\xA0\x80", false},      // a surrogate
      {"\xF4\x90\x80\x80", false},  // past the last character
      {"\xF5\x80\x80\x80", false},
      {"\xC3\xA9\xFF", false},
  };
  for (const auto& [bytes, expected] : cases) {
    for (const std::size_t lead : {0, 1, 7, 31, 64, 100}) {
      const std::string text = std::string(lead, 'a') + std::string(bytes);
      for (const std::size_t piece : {1, 2, 3, 5, 1000}) {
        EXPECT_EQ(is_utf8(text, piece), expected) << lead << ' ' << piece;
        EXPECT_EQ(is_utf8(text + (expected ? "tail" : ""), piece), expected);
      }
    }
  }
}

TEST(Utf8Check, AgreesWithTheDecoderOnNoise) {
  std::mt19937 random(4);
  for (int round = 0; round < 20'000; ++round) {
    std::string bytes;
    for (int i = 0; i < 3; ++i) {
      if (random() % 2 == 0) {
        append_utf8(bytes, U"aé€😀\x7FF\x800\xFFFF"[random() % 7]);
      } else {
        bytes += static_cast<char>(random() % 256);
      }
    }
    ASSERT_EQ(is_utf8(bytes, 1 + random() % 4), is_valid_utf8(bytes));
  }
}

TEST(Utf8Check, SaysWhenAllIsAscii) {
  Utf8Check check;
  check.feed(std::string(100, 'a'));
  EXPECT_TRUE(check.is_ascii());
  check.feed("\xC3\xA9");
  EXPECT_FALSE(check.is_ascii());
  EXPECT_TRUE(check.is_valid());
}

TEST(Windows1252, EveryByteHasItsCharacter) {
  std::string high;
  for (int byte = 0x80; byte < 0x100; ++byte) high += static_cast<char>(byte);
  std::string text;
  append_windows_1252(text, "a" + high + "z");
  EXPECT_EQ(text,
            "a€\xC2\x81‚ƒ„…†‡ˆ‰Š‹Œ\xC2\x8DŽ\xC2\x8F\xC2\x90‘’“”•–—˜™š›œ\xC2\x9DžŸ"
            "\xC2\xA0¡¢£¤¥¦§¨©ª«¬\xC2\xAD®¯°±²³´µ¶·¸¹º»¼½¾¿"
            "ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖ×ØÙÚÛÜÝÞßàáâãäåæçèéêëìíîïðñòóôõö÷øùúûüýþÿz");
}

TEST(Encoding, KnowsItsNames) {
  for (const char* name : {"utf-8", "UTF8", "utf-8-sig"}) {
    EXPECT_EQ(encoding_of(name), Encoding::kUtf8);
  }
  for (const char* name : {"windows-1252", "CP1252", "latin-1", "ISO-8859-1"}) {
    EXPECT_EQ(encoding_of(name), Encoding::kWindows1252);
  }
  EXPECT_EQ(error_of([] { encoding_of("utf-16"); }).code(), "E-PARAM");
}

TEST(Encoding, TellsUtf16WithAndWithoutItsMark) {
  std::string little;
  std::string big;
  for (const char c : "order_id,client\n1,2\n"sv) {
    little += {c, '\0'};
    big += {'\0', c};
  }
  EXPECT_EQ(foreign_encoding("\xFF\xFE" + little), "UTF-16 (little-endian)");
  EXPECT_EQ(foreign_encoding("\xFE\xFF" + big), "UTF-16 (big-endian)");
  EXPECT_EQ(foreign_encoding(little), "UTF-16 (little-endian)");
  EXPECT_EQ(foreign_encoding(big), "UTF-16 (big-endian)");
  EXPECT_EQ(foreign_encoding("\xFF\xFE\0\0a\0\0\0"sv), "UTF-32 (little-endian)");
  EXPECT_EQ(foreign_encoding("\xEF\xBB\xBForder_id,client"), "");
  EXPECT_EQ(foreign_encoding("order_id,cl\0ient,\0"sv), "");
  EXPECT_EQ(foreign_encoding(""), "");
}

}  // namespace
}  // namespace ca::sources
