#include "api/connect.h"

#include <fmt/format.h>

#include <filesystem>

#include "api/configuration_file.h"
#include "base/error.h"
#include "base/scratch_folder.h"
#include "ingest/quality.h"
#include "runs/segments.h"
#include "runs/shop_plan.h"
#include "runs/value.h"
#include "store/store.h"

namespace ca::api {
namespace {

namespace fs = std::filesystem;

CheckedSource check(const ingest::SourcePlan& plan, const fs::path& scratch,
                    const Cancellation& cancellation) {
  sql::Database database("");
  sql::Connection connection = database.connect();
  const sources::Relation relation =
      sources::open(plan.location, connection, scratch, cancellation);
  ingest::check_columns(plan.location.kind, plan.mapping, relation);
  CheckedSource checked{.kind = std::string(name_of(plan.location.kind)),
                        .path = plan.location.path.string(),
                        .files = {},
                        .warnings = relation.warnings,
                        .probe = ingest::probe(plan, relation, connection)};
  for (const sources::SeenFile& seen : relation.files) checked.files.push_back(seen.path);
  if (checked.probe.rows == 0 && plan.location.kind == sources::Kind::kSessions) {
    throw Error("E-EMPTY", fmt::format("{} has a header and no rows.", checked.path),
                "Sessions must have at least one row.");
  }
  return checked;
}

}  // namespace

Connection connect(workspace::Workspace& workspace, const fs::path& file,
                   const Cancellation& cancellation) {
  workspace::Configuration configuration = read_configuration_file(file);
  const ingest::ShopPlan plan = runs::shop_plan(configuration);
  runs::segment_settings(configuration);  // what is wrong with them is told now
  runs::value_settings(configuration);
  const ScratchFolder scratch;
  Connection connection;
  for (const ingest::SourcePlan& source : plan.sources) {
    connection.sources.push_back(check(source, scratch.path(), cancellation));
  }
  for (workspace::SourceRecord& source : configuration.sources) {
    source.type = sources::canonical_type(source.type);
  }
  workspace.save(configuration);
  for (const CheckedSource& source : connection.sources) {
    workspace.set_source_status(source.kind, "ok", source.probe.rows);
  }
  return connection;
}

Connection connect_dry_run(const fs::path& file, Progress& progress,
                           const Cancellation& cancellation) {
  const workspace::Configuration configuration = read_configuration_file(file);
  const ingest::ShopPlan plan = runs::shop_plan(configuration);
  runs::segment_settings(configuration);
  runs::value_settings(configuration);
  const ScratchFolder scratch;
  Connection connection;
  for (const ingest::SourcePlan& source : plan.sources) {
    connection.sources.push_back(check(source, scratch.path(), cancellation));
  }
  sql::Options options;
  options.temporary_folder = scratch.path().string();
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

}  // namespace ca::api
