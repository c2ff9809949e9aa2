#include "api/import_roots.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>

#include "ingest/test_support.h"

namespace ca::api {
namespace {

using namespace ingest::testing;
namespace fs = std::filesystem;

/// home/imports, a second root "data", and a folder "other" that is none.
class ImportRootsTest : public ::testing::Test {
 protected:
  ImportRootsTest() {
    write(top / "home/imports/s.csv", "a\n1\n");
    write(top / "home/imports/deep/er/s.csv", "a\n1\n");
    write(top / "home/secret.key", "a\nkey\n");
    write(top / "data/s.csv", "a\n1\n");
    write(top / "data/.hidden/s.csv", "a\n1\n");
    write(top / "data/.hidden.csv", "a\n1\n");
    write(top / "other/s.csv", "a\n1\n");
    write(top / "database/s.csv", "a\n1\n");
  }

  ImportRoots roots(std::uint64_t largest = 1000) const {
    return {top / "home", {top / "home/imports", top / "data", top / "gone"}, largest};
  }
  /// The files that a source of that path would read, or the code of the Error.
  std::string files(const std::string& path) const { return files(path, roots()); }
  std::string files(const std::string& path, const ImportRoots& allowed) const {
    std::string names;
    const std::string code = code_of([&] {
      sources::Location location;
      location.path = path;
      for (const sources::FilePart& part : allowed.settled(location).parts) {
        names += (names.empty() ? "" : " ") + fs::relative(part.path, top).string();
      }
    });
    return code == "none" ? names : code;
  }
  std::string at(const std::string& path) const { return (top / path).string(); }

