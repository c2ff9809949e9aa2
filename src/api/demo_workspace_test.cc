#include "api/demo_workspace.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>

#include <chrono>

#include "ingest/test_support.h"
#include "workspace/files.h"

namespace ca::api {
namespace {

using namespace ingest::testing;
namespace fs = std::filesystem;
using State = DemoWorkspace::State;

constexpr char kPublish[] =
    "mkdir -p \"$home\"; echo '{\"journeys\":\"j\",\"snapshot\":\"s\"}' > \"$home/current\"\n";

/// The process is a script; tests/server has the real one.
class DemoWorkspaceTest : public ::testing::Test {
 protected:
  DemoWorkspace::Options program(const std::string& script) {
    const fs::path file = folder.path() / "program";
    write(file, "#!/bin/sh\nhome=${3#--home=}\necho \"$@\" > " + words.string() + "\necho $$ > " +
                    pid.string() + "\n" + script);
    ::chmod(file.c_str(), 0700);
    return {file};
  }
  std::string text_of(const fs::path& file) { return workspace::read_file(file).value_or(""); }
  /// Looks until it is so, for twenty seconds.
  template <class Condition>
  bool soon(Condition condition) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (!condition()) {
      if (std::chrono::steady_clock::now() > deadline) return false;
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return true;
  }
  bool soon(const DemoWorkspace& demo, State state) {
    return soon([&] { return demo.status().state == state; });
  }
  bool is_alive() { return ::kill(std::stoi(text_of(pid)), 0) == 0; }

  TemporaryFolder folder;
  workspace::Home home = workspace::Home::open(folder.path() / "home");
  fs::path words = folder.path() / "words";
  fs::path pid = folder.path() / "pid";
};

TEST_F(DemoWorkspaceTest, IsMadeByAProcessAndReadyWhenThatHasEnded) {
  DemoWorkspace demo(home, program(kPublish));
  EXPECT_EQ(demo.status().state, State::kAbsent);
  EXPECT_EQ(code_of([&] { demo.place(); }), "E-DEMO");
  EXPECT_EQ(demo.make(1234).state, State::kMaking);
  ASSERT_TRUE(soon(demo, State::kReady));
  EXPECT_EQ(text_of(words),
            "demo --json --home=" + (home.folder() / "demo").string() + " --customers=1234\n");
  EXPECT_EQ(demo.make(5000).state, State::kReady);
  EXPECT_EQ(demo.place()->home.folder(), home.folder() / "demo");
  EXPECT_EQ(demo.place(), demo.place());
  EXPECT_EQ(DemoWorkspace(home, program("")).status().state, State::kReady);
}

TEST_F(DemoWorkspaceTest, IsRemovedAndMadeAnew) {
  DemoWorkspace demo(home, program(kPublish));
  demo.remove();  // of nothing
  demo.make(1000);
  ASSERT_TRUE(soon(demo, State::kReady));
  const auto held = demo.place();
  demo.remove();
  EXPECT_EQ(demo.status().state, State::kAbsent);
  EXPECT_FALSE(fs::exists(home.folder() / "demo"));
  EXPECT_FALSE(fs::exists(home.folder() / "demo.removed"));
  EXPECT_TRUE(held->workspace.runs(1).empty());  // who asks at this moment is answered
  demo.make(1000);
  ASSERT_TRUE(soon(demo, State::kReady));
  EXPECT_NE(demo.place(), held);
}

TEST_F(DemoWorkspaceTest, TellsWhyItFailed) {
  DemoWorkspace demo(home, program("echo generating >&2\n"
                                   "echo '{\"error\":{\"code\":\"E-DISK\",\"message\":\"Full.\","
                                   "\"hint\":\"Make room.\",\"details\":{}}}'\n"
                                   "echo 'E-DISK: Full.' >&2\nexit 1\n"));
  demo.make(1000);
  ASSERT_TRUE(soon(demo, State::kFailed));
  EXPECT_EQ(demo.status().error->code(), "E-DISK");
  EXPECT_EQ(demo.status().error->message(), "Full.");
  EXPECT_EQ(demo.status().error->hint(), "Make room.");
  EXPECT_EQ(code_of([&] { demo.place(); }), "E-DEMO");
  program(kPublish);
  EXPECT_EQ(demo.make(1000).state, State::kMaking);
  EXPECT_TRUE(soon(demo, State::kReady));
}

TEST_F(DemoWorkspaceTest, AProcessThatDiesOrPublishesNothingFailed) {
  DemoWorkspace demo(home, program("kill -9 $$\n"));
  demo.make(1000);
  ASSERT_TRUE(soon(demo, State::kFailed));
  EXPECT_EQ(demo.status().error->message(),
            "The process that made the demo shop ended by signal 9.");
  program("exit 0\n");
  demo.make(1000);
  ASSERT_TRUE(soon(demo, State::kFailed));
  EXPECT_EQ(demo.status().error->code(), "E-RUN");
}

TEST_F(DemoWorkspaceTest, RemovingEndsTheMaking) {
  DemoWorkspace demo(home, program("exec sleep 600\n"));
  demo.make(1000);
  ASSERT_TRUE(soon([&] { return !text_of(pid).empty(); }));
  EXPECT_EQ(demo.make(2000).state, State::kMaking);  // the same
  EXPECT_EQ(code_of([&] { demo.place(); }), "E-DEMO");
  demo.remove();
  EXPECT_EQ(demo.status().state, State::kAbsent);
  EXPECT_FALSE(is_alive());
}

TEST_F(DemoWorkspaceTest, TheProcessEndsWithThisOne) {
  {
    DemoWorkspace demo(home, program("exec sleep 600\n"));
    demo.make(1000);
    ASSERT_TRUE(soon([&] { return !text_of(pid).empty(); }));
  }
  EXPECT_FALSE(is_alive());
  EXPECT_EQ(DemoWorkspace(home, program("")).status().state, State::kAbsent);
}

TEST_F(DemoWorkspaceTest, TellsHowFarItIs) {
  DemoWorkspace demo(home, program("exec sleep 600\n"));
  demo.make(1000);
  EXPECT_EQ(demo.status().stage, "generate");
  const workspace::Home its_home = workspace::Home::open(home.folder() / "demo");
  workspace::Workspace its(its_home);
  its.begin_run(workspace::Trigger::kManual, "");
  const DemoWorkspace::Status status = demo.status();
  EXPECT_EQ(status.state, State::kMaking);
  EXPECT_GE(status.percent, 10);
  EXPECT_NE(status.stage, "generate");
}

}  // namespace
}  // namespace ca::api
