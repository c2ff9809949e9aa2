#include "workspace/people_tables.h"

#include <gtest/gtest.h>

#include "workspace/test_support.h"

namespace ca::workspace {
namespace {

using testing::code_of;

struct Tables {
  testing::TemporaryFolder folder;
  Home home = Home::open(folder.path());
  testing::FakeClock time;
  Workspace workspace{home, time.clock()};
  PeopleDatabase database{workspace};

  std::int64_t add(const std::string& name, const std::string& role = "viewer") {
    return database.write([&](PeopleTables& tables) {
      UserRecord user;
      user.username = name;
      user.role = role;
      user.password_hash = "h";
      user.created_at = "t";
      return tables.users.add(user);
    });
  }
};

TEST(PeopleTables, KeepUsersWhoseNamesDifferInMoreThanCase) {
  Tables t;
  const std::int64_t kim = t.add("Kim", "owner");
  EXPECT_EQ(code_of([&] { t.add("kIM"); }), "E-PARAM");
  t.database.write([&](PeopleTables& tables) {
    UserRecord user = *tables.users.find_by_name("KIM");
    EXPECT_EQ(user.id, kim);
    EXPECT_EQ(user.username, "Kim");
    EXPECT_FALSE(user.email);
    EXPECT_FALSE(user.totp_secret);
    EXPECT_FALSE(user.last_login_at);
    user.email = "kim@example.com";
    user.bio = "it's ? :a 🌷";
    user.is_active = false;
    tables.users.update(user);
    tables.users.set_last_login(kim, "now");
  });
  t.database.read([&](PeopleTables& tables) {
    const UserRecord user = *tables.users.find_by_email("KIM@example.com");
    EXPECT_EQ(user.bio, "it's ? :a 🌷");
    EXPECT_FALSE(user.is_active);
    EXPECT_EQ(user.last_login_at, "now");
    EXPECT_EQ(tables.users.count(), 1);
    EXPECT_EQ(tables.users.count_active("owner"), 0);
    EXPECT_FALSE(tables.users.find(kim + 1));
  });
}

TEST(PeopleTables, ForgetWhatBelongsToAUserWithHim) {
  Tables t;
  const std::int64_t kim = t.add("kim");
  t.database.write([&](PeopleTables& tables) {
    tables.sessions.add({"s", kim, "c", "t", "t", "u", "a", "b", "r"});
    tables.remembered.add({"r", "h", "", kim, "t", "t", "u", "a", "b"});
    ApiTokenRecord token;
    token.user = kim;
    token.hash = "h";
    tables.tokens.add(token);
    tables.resets.add({"h", kim, "t", "u", std::nullopt});
    tables.users.remove(kim);
    EXPECT_FALSE(tables.sessions.find("s"));
    EXPECT_FALSE(tables.remembered.find("r"));
    EXPECT_FALSE(tables.tokens.find("h"));
    EXPECT_FALSE(tables.resets.find("h"));
  });
  EXPECT_GT(t.add("kim"), kim) << "an id is never used twice";
}

TEST(PeopleTables, EndSessionsThatAreOverOrIdle) {
  Tables t;
  const std::int64_t kim = t.add("kim");
  t.database.write([&](PeopleTables& tables) {
    tables.sessions.add({"over", kim, "c", "1", "8", "5", "", "", ""});
    tables.sessions.add({"idle", kim, "c", "1", "3", "9", "", "", ""});
    tables.sessions.add({"good", kim, "c", "1", "4", "6", "", "", ""});
    tables.sessions.remove_ended("5", "3");
    const auto left = tables.sessions.of_user(kim);
    ASSERT_EQ(left.size(), 1U);
    EXPECT_EQ(left[0].id_hash, "good");
    EXPECT_EQ(tables.sessions.remove_series(""), 0) << "an empty series is none";
    EXPECT_EQ(tables.sessions.remove_of_user(kim, "good"), 0);
    EXPECT_EQ(tables.sessions.remove_of_user(kim, ""), 1);
  });
}

TEST(PeopleTables, FindTheNewestFailuresOfANameOrAnAddress) {
  Tables t;
  t.database.note([&](PeopleTables& tables) {
    for (const char* at : {"1", "2", "3"}) tables.failures.add("kim", "a", at);
    tables.failures.add("lee", "a", "4");
    EXPECT_EQ(tables.failures.of_name("kim", "1", 9), (std::vector<std::string>{"3", "2"}));
    EXPECT_EQ(tables.failures.of_address("a", "0", 2), (std::vector<std::string>{"4", "3"}));
    tables.failures.remove("kim", "b");
    tables.failures.remove_before("1");
    EXPECT_EQ(tables.failures.of_name("kim", "0", 9).size(), 2U);
    tables.failures.remove_of_name("kim");
    EXPECT_EQ(tables.failures.of_address("a", "0", 9), (std::vector<std::string>{"4"}));
  });
}

TEST(PeopleTables, WriteAllOfATransactionOrNothing) {
  Tables t;
  const std::int64_t kim = t.add("kim");
  EXPECT_EQ(code_of([&] {
              t.database.write([&](PeopleTables& tables) {
                tables.users.remove(kim);
                throw Error("E-TEST", "enough");
              });
            }),
            "E-TEST");
  t.database.read([&](PeopleTables& tables) { EXPECT_TRUE(tables.users.find(kim)); });
}

TEST(PeopleTables, SayWhenSomethingMayHaveChanged) {
  Tables t;
  const auto stamp = [&] { return t.database.read([](PeopleTables& p) { return p.stamp(); }); };
  const ChangeStamp first = stamp();
  EXPECT_EQ(stamp(), first) << "reading changes nothing";
  const std::int64_t kim = t.add("kim");
  const ChangeStamp second = stamp();
  EXPECT_NE(second, first);
  Workspace elsewhere(t.home, t.time.clock());
  PeopleDatabase(elsewhere).write([&](PeopleTables& tables) { tables.users.remove(kim); });
  EXPECT_NE(stamp(), second);
}

TEST(PeopleTables, KeepBytesOfSecretsAsTheyAre) {
  Tables t;
  const std::string bytes("\0'\xff\n", 4);
  t.database.write([&](PeopleTables& tables) {
    const std::int64_t id = tables.secrets.put({0, "a", bytes, bytes, "k1"}, "t");
    EXPECT_EQ(tables.secrets.put({0, "a", bytes + "x", bytes, "k2"}, "t"), id);
    const SecretRecord secret = *tables.secrets.find("a");
    EXPECT_EQ(secret.ciphertext, bytes + "x");
    EXPECT_EQ(secret.nonce, bytes);
    EXPECT_EQ(tables.secrets.key_ids(), (std::vector<std::string>{"k2"}));
    EXPECT_EQ(tables.secrets.remove("a"), 1);
  });
}

TEST(PeopleTables, PageTheAuditLogFromItsEnd) {
  Tables t;
  t.database.write([&](PeopleTables& tables) {
    for (int i = 0; i < 5; ++i) {
      AuditRecord record;
      record.action = std::to_string(i);
      if (i == 3) record.user = 7;
      tables.audit.add(record);
    }
    tables.audit.rename(7, "gone");
    const auto page = tables.audit.list(0, 2);
    ASSERT_EQ(page.size(), 2U);
    EXPECT_EQ(page[0].action, "4");
    EXPECT_EQ(page[0].username, "");
    EXPECT_EQ(page[1].username, "gone");
    EXPECT_EQ(page[1].user, 7);
    EXPECT_EQ(tables.audit.list(page[1].id, 9).size(), 3U);
  });
}

TEST(PeopleTables, KeepSettingsThatConnectDoesNotReplace) {
  Tables t;
  t.database.write([](PeopleTables& tables) {
    EXPECT_FALSE(tables.settings.get("people.registration"));
    tables.settings.put("people.registration", "closed");
    tables.settings.put("people.registration", "open");
  });
  t.workspace.save({});
  t.database.read(
      [](PeopleTables& tables) { EXPECT_EQ(tables.settings.get("people.registration"), "open"); });
}

}  // namespace
}  // namespace ca::workspace
