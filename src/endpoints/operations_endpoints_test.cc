#include "endpoints/operations_endpoints.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>
#include <thread>

#include "endpoints/router.h"
#include "workspace/test_support.h"
#include "workspace/workspace.h"

namespace ca::endpoints {
namespace {

using people::Role;
using people::Scope;
using ::testing::HasSubstr;
using ::testing::Not;
using workspace::testing::write;

class Operations : public ::testing::Test {
 protected:
  std::string ask(const std::string& path, int status = 200) {
    Request request;
    request.id = "r1";
    request.method = "GET";
    request.path = path;
    request.headers.emplace_back("Host", "shop.example");
    request.cancellation = std::make_shared<Cancellation>();
    Admission admission = router.admit(request);
    const Response response =
        admission.refusal ? *std::move(admission.refusal) : router.answer(request);
    EXPECT_EQ(response.status, status) << path;
    return std::get<std::string>(response.body);
  }

  ScratchFolderInMemory folder;
  workspace::Home home = workspace::Home::open(folder.path());
  workspace::testing::FakeClock fake;
  workspace::Workspace workspace{home, fake.clock()};
  Metrics metrics{"1.2.3", {.connections = [] { return 7; }, .questions_waiting = {}}};
  std::optional<people::Principal> who;
  Router router{
      operations_endpoints(workspace, metrics, "1.2.3", fake.clock()),
      [this](const Request&) {
        return Identity{who, {}};
      },
      [this](std::string_view route, std::string_view method, int status, double seconds) {
        metrics.observe_request(route, method, status, seconds);
      }};
};

TEST_F(Operations, AnybodyMayAskWhetherItLives) {
  EXPECT_THAT(ask("/healthz"), HasSubstr("true"));
  EXPECT_THAT(ask("/readyz"), HasSubstr("true"));
  ask("/metrics", 401);
  ask("/api/v1/status", 401);
}

TEST_F(Operations, IsNotReadyWhileResultsCannotBeRead) {
  workspace::publish(home, {"v", "gone"});
  EXPECT_THAT(ask("/readyz", 503), HasSubstr("E-SNAPSHOT"));
  write(home.current_file(), "{");
  const std::string answer = ask("/readyz", 503);
  EXPECT_THAT(answer, HasSubstr("E-HOME"));
  EXPECT_THAT(answer, Not(HasSubstr(folder.path().string())));
}

TEST_F(Operations, MetricsNeedTheirScope) {
  who = people::Principal{.user = 1,
                          .username = "ann",
                          .role = Role::kOwner,
                          .scopes = std::vector<Scope>{Scope::kRead}};
  ask("/metrics", 403);
  who->scopes = std::vector<Scope>{Scope::kMetrics};
  ask("/metrics");
  ask("/api/v1/status", 403);
}

TEST_F(Operations, MetricsTellOfRequestsRunsAndTheProcess) {
  const std::string run = workspace.begin_run(workspace::Trigger::kManual, "");
  workspace.stage_started(run, "ingest");
  fake.now += std::chrono::seconds(3);
  workspace.stage_finished(run, "ingest", "", {});
  workspace.finish_run(run, workspace::RunState::kPartial);
  ask("/healthz");
  ask("/no/such/place", 404);
  who = people::Principal{.user = 1,
                          .username = "ann",
                          .role = Role::kViewer,
                          .scopes = std::vector<Scope>{Scope::kMetrics}};
  const std::string text = ask("/metrics");
  for (const char* line :
       {"customeranalytics_http_requests_total{method=\"GET\",route=\"/healthz\",status=\"200\"} 1",
        "customeranalytics_http_requests_total{method=\"GET\",route=\"none\",status=\"404\"} 1",
        "customeranalytics_http_request_duration_seconds_count{method=\"GET\",route=\"/healthz\","
        "status=\"200\"} 1",
        "customeranalytics_http_connections 7",
        "customeranalytics_run_stage_duration_seconds{stage=\"ingest\"} 3",
        "customeranalytics_last_run_state{state=\"partial\"} 1",
        "customeranalytics_last_run_state{state=\"failed\"} 0",
        "customeranalytics_schedule_enabled 0", "process_resident_memory_bytes",
        "# TYPE process_cpu_seconds_total counter", "version=\"1.2.3\""}) {
    EXPECT_THAT(text, HasSubstr(line));
  }
  EXPECT_THAT(text, Not(HasSubstr("questions_waiting")));
}

// The text format: a comment, or a name with labels and a number.
TEST_F(Operations, EveryLineOfMetricsIsOfTheFormat) {
  metrics.observe_request("/a", "GET", 200, 0.003);
  metrics.observe_request("", "B\"R\n", 400, 31);
  const char* const line =
      R"re((# (HELP|TYPE) [a-z_]+ .*)|([a-z_]+(\{([a-z]+="[^"]*",?)*\})? [^ ]+))re";
  std::istringstream text(metrics.text(workspace));
  for (std::string one; std::getline(text, one);) EXPECT_THAT(one, testing::MatchesRegex(line));
}

TEST_F(Operations, ManyThreadsMayCount) {
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([this] {
        for (int n = 0; n < 500; ++n) metrics.observe_request("/a", "GET", 200, 0.01);
        metrics.text(workspace);
      });
    }
  }
  EXPECT_THAT(metrics.text(workspace), HasSubstr("route=\"/a\",status=\"200\"} 2000"));
}

TEST_F(Operations, StatusTellsPagesWhereTheyAre) {
  who = people::Principal{
      .user = 1, .username = "ann", .role = Role::kViewer, .scopes = {}, .session = "s"};
  fake.now += std::chrono::seconds(61);
  const auto json = nlohmann::json::parse(ask("/api/v1/status"));
  EXPECT_EQ(json["version"], "1.2.3");
  EXPECT_EQ(json["uptime_seconds"], 61);
  EXPECT_EQ(json["home"], "empty");
  EXPECT_EQ(json["last_run"], nullptr);
}

}  // namespace
}  // namespace ca::endpoints
