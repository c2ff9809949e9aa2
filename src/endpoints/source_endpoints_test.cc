#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <thread>

#include "base/error.h"
#include "endpoints/endpoints.h"
#include "endpoints/metrics.h"
#include "endpoints/problem.h"
#include "endpoints/router.h"
#include "ingest/test_support.h"
#include "people/people.h"
#include "workspace/workspace.h"

namespace ca::endpoints {
namespace {

using namespace ingest::testing;
using ::testing::HasSubstr;
using Json = nlohmann::json;
using people::Role;
using people::Scope;
namespace fs = std::filesystem;

/// What of the services these endpoints must not touch.
template <class Service>
Service& untouched() {
  alignas(std::max_align_t) static char nothing[sizeof(std::max_align_t)];
  return reinterpret_cast<Service&>(nothing);
}

struct Answered {
  int status = 0;
  Json json;
  Headers headers;

  std::string code() const { return json.value("code", ""); }
};

/// A home with a shop's files in its imports, and the endpoints asked through the router.
class SourceEndpoints : public ::testing::Test {
 protected:
  SourceEndpoints() {
    write(home.imports_folder() / "s.csv",
          "id,customer,start,paid,seen\no1,c1,2024-01-01 10:00,10,1\n"
          "o2,c2,2024-01-02 10:00,,0\n");
    write(home.imports_folder() / "c.csv", "customer,since\nc1,2023-12-01\n");
    write(folder.path() / "outside.csv", "customer,since\nc1,2023-12-01\n");
  }

  static people::Principal person(Role role, std::int64_t user = 1) {
    return {.user = user,
            .username = "ann",
            .role = role,
            .scopes = {},
            .session = "s",
            .csrf_token = "c"};
  }

  /// The body goes to the endpoint's sink, where it has one, in pieces of seven bytes.
  Answered ask(const std::string& method, const std::string& target, const std::string& body = {},
               const std::string& type = "application/json") {
    Request request;
    request.id = "r1";
    request.method = method;
    request.path = target.substr(0, target.find('?'));
    if (target.find('?') != std::string::npos) request.query = target.substr(target.find('?') + 1);
    request.headers = {{"Host", "shop.example"},
                       {"Origin", "http://shop.example"},
                       {"X-CSRF-Token", "c"},
                       {"Content-Type", type},
                       {"Content-Length", std::to_string(body.size())}};
    request.cancellation = std::make_shared<Cancellation>();
    Admission admission = router.admit(request);
    if (admission.refusal) return answered(*std::move(admission.refusal));
    try {
      if (admission.sink) {
        for (std::size_t at = 0; at < body.size(); at += 7) {
          admission.sink->write(std::string_view(body).substr(at, 7));
          if (at == 0) between();
        }
        return answered(admission.sink->finish());
      }
    } catch (const Error& error) {
      return answered(problem(error, request));
    }
    request.body = body;
    return answered(router.answer(request));
  }
  static Answered answered(const Response& response) {
    const std::string& text = std::get<std::string>(response.body);
    return {response.status, text.empty() ? Json() : Json::parse(text), response.headers};
  }
  Answered ask(const std::string& method, const std::string& target, const char* body) {
    return ask(method, target, std::string(body));
  }
  Answered ask(const std::string& method, const std::string& target, const Json& body) {
    return ask(method, target, body.dump());
  }

  static Json sessions() {
    return {{"path", "s.csv"},
            {"columns",
             {{"order_id", "id"},
              {"client", "customer"},
              {"session_start_date", "start"},
              {"payment_amount", "paid"}}},
            {"actions", {"seen"}}};
  }
  static Json customers() {
    return {{"type", "CSV"},
            {"tag", "people"},
            {"path", "c.csv"},
            {"columns", {{"client", "customer"}, {"download_date", "since"}}},
            {"options", {{"max_malformed", 0.5}, {"timezone", "Asia/Tokyo"}}}};
  }

