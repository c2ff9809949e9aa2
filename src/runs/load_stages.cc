#include "runs/load_stages.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "base/interruption.h"
#include "journeys/builder.h"
#include "runs/history.h"
#include "runs/run_store.h"
#include "runs/shop_plan.h"
#include "runs/system_tables.h"

namespace ca::runs {
namespace {

std::string megabytes(std::size_t bytes) { return fmt::format("{}MB", bytes / 1'000'000); }

/// DuckDB's share of memory while the journeys' builder scans the store and needs the rest for
/// itself.
std::size_t scanning_budget(std::size_t memory) {
  return std::clamp<std::size_t>(memory / 8, 100'000'000, 2'000'000'000);
}

workspace::Level level_for(const std::string& severity) {
  return workspace::level_of(severity).value_or(workspace::Level::kInfo);
}

}  // namespace

std::shared_ptr<store::Store> LoadStages::store() {
  const std::lock_guard lock(opening_);
  if (store_ == nullptr) {
    store_ = store::open_duckdb_store(run_.home.store_file(), store_options(run_));
  }
  return store_;
}

void LoadStages::close() {
  const std::lock_guard lock(opening_);
  store_.reset();
}

void LoadStages::take_over(Leftover left) {
  for (const std::string& note : left.notes) run_.note({}, note);
  if (!left.stages.contains("ingest")) return;
  run_.workspace.set_rows(run_.run, to_json(left.rows));
  keep(std::move(left.findings));
  built_ = left.journeys;
}

/// No version of the journeys is older than the one in force.
void LoadStages::forget_old_touches(store::Store& store) {
  try {
    const auto folder = run_.home.journeys_folder() / run_.current.journeys;
    if (!run_.current.journeys.empty()) {
      store.forget_touched(journeys::read_schema(folder).base_load);
    }
  } catch (const Error& error) {
    if (error.code() != "E-JOURNEYS") throw;  // they will be built anew
  }
}

std::int64_t LoadStages::ingest(Progress& progress) {
  const std::shared_ptr<store::Store> store = this->store();
  forget_old_touches(*store);
  ingest::Staging staging = ingest::stage(run_.plan, run_.options.full, store->staging(),
                                          run_.home.scratch_folder(), progress, run_.cancellation);
  run_.cancellation.check();
  {
    const sql::Interruption interruption(store->staging(), run_.cancellation);
    staging.is_full ? store->replace_with_staged() : store->merge_staged();
  }
  run_.note("ingest", staging.is_full           ? fmt::format("Full load: {}.", staging.why_full)
                      : staging.sources.empty() ? "Nothing is new."
                                                : "Loaded what is new.");
  std::int64_t rows = 0;
  for (const ingest::StagedSource& source : staging.sources) {
    rows += source.rows_accepted;
    run_.note("ingest", fmt::format("{}: {} accepted, {} rejected.", name_of(source.kind),
                                    source.rows_accepted,
                                    source.rows_read + source.malformed - source.rows_accepted));
    for (const std::string& warning : source.warnings) {
      run_.note("ingest", warning, workspace::Level::kWarn);
      warnings_.push_back(warning);
    }
  }
  RowCounts counted;
  const store::Counts counts = store->counts();
  for (const ingest::SourcePlan& source : run_.plan.sources) {
    const sources::Kind kind = source.location.kind;
    counted.sources[std::string(name_of(kind))] = stored_rows(counts, kind);
    run_.workspace.set_source_status(name_of(kind), "ok", stored_rows(counts, kind));
  }
  run_.workspace.set_rows(run_.run, to_json(counted));
  keep(std::move(staging.findings));
  return rows;
}

std::int64_t LoadStages::quality() {
  const std::shared_ptr<store::Store> store = this->store();
  sql::Connection connection = store->connect();
  const sql::Interruption interruption(connection, run_.cancellation);
  std::vector<ingest::QualityFinding> findings =
      ingest::check_quality(run_.plan, connection, run_.cancellation);
  const std::size_t count = findings.size();
  keep(std::move(findings));
  return static_cast<std::int64_t>(count);
}

void LoadStages::keep(std::vector<ingest::QualityFinding> findings) {
  for (ingest::QualityFinding& finding : findings) {
    run_.workspace.add_quality(run_.run, {.source = finding.source,
                                          .rule = finding.rule,
                                          .severity = level_for(finding.severity),
                                          .count = finding.count,
                                          .sample_json = sample_json(finding)});
    // A stage that is done again finds again what it found.
    std::erase_if(findings_, [&](const ingest::QualityFinding& known) {
      return known.source == finding.source && known.rule == finding.rule;
    });
    findings_.push_back(std::move(finding));
  }
}

std::int64_t LoadStages::journeys(Progress& progress) {
  const std::shared_ptr<store::Store> store = this->store();
  if (store->counts().sessions == 0) {
    throw Error("E-EMPTY", "The store holds no sessions.",
                "Run `customeranalytics run` without --only first.");
  }
  const ingest::SourcePlan* customers = run_.plan.find(sources::Kind::kCustomers);
  const std::string start_zone = run_.plan.find(sources::Kind::kSessions)->timezone;
  const journeys::BuildOptions options{
      .schema = journeys_schema(run_.plan, run_.configuration_hash),
      .start_zone = start_zone,
      .download_zone = customers == nullptr ? start_zone : customers->timezone,
      .derive_customers = run_.plan.auto_customers || customers == nullptr,
      .threads = run_.threads,
      .memory = run_.memory / 2,
      .partitions = run_.options.partitions,
      .scratch = run_.home.scratch_folder() / "spill"};
  store->staging().run(
      fmt::format("SET memory_limit = '{}'", megabytes(scanning_budget(run_.memory))));
  const std::filesystem::path base = run_.home.journeys_folder() / run_.current.journeys;
  const std::string why = run_.options.full ? "it was asked for"
                          : run_.current.journeys.empty()
                              ? "there are none yet"
                              : journeys::why_rebuild(*store, options, base);
  const std::filesystem::path folder = run_.home.journeys_folder() / run_.run;
  if (!why.empty()) run_.note("journeys", fmt::format("All journeys are built: {}.", why));
  const journeys::Schema schema =
      why.empty() ? journeys::extend(*store, options, base, folder, progress, run_.cancellation)
                  : journeys::build(*store, options, folder, progress, run_.cancellation);
  built_ = run_.run;
  close();  // its memory is better used by what follows
  return schema.sessions;
}

}  // namespace ca::runs
