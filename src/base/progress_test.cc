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

TEST_F(ProgressTest, TheBarIsTheOldestStagesWithTheOthersBehindIt) {
  const auto progress = show(true, 100);
  const auto first = progress->beside();
  const auto second = progress->beside();
  first->stage("clv", 10, "steps");
  second->stage("tests", 200, "rows");
  written();
  pass(200);
  second->advance(80);
  EXPECT_EQ(written(), "\\r\\x1b[2K  clv  ────────────────────────  0 %  0 steps  + tests 40 %");
  pass(50);
  first->advance(5);
  EXPECT_EQ(written(), "");  // one bar, ten times a second
  second->finish();
  EXPECT_EQ(written(),
            "\\r\\x1b[2K✓ tests  80 rows in 0.2 s (320 rows/s)\\n"
            "\\r\\x1b[2K  clv  ━━━━━━━━━━━━────────────  50 %  5 steps  20 steps/s  ETA 0:00");
  first->finish();
  EXPECT_EQ(written(), "\\r\\x1b[2K✓ clv  5 steps in 0.2 s (20 steps/s)\\n");
}

TEST_F(ProgressTest, AStageThatFailedBesideAnotherKeepsItsLine) {
  const auto progress = show(true, 60);
  progress->stage("clv", 0, "steps");
  auto failing = progress->beside();
  failing->stage("tests", 0, "rows");
  written();
  failing.reset();
  EXPECT_EQ(written(), "\\r\\x1b[2K  tests  0 rows\\n\\r\\x1b[2K  clv  0 steps");
}

TEST_F(ProgressTest, LinesOfSeveralStagesComeEachAtItsOwnPace) {
  const auto progress = show(false);
  const auto other = progress->beside();
  progress->stage("clv", 0, "steps");
  pass(1500);
  other->stage("tests", 0, "rows");
  pass(500);
  progress->advance(1);
  other->advance(1);
  EXPECT_EQ(written(), "clv: 1 steps, 0 steps/s\\n");
  pass(1500);
  other->advance(1);
  EXPECT_EQ(written(), "tests: 2 rows, 1 rows/s\\n");
}

/// Tells nothing of several at once by itself.
class OldProgress : public Progress {
 public:
  void stage(std::string_view name, std::uint64_t, std::string_view) override { text += name; }
  void advance(std::uint64_t units) override { text += std::to_string(units); }
  void finish() override { text += '.'; }
  std::string text;
};

TEST(Progress, WhatGoesOnBesideIsToldAsItsOwn) {
  OldProgress progress;
  progress.stage("a", 1, "");
  const auto other = progress.beside();
  other->stage("b", 1, "");
  other->advance(3);
  other->finish();
  EXPECT_EQ(progress.text, "ab3.");
}

TEST(NoProgress, IsSilent) {
  no_progress().stage("x", 1, "y");
  no_progress().advance(1);
  no_progress().finish();
}

}  // namespace
}  // namespace ca