  TemporaryFolder folder;
  workspace::Home home = workspace::Home::open(folder.path() / "home");
  workspace::Workspace workspace{home};
  people::People people{workspace, home};
  Services services{home,
                    workspace,
                    untouched<api::Live>(),
                    people,
                    untouched<runs::Supervisor>(),
                    untouched<Metrics>(),
                    untouched<api::DemoWorkspace>()};
  std::optional<people::Principal> who = person(Role::kAdmin);
  std::function<void()> between = [] {};
  Router router{[this] {
                  std::vector<Endpoint> all = source_endpoints(services);
                  for (Endpoint& endpoint : upload_endpoints(services)) {
                    all.push_back(std::move(endpoint));
                  }
                  return all;
                }(),
                [this](const Request&) {
                  return Identity{who, {}};
                }};
};

// ---- sources ------------------------------------------------------------------------------------

TEST_F(SourceEndpoints, FromNothingToConnected) {
  Answered answer = ask("GET", "/api/v1/sources");
  EXPECT_EQ(answer.status, 200);
  ASSERT_EQ(answer.json["sources"].size(), 4U);
  EXPECT_EQ(answer.json["sources"][0]["is_connected"], false);
  EXPECT_EQ(answer.json["messages"][0]["id"], "M-SRC-NONE");
  EXPECT_EQ(answer.json["messages"][0]["text"], "No source connected.");

  answer = ask("POST", "/api/v1/sources/sessions/test", sessions());
  EXPECT_EQ(answer.status, 200) << answer.json;
  EXPECT_EQ(answer.json["ok"], true);
  EXPECT_EQ(answer.json["code"], "M-SRC-OK");
  EXPECT_EQ(answer.json["rows_probed"], 2);
  EXPECT_EQ(answer.json["columns"][3]["name"], "paid");
  EXPECT_EQ(answer.json["columns"][3]["null_pct"], 50.0);
  EXPECT_EQ(answer.json["columns"][3]["samples"], Json({"10"}));
  EXPECT_EQ(answer.json["columns"][2]["looks_like"], "date");
  EXPECT_TRUE(answer.json["version"].is_null());

  answer = ask("PUT", "/api/v1/sources/sessions", sessions());
  EXPECT_EQ(answer.status, 200) << answer.json;
  EXPECT_EQ(answer.json["version"], 1);
  EXPECT_EQ(answer.json["source"]["status"], "ok");
  answer = ask("PUT", "/api/v1/sources/customers", customers());
  EXPECT_EQ(answer.status, 200) << answer.json;
  answer = ask("GET", "/api/v1/sources/customers");
  EXPECT_EQ(answer.json["tag"], "people");
  EXPECT_EQ(answer.json["type"], "csv");
  EXPECT_EQ(answer.json["options"], Json({{"max_malformed", 0.5}, {"timezone", "Asia/Tokyo"}}));
  EXPECT_EQ(ask("GET", "/api/v1/sources").json["messages"][0]["id"], "M-SRC-BOTH");
  EXPECT_EQ(ask("POST", "/api/v1/sources/customers/test", "{}").json["ok"], true)
      << "the saved one";
}

TEST_F(SourceEndpoints, WhatIsWrongIsAResultOfTheTestAndAProblemOfSaving) {
  const auto check = [&](const Json& source, const std::string& code, int status) {
    const Answered test = ask("POST", "/api/v1/sources/sessions/test", source);
    EXPECT_EQ(test.status, 200);
    EXPECT_EQ(test.json["ok"], false);
    EXPECT_EQ(test.json["code"], code) << test.json;
    const Answered saved = ask("PUT", "/api/v1/sources/sessions", source);
    EXPECT_EQ(saved.code(), code);
    EXPECT_EQ(saved.status, status);
    EXPECT_EQ(saved.json["detail"], test.json["message"]);
    return test.json;
  };
  Json source = sessions();
  source["path"] = "none.csv";
  check(source, "E-FILE", 422);
  source = sessions();
  source["columns"]["client"] = "custmer";
  const Json missing = check(source, "E-MAP-MISSING", 422);
  EXPECT_EQ(missing["details"]["nearest"], "customer");
  EXPECT_EQ(missing["columns"].size(), 5U);
  source["columns"]["client"] = "start";
  check(source, "E-MAP-DUP", 422);
  source["columns"]["client"] = "id";
  source["columns"]["order_id"] = "start";
  source["columns"]["session_start_date"] = "customer";
  EXPECT_EQ(check(source, "E-MAP-TYPE", 422)["message"],
            "customer does not look like a date in 2 of 2 rows.");
  source = sessions();
  source["type"] = "hdf5";
  check(source, "E-PARAM", 400);
  write(home.imports_folder() / "e.csv", "");
  source = sessions();
  source["path"] = "e.csv";
  check(source, "E-EMPTY", 422);
  EXPECT_EQ(ask("GET", "/api/v1/sources").json["messages"][0]["id"], "M-SRC-NONE");
}

TEST_F(SourceEndpoints, BodiesAreCheckedAgainstTheirDeclaration) {
  const auto code = [&](const std::string& body) {
    const Answered answer = ask("PUT", "/api/v1/sources/sessions", body);
    EXPECT_EQ(answer.status, 400) << body;
    return answer.code();
  };
  EXPECT_EQ(code("{"), "E-JSON");
  EXPECT_EQ(code("[]"), "E-PARAM");
  EXPECT_EQ(code("{}"), "E-PARAM");
  EXPECT_EQ(code("{\"path\":5}"), "E-PARAM");
  EXPECT_EQ(code("{\"path\":\"s.csv\",\"password\":\"x\"}"), "E-PARAM");
  EXPECT_EQ(code("{\"path\":\"s.csv\",\"columns\":[]}"), "E-PARAM");
  EXPECT_EQ(code("{\"path\":\"s.csv\",\"options\":{\"host\":\"x\"}}"), "E-PARAM");
  EXPECT_EQ(code("{\"path\":\"s\\u0000.csv\"}"), "E-PARAM");
  EXPECT_EQ(ask("PUT", "/api/v1/sources/orders", sessions()).code(), "E-PARAM");
  EXPECT_EQ(ask("POST", "/api/v1/sources/sessions/test", "{\"tag\":\"x\"}").code(), "E-PARAM");
  EXPECT_EQ(ask("POST", "/api/v1/sources/sessions/test", "{}").code(), "E-NOT-CONNECTED");
  EXPECT_EQ(
      ask("PUT", "/api/v1/sources/sessions", "a=b", "application/x-www-form-urlencoded").status,
      415);
}

TEST_F(SourceEndpoints, SEC_14_PathsOutsideOfImportRootsAreForbidden) {
  for (const std::string& path :
       {(folder.path() / "outside.csv").string(), std::string("../secret.key"),
        std::string("/etc/passwd"), std::string("../../outside.csv")}) {
    Json source = customers();
    source["path"] = path;
    EXPECT_EQ(ask("POST", "/api/v1/sources/customers/test", source).json["code"], "E-PERM");
    for (const auto& [method, target] : std::vector<std::pair<std::string, std::string>>{
             {"PUT", ""}, {"POST", "/preview"}, {"POST", "/mapping"}, {"POST", "/validate"}}) {
      const Answered answer = ask(method, "/api/v1/sources/customers" + target, source);
      EXPECT_EQ(answer.status, 403) << target;
      EXPECT_EQ(answer.code(), "E-PERM");
      EXPECT_THAT(answer.json["hint"].get<std::string>(), HasSubstr("imports"));
    }
  }
}

TEST_F(SourceEndpoints, APreviewShowsTextAndNothing) {
  const Answered answer = ask("POST", "/api/v1/sources/sessions/preview?rows=1", sessions());
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.json["cells"], Json::parse(R"([["o1","c1","2024-01-01 10:00","10","1"]])"));
  EXPECT_EQ(answer.json["separator"], ",");
  EXPECT_EQ(answer.json["encoding"], "ascii");
  EXPECT_EQ(answer.json["rows"], 2);
  const Json all = ask("POST", "/api/v1/sources/sessions/preview", Json{{"path", "s.csv"}}).json;
  EXPECT_TRUE(all["cells"][1][3].is_null());
  EXPECT_EQ(ask("POST", "/api/v1/sources/sessions/preview?rows=0", sessions()).status, 400);
  write(home.imports_folder() / "evil.csv", "<script>,\xFF\n=cmd|'/c calc'!A0,\"\n\"\n");
  const Json evil =
      ask("POST", "/api/v1/sources/sessions/preview", Json{{"path", "evil.csv"}}).json;
  EXPECT_EQ(evil["columns"][0]["name"], "<script>");
  EXPECT_EQ(evil["cells"][0][0], "=cmd|'/c calc'!A0");
  EXPECT_EQ(evil["encoding"], "windows-1252");
}

TEST_F(SourceEndpoints, AMappingIsSuggested) {
  const Answered answer = ask("POST", "/api/v1/sources/sessions/mapping", Json{{"path", "s.csv"}});
  EXPECT_EQ(answer.status, 200);
  Json mapping;
  for (const Json& field : answer.json["fields"]) mapping[field["field"]] = field["column"];
  EXPECT_EQ(mapping, Json({{"order_id", "id"},
                           {"client", "customer"},
                           {"session_start_date", "start"},
                           {"payment_amount", "paid"},
                           {"has_purchased", "seen"}}));
  EXPECT_EQ(answer.json["missing"], Json::array());
  EXPECT_EQ(answer.json["columns"].size(), 5U);
}

TEST_F(SourceEndpoints, VersionsAreListedAndRestored) {
  ask("PUT", "/api/v1/sources/sessions", sessions());
  Json changed = sessions();
  changed.erase("actions");
  ask("PUT", "/api/v1/sources/sessions", changed);
  Json versions = ask("GET", "/api/v1/sources/sessions/versions").json["versions"];
  ASSERT_EQ(versions.size(), 2U);
  EXPECT_EQ(versions[0]["version"], 2);
  EXPECT_EQ(versions[0]["is_current"], true);
  EXPECT_EQ(versions[1]["source"]["actions"], Json({"seen"}));
  EXPECT_EQ(ask("POST", "/api/v1/sources/sessions/versions/1/restore").json["version"], 3);
  EXPECT_EQ(ask("POST", "/api/v1/sources/sessions/versions/7/restore").status, 404);
  EXPECT_EQ(ask("POST", "/api/v1/sources/sessions/versions/x/restore").status, 400);
  EXPECT_EQ(ask("DELETE", "/api/v1/sources/sessions").status, 204);
  EXPECT_EQ(ask("DELETE", "/api/v1/sources/sessions").status, 409);
  versions = ask("GET", "/api/v1/sources/sessions/versions").json["versions"];
  EXPECT_EQ(versions.size(), 3U);
  EXPECT_EQ(versions[0]["is_current"], false);
}

TEST_F(SourceEndpoints, AValidationWorksInTheBackground) {
  EXPECT_EQ(ask("POST", "/api/v1/sources/customers/validate", customers()).code(),
            "E-NOT-CONNECTED")
      << "sessions are needed";
  ask("PUT", "/api/v1/sources/sessions", sessions());
  const Answered begun = ask("POST", "/api/v1/sources/customers/validate", customers());
  ASSERT_EQ(begun.status, 202) << begun.json;
  const std::string path = *find_header(begun.headers, "Location");
  EXPECT_EQ(path, "/api/v1/validations/" + begun.json["id"].get<std::string>());
  Json job;
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  do {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    job = ask("GET", path).json;
  } while (job["state"] == "running" && std::chrono::steady_clock::now() < deadline);
  ASSERT_EQ(job["state"], "done") << job;
  EXPECT_EQ(job["requested_by"], "ann");
  EXPECT_EQ(job["result"]["load"][0]["rows_accepted"], 2);
  EXPECT_FALSE(job["result"]["findings"].empty());
  EXPECT_EQ(ask("POST", path + "/cancel").json["state"], "done");
  EXPECT_EQ(ask("GET", "/api/v1/validations/none").status, 404);
  EXPECT_EQ(ask("POST", "/api/v1/validations/none/cancel").status, 404);
}

TEST_F(SourceEndpoints, SEC_13_TestsAreLimitedForEachUser) {
  const auto test = [&] {
    return ask("POST", "/api/v1/sources/sessions/test", Json{{"path", "none.csv"}});
  };
  for (int i = 0; i < 30; ++i) ASSERT_EQ(test().status, 200);
  const Answered refused = test();
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(refused.code(), "M-429");
  EXPECT_NE(find_header(refused.headers, "Retry-After"), nullptr);
  who = person(Role::kAdmin, 2);
  EXPECT_EQ(test().status, 200) << "another user";
}

TEST_F(SourceEndpoints, RolesSeeAndDoWhatTheyMay) {
  ask("PUT", "/api/v1/sources/sessions", sessions());
  who = person(Role::kViewer);
  const Answered seen = ask("GET", "/api/v1/sources");
  EXPECT_EQ(seen.status, 200);
  const Json& source = seen.json["sources"][0];
  EXPECT_EQ(source["is_connected"], true);
  EXPECT_EQ(source["status"], "ok");
  for (const char* key : {"path", "columns", "actions", "options"}) {
    EXPECT_TRUE(source[key].is_null()) << key;
  }
  EXPECT_THAT(seen.json.dump(), ::testing::Not(HasSubstr("s.csv")));
  EXPECT_EQ(ask("GET", "/api/v1/sources/sessions").status, 403);

  who = person(Role::kAnalyst);
  EXPECT_EQ(ask("GET", "/api/v1/sources/sessions").status, 200);
  EXPECT_EQ(ask("GET", "/api/v1/sources/sessions/versions").status, 200);
  EXPECT_EQ(ask("GET", "/api/v1/configuration").status, 200);
  EXPECT_EQ(ask("PUT", "/api/v1/configuration", Json{{"settings", Json::object()}}).status, 403);
  EXPECT_EQ(ask("PUT", "/api/v1/sources/sessions", sessions()).status, 403);
  EXPECT_EQ(ask("DELETE", "/api/v1/sources/sessions").status, 403);
  for (const char* step : {"test", "preview", "mapping", "validate"}) {
    EXPECT_EQ(ask("POST", fmt::format("/api/v1/sources/sessions/{}", step), sessions()).status,
              403);
  }
  EXPECT_EQ(ask("POST", "/api/v1/uploads?name=a", "x", "application/octet-stream").status, 403);
  EXPECT_EQ(ask("GET", "/api/v1/uploads").status, 403);
  EXPECT_EQ(ask("GET", "/api/v1/imports").status, 403);

  who = person(Role::kOwner);
  who->scopes = {Scope::kRead, Scope::kRun};
  EXPECT_EQ(ask("GET", "/api/v1/sources/sessions").status, 200);
  EXPECT_EQ(ask("PUT", "/api/v1/sources/sessions", sessions()).status, 403) << "scope manage";
  who = std::nullopt;
  EXPECT_EQ(ask("GET", "/api/v1/sources").status, 401);
}

TEST_F(SourceEndpoints, SettingsAreReadAndReplaced) {
  Answered answer = ask("PUT", "/api/v1/configuration",
                        Json{{"settings",
                              {{"workspace.timezone", "Europe/London"},
                               {"clv.horizon", 90},
                               {"anomaly.rate", 0.02},
                               {"customers.auto_customers", true}}}});
  EXPECT_EQ(answer.status, 200) << answer.json;
  const Json expected = {{"workspace.timezone", "Europe/London"},
                         {"clv.horizon", "90"},
                         {"anomaly.rate", "0.02"},
                         {"customers.auto_customers", "true"}};
  EXPECT_EQ(answer.json["settings"], expected);
  answer = ask("GET", "/api/v1/configuration");
  EXPECT_EQ(answer.json["settings"], expected);
  EXPECT_GT(answer.json["known"].size(), 20U);
  const auto status = [&](const Json& settings) {
    return ask("PUT", "/api/v1/configuration", Json{{"settings", settings}}).status;
  };
  EXPECT_EQ(status({{"clv.horizon", 91}}), 400);
  EXPECT_EQ(status({{"clv.horizons", 90}}), 400);
  EXPECT_EQ(status({{"workspace.timezone", {"UTC"}}}), 400);
  EXPECT_EQ(status({{"rfm.rules", "/etc/passwd"}}), 403);
  EXPECT_EQ(status({{"storage.temporary_path", "/tmp/x"}}), 403);
  EXPECT_EQ(status({{"workspace.name", "two\nlines"}}), 400);
  EXPECT_EQ(status({{"workspace.name", std::string(81, 'x')}}), 400);
  EXPECT_EQ(ask("GET", "/api/v1/configuration").json["settings"], expected);
  std::string longest;
  for (int i = 0; i < 80; ++i) longest += "ü";
  EXPECT_EQ(status({{"workspace.name", longest}}), 200);
}

TEST_F(SourceEndpoints, SEC_39_EveryChangeIsWrittenDown) {
  ask("PUT", "/api/v1/sources/sessions", sessions());
  Json changed = sessions();
  changed.erase("actions");
  ask("PUT", "/api/v1/sources/sessions", changed);
  changed["path"] = "none.csv";
  ask("PUT", "/api/v1/sources/sessions", changed);  // which fails
  ask("POST", "/api/v1/sources/sessions/test", sessions());
  ask("POST", "/api/v1/sources/sessions/versions/1/restore");
  ask("DELETE", "/api/v1/sources/sessions");
  ask("PUT", "/api/v1/configuration", Json{{"settings", {{"clv.horizon", 90}}}});
  const Answered upload =
      ask("POST", "/api/v1/uploads?name=a.csv", "x\n", "application/octet-stream");
  ask("DELETE", *find_header(upload.headers, "Location"));
  std::string actions;
  for (const workspace::AuditRecord& record : people.audit(0, 100)) {
    actions = record.action + " " + actions;
    EXPECT_EQ(record.username, "ann");
  }
  EXPECT_EQ(actions,
            "source.save source.save source.restore source.remove settings.save upload.add "
            "upload.remove ");
  const workspace::AuditRecord second = people.audit(0, 100)[5];
  EXPECT_EQ(second.object, "source sessions");
  EXPECT_EQ(Json::parse(second.before_json)["actions"], Json({"seen"}));
  EXPECT_EQ(Json::parse(second.after_json)["actions"], Json::array());
}

// ---- uploads ------------------------------------------------------------------------------------

class UploadEndpoints : public SourceEndpoints {
 protected:
  static constexpr const char* kBytes = "application/octet-stream";

