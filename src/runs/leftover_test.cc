#include "runs/leftover.h"

#include <gtest/gtest.h>

#include "base/sql.h"
#include "ingest/test_support.h"
#include "runs/run_options.h"
#include "runs/runner.h"
#include "runs/test_support.h"

namespace ca::runs {
namespace {

using namespace ingest::testing;

/// Cancels when the stage of that name begins to work.
class StoppingProgress : public Progress {
 public:
  StoppingProgress(std::string_view at, Cancellation& cancellation)
      : at_(at), cancellation_(cancellation) {}
  void stage(std::string_view name, std::uint64_t, std::string_view) override {
    if (name == at_) cancellation_.cancel();
  }
  void advance(std::uint64_t) override {}
  void finish() override {}

 private:
  std::string at_;
  Cancellation& cancellation_;
};

struct LeftoverTest : ::testing::Test {
  TemporaryFolder folder;
  workspace::Home home = workspace::Home::open(folder.path() / "home");
  workspace::Workspace workspace{home};

  LeftoverTest() {
    write(folder.path() / "sessions.csv",
          "order_id,client,session_start_date,payment_amount,has_purchased\n"
          "o1,c1,2024-01-01 10:00,10,1\no2,c1,2024-01-02 10:00,20,1\n"
          "o3,c2,2024-01-03 10:00,,0\n");
    workspace::Configuration configuration =
        testing::with("anomaly.networks", "false");  // which take long
    configuration.sources = {testing::csv_source(
        folder.path(), "sessions",
        {"order_id", "client", "session_start_date", "payment_amount", "has_purchased"})};
    workspace.save(configuration);
  }
  /// The id of a run that ended after it had loaded.
  std::string stopped() {
    Cancellation cancelled;
    StoppingProgress progress("journeys", cancelled);
    return run(home, workspace, {}, progress, cancelled).run;
  }
  /// Whether a run that goes on from that one takes over what was loaded.
  bool takes_over_the_store(const std::string& of) {
    const RunOutcome outcome =
        run(home, workspace, options_to_resume(workspace, of), no_progress(), Cancellation());
    EXPECT_EQ(outcome.state, workspace::RunState::kSucceeded);
    return outcome.stages.at(0).is_taken_over;
  }
  std::int64_t stored_sessions() {
    sql::Database database(home.store_file().string());
    return database.connect().integer("SELECT count(*) FROM sessions");
  }
};

TEST_F(LeftoverTest, AStoreThatHoldsWhatTheRunCountedIsTakenOver) {
  EXPECT_TRUE(takes_over_the_store(stopped()));
}

TEST_F(LeftoverTest, AStoreThatHasLostRowsIsLoadedAgain) {
  const std::string of = stopped();
  // As a store is that was copied without its write-ahead log.
  sql::Database(home.store_file().string())
      .connect()
      .run(
          "DELETE FROM sessions; DELETE FROM loads; DELETE FROM source_loads; DELETE FROM "
          "seen_files");
  EXPECT_FALSE(takes_over_the_store(of));
  EXPECT_EQ(stored_sessions(), 3);
}

}  // namespace
}  // namespace ca::runs
