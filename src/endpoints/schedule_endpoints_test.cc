#include "endpoints/schedule_endpoints.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "endpoints/router.h"
#include "workspace/schedule_table.h"
#include "workspace/test_support.h"
#include "workspace/workspace.h"

namespace ca::endpoints {
namespace {

using ::testing::HasSubstr;
using Json = nlohmann::json;
using people::Role;
using people::Scope;

class ScheduleEndpoints : public ::testing::Test {
 protected:
  Json ask(const std::string& method, const std::string& path, const Json& body = nullptr,
           int status = 200) {
    Request request;
    request.id = "r1";
    request.method = method;
    request.path = path;
    if (!body.is_null()) {
      request.body = body.dump();
      request.headers.emplace_back("Content-Type", "application/json");
      request.headers.emplace_back("Content-Length", std::to_string(request.body.size()));
    }
    request.headers.emplace_back("Host", "shop.example");
    request.headers.emplace_back("Authorization", "Bearer t");
    request.cancellation = std::make_shared<Cancellation>();
    Admission admission = router.admit(request);
    const Response response =
        admission.refusal ? *std::move(admission.refusal) : router.answer(request);
    EXPECT_EQ(response.status, status) << std::get<std::string>(response.body);
    return Json::parse(std::get<std::string>(response.body));
  }

  void connect(std::initializer_list<const char*> kinds) {
    workspace::Configuration configuration;
    configuration.settings["workspace.timezone"] = "Europe/London";
    for (const char* kind : kinds) {
      workspace::SourceRecord source;
      source.kind = kind;
      source.type = "csv";
      source.path = "x.csv";
      configuration.sources.push_back(source);
    }
    workspace.save(configuration);
  }

