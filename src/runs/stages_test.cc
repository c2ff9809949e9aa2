#include "runs/stages.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <map>

#include "base/error.h"
#include "ingest/test_support.h"

namespace ca::runs {
namespace {

using workspace::StageState;

TEST(StageGraph, EachStageComesAfterThoseItAwaits) {
  std::set<std::string> before;
  for (const StageNode& node : stage_graph()) {
    for (const auto* others : {&node.needs, &node.uses, &node.meets}) {
      for (const std::string& other : *others) EXPECT_TRUE(before.contains(other)) << node.name;
    }
    EXPECT_FALSE(node.makes.empty());
    EXPECT_TRUE(node.sentence.ends_with('.')) << node.name;
    before.insert(node.name);
  }
}

class StagesTest : public ::testing::Test {
 protected:
  StagesTest() { outcome.run = workspace.begin_run(workspace::Trigger::kManual, "hash"); }

  void add(const std::string& name, std::function<std::int64_t()> work) {
    stages.push_back({.node = stage_node(name), .work = [work](Progress&) { return work(); }});
  }
  std::string states() const {
    std::string text;
    for (const StageOutcome& stage : outcome.stages) {
      text += stage.stage + " " + std::string(name_of(stage.state)) + "|";
    }
    return text;
  }

  ingest::testing::TemporaryFolder folder;
  workspace::Home home = workspace::Home::open(folder.path());
  workspace::Workspace workspace{home};
  Cancellation cancellation;
  RunOutcome outcome;
  Stages performed{workspace, no_progress(), cancellation, outcome};
  std::vector<Stage> stages;
};

/// Returns when `other` is at work too.
std::int64_t together(std::atomic<int>& at_work) {
  ++at_work;
  while (at_work < 2) std::this_thread::yield();
  return 0;
}

TEST_F(StagesTest, StagesThatDoNotWaitForOneAnotherWorkAtTheSameTime) {
  std::atomic<int> at_work{0};
  add("ingest", [] { return 0; });
  add("quality", [&] { return together(at_work); });
  add("journeys", [&] { return together(at_work); });
  performed.perform(stages, 2);
  EXPECT_EQ(states(), "ingest ok|quality ok|journeys ok|");
}

TEST_F(StagesTest, NoMoreThanSoManyWorkAtOnce) {
  std::atomic<int> at_work{0};
  std::atomic<int> most{0};
  const auto work = [&] {
    most = std::max(most.load(), ++at_work);
    std::this_thread::yield();
    --at_work;
    return 0;
  };
  for (const char* name : {"quality", "exploratory", "deliveries", "anomalies"}) add(name, work);
  performed.perform(stages, 1);
  EXPECT_EQ(most, 1);
  EXPECT_EQ(outcome.stages.size(), 4U);
}

TEST_F(StagesTest, AStageWaitsForThoseItUses) {
  std::atomic<bool> has_cut{false};
  add("exploratory", [] { return 0; });
  add("segments", [&] {
    has_cut = true;
    return 0;
  });
  add("tests", [&]() -> std::int64_t {
    if (!has_cut) throw Error("E-TEST", "too early");
    return 0;
  });
  performed.perform(stages, 3);
  EXPECT_EQ(states(), "exploratory ok|segments ok|tests ok|");
}

TEST_F(StagesTest, AStageMeetsOneThatWorksBesideIt) {
  std::atomic<int> at_work{0};
  std::atomic<bool> has_value{false};
  add("clv", [&] {
    together(at_work);
    has_value = true;
    return 0;
  });
  add("anomalies", [&]() -> std::int64_t {
    together(at_work);
    return performed.meet("clv") && has_value ? 7 : 0;
  });
  performed.perform(stages, 2);
  EXPECT_EQ(outcome.stages.at(1).rows, 7);
  EXPECT_EQ(performed.ended("anomalies"), StageState::kOk);
}

TEST_F(StagesTest, MeetingOneThatFailedIsToldSo) {
  add("clv", []() -> std::int64_t { throw Error("E-TEST", "no"); });
  add("anomalies", [&]() -> std::int64_t { return performed.meet("clv") ? 1 : 2; });
  performed.perform(stages, 1);
  EXPECT_EQ(states(), "clv failed|anomalies ok|");
  EXPECT_EQ(outcome.stages.at(1).rows, 2);
}

TEST_F(StagesTest, AFailedStageFailsAlone) {
  add("ingest", [] { return 0; });
  add("quality", []() -> std::int64_t { throw Error("E-TEST", "bad"); });
  add("journeys", []() -> std::int64_t { throw std::runtime_error("worse"); });
  add("exploratory", [] { return 0; });
  performed.perform(stages, 2);
  performed.conclude();
  EXPECT_EQ(states(), "ingest ok|quality failed|journeys failed|exploratory skipped|");
  EXPECT_EQ(outcome.stages[2].error_code, "E-INTERNAL");
  EXPECT_EQ(outcome.stages[3].error_text, "journeys did not succeed");
  EXPECT_EQ(outcome.state, workspace::RunState::kFailed);
}

TEST_F(StagesTest, WhoEndedARunIsSaid) {
  add("ingest", [&]() -> std::int64_t {
    workspace.ask_to_cancel(outcome.run, "ana");
    cancellation.cancel();
    cancellation.check();
    return 0;
  });
  add("quality", [] { return 0; });
  performed.perform(stages, 2);
  performed.conclude();
  EXPECT_EQ(states(), "ingest cancelled|quality cancelled|");
  EXPECT_EQ(outcome.cancelled_by, "ana");
  EXPECT_EQ(workspace.events(outcome.run).back().message, "Run cancelled by ana.");
}

TEST_F(StagesTest, WhatIsTakenOverIsNotDoneAgain) {
  add("ingest", []() -> std::int64_t { throw Error("E-TEST", "done again"); });
  stages.back().taken_over = 12;
  performed.perform(stages, 2);
  EXPECT_EQ(states(), "ingest ok|");
  EXPECT_TRUE(outcome.stages[0].is_taken_over);
  EXPECT_EQ(outcome.stages[0].rows, 12);
}

}  // namespace
}  // namespace ca::runs
