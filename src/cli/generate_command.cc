#include <fmt/format.h>

#include <iostream>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/terminal.h"
#include "base/writers.h"
#include "cli/commands.h"
#include "demo/generate.h"

namespace ca::cli {
namespace {

demo::GenerateOptions options_of(const GenerateArguments& arguments) {
  demo::GenerateOptions options;
  options.folder = arguments.folder;
  options.customers = arguments.customers;
  options.sessions = arguments.sessions;
  options.seed = arguments.seed;
  options.days = arguments.days;
  options.tail_days = arguments.tail_days;
  options.dirty = arguments.dirty_percent / 100;
  options.threads = arguments.threads;
  const std::optional<Format> format = parse_format(arguments.format);
  if (format == Format::kParquet) {
    options.format = demo::FileFormat::kParquet;
  } else if (format != Format::kCsv) {
    throw Error("E-PARAM", fmt::format("There is no format \"{}\" here.", arguments.format),
                "Formats are csv and parquet.");
  }
  if (!arguments.until.empty()) {
    const std::optional<Day> until = parse_day(arguments.until);
    if (!until) {
      throw Error("E-PARAM", fmt::format("\"{}\" is no day.", arguments.until),
                  "Write days as 2025-12-31.");
    }
    options.until = *until;
  }
  return options;
}

}  // namespace

int generate(const Common& common, const GenerateArguments& arguments,
             const Cancellation& cancellation) {
  const auto progress = progress_on_stderr();
  const demo::Totals totals = demo::generate(options_of(arguments), *progress, cancellation).totals;
  if (common.json) {
    const nlohmann::ordered_json json = {{"folder", arguments.folder.string()},
                                         {"sessions", totals.sessions},
                                         {"orders", totals.orders},
                                         {"customers", totals.customers},
                                         {"basket_lines", totals.basket_lines},
                                         {"deliveries", totals.deliveries}};
    std::cout << json.dump(2) << '\n';
    return 0;
  }
  std::cout << fmt::format(
      "{} sessions, {} orders, {} customers, {} basket lines and {} deliveries in {}.\n"
      "What was planted is in {}. To load it:\n"
      "  customeranalytics connect {}\n"
      "  customeranalytics run\n",
      with_separators(totals.sessions), with_separators(totals.orders),
      with_separators(totals.customers), with_separators(totals.basket_lines),
      with_separators(totals.deliveries), arguments.folder.string(),
      (arguments.folder / "truth.json").string(), (arguments.folder / "connect.toml").string());
  return 0;
}

}  // namespace ca::cli