  ScratchFolderInMemory folder;
  workspace::Home home = workspace::Home::open(folder.path());
  workspace::testing::FakeClock fake;
  workspace::Workspace workspace{home, fake.clock()};
  people::Principal who{.user = 1,
                        .username = "ann",
                        .role = Role::kAdmin,
                        .scopes = std::vector<Scope>{Scope::kRead, Scope::kRun}};
  std::vector<std::string> audited;
  Router router{schedule_endpoints(
                    workspace,
                    [this](const Call& call, std::string_view action, std::string_view before,
                           std::string_view after) {
                      audited.push_back(call.who->username + " " + std::string(action) +
                                        (before.empty() ? " new" : " old") +
                                        (after.empty() ? " none" : " there"));
                    },
                    fake.clock()),
                [this](const Request&) {
                  return Identity{who, {}};
                }};
};

TEST_F(ScheduleEndpoints, SetsShowsReplacesAndRemoves) {
  connect({"sessions", "customers"});
  EXPECT_EQ(ask("GET", "/api/v1/schedule"),
            Json({{"state", "none"}, {"schedule", nullptr}, {"next_runs", Json::array()}}));
  Json saved = ask("PUT", "/api/v1/schedule", {{"period", "daily"}, {"at", "03:30"}});
  EXPECT_EQ(saved["messages"], Json::parse(R"([{"id": "M-SCH-OK",
                             "text": "Schedule daily saved. Next run 2024-05-02T02:30:00.000Z."}])"));
  EXPECT_EQ(saved["next_runs"].size(), 5U);
  EXPECT_EQ(saved["schedule"]["timezone"], "Europe/London");
  EXPECT_EQ(saved["schedule"]["created_by"], "ann");
  saved = ask("PUT", "/api/v1/schedule",
              {{"name", "nightly"},
               {"period", "0 2 * * mon"},
               {"analyses", {"ingest", "publish"}},
               {"mode", "full"},
               {"catch_up", false},
               {"timezone", "UTC"}});
  EXPECT_EQ(saved["messages"][0]["id"], "M-SCH-REPLACED");
  EXPECT_EQ(saved["messages"][1]["id"], "M-SCH-OK");
  const Json shown = ask("GET", "/api/v1/schedule");
  EXPECT_EQ(shown["schedule"], saved["schedule"]);
  EXPECT_EQ(shown["schedule"]["cron"], "0 2 * * mon");
  EXPECT_EQ(shown["schedule"]["period"], "cron");
  EXPECT_EQ(ask("DELETE", "/api/v1/schedule")["messages"][0]["id"], "M-SCH-DEL");
  EXPECT_EQ(ask("DELETE", "/api/v1/schedule", nullptr, 404)["code"], "E-NOT-FOUND");
}

TEST_F(ScheduleEndpoints, PausesAndResumes) {
  connect({"sessions"});
  EXPECT_EQ(ask("PUT", "/api/v1/schedule", {{"enabled", false}}, 404)["code"], "E-NOT-FOUND");
  ask("PUT", "/api/v1/schedule", {{"period", "hourly"}});
  const Json paused = ask("PUT", "/api/v1/schedule", {{"enabled", false}});
  EXPECT_EQ(paused["state"], "paused");
  EXPECT_EQ(paused["next_runs"].size(), 0U);
  EXPECT_EQ(ask("PUT", "/api/v1/schedule", {{"enabled", true}})["next_runs"].size(), 5U);
}

TEST_F(ScheduleEndpoints, NeedsSessions) {
  connect({"customers"});
  const Json problem = ask("PUT", "/api/v1/schedule", {{"period", "daily"}}, 409);
  EXPECT_EQ(problem["code"], "M-NEED-BOTH");
  EXPECT_EQ(problem["details"]["missing"], "sessions");
  EXPECT_EQ(workspace::ScheduleTable(workspace).read(), std::nullopt);
}

TEST_F(ScheduleEndpoints, OnceIsARunAndNoSchedule) {
  connect({"sessions"});
  const Json problem = ask("PUT", "/api/v1/schedule", {{"period", "once"}}, 400);
  EXPECT_THAT(problem["hint"].get<std::string>(), HasSubstr("/api/v1/runs"));
  EXPECT_EQ(ask("POST", "/api/v1/schedule/preview", {{"period", "once"}}, 400), problem);
}

TEST_F(ScheduleEndpoints, ReportsOfItsStagesArePublished) {
  connect({"sessions"});
  const Json saved = ask("PUT", "/api/v1/schedule",
                         {{"period", "daily"}, {"analyses", {"journeys", "exploratory"}}});
  EXPECT_EQ(saved["schedule"]["analyses"], Json({"journeys", "exploratory", "publish"}));
}

TEST_F(ScheduleEndpoints, PreviewsWithoutSaving) {
  const Json preview =
      ask("POST", "/api/v1/schedule/preview", {{"cron", "0 12 * * *"}, {"timezone", "UTC"}});
  EXPECT_EQ(preview["next_runs"][0], "2024-05-02T12:00:00.000Z");
  EXPECT_EQ(workspace::ScheduleTable(workspace).read(), std::nullopt);
  const Json problem = ask("POST", "/api/v1/schedule/preview", {{"cron", "0 25 * * *"}}, 400);
  EXPECT_EQ(problem["details"]["field"], "hour");
}

TEST_F(ScheduleEndpoints, AllReadAndAdminsWrite) {
  connect({"sessions"});
  who.role = Role::kAnalyst;
  ask("GET", "/api/v1/schedule");
  ask("PUT", "/api/v1/schedule", {{"period", "daily"}}, 403);
  ask("DELETE", "/api/v1/schedule", nullptr, 403);
  who.role = Role::kViewer;
  ask("GET", "/api/v1/schedule");
  ask("POST", "/api/v1/schedule/preview", {{"period", "daily"}}, 403);
  who.role = Role::kAdmin;
  who.scopes = std::vector<Scope>{Scope::kRead};
  ask("PUT", "/api/v1/schedule", {{"period", "daily"}}, 403);
}

TEST_F(ScheduleEndpoints, ChangesAreAudited) {
  connect({"sessions"});
  ask("PUT", "/api/v1/schedule", {{"period", "daily"}});
  ask("PUT", "/api/v1/schedule", {{"period", "nonsense"}}, 400);
  ask("PUT", "/api/v1/schedule", {{"enabled", false}});
  ask("DELETE", "/api/v1/schedule");
  EXPECT_EQ(audited,
            (std::vector<std::string>{"ann schedule.set new there", "ann schedule.set old there",
                                      "ann schedule.delete old none"}));
}

TEST_F(ScheduleEndpoints, UnknownFieldsAreRefused) {
  ask("PUT", "/api/v1/schedule", {{"period", "daily"}, {"owner", 1}}, 400);
}

}  // namespace
}  // namespace ca::endpoints