  std::size_t files() const {
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator(home.imports_folder()), fs::directory_iterator()));
  }
  static std::string form(const std::string& name, const std::string& content) {
    return "--xx\r\nContent-Disposition: form-data; name=\"file\"; filename=\"" + name +
           "\"\r\n\r\n" + content + "\r\n--xx--\r\n";
  }
};

TEST_F(UploadEndpoints, AFileIsUploadedAndConnected) {
  const Answered answer = ask("POST", "/api/v1/uploads?name=my%20customers.csv",
                              "customer,since\nc1,2023-12-01\n", kBytes);
  ASSERT_EQ(answer.status, 201) << answer.json;
  EXPECT_EQ(answer.json["name"], "my customers.csv");
  EXPECT_EQ(answer.json["bytes"], 29);
  EXPECT_EQ(answer.json["uploaded_by"], "ann");
  const std::string own = *find_header(answer.headers, "Location");
  EXPECT_EQ(ask("GET", own).json, answer.json);
  EXPECT_EQ(ask("GET", "/api/v1/uploads").json["uploads"], Json::array({answer.json}));
  Json source = customers();
  source["path"] = answer.json["path"];
  EXPECT_EQ(ask("PUT", "/api/v1/sources/customers", source).status, 200);
  EXPECT_EQ(ask("DELETE", own).status, 409) << "it is connected";
  EXPECT_EQ(ask("DELETE", "/api/v1/sources/customers").status, 204);
  EXPECT_EQ(ask("DELETE", own).status, 204);
  EXPECT_EQ(ask("DELETE", own).status, 404);
  EXPECT_FALSE(fs::exists(answer.json["path"].get<std::string>()));
}

