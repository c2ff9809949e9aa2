// `backtest clv` as people and scripts call it.

#include <gtest/gtest.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <set>

#include "demo/generate.h"
#include "robustness/program.h"
#include "support/temporary_folder.h"

namespace ca::tests {
namespace {

using Json = nlohmann::json;

/// A small shop whose sources are connected; nothing is loaded before the first question.
class BacktestCommand : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder = std::make_unique<TemporaryFolder>();
    demo::GenerateOptions options;
    options.folder = folder->path() / "shop";
    options.customers = 800;
    demo::generate(options, no_progress(), Cancellation());
    const Outcome outcome =
        run_program({"connect", (options.folder / "connect.toml").string(), "--home", home()});
    ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  }
  static void TearDownTestSuite() { folder.reset(); }

  static std::string home() { return (folder->path() / "home").string(); }
  static Outcome backtest(const std::string& calibrate, const std::string& holdout,
                          std::vector<std::string> more = {}) {
    std::vector<std::string> words = {
        "backtest",          "clv",     "--home",          home(), "--json",
        "--calibrate-until", calibrate, "--holdout-until", holdout};
    words.insert(words.end(), more.begin(), more.end());
    return run_program(words);
  }

  static std::unique_ptr<TemporaryFolder> folder;
};

std::unique_ptr<TemporaryFolder> BacktestCommand::folder;

TEST_F(BacktestCommand, LoadsWhatIsConnectedAndAnswersWithThePromisedKeys) {
  const Outcome outcome = backtest("2025-06-30", "2025-12-30");
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_NE(outcome.err.find("loading what is connected"), std::string::npos) << outcome.err;
  const Json answer = Json::parse(outcome.out);
  EXPECT_TRUE(answer.at("champion").is_string());
  std::set<std::string> names;
  for (const Json& model : answer.at("models")) {
    names.insert(model.at("name").get<std::string>());
    SCOPED_TRACE(model.at("name"));
    EXPECT_TRUE(model.at("parameters").is_object());
    EXPECT_TRUE(model.at("log_likelihood").is_number() || model.at("log_likelihood").is_null());
    for (const char* figure :
         {"orders_predicted", "orders_actual", "orders_mae", "orders_rmse", "value_mae", "bias",
          "normalised_gini", "spearman", "top10_capture"}) {
      EXPECT_TRUE(model.at(figure).is_number()) << figure;
    }
  }
  for (const char* name : {"bgnbd", "mbgnbd", "paretonbd", "gammagamma", "past_rate", "past_total",
                           "seasonal", "tweedie", "lstm"}) {
    EXPECT_EQ(names.count(name), 1U) << name;
  }
  EXPECT_EQ(names.count(answer.at("champion").get<std::string>()), 1U);
}

TEST_F(BacktestCommand, JudgesOneModelOrACombination) {
  for (const std::string model : {"bgnbd", "geo(bgnbd,past_rate)"}) {
    const Outcome outcome = backtest("2025-06-30", "2025-12-30", {"--model", model});
    ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
    const Json answer = Json::parse(outcome.out);
    EXPECT_TRUE(answer.at("champion").is_null()) << "none was chosen";
    ASSERT_EQ(answer.at("models").size(), 1U);
    EXPECT_EQ(answer.at("models").at(0).at("name"), model);
  }
}

TEST_F(BacktestCommand, RefusesDaysAndModelsThatAreNone) {
  const std::vector<std::vector<std::string>> wrong = {
      {"2025-06-31", "2025-12-30"},                       // no such day
      {"june", "2025-12-30"},                             //
      {"2025-06-30", "2025-06-29"},                       // before the calibration ends
      {"2025-06-30", "2025-06-30"},                       // nothing to predict
      {"2023-06-30", "2025-06-30"},                       // before the history
      {"2025-06-30", "2026-03-01"},                       // after it
      {"2025-06-30", "2025-12-30", "--model", "oracle"},  // unknown
      {"2025-06-30", "2025-12-30", "--model", "geo(bgnbd,oracle)"}};
  for (const auto& words : wrong) {
    const Outcome outcome = backtest(words[0], words[1], {words.begin() + 2, words.end()});
    SCOPED_TRACE(words[0] + " " + words[1] + " " + words.back());
    EXPECT_EQ(outcome.exit_code, 1);
    EXPECT_EQ(error_code(outcome), "E-PARAM") << outcome.err;
    EXPECT_EQ(Json::parse(outcome.out).at("error").at("code"), "E-PARAM");
  }
  EXPECT_EQ(run_program({"backtest", "clv", "--home", home()}).exit_code, 2) << "no days";
}

}  // namespace
}  // namespace ca::tests
