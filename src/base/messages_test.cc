#include "base/messages.h"

#include <gtest/gtest.h>

#include <set>

namespace ca {
namespace {

TEST(Messages, FillsInWhatVaries) {
  EXPECT_EQ(message_text("M-AUTH-LOCKED", {{"minutes", "3"}}),
            "Too many attempts. Try again in 3 minutes.");
  const Error error = message_error("M-500", {{"id", "a1"}});
  EXPECT_EQ(error.code(), "M-500");
  EXPECT_EQ(error.message(), "Something failed on our side. Reference a1.");
}

TEST(Messages, HaveIdsOfTheirOwnAndSentences) {
  std::set<std::string_view> ids;
  for (const Message& message : messages()) {
    EXPECT_TRUE(ids.insert(message.id).second) << message.id;
    EXPECT_FALSE(message.text.empty()) << message.id;
  }
}

TEST(Messages, OfAnUnknownIdAreAMistake) {
  EXPECT_THROW(message_text("M-NONE"), std::out_of_range);
}

}  // namespace
}  // namespace ca