TEST_F(UploadEndpoints, AFormWithAFileIsAnUploadToo) {
  const Answered answer = ask("POST", "/api/v1/uploads", form("c%22x.csv", "a,b\r\n1,2\r\n"),
                              "multipart/form-data; boundary=xx");
  ASSERT_EQ(answer.status, 201) << answer.json;
  EXPECT_EQ(answer.json["name"], "c\"x.csv");
  EXPECT_EQ(answer.json["bytes"], 10);
  std::ifstream file(answer.json["path"].get<std::string>(), std::ios::binary);
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(file), {}), "a,b\r\n1,2\r\n");
}

TEST_F(UploadEndpoints, ProgressCanBeAskedWhileItComes) {
  Json seen;
  between = [&] { seen = ask("GET", "/api/v1/uploads").json["uploads"]; };
  const Answered answer = ask("POST", "/api/v1/uploads?name=a.csv", "0123456789", kBytes);
  ASSERT_EQ(seen.size(), 1U);
  EXPECT_EQ(seen[0]["bytes"], 7);
  EXPECT_EQ(seen[0]["total"], 10);
  EXPECT_EQ(seen[0]["is_complete"], false);
  EXPECT_TRUE(seen[0]["path"].is_null());
  EXPECT_EQ(seen[0]["id"], answer.json["id"]);
}

