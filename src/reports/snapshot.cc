#include "reports/snapshot.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <functional>
#include <iterator>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "base/error.h"
#include "base/whole_file.h"
#include "reports/catalogue.h"
#include "reports/population_name.h"
#include "reports/views.h"

namespace ca::reports {
namespace {

using Json = nlohmann::json;

constexpr int kFormat = 3;  // 2 has a file of every report, 1 also lacks hashes
constexpr int kFormatWithoutHashes = 1;
constexpr const char* kManifest = "manifest.json";
constexpr const char* kHash = "hash";
constexpr const char* kPopulation = "population";

std::filesystem::path manifest_file(const std::filesystem::path& folder) {
  return folder / kManifest;
}

std::string file_of(std::string_view report) { return fmt::format("{}.parquet", report); }

std::string text_of(const Json& json) {
  return json.dump(2, ' ', false, Json::error_handler_t::replace);
}

/// Of the values, not of the file's blanks.
std::string hash_of(const Json& json) { return hexadecimal(checksum_of(text_of(json)).xxh3); }

Error damaged(const std::filesystem::path& folder, std::string_view file, std::string_view how) {
  return Error(
      "E-SNAPSHOT",
      fmt::format("The snapshot {} is damaged: {} {}.", folder.filename().string(), file, how),
      "Run `customeranalytics run` to make a new one, or ask for another day's with "
      "--snapshot.",
      {{"file", std::string(file)}});
}

struct NewerFormat : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// The manifest without its hash, which it must have but in format 1.
Json checked(Json json) {
  const bool has_hash = json.contains(kHash);
  const std::string hash = has_hash ? json.at(kHash).get<std::string>() : std::string();
  json.erase(kHash);
  if (has_hash && hash != hash_of(json)) throw std::runtime_error("its hash is another");
  const int format = json.at("format").get<int>();
  if (format > kFormat) throw NewerFormat("a newer format");
  if (!has_hash && format != kFormatWithoutHashes) throw std::runtime_error("its hash is missing");
  return json;
}

Manifest manifest_of(const Json& json) {
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
  if (json.contains("empty_columns")) json.at("empty_columns").get_to(manifest.empty_columns);
  if (!json.contains("files")) return manifest;
  for (const auto& [name, file] : json.at("files").items()) {
    manifest.files[name] = {file.at("size"),
                            parse_hexadecimal(file.at("xxh3").get<std::string>()).value()};
  }
  return manifest;
}

Table without_population(const Table& stored, std::string_view report) {
  Table table{std::string(report)};
  for (const Column& column : stored.columns()) {
    if (column.name() != kPopulation) table.add(column);
  }
  table.set_key_columns(find_report(report).key_columns);
  return table;
}

}  // namespace

bool Manifest::stores(std::string_view report) const {
  if (!rows.contains(std::string(report))) return false;
  return files.empty() || files.contains(file_of(report));
}

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
  Json files = Json::object();
  for (const auto& [name, checksum] : manifest.files) {
    files[name] = {{"size", checksum.size}, {"xxh3", hexadecimal(checksum.xxh3)}};
  }
  Json json = {{"format", kFormat},
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
               {"skipped", manifest.skipped},
               {"empty_columns", manifest.empty_columns},
               {"files", files}};
  json = Json::parse(text_of(json));  // with U+FFFD where a value is not UTF-8
  json[kHash] = hash_of(json);
  write_whole(manifest_file(folder), text_of(json) + '\n');
}

Manifest read_manifest(const std::filesystem::path& folder) {
  std::ifstream file(manifest_file(folder));
  if (!file) throw damaged(folder, kManifest, "is not there");
  try {
    return manifest_of(checked(Json::parse(file)));
  } catch (const NewerFormat&) {
    throw Error("E-SNAPSHOT",
                fmt::format("The snapshot {} was written by a newer CustomerAnalytics.",
                            folder.filename().string()),
                "Use the newer program, or run `customeranalytics run` to make a new one.");
  } catch (const std::exception& failure) {
    throw damaged(folder, kManifest, fmt::format("is not what was written ({})", failure.what()));
  }
}

void write_reports(const std::filesystem::path& folder, std::vector<Answer> answers,
                   ThreadPool& pool, Manifest& manifest) {
  struct Report {
    std::string name;
    std::vector<Table> parts;
    LeadingColumn populations;
    std::int64_t rows = 0;
    std::map<std::string, std::int64_t> rows_of_views = {};
    Checksum checksum;
  };
  std::vector<Report> reports;
  for (Answer& answer : answers) {
    const std::string name = population_name(answer.population, answer.is_main);
    for (Table& table : answer.tables) {
      auto report = std::ranges::find(reports, table.name(), &Report::name);
      if (report == reports.end()) {
        report = reports.insert(
            reports.end(),
            {.name = table.name(), .parts = {}, .populations = {kPopulation, {}}, .checksum = {}});
      }
      report->rows += static_cast<std::int64_t>(table.rows());
      for (const ReportSpec* view : views_of(table.name())) {
        report->rows_of_views[view->name] += static_cast<std::int64_t>(
            is_reshaped(view->name) ? view_from(table, *view).rows() : table.rows());
      }
      report->parts.push_back(std::move(table));
      report->populations.texts.push_back(name);
    }
  }
  // The largest first, so that the threads end together.
  std::ranges::sort(reports, std::greater(), &Report::rows);
  std::vector<std::unique_ptr<ParquetSession>> sessions(pool.size());
  pool.for_each(reports.size(), [&](std::size_t i, std::size_t worker) {
    auto& session = sessions[worker];
    if (session == nullptr) session = std::make_unique<ParquetSession>();
    const std::filesystem::path file = folder / file_of(reports[i].name);
    session->write(file, reports[i].parts, &reports[i].populations);
    reports[i].checksum = checksum_of_file(file);
    reports[i].parts = {};
  });
  for (const Report& report : reports) {
    manifest.rows[report.name] = report.rows;
    manifest.files[file_of(report.name)] = report.checksum;
    for (const auto& [view, rows] : report.rows_of_views) manifest.rows.emplace(view, rows);
  }
}

