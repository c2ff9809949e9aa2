#include "workspace/home.h"

#include <cstdlib>
#include <optional>

#include "workspace/test_support.h"

namespace ca::workspace {
namespace {

using namespace testing;
namespace fs = std::filesystem;

/// An environment variable that has its old value again at the end.
class Environment {
 public:
  Environment(const char* name, const std::string& value) : name_(name) {
    if (const char* old = std::getenv(name)) old_ = old;
    ::setenv(name, value.c_str(), 1);
  }
  ~Environment() { old_ ? ::setenv(name_, old_->c_str(), 1) : ::unsetenv(name_); }

 private:
  const char* name_;
  std::optional<std::string> old_;
};

TEST(Home, TheGivenFolderComesFirst) {
  const TemporaryFolder folder;
  const Environment variable("CUSTOMERANALYTICS_HOME", (folder.path() / "variable").string());
  EXPECT_EQ(Home::open(folder.path() / "given").folder(), folder.path() / "given");
  EXPECT_FALSE(fs::exists(folder.path() / "variable"));
}

TEST(Home, ThenTheVariable) {
  const TemporaryFolder folder;
  const Environment variable("CUSTOMERANALYTICS_HOME", (folder.path() / "variable").string());
  EXPECT_EQ(Home::open().folder(), folder.path() / "variable");
}

TEST(Home, ThenTheUsersOwnFolder) {
  const TemporaryFolder folder;
  const Environment none("CUSTOMERANALYTICS_HOME", "");
  const Environment user("HOME", folder.path().string());
  const Home home = Home::open();
  EXPECT_EQ(home.folder(), folder.path() / ".local/share/customeranalytics");
  EXPECT_EQ(mode_of(home.folder()), 0700U);
}

TEST(Home, WhatIsMissingIsMadeForTheOwnerAlone) {
  const TemporaryFolder folder;
  const Home home = Home::open(folder.path() / "a" / "b" / "");
  EXPECT_EQ(home.folder(), folder.path() / "a" / "b");
  for (const fs::path& made :
       {folder.path() / "a", home.folder(), home.journeys_folder(), home.snapshots_folder(),
        home.imports_folder(), home.models_folder(), home.logs_folder(), home.scratch_folder()}) {
    EXPECT_EQ(mode_of(made), 0700U) << made;
  }
}

TEST(Home, AFolderThatExistsKeepsItsModeAndContent) {
  const TemporaryFolder folder;
  write(folder.path() / "mine" / "note");
  ::chmod((folder.path() / "mine").c_str(), 0755);
  const Home home = Home::open(folder.path() / "mine");
  EXPECT_EQ(mode_of(home.folder()), 0755U);
  EXPECT_TRUE(fs::exists(home.folder() / "note"));
  EXPECT_EQ(mode_of(home.snapshots_folder()), 0700U);
}

TEST(Home, ARelativeFolderBecomesAbsolute) {
  const TemporaryFolder folder;
  const fs::path relative = fs::relative(folder.path() / "home");
  EXPECT_EQ(Home::open(relative).folder(), folder.path() / "home");
}

TEST(Home, AFileInTheWayIsAnError) {
  const TemporaryFolder folder;
  write(folder.path() / "file");
  EXPECT_EQ(code_of([&] { Home::open(folder.path() / "file"); }), "E-FILE");
  EXPECT_EQ(code_of([&] { Home::open(folder.path() / "file" / "below"); }), "E-FILE");
  try {
    Home::open(folder.path() / "file");
  } catch (const Error& error) {
    EXPECT_NE(error.message().find((folder.path() / "file").string()), std::string::npos);
    EXPECT_NE(error.hint().find("--home"), std::string::npos);
  }
}

TEST(Home, AFolderThatMayNotBeWrittenIsAnError) {
  const TemporaryFolder folder;
  ::chmod(folder.path().c_str(), 0755);
  const fs::path empty = folder.path() / "empty";
  const fs::path used = folder.path() / "used";
  fs::create_directory(empty);
  Home::open(used);
  ::chmod(empty.c_str(), 0555);
  ::chmod(used.c_str(), 0555);
  Child child([&](const Child::Ready&) {
    if (::geteuid() == 0 && ::setuid(65534) != 0) return 1;  // modes do not bind root
    if (code_of([&] { Home::open(empty); }) != "E-PERM") return 2;
    if (code_of([&] { Home::open(empty / "new"); }) != "E-PERM") return 3;
    if (code_of([&] { Home::open(used); }) != "E-PERM") return 4;
    return 0;
  });
  EXPECT_EQ(child.join(), 0);
}

TEST(Current, IsNothingBeforeTheFirstPublication) {
  const TemporaryFolder folder;
  EXPECT_EQ(read_current(Home::open(folder.path())), std::nullopt);
}

TEST(Current, ReadsWhatWasPublished) {
  const TemporaryFolder folder;
  const Home home = Home::open(folder.path());
  publish(home, {"7", ""});
  EXPECT_EQ(read_current(home), (Current{"7", ""}));
  publish(home, {"8", "20240501T120304-0001"});
  EXPECT_EQ(read_current(home), (Current{"8", "20240501T120304-0001"}));
  EXPECT_EQ(mode_of(home.current_file()), 0600U);
  EXPECT_FALSE(fs::exists(home.folder() / "current.part"));
}

TEST(Current, AFileThatCannotBeUnderstoodIsAnErrorWithAWayOut) {
  const TemporaryFolder folder;
  const Home home = Home::open(folder.path());
  for (const std::string content :
       {"", "{\"journeys\":", "[]", "{\"journeys\":1,\"snapshot\":\"s\"}", "{\"journeys\":\"1\"}",
        "{\"journeys\":\"../x\",\"snapshot\":\"s\"}", "{\"journeys\":\"1\",\"snapshot\":\"..\"}"}) {
    write(home.current_file(), content);
    EXPECT_EQ(code_of([&] { read_current(home); }), "E-HOME") << content;
  }
  try {
    read_current(home);
  } catch (const Error& error) {
    EXPECT_NE(error.hint().find("Delete"), std::string::npos);
  }
}

TEST(Publish, RefusesAPath) {
  const TemporaryFolder folder;
  const Home home = Home::open(folder.path());
  publish(home, {"1", "a"});
  for (const std::string name : {"../1", "/tmp", ".", "..", "a/b"}) {
    EXPECT_EQ(code_of([&] { publish(home, {name, "a"}); }), "E-PARAM") << name;
    EXPECT_EQ(code_of([&] { publish(home, {"1", name}); }), "E-PARAM") << name;
  }
  EXPECT_EQ(read_current(home), (Current{"1", "a"}));
}

TEST(Publish, LeavesTheOldOneWhenItFails) {
  const TemporaryFolder folder;
  const Home home = Home::open(folder.path());
  publish(home, {"1", "a"});
  fs::create_directory(home.folder() / "current.part");
  EXPECT_EQ(code_of([&] { publish(home, {"2", "b"}); }), "E-FILE");
  EXPECT_EQ(read_current(home), (Current{"1", "a"}));
}

TEST(Publish, AReaderSeesTheOldOrTheNewWhole) {
  const TemporaryFolder folder;
  const Home home = Home::open(folder.path());
  const Current odd{"1", std::string(200, 'a')};
  const Current even{"22", "b"};
  publish(home, odd);
  Child publisher([&](const Child::Ready& ready) {
    ready();
    for (;;) {
      publish(home, even);
      publish(home, odd);
    }
    return 0;
  });
  ASSERT_TRUE(publisher.wait_ready());
  int odds = 0;
  int evens = 0;
  for (int i = 0; i < 200'000 && (i < 2'000 || odds == 0 || evens == 0); ++i) {
    const std::optional<Current> seen = read_current(home);
    ASSERT_TRUE(seen.has_value());
    ASSERT_TRUE(*seen == odd || *seen == even) << seen->journeys << " " << seen->snapshot;
    ++(*seen == odd ? odds : evens);
  }
  EXPECT_GT(odds, 0);
  EXPECT_GT(evens, 0);
  publisher.kill();
  const std::optional<Current> last = read_current(home);
  EXPECT_TRUE(last == odd || last == even);
}

}  // namespace
}  // namespace ca::workspace