TEST_F(UploadEndpoints, SEC_18_WhatDoesNotArriveWholeLeavesNothing) {
  const std::size_t before = files();
  const std::string whole = form("a.csv", "a,b\n");
  const std::string type = "multipart/form-data; boundary=xx";
  for (std::size_t size = 0; size + 4 < whole.size(); size += 3) {
    EXPECT_EQ(ask("POST", "/api/v1/uploads", whole.substr(0, size), type).status, 400) << size;
  }
  EXPECT_EQ(ask("POST", "/api/v1/uploads", whole + "x", type).status, 400);
  EXPECT_EQ(ask("POST", "/api/v1/uploads", form("a.csv", ""), type).code(), "E-EMPTY");
  EXPECT_EQ(ask("POST", "/api/v1/uploads?name=a.csv", "", kBytes).code(), "E-EMPTY");
  EXPECT_EQ(ask("POST", "/api/v1/uploads", "x", kBytes).code(), "E-PARAM") << "without a name";
  EXPECT_EQ(ask("POST", "/api/v1/uploads?name=a", "x", "text/plain").status, 415);
  EXPECT_EQ(ask("POST", "/api/v1/uploads?name=a", whole, "multipart/mixed; boundary=xx").status,
            415);
  EXPECT_EQ(ask("POST", "/api/v1/uploads?name=a", whole, "multipart/form-data").status, 400);
  between = [] { throw Error("E-CANCELLED", "The client has gone."); };
  ask("POST", "/api/v1/uploads?name=a.csv", "0123456789", kBytes);
  EXPECT_EQ(files(), before);
  EXPECT_TRUE(ask("GET", "/api/v1/uploads").json["uploads"].empty());
}

