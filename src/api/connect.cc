#include "api/connect.h"

#include "api/configuration_file.h"
#include "api/import_roots.h"
#include "api/settings.h"
#include "base/scratch_folder.h"
#include "ingest/quality.h"
#include "runs/shop_plan.h"
#include "store/store.h"

namespace ca::api {
namespace {

namespace fs = std::filesystem;

std::vector<CheckedSource> check_all(const ingest::ShopPlan& plan, const fs::path& scratch,
                                     const Cancellation& cancellation) {
  std::vector<CheckedSource> checked;
  for (const ingest::SourcePlan& source : plan.sources) {
    checked.push_back(check_source(source, scratch, cancellation));
  }
  return checked;
}

}  // namespace

Connection connect(workspace::Workspace& workspace, const fs::path& file,
                   const Cancellation& cancellation) {
  workspace::Configuration configuration = read_configuration_file(file);
  const ingest::ShopPlan plan = runs::shop_plan(configuration);
  check_settings(configuration);  // what is wrong with them is told now
  const ScratchFolder scratch;
  Connection connection;
  connection.sources = check_all(plan, scratch.path(), cancellation);
  for (workspace::SourceRecord& source : configuration.sources) {
    source.type = sources::canonical_type(source.type);
  }
  workspace.save(configuration);
  for (const CheckedSource& source : connection.sources) {
    workspace.set_source_status(source.kind, "ok", source.probe.rows);
  }
  workspace.add_import_roots(roots_named_by(configuration, workspace.home()));
  return connection;
}

Connection validate(const workspace::Configuration& configuration, Progress& progress,
                    const Cancellation& cancellation, const std::string& memory_limit) {
  const ingest::ShopPlan plan = runs::shop_plan(configuration);
  check_settings(configuration);
  const ScratchFolder scratch;
  Connection connection;
  connection.sources = check_all(plan, scratch.path(), cancellation);
  sql::Options options;
  options.temporary_folder = scratch.path().string();
  options.memory_limit = memory_limit;
  const auto store = store::open_duckdb_store(scratch.path() / "store.duckdb", options);
  connection.load =
      ingest::stage(plan, true, store->staging(), scratch.path(), progress, cancellation);
  store->replace_with_staged();
  for (ingest::QualityFinding& finding :
       ingest::check_quality(plan, store->staging(), cancellation)) {
    connection.load.findings.push_back(std::move(finding));
  }
  return connection;
}

Connection connect_dry_run(const fs::path& file, Progress& progress,
                           const Cancellation& cancellation) {
  return validate(read_configuration_file(file), progress, cancellation);
}

}  // namespace ca::api