void write_text(const std::filesystem::path& folder, const std::string& file,
                const std::string& text, Manifest& manifest) {
  write_whole(folder / file, text);
  manifest.files[file] = checksum_of(text);
}

void write_segments(const std::filesystem::path& folder, const KeptSegments& kept,
                    Manifest& manifest) {
  write_text(folder, kSegmentsFile, to_json(kept), manifest);
}

Snapshot::Snapshot(std::filesystem::path folder)
    : folder_(std::move(folder)), manifest_(read_manifest(folder_)) {}

void Snapshot::check_file(const std::string& file) const {
  if (!std::filesystem::is_regular_file(folder_ / file)) {
    throw damaged(folder_, file, "is not there");
  }
  const auto written = manifest_.files.find(file);
  if (written != manifest_.files.end() && checksum_of_file(folder_ / file) != written->second) {
    throw damaged(folder_, file, "is not what was written");
  }
}

std::optional<KeptSegments> Snapshot::segments() const {
  const std::optional<std::string> text = this->text(kSegmentsFile);
  return text ? std::optional(segments_from_json(*text)) : std::nullopt;
}

std::optional<std::string> Snapshot::text(const std::string& file) const {
  if (!manifest_.files.contains(file)) return std::nullopt;
  check_file(file);
  std::ifstream in(folder_ / file, std::ios::binary);
  return std::string{std::istreambuf_iterator<char>(in), {}};
}

std::optional<SegmentsAsked> Snapshot::segments_asked() const {
  std::optional<KeptSegments> kept = segments();
  if (!kept) return std::nullopt;
  return SegmentsAsked{std::move(kept->settings),
                       SegmentsAsked::Known{manifest_.as_of, std::move(kept->cuts)}};
}

Table Snapshot::read(std::string_view name, ParquetFilter filter) {
  const ReportSpec& report = find_report(name);
  if (!report.view || manifest_.stores(name)) return read_file(name, filter);
  filter.columns = {kPopulation};
  std::ranges::copy(report.view->columns, std::back_inserter(filter.columns));
  Table table = read_file(report.view->report, filter);
  for (std::size_t c = 0; c < report.columns.size(); ++c) {
    table.columns()[1 + c].rename(report.columns[c].name);
  }
  return table;
}

Table Snapshot::read_file(std::string_view name, const ParquetFilter& filter) {
  const std::string file = file_of(name);
  check_file(file);
  try {
    if (parquet_ == nullptr) parquet_ = std::make_unique<ParquetSession>();
    return parquet_->read(folder_ / file, filter);
  } catch (const Error& error) {
    throw damaged(folder_, file, fmt::format("cannot be read ({})", error.message()));
  }
}

Table Snapshot::report(std::string_view name, std::string_view population) {
  if (is_reshaped(name)) {
    const ReportSpec& view = find_report(name);
    return view_from(report(view.view->report, population), view);
  }
  const Table stored =
      read(name, {.where = ParquetFilter::Equals{kPopulation, std::string(population)}});
  return without_population(stored, name);
}

Table Snapshot::report_of_all(std::string_view name) {
  if (is_reshaped(name)) {
    throw Error("E-PARAM",
                fmt::format("The columns of {} are not the same in every population.", name),
                "Ask for one population at a time.");
  }
  Table stored = read(name, {});
  const Column* population = stored.find(kPopulation);
  if (population == nullptr || population->type() != ColumnType::kText) {
    throw damaged(folder_, file_of(name), "has no populations");
  }
  return stored;
}

std::map<std::string, Table> Snapshot::report_by_population(std::string_view name) {
  if (is_reshaped(name)) {
    const ReportSpec& view = find_report(name);
    std::map<std::string, Table> tables = report_by_population(view.view->report);
    for (auto& [population, table] : tables) table = view_from(table, view);
    return tables;
  }
  const Table stored = report_of_all(name);
  const Column* population = stored.find(kPopulation);
  std::map<std::string, std::vector<std::size_t>> rows;
  for (std::size_t row = 0; row < stored.rows(); ++row) rows[population->text(row)].push_back(row);
  std::map<std::string, Table> tables;
  for (const auto& [value, order] : rows) {
    tables[value] = without_population(stored.reordered(order), name);
  }
  return tables;
}

}  // namespace ca::reports
