#include "base/log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <thread>
#include <vector>

#include "base/error.h"

namespace ca {
namespace {

namespace fs = std::filesystem;

class Log : public testing::Test {
 protected:
  Log() : folder(fs::path(testing::TempDir()) / ("log_test_" + std::to_string(getpid()))) {
    fs::remove_all(folder);
  }
  ~Log() override {
    log::close();
    fs::remove_all(folder);
  }

  std::vector<nlohmann::json> lines() {
    std::vector<nlohmann::json> out;
    std::ifstream file(folder / "customeranalytics.log");
    for (std::string line; std::getline(file, line);) out.push_back(nlohmann::json::parse(line));
    return out;
  }

  fs::path folder;
};

TEST_F(Log, WritesOneObjectALine) {
  log::open(folder);
  log::info("run finished", {{"run", "r-1"},
                             {"rows", std::size_t{28'000'000}},
                             {"seconds", 1.5},
                             {"is_partial", false},
                             {"note", std::string("two\nlines \"quoted\" \xFF")}});
  const auto written = lines();
  ASSERT_EQ(written.size(), 1u);
  EXPECT_EQ(written[0]["level"], "info");
  EXPECT_EQ(written[0]["event"], "run finished");
  EXPECT_EQ(written[0]["run"], "r-1");
  EXPECT_EQ(written[0]["rows"], 28'000'000);
  EXPECT_EQ(written[0]["seconds"], 1.5);
  EXPECT_EQ(written[0]["is_partial"], false);
  EXPECT_EQ(written[0]["note"], "two\nlines \"quoted\" \xEF\xBF\xBD");
  EXPECT_THAT(written[0]["time"].get<std::string>(), testing::EndsWith("Z"));
}

TEST_F(Log, SEC_31_ValuesOfSecretFieldsAreNeverWritten) {
  log::open(folder, {.warnings_to_stderr = true});
  testing::internal::CaptureStderr();
  for (const char* name :
       {"password", "db_password", "Password", "api_token", "csrf-token", "secret", "client_secret",
        "Authorization", "Set-Cookie", "passphrase", "credentials"}) {
    log::warning("request", {{name, "hunter2"}, {"path", "/login"}});
  }
  log::warning("request", {{"token", 4711}});
  const std::string shown = testing::internal::GetCapturedStderr();
  std::ifstream file(folder / "customeranalytics.log");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  for (const std::string& written : {text, shown}) {
    EXPECT_THAT(written, testing::Not(testing::HasSubstr("hunter2")));
    EXPECT_THAT(written, testing::Not(testing::HasSubstr("4711")));
    EXPECT_THAT(written, testing::HasSubstr("[redacted]"));
    EXPECT_THAT(written, testing::HasSubstr("/login"));
  }
}

TEST_F(Log, LeavesLowLevelsOut) {
  log::open(folder, {.lowest = log::Level::kWarning});
  log::debug("a");
  log::info("b");
  log::warning("c");
  log::error("d");
  const auto written = lines();
  ASSERT_EQ(written.size(), 2u);
  EXPECT_EQ(written[0]["level"], "warning");
  EXPECT_EQ(written[1]["level"], "error");
}

TEST_F(Log, TellsWarningsOnStderrOnlyWhenAsked) {
  log::open(folder);
  testing::internal::CaptureStderr();
  log::warning("disk is filling", {{"free_bytes", 5}});
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
  log::open(folder, {.warnings_to_stderr = true});
  testing::internal::CaptureStderr();
  log::info("quiet");
  log::warning("disk is filling", {{"free_bytes", 5}, {"path", "a\x1b[31m"}});
  EXPECT_EQ(testing::internal::GetCapturedStderr(),
            "warning: disk is filling free_bytes=5 path=\"a\\u001b[31m\"\n");
  EXPECT_EQ(lines().size(), 3u);
}

TEST_F(Log, WritesTheSameLinesToStderrWhenAsked) {
  log::open(folder, {.warnings_to_stderr = true, .lines_to_stderr = true});
  testing::internal::CaptureStderr();
  log::debug("left out");
  log::info("server started", {{"url", "http://127.0.0.1:5000/"}});
  log::warning("request", {{"token", "hunter2"}});
  const std::string shown = testing::internal::GetCapturedStderr();
  std::ifstream file(folder / "customeranalytics.log");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  EXPECT_EQ(lines().size(), 2u);
  EXPECT_EQ(shown, text);
}

TEST_F(Log, IsSilentUntilOpenedAndAfterClosing) {
  log::error("lost");
  log::open(folder);
  log::close();
  log::error("lost");
  EXPECT_TRUE(lines().empty());
}

TEST_F(Log, RotatesTenFilesOfTwentyMegabytes) {
  const auto name = [&](int age) {
    return folder / (age == 0 ? "customeranalytics.log"
                              : "customeranalytics." + std::to_string(age) + ".log");
  };
  constexpr std::size_t kNearlyFull = 20 * 1024 * 1024 - 10;
  fs::create_directories(folder);
  std::ofstream(name(0)) << std::string(kNearlyFull, 'x');
  for (int age = 1; age <= 9; ++age) std::ofstream(name(age)) << std::string(std::size_t(age), 'x');
  log::open(folder);
  log::info("first of a new file");
  EXPECT_EQ(lines().size(), 1u);
  EXPECT_EQ(fs::file_size(name(1)), kNearlyFull);
  for (int age = 2; age <= 9; ++age) EXPECT_EQ(fs::file_size(name(age)), std::size_t(age - 1));
  EXPECT_FALSE(fs::exists(name(10)));
}

TEST_F(Log, KeepsLinesWholeAcrossThreads) {
  log::open(folder);
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([i] {
      for (int n = 0; n < 100; ++n) log::info("step", {{"thread", i}, {"n", n}});
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(lines().size(), 400u);
}

TEST_F(Log, SaysWhenItsFolderCannotBeWritten) {
  std::ofstream(folder) << "a file where the folder should be";
  try {
    log::open(folder);
    FAIL() << "opened a log inside a file";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "E-FILE");
  }
}

}  // namespace
}  // namespace ca
