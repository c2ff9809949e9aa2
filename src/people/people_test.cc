// Signing in, sessions, tokens, and who may do what to whom.

#include "people/people.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "people/test_support.h"

namespace ca::people {
namespace {

using namespace std::chrono_literals;
using testing::code_of;
using testing::kOther;
using testing::kPassword;
using testing::Town;

TEST(SignIn, OpensASessionThatTheCookieAloneNames) {
  Town town;
  const Account kim = town.add("Kim", Role::kAnalyst);
  const SignedIn in = town.sign_in("kIM");
  const auto who = town.people.by_session(in.session);
  ASSERT_TRUE(who);
  EXPECT_EQ(who->user, kim.id);
  EXPECT_EQ(who->username, "Kim");
  EXPECT_EQ(who->role, Role::kAnalyst);
  EXPECT_FALSE(who->is_token());
  EXPECT_EQ(who->csrf_token, in.who.csrf_token);
  EXPECT_EQ(in.session.size(), 43U);
  EXPECT_NE(in.session, in.who.session);
  EXPECT_TRUE(in.remember.empty());
  // The hash, the CSRF token and what was never given let nobody in.
  EXPECT_FALSE(town.people.by_session(in.who.session));
  EXPECT_FALSE(town.people.by_session(in.who.csrf_token));
  EXPECT_FALSE(town.people.by_session(""));
  EXPECT_EQ(town.people.account(kim.id).last_login_at, "2024-05-01T12:03:04.500Z");
}

TEST(SignIn, RefusesAlikeWhoeverItIs) {
  Town town;
  town.add("kim");
  const Account lee = town.add("lee");
  town.people.change_user(Actor::command_line(), lee.id, {.is_active = false});
  const auto refused = [&](const char* name, const char* password) {
    try {
      town.sign_in(name, false, password);
    } catch (const Error& error) {
      return error.code() + error.message() + error.hint();
    }
    return std::string("none");
  };
  const std::string wrong = refused("kim", kOther);
  EXPECT_TRUE(wrong.starts_with("M-AUTH-BAD"));
  EXPECT_EQ(refused("nobody", kPassword), wrong);
  EXPECT_EQ(refused("lee", kPassword), wrong);
}

TEST(SignIn, EndsTheSessionTheBrowserHad) {
  Town town;
  town.add("kim");
  const SignedIn first = town.sign_in("kim");
  const SignedIn second =
      town.people.sign_in({"kim", kPassword, "", false, first.who.session, ""}, town.visitor);
  EXPECT_FALSE(town.people.by_session(first.session));
  EXPECT_TRUE(town.people.by_session(second.session));
  EXPECT_NE(first.who.csrf_token, second.who.csrf_token);
}

TEST(Throttle, ANewPasswordUnlocksTheName) {
  Town town;
  const Actor owner = town.actor(town.add("kim", Role::kOwner));
  const Account lee = town.add("lee");
  for (int i = 0; i < 5; ++i) {
    town.visitor.address = "192.0.2." + std::to_string(i);
    EXPECT_EQ(code_of([&] { town.sign_in("lee", false, kOther); }), "M-AUTH-BAD");
  }
  town.visitor.address = "198.51.100.1";
  EXPECT_EQ(code_of([&] { town.sign_in("lee"); }), "M-AUTH-LOCKED");
  const Link link = town.people.start_password_reset(owner, lee.id);
  town.people.reset_password(link.token, kOther, town.visitor);
  EXPECT_EQ(code_of([&] { town.sign_in("LEE", false, kOther); }), "none");
}

TEST(Throttle, ANameThatWasFreeIsNotLockedForItsNewOwner) {
  Town town;
  for (int i = 0; i < 5; ++i) {
    town.visitor.address = "192.0.2." + std::to_string(i);
    EXPECT_EQ(code_of([&] { town.sign_in("lee"); }), "M-AUTH-BAD");
  }
  town.visitor.address = "198.51.100.1";
  town.add("lee");
  EXPECT_EQ(code_of([&] { town.sign_in("lee"); }), "none");
}

TEST(Throttle, LocksANameAfterFiveFailuresFromAnywhere) {
  Town town;
  town.add("kim");
  for (int i = 0; i < 5; ++i) {
    town.visitor.address = "192.0.2." + std::to_string(i);
    EXPECT_EQ(code_of([&] { town.sign_in("KIM", false, kOther); }), "M-AUTH-BAD");
    town.wait(1min);
  }
  town.visitor.address = "198.51.100.1";
  try {
    town.sign_in("kim");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "M-AUTH-LOCKED");
    EXPECT_EQ(error.message(), "Too many attempts. Try again in 10 minutes.");
    ASSERT_EQ(error.details().size(), 1U);
    EXPECT_EQ(error.details()[0].second, "10");
  }
  // Attempts while it is locked do not prolong it.
  town.wait(10min);
  EXPECT_TRUE(town.people.by_session(town.sign_in("kim").session));
}

TEST(Throttle, LocksAnAddressWhateverNamesItTries) {
  Town town;
  town.add("kim");
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(code_of([&] { town.sign_in("guess" + std::to_string(i)); }), "M-AUTH-BAD");
  }
  EXPECT_EQ(code_of([&] { town.sign_in("kim"); }), "M-AUTH-LOCKED");
  town.visitor.address = "198.51.100.1";
  EXPECT_EQ(code_of([&] { town.sign_in("kim"); }), "none");
}

