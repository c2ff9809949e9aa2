// Invitations, the first owner, registration, lost passwords; who may do what to whom.

#include <gtest/gtest.h>

#include <thread>
#include <utility>

#include "people/test_support.h"

namespace ca::people {
namespace {

using namespace std::chrono_literals;
using testing::code_of;
using testing::kOther;
using testing::kPassword;
using testing::Town;

TEST(FirstOwner, ComesInByTheNewestLinkWithinAnHour) {
  Town town;
  const auto old = town.people.first_owner_link();
  const auto link = town.people.first_owner_link();
  ASSERT_TRUE(link);
  EXPECT_EQ(link->expires_at, "2024-05-01T13:03:04.500Z");
  const auto enrol = [&](const std::string& name, const std::string& token) {
    return code_of([&] { town.people.enrol({name, "", kPassword, token}, town.visitor); });
  };
  EXPECT_EQ(enrol("eve", old->token), "M-LINK-BAD") << "a new start makes it void";
  town.wait(1h);
  EXPECT_EQ(enrol("kim", link->token), "M-LINK-BAD");
  const auto again = town.people.first_owner_link();
  const Account kim = town.people.enrol({"kim", "", kPassword, again->token}, town.visitor);
  EXPECT_EQ(kim.role, Role::kOwner);
  EXPECT_EQ(enrol("eve", again->token), "M-LINK-BAD");
  EXPECT_FALSE(town.people.first_owner_link());
  EXPECT_EQ(town.people.users().size(), 1U);
}

TEST(FirstOwner, IsNotWantedOnceThereIsAUser) {
  Town town;
  const auto link = town.people.first_owner_link();
  town.add("kim", Role::kOwner);
  EXPECT_FALSE(town.people.is_good_invitation(link->token));
  EXPECT_EQ(code_of([&] {
              town.people.enrol({"eve", "", kPassword, link->token}, town.visitor);
            }),
            "M-LINK-BAD");
}

TEST(Invitations, AreOfOneUseWithinSevenDays) {
  Town town;
  const Actor owner = town.actor(town.add("kim", Role::kOwner));
  const Link link = town.people.invite(owner, {Role::kAnalyst, {}, "lee@example.com"});
  EXPECT_TRUE(town.people.is_good_invitation(link.token));
  EXPECT_FALSE(town.people.is_good_invitation("x"));
  ASSERT_EQ(town.people.invitations().size(), 1U);
  EXPECT_FALSE(town.people.is_good_invitation(town.people.invitations()[0].id));
  EXPECT_EQ(code_of([&] {
              town.people.enrol({"lee", "eve@example.com", kPassword, link.token}, town.visitor);
            }),
            "E-PARAM");
  const Account lee = town.people.enrol({"lee", "", kPassword, link.token}, town.visitor);
  EXPECT_EQ(lee.role, Role::kAnalyst);
  EXPECT_EQ(lee.email, "lee@example.com");
  EXPECT_EQ(code_of([&] {
              town.people.enrol({"eve", "", kPassword, link.token}, town.visitor);
            }),
            "M-LINK-BAD");
  const Link late = town.people.invite(owner, {Role::kViewer, {}, {}});
  town.wait(7 * 24h);
  EXPECT_FALSE(town.people.is_good_invitation(late.token));
}

TEST(Invitations, GiveNoMoreThanTheirMakerHas) {
  Town town;
  const Account owner = town.add("kim", Role::kOwner);
  const Account admin = town.add("lee", Role::kAdmin);
  const Account analyst = town.add("max", Role::kAnalyst);
  EXPECT_EQ(code_of([&] {
              town.people.invite(town.actor(admin), {Role::kOwner, {}, {}});
            }),
            "M-403");
  EXPECT_EQ(code_of([&] {
              town.people.invite(town.actor(analyst), {Role::kViewer, {}, {}});
            }),
            "M-403");
  const Link link = town.people.invite(town.actor(admin), {Role::kAdmin, {}, {}});
  EXPECT_TRUE(town.people.is_good_invitation(link.token));
  // It ends with its maker's right to give it.
  town.people.change_user(town.actor(owner), admin.id, {.role = Role::kAnalyst});
  EXPECT_FALSE(town.people.is_good_invitation(link.token));
  town.people.change_user(town.actor(owner), admin.id, {.role = Role::kAdmin});
  EXPECT_TRUE(town.people.is_good_invitation(link.token));
  town.people.remove_user(town.actor(owner), admin.id);
  EXPECT_FALSE(town.people.is_good_invitation(link.token));
}

TEST(Invitations, OfANameAreForThatName) {
  Town town;
  town.add("kim", Role::kOwner);
  const Link link = town.people.invite(Actor::command_line(), {Role::kViewer, "lee", {}});
  EXPECT_EQ(code_of([&] {
              town.people.enrol({"eve", "", kPassword, link.token}, town.visitor);
            }),
            "E-PARAM");
  EXPECT_EQ(town.people.enrol({"Lee", "", kPassword, link.token}, town.visitor).username, "Lee");
}

TEST(Invitations, AreTakenOnceByTwoAtATime) {
  Town town;
  town.add("kim", Role::kOwner);
  const Link link = town.people.invite(Actor::command_line(), {Role::kViewer, {}, {}});
  std::atomic<int> made = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&, i] {
      const std::string name = "user" + std::to_string(i);
      if (code_of([&] {
            town.people.enrol({name, "", kPassword, link.token}, town.visitor);
          }) == "none") {
        ++made;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(made, 1);
  EXPECT_EQ(town.people.users().size(), 2U);
}

TEST(Registration, IsClosedUnlessItIsOpened) {
  Town town;
  const Actor owner = town.actor(town.add("kim", Role::kOwner));
  const auto enrol = [&](const std::string& name, const std::string& email = {}) {
    return code_of([&] { town.people.enrol({name, email, kPassword, ""}, town.visitor); });
  };
  // What is taken, or not even a name, is answered alike.
  for (const char* name : {"lee", "kim", "?"}) EXPECT_EQ(enrol(name), "M-REG-CLOSED");
  town.people.set_registration_open(owner, true);
  EXPECT_EQ(enrol("lee", "lee@example.com"), "none");
  EXPECT_EQ(town.people.find_user("lee")->role, Role::kViewer);
  EXPECT_EQ(enrol("KIM"), "M-REG-USER");
  EXPECT_EQ(enrol("max", "LEE@example.com"), "M-REG-MAIL");
  EXPECT_EQ(enrol("m x"), "E-PARAM");
  EXPECT_EQ(code_of([&] {
              town.people.enrol({"max", "", "short", ""}, town.visitor);
            }),
            "M-REG-PW");
  // Names cannot be found out by the hundred.
  for (int i = 0; i < 3; ++i) EXPECT_EQ(enrol("kim"), "M-REG-USER");
  EXPECT_EQ(enrol("kim"), "M-AUTH-LOCKED");
  town.people.set_registration_open(owner, false);
  EXPECT_EQ(enrol("max"), "M-REG-CLOSED");
}

TEST(Registration, AdmitsFewAccountsOfAnAddressInAnHour) {
  Town town;
  const Actor owner = town.actor(town.add("kim", Role::kOwner));
  town.people.set_registration_open(owner, true);
  const auto enrol = [&](const std::string& name, const std::string& invitation = {}) {
    return code_of([&] { town.people.enrol({name, "", kPassword, invitation}, town.visitor); });
  };
  town.visitor.address = "2001:db8:1:2::1";
  for (int i = 0; i < 5; ++i) EXPECT_EQ(enrol("user" + std::to_string(i)), "none");
  town.visitor.address = "2001:db8:1:2:ffff::9";
  EXPECT_EQ(enrol("lee"), "M-AUTH-LOCKED") << "of the same network";
  // Who has an account or an invitation is not kept out.
  EXPECT_EQ(code_of([&] { town.sign_in("user0"); }), "none");
  EXPECT_EQ(enrol("max", town.people.invite(owner, {Role::kViewer, {}, {}}).token), "none");
  // A failure, which makes older ones forgotten, does not make room.
  town.wait(30min);
  EXPECT_EQ(code_of([&] { town.sign_in("kim", false, kOther); }), "M-AUTH-BAD");
  try {
    town.people.enrol({"lee", "", kPassword, ""}, town.visitor);
    ADD_FAILURE();
  } catch (const Error& error) {
    EXPECT_EQ(error.message(), "Too many attempts. Try again in 30 minutes.");
  }
  const std::string address = std::exchange(town.visitor.address, "198.51.100.1");
  EXPECT_EQ(enrol("eve"), "none");
  town.visitor.address = address;
  town.people.set_registration_open(owner, false);
  EXPECT_EQ(enrol("lee"), "M-REG-CLOSED");
  town.people.set_registration_open(owner, true);
  town.wait(30min);
  EXPECT_EQ(enrol("lee"), "none");
}

TEST(Names, AreOfTheSpecification) {
  Town town;
  const auto code = [&](const std::string& name, const std::string& email = {}) {
    return code_of([&] {
      town.people.add_user(Actor::command_line(), {name, email, kPassword, Role::kViewer});
    });
  };
  for (const char* bad : {"", "ab", "a b", "a/b", "../kim", "kim'", "kím", "kim\n"}) {
    EXPECT_EQ(code(bad), "E-PARAM") << bad;
  }
  EXPECT_EQ(code(std::string(65, 'a')), "E-PARAM");
  EXPECT_EQ(code(std::string(64, 'a')), "none");
  EXPECT_EQ(code("A.b_c-9"), "none");
  EXPECT_EQ(code("a.B_C-9"), "M-REG-USER");
  for (const char* bad : {"kim", "kim@", "@example.com", "kim@example..com", "kim@.example.com",
                          "k im@example.com", "kim@exa mple.com", "<kim>@example.com", ".@a"}) {
    EXPECT_EQ(code("kim", bad), "E-PARAM") << bad;
  }
  EXPECT_EQ(code("kim", std::string(60, 'a') + "@" + std::string(194, 'b')), "E-PARAM");
  EXPECT_EQ(code("kim", "kim+shop@example.co.uk"), "none");
}

TEST(PasswordReset, IsOfOneUseWithinAnHourAndEndsAllSessions) {
  Town town;
  const Actor owner = town.actor(town.add("kim", Role::kOwner));
  const Account lee = town.add("lee");
  const SignedIn in = town.sign_in("lee", true);
  const Link old = town.people.start_password_reset(owner, lee.id);
  const Link link = town.people.start_password_reset(owner, lee.id);
  const auto reset = [&](const Link& with, const char* password) {
    return code_of([&] { town.people.reset_password(with.token, password, town.visitor); });
  };
  EXPECT_EQ(reset(old, kOther), "M-LINK-BAD");
  EXPECT_EQ(reset(link, "short"), "M-REG-PW");
  EXPECT_EQ(reset(link, kOther), "none");
  EXPECT_EQ(reset(link, kOther), "M-LINK-BAD");
  EXPECT_FALSE(town.people.by_session(in.session));
  EXPECT_FALSE(town.people.by_remembered(in.remember, town.visitor));
  EXPECT_EQ(code_of([&] { town.sign_in("lee"); }), "M-AUTH-BAD");
  EXPECT_EQ(code_of([&] { town.sign_in("lee", false, kOther); }), "none");
  const Link late = town.people.start_password_reset(owner, lee.id);
  town.wait(1h);
  EXPECT_EQ(reset(late, kPassword), "M-LINK-BAD");
}

TEST(PasswordReset, EndsWithItsMakersRightToMakeIt) {
  Town town;
  const Actor owner = town.actor(town.add("kim", Role::kOwner));
  const Account admin = town.add("lee", Role::kAdmin);
  const Account viewer = town.add("max");
  const auto reset = [&](const Link& with) {
    return code_of([&] { town.people.reset_password(with.token, kOther, town.visitor); });
  };
  const auto change = [&](const Account& user, const UserChange& wanted) {
    town.people.change_user(owner, user.id, wanted);
  };
  const Link link = town.people.start_password_reset(town.actor(admin), viewer.id);
  change(viewer, {.role = Role::kOwner});
  EXPECT_EQ(reset(link), "M-LINK-BAD") << "the user is above its maker";
  change(viewer, {.role = Role::kViewer});
  change(admin, {.is_active = false});
  EXPECT_EQ(reset(link), "M-LINK-BAD");
  change(admin, {.role = Role::kAnalyst, .is_active = true});
  EXPECT_EQ(reset(link), "M-LINK-BAD");
  change(admin, {.role = Role::kAdmin});
  EXPECT_EQ(reset(link), "none");
  // Nobody is the command line, but who was removed is not nobody.
  const Link last = town.people.start_password_reset(town.actor(admin), viewer.id);
  town.people.remove_user(owner, admin.id);
  EXPECT_EQ(reset(last), "M-LINK-BAD");
  const Link typed = town.people.start_password_reset(Actor::command_line(), viewer.id);
  change(viewer, {.role = Role::kOwner});
  EXPECT_EQ(reset(typed), "none");
}

TEST(Roles, NobodyDoesToHimselfWhatHisPasswordIsAskedFor) {
  Town town;
  town.add("kim", Role::kOwner);
  for (const Role role : {Role::kAdmin, Role::kOwner}) {
    const Account lee = town.add("lee", role);
    const Actor himself = town.actor(lee);
    const auto refused = [&](auto work, const std::string& instead) {
      try {
        work();
        ADD_FAILURE() << instead;
      } catch (const Error& error) {
        EXPECT_EQ(error.code(), "E-CONFLICT");
        EXPECT_NE(error.hint().find(instead), std::string::npos) << error.hint();
      }
    };
    refused([&] { town.people.start_password_reset(himself, lee.id); },
            "PUT /api/v1/account/password.");
    refused([&] { town.people.change_user(himself, lee.id, {.without_totp = true}); },
            "DELETE /api/v1/account/totp.");
    refused([&] { town.people.remove_user(himself, lee.id); }, "DELETE /api/v1/account.");
    EXPECT_EQ(town.people.change_user(himself, lee.id, {.role = Role::kAdmin}).role, Role::kAdmin);
    // The command line is nobody's account.
    town.people.start_password_reset(Actor::command_line(), lee.id);
    town.people.change_user(Actor::command_line(), lee.id, {.without_totp = true});
    town.people.remove_user(Actor::command_line(), lee.id);
  }
}

TEST(Roles, NobodyTouchesWhoIsAboveHim) {
  Town town;
  const Account owner = town.add("kim", Role::kOwner);
  const Account admin = town.add("lee", Role::kAdmin);
  const Account viewer = town.add("max");
  const Actor by_admin = town.actor(admin);
  const auto refused = [&](auto work) { EXPECT_EQ(code_of(work), "M-403"); };
  refused([&] { town.people.change_user(by_admin, owner.id, {.role = Role::kViewer}); });
  refused([&] { town.people.change_user(by_admin, owner.id, {.is_active = false}); });
  refused([&] { town.people.change_user(by_admin, owner.id, {.without_totp = true}); });
  refused([&] { town.people.remove_user(by_admin, owner.id); });
  refused([&] { town.people.start_password_reset(by_admin, owner.id); });
  refused([&] { town.people.change_user(by_admin, viewer.id, {.role = Role::kOwner}); });
  refused([&] { town.people.change_user(by_admin, admin.id, {.role = Role::kOwner}); });
  refused(
      [&] { town.people.change_user(town.actor(viewer), viewer.id, {.role = Role::kAnalyst}); });
  refused([&] { town.people.add_user(by_admin, {"eve", "", kPassword, Role::kOwner}); });
  EXPECT_EQ(town.people.change_user(by_admin, viewer.id, {.role = Role::kAdmin}).role,
            Role::kAdmin);
  EXPECT_EQ(code_of([&] { town.people.remove_user(by_admin, 99); }), "M-404");
}

TEST(Roles, ThereIsAlwaysAnOwner) {
  Town town;
  const Account kim = town.add("kim", Role::kOwner);
  const Account lee = town.add("lee", Role::kOwner);
  const Actor by_kim = town.actor(kim);
  town.people.change_user(by_kim, lee.id, {.is_active = false});
  const auto refused = [&](auto work) { EXPECT_EQ(code_of(work), "E-CONFLICT"); };
  refused([&] { town.people.change_user(by_kim, kim.id, {.role = Role::kAdmin}); });
  refused([&] { town.people.change_user(by_kim, kim.id, {.is_active = false}); });
  refused([&] { town.people.remove_user(Actor::command_line(), kim.id); });
  const SignedIn in = town.sign_in("kim");
  refused([&] { town.people.delete_account(in.who, kPassword, "kim", town.visitor); });
  // Half of a change is none.
  refused(
      [&] { town.people.change_user(by_kim, kim.id, {.role = Role::kOwner, .is_active = false}); });
  town.people.change_user(by_kim, lee.id, {.is_active = true});
  town.people.change_user(by_kim, kim.id, {.role = Role::kAdmin});
  EXPECT_EQ(town.people.account(kim.id).role, Role::kAdmin);
}

TEST(Account, ChangesWhatIsAskedFor) {
  Town town;
  town.add("kim");
  town.people.add_user(Actor::command_line(), {"lee", "lee@example.com", kPassword, Role::kViewer});
  const Principal who = town.sign_in("kim").who;
  Account account = town.people.change_account(who,
                                               {.display_name = "Kim",
                                                .email = "kim@example.com",
                                                .bio = "It's; \"me\" 🌷",
                                                .timezone = "Europe/London"},
                                               town.visitor);
  EXPECT_EQ(account.display_name, "Kim");
  account = town.people.change_account(who, {.email = "", .theme = "dark"}, town.visitor);
  EXPECT_EQ(account.email, "");
  EXPECT_EQ(account.bio, "It's; \"me\" 🌷");
  EXPECT_EQ(account.theme, "dark");
  const auto code = [&](const AccountChange& change) {
    return code_of([&] { town.people.change_account(who, change, town.visitor); });
  };
  EXPECT_EQ(code({.email = "LEE@example.com"}), "M-REG-MAIL");
  EXPECT_EQ(code({.email = "lee"}), "E-PARAM");
  EXPECT_EQ(code({.timezone = "Europe/Nowhere"}), "E-PARAM");
}

TEST(Account, ANewPasswordEndsAllSessionsAndBeginsOne) {
  Town town;
  town.add("kim");
  const SignedIn one = town.sign_in("kim", true);
  const SignedIn two = town.sign_in("kim", true);
  const auto change = [&](const char* current, const char* next) {
    return code_of([&] { town.people.change_password(one.who, current, next, town.visitor); });
  };
  EXPECT_EQ(change(kOther, kOther), "M-SET-PW");
  EXPECT_EQ(change(kPassword, "password1234"), "M-REG-PW");
  const SignedIn now = town.people.change_password(one.who, kPassword, kOther, town.visitor);
  EXPECT_FALSE(town.people.by_session(one.session));
  EXPECT_FALSE(town.people.by_session(two.session));
  EXPECT_FALSE(town.people.by_remembered(two.remember, town.visitor));
  EXPECT_TRUE(town.people.by_session(now.session));
  EXPECT_TRUE(town.people.by_remembered(now.remember, town.visitor));
  EXPECT_NE(now.who.csrf_token, one.who.csrf_token);
  EXPECT_EQ(code_of([&] { town.sign_in("kim"); }), "M-AUTH-BAD");
}

TEST(Account, DeletedLeavesNoName) {
  Town town;
  town.add("kim", Role::kOwner);
  const Account lee = town.add("lee", Role::kAdmin);
  const SignedIn in = town.sign_in("lee", true);
  const NewApiToken token =
      town.people.create_token(in.who, "x", {Scope::kRead}, std::nullopt, town.visitor);
  town.people.begin_totp(in.who, kPassword, town.visitor);
  const auto erase = [&](const char* password, const char* name) {
    return code_of([&] { town.people.delete_account(in.who, password, name, town.visitor); });
  };
  EXPECT_EQ(erase(kOther, "lee"), "M-SET-PW");
  EXPECT_EQ(erase(kPassword, "kim"), "E-PARAM");
  EXPECT_EQ(erase(kPassword, "lee"), "none");
  EXPECT_FALSE(town.people.by_session(in.session));
  EXPECT_FALSE(town.people.by_token(token.text));
  EXPECT_FALSE(town.people.by_remembered(in.remember, town.visitor));
  EXPECT_FALSE(town.people.find_user("lee"));
  EXPECT_FALSE(town.people.secrets().get("totp.pending." + std::to_string(lee.id)));
  bool is_seen = false;
  for (const auto& record : town.people.audit(0, 100)) {
    EXPECT_EQ(
        (record.username + record.object + record.before_json + record.after_json).find("lee"),
        std::string::npos)
        << record.action;
    is_seen = is_seen || record.username == "deleted-" + std::to_string(lee.id);
  }
  EXPECT_TRUE(is_seen);
  EXPECT_NE(town.add("lee").id, lee.id) << "an id is never another's";
}

TEST(Audit, SaysWhoDidWhatAPageAtATime) {
  Town town;
  const Account kim = town.add("kim", Role::kOwner);
  const Account lee = town.add("lee");
  town.people.change_user(town.actor(kim), lee.id, {.role = Role::kAnalyst});
  code_of([&] { town.sign_in("my password by mistake"); });
  town.people.record(town.actor(kim), "run.start", "run/7", "", R"({"full":true})");
  const auto all = town.people.audit(0, 100);
  ASSERT_EQ(all.size(), 5U);
  EXPECT_EQ(all[0].action, "run.start");
  EXPECT_EQ(all[0].after_json, R"({"full":true})");
  EXPECT_EQ(all[1].action, "session.refused");
  EXPECT_EQ(all[1].username, "");
  EXPECT_EQ(all[1].object, "user") << "what was typed may be a password";
  EXPECT_EQ(all[2].action, "user.change");
  EXPECT_EQ(all[2].username, "kim");
  EXPECT_EQ(all[2].address, "192.0.2.1");
  EXPECT_EQ(all[2].at, "2024-05-01T12:03:04.500Z");
  EXPECT_EQ(all[2].object, "user/" + std::to_string(lee.id));
  EXPECT_EQ(all[2].before_json, R"({"role":"viewer","status":"active","totp":false})");
  EXPECT_EQ(all[2].after_json, R"({"role":"analyst","status":"active","totp":false})");
  const auto page = town.people.audit(all[1].id, 2);
  ASSERT_EQ(page.size(), 2U);
  EXPECT_EQ(page[0].id, all[2].id);
  EXPECT_EQ(page[1].id, all[3].id);
}

TEST(Threads, IdentifyWhileAnotherRevokes) {
  Town town;
  town.add("kim");
  std::atomic<bool> is_over = false;
  const SignedIn kept = town.sign_in("kim");
  const NewApiToken token =
      town.people.create_token(kept.who, "x", {Scope::kRead}, std::nullopt, town.visitor);
  std::vector<std::thread> threads;
  for (int i = 0; i < 2; ++i) {
    threads.emplace_back([&] {
      while (!is_over) {
        EXPECT_TRUE(town.people.by_session(kept.session));
        EXPECT_TRUE(town.people.by_token(token.text));
      }
    });
  }
  for (int i = 0; i < 20; ++i) {
    const SignedIn in = town.sign_in("kim");
    EXPECT_TRUE(town.people.by_session(in.session));
    town.people.end_session(kept.who, in.who.session, town.visitor);
    EXPECT_FALSE(town.people.by_session(in.session));
  }
  is_over = true;
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace ca::people
