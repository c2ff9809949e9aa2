#include <gtest/gtest.h>

#include "base/terminal.h"
#include "shop.h"

namespace ca::tests {
namespace {

using Json = nlohmann::json;
namespace fs = std::filesystem;

constexpr const char* kRows =
    "o1,c1,2024-01-01 10:00,10,1,north,\no2,c2,2024-01-02 10:00,20,1,south,\n";

TEST(Demo, FitsOnAScreenAndNamesCommandsThatWork) {
  const Shop shop;
  const Outcome outcome = shop.call({"demo", "--customers", "1500"});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  std::size_t lines = 0;
  std::vector<std::string> commands;
  for (std::size_t at = 0; at < outcome.out.size();) {
    const std::size_t end = outcome.out.find('\n', at);
    const std::string line = outcome.out.substr(at, end - at);
    at = end + 1;
    ++lines;
    EXPECT_EQ(line.find('\x1b'), std::string::npos) << "no colours in a file";
    const std::string program = std::string(CA_PROGRAM) + " ";
    if (line.find(program) == 2) {
      commands.push_back(line.substr(2 + program.size()));
    } else if (line.find(shop.folder().string()) == std::string::npos) {
      EXPECT_LE(columns_of(line), 100U) << line;
    }
  }
  EXPECT_LE(lines, 50U);
  ASSERT_GE(commands.size(), 3U);
  for (const std::string& command : commands) {
    std::vector<std::string> words;
    std::string word;
    for (const char letter : command + " ") {
      if (letter == '#') break;
      if (letter != ' ') {
        word += letter;
      } else if (!word.empty()) {
        words.push_back(std::exchange(word, {}));
      }
    }
    for (std::string& argument : words) {
      if (argument == "results") argument = (shop.folder() / "results").string();
    }
    EXPECT_EQ(shop.call(words).exit_code, 0) << command;
  }
}

TEST(Demo, IsTheSameShopAgainAndTellsItAsJson) {
  const Shop shop;
  std::vector<Json> answers;
  for (int time = 0; time < 2; ++time) {
    const Outcome outcome = shop.call({"demo", "--customers", "500", "--seed", "3", "--json"});
    ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
    answers.push_back(Json::parse(outcome.out));
  }
  EXPECT_NE(answers[0].at("run"), answers[1].at("run"));
  for (const char* part : {"figures", "funnel", "dimensions", "planted_days", "unusual_days"}) {
    EXPECT_EQ(answers[0].at(part), answers[1].at(part)) << part;
  }
  EXPECT_TRUE(fs::exists(answers[0].at("truth").get<std::string>()));
}

TEST(Demo, DoesNotReplaceSourcesOfOnesOwn) {
  const Shop shop(kRows);
  shop.load();
  const Outcome before = shop.call({"sources", "--json"});
  const Outcome outcome = shop.call({"demo", "--customers", "500"});
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_EQ(error_code(outcome), "E-HOME");
  EXPECT_EQ(shop.call({"sources", "--json"}).out, before.out);
  EXPECT_FALSE(fs::exists(shop.home() / "imports" / "demo"));
}

TEST(Generate, MakesAShopThatConnectsAndRuns) {
  const Shop shop;
  const std::string folder = shop.folder() / "made";
  const Outcome made = shop.call({"generate", folder, "--customers", "300", "--dirty", "5",
                                  "--format", "parquet", "--tail-days", "2", "--json"});
  ASSERT_EQ(made.exit_code, 0) << made.err;
  EXPECT_EQ(Json::parse(made.out).at("customers"), 300);
  ASSERT_EQ(shop.call({"connect", folder + "/connect.toml"}).exit_code, 0);
  ASSERT_EQ(shop.run().outcome.exit_code, 0);
  const std::string before = shop.kpi("total_visits");
  for (const auto& entry : fs::directory_iterator(folder + "/late")) {
    fs::rename(entry.path(), fs::path(folder) / entry.path().filename());
  }
  ASSERT_EQ(shop.run().outcome.exit_code, 0);
  EXPECT_GT(std::stol(shop.kpi("total_visits")), std::stol(before));
  EXPECT_EQ(std::stol(shop.kpi("total_visits")), Json::parse(made.out).at("sessions"));
}

TEST(Generate, RefusesWhatIsNotPossible) {
  const Shop shop(kRows);
  const std::string folder = shop.folder() / "made";
  const std::vector<std::pair<std::vector<std::string>, std::string>> errors = {
      {{"generate", folder, "--customers", "0"}, "E-PARAM"},
      {{"generate", folder, "--customers", "10", "--sessions", "5"}, "E-PARAM"},
      {{"generate", folder, "--format", "json"}, "E-PARAM"},
      {{"generate", folder, "--dirty", "50"}, "E-PARAM"},
      {{"generate", folder, "--dirty", "nan"}, "E-PARAM"},
      {{"generate", folder, "--until", "yesterday"}, "E-PARAM"},
      {{"generate", folder, "--days", "5"}, "E-PARAM"},
      {{"generate", folder, "--tail-days", "999"}, "E-PARAM"},
      {{"generate", shop.folder().string()}, "E-FILE"},
      {{"generate", shop.folder() / "sessions.csv"}, "E-FILE"},
      {{"demo", "--customers", "0"}, "E-PARAM"},
  };
  for (const auto& [arguments, code] : errors) {
    const Outcome outcome = shop.call(arguments);
    EXPECT_EQ(outcome.exit_code, 1) << arguments.back();
    EXPECT_EQ(error_code(outcome), code) << arguments.back() << outcome.err;
    EXPECT_EQ(outcome.out, "") << arguments.back();
  }
  EXPECT_FALSE(fs::exists(folder));
  for (const char* number : {"-5", "many", "1.5", "99999999999999999999999"}) {
    EXPECT_EQ(shop.call({"generate", folder, "--customers", number}).exit_code, 2) << number;
  }
  EXPECT_EQ(shop.call({"generate"}).exit_code, 2);
}

}  // namespace
}  // namespace ca::tests