TEST(Throttle, CountsAnIpv6NetworkAsOneAddress) {
  Town town;
  town.add("kim");
  for (int i = 0; i < 5; ++i) {
    town.visitor.address = "2001:db8:1:2::" + std::to_string(i + 1);
    EXPECT_EQ(code_of([&] { town.sign_in("guess" + std::to_string(i)); }), "M-AUTH-BAD");
  }
  town.visitor.address = "2001:db8:1:2:ffff::9";
  EXPECT_EQ(code_of([&] { town.sign_in("kim"); }), "M-AUTH-LOCKED");
  town.visitor.address = "2001:db8:1:3::1";
  EXPECT_EQ(code_of([&] { town.sign_in("kim"); }), "none");
}

TEST(Throttle, OutlivesTheProgramAndASuccessElsewhere) {
  Town town;
  town.add("kim");
  for (int i = 0; i < 4; ++i) code_of([&] { town.sign_in("kim", false, kOther); });
  const Visitor elsewhere{"198.51.100.1", ""};
  town.people.sign_in({"kim", kPassword, "", false, "", ""}, elsewhere);
  workspace::Workspace again(town.home, town.time.clock());
  People later(again, town.home, testing::kCheap);
  EXPECT_EQ(code_of([&] {
              later.sign_in({"kim", kOther, "", false, "", ""}, town.visitor);
            }),
            "M-AUTH-BAD");
  EXPECT_EQ(code_of([&] {
              later.sign_in({"kim", kPassword, "", false, "", ""}, town.visitor);
            }),
            "M-AUTH-LOCKED");
}

TEST(Sessions, EndAfterTwelveHoursWithoutARequest) {
  Town town;
  town.add("kim");
  const SignedIn in = town.sign_in("kim");
  for (int i = 0; i < 5; ++i) {
    town.wait(11h);
    EXPECT_TRUE(town.people.by_session(in.session)) << i;
  }
  town.wait(12h);
  EXPECT_FALSE(town.people.by_session(in.session));
}

TEST(Sessions, EndAfterThirtyDaysWhateverHappens) {
  Town town;
  town.add("kim");
  const SignedIn in = town.sign_in("kim");
  for (int i = 0; i < 71; ++i) {
    town.wait(10h);
    ASSERT_TRUE(town.people.by_session(in.session)) << i;
  }
  town.wait(10h);
  EXPECT_FALSE(town.people.by_session(in.session));
}

TEST(Sessions, AreListedAndRevoked) {
  Town town;
  town.add("kim");
  const Account lee = town.add("lee");
  const SignedIn one = town.sign_in("kim");
  town.wait(1min);
  town.visitor = {"198.51.100.7", "Telephone"};
  const SignedIn two = town.sign_in("kim", true);
  const SignedIn other = town.sign_in("lee");
  auto list = town.people.sessions(one.who);
  ASSERT_EQ(list.size(), 2U);
  EXPECT_EQ(list[0].user_agent, "Telephone");
  EXPECT_EQ(list[0].address, "198.51.100.7");
  EXPECT_TRUE(list[0].is_remembered);
  EXPECT_FALSE(list[0].is_current);
  EXPECT_TRUE(list[1].is_current);
  // Nobody ends another's.
  EXPECT_EQ(code_of([&] { town.people.end_session(other.who, list[0].id, town.visitor); }),
            "M-404");
  town.people.end_session(one.who, list[0].id, town.visitor);
  EXPECT_FALSE(town.people.by_session(two.session));
  EXPECT_FALSE(town.people.by_remembered(two.remember, town.visitor));
  EXPECT_TRUE(town.people.by_session(one.session));
  EXPECT_TRUE(town.people.by_session(other.session));
}

