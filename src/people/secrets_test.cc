#include "people/secrets.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <thread>

#include "people/test_support.h"

namespace ca::people {
namespace {

using workspace::testing::code_of;
using workspace::testing::mode_of;

std::string content_of(const std::filesystem::path& file) {
  std::ostringstream text;
  text << std::ifstream(file, std::ios::binary).rdbuf();
  return text.str();
}

struct Vault {
  ScratchFolderInMemory folder;
  workspace::Home home = workspace::Home::open(folder.path());
  workspace::Workspace workspace{home};
  Secrets secrets{workspace, home};

  std::string key_file() const { return content_of(secrets.key_file()); }
  std::vector<workspace::SecretRecord> rows() {
    return workspace::PeopleDatabase(workspace).read(
        [](workspace::PeopleTables& tables) { return tables.secrets.all(); });
  }
};

TEST(Secrets, ComeBackAndAreReplacedAndRemoved) {
  Vault vault;
  EXPECT_EQ(vault.secrets.get("sessions.password"), std::nullopt);
  EXPECT_FALSE(std::filesystem::exists(vault.secrets.key_file()));
  vault.secrets.put("sessions.password", "tulip");
  vault.secrets.put("empty", "");
  vault.secrets.put("bytes", std::string("\0\xff'\"--", 6));
  EXPECT_EQ(vault.secrets.get("sessions.password"), "tulip");
  EXPECT_EQ(vault.secrets.get("empty"), "");
  EXPECT_EQ(vault.secrets.get("bytes"), std::string("\0\xff'\"--", 6));
  vault.secrets.put("sessions.password", "rose");
  EXPECT_EQ(vault.secrets.get("sessions.password"), "rose");
  EXPECT_EQ(vault.rows().size(), 3U);
  vault.secrets.remove("empty");
  EXPECT_EQ(vault.secrets.get("empty"), std::nullopt);
}

TEST(Secrets, KeepTheirKeyToTheirOwner) {
  Vault vault;
  vault.secrets.put("a", "tulip");
  EXPECT_EQ(mode_of(vault.secrets.key_file()), 0600U);
  std::filesystem::permissions(vault.secrets.key_file(), std::filesystem::perms(0640));
  EXPECT_EQ(code_of([&] { vault.secrets.get("a"); }), "E-PERM");
  EXPECT_EQ(code_of([&] { vault.secrets.put("b", "x"); }), "E-PERM");
  std::filesystem::permissions(vault.secrets.key_file(), std::filesystem::perms(0600));
  EXPECT_EQ(vault.secrets.get("a"), "tulip");
}

TEST(Secrets, AreNothingWithoutTheirKey) {
  Vault vault;
  vault.secrets.put("a", "tulip");
  const std::string key = vault.key_file();
  std::filesystem::remove(vault.secrets.key_file());
  EXPECT_EQ(code_of([&] { vault.secrets.get("a"); }), "E-SECRET");
  EXPECT_EQ(code_of([&] { vault.secrets.put("b", "x"); }), "E-SECRET") << "no new key in silence";
  EXPECT_FALSE(std::filesystem::exists(vault.secrets.key_file()));
  {
    std::ofstream(vault.secrets.key_file()) << "rubbish\n";
    std::filesystem::permissions(vault.secrets.key_file(), std::filesystem::perms(0600));
  }
  EXPECT_EQ(code_of([&] { vault.secrets.get("a"); }), "E-SECRET");
  std::ofstream(vault.secrets.key_file()) << key;
  EXPECT_EQ(vault.secrets.get("a"), "tulip");
}

TEST(Secrets, NoticeThatARowWasChangedOrSwapped) {
  Vault vault;
  vault.secrets.put("a", "tulip");
  vault.secrets.put("b", "rose!");
  auto rows = vault.rows();
  std::swap(rows[0].ciphertext, rows[1].ciphertext);
  std::swap(rows[0].nonce, rows[1].nonce);
  workspace::PeopleDatabase database(vault.workspace);
  database.write([&](workspace::PeopleTables& tables) {
    for (const auto& row : rows) tables.secrets.encrypt_anew(row, "");
  });
  EXPECT_EQ(code_of([&] { vault.secrets.get("a"); }), "E-SECRET");
  EXPECT_EQ(code_of([&] { vault.secrets.get("b"); }), "E-SECRET");
}

TEST(Secrets, AreEncryptedByANewKeyWhenAsked) {
  Vault vault;
  vault.secrets.put("a", "tulip");
  vault.secrets.put("b", "rose");
  const std::string before = vault.key_file();
  const auto old_rows = vault.rows();
  vault.secrets.rotate();
  EXPECT_EQ(vault.secrets.get("a"), "tulip");
  EXPECT_EQ(vault.secrets.get("b"), "rose");
  EXPECT_NE(vault.key_file(), before);
  EXPECT_EQ(vault.key_file().size(), before.size()) << "the old key is gone";
  EXPECT_EQ(mode_of(vault.secrets.key_file()), 0600U);
  const auto rows = vault.rows();
  ASSERT_EQ(rows.size(), 2U);
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(rows[i].id, old_rows[i].id);
    EXPECT_NE(rows[i].key_id, old_rows[i].key_id);
    EXPECT_NE(rows[i].ciphertext, old_rows[i].ciphertext);
  }
  vault.secrets.put("c", "iris");
  EXPECT_EQ(vault.secrets.get("c"), "iris");
}

/// Whatever file a rotation leaves behind when it dies, the rows can be read: it is killed at
/// random moments, in a process of its own.
TEST(Secrets, CanBeReadWheneverARotationDies) {
  ScratchFolderInMemory folder;
  const workspace::Home home = workspace::Home::open(folder.path());
  {
    workspace::Workspace workspace(home);
    Secrets secrets(workspace, home);
    for (int i = 0; i < 20; ++i) secrets.put("s" + std::to_string(i), "text" + std::to_string(i));
  }
  for (int round = 0; round < 8; ++round) {
    workspace::testing::Child child([&](const auto& ready) {
      workspace::Workspace workspace(home);
      Secrets secrets(workspace, home);
      ready();
      for (;;) secrets.rotate();
      return 0;
    });
    ASSERT_TRUE(child.wait_ready());
    std::string seen = content_of(home.folder() / "secret.key");
    for (int changes = 0; changes < round + 1;) {
      const std::string now = content_of(home.folder() / "secret.key");
      if (now != seen) ++changes;
      seen = now;
    }
    child.kill();
    workspace::Workspace workspace(home);
    Secrets secrets(workspace, home);
    for (int i = 0; i < 20; ++i) {
      ASSERT_EQ(secrets.get("s" + std::to_string(i)), "text" + std::to_string(i)) << round;
    }
  }
}

TEST(Secrets, CanBeReadWhileAnotherRotates) {
  Vault vault;
  vault.secrets.put("a", "tulip");
  std::atomic<bool> is_over = false;
  std::thread rotating([&] {
    workspace::Workspace workspace(vault.home);
    Secrets secrets(workspace, vault.home);
    for (int i = 0; i < 20; ++i) secrets.rotate();
    is_over = true;
  });
  int reads = 0;
  while (!is_over) {
    ASSERT_EQ(vault.secrets.get("a"), "tulip");
    if (++reads % 50 == 0) vault.secrets.put("b", std::to_string(reads));
  }
  rotating.join();
  EXPECT_EQ(vault.secrets.get("a"), "tulip");
}

}  // namespace
}  // namespace ca::people