TEST_F(UploadEndpoints, SEC_18_AnUploadHasASize) {
  ask("PUT", "/api/v1/configuration", Json{{"settings", {{"imports.max_upload_mb", 1}}}});
  const std::size_t before = files();
  const std::string large((1U << 20) + 1, 'x');
  EXPECT_EQ(ask("POST", "/api/v1/uploads?name=a.csv", large, kBytes).status, 413);
  EXPECT_EQ(ask("POST", "/api/v1/uploads", form("a.csv", large), "multipart/form-data; boundary=xx")
                .status,
            413);
  EXPECT_EQ(files(), before);
}

TEST_F(UploadEndpoints, SEC_16_NamesAreShownAndNeverPaths) {
  for (const std::string& encoded :
       {std::string("..%2F..%2Fetc%2Fpasswd"), std::string("%2Fetc%2Fpasswd"), std::string(".."),
        std::string("it's%20%22so%22.csv"), std::string("a%0Ab.csv"),
        std::string("%F0%9F%98%80.csv"), std::string("%3Cscript%3Ealert(1)%3C%2Fscript%3E"),
        std::string("CON"), std::string(2'000, 'x')}) {
    const Answered answer = ask("POST", "/api/v1/uploads?name=" + encoded, "a,b\n", kBytes);
    ASSERT_EQ(answer.status, 201) << encoded;
    const fs::path path = answer.json["path"].get<std::string>();
    EXPECT_EQ(path.parent_path(), home.imports_folder());
    EXPECT_TRUE(fs::is_regular_file(path));
    EXPECT_LT(path.filename().string().size(), 100U);
  }
  EXPECT_EQ(ask("GET", "/api/v1/uploads/..%2Fsecret.key").status, 404);
  EXPECT_EQ(ask("DELETE", "/api/v1/uploads/..%2F..%2Foutside.csv").status, 404);
  EXPECT_TRUE(fs::exists(folder.path() / "outside.csv"));
}

TEST_F(UploadEndpoints, FilesThatMayBeNamedAreListed) {
  write(home.imports_folder() / "deep/er/p.parquet", "x");
  write(home.imports_folder() / ".hidden.csv", "x");
  write(home.imports_folder() / "notes.md", "x");
  fs::create_symlink(folder.path() / "outside.csv", home.imports_folder() / "link.csv");
  const Json answer = ask("GET", "/api/v1/imports").json;
  std::string names;
  for (const Json& file : answer["files"]) {
    names += fs::path(file["path"].get<std::string>()).filename().string() + " ";
  }
  EXPECT_EQ(names, "c.csv p.parquet s.csv ");
  EXPECT_EQ(answer["roots"], Json({fs::canonical(home.imports_folder()).string()}));
  EXPECT_EQ(answer["files"][0]["type"], "csv");
  EXPECT_EQ(answer["is_cut"], false);
}

}  // namespace
}  // namespace ca::endpoints