TEST(Sessions, OfOthersAllEndAtOnce) {
  Town town;
  town.add("kim");
  const SignedIn one = town.sign_in("kim", true);
  const SignedIn two = town.sign_in("kim", true);
  town.people.end_other_sessions(one.who, town.visitor);
  EXPECT_TRUE(town.people.by_session(one.session));
  EXPECT_FALSE(town.people.by_session(two.session));
  EXPECT_FALSE(town.people.by_remembered(two.remember, town.visitor));
  EXPECT_TRUE(town.people.by_remembered(one.remember, town.visitor));
}

TEST(Sessions, OfARememberedBrowserAreListedWhenTheyHaveEnded) {
  Town town;
  town.add("kim");
  const SignedIn in = town.sign_in("kim", true);
  town.wait(20h);
  const SignedIn now = town.sign_in("kim");
  const auto list = town.people.sessions(now.who);
  ASSERT_EQ(list.size(), 2U);
  EXPECT_TRUE(list[1].is_remembered);
  town.people.end_session(now.who, list[1].id, town.visitor);
  EXPECT_FALSE(town.people.by_remembered(in.remember, town.visitor));
}

TEST(Sessions, OfOneRememberedBrowserAllSaySo) {
  Town town;
  town.add("kim");
  const SignedIn first = town.sign_in("kim", true);
  const auto second = town.people.by_remembered(first.remember, town.visitor);
  ASSERT_TRUE(second);
  const auto list = town.people.sessions(first.who);
  ASSERT_EQ(list.size(), 2U) << "the browser itself is not listed beside its sessions";
  EXPECT_TRUE(list[0].is_remembered);
  EXPECT_TRUE(list[1].is_remembered);
}

TEST(Remembered, StartsASessionAndIsRenewed) {
  Town town;
  town.add("kim");
  const SignedIn first = town.sign_in("kim", true);
  ASSERT_FALSE(first.remember.empty());
  town.wait(48h);
  EXPECT_FALSE(town.people.by_session(first.session));
  const auto second = town.people.by_remembered(first.remember, town.visitor);
  ASSERT_TRUE(second);
  EXPECT_TRUE(town.people.by_session(second->session));
  EXPECT_NE(second->remember, first.remember);
  // Requests that were under way with the old one.
  const auto beside = town.people.by_remembered(first.remember, town.visitor);
  ASSERT_TRUE(beside);
  EXPECT_TRUE(beside->remember.empty());
  town.wait(29 * 24h);
  EXPECT_TRUE(town.people.by_remembered(second->remember, town.visitor));
}

TEST(Remembered, EndsAfterThirtyDays) {
  Town town;
  town.add("kim");
  const SignedIn in = town.sign_in("kim", true);
  town.wait(30 * 24h);
  EXPECT_FALSE(town.people.by_remembered(in.remember, town.visitor));
}

TEST(Remembered, AnOldTokenEndsAllSessionsOfThatBrowser) {
  Town town;
  town.add("kim");
  const SignedIn first = town.sign_in("kim", true);
  const SignedIn elsewhere = town.sign_in("kim", true);
  const auto thief = town.people.by_remembered(first.remember, town.visitor);
  ASSERT_TRUE(thief);
  town.wait(2min);
  EXPECT_FALSE(town.people.by_remembered(first.remember, town.visitor));  // the victim
  EXPECT_FALSE(town.people.by_session(thief->session));
  EXPECT_FALSE(town.people.by_session(first.session));
  EXPECT_FALSE(town.people.by_remembered(thief->remember, town.visitor));
  EXPECT_TRUE(town.people.by_session(elsewhere.session));
  EXPECT_EQ(town.people.audit(0, 1).at(0).action, "session.stolen");
}

TEST(SignOut, EndsTheSessionAndForgetsTheBrowser) {
  Town town;
  town.add("kim");
  const SignedIn in = town.sign_in("kim", true);
  town.people.sign_out(in.who, in.remember, town.visitor);
  EXPECT_FALSE(town.people.by_session(in.session));
  EXPECT_FALSE(town.people.by_remembered(in.remember, town.visitor));
}

