#include "runs/draft.h"

#include "base/folder.h"
#include "reports/families.h"
#include "reports/population_name.h"

namespace ca::runs {

void Draft::describe(const reports::Schema& schema, const reports::Facts& facts,
                     const std::string& version) {
  const std::lock_guard lock(mutex_);
  manifest_.journeys = version;
  manifest_.as_of = facts.main.as_of;
  manifest_.populations = {{"main", "main", true, facts.sessions}};
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

void Draft::keep(std::vector<reports::Answer> answers, ThreadPool& pool,
                 const Cancellation& cancellation) {
  cancellation.check();
  make_folder(folder_);
  reports::Manifest made;
  reports::write_reports(folder_, std::move(answers), pool, made);
  keep(made);
}

void Draft::keep(const reports::Manifest& made) {
  const std::lock_guard lock(mutex_);
  for (const auto& [report, rows] : made.rows) manifest_.rows[report] = rows;
  for (const auto& [file, checksum] : made.files) manifest_.files[file] = checksum;
  has_results_ = true;
}

bool Draft::has_results() const {
  const std::lock_guard lock(mutex_);
  return has_results_;
}

bool Draft::has_report(std::string_view name) const {
  const std::lock_guard lock(mutex_);
  return manifest_.rows.contains(std::string(name));
}

std::int64_t Draft::rows_of(std::string_view stage) const {
  const std::lock_guard lock(mutex_);
  std::int64_t rows = 0;
  for (const auto& [report, count] : manifest_.rows) {
    if (reports::family_of(report).stage == stage) rows += count;
  }
  return rows;
}

reports::Manifest Draft::manifest() const {
  const std::lock_guard lock(mutex_);
  return manifest_;
}

}  // namespace ca::runs
