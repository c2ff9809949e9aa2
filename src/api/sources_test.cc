#include "api/sources.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "api/settings.h"
#include "api/validation_jobs.h"
#include "ingest/test_support.h"

namespace ca::api {
namespace {

using namespace ingest::testing;
using workspace::SourceRecord;
namespace fs = std::filesystem;

/// A home whose imports hold a shop's files.
class SourcesTest : public ::testing::Test {
 protected:
  SourcesTest() {
    write(home.imports_folder() / "s.csv",
          "id;customer;start;paid;seen\no1;c1;2024-01-01 10:00;10,50;1\n"
          "o2;c2;2024-01-02 10:00;;0\no3;c2;2024-01-03 10:00;3,25;1\n");
    write(home.imports_folder() / "c.csv", "customer,since\nc1,2023-12-01\n");
    write(folder.path() / "outside.csv", "customer,since\nc1,2023-12-01\n");
  }

  static SourceRecord sessions() {
    SourceRecord source;
    source.kind = "sessions";
    source.type = "CSV";
    source.path = "s.csv";
    source.columns = {{"order_id", "id"},
                      {"client", "customer"},
                      {"session_start_date", "start"},
                      {"payment_amount", "paid"}};
    source.actions = {"seen"};
    return source;
  }
  static SourceRecord customers() {
    SourceRecord source;
    source.kind = "customers";
    source.type = "csv";
    source.path = "c.csv";
    source.columns = {{"client", "customer"}, {"download_date", "since"}};
    return source;
  }
  SourceTest test(const SourceRecord& source) {
    return test_source(workspace.configuration(), source, roots(), Cancellation());
  }
  int save(const SourceRecord& source) {
    return save_source(workspace, source, roots(), Cancellation()).version;
  }
  std::string save_code(const SourceRecord& source) {
    return code_of([&] { save(source); });
  }
  ImportRoots roots() { return ImportRoots::of(workspace); }
  std::string kinds() {
    std::string kinds;
    for (const SourceRecord& source : workspace.configuration().sources) {
      kinds += fmt::format("{} v{} ", source.kind, source.version);
    }
    return kinds;
  }

