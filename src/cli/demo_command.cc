#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <iostream>

#include "api/connect.h"
#include "base/error.h"
#include "base/log.h"
#include "base/progress.h"
#include "base/terminal.h"
#include "cli/commands.h"
#include "cli/demo_screen.h"
#include "runs/runner.h"

namespace ca::cli {
namespace {

namespace fs = std::filesystem;

/// `connect` replaces what is connected; people's own sources are not to be lost by looking at an
/// invented shop.
void refuse_other_sources(const workspace::Workspace& workspace, const workspace::Home& home,
                          const fs::path& shop) {
  for (const workspace::SourceRecord& source : workspace.configuration().sources) {
    if (fs::path(source.path).parent_path() == shop) continue;
    throw Error("E-HOME",
                fmt::format("Sources of your own are connected in {}.", home.folder().string()),
                "Name another folder for the demo: --home DIR.");
  }
}

void run_all(const workspace::Home& home, workspace::Workspace& workspace, Progress& progress,
             const Cancellation& cancellation) {
  const runs::RunOutcome outcome = runs::run(home, workspace, {}, progress, cancellation);
  for (const runs::StageOutcome& stage : outcome.stages) {
    if (stage.state != workspace::StageState::kFailed) continue;
    throw Error(stage.error_code, fmt::format("{} failed: {}", stage.stage, stage.error_text),
                stage.hint);
  }
  if (outcome.state == workspace::RunState::kCancelled) {
    throw Error("E-CANCELLED", "The run was cancelled; nothing changed.");
  }
}

}  // namespace

int demo(const Common& common, const DemoArguments& arguments, const Cancellation& cancellation) {
  const auto begin = std::chrono::steady_clock::now();
  const workspace::Home home = workspace::Home::open(common.home);
  log::open(home.logs_folder());
  workspace::Workspace workspace(home);
  // Absolute, as a saved configuration has it, so that the same shop is recognised.
  const fs::path shop = fs::absolute(home.imports_folder()).lexically_normal() / "demo";
  refuse_other_sources(workspace, home, shop);

  const auto progress = progress_on_stderr();
  demo::GenerateOptions options;
  options.folder = shop;
  options.customers = arguments.customers;
  options.seed = arguments.seed;
  DemoResult result;
  result.generated = demo::generate(options, *progress, cancellation);
  api::connect(workspace, shop / "connect.toml", cancellation);
  run_all(home, workspace, *progress, cancellation);
  result.summary = demo::summarise(home, cancellation);
  result.home = fs::absolute(home.folder()).lexically_normal();
  result.truth = shop / "truth.json";
  result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();

  if (common.json) {
    std::cout << demo_json(result) << '\n';
    return 0;
  }
  std::cout << demo_screen(result, terminal_of(STDOUT_FILENO), arguments.program,
                           common.home.empty());
  return 0;
}

}  // namespace ca::cli
