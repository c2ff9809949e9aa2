#include "runs/report_stages.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "base/folder.h"
#include "base/log.h"
#include "reports/families.h"
#include "reports/population_name.h"
#include "runs/before_after.h"
#include "runs/deliveries.h"
#include "runs/segments.h"
#include "runs/value.h"

namespace ca::runs {
namespace {

constexpr const char* kChurn = "churn";
constexpr const char* kClientValue = "client_value";

/// A question for all reports of a stage, of every population.
reports::Question question_of(std::string_view stage) {
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

/// Of a table of one row.
void fill(Table& table, const char* column, std::optional<double> value) {
  for (Column& cells : table.columns()) {
    if (cells.name() != column) continue;
    cells = Column(column, ColumnType::kDouble);
    value ? cells.push(*value) : cells.push_null();
  }
}

}  // namespace

ReportStages::Shop::Shop(const std::filesystem::path& folder, const reports::Window& window,
                         bool must_verify, ThreadPool& pool)
    : journeys(folder) {
  if (must_verify) journeys.verify(pool);
  facts = reports::find_facts(journeys, window, pool);
}

const ReportStages::Shop& ReportStages::open_shop() {
  const std::lock_guard lock(opening_);
  if (shop_ != nullptr) return *shop_;
  const std::string built = built_();
  const std::string version = built.empty() ? run_.current.journeys : built;
  if (version.empty()) {
    throw Error("E-JOURNEYS", "There are no journeys to compute reports from.",
                "Run `customeranalytics run` without --only first.");
  }
  // What another run made, some time ago, is verified.
  auto shop = std::make_unique<Shop>(run_.home.journeys_folder() / version,
                                     reports::Window{run_.as_of, std::nullopt, std::nullopt},
                                     version != run_.run, pool_);
  if (shop->facts.sessions == 0) {
    throw Error("E-EMPTY",
                run_.options.as_of
                    ? fmt::format("There is no session as of {} or before.", *run_.options.as_of)
                    : "There is no session.",
                run_.options.as_of ? "Name a later day, or none for the newest session." : "");
  }
  draft_.describe(shop->journeys.schema(), shop->facts, version);
  shop_ = std::move(shop);
  return *shop_;
}

const ReportStages::Shop& ReportStages::begin_pass(std::string_view stage, Progress& progress,
                                                   std::uint64_t passes) {
  const Shop& shop = open_shop();
  progress.stage(stage, static_cast<std::uint64_t>(shop.journeys.schema().sessions) * passes,
                 "sessions");
  return shop;
}

std::int64_t ReportStages::exploratory(Progress& progress) {
  const Shop& shop = begin_pass(reports::kExploratoryStage, progress);
  std::vector<reports::Answer> answers =
      reports::answer(shop.journeys, shop.facts, question_of(reports::kExploratoryStage), pool_,
                      progress, run_.cancellation);
  keep_churn(answers);
  draft_.keep(std::move(answers), pool_, run_.cancellation);
  progress.finish();
  return draft_.rows_of(reports::kExploratoryStage);
}

/// A later stage fills a column of it.
void ReportStages::keep_churn(const std::vector<reports::Answer>& answers) {
  for (const reports::Answer& answer : answers) {
    const auto churn = std::ranges::find(answer.tables, kChurn, &Table::name);
    if (churn != answer.tables.end()) {
      churn_.push_back({answer.population, answer.is_main, {*churn}});
    }
  }
}

std::int64_t ReportStages::segments(Progress& progress) {
  const reports::SegmentSettings settings = segment_settings(run_.configuration);
  const Shop& shop = begin_pass(reports::kSegmentsStage, progress);
  std::string why;
  const reports::KeptSegments kept =
      cuts_of_run(shop.journeys, settings, cuts_made_for(run_.configuration, settings),
                  run_.options.full ? std::nullopt : last_segments(), shop.facts, pool_,
                  run_.cancellation, why);
  run_.note(reports::kSegmentsStage, why);
  reports::Question question = question_of(reports::kSegmentsStage);
  question.segments = {settings, reports::SegmentsAsked::Known{shop.facts.main.as_of, kept.cuts}};
  // Made again, now that segments are known (ruling 67).
  const std::string client_kpis(reports::kClientKpis);
  if (draft_.has_report(client_kpis)) question.reports.insert(client_kpis);
  std::vector<reports::Answer> answers =
      reports::answer(shop.journeys, shop.facts, question, pool_, progress, run_.cancellation);
  std::optional<reports::Snapshot> previous =
      previous_segments(run_.home, run_.workspace, run_.today());
  compare_with(previous ? &*previous : nullptr, shop.journeys.schema(), answers);
  run_.cancellation.check();
  make_folder(draft_.folder());
  std::vector<reports::Answer> joined;
  for (reports::Answer& answer : answers) {
    joined.push_back({answer.population, answer.is_main, {}});
    const auto table = std::ranges::find(answer.tables, client_kpis, &Table::name);
    if (table == answer.tables.end()) continue;
    joined.back().tables.push_back(std::move(*table));
    answer.tables.erase(table);
  }
  // What replaces a file comes last, so that a failure before it changes nothing.
  reports::Manifest made;
  reports::write_reports(draft_.folder(), std::move(answers), pool_, made);
  reports::write_segments(draft_.folder(), kept, made);
  reports::write_reports(draft_.folder(), std::move(joined), pool_, made);
  draft_.keep(made);
  segments_ = kept;
  progress.finish();
  return draft_.rows_of(reports::kSegmentsStage);
}

std::int64_t ReportStages::value(Progress& progress) {
  const Shop& shop = open_shop();
  const ValueSettings settings = value_settings(run_.configuration);
  std::optional<reports::Snapshot> previous = last_snapshot();
  ValueAnswer answer = answer_value({.journeys = shop.journeys,
                                     .facts = shop.facts,
                                     .configuration = run_.configuration,
                                     .settings = settings,
                                     .models_folder = run_.home.models_folder(),
                                     .segments = segments_ ? &*segments_ : nullptr,
                                     .previous = previous ? &*previous : nullptr,
                                     .is_full = run_.options.full},
                                    pool_, progress, run_.cancellation);
  for (const std::string& note : answer.notes) run_.note(reports::kValueStage, note);
  run_.cancellation.check();
  make_folder(draft_.folder());
  if (run_.is_wanted(reports::kAnomaliesStage)) keep_expected(answer.reports, settings.horizon);
  reports::Manifest made;
  reports::write_reports(draft_.folder(), std::move(answer.reports), pool_, made);
  reports::write_text(draft_.folder(), models::kValueFile, models::to_json(answer.kept), made);
  // What replaces a file comes last (ruling 67).
  if (!churn_.empty()) {
    for (reports::Answer& churn : churn_) {
      const std::string name = reports::population_name(churn.population, churn.is_main);
      fill(churn.tables.front(), "churn_personal", answer.personal_churn[name]);
    }
    reports::write_reports(draft_.folder(), churn_, pool_, made);
  }
  draft_.keep(made);
  return draft_.rows_of(reports::kValueStage);
}

/// A later stage compares it with what customers did.
void ReportStages::keep_expected(const std::vector<reports::Answer>& answers,
                                 std::int32_t horizon) {
  expected_ = ExpectedValue{{}, horizon};
  for (const reports::Answer& answer : answers) {
    const auto clients = std::ranges::find(answer.tables, kClientValue, &Table::name);
    if (clients == answer.tables.end()) continue;
    Table kept(clients->name());
    for (const char* column : {"client", "expected_orders", "expected_value"}) {
      kept.add(*clients->find(column));
    }
    expected_->clients.push_back({answer.population, answer.is_main, {std::move(kept)}});
  }
}

std::int64_t ReportStages::tests(Progress& progress) {
  const Shop& shop =
      begin_pass(reports::kTestsStage, progress, open_shop().facts.values.empty() ? 1 : 2);
  std::vector<reports::Answer> answers =
      answer_tests(shop.journeys, shop.facts, segments_ ? &*segments_ : nullptr,
                   test_settings(run_.configuration), pool_, progress, run_.cancellation);
  draft_.keep(std::move(answers), pool_, run_.cancellation);
  progress.finish();
  return draft_.rows_of(reports::kTestsStage);
}

std::int64_t ReportStages::anomalies(Progress& progress, const std::function<bool()>& has_value) {
  const Shop& shop = begin_pass(reports::kAnomaliesStage, progress);
  const auto expected = [&]() -> const ExpectedValue* {
    return has_value() && expected_ ? &*expected_ : nullptr;
  };
  std::vector<reports::Answer> answers =
      answer_anomalies(shop.journeys, shop.facts, run_.is_wanted(reports::kValueStage), expected,
                       anomaly_settings(run_.configuration), pool_, progress, run_.cancellation);
  expected_.reset();
  draft_.keep(std::move(answers), pool_, run_.cancellation);
  progress.finish();
  return draft_.rows_of(reports::kAnomaliesStage);
}

std::int64_t ReportStages::deliveries(Progress& progress) {
  const models::DeliverySettings settings = delivery_settings(run_.configuration);
  const Shop& shop = begin_pass(reports::kDeliveriesStage, progress);
  DeliveryAnswer answer =
      answer_deliveries(shop.journeys, shop.facts, settings, pool_, progress, run_.cancellation);
  for (const std::string& note : answer.notes) run_.note(reports::kDeliveriesStage, note);
  draft_.keep(std::move(answer.reports), pool_, run_.cancellation);
  progress.finish();
  return draft_.rows_of(reports::kDeliveriesStage);
}

std::optional<reports::Snapshot> ReportStages::last_snapshot() const {
  if (run_.current.snapshot.empty()) return std::nullopt;
  try {
    return reports::Snapshot(run_.home.snapshots_folder() / run_.current.snapshot);
  } catch (const Error& error) {
    log::warning("snapshot not readable",
                 {{"snapshot", run_.current.snapshot}, {"reason", error.message()}});
    return std::nullopt;
  }
}

std::optional<reports::KeptSegments> ReportStages::last_segments() const {
  const std::optional<reports::Snapshot> last = last_snapshot();
  if (!last) return std::nullopt;
  try {
    return last->segments();
  } catch (const Error& error) {
    log::warning("segments not readable",
                 {{"snapshot", run_.current.snapshot}, {"reason", error.message()}});
    return std::nullopt;
  }
}

}  // namespace ca::runs
