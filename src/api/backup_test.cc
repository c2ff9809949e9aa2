#include "api/backup.h"

#include <gtest/gtest.h>
#include <sys/file.h>

#include <cstdlib>
#include <fstream>
#include <map>

#include "api/sealed_key.h"
#include "api/tar.h"
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
  EXPECT_TRUE(take({.force = true}).lacks_key);
  EXPECT_FALSE(fs::exists(other.folder() / "secret.key"));
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
  take({.force = true});
  EXPECT_FALSE(fs::exists(other.imports_folder() / "mine.csv"));
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
