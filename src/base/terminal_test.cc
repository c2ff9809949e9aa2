#include "base/terminal.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <limits>

namespace ca {
namespace {

TEST(Visible, LeavesNothingThatDrivesATerminal) {
  EXPECT_EQ(visible("plain, naïve 日本 🎉"), "plain, naïve 日本 🎉");
  EXPECT_EQ(visible("a\nb\r\tc"), "a\\nb\\r\\tc");
  EXPECT_EQ(visible("\x1b[2J\x07"), "\\x1b[2J\\x07");
  EXPECT_EQ(visible("\xC2\x9B"
                    "31m"),
            "\\x9b31m");  // the one-byte escape of C1
  EXPECT_EQ(visible("\xE2\x80\xAE"
                    "evil"),
            "\\u202eevil");  // turns the direction
  EXPECT_EQ(visible(std::string_view("\0\x7F", 2)), "\\x00\\x7f");
  EXPECT_EQ(visible("\xFF"), "\xEF\xBF\xBD");
}

TEST(CutTo, CountsColumnsNotBytes) {
  EXPECT_EQ(cut_to("naïve", 5), "naïve");
  EXPECT_EQ(cut_to("naïve café", 6), "naïve…");
  EXPECT_EQ(cut_to("日本語", 6), "日本語");
  EXPECT_EQ(cut_to("日本語", 5), "日本…");
  EXPECT_EQ(cut_to("日本語", 4), "日…");
  EXPECT_EQ(cut_to("abcdef", 5, false), "ab...");
  EXPECT_EQ(cut_to("abcdef", 2, false), "..");
  EXPECT_EQ(cut_to("abcdef", 1), "…");
  EXPECT_EQ(cut_to("abcdef", 0), "");
  EXPECT_EQ(columns_of("日本e\xCC\x81"), 5u);
}

TEST(WithSeparators, GroupsByThrees) {
  EXPECT_EQ(with_separators(0), "0");
  EXPECT_EQ(with_separators(999), "999");
  EXPECT_EQ(with_separators(1000), "1,000");
  EXPECT_EQ(with_separators(-999), "-999");
  EXPECT_EQ(with_separators(-1234567), "-1,234,567");
  EXPECT_EQ(with_separators(std::numeric_limits<std::int64_t>::min()),
            "-9,223,372,036,854,775,808");
}

TEST(Terminal, IsNoneForAFile) {
  std::FILE* file = std::tmpfile();
  ASSERT_NE(file, nullptr);
  const Terminal terminal = terminal_of(fileno(file));
  EXPECT_FALSE(terminal.is_terminal);
  EXPECT_FALSE(terminal.colour);
  EXPECT_EQ(terminal.columns, 0);
  std::fclose(file);
}

}  // namespace
}  // namespace ca
