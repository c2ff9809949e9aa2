#include "support/test_shop.h"

#include <fmt/format.h>
#include <stdlib.h>

#include <nlohmann/json.hpp>
#include <sstream>
#include <stdexcept>

#include "api/connect.h"
#include "base/parquet.h"
#include "base/writers.h"
#include "reports/views.h"

namespace ca::tests {
namespace {

namespace fs = std::filesystem;

const std::string kDataQuality = "data_quality";

bool is_of_system(const std::string& report) {
  return reports::family_of(report).kind == reports::FamilyKind::kSystem;
}

std::string text_of(const reports::Manifest& manifest) {
  nlohmann::json populations = nlohmann::json::array();
  for (const auto& population : manifest.populations) {
    populations.push_back(
        {population.name, population.value, population.is_main, population.sessions});
  }
  auto rows = manifest.rows;
  auto skipped = manifest.skipped;
  std::erase_if(rows, [](const auto& report) { return is_of_system(report.first); });
  std::erase_if(skipped, [](const auto& report) { return is_of_system(report.first); });
  const nlohmann::json json = {{"as_of", manifest.as_of},
                               {"timezone", manifest.timezone},
                               {"populations", populations},
                               {"rows", rows},
                               {"not_configured", manifest.not_configured},
                               {"skipped", skipped}};
  return json.dump(1);
}

/// The first line that differs, for eyes.
std::string first_difference(const std::string& expected, const std::string& got) {
  std::istringstream wanted(expected);
  std::istringstream found(got);
  std::string a;
  std::string b;
  for (int line = 1;; ++line) {
    const bool has_a = static_cast<bool>(std::getline(wanted, a));
    const bool has_b = static_cast<bool>(std::getline(found, b));
    if (!has_a && !has_b) return "bytes";
    if (has_a != has_b || a != b) {
      constexpr std::size_t kShown = 200;
      return fmt::format("line {}: expected \"{}\", got \"{}\"", line,
                         has_a ? a.substr(0, kShown) : "", has_b ? b.substr(0, kShown) : "");
    }
  }
}

}  // namespace

bool is_long() { return ::getenv("CA_LONG") != nullptr; }

TestShop::TestShop(const fs::path& configuration)
    : home_(workspace::Home::open(folder_.path() / "home")),
      workspace_(std::make_unique<workspace::Workspace>(home_)) {
  connect(configuration);
}

TestShop::TestShop(const std::map<std::string, std::string>& files)
    : home_(workspace::Home::open(folder_.path() / "home")),
      workspace_(std::make_unique<workspace::Workspace>(home_)) {
  const fs::path folder = folder_.path() / "files";
  for (const auto& [name, content] : files) write_text(folder / name, content);
  connect(folder / "connect.toml");
}

void TestShop::connect(const fs::path& configuration) {
  try {
    api::connect(*workspace_, configuration, Cancellation());
  } catch (const Error& error) {
    throw std::runtime_error(
        fmt::format("connect: {} {} {}", error.code(), error.message(), error.hint()));
  }
}

runs::RunOutcome TestShop::run(const runs::RunOptions& asked) {
  runs::RunOptions options = asked;
  if (leaves_out_value_) options.skip.insert("clv");
  runs::RunOutcome outcome = runs::run(home_, *workspace_, options, no_progress(), Cancellation());
  for (const runs::StageOutcome& stage : outcome.stages) {
    if (stage.state == workspace::StageState::kOk || stage.is_idle) continue;
    throw std::runtime_error(fmt::format("{} {}: {} {}", stage.stage, name_of(stage.state),
                                         stage.error_code, stage.error_text));
  }
  return outcome;
}

runs::RunOutcome TestShop::run_as_of(const std::optional<std::string>& as_of) {
  runs::RunOptions options;
  options.as_of = as_of;
  return run(options);
}

journeys::Schema TestShop::schema() const {
  return journeys::read_schema(home_.journeys_folder() / manifest().journeys);
}

Table TestShop::report(const std::string& name, const std::string& dimension) const {
  api::ReportQuery query;
  query.names = {name};
  query.dimensions = {dimension};
  return api::query(home_, query, Cancellation()).front().table;
}

fs::path TestShop::snapshot() const {
  return home_.snapshots_folder() / workspace::read_current(home_).value().snapshot;
}

std::map<std::string, Table> TestShop::tables() const {
  reports::Snapshot stored(snapshot());
  std::map<std::string, Table> tables;
  for (const auto& [report, rows] : stored.manifest().rows) {
    if (is_of_system(report) || reports::is_reshaped(report)) continue;
    Table table = stored.report_of_all(report);
    table.set_key_columns(1 + reports::find_report(report).key_columns);
    tables.emplace(report, std::move(table));
  }
  return tables;
}

std::map<std::string, std::string> TestShop::texts() const {
  const reports::Manifest manifest = this->manifest();
  std::map<std::string, std::string> texts = {{"manifest", text_of(manifest)}};
  for (const auto& [report, table] : tables()) texts[report] = to_csv(table, Zone::utc());
  if (manifest.rows.contains(kDataQuality)) {
    const Table stored = read_parquet(snapshot() / (kDataQuality + ".parquet"));
    Table quality(kDataQuality);
    for (const Column& column : stored.columns()) {
      if (column.name() != "run") quality.add(column);
    }
    texts[kDataQuality] = to_csv(quality, Zone::utc());
  }
  return texts;
}

std::map<std::string, std::string> TestShop::bytes() const {
  std::map<std::string, std::string> bytes;
  const reports::Manifest manifest = this->manifest();
  for (const auto& [report, rows] : manifest.rows) {
    if (!is_of_system(report) && manifest.stores(report))
      bytes[report] = read_text(snapshot() / (report + ".parquet"));
  }
  return bytes;
}

Table of_population(const Table& table, std::string_view population) {
  std::vector<std::size_t> rows;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    if (table.column(0).text(row) == population) rows.push_back(row);
  }
  Table result(table.name());
  for (std::size_t c = 1; c < table.width(); ++c) result.add(table.column(c).reordered(rows));
  result.set_key_columns(table.key_columns() - 1);
  return result;
}

std::string differing(const std::map<std::string, std::string>& expected,
                      const std::map<std::string, std::string>& got,
                      const std::set<std::string>& except) {
  std::string text;
  for (const auto& [name, content] : expected) {
    if (except.contains(name)) continue;
    const auto found = got.find(name);
    if (found == got.end()) {
      text += name + " is missing\n";
    } else if (found->second != content) {
      text += fmt::format("{}: {}\n", name, first_difference(content, found->second));
    }
  }
  for (const auto& [name, content] : got) {
    if (!except.contains(name) && !expected.contains(name)) text += name + " is not expected\n";
  }
  return text;
}

}  // namespace ca::tests