  TemporaryFolder folder;
  workspace::Home home = workspace::Home::open(folder.path() / "home");
  workspace::Workspace workspace{home};
};

TEST_F(SourcesTest, ATestSaysWhatASourceHolds) {
  const SourceTest result = test(sessions());
  EXPECT_TRUE(result.is_ok) << result.message;
  EXPECT_EQ(result.code, "M-SRC-OK");
  EXPECT_EQ(result.message, "sessions connected: 3 rows sampled, 5 columns.");
  EXPECT_EQ(result.found.rows, 3);
  EXPECT_EQ(result.found.separator, ";");
  EXPECT_EQ(result.found.decimal, ",");
  EXPECT_EQ(result.found.encoding, "ascii");
  ASSERT_EQ(result.found.probe.columns.size(), 5U);
  EXPECT_EQ(result.found.probe.columns[3].looks_like(), ingest::FieldType::kNumber);
  EXPECT_EQ(result.found.files,
            std::vector<std::string>{fs::canonical(home.imports_folder()) / "s.csv"});
  EXPECT_GE(result.elapsed_ms, 0);
  EXPECT_EQ(kinds(), "") << "nothing is saved";
}

TEST_F(SourcesTest, ATestThatFailsStillShowsWhatItSaw) {
  const auto with = [&](auto change) {
    SourceRecord source = sessions();
    change(source);
    return test(source);
  };
  SourceTest result = with([](SourceRecord& source) { source.columns["client"] = "custommer"; });
  EXPECT_FALSE(result.is_ok);
  EXPECT_EQ(result.code, "E-MAP-MISSING");
  EXPECT_NE(result.message.find("Did you mean customer?"), std::string::npos);
  EXPECT_EQ(result.found.probe.columns.size(), 5U);

  result = with([](SourceRecord& source) { source.columns.erase("client"); });
  EXPECT_EQ(result.code, "E-MAP-MISSING");
  EXPECT_EQ(result.found.probe.columns.size(), 5U);

  result = with([](SourceRecord& source) { source.columns["payment_amount"] = "start"; });
  EXPECT_EQ(result.code, "E-MAP-DUP");
  result = with([](SourceRecord& source) {
    source.columns["payment_amount"] = "customer";
    source.columns["client"] = "paid";
  });
  EXPECT_EQ(result.code, "E-MAP-TYPE");
  EXPECT_EQ(result.message, "customer does not look like a number in 3 of 3 rows.");

  result = with([](SourceRecord& source) { source.path = "t.csv"; });
  EXPECT_EQ(result.code, "E-FILE");
  EXPECT_EQ(result.found.kind, "sessions");
  EXPECT_TRUE(result.found.probe.columns.empty());
  write(home.imports_folder() / "empty.csv", "");
  EXPECT_EQ(with([](SourceRecord& source) { source.path = "empty.csv"; }).code, "E-EMPTY");
  write(home.imports_folder() / "header.csv", "id,customer,start,paid,seen\n");
  result = with([](SourceRecord& source) { source.path = "header.csv"; });
  EXPECT_EQ(result.code, "E-EMPTY");
  EXPECT_EQ(result.found.probe.columns.size(), 5U);
}

TEST_F(SourcesTest, ParametersAreCheckedFirst) {
  const auto code = [&](auto change) {
    SourceRecord source = sessions();
    change(source);
    return test(source).code;
  };
  EXPECT_EQ(code([](SourceRecord& source) { source.type = "hdf5"; }), "E-PARAM");
  EXPECT_EQ(code([](SourceRecord& source) { source.path = ""; }), "E-PARAM");
  EXPECT_EQ(code([](SourceRecord& source) { source.options["separator"] = ";;"; }), "E-PARAM");
  EXPECT_EQ(code([](SourceRecord& source) { source.options["separator"] = "x"; }), "E-PARAM");
  EXPECT_EQ(code([](SourceRecord& source) { source.options["encoding"] = "utf-7"; }), "E-PARAM");
  EXPECT_EQ(code([](SourceRecord& source) { source.options["timezone"] = "Mars/X"; }), "E-PARAM");
  EXPECT_EQ(code([](SourceRecord& source) { source.options["max_malformed"] = "2"; }), "E-PARAM");
  EXPECT_EQ(code([](SourceRecord& source) { source.options["password"] = "x"; }), "E-PARAM");
  EXPECT_EQ(code([](SourceRecord& source) { source.columns["colour"] = "id"; }), "E-PARAM");
  EXPECT_EQ(code([](SourceRecord& source) { source.actions = {"purchased"}; }), "E-PARAM");
  EXPECT_EQ(code([](SourceRecord& source) { source.kind = "orders"; }), "E-PARAM");
}

TEST_F(SourcesTest, SEC_14_OnlyFilesBelowImportRoots) {
  SourceRecord source = customers();
  source.path = (folder.path() / "outside.csv").string();
  EXPECT_EQ(test(source).code, "E-PERM");
  EXPECT_TRUE(test(source).found.probe.columns.empty());
  EXPECT_EQ(save_code(source), "E-PERM");
  EXPECT_EQ(code_of([&] {
              preview_source(workspace.configuration(), source, 5, roots(), Cancellation());
            }),
            "E-PERM");
  EXPECT_EQ(code_of([&] { with_source(workspace.configuration(), source, roots()); }), "E-PERM");
  EXPECT_EQ(code_of([&] { with_source(workspace.configuration(), customers(), roots()); }),
            "E-NOT-CONNECTED")
      << "sessions are missing";
  EXPECT_EQ(kinds(), "");
  workspace.add_import_roots({source.path});
  EXPECT_EQ(save_code(source), "none") << "a single file may be a root";
}

TEST_F(SourcesTest, APreviewNeedsNoMapping) {
  SourceRecord source = sessions();
  source.columns.clear();
  source.actions.clear();
  const SourcePreview preview =
      preview_source(workspace.configuration(), source, 2, roots(), Cancellation());
  ASSERT_EQ(preview.rows.size(), 2U);
  EXPECT_EQ(preview.rows[0][3], "10,50");
  EXPECT_FALSE(preview.rows[1][3].has_value());
  EXPECT_EQ(preview.found.rows, 3);
  EXPECT_EQ(preview.found.separator, ";");
}

TEST_F(SourcesTest, SavesOneSourceAndKeepsTheOthers) {
  EXPECT_EQ(save(customers()), 1) << "without sessions";
  EXPECT_EQ(save(sessions()), 1);
  EXPECT_EQ(kinds(), "sessions v1 customers v1 ");
  const SourceRecord saved = workspace.configuration().sources[0];
  EXPECT_EQ(saved.type, "csv");
  EXPECT_EQ(saved.path, home.imports_folder() / "s.csv");
  EXPECT_EQ(saved.status, "ok");
  EXPECT_EQ(saved.rows, 3);
  EXPECT_FALSE(saved.last_test_at.empty());

  SourceRecord changed = sessions();
  changed.actions.clear();
  EXPECT_EQ(save(changed), 2);
  changed.columns["client"] = "none";
  EXPECT_EQ(save_code(changed), "E-MAP-MISSING");
  EXPECT_EQ(kinds(), "sessions v2 customers v1 ") << "nothing stored on failure";
}

TEST_F(SourcesTest, ActionsOfTwoSourcesAreComparedAlsoWhenOneIsSaved) {
  write(home.imports_folder() / "c.csv", "customer,since,SEEN\nc1,2023-12-01,2023-12-01\n");
  SourceRecord other = customers();
  other.actions = {"SEEN"};
  save(sessions());
  EXPECT_EQ(save_code(other), "E-PARAM");
}

TEST_F(SourcesTest, VersionsComeBackAfterATest) {
  save(sessions());
  SourceRecord changed = sessions();
  changed.actions.clear();
  save(changed);
  const auto versions = [&] {
    std::string numbers;
    for (const workspace::SourceVersion& version : source_versions(workspace, "sessions")) {
      EXPECT_FALSE(version.saved_at.empty());
      numbers += fmt::format("{} ", version.source.version);
    }
    return numbers;
  };
  EXPECT_EQ(versions(), "2 1 ");
  const auto restore = [&](int version) {
    return restore_source(workspace, "sessions", version, roots(), Cancellation()).version;
  };
  EXPECT_EQ(restore(1), 3);
  EXPECT_EQ(workspace.configuration().sources[0].actions, std::vector<std::string>{"seen"});
  EXPECT_EQ(code_of([&] { restore(9); }), "E-NOT-FOUND");

  remove_source(workspace, "sessions");
  EXPECT_EQ(kinds(), "");
  EXPECT_EQ(versions(), "3 2 1 ");
  EXPECT_EQ(code_of([&] { remove_source(workspace, "sessions"); }), "E-NOT-CONNECTED");
  fs::remove(home.imports_folder() / "s.csv");
  EXPECT_EQ(code_of([&] { restore(3); }), "E-FILE");
  EXPECT_EQ(kinds(), "");
}

TEST_F(SourcesTest, CanBeCancelled) {
  Cancellation cancellation;
  cancellation.cancel();
  EXPECT_EQ(
      code_of([&] { test_source(workspace.configuration(), sessions(), roots(), cancellation); }),
      "E-CANCELLED");
}

TEST_F(SourcesTest, SaysWhatIsConnected) {
  const auto messages = [&] {
    return fmt::format("{}", fmt::join(source_messages(workspace.configuration()), " "));
  };
  EXPECT_EQ(messages(), "M-SRC-NONE");
  save(customers());
  EXPECT_EQ(messages(), "M-SRC-ONLY-C");
  save(sessions());
  EXPECT_EQ(messages(), "M-SRC-BOTH M-HINT-BASKET");
  remove_source(workspace, "customers");
  EXPECT_EQ(messages(), "M-SRC-ONLY-S M-HINT-BASKET");
}

TEST_F(SourcesTest, SettingsAreCheckedAsConnectDoes) {
  save(sessions());
  const auto code = [&](const std::string& name, const std::string& value) {
    return code_of([&] { save_settings(workspace, {{name, value}}, roots()); });
  };
  EXPECT_EQ(code("workspace.timezone", "Europe/London"), "none");
  EXPECT_EQ(workspace.configuration().settings.at("workspace.timezone"), "Europe/London");
  EXPECT_EQ(code("workspace.timezone", "Mars/Olympus"), "E-PARAM");
  EXPECT_EQ(code("workspace.time_zone", "UTC"), "E-PARAM");
  EXPECT_EQ(code("workspace", "UTC"), "E-PARAM");
  EXPECT_EQ(code("", ""), "E-PARAM");
  EXPECT_EQ(code("workspaces.timezone", "UTC"), "E-PARAM");
  EXPECT_EQ(code("clv.horizon", "91"), "E-PARAM");
  EXPECT_EQ(code("clv.retrain_days", "many"), "E-PARAM");
  EXPECT_EQ(code("anomaly.rate", "2"), "E-PARAM");
  EXPECT_EQ(code("tests.window_days", "0"), "E-PARAM");
  EXPECT_EQ(code("rfm.scales", "monetary=cubic"), "E-PARAM");
  EXPECT_EQ(code("imports.max_upload_mb", "0"), "E-PARAM");
  EXPECT_EQ(code("snapshots.keep", "all"), "none");
  EXPECT_EQ(code("snapshots.a b", "all"), "E-PARAM");
  EXPECT_EQ(code("snapshots.keep", std::string(5000, 'x')), "E-PARAM");
  EXPECT_EQ(code("workspace.currency", "\xFF"), "E-PARAM");
  EXPECT_EQ(workspace.configuration().settings.size(), 1U) << "what failed was not saved";
  EXPECT_EQ(kinds(), "sessions v1 ");
}

TEST_F(SourcesTest, SEC_14_SettingsNameNoOtherFilesEither) {
  const auto code = [&](const std::string& name, const fs::path& value) {
    return code_of([&] { save_settings(workspace, {{name, value.string()}}, roots()); });
  };
  EXPECT_EQ(code("rfm.rules", "/etc/passwd"), "E-PERM");
  EXPECT_EQ(code("rfm.rules", folder.path() / "outside.csv"), "E-PERM");
  EXPECT_EQ(code("rfm.rules", "legacy"), "none");
  EXPECT_EQ(code("rfm.rules", "none.toml"), "E-FILE");
  EXPECT_EQ(code("storage.temporary_path", folder.path()), "E-PERM");
  EXPECT_EQ(code("storage.temporary_path", home.imports_folder()), "E-PERM");
  EXPECT_EQ(code("storage.temporary_path", ""), "none");
  save_settings(workspace, {{"storage.temporary_path", folder.path().string()}},
                ImportRoots::everywhere());
  EXPECT_EQ(code("storage.temporary_path", folder.path()), "none") << "it is the one in force";
}

// ---- validations --------------------------------------------------------------------------------

class ValidationJobsTest : public SourcesTest {
 protected:
  workspace::Configuration shop() {
    save(sessions());
    return with_source(workspace.configuration(), customers(), roots());
  }
};

TEST_F(ValidationJobsTest, AnswersWhatALoadWouldFind) {
  ValidationJobs jobs;
  const std::string id = jobs.start(shop(), "customers", "anna");
  jobs.wait();
  const ValidationJob job = jobs.find(id).value();
  EXPECT_EQ(name_of(job.state), "done") << (job.error ? job.error->message() : "");
  EXPECT_EQ(job.kind, "customers");
  EXPECT_EQ(job.requested_by, "anna");
  EXPECT_FALSE(job.ended_at.empty());
  ASSERT_EQ(job.result->load.sources.size(), 2U);
  EXPECT_EQ(job.result->load.sources[0].rows_accepted, 3);
  ASSERT_FALSE(job.result->load.findings.empty());
  EXPECT_EQ(kinds(), "sessions v1 ") << "nothing is saved";
  EXPECT_FALSE(fs::exists(home.store_file()));
  EXPECT_FALSE(jobs.find("none").has_value());
  EXPECT_FALSE(jobs.cancel("none"));
  EXPECT_TRUE(jobs.cancel(id)) << "too late, and no harm";
  EXPECT_EQ(name_of(jobs.find(id)->state), "done");
}

TEST_F(ValidationJobsTest, TellsWhatFailed) {
  workspace::Configuration configuration = shop();
  fs::remove(home.imports_folder() / "c.csv");
  ValidationJobs jobs;
  const std::string id = jobs.start(configuration, "customers", "anna");
  jobs.wait();
  EXPECT_EQ(name_of(jobs.find(id)->state), "failed");
  EXPECT_EQ(jobs.find(id)->error->code(), "E-FILE");
}

TEST_F(ValidationJobsTest, OneAtATimeAndTheLastAreRemembered) {
  std::string rows = "id;customer;start;paid;seen\n";
  for (int i = 0; i < 200'000; ++i) {
    rows += fmt::format("o{};c{};2024-01-01 10:00;10,50;1\n", i, i % 1000);
  }
  const workspace::Configuration configuration = shop();
  write(home.imports_folder() / "s.csv", rows);
  ValidationJobs jobs;
  const std::string first = jobs.start(configuration, "customers", "anna");
  EXPECT_EQ(code_of([&] { jobs.start(configuration, "customers", "bea"); }), "E-CONFLICT");
  EXPECT_EQ(name_of(jobs.find(first)->state), "running");
  EXPECT_TRUE(jobs.cancel(first));
  jobs.wait();
  EXPECT_EQ(name_of(jobs.find(first)->state), "cancelled");
  fs::remove(home.imports_folder() / "s.csv");  // so that they end at once
  for (std::size_t i = 0; i < ValidationJobs::kKeptJobs; ++i) {
    jobs.start(configuration, "customers", "anna");
    jobs.wait();
  }
  EXPECT_FALSE(jobs.find(first).has_value());
  write(home.imports_folder() / "s.csv", rows);
  jobs.start(configuration, "customers", "anna");  // and its end cancels it
}

}  // namespace
}  // namespace ca::api
