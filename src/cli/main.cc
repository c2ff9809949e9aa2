#include <fmt/format.h>
#include <sys/stat.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <csignal>
#include <functional>
#include <iostream>

#include "base/error.h"
#include "cli/command_line.h"
#include "cli/commands.h"
#include "cli/completion.h"
#include "cli/operations_commands.h"
#include "cli/print.h"

namespace {

using namespace ca;

constexpr int kFailed = 1;
constexpr int kUsage = 2;

/// Set by SIGINT and SIGTERM; work asks it, and ends without a trace.
Cancellation cancellation;

void cancel(int) { cancellation.cancel(); }

void add_frame(CLI::App& command, cli::FrameArguments& frame) {
  command.add_option("--dimension", frame.dimensions, "Dimension values, comma-separated")
      ->delimiter(',');
  command.add_flag("--union", frame.as_union, "The dimension values as one population");
  command.add_option("--from", frame.from, "First day of a window, computed now");
  command.add_option("--to", frame.to, "Last day of a window, computed now");
  command.add_option("--segment", frame.segment,
                     "Only the customers of a segment, as champions, or of a file, as @FILE");
}

}  // namespace

int main(int argc, char** argv) {
  ::umask(077);  // a home holds customers' data
  struct sigaction action {};
  action.sa_handler = cancel;
  ::sigaction(SIGINT, &action, nullptr);
  ::sigaction(SIGTERM, &action, nullptr);
  ::signal(SIGPIPE, SIG_DFL);

  CLI::App app("CustomerAnalytics: answers about customers from four tables of a shop.",
               "customeranalytics");
  app.require_subcommand(1);
  app.set_version_flag("--version", std::string("customeranalytics ") + CA_VERSION);
  app.failure_message(CLI::FailureMessage::help);

  cli::Common common;
  cli::CommandLine line{app, common, cancellation, {}};
  const auto add = [&line](CLI::App& parent, const char* name, const char* description,
                           const char* examples, std::function<int()> body) -> CLI::App& {
    return line.add(parent, name, description, examples, std::move(body));
  };

  cli::DemoArguments demo;
  demo.program = argv[0];
  CLI::App& demonstrating = add(app, "demo", "Make an invented shop, load it, print what it shows",
                                "  customeranalytics demo\n"
                                "  customeranalytics demo --home /tmp/demo --customers 5000\n",
                                [&] { return cli::demo(common, demo, cancellation); });
  demonstrating.add_option("--customers", demo.customers, "Customers; default 50000");
  demonstrating.add_option("--seed", demo.seed, "Another number, another shop; default 1");

  cli::ConnectArguments connect;
  CLI::App& connecting = add(app, "connect", "Check and save the sources",
                             "  customeranalytics connect connect.toml\n"
                             "  customeranalytics connect connect.toml --dry-run\n",
                             [&] { return cli::connect(common, connect, cancellation); });
  connecting.add_option("CONFIG", connect.file, "The configuration, a TOML file")->required();
  connecting.add_flag("--dry-run", connect.dry_run, "Check everything, save nothing");

  add(app, "sources", "What is connected", "  customeranalytics sources\n",
      [&] { return cli::sources(common); });

  cli::RunArguments run;
  CLI::App& running = add(app, "run", "Load the sources, compute and publish the reports",
                          "  customeranalytics run\n"
                          "  customeranalytics run --as-of 2021-03-15\n"
                          "  customeranalytics run --only ingest,quality\n",
                          [&] { return cli::run(common, run, cancellation); });
  running.add_option("--as-of", run.as_of, "Look at the data as of this day or moment");
  running.add_option("--only", run.only, "Only these stages, comma-separated")->delimiter(',');
  running.add_option("--skip", run.skip, "Not these stages, comma-separated")->delimiter(',');
  running.add_option("--resume", run.resume, "Go on with a run that did not finish, by its id");
  // For the server, which starts runs for others.
  running.add_option("--request", run.request)->group("");
  running.add_option("--memory", run.memory)->group("");
  running.add_option("--engine", run.engine, "local");
  running.add_option("--store", run.store, "duckdb");
  running.add_flag("--full", run.full, "Read all sources from the beginning");
  running.add_option("--threads", run.threads, "Threads to use; default: all processors")
      ->check(CLI::Range(0, 1024));
  running
      .add_option("--partitions", run.partitions,
                  "Partitions of the journeys, a power of two; default: by size")
      ->check(CLI::IsMember({0, 1, 2, 4, 8, 16, 32, 64, 128, 256}));

  add(app, "reports", "The catalogue of reports", "  customeranalytics reports --json\n",
      [&] { return cli::reports(common); });

  cli::ReportArguments report;
  CLI::App& reporting =
      add(app, "report", "Print reports",
          "  customeranalytics report daily_orders\n"
          "  customeranalytics report kpis --from 2021-03-01 --to 2021-03-07\n"
          "  customeranalytics report weekly_orders --dimension north,south --format csv\n"
          "  customeranalytics report kpis,churn --format csv --out answers\n"
          "  customeranalytics report kpis --from 2021-03-08 --to 2021-03-14 --compare previous\n"
          "  customeranalytics report product_kpis --sort total_product_revenue_kpi --descending "
          "--limit 20\n"
          "  customeranalytics report weekly_orders --segment champions\n"
          "  customeranalytics report weekly_orders --segment @customers.csv\n",
          [&] { return cli::report(common, report, cancellation); });
  reporting.add_option("NAME", report.names, "Report names, comma-separated")
      ->required()
      ->delimiter(',');
  add_frame(reporting, report);
  reporting.add_option("--snapshot", report.snapshot, "Snapshot of this day");
  reporting.add_flag("--nearest", report.nearest, "Or the newest one before that day");
  reporting.add_option("--compare", report.compare,
                       "The window beside the days before it (previous) or a year earlier (year)");
  reporting.add_option("--sort", report.sort, "Column to sort by; default: the report's own order");
  reporting.add_flag("--descending", report.is_descending, "The greatest first");
  reporting.add_option("--limit", report.limit, "At most this many rows")
      ->check(CLI::Range(std::int64_t{0}, std::int64_t{INT32_MAX}));
  reporting.add_option("--format", report.format, "table, csv, json, parquet or arrow");
  reporting.add_option("--out", report.out, "Folder for the files of several reports");
  reporting.add_flag("--spreadsheet-safe", report.spreadsheet_safe,
                     "Quote CSV texts that a spreadsheet would run as formulas");

  cli::MembersArguments behind;
  CLI::App& listing =
      add(app, "members", "List the customers behind a number of a report",
          "  customeranalytics members daily_orders"
          " --cell '{\"key\": {\"daily\": \"2021-03-04\"}, \"column\": \"orders\"}'\n"
          "  customeranalytics members churn --cell '{\"column\": \"churn\"}' --sort revenue"
          " --descending\n"
          "  customeranalytics members kpis --cell '{\"column\": \"total_visitors\"}'"
          " --dimension north --from 2021-03-01 --format csv\n",
          [&] { return cli::members(common, behind, cancellation); });
  listing.add_option("NAME", behind.report, "Report name")->required();
  listing
      .add_option("--cell", behind.cell,
                  "The cell as JSON: the key of its row, which a report of one row does not have, "
                  "and its column")
      ->required();
  add_frame(listing, behind);
  listing.add_option("--sort", behind.sort,
                     "Column to sort by, ascending; default: n, the greatest first");
  listing.add_flag("--descending", behind.is_descending, "The greatest first");
  listing.add_option("--offset", behind.offset, "Leave out this many customers")
      ->check(CLI::Range(std::int64_t{0}, std::int64_t{INT32_MAX}));
  listing.add_option("--limit", behind.limit, "At most this many customers")
      ->check(CLI::Range(std::int64_t{0}, std::int64_t{INT32_MAX}));
  listing.add_option("--format", behind.format, "table, csv, json, parquet or arrow");
  listing.add_flag("--spreadsheet-safe", behind.spreadsheet_safe,
                   "Quote CSV texts that a spreadsheet would run as formulas");

  cli::BacktestArguments backtest;
  CLI::App& testing = add(
      app, "backtest", "Predict customers' value for days that are known, and compare",
      "  customeranalytics backtest clv --calibrate-until 2021-06-30 --holdout-until 2021-12-31\n"
      "  customeranalytics backtest clv --calibrate-until 2021-06-30 --holdout-until 2021-12-31"
      " --model bgnbd --json\n",
      [&] { return cli::backtest(common, backtest, cancellation); });
  testing.add_option("WHAT", backtest.what, "clv: the value of customers")
      ->required()
      ->check(CLI::IsMember({"clv"}));
  testing
      .add_option("--calibrate-until", backtest.calibrate_until,
                  "The last day that models may know")
      ->required();
  testing.add_option("--holdout-until", backtest.holdout_until, "The last day that is predicted")
      ->required();
  testing.add_option("--model", backtest.model,
                     "champion, all, or a model: bgnbd, mbgnbd, paretonbd, gammagamma, tweedie, "
                     "lstm, past_rate, past_total, seasonal, geo(a,b)");

  cli::ExperimentArguments experiment;
  CLI::App& judging =
      add(app, "experiment", "Compare the arms of an experiment: a file with a row a unit",
          "  customeranalytics experiment test.csv --arm variant --control A"
          " --metric bought,revenue\n"
          "  customeranalytics experiment mail.parquet --arm segment --control \"No E-Mail\""
          " --metric visit --covariate history --json\n",
          [&] { return cli::experiment(common, experiment, cancellation); });
  judging.add_option("FILE", experiment.file, "Parquet or CSV, also compressed")->required();
  judging.add_option("--arm", experiment.arm, "The column that says in which arm a unit was")
      ->required();
  judging.add_option("--control", experiment.control, "The arm that the others are compared with")
      ->required();
  judging.add_option("--metric", experiment.metrics, "Columns of numbers, comma-separated")
      ->required()
      ->allow_extra_args(false);
  judging.add_option("--covariate", experiment.covariate,
                     "A column of numbers known before the experiment, to make the test finer");
  judging.add_option("--alpha", experiment.alpha,
                     "The share of false alarms that is tolerated; default 0.05");

  cli::AnomaliesArguments anomalies;
  CLI::App& watching =
      add(app, "anomalies",
          "Find the points of a series that do not fit it: a file with a row a moment",
          "  customeranalytics anomalies orders.csv --time day --value orders\n"
          "  customeranalytics anomalies load.parquet --time at --value seconds --rate 0.001"
          " --json\n",
          [&] { return cli::anomalies(common, anomalies, cancellation); });
  watching.add_option("FILE", anomalies.file, "Parquet or CSV, also compressed")->required();
  watching.add_option("--time", anomalies.time, "The column of times")->required();
  watching.add_option("--value", anomalies.value, "The column of numbers")->required();
  watching.add_option("--rate", anomalies.rate,
                      "The share of points that may be false alarms; default 0.01");

  cli::ExportArguments exporting;
  CLI::App& exports = add(app, "export", "Write every report of the newest snapshot to files",
                          "  customeranalytics export results --all\n"
                          "  customeranalytics export results --dimension north --format parquet\n",
                          [&] { return cli::export_files(common, exporting, cancellation); });
  exports.add_option("DIR", exporting.folder, "Folder to write to")->required();
  exports.add_option("--dimension", exporting.dimensions, "Dimension values, comma-separated")
      ->delimiter(',');
  exports.add_flag("--all", exporting.all, "Main and every dimension value");
  exports.add_option("--format", exporting.format, "csv or parquet");

  cli::GenerateArguments generate;
  CLI::App& generating = add(
      app, "generate", "Write the files of an invented shop, with what was planted in truth.json",
      "  customeranalytics generate shop\n"
      "  customeranalytics generate shop --customers 1000 --seed 7\n"
      "  customeranalytics generate big --customers 1000000 --sessions 10000000\n"
      "  customeranalytics generate shop --tail-days 7   # then: mv shop/late/* shop/\n"
      "The folder is empty, missing, or holds an earlier demo shop, which is replaced.\n",
      [&] { return cli::generate(common, generate, cancellation); });
  generating.add_option("DIR", generate.folder, "Folder to write to")->required();
  generating.add_option("--customers", generate.customers, "Customers; default 50000");
  generating.add_option("--sessions", generate.sessions,
                        "About so many sessions; default ten a customer");
  generating.add_option("--seed", generate.seed, "Another number, another shop; default 1");
  generating.add_option("--format", generate.format, "csv or parquet");
  generating.add_option("--dirty", generate.dirty_percent,
                        "Percent of rows that are followed by a dirty one, at most 20");
  generating.add_option("--until", generate.until, "Last day of the history; default 2025-12-31");
  generating.add_option("--days", generate.days, "Days of history; default 731");
  generating.add_option("--tail-days", generate.tail_days,
                        "So many last days in files of their own, in DIR/late");
  generating.add_option("--threads", generate.threads, "Threads to use; default: all processors")
      ->check(CLI::Range(0, 1024));

  CLI::App* config = app.add_subcommand("config", "The saved configuration");
  config->require_subcommand(1);
  add(*config, "print", "Print the configuration as TOML", "  customeranalytics config print\n",
      [&] { return cli::config_print(common); });

  cli::add_schedule_command(line);
  cli::add_backup_commands(line);
  cli::add_doctor_command(line);
  cli::add_runs_commands(line);
  cli::add_serve_command(line);
  cli::add_user_command(line);

  std::string shell;
  CLI::App& completing = add(app, "completion", "Print a shell's completion script",
                             "  source <(customeranalytics completion bash)\n", [&] {
                               std::cout << cli::completion_script(app, shell);
                               return 0;
                             });
  completing.add_option("SHELL", shell, "bash, zsh or fish")->required();

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    std::vector<std::string> names;
    for (const CLI::App* known : app.get_subcommands({})) names.push_back(known->get_name());
    if (argc > 1 && argv[1][0] != '-' && std::ranges::find(names, argv[1]) == names.end()) {
      const std::string guess = nearest_name(argv[1], names);
      cli::show_error(Error("E-PARAM", fmt::format("There is no command \"{}\".", argv[1]),
                            guess.empty() ? "`customeranalytics --help` lists them."
                                          : fmt::format("Did you mean {}?", guess)));
      return kUsage;
    }
    const int code = app.exit(error);
    return code == 0 ? 0 : kUsage;
  }
  const auto fail = [&](const Error& error) {
    if (common.json) std::cout << cli::error_json(error) << '\n';
    cli::show_error(error);
    return kFailed;
  };
  try {
    const int code = line.command();
    if (!std::cout.flush()) {
      throw Error("E-FILE", "The output could not be written.", "Is the disk full?");
    }
    return code;
  } catch (const Error& error) {
    return fail(error);
  } catch (const std::exception& failure) {
    return fail(Error("E-INTERNAL", failure.what()));
  }
}