  TemporaryFolder folder;
  fs::path top = fs::canonical(folder.path());
};

TEST_F(ImportRootsTest, WhatIsBelowARootMayBeRead) {
  EXPECT_EQ(files(at("home/imports/s.csv")), "home/imports/s.csv");
  EXPECT_EQ(files(at("home/imports")), "home/imports/s.csv");
  EXPECT_EQ(files(at("home/imports/deep/er")), "home/imports/deep/er/s.csv");
  EXPECT_EQ(files(at("data/*.csv")), "data/s.csv");
  EXPECT_EQ(files("s.csv"), "home/imports/s.csv") << "relative paths begin in imports";
  EXPECT_EQ(files("deep/*/s.csv"), "home/imports/deep/er/s.csv");
  EXPECT_EQ(files(at("data/../data/s.csv")), "data/s.csv");
}

TEST_F(ImportRootsTest, SEC_14_NothingElseMayBeRead) {
  for (const char* path : {"other/s.csv", "other", "other/*.csv", "database/s.csv", "*/s.csv", "",
                           "data/../other/s.csv", "home/imports/../secret.key", "home/secret.key",
                           "home", "home/*", "data*/s.csv"}) {
    EXPECT_EQ(files(at(path)), "E-PERM") << path;
  }
  for (const char* path : {"/", "/etc/passwd", "/etc", "/proc/self/environ", "../secret.key",
                           "../../other/s.csv", "..", "/dev/zero"}) {
    EXPECT_EQ(files(path), "E-PERM") << path;
  }
}

TEST_F(ImportRootsTest, SEC_14_WhatIsOutsideIsRefusedAlikeWhetherItExistsOrNot) {
  const auto error = [&](const std::string& path) {
    return *error_of([&] { roots().settled(at(path)); });
  };
  const Error there = error("other/s.csv");
  const Error not_there = error("other/t.csv");
  EXPECT_EQ(there.code(), not_there.code());
  EXPECT_EQ(there.hint(), not_there.hint());
  EXPECT_NE(there.hint().find(at("data")), std::string::npos) << "names the roots";
  EXPECT_EQ(files(at("data/t.csv")), "E-FILE") << "below a root a typing error is told";
}

TEST_F(ImportRootsTest, SEC_14_LinksThatLeadOutsideAreRefused) {
  fs::create_symlink(top / "other/s.csv", top / "data/link.csv");
  fs::create_directory_symlink(top / "other", top / "data/link");
  fs::create_directory_symlink(top / "data", top / "to_data");
  fs::create_symlink(top / "data/loop.csv", top / "data/loop.csv");
  EXPECT_EQ(files(at("data/link.csv")), "E-PERM");
  EXPECT_EQ(files(at("data/link/s.csv")), "E-PERM");
  EXPECT_EQ(files(at("data/link")), "E-PERM");
  EXPECT_EQ(files(at("data/*/s.csv")), "E-PERM") << "a file that a pattern matches";
  EXPECT_EQ(files(at("data/l*.csv")), "E-PERM");
  EXPECT_EQ(files(at("data")), "E-PERM") << "a file of a folder";
  EXPECT_EQ(files(at("data/loop.csv")), "E-PERM");
  EXPECT_EQ(files(at("to_data/s.csv")), "data/s.csv") << "it really is in data";
  fs::create_symlink(top / "data/s.csv", top / "home/imports/linked.csv");
  EXPECT_EQ(files(at("home/imports")), "data/s.csv home/imports/s.csv")
      << "from one root to another; in the order of the names in the folder";
}

TEST_F(ImportRootsTest, SEC_14_HiddenFilesAreNotFound) {
  EXPECT_EQ(files(at("data/.hidden.csv")), "E-PERM");
  EXPECT_EQ(files(at("data/.hidden/s.csv")), "E-PERM");
  EXPECT_EQ(files(at("data/.hidden/*.csv")), "E-PERM");
  EXPECT_EQ(files(at("data/.*/s.csv")), "E-PERM");
}

TEST_F(ImportRootsTest, SEC_14_ARootAboveTheHomeDoesNotOpenIt) {
  const ImportRoots wide(top / "home", {top, top / "home"}, 1000);
  EXPECT_EQ(files(at("other/s.csv"), wide), "other/s.csv");
  EXPECT_EQ(files(at("home/secret.key"), wide), "E-PERM");
  EXPECT_EQ(files(at("home/imports/s.csv"), wide), "E-PERM");
}

TEST_F(ImportRootsTest, SEC_14_ASourceHasASize) {
  write(top / "data/t.csv", "a\n" + std::string(100, '1') + "\n");
  EXPECT_EQ(files(at("data/t.csv"), roots(103)), "data/t.csv");
  EXPECT_EQ(files(at("data/t.csv"), roots(102)), "E-TOO-LARGE");
  EXPECT_EQ(files(at("data"), roots(104)), "E-TOO-LARGE") << "all files together";
}

TEST_F(ImportRootsTest, SEC_16_PathsThatAreNone) {
  EXPECT_EQ(files(""), "E-PARAM");
  EXPECT_EQ(files(std::string("s.csv\0.txt", 10)), "E-PARAM");
  EXPECT_EQ(files("\xFF.csv"), "E-PARAM");
  EXPECT_EQ(files(std::string(10'000, 'x')), "E-PARAM");
  EXPECT_EQ(files(std::string(300, 'x')), "E-PERM") << "no file can be called so";
  ASSERT_EQ(::mkfifo((top / "data/pipe").c_str(), 0600), 0);
  EXPECT_EQ(files(at("data/pipe")), "E-FILE") << "and nobody waits for it";
}

TEST_F(ImportRootsTest, NamesWithStarsMayBeThoseOfFiles) {
  write(top / "data/x[1]*.csv", "a\n1\n");
  EXPECT_EQ(files(at("data/x[1]*.csv")), "data/x[1]*.csv");
}

TEST_F(ImportRootsTest, TheOperatingSystemUserMayNameAnything) {
  const ImportRoots everywhere = ImportRoots::everywhere();
  sources::Location location;
  location.path = at("other/../other/s.csv");
  EXPECT_EQ(everywhere.settled(location).path, at("other/s.csv"));
  EXPECT_TRUE(everywhere.settled(location).parts.empty());
}

class RootsNamedBy : public ImportRootsTest {
 protected:
  std::string named(const std::string& path) const {
    workspace::Configuration configuration;
    workspace::SourceRecord& source = configuration.sources.emplace_back();
    source.kind = "sessions";
    source.path = path;
    std::string names;
    for (const std::string& root : roots_named_by(configuration, home)) {
      names += (names.empty() ? "" : " ") + root;
    }
    return names;
  }

  workspace::Home home = workspace::Home::open(top / "home");
};

TEST_F(RootsNamedBy, AreTheFoldersOfSources) {
  EXPECT_EQ(named(at("data/s.csv")), at("data"));
  EXPECT_EQ(named(at("data")), at("data"));
  EXPECT_EQ(named(at("data/*.csv")), at("data"));
  EXPECT_EQ(named(at("data/*/s.csv")), at("data"));
  EXPECT_EQ(named(at("data/none/s.csv")), at("data/none/s.csv")) << "not there, but no harm";
}

TEST_F(RootsNamedBy, SEC_14_OpenNotTooMuch) {
  write(top / "top.csv", "a\n");
  EXPECT_EQ(named(at("top.csv")), at("top.csv")) << "the folder holds the home";
  EXPECT_EQ(named(at("")), "");
  EXPECT_EQ(named(at("*.csv")), "");
  EXPECT_EQ(named(at("home/x.csv")), at("home/x.csv"));
  EXPECT_EQ(named(at("home")), "");
  EXPECT_EQ(named("/"), "");
  EXPECT_EQ(named("/etc"), "");
  EXPECT_EQ(named("/etc/passwd"), "/etc/passwd");
  const char* before = std::getenv("HOME");
  const std::string old = before == nullptr ? "" : before;
  ::setenv("HOME", at("data").c_str(), 1);
  EXPECT_EQ(named(at("data/s.csv")), at("data/s.csv"));
  before == nullptr ? ::unsetenv("HOME") : ::setenv("HOME", old.c_str(), 1);
}

}  // namespace
}  // namespace ca::api
