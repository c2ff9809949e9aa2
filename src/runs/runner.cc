#include "runs/runner.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <functional>
#include <memory>

#include "base/error.h"
#include "base/folder.h"
#include "base/log.h"
#include "base/thread_pool.h"
#include "ingest/load.h"
#include "ingest/quality.h"
#include "journeys/builder.h"
#include "reports/export.h"
#include "reports/families.h"
#include "reports/population_name.h"
#include "reports/snapshot.h"
#include "runs/anomalies.h"
#include "runs/before_after.h"
#include "runs/deliveries.h"
#include "runs/published.h"
#include "runs/recorded_progress.h"
#include "runs/retention.h"
#include "runs/segments.h"
#include "runs/shop_plan.h"
#include "runs/stages.h"
#include "runs/system_tables.h"
#include "runs/value.h"
#include "store/store.h"
#include "workspace/sweep.h"

namespace ca::runs {
namespace {

using workspace::StageState;

std::string megabytes(std::size_t bytes) { return fmt::format("{}MB", bytes / 1'000'000); }

/// DuckDB's share of memory while it loads: half of what is there, but no more than a full load
/// gains from.
std::size_t loading_budget() {
  return std::clamp<std::size_t>(usable_memory() / 2, 128'000'000, 2'000'000'000);
}

/// Its share while the journeys' builder scans the store and needs the rest for itself.
std::size_t scanning_budget() {
  return std::clamp<std::size_t>(usable_memory() / 8, 100'000'000, 2'000'000'000);
}

workspace::Level level_for(const std::string& severity) {
  return workspace::level_of(severity).value_or(workspace::Level::kInfo);
}

/// Stages that make reports of the journeys.
constexpr std::array kReportStages = {"exploratory", "segments",  "clv",
                                      "tests",       "anomalies", "deliveries"};

constexpr const char* kChurn = "churn";
constexpr const char* kClientValue = "client_value";
constexpr const char* kNoTemporaryPath = "no [storage] temporary_path is configured";

class Run {
 public:
  Run(const workspace::Home& home, workspace::Workspace& workspace, const RunOptions& options,
      Progress& progress, const Cancellation& cancellation)
      : home_(home),
        workspace_(workspace),
        options_(options),
        cancellation_(cancellation),
        clock_(workspace::or_system_clock(options.clock)),
        lock_(workspace::RunLock::acquire(home, clock_)),
        configuration_(workspace.configuration()),
        plan_(shop_plan(configuration_)),
        zone_(Zone::find(plan_.timezone)),
        threads_(options.threads != 0 ? options.threads : usable_processors()) {
    if (options.as_of) as_of_ = parse_moment(*options.as_of, zone_);
    if (const auto current = workspace::read_current(home)) current_ = *current;
    check_what_is_reused();
    workspace.mark_interrupted(lock_);
    settle_snapshots(lock_, workspace);
    workspace::sweep(lock_);
    configuration_hash_ = workspace::config_hash(configuration_);
    outcome_.run = workspace.begin_run(options.trigger, configuration_hash_,
                                       workspace::load_hash(configuration_));
    lock_.name_run(outcome_.run);
    progress_ = std::make_unique<RecordedProgress>(progress, workspace, outcome_.run);
    stages_ = std::make_unique<Stages>(workspace, *progress_, cancellation, outcome_);
  }

  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;
  ~Run() { clean_up(); }

  RunOutcome execute() {
    log::info("run started", {{"run", outcome_.run}});
    workspace_.event(outcome_.run, workspace::Level::kInfo, {}, {}, "The run started.");
    const std::vector<Stage> stages = {
        {"ingest", {}, [this] { return ingest(); }},
        {"quality", {"ingest"}, [this] { return quality(); }},
        {"journeys", {"ingest"}, [this] { return journeys(); }},
        {"exploratory", {"ingest", "journeys"}, [this] { return exploratory(); }},
        {"segments", {"ingest", "journeys"}, [this] { return segments(); }},
        {"clv", {"ingest", "journeys"}, [this] { return value(); }},
        {"tests", {"ingest", "journeys"}, [this] { return tests(); }},
        {"anomalies", {"ingest", "journeys"}, [this] { return anomalies(); }},
        {"deliveries", {"ingest", "journeys"}, [this] { return deliveries(); }},
        {"publish", {"ingest", "journeys", "exploratory"}, [this] { return publish(); }},
        {"export",
         {"publish"},
         [this] { return export_tree(); },
         [this] { return temporary_path().empty() ? kNoTemporaryPath : ""; }},
    };
    for (const Stage& stage : stages) {
      if (is_wanted(stage.name)) workspace_.stage_pending(outcome_.run, stage.name);
    }
    for (const Stage& stage : stages) {
      if (is_wanted(stage.name)) stages_->perform(stage);
    }
    if (options_.only.contains("export") && temporary_path().empty()) {
      outcome_.warnings.push_back(fmt::format("export skipped: {}.", kNoTemporaryPath));
    }
    stages_->conclude();
    return outcome_;
  }

 private:
  bool is_wanted(const std::string& stage) const {
    return (options_.only.empty() || options_.only.contains(stage)) &&
           !options_.skip.contains(stage);
  }

  /// Refuses to go on from a store or journeys that were made with other sources, columns, actions
  /// or another zone: what they hold would not fit.
  void check_what_is_reused() const {
    if (!is_wanted("ingest") && (is_wanted("quality") || is_wanted("journeys"))) {
      check_load(workspace_.last_run_with("ingest"), "ingest", "The store was loaded");
    }
    if (!is_wanted("journeys") &&
        std::ranges::any_of(kReportStages, [&](const char* stage) { return is_wanted(stage); })) {
      check_load(workspace_.run(current_.journeys), "ingest,journeys", "The journeys were built");
    }
  }

  void check_load(const std::optional<workspace::RunRecord>& made, const char* needed,
                  const char* what) const {
    if (!made || made->load_hash.empty()) return;
    if (made->load_hash == workspace::load_hash(configuration_)) return;
    throw Error("E-PARAM",
                fmt::format("{} by run {} with another configuration of the sources than the one "
                            "that is connected now.",
                            what, made->id),
                fmt::format("Run again with {}, or without --only and --skip.", needed),
                {{"run", made->id}, {"needed", needed}});
  }

  // ---- the stages ------------------------------------------------------------------------------

  store::Store& store() {
    if (store_ == nullptr) {
      store_ = store::open_duckdb_store(home_.store_file(),
                                        {.threads = static_cast<int>(threads_),
                                         .memory_limit = megabytes(loading_budget()),
                                         .temporary_folder = home_.scratch_folder().string()});
    }
    return *store_;
  }

  /// No version of the journeys is older than the one in force.
  void forget_old_touches() {
    try {
      const auto folder = home_.journeys_folder() / current_.journeys;
      if (!current_.journeys.empty()) {
        store().forget_touched(journeys::read_schema(folder).base_load);
      }
    } catch (const Error& error) {
      if (error.code() != "E-JOURNEYS") throw;  // they will be built anew
    }
  }

  std::int64_t ingest() {
    forget_old_touches();
    ingest::Staging staging = ingest::stage(plan_, options_.full, store().staging(),
                                            home_.scratch_folder(), *progress_, cancellation_);
    cancellation_.check();
    if (staging.is_full) {
      store().replace_with_staged();
      workspace_.event(outcome_.run, workspace::Level::kInfo, "ingest", {},
                       fmt::format("Full load: {}.", staging.why_full));
    } else {
      store().merge_staged();
      workspace_.event(outcome_.run, workspace::Level::kInfo, "ingest", {},
                       staging.sources.empty() ? "Nothing is new." : "Loaded what is new.");
    }
    std::int64_t rows = 0;
    for (const ingest::StagedSource& source : staging.sources) {
      rows += source.rows_accepted;
      const std::string kind(name_of(source.kind));
      workspace_.event(outcome_.run, workspace::Level::kInfo, "ingest", {},
                       fmt::format("{}: {} accepted, {} rejected.", kind, source.rows_accepted,
                                   source.rows_read + source.malformed - source.rows_accepted));
      for (const std::string& warning : source.warnings) {
        workspace_.event(outcome_.run, workspace::Level::kWarn, "ingest", {}, warning);
        outcome_.warnings.push_back(warning);
      }
    }
    for (const ingest::SourcePlan& source : plan_.sources) {
      const sources::Kind kind = source.location.kind;
      workspace_.set_source_status(name_of(kind), "ok", stored_rows(kind));
    }
    keep(std::move(staging.findings));
    return rows;
  }

  std::int64_t stored_rows(sources::Kind kind) {
    const store::Counts counts = store().counts();
    switch (kind) {
      case sources::Kind::kSessions: return counts.sessions;
      case sources::Kind::kCustomers: return counts.customers;
      case sources::Kind::kProducts: return counts.basket_lines;
      case sources::Kind::kDeliveries: break;
    }
    return counts.deliveries;
  }

  std::int64_t quality() {
    std::vector<ingest::QualityFinding> findings =
        ingest::check_quality(plan_, store().staging(), cancellation_);
    const std::size_t count = findings.size();
    keep(std::move(findings));
    return static_cast<std::int64_t>(count);
  }

  void keep(std::vector<ingest::QualityFinding> findings) {
    for (ingest::QualityFinding& finding : findings) {
      workspace_.add_quality(outcome_.run, {.source = finding.source,
                                            .rule = finding.rule,
                                            .severity = level_for(finding.severity),
                                            .count = finding.count,
                                            .sample_json = sample_json(finding)});
      findings_.push_back(std::move(finding));
    }
  }

  std::int64_t journeys() {
    if (store().counts().sessions == 0) {
      throw Error("E-EMPTY", "The store holds no sessions.",
                  "Run `customeranalytics run` without --only first.");
    }
    const ingest::SourcePlan* customers = plan_.find(sources::Kind::kCustomers);
    const std::string start_zone = plan_.find(sources::Kind::kSessions)->timezone;
    const journeys::BuildOptions options{
        .schema = journeys_schema(plan_, configuration_hash_),
        .start_zone = start_zone,
        .download_zone = customers == nullptr ? start_zone : customers->timezone,
        .derive_customers = plan_.auto_customers || customers == nullptr,
        .threads = threads_,
        .memory = usable_memory() / 2,
        .partitions = options_.partitions,
        .scratch = home_.scratch_folder() / "spill"};
    store().staging().run(fmt::format("SET memory_limit = '{}'", megabytes(scanning_budget())));
    const std::filesystem::path base = home_.journeys_folder() / current_.journeys;
    const std::string why = options_.full ? "it was asked for"
                            : current_.journeys.empty()
                                ? "there are none yet"
                                : journeys::why_rebuild(store(), options, base);
    const std::filesystem::path folder = home_.journeys_folder() / outcome_.run;
    if (!why.empty()) {
      workspace_.event(outcome_.run, workspace::Level::kInfo, "journeys", {},
                       fmt::format("All journeys are built: {}.", why));
    }
    const journeys::Schema schema =
        why.empty() ? journeys::extend(store(), options, base, folder, *progress_, cancellation_)
                    : journeys::build(store(), options, folder, *progress_, cancellation_);
    journeys_ = outcome_.run;
    store_.reset();  // its memory is better used by what follows
    return schema.sessions;
  }

  /// The journeys that stages compute from, and what folds must know of them. The first stage that
  /// asks opens them; what the manifest says of them is said then.
  struct Shop {
    Shop(const std::filesystem::path& folder, const reports::Window& window, bool must_verify,
         ThreadPool& pool)
        : journeys(folder) {
      if (must_verify) journeys.verify(pool);
      facts = reports::find_facts(journeys, window, pool);
    }

    journeys::Journeys journeys;
    reports::Facts facts;
  };

  const Shop& open_shop(ThreadPool& pool) {
    if (shop_ != nullptr) return *shop_;
    const std::string version = journeys_.empty() ? current_.journeys : journeys_;
    if (version.empty()) {
      throw Error("E-JOURNEYS", "There are no journeys to compute reports from.",
                  "Run `customeranalytics run` without --only first.");
    }
    // What another run made, some time ago, is verified.
    shop_ = std::make_unique<Shop>(home_.journeys_folder() / version,
                                   reports::Window{as_of_, std::nullopt, std::nullopt},
                                   journeys_.empty(), pool);
    describe(shop_->journeys.schema(), shop_->facts, version);
    return *shop_;
  }

  /// A question for all reports of a stage, of every population.
  static reports::Question question_of(std::string_view stage) {
    reports::Question question;
    question.with_all_values = true;
    question.with_views = false;  // the snapshot makes them of what it stores
    question.segments = std::nullopt;
    for (const reports::FamilySpec& family : reports::families()) {
      if (family.stage != stage || family.make == nullptr) continue;
      for (const reports::ReportSpec& report : family.reports) question.reports.insert(report.name);
    }
    return question;
  }

  std::int64_t exploratory() {
    ThreadPool pool(threads_);
    const Shop& shop = open_shop(pool);
    progress_->stage("exploratory", static_cast<std::uint64_t>(shop.journeys.schema().sessions),
                     "sessions");
    std::vector<reports::Answer> answers =
        reports::answer(shop.journeys, shop.facts, question_of(reports::kExploratoryStage), pool,
                        *progress_, cancellation_);
    cancellation_.check();
    keep_churn(answers);
    make_folder(snapshot_folder());
    reports::write_reports(snapshot_folder(), std::move(answers), pool, manifest_);
    progress_->finish();
    has_results_ = true;
    return rows_of(reports::kExploratoryStage);
  }

  /// A later stage fills a column of it.
  void keep_churn(const std::vector<reports::Answer>& answers) {
    for (const reports::Answer& answer : answers) {
      const auto churn = std::ranges::find(answer.tables, kChurn, &Table::name);
      if (churn != answer.tables.end()) {
        churn_.push_back({answer.population, answer.is_main, {*churn}});
      }
    }
  }

  std::int64_t segments() {
    const reports::SegmentSettings settings = segment_settings(configuration_);
    ThreadPool pool(threads_);
    const Shop& shop = open_shop(pool);
    progress_->stage("segments", static_cast<std::uint64_t>(shop.journeys.schema().sessions),
                     "sessions");
    std::string why;
    const reports::KeptSegments kept = cuts_of_run(
        shop.journeys, settings, cuts_made_for(configuration_, settings),
        options_.full ? std::nullopt : last_segments(), shop.facts, pool, cancellation_, why);
    workspace_.event(outcome_.run, workspace::Level::kInfo, "segments", {}, why);
    reports::Question question = question_of(reports::kSegmentsStage);
    question.segments = {settings, reports::SegmentsAsked::Known{shop.facts.main.as_of, kept.cuts}};
    // Made again, now that segments are known (ruling 67).
    const std::string client_kpis(reports::kClientKpis);
    if (manifest_.rows.contains(client_kpis)) question.reports.insert(client_kpis);
    std::vector<reports::Answer> answers =
        reports::answer(shop.journeys, shop.facts, question, pool, *progress_, cancellation_);
    std::optional<reports::Snapshot> previous = previous_segments(home_, workspace_, today());
    compare_with(previous ? &*previous : nullptr, shop.journeys.schema(), answers);
    cancellation_.check();
    make_folder(snapshot_folder());
    std::vector<reports::Answer> joined;
    for (reports::Answer& answer : answers) {
      joined.push_back({answer.population, answer.is_main, {}});
      const auto table = std::ranges::find(answer.tables, client_kpis, &Table::name);
      if (table == answer.tables.end()) continue;
      joined.back().tables.push_back(std::move(*table));
      answer.tables.erase(table);
    }
    // What replaces a file comes last, so that a failure before it changes nothing.
    reports::Manifest manifest = manifest_;
    reports::write_reports(snapshot_folder(), std::move(answers), pool, manifest);
    reports::write_segments(snapshot_folder(), kept, manifest);
    reports::write_reports(snapshot_folder(), std::move(joined), pool, manifest);
    manifest_ = std::move(manifest);
    segments_ = kept;
    progress_->finish();
    has_results_ = true;
    return rows_of(reports::kSegmentsStage);
  }

  std::int64_t value() {
    ThreadPool pool(threads_);
    const Shop& shop = open_shop(pool);
    const ValueSettings settings = value_settings(configuration_);
    std::optional<reports::Snapshot> previous = last_snapshot();
    ValueAnswer answer = answer_value({.journeys = shop.journeys,
                                       .facts = shop.facts,
                                       .configuration = configuration_,
                                       .settings = settings,
                                       .models_folder = home_.models_folder(),
                                       .segments = segments_ ? &*segments_ : nullptr,
                                       .previous = previous ? &*previous : nullptr,
                                       .is_full = options_.full},
                                      pool, *progress_, cancellation_);
    for (const std::string& note : answer.notes) {
      workspace_.event(outcome_.run, workspace::Level::kInfo, "clv", {}, note);
    }
    cancellation_.check();
    make_folder(snapshot_folder());
    std::optional<ExpectedValue> expected;
    if (is_wanted(std::string(reports::kAnomaliesStage))) {
      expected = expected_of(answer.reports, settings.horizon);
    }
    reports::Manifest manifest = manifest_;
    reports::write_reports(snapshot_folder(), std::move(answer.reports), pool, manifest);
    reports::write_text(snapshot_folder(), models::kValueFile, models::to_json(answer.kept),
                        manifest);
    // What replaces a file comes last (ruling 67).
    if (!churn_.empty()) {
      for (reports::Answer& churn : churn_) {
        const std::string name = reports::population_name(churn.population, churn.is_main);
        fill(churn.tables.front(), "churn_personal", answer.personal_churn[name]);
      }
      reports::write_reports(snapshot_folder(), churn_, pool, manifest);
    }
    manifest_ = std::move(manifest);
    expected_ = std::move(expected);
    has_results_ = true;
    return rows_of(reports::kValueStage);
  }

  /// A later stage compares it with what customers did.
  static ExpectedValue expected_of(const std::vector<reports::Answer>& answers,
                                   std::int32_t horizon) {
    ExpectedValue expected{{}, horizon};
    for (const reports::Answer& answer : answers) {
      const auto clients = std::ranges::find(answer.tables, kClientValue, &Table::name);
      if (clients == answer.tables.end()) continue;
      Table kept(clients->name());
      for (const char* column : {"client", "expected_orders", "expected_value"}) {
        kept.add(*clients->find(column));
      }
      expected.clients.push_back({answer.population, answer.is_main, {std::move(kept)}});
    }
    return expected;
  }

  std::int64_t tests() {
    ThreadPool pool(threads_);
    const Shop& shop = open_shop(pool);
    const bool has_values = !shop.facts.values.empty();
    progress_->stage(
        "tests", static_cast<std::uint64_t>(shop.journeys.schema().sessions) * (has_values ? 2 : 1),
        "sessions");
    std::vector<reports::Answer> answers =
        answer_tests(shop.journeys, shop.facts, segments_ ? &*segments_ : nullptr,
                     test_settings(configuration_), pool, *progress_, cancellation_);
    keep(std::move(answers), pool);
    return rows_of(reports::kTestsStage);
  }

  std::int64_t anomalies() {
    ThreadPool pool(threads_);
    const Shop& shop = open_shop(pool);
    progress_->stage("anomalies", static_cast<std::uint64_t>(shop.journeys.schema().sessions),
                     "sessions");
    std::vector<reports::Answer> answers =
        answer_anomalies(shop.journeys, shop.facts, expected_ ? &*expected_ : nullptr,
                         anomaly_settings(configuration_), pool, *progress_, cancellation_);
    expected_.reset();
    keep(std::move(answers), pool);
    return rows_of(reports::kAnomaliesStage);
  }

  std::int64_t deliveries() {
    const models::DeliverySettings settings = delivery_settings(configuration_);
    ThreadPool pool(threads_);
    const Shop& shop = open_shop(pool);
    progress_->stage("deliveries", static_cast<std::uint64_t>(shop.journeys.schema().sessions),
                     "sessions");
    DeliveryAnswer answer =
        answer_deliveries(shop.journeys, shop.facts, settings, pool, *progress_, cancellation_);
    for (const std::string& note : answer.notes) {
      workspace_.event(outcome_.run, workspace::Level::kInfo, "deliveries", {}, note);
    }
    keep(std::move(answer.reports), pool);
    return rows_of(reports::kDeliveriesStage);
  }

  /// Writes the reports of a stage into the snapshot: all of them, or none is in its manifest.
  void keep(std::vector<reports::Answer> answers, ThreadPool& pool) {
    cancellation_.check();
    make_folder(snapshot_folder());
    reports::Manifest manifest = manifest_;
    reports::write_reports(snapshot_folder(), std::move(answers), pool, manifest);
    manifest_ = std::move(manifest);
    progress_->finish();
    has_results_ = true;
  }

  /// Of a table of one row.
  static void fill(Table& table, const char* column, std::optional<double> value) {
    for (Column& cells : table.columns()) {
      if (cells.name() != column) continue;
      cells = Column(column, ColumnType::kDouble);
      value ? cells.push(*value) : cells.push_null();
    }
  }

  /// The one in force, where it can be read.
  std::optional<reports::Snapshot> last_snapshot() const {
    if (current_.snapshot.empty()) return std::nullopt;
    try {
      return reports::Snapshot(home_.snapshots_folder() / current_.snapshot);
    } catch (const Error& error) {
      log::warning("snapshot not readable",
                   {{"snapshot", current_.snapshot}, {"reason", error.message()}});
      return std::nullopt;
    }
  }

  /// Of the snapshot in force.
  std::optional<reports::KeptSegments> last_segments() const {
    const std::optional<reports::Snapshot> last = last_snapshot();
    if (!last) return std::nullopt;
    try {
      return last->segments();
    } catch (const Error& error) {
      log::warning("segments not readable",
                   {{"snapshot", current_.snapshot}, {"reason", error.message()}});
      return std::nullopt;
    }
  }

  /// Of the stage's reports in the snapshot.
  std::int64_t rows_of(std::string_view stage) const {
    std::int64_t rows = 0;
    for (const auto& [report, count] : manifest_.rows) {
      if (reports::family_of(report).stage == stage) rows += count;
    }
    return rows;
  }

  void describe(const journeys::Schema& schema, const reports::Facts& facts,
                const std::string& version) {
    manifest_.journeys = version;
    manifest_.as_of = facts.main.as_of;
    manifest_.populations.push_back({"main", "main", true, facts.sessions});
    for (std::size_t v = 0; v < facts.values.size(); ++v) {
      const std::string& value = facts.values[v].population;
      manifest_.populations.push_back(
          {reports::population_name(value), value, false, facts.value_sessions[v]});
    }
    for (const reports::FamilySpec& family : reports::families()) {
      for (const reports::ReportSpec& report : family.reports) {
        std::string missing = reports::missing_need(report, schema);
        if (missing.empty() && family.kind == reports::FamilyKind::kAcrossDimensions &&
            facts.values.empty()) {
          missing = "the dimension has fewer than two values";
        }
        if (!missing.empty()) manifest_.not_configured[report.name] = missing;
      }
    }
  }

  std::int64_t publish() {
    if (!has_results_) {
      throw Error("E-STAGE", "There is nothing to publish: no stage of this run made reports.",
                  "Add exploratory, segments, clv, tests, anomalies or deliveries to --only.");
    }
    manifest_.run = outcome_.run;
    manifest_.configuration = configuration_hash_;
    manifest_.timezone = plan_.timezone;
    manifest_.currency = setting(configuration_, "workspace.currency", "");
    manifest_.snapshot_date = today();
    note_what_is_missing();
    write_system_tables();
    reports::write_manifest(snapshot_folder(), manifest_);
    cancellation_.check();
    workspace::publish(home_, {.journeys = manifest_.journeys, .snapshot = outcome_.run});
    outcome_.is_published = true;
    workspace_.add_snapshot(outcome_.run, manifest_.snapshot_date);
    drop_old_snapshots(lock_, workspace_, manifest_.snapshot_date);
    return static_cast<std::int64_t>(manifest_.rows.size());
  }

  Day today() const {
    const auto now =
        std::chrono::duration_cast<std::chrono::microseconds>(clock_().time_since_epoch());
    return zone_.to_local({now.count()}).day;
  }

  /// Reports and columns of stages that did not run (ruling 67).
  void note_what_is_missing() {
    const bool has_value = manifest_.files.contains(models::kValueFile);
    const auto is_ok = [&](std::string_view stage) {
      const StageOutcome* ended = stages_->ended(std::string(stage));
      return ended != nullptr && ended->state == StageState::kOk;
    };
    for (const reports::FamilySpec& family : reports::families()) {
      if (family.kind == reports::FamilyKind::kSystem) continue;
      for (const reports::ReportSpec& report : family.reports) {
        const bool is_there =
            manifest_.rows.contains(report.name) || manifest_.not_configured.contains(report.name);
        if (is_there) continue;
        // Where its own stage did well, what lacks are the segments, or what is expected.
        manifest_.skipped[report.name] = !is_ok(family.stage) ? family.stage
                                         : family.stage == reports::kAnomaliesStage
                                             ? reports::kValueStage
                                             : reports::kSegmentsStage;
      }
    }
    const bool has_kpis = manifest_.rows.contains(std::string(reports::kClientKpis));
    if (has_kpis && !manifest_.files.contains(reports::kSegmentsFile)) {
      manifest_.empty_columns[fmt::format("{}.segments", reports::kClientKpis)] =
          reports::kSegmentsStage;
    }
    if (manifest_.rows.contains(kChurn) && !has_value) {
      manifest_.empty_columns["churn.churn_personal"] = reports::kValueStage;
    }
    if (has_value && !segments_) {
      manifest_.empty_columns["client_value.segment"] = reports::kSegmentsStage;
    }
  }

  /// Of what is in force, so also without a new snapshot.
  std::int64_t export_tree() {
    const auto current = workspace::read_current(home_);
    if (!current || current->snapshot.empty()) {
      throw Error("E-SNAPSHOT", "There are no results to export.",
                  "Run `customeranalytics run` without --only first.");
    }
    reports::Snapshot snapshot(home_.snapshots_folder() / current->snapshot);
    return static_cast<std::int64_t>(reports::write_report_tree(
        snapshot, temporary_path() / "build_in_reports", *progress_, cancellation_));
  }

  std::filesystem::path temporary_path() const {
    return setting(configuration_, "storage.temporary_path", "");
  }

  void write_system_tables() {
    std::vector<Table> tables;
    tables.push_back(run_log_table(outcome_.run, workspace_.events(outcome_.run)));
    const StageOutcome* checked = stages_->ended("quality");
    if (stages_->ended("ingest") == nullptr) {
      manifest_.skipped["data_quality"] = "ingest";
    } else if (checked == nullptr || checked->state != StageState::kOk) {
      manifest_.skipped["data_quality"] = "quality";
    } else {
      tables.push_back(data_quality_table(outcome_.run, findings_));
    }
    ThreadPool pool(1);
    reports::write_reports(snapshot_folder(), {{"main", true, std::move(tables)}}, pool, manifest_);
  }

  /// Leaves nothing that is not in force: neither what was not published nor scratch. What cannot
  /// be deleted now is left to the next run.
  void clean_up() {
    store_.reset();  // closes its temporary files
    try {
      const auto current = workspace::read_current(home_);
      if (!current || current->snapshot != outcome_.run) {
        std::filesystem::remove_all(snapshot_folder());
      }
      for (const std::filesystem::path& stuck : workspace::sweep(lock_).stuck) {
        log::warning("cannot be deleted", {{"path", stuck.string()}});
      }
    } catch (const std::exception& failure) {
      log::warning("cannot be tidied", {{"run", outcome_.run}, {"reason", failure.what()}});
    }
  }

  std::filesystem::path snapshot_folder() const { return home_.snapshots_folder() / outcome_.run; }

  const workspace::Home& home_;
  workspace::Workspace& workspace_;
  const RunOptions& options_;
  const Cancellation& cancellation_;
  workspace::Clock clock_;
  workspace::RunLock lock_;
  workspace::Configuration configuration_;
  ingest::ShopPlan plan_;
  Zone zone_;
  std::size_t threads_;
  std::optional<Instant> as_of_;
  workspace::Current current_;
  std::string configuration_hash_;
  std::unique_ptr<RecordedProgress> progress_;
  std::unique_ptr<Stages> stages_;

  std::unique_ptr<store::Store> store_;
  std::vector<ingest::QualityFinding> findings_;
  std::string journeys_;  ///< version built by this run
  std::unique_ptr<Shop> shop_;
  reports::Manifest manifest_;
  std::optional<reports::KeptSegments> segments_;  ///< of this run
  std::vector<reports::Answer> churn_;             ///< the report of every population
  std::optional<ExpectedValue> expected_;          ///< of this run
  bool has_results_ = false;
  RunOutcome outcome_;
};

void check_stages(const std::set<std::string>& stages) {
  for (const std::string& stage : stages) {
    if (std::ranges::find(stage_names(), stage) != stage_names().end()) continue;
    const std::string guess = nearest_name(stage, stage_names());
    throw Error("E-PARAM", fmt::format("There is no stage named \"{}\".", stage),
                guess.empty() ? fmt::format("Stages are {}.", fmt::join(stage_names(), ", "))
                              : fmt::format("Did you mean {}?", guess));
  }
}

}  // namespace

const std::vector<std::string>& stage_names() {
  static const std::vector<std::string> names = {"ingest",     "quality", "journeys", "exploratory",
                                                 "segments",   "clv",     "tests",    "anomalies",
                                                 "deliveries", "publish", "export"};
  return names;
}

RunOutcome run(const workspace::Home& home, workspace::Workspace& workspace,
               const RunOptions& options, Progress& progress, const Cancellation& cancellation) {
  check_stages(options.only);
  check_stages(options.skip);
  return Run(home, workspace, options, progress, cancellation).execute();
}

}  // namespace ca::runs
