#include "api/backup.h"

#include <gtest/gtest.h>
#include <sys/file.h>

#include <cstdlib>
#include <fstream>
#include <map>

#include "api/sealed_key.h"
#include "api/tar.h"
#include "api/uploads.h"
#include "base/sql.h"
#include "runs/run_options.h"
#include "workspace/people_tables.h"
#include "workspace/run_lock.h"
#include "workspace/test_support.h"
#include "workspace/workspace.h"

namespace ca::api {
namespace {

namespace fs = std::filesystem;
using workspace::Home;
using workspace::testing::code_of;
using workspace::testing::mode_of;
using workspace::testing::write;

std::string content(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// What a home holds that a backup takes along.
std::map<std::string, std::string> files_of(const fs::path& folder) {
  std::map<std::string, std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    const std::string name = entry.path().lexically_relative(folder).generic_string();
    const bool is_taken = name.starts_with("journeys/") || name.starts_with("snapshots/") ||
                          name.starts_with("models/") || name == "current" ||
                          name == "store.duckdb";
    if (entry.is_regular_file() && is_taken) files[name] = content(entry.path());
  }
  return files;
}

struct Backup : ::testing::Test {
  ScratchFolderInMemory folder;
  Home home = Home::open(folder.path() / "home");
  Home other = Home::open(folder.path() / "other");
  fs::path file = folder.path() / "b.tar.zst";
  Cancellation never;

  Backup() {
    workspace::Workspace workspace(home);
    workspace::Configuration configuration;
    configuration.settings["workspace.currency"] = "GBP";
    workspace.save(configuration);
    write(home.store_file(), std::string(3'000'000, 's'));
    write(home.journeys_folder() / "v1" / "0.journeys", std::string(512, 'j'));
    write(home.journeys_folder() / "old" / "0.journeys", "old");
    write(home.snapshots_folder() / "r1" / "kpis.parquet", "kpis");
    write(home.snapshots_folder() / "r1" / "manifest.json", "{}");
    write(home.snapshots_folder() / "dead" / "kpis.parquet", "half");
    write(home.models_folder() / (std::string(120, 'm') + "é.model"), "model");
    write(home.models_folder() / "empty.model", "");
    write(home.imports_folder() / "a b.csv", "rows");
    write(home.folder() / "secret.key", "the key");
    workspace::publish(home, {"v1", "r1"});
  }