TEST(Tokens, LetProgramsInUntilTheyEnd) {
  Town town;
  const Account kim = town.add("kim", Role::kAnalyst);
  const Principal who = town.sign_in("kim").who;
  const NewApiToken token =
      town.people.create_token(who, "nightly", {Scope::kRead, Scope::kRun}, 30, town.visitor);
  EXPECT_TRUE(token.text.starts_with("ca_"));
  const auto program = town.people.by_token(token.text);
  ASSERT_TRUE(program);
  EXPECT_TRUE(program->is_token());
  EXPECT_EQ(*program->scopes, (std::vector{Scope::kRead, Scope::kRun}));
  EXPECT_EQ(program->role, Role::kAnalyst);
  EXPECT_TRUE(program->session.empty());
  EXPECT_FALSE(town.people.by_token("ca_" + std::string(43, 'A')));
  EXPECT_FALSE(town.people.by_token(token.text.substr(3)));
  town.wait(30 * 24h);
  EXPECT_FALSE(town.people.by_token(token.text));
  EXPECT_EQ(town.people.tokens(kim.id).size(), 1U);
}

TEST(Tokens, SayWhenTheyWereUsedToTheMinute) {
  Town town;
  const Account kim = town.add("kim");
  const Principal who = town.sign_in("kim").who;
  const NewApiToken token =
      town.people.create_token(who, "x", {Scope::kRead}, std::nullopt, town.visitor);
  EXPECT_FALSE(town.people.tokens(kim.id).at(0).last_used_at);
  town.people.by_token(token.text);
  const auto used = [&] { return town.people.tokens(kim.id).at(0).last_used_at.value_or(""); };
  EXPECT_EQ(used(), "2024-05-01T12:03:04.500Z");
  town.wait(59s);
  town.people.by_token(token.text);
  EXPECT_EQ(used(), "2024-05-01T12:03:04.500Z");
  town.wait(1s);
  town.people.by_token(token.text);
  EXPECT_EQ(used(), "2024-05-01T12:04:04.500Z");
}

TEST(Tokens, AreOnesOwn) {
  Town town;
  town.add("kim");
  const Account lee = town.add("lee");
  const Principal kim = town.sign_in("kim").who;
  const NewApiToken token =
      town.people.create_token(kim, "x", {Scope::kRead}, std::nullopt, town.visitor);
  EXPECT_EQ(code_of([&] {
              town.people.remove_token(town.sign_in("lee").who, token.token.id, town.visitor);
            }),
            "M-404");
  EXPECT_TRUE(town.people.tokens(lee.id).empty());
  EXPECT_TRUE(town.people.by_token(token.text));
  town.people.remove_token(kim, token.token.id, town.visitor);
  EXPECT_FALSE(town.people.by_token(token.text));
  EXPECT_EQ(code_of([&] { town.people.create_token(kim, "x", {}, std::nullopt, town.visitor); }),
            "E-PARAM");
}

TEST(Tokens, HaveNamesOfAHundredCharacters) {
  Town town;
  town.add("kim");
  const Principal who = town.sign_in("kim").who;
  const auto name = [&](std::size_t characters) {
    std::string text;
    for (std::size_t i = 0; i < characters; ++i) text += "🌷";
    return code_of(
        [&] { town.people.create_token(who, text, {Scope::kRead}, std::nullopt, town.visitor); });
  };
  EXPECT_EQ(name(0), "E-PARAM");
  EXPECT_EQ(name(100), "none");
  EXPECT_EQ(name(101), "E-PARAM");
}

TEST(Identification, SeesWhatAnotherProcessChanges) {
  Town town;
  const Account kim = town.add("kim", Role::kAdmin);
  const SignedIn in = town.sign_in("kim");
  const NewApiToken token =
      town.people.create_token(in.who, "x", {Scope::kRead}, std::nullopt, town.visitor);
  ASSERT_TRUE(town.people.by_session(in.session));
  ASSERT_TRUE(town.people.by_token(token.text));
  workspace::Workspace elsewhere(town.home, town.time.clock());
  People command_line(elsewhere, town.home, testing::kCheap);
  command_line.change_user(Actor::command_line(), kim.id, {.role = Role::kViewer});
  EXPECT_EQ(town.people.by_session(in.session)->role, Role::kViewer);
  EXPECT_EQ(town.people.by_token(token.text)->role, Role::kViewer);
  command_line.change_user(Actor::command_line(), kim.id, {.is_active = false});
  EXPECT_FALSE(town.people.by_session(in.session));
  EXPECT_FALSE(town.people.by_token(token.text));
  command_line.change_user(Actor::command_line(), kim.id, {.is_active = true});
  EXPECT_FALSE(town.people.by_session(in.session)) << "its sessions ended";
  EXPECT_TRUE(town.people.by_token(token.text)) << "its tokens rested";
}

}  // namespace
}  // namespace ca::people
