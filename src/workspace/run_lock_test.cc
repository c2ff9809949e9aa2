#include "workspace/run_lock.h"

#include "workspace/test_support.h"

namespace ca::workspace {
namespace {

using namespace testing;

class RunLockTest : public ::testing::Test {
 protected:
  Error refusal() const {
    try {
      RunLock::acquire(home);
    } catch (const Error& error) {
      return error;
    }
    return Error("none", "");
  }

  TemporaryFolder folder;
  Home home = Home::open(folder.path());
  FakeClock fake;
};

TEST_F(RunLockTest, TheSecondProcessIsToldWhoHasIt) {
  Child holder([&](const Child::Ready& ready) {
    RunLock lock = RunLock::acquire(home, fake.clock());
    lock.name_run("20240501T120304-0001");
    ready();
    ::pause();
    return 0;
  });
  ASSERT_TRUE(holder.wait_ready());
  const std::string pid = std::to_string(holder.pid());

  const Error error = refusal();
  EXPECT_EQ(error.code(), "E-BUSY");
  EXPECT_EQ(error.message(),
            "A run is in progress (started 2024-05-01 12:03 UTC by process " + pid + ").");
  EXPECT_FALSE(error.hint().empty());
  EXPECT_EQ(error.details(), (Error::Details{{"pid", pid},
                                             {"run", "20240501T120304-0001"},
                                             {"started_at", "2024-05-01T12:03:04.500Z"}}));
  EXPECT_FALSE(RunLock::try_acquire(home).has_value());

  const auto seen = RunLock::holder(home);
  ASSERT_TRUE(seen.has_value());
  EXPECT_EQ(seen->pid, holder.pid());
  EXPECT_EQ(seen->run, "20240501T120304-0001");
}

TEST_F(RunLockTest, AKilledProcessNoLongerHasIt) {
  Child holder([&](const Child::Ready& ready) {
    const RunLock lock = RunLock::acquire(home);
    ready();
    ::pause();
    return 0;
  });
  ASSERT_TRUE(holder.wait_ready());
  ASSERT_FALSE(RunLock::try_acquire(home).has_value());
  holder.kill();
  EXPECT_EQ(RunLock::holder(home), std::nullopt);
  EXPECT_NO_THROW(RunLock::acquire(home));
}

TEST_F(RunLockTest, IsReleasedOnDestructionAndThenNobodyHasIt) {
  {
    const RunLock lock = RunLock::acquire(home);
    EXPECT_EQ(refusal().code(), "E-BUSY");
    EXPECT_EQ(RunLock::holder(home)->pid, ::getpid());
  }
  EXPECT_EQ(RunLock::holder(home), std::nullopt);
  EXPECT_EQ(std::filesystem::file_size(home.lock_file()), 0U);
  EXPECT_TRUE(RunLock::try_acquire(home).has_value());
}

TEST_F(RunLockTest, MovesToAnotherOwner) {
  RunLock first = RunLock::acquire(home);
  {
    const RunLock second = std::move(first);
    EXPECT_EQ(refusal().code(), "E-BUSY");
  }
  EXPECT_NO_THROW(RunLock::acquire(home));
}

TEST_F(RunLockTest, AForkedChildThatEndsDoesNotTakeItAway) {
  std::optional<RunLock> lock = RunLock::acquire(home);
  Child child([&](const Child::Ready&) {
    lock.reset();
    return 0;
  });
  ASSERT_EQ(child.join(), 0);
  EXPECT_EQ(refusal().code(), "E-BUSY");
  EXPECT_EQ(RunLock::holder(home)->pid, ::getpid());
}

TEST_F(RunLockTest, AHolderThatHasNotSaidItsNameIsBusyAllTheSame) {
  const RunLock lock = RunLock::acquire(home);
  for (const std::string content : {"", "{\"pid\":", "{\"pid\":\"x\"}"}) {
    write(home.lock_file(), content);
    EXPECT_EQ(refusal().code(), "E-BUSY");
    EXPECT_EQ(refusal().message(), "A run is in progress.");
  }
}

TEST_F(RunLockTest, TheFileIsTheOwnersAlone) {
  const RunLock lock = RunLock::acquire(home);
  EXPECT_EQ(mode_of(home.lock_file()), 0600U);
}

}  // namespace
}  // namespace ca::workspace
