#include "base/progress.h"

#include <gtest/gtest.h>

#include <sstream>
#include <thread>
#include <vector>

namespace ca {
namespace {

class ProgressTest : public testing::Test {
 protected:
  std::unique_ptr<Progress> show(bool is_terminal, int columns = 80) {
    Terminal terminal;
    terminal.is_terminal = is_terminal;
    terminal.columns = columns;
    return show_progress(out, terminal, [this] { return now; });
  }
  void pass(int milliseconds) { now += std::chrono::milliseconds(milliseconds); }
  /// What was written since the last call, with the sequence that clears a line made visible.
  std::string written() {
    std::string text = visible(out.str());
    out.str({});
    return text;
  }

  std::ostringstream out;
  std::chrono::steady_clock::time_point now{};
};

TEST_F(ProgressTest, PlainLinesComeEveryTwoSecondsAndAtTheEnd) {
  const auto progress = show(false);
  progress->stage("Reading sessions", 1'000'000, "rows");
  progress->advance(1000);
  pass(1999);
  progress->advance(1000);
  EXPECT_EQ(written(), "");
  pass(1);
  progress->advance(248'000);
  EXPECT_EQ(written(), "Reading sessions: 25 %, 250,000 rows, 125,000 rows/s, ETA 0:06\\n");
  pass(1000);
  progress->advance(1);
  EXPECT_EQ(written(), "");
  pass(1000);
  progress->advance(749'999);
  EXPECT_EQ(written(), "Reading sessions: 99 %, 1.0 M rows, 250,000 rows/s, ETA 0:00\\n");
  progress->finish();
  EXPECT_EQ(written(), "Reading sessions: 1.0 M rows in 4.0 s (250,000 rows/s)\\n");
  progress->finish();
  EXPECT_EQ(written(), "");
}

TEST_F(ProgressTest, ABarIsRedrawnTenTimesASecondAtMost) {
  const auto progress = show(true);
  progress->stage("Reading", 100, "rows");
  EXPECT_EQ(written(), "\\r\\x1b[2K  Reading  ────────────────────────  0 %  0 rows");
  pass(99);
  progress->advance(25);
  EXPECT_EQ(written(), "");
  pass(151);
  progress->advance(25);
  EXPECT_EQ(written(),
            "\\r\\x1b[2K  Reading  ━━━━━━━━━━━━────────────  50 %  50 rows  200 rows/s  ETA 0:00");
  progress->stage("Writing", 0, "files");
  EXPECT_EQ(written(),
            "\\r\\x1b[2K✓ Reading  50 rows in 0.2 s (200 rows/s)\\n\\r\\x1b[2K  Writing  0 files");
  pass(200'000);
  progress->advance(3);
  EXPECT_EQ(written(), "\\r\\x1b[2K  Writing  3 files  0 files/s");
  progress->finish();
  EXPECT_EQ(written(), "\\r\\x1b[2K✓ Writing  3 files in 3:20 (0 files/s)\\n");
}

TEST_F(ProgressTest, ABarStaysOnOneLine) {
  const auto progress = show(true, 20);
  progress->stage("A rather long name of a stage", 100, "rows");
  EXPECT_EQ(written(), "\\r\\x1b[2K  A rather long na…");
  progress->finish();
  EXPECT_EQ(written(), "\\r\\x1b[2K✓ A rather long na…\\n");
}

TEST_F(ProgressTest, AStageThatIsNotFinishedIsNotCalledSo) {
  show(true)->stage("Reading", 100, "rows");
  EXPECT_EQ(written(), "\\r\\x1b[2K  Reading  ────────────────────────  0 %  0 rows\\n");
  show(false)->stage("Reading", 100, "rows");
  EXPECT_EQ(written(), "");
}

TEST_F(ProgressTest, CountsWhatManyThreadsAdvance) {
  const auto progress = show_progress(out, Terminal{});
  progress->stage("Counting", 40'000, "steps");
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int step = 0; step < 10'000; ++step) progress->advance(1);
    });
  }
  for (std::thread& thread : threads) thread.join();
  progress->finish();
  EXPECT_EQ(out.str().rfind("Counting: 40,000 steps in ", 0), 0u) << out.str();
}

TEST(NoProgress, IsSilent) {
  no_progress().stage("x", 1, "y");
  no_progress().advance(1);
  no_progress().finish();
}

}  // namespace
}  // namespace ca
