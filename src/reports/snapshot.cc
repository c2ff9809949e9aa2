#include "reports/snapshot.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "reports/catalogue.h"
#include "reports/population_name.h"

namespace ca::reports {
namespace {

using Json = nlohmann::json;

constexpr int kFormat = 1;
constexpr const char* kPopulation = "population";

std::filesystem::path manifest_file(const std::filesystem::path& folder) {
  return folder / "manifest.json";
}

std::filesystem::path report_file(const std::filesystem::path& folder, std::string_view report) {
  return folder / fmt::format("{}.parquet", report);
}

Table with_population(const Table& table, const std::string& population) {
  Table result(table.name());
  Column& names = result.add(kPopulation, ColumnType::kText);
  for (std::size_t row = 0; row < table.rows(); ++row) names.push(population);
  for (const Column& column : table.columns()) result.add(column);
  return result;
}

}  // namespace

const Manifest::Population* Manifest::find(std::string_view name_or_value) const {
  const auto named = std::ranges::find(populations, name_or_value, &Population::name);
  if (named != populations.end()) return &*named;
  const Population* found = nullptr;
  for (const Population& population : populations) {
    if (population.is_main || population.value != name_or_value) continue;
    if (found != nullptr) return nullptr;
    found = &population;
  }
  return found;
}

void write_manifest(const std::filesystem::path& folder, const Manifest& manifest) {
  Json populations = Json::array();
  for (const Manifest::Population& population : manifest.populations) {
    populations.push_back({{"name", population.name},
                           {"value", population.value},
                           {"is_main", population.is_main},
                           {"sessions", population.sessions}});
  }
  const Json json = {{"format", kFormat},
                     {"run", manifest.run},
                     {"journeys", manifest.journeys},
                     {"configuration", manifest.configuration},
                     {"timezone", manifest.timezone},
                     {"currency", manifest.currency},
                     {"snapshot_date", format_day(manifest.snapshot_date)},
                     {"as_of", manifest.as_of},
                     {"populations", populations},
                     {"rows", manifest.rows},
                     {"not_configured", manifest.not_configured},
                     {"skipped", manifest.skipped}};
  const std::filesystem::path part = manifest_file(folder).string() + ".part";
  std::ofstream file(part);
  file << json.dump(2, ' ', false, Json::error_handler_t::replace) << '\n';
  file.close();
  if (!file) throw Error("E-STORE", fmt::format("Writing {} failed.", part.string()));
  std::filesystem::rename(part, manifest_file(folder));
}

Manifest read_manifest(const std::filesystem::path& folder) {
  std::ifstream file(manifest_file(folder));
  try {
    const Json json = Json::parse(file);
    Manifest manifest;
    json.at("run").get_to(manifest.run);
    json.at("journeys").get_to(manifest.journeys);
    json.at("configuration").get_to(manifest.configuration);
    json.at("timezone").get_to(manifest.timezone);
    json.at("currency").get_to(manifest.currency);
    manifest.snapshot_date = parse_day(json.at("snapshot_date").get<std::string>()).value();
    json.at("as_of").get_to(manifest.as_of);
    for (const Json& population : json.at("populations")) {
      manifest.populations.push_back({population.at("name"), population.at("value"),
                                      population.at("is_main"), population.at("sessions")});
    }
    json.at("rows").get_to(manifest.rows);
    json.at("not_configured").get_to(manifest.not_configured);
    json.at("skipped").get_to(manifest.skipped);
    return manifest;
  } catch (const std::exception& failure) {
    throw Error(
        "E-SNAPSHOT",
        fmt::format("The snapshot in {} cannot be read: {}.", folder.string(), failure.what()),
        "Run `customeranalytics run` to make a new one.");
  }
}

void write_reports(const std::filesystem::path& folder, const std::vector<Answer>& answers,
                   ParquetSession& parquet, Manifest& manifest) {
  std::map<std::string, std::vector<Table>> parts;
  for (const Answer& answer : answers) {
    const std::string name = answer.is_main ? "main" : population_name(answer.population);
    for (const Table& table : answer.tables) {
      parts[table.name()].push_back(with_population(table, name));
    }
  }
  for (const auto& [report, tables] : parts) {
    parquet.write(report_file(folder, report), tables);
    std::int64_t rows = 0;
    for (const Table& table : tables) rows += static_cast<std::int64_t>(table.rows());
    manifest.rows[report] = rows;
  }
}

Table read_report(const std::filesystem::path& folder, std::string_view report,
                  std::string_view population, ParquetSession& parquet,
                  std::optional<std::size_t> limit) {
  const Table stored = parquet.read(
      report_file(folder, report),
      {.where = ParquetFilter::Equals{kPopulation, std::string(population)}, .limit = limit});
  Table table{std::string(report)};
  for (const Column& column : stored.columns()) {
    if (column.name() != kPopulation) table.add(column);
  }
  table.set_key_columns(find_report(report).key_columns);
  return table;
}

}  // namespace ca::reports
