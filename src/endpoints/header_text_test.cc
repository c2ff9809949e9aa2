#include "endpoints/header_text.h"

#include <gtest/gtest.h>

#include "endpoints/message.h"

namespace ca::endpoints {
namespace {

TEST(HeaderText, AWeightIsReadInAnyCaseWhereAParameterBegins) {
  EXPECT_EQ(quality_of(""), 1);
  EXPECT_EQ(quality_of("q=0.5"), 0.5);
  EXPECT_EQ(quality_of("level=1;\tQ=0.25 "), 0.25);
  EXPECT_EQ(quality_of("seq=0.5"), 1);
  for (const char* bad : {"q=", "q=x", "q=1.5", "q=-1", "q=nan", "q=0.5x"}) {
    EXPECT_EQ(quality_of(bad), 0) << bad;
  }
}

TEST(HeaderText, ItemsAreTakenOneAfterTheOther) {
  std::string_view rest = " a ;\tb=c, d,";
  EXPECT_EQ(take_item(rest, ';'), "a");
  EXPECT_EQ(take_item(rest, ','), "b=c");
  EXPECT_EQ(take_item(rest, ','), "d");
  EXPECT_EQ(take_item(rest, ','), "");
  EXPECT_EQ(rest, "");
}

TEST(Message, ListsOfSeveralLinesBecomeOneLine) {
  Headers headers = {{"Accept", "a/b"},          {"Cookie", "a=b"},          {"accept", "c/d"},
                     {"If-None-Match", "\"1\""}, {"IF-NONE-MATCH", "\"2\""}, {"Cookie", "c=d"}};
  join_lists(headers);
  EXPECT_EQ(headers, (Headers{{"Accept", "a/b, c/d"},
                              {"Cookie", "a=b"},
                              {"If-None-Match", "\"1\", \"2\""},
                              {"Cookie", "c=d"}}));
}

}  // namespace
}  // namespace ca::endpoints
