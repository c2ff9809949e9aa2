#include <fmt/format.h>

#include <iostream>
#include <nlohmann/json.hpp>

#include "api/backtest.h"
#include "base/progress.h"
#include "cli/commands.h"
#include "cli/print.h"
#include "runs/runner.h"
#include "workspace/home.h"
#include "workspace/workspace.h"

namespace ca::cli {
namespace {

/// Loads what is connected where nothing was loaded yet.
void load_if_new(const workspace::Home& home, Progress& progress,
                 const Cancellation& cancellation) {
  const auto current = workspace::read_current(home);
  if (current && !current->snapshot.empty()) return;
  show_note("Nothing is loaded yet: loading what is connected.");
  workspace::Workspace workspace(home);
  runs::RunOptions options;
  options.only = {"ingest", "quality", "journeys", "exploratory", "publish"};
  const runs::RunOutcome outcome = runs::run(home, workspace, options, progress, cancellation);
  for (const runs::StageOutcome& stage : outcome.stages) {
    if (stage.state == workspace::StageState::kFailed) {
      throw Error(stage.error_code, stage.error_text, stage.hint);
    }
  }
}

Table table_of(const api::BacktestResult& result) {
  Table table("backtest");
  for (const char* text : {"model"}) table.add(text, ColumnType::kText);
  for (const char* figure : {"normalised_gini", "spearman", "top10_capture", "value_mae",
                             "bias_percent", "orders_predicted", "orders_actual", "orders_mae"}) {
    table.add(figure, ColumnType::kDouble);
  }
  for (const models::Judged& judged : result.models) {
    const models::PredictionQuality& quality = judged.quality;
    const std::optional<double> figures[] = {
        quality.normalised_gini,
        quality.spearman,
        quality.top10_capture,
        quality.value_mae,
        quality.bias ? std::optional(*quality.bias * 100) : std::nullopt,
        quality.orders_predicted,
        quality.orders_actual,
        quality.orders_mae};
    table.columns()[0].push(judged.model);
    for (std::size_t i = 0; i < std::size(figures); ++i) {
      Column& column = table.columns()[i + 1];
      figures[i] ? column.push(*figures[i]) : column.push_null();
    }
  }
  return table;
}

}  // namespace

int backtest(const Common& common, const BacktestArguments& arguments,
             const Cancellation& cancellation) {
  const workspace::Home home = open_home(common);
  const auto progress = progress_on_stderr();
  load_if_new(home, *progress, cancellation);
  const api::BacktestResult result =
      api::backtest_clv(home, {arguments.calibrate_until, arguments.holdout_until, arguments.model},
                        *progress, cancellation);
  if (common.json) {
    std::cout << api::to_json(result) << '\n';
    return 0;
  }
  std::cout << fmt::format("{} customers, fitted up to {}, judged up to {}.\n", result.customers,
                           format_day(result.calibrate_until), format_day(result.holdout_until));
  show(table_of(result), Zone::find(result.timezone));
  if (!result.champion.empty()) {
    std::cout << fmt::format("Champion, chosen up to {}: {}.\n", format_day(result.calibrate_until),
                             result.champion);
  }
  for (const std::string& note : result.competition.notes) show_note(note);
  for (const models::Judged& judged : result.models) {
    for (const std::string& note : judged.notes) {
      show_note(fmt::format("{}: {}", judged.model, note));
    }
  }
  return 0;
}

}  // namespace ca::cli
