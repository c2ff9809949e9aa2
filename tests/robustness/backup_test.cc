// Backup and restore as people use them, killed at any moment.

#include <gtest/gtest.h>
#include <signal.h>

#include <chrono>
#include <fstream>
#include <random>
#include <thread>

#include "shop.h"

namespace ca::tests {
namespace {

namespace fs = std::filesystem;
using std::chrono::microseconds;
using std::chrono::steady_clock;

constexpr unsigned kSeed = 20261126;

std::string sessions(int count) {
  std::string text;
  for (int i = 0; i < count; ++i) {
    text += "o" + std::to_string(i) + ",c" + std::to_string(i % 17) + ",2024-03-0" +
            std::to_string(1 + i % 9) + " 10:00:00," + std::to_string(5 + i % 7) + ",1,north,\n";
  }
  return text;
}

struct BackedUp : ::testing::Test {
  Shop shop{sessions(60)};
  TemporaryFolder folder;
  std::string file = (folder.path() / "b.tar.zst").string();

  BackedUp() {
    shop.write("connect.toml", sessions_section() + kNoNetworks);
    shop.load();
  }
  static std::string orders(const std::string& home) {
    return run_program({"report", "daily_orders", "--format", "csv", "--home", home}).out;
  }
};

TEST_F(BackedUp, AnswersAreTheSameAfterwards) {
  ASSERT_EQ(shop.call({"backup", file}).exit_code, 0);
  const std::string home = (folder.path() / "other").string();
  const Outcome restored = run_program({"restore", file, "--home", home});
  ASSERT_EQ(restored.exit_code, 0) << restored.err;
  EXPECT_EQ(orders(home), orders(shop.home()));
  EXPECT_NE(orders(home), "");
  // It goes on: a run loads what is new.
  EXPECT_EQ(run_program({"run", "--home", home}).exit_code, 0);
  const Outcome doctor = run_program({"doctor", "--home", home, "--json"});
  EXPECT_EQ(doctor.exit_code, 0) << doctor.out;
  EXPECT_EQ(error_code(run_program({"restore", file, "--home", home})), "E-HOME");
}

TEST_F(BackedUp, ABackupThatIsKilledLeavesNothingThatLooksLikeOne) {
  std::mt19937 random(kSeed);
  const auto begin = steady_clock::now();
  ASSERT_EQ(shop.call({"backup", file}).exit_code, 0);
  const auto whole = std::chrono::duration_cast<microseconds>(steady_clock::now() - begin);
  fs::remove(file);
  for (int round = 0; round < 12; ++round) {
    {
      const Program program({"backup", file, "--home", shop.home().string()});
      std::this_thread::sleep_for(
          microseconds(static_cast<std::int64_t>(random() % static_cast<unsigned>(whole.count()))));
      program.signal(SIGKILL);
    }
    if (!fs::exists(file)) continue;
    const std::string home = (folder.path() / ("h" + std::to_string(round))).string();
    EXPECT_EQ(run_program({"restore", file, "--home", home}).exit_code, 0) << round;
    fs::remove(file);
  }
}

TEST_F(BackedUp, ARestoreThatIsKilledLeavesTheOldHomeOrTheNewOne) {
  ASSERT_EQ(shop.call({"backup", file}).exit_code, 0);
  Shop old{sessions(33)};
  old.write("connect.toml", sessions_section() + kNoNetworks);
  old.load();
  const std::string old_file = (folder.path() / "old.tar.zst").string();
  ASSERT_EQ(old.call({"backup", old_file}).exit_code, 0);
  const std::string home = (folder.path() / "home").string();
  ASSERT_EQ(run_program({"restore", old_file, "--home", home}).exit_code, 0);
  const std::string before = orders(home);
  const std::string after = orders(shop.home());
  ASSERT_NE(before, after);
  const auto begin = steady_clock::now();
  ASSERT_EQ(run_program({"restore", file, "--force", "--home", home}).exit_code, 0);
  const auto whole = std::chrono::duration_cast<microseconds>(steady_clock::now() - begin);
  std::mt19937 random(kSeed);
  int kept = 0;
  for (int round = 0; round < 12; ++round) {
    fs::remove_all(home + ".restoring");
    ASSERT_EQ(run_program({"restore", old_file, "--force", "--home", home}).exit_code, 0);
    {
      const Program program({"restore", file, "--force", "--home", home});
      std::this_thread::sleep_for(
          microseconds(static_cast<std::int64_t>(random() % static_cast<unsigned>(whole.count()))));
      program.signal(SIGKILL);
    }
    const std::string now = orders(home);
    EXPECT_TRUE(now == before || now == after) << round;
    kept += now == before ? 1 : 0;
  }
  EXPECT_GT(kept, 0);
}

TEST_F(BackedUp, AHomeBehindALinkIsReplacedAndKeepsItsImports) {
  ASSERT_EQ(shop.call({"backup", file}).exit_code, 0);
  const fs::path target = folder.path() / "target";
  fs::create_directories(target / "imports");
  std::ofstream(target / "imports" / "mine.csv") << "mine";
  const fs::path link = folder.path() / "link";
  fs::create_directory_symlink(target, link);
  const Outcome restored =
      run_program({"restore", file, "--force", "--json", "--home", link.string()});
  ASSERT_EQ(restored.exit_code, 0) << restored.err;
  EXPECT_EQ(nlohmann::json::parse(restored.out)["kept_imports"], 1);
  EXPECT_TRUE(fs::is_symlink(link));
  EXPECT_TRUE(fs::exists(target / "imports" / "mine.csv"));
  EXPECT_EQ(orders(target.string()), orders(shop.home()));
}

TEST_F(BackedUp, TheDemandsOfTheCommandLine) {
  EXPECT_EQ(error_code(shop.call({"backup", file, "--with-key"})), "E-PARAM");
  EXPECT_EQ(error_code(shop.call({"backup", (shop.home() / "b").string()})), "E-PARAM");
  EXPECT_EQ(error_code(shop.call({"restore", (folder.path() / "none").string(), "--force"})),
            "E-FILE");
  EXPECT_EQ(shop.call({"report", "daily_orders"}).exit_code, 0);
}

TEST_F(BackedUp, TheScheduleIsSetShownAndRemoved) {
  const auto json = [](const Outcome& outcome) { return nlohmann::json::parse(outcome.out); };
  Outcome outcome = shop.call({"schedule", "set", "daily", "--at", "03:30", "--timezone",
                               "Asia/Kathmandu", "--no-server", "--json"});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_EQ(json(outcome)["next_runs"].size(), 5U);
  EXPECT_EQ(json(shop.call({"schedule", "show", "--json"}))["schedule"]["at"], "03:30");
  EXPECT_EQ(json(shop.call({"schedule", "pause", "--json"}))["state"], "paused");
  EXPECT_EQ(json(shop.call({"schedule", "resume", "--json"}))["state"], "enabled");
  EXPECT_EQ(shop.call({"schedule", "delete"}).exit_code, 0);
  EXPECT_EQ(json(shop.call({"schedule", "show", "--json"}))["state"], "none");
  EXPECT_EQ(error_code(shop.call({"schedule", "set", "0 25 * * *"})), "E-PARAM");
  EXPECT_EQ(error_code(shop.call({"schedule", "set", "daly"})), "E-PARAM");
  outcome = shop.call({"schedule", "set", "once", "--only", "ingest", "--json"});
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_EQ(json(outcome)["state"], "succeeded");
}

}  // namespace
}  // namespace ca::tests
