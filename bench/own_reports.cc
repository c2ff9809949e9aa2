/// Our side of the comparison with SQL: every exploratory report of main, computed from a home's
/// journeys as they lie on the disk, several times over.
///
///   own_reports HOME THREADS RUNS [FOLDER]
///
/// Each time begins with opening the journeys and ends with the tables in memory. Prints JSON: the
/// seconds of each run, on the clock and of all processors, and the columns of each report with
/// their types. Writes the tables of the last run to FOLDER/<report>.csv. Changes nothing in the
/// home.

#include <fmt/format.h>

#include <cstdlib>
#include <exception>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/folder.h"
#include "base/progress.h"
#include "base/thread_pool.h"
#include "base/writers.h"
#include "journeys/journeys.h"
#include "reports/facts.h"
#include "reports/pass.h"
#include "stopwatch.h"
#include "workspace/home.h"

namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

fs::path journeys_of(const ca::workspace::Home& home) {
  const auto current = ca::workspace::read_current(home);
  if (!current || current->journeys.empty()) {
    throw ca::Error("E-JOURNEYS", "The home has no journeys.", "Run `customeranalytics run`.");
  }
  return home.journeys_folder() / current->journeys;
}

std::vector<ca::Table> reports_of_main(const fs::path& folder, std::size_t threads) {
  const ca::journeys::Journeys journeys(folder);
  ca::ThreadPool pool(threads);
  ca::reports::Question question;
  question.segments = std::nullopt;
  for (const ca::reports::FamilySpec& family : ca::reports::families()) {
    if (family.stage != ca::reports::kExploratoryStage) continue;
    for (const auto& report : family.reports) question.reports.insert(report.name);
  }
  const ca::reports::Facts facts = ca::reports::find_facts(journeys, question.window, pool);
  std::vector<ca::reports::Answer> answers =
      ca::reports::answer(journeys, facts, question, pool, ca::no_progress(), ca::Cancellation());
  return std::move(answers.front().tables);
}

void write_tables(const std::vector<ca::Table>& tables, const ca::Zone& zone,
                  const fs::path& folder) {
  ca::make_folder(folder);
  for (const ca::Table& table : tables) {
    std::ofstream out(folder / (table.name() + ".csv"), std::ios::binary);
    ca::write_csv(out, table, zone);
    if (!out.flush()) {
      throw ca::Error("E-FILE", fmt::format("{} cannot be written.", folder.string()));
    }
  }
}

Json columns_of(const std::vector<ca::Table>& tables) {
  Json reports = Json::object();
  for (const ca::Table& table : tables) {
    Json& columns = reports[table.name()] = Json::object();
    for (const ca::Column& column : table.columns())
      columns[column.name()] = name_of(column.type());
  }
  return reports;
}

Json measure(const std::vector<std::string>& arguments) {
  const fs::path folder = journeys_of(ca::workspace::Home::open(arguments[0]));
  const std::size_t threads = std::stoul(arguments[1]);
  Json result = {{"wall", Json::array()}, {"cpu", Json::array()}};
  std::vector<ca::Table> tables;
  for (int run = 0; run < std::stoi(arguments[2]); ++run) {
    tables.clear();
    const Stopwatch stopwatch;
    tables = reports_of_main(folder, threads);
    result["wall"].push_back(stopwatch.wall());
    result["cpu"].push_back(stopwatch.cpu());
  }
  if (arguments.size() > 3) {
    const ca::journeys::Journeys journeys(folder);
    write_tables(tables, journeys.zone(), arguments[3]);
  }
  result["reports"] = columns_of(tables);
  return result;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  if (arguments.size() < 3 || arguments.size() > 4) {
    fmt::print(stderr, "usage: own_reports HOME THREADS RUNS [FOLDER]\n");
    return 2;
  }
  try {
    fmt::print("{}\n", measure(arguments).dump());
  } catch (const std::exception& failure) {
    fmt::print(stderr, "own_reports: {}\n", failure.what());
    return EXIT_FAILURE;
  }
  return EXIT_SUCCESS;
}