  BackupResult make(BackupOptions options = {}) {
    return backup(home, file, options, no_progress(), never);
  }
  RestoreResult take(RestoreOptions options = {}) {
    return restore(other, file, options, no_progress(), never);
  }
};

TEST_F(Backup, RestoresWhatIsInForce) {
  const BackupResult made = make();
  EXPECT_TRUE(made.has_store);
  EXPECT_FALSE(made.has_key);
  EXPECT_EQ(mode_of(file), 0600U);
  const RestoreResult restored = take();
  EXPECT_EQ(restored.members, made.members);
  auto expected = files_of(home.folder());
  expected.erase("journeys/old/0.journeys");
  expected.erase("snapshots/dead/kpis.parquet");
  EXPECT_EQ(files_of(other.folder()), expected);
  EXPECT_FALSE(fs::exists(other.folder() / "secret.key"));
  EXPECT_FALSE(fs::exists(other.imports_folder() / "a b.csv"));
  EXPECT_FALSE(fs::exists(other.folder() / "restore.unfinished"));
  EXPECT_FALSE(fs::exists(other.folder().string() + ".restoring"));
  EXPECT_EQ(mode_of(other.folder()), 0700U);
  EXPECT_EQ(mode_of(other.workspace_file()), 0600U);
  const workspace::Workspace workspace(other);
  EXPECT_EQ(workspace.configuration().settings.at("workspace.currency"), "GBP");
}

TEST_F(Backup, TakesImportsAndTheKeyOnlyWhenAsked) {
  const BackupResult made = make({.with_imports = true, .passphrase = "open sesame"});
  EXPECT_TRUE(made.has_key);
  EXPECT_EQ(content(file).find("the key"), std::string::npos);
  EXPECT_EQ(code_of([&] { take({.passphrase = "wrong"}); }), "E-SECRET");
  EXPECT_FALSE(fs::exists(other.current_file()));
  EXPECT_TRUE(take({.passphrase = "open sesame"}).has_key);
  EXPECT_EQ(content(other.folder() / "secret.key"), "the key");
  EXPECT_EQ(mode_of(other.folder() / "secret.key"), 0600U);
  EXPECT_EQ(content(other.imports_folder() / "a b.csv"), "rows");
  const RestoreResult again = take({.force = true});
  EXPECT_TRUE(again.lacks_key);
  EXPECT_FALSE(again.has_key);
}

TEST_F(Backup, TarReadsIt) {
  make();
  const std::string listing = (folder.path() / "list").string();
  ASSERT_EQ(std::system(("tar --zstd -tf " + file.string() + " > " + listing).c_str()), 0);
  EXPECT_NE(content(listing).find("journeys/v1/0.journeys\n"), std::string::npos);
  EXPECT_NE(content(listing).find("manifest.sha256\n"), std::string::npos);
}

TEST_F(Backup, WhileARunWorksItLeavesTheStoreOut) {
  workspace::RunLock lock = workspace::RunLock::acquire(home);
  lock.name_run("r7");
  const BackupResult made = make();
  EXPECT_FALSE(made.has_store);
  EXPECT_NE(made.why_no_store.find("r7"), std::string::npos);
  EXPECT_FALSE(take().has_store);
  EXPECT_FALSE(fs::exists(other.store_file()));
}

/// A store of 12 rows, of which the last 7 are in its write-ahead log alone, as after SIGKILL.
void write_store_with_log(const fs::path& file) {
  fs::remove(file);
  {
    sql::Database database(file.string());
    database.connect().run(
        "CREATE TABLE sessions AS SELECT range AS number FROM range(5); CHECKPOINT;"
        "PRAGMA disable_checkpoint_on_shutdown;"
        "INSERT INTO sessions SELECT range FROM range(5, 12)");
  }
  ASSERT_TRUE(fs::exists(file.string() + ".wal"));
}

std::int64_t rows_of(const fs::path& store) {
  sql::Database database(store.string());
  return database.connect().integer("SELECT count(*) FROM sessions");
}

TEST_F(Backup, HoldsTheRowsThatAreInTheStoresLogAlone) {
  write_store_with_log(home.store_file());
  const BackupResult made = make();
  EXPECT_TRUE(made.has_store);
  EXPECT_EQ(made.why_no_store, "");
  take();
  EXPECT_EQ(rows_of(other.store_file()), 12);
  EXPECT_EQ(rows_of(home.store_file()), 12);
}

TEST_F(Backup, SaysThatAStoreIsLeftOutWhoseLogCannotBeRead) {
  write(home.store_file().string() + ".wal", "no log");
  const BackupResult made = make();
  EXPECT_FALSE(made.has_store);
  EXPECT_NE(made.why_no_store.find("write-ahead log"), std::string::npos) << made.why_no_store;
  EXPECT_FALSE(take().has_store);
  EXPECT_FALSE(fs::exists(other.store_file()));
}

/// A key file as secrets are encrypted by.
std::string key_text(const std::string& id) {
  return "customeranalytics secret key 1\n" + id + " " + std::string(64, 'a') + "\n";
}

void store_secret(const Home& home, const std::string& key_id) {
  workspace::Workspace workspace(home);
  workspace::PeopleDatabase(workspace).write([&](workspace::PeopleTables& people) {
    people.secrets.put(
        {.name = "sessions.password", .ciphertext = "c", .nonce = "n", .key_id = key_id}, "t");
  });
}

TEST_F(Backup, ARestoreKeepsTheKeyThatIsInTheHome) {
  write(home.folder() / "secret.key", key_text("k1"));
  store_secret(home, "k1");
  make();
  write(home.imports_folder() / "later.csv", "rows");
  const RestoreResult restored = restore(home, file, {.force = true}, no_progress(), never);
  EXPECT_TRUE(restored.has_kept_key);
  EXPECT_EQ(restored.locked_secrets, 0);
  EXPECT_EQ(content(home.folder() / "secret.key"), key_text("k1"));
  EXPECT_EQ(mode_of(home.folder() / "secret.key"), 0600U);
}

TEST_F(Backup, ARestoreSaysWhenTheHomesKeyIsNotThatOfTheSecrets) {
  write(home.folder() / "secret.key", key_text("k1"));
  store_secret(home, "k1");
  make({.passphrase = "open sesame"});
  write(other.folder() / "secret.key", key_text("k2"));
  RestoreResult restored = take({.force = true});
  EXPECT_TRUE(restored.has_kept_key);
  EXPECT_EQ(restored.locked_secrets, 1);
  EXPECT_EQ(content(other.folder() / "secret.key"), key_text("k2"));
  // The one in the backup wins once it is opened.
  restored = take({.force = true, .passphrase = "open sesame"});
  EXPECT_FALSE(restored.has_kept_key);
  EXPECT_TRUE(restored.has_replaced_key);
  EXPECT_EQ(restored.locked_secrets, 0);
  EXPECT_EQ(content(other.folder() / "secret.key"), key_text("k1"));
}

TEST_F(Backup, ARestoreKeepsImportsThatTheBackupLacks) {
  const std::string upload = "0123456789abcdef-shop.csv";
  const std::string unknown = "fedcba9876543210-old.csv";
  write(other.imports_folder() / "a b.csv", "mine");
  write(other.imports_folder() / "folder" / "c.csv", "c");
  write(other.imports_folder() / upload, "upload");
  write(other.imports_folder() / unknown, "four");
  workspace::Workspace(other).add_upload({.id = "0123456789abcdef",
                                          .name = "Büro.csv",
                                          .file = upload,
                                          .bytes = 6,
                                          .created_at = "2024-05-01T00:00:00Z",
                                          .created_by = "kim"});
  make();
  EXPECT_EQ(take({.force = true}).kept_imports, 4);
  EXPECT_EQ(content(other.imports_folder() / "a b.csv"), "mine");
  EXPECT_EQ(content(other.imports_folder() / "folder" / "c.csv"), "c");
  {
    workspace::Workspace workspace(other);
    const Uploads uploads(workspace);  // deletes those of which it knows nothing
    ASSERT_EQ(uploads.list().size(), 2U);
    EXPECT_EQ(uploads.find("0123456789abcdef")->name, "Büro.csv");
    EXPECT_EQ(uploads.find("0123456789abcdef")->by, "kim");
    EXPECT_EQ(uploads.find("fedcba9876543210")->name, "old.csv");
    EXPECT_EQ(uploads.find("fedcba9876543210")->bytes, 4U);
  }
  make({.with_imports = true});
  EXPECT_EQ(take({.force = true}).kept_imports, 3);
  EXPECT_EQ(content(other.imports_folder() / "a b.csv"), "rows") << "the backup's own";
  EXPECT_EQ(content(other.imports_folder() / upload), "upload");
}

TEST_F(Backup, ARestoreLeavesImportsTheLinkThatTheyAre) {
  make();
  const fs::path disk = folder.path() / "disk";
  write(disk / "a.csv", "a");
  fs::remove(other.imports_folder());
  fs::create_directory_symlink(disk, other.imports_folder());
  EXPECT_EQ(take({.force = true}).kept_imports, 1);
  EXPECT_EQ(fs::read_symlink(other.imports_folder()), disk);
  EXPECT_EQ(content(disk / "a.csv"), "a");
}

TEST_F(Backup, WhatMayHaveBeenRevokedDoesNotComeBack) {
  {
    workspace::Workspace workspace(home);
    workspace::PeopleDatabase(workspace).write([](workspace::PeopleTables& people) {
      workspace::UserRecord user;
      user.username = "kim";
      user.role = "viewer";
      user.password_hash = "h";
      user.created_at = "t";
      const std::int64_t kim = people.users.add(user);
      people.sessions.add({.id_hash = "s",
                           .user = kim,
                           .csrf_token = {},
                           .created_at = "t",
                           .last_seen_at = "t",
                           .expires_at = "z",
                           .address = {},
                           .user_agent = {},
                           .series = "r"});
      people.remembered.add({.series = "r",
                             .token_hash = "h",
                             .previous_hash = {},
                             .user = kim,
                             .created_at = "t",
                             .renewed_at = "t",
                             .expires_at = "z",
                             .address = {},
                             .user_agent = {}});
      people.resets.add(
          {.token_hash = "p", .user = kim, .created_at = "t", .expires_at = "z", .used_at = {}});
      for (const char* token : {"new", "used"}) {
        people.invitations.add({.token_hash = token,
                                .username = {},
                                .email = {},
                                .role = "viewer",
                                .created_by = kim,
                                .created_at = "t",
                                .expires_at = "z",
                                .used_at = {}});
      }
      people.invitations.set_used("used", "t");
      people.tokens.add({.id = 0,
                         .user = kim,
                         .name = "n",
                         .hash = "a",
                         .scopes = "read",
                         .created_at = "t",
                         .expires_at = {},
                         .last_used_at = {}});
      people.failures.add("kim", "::1", "t");
    });
  }
  make();
  const RestoreResult restored = take();
  EXPECT_EQ(restored.users, 1);
  EXPECT_EQ(restored.api_tokens, 1);
  workspace::Workspace workspace(other);
  workspace::PeopleDatabase(workspace).read([](workspace::PeopleTables& people) {
    EXPECT_FALSE(people.sessions.find("s"));
    EXPECT_FALSE(people.remembered.find("r"));
    EXPECT_FALSE(people.resets.find("p"));
    EXPECT_FALSE(people.invitations.find("new"));
    EXPECT_TRUE(people.invitations.find("used"));
    EXPECT_TRUE(people.tokens.find("a"));
    EXPECT_EQ(people.failures.of_name("kim", "", 9).size(), 1U);
    const auto audit = people.audit.list(0, 9);
    ASSERT_EQ(audit.size(), 1U);
    EXPECT_EQ(audit[0].action, "backup.restore");
    EXPECT_EQ(audit[0].username, runs::whoever_runs_this());
    EXPECT_FALSE(audit[0].user);
    EXPECT_NE(audit[0].after_json.find("created_at"), std::string::npos);
  });
}

TEST_F(Backup, AHomeThatIsALinkStaysOne) {
  make();
  const fs::path link = folder.path() / "link";
  fs::create_directory_symlink(other.folder(), link);
  restore(Home::open(link), file, {}, no_progress(), never);
  EXPECT_TRUE(fs::is_symlink(link));
  EXPECT_EQ(fs::canonical(link), fs::canonical(other.folder()));
  EXPECT_TRUE(fs::exists(other.current_file()));
  EXPECT_FALSE(fs::exists(link.string() + ".restoring"));
  EXPECT_FALSE(fs::exists(other.folder().string() + ".restoring"));
}

TEST_F(Backup, DoesNotLieInItsOwnHome) {
  EXPECT_EQ(
      code_of([&] { backup(home, home.imports_folder() / "b.tar.zst", {}, no_progress(), never); }),
      "E-PARAM");
}

TEST_F(Backup, ACancelledOneLeavesNothing) {
  never.cancel();
  EXPECT_EQ(code_of([&] { make(); }), "E-CANCELLED");
  for (const auto& entry : fs::directory_iterator(folder.path())) {
    EXPECT_TRUE(entry.is_directory()) << entry.path();
  }
}

TEST_F(Backup, OfAHomeThatHoldsNothing) {
  const BackupResult made = backup(other, file, {}, no_progress(), never);
  EXPECT_EQ(made.members, 0);
}

TEST_F(Backup, AHomeThatIsInUseIsLeftAlone) {
  make();
  {
    const workspace::RunLock lock = workspace::RunLock::acquire(other);
    EXPECT_EQ(code_of([&] { take(); }), "E-BUSY");
  }
  {
    const workspace::File place =
        workspace::File::open(other.folder() / "server.lock", O_RDWR | O_CREAT);
    ASSERT_EQ(::flock(place.descriptor(), LOCK_EX), 0);
    EXPECT_EQ(code_of([&] { take(); }), "E-SERVER");
  }
  write(other.imports_folder() / "mine.csv");
  EXPECT_EQ(code_of([&] { take(); }), "E-HOME");
  EXPECT_TRUE(fs::exists(other.imports_folder() / "mine.csv"));
}

// Every cut, and a flipped byte at many places: never restored, nothing left.
TEST_F(Backup, ADamagedFileIsRefused) {
  fs::remove(home.store_file());
  make();
  const std::string whole = content(file);
  const auto refused = [&](const std::string& bytes) {
    write(file, bytes);
    EXPECT_EQ(code_of([&] { take(); }), "E-BACKUP");
    EXPECT_FALSE(fs::exists(other.workspace_file()));
    EXPECT_FALSE(fs::exists(other.folder().string() + ".restoring"));
  };
  for (std::size_t size = 0; size < whole.size(); size += whole.size() / 23 + 1) {
    refused(whole.substr(0, size));
  }
  for (std::size_t at = 0; at < whole.size(); at += whole.size() / 23 + 1) {
    std::string flipped = whole;
    flipped[at] = static_cast<char>(flipped[at] ^ 0x10);
    refused(flipped);
  }
  refused("not a backup");
}

/// A compressed archive of such members, as somebody malicious could make it.
void forge(const fs::path& file, const std::vector<std::pair<std::string, std::string>>& members,
           char type = '0') {
  std::string bytes;
  TarWriter tar([&](std::string_view piece) { bytes += piece; });
  for (const auto& [name, text] : members) {
    const std::size_t at = bytes.size();
    tar.begin({name, text.size()});
    tar.write(text);
    if (type == '0') continue;
    // Another type, and a checksum that fits.
    bytes[at + 156] = type;
    unsigned sum = 0;
    for (std::size_t i = 0; i < 512; ++i) {
      sum += i >= 148 && i < 156 ? ' ' : static_cast<unsigned char>(bytes[at + i]);
    }
    char digits[8];
    std::snprintf(digits, sizeof(digits), "%06o", sum);
    bytes.replace(at + 148, 7, digits, 7);
  }
  tar.finish();
  const fs::path plain = file.string() + ".tar";
  write(plain, bytes);
  ASSERT_EQ(std::system(("zstd -qf " + plain.string() + " -o " + file.string()).c_str()), 0);
}

TEST_F(Backup, NamesThatLeadOutOfTheHomeAreRefused) {
  for (const char* name :
       {"../evil", "/etc/evil", "snapshots/../../evil", "snapshots//evil", "snapshots/./evil",
        "evil", "server.json", "secret.key", "snapshots/", "", "imports/a/../../../evil"}) {
    forge(file, {{name, "x"}});
    EXPECT_EQ(code_of([&] { take(); }), "E-BACKUP") << name;
  }
  EXPECT_FALSE(fs::exists(folder.path() / "evil"));
}

TEST_F(Backup, LinksAndDevicesAreRefused) {
  for (const char type : {'1', '2', '3', '4', '5', '6', 'g'}) {
    forge(file, {{"models/m", ""}}, type);
    EXPECT_EQ(code_of([&] { take(); }), "E-BACKUP") << type;
  }
}

TEST_F(Backup, MembersThatTheManifestDoesNotKnowAreRefused) {
  forge(file, {{"models/m", "x"}});
  EXPECT_EQ(code_of([&] { take(); }), "E-BACKUP");
  forge(file, {{"models/m", "x"}, {"models/m", "y"}});
  EXPECT_EQ(code_of([&] { take(); }), "E-BACKUP");
}

TEST_F(Backup, WhatARestoreMovedAsideIsNotThrownAway) {
  make();
  write(other.folder().string() + ".restoring/current", "precious");
  EXPECT_EQ(code_of([&] { take(); }), "E-HOME");
  EXPECT_EQ(content(other.folder().string() + ".restoring/current"), "precious");
  // What an unfinished one left is.
  write(other.folder().string() + ".restoring/restore.unfinished", "");
  take();
  EXPECT_FALSE(fs::exists(other.folder().string() + ".restoring"));
}

TEST(SealedKey, OpensWithItsPassphraseAlone) {
  const std::string sealed = seal("text", "pass");
  EXPECT_EQ(unseal(sealed, "pass"), "text");
  EXPECT_NE(seal("text", "pass"), sealed);
  EXPECT_EQ(code_of([&] { unseal(sealed, "Pass"); }), "E-SECRET");
  EXPECT_EQ(code_of([&] { unseal(sealed.substr(0, sealed.size() - 1), "pass"); }), "E-SECRET");
  EXPECT_EQ(code_of([&] { unseal("", "pass"); }), "E-SECRET");
}

}  // namespace
}  // namespace ca::api
