#include "reports/export.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <system_error>

#include "base/error.h"
#include "base/folder.h"
#include "base/whole_file.h"
#include "base/writers.h"
#include "reports/catalogue.h"

namespace ca::reports {
namespace {

namespace fs = std::filesystem;

std::string csv_name(std::string_view report) { return fmt::format("{}.csv", report); }

void write_csv_file(const fs::path& path, const Table& table, const Zone& zone) {
  const auto write = [&](const fs::path& file) {
    std::ofstream out(file, std::ios::binary);
    write_csv(out, table, zone);
    out.close();
    if (!out) throw fs::filesystem_error("write", file, std::make_error_code(std::errc::io_error));
  };
  write_whole(path, write, Survives::kProcess);
}

/// Makes the populations' folders, without what killed processes left there.
void prepare(const fs::path& folder, const std::vector<std::string>& populations) {
  make_folder(folder);
  remove_abandoned(folder);
  for (const std::string& population : populations) {
    make_folder(folder / population);
    remove_abandoned(folder / population);
  }
}

/// Calls use(population, table) for every report that the population has; a population without a
/// row gets the report's columns.
template <class Use>
void for_each_table(Snapshot& snapshot, const std::vector<std::string>& populations,
                    Progress& progress, const Cancellation& cancellation, Use use) {
  progress.stage("export", snapshot.manifest().rows.size(), "reports");
  for (const auto& [report, rows] : snapshot.manifest().rows) {
    const std::map<std::string, Table> tables = snapshot.report_by_population(report);
    for (const std::string& population : populations) {
      if (is_main_only(report) && population != "main") continue;
      cancellation.check();
      const auto found = tables.find(population);
      use(population, found != tables.end() ? found->second : snapshot.report(report, population));
    }
    progress.advance(1);
  }
  progress.finish();
}

void write_names(const Manifest& manifest, const std::vector<std::string>& populations,
                 const fs::path& folder) {
  nlohmann::json names = nlohmann::json::object();
  for (const std::string& name : populations) {
    const Manifest::Population* population = manifest.find(name);
    names[name] = population->is_main ? nlohmann::json(nullptr) : nlohmann::json(population->value);
  }
  write_whole(folder / "dimensions.json",
              names.dump(1, ' ', false, nlohmann::json::error_handler_t::replace) + '\n',
              Survives::kProcess);
}

std::vector<std::string> all_populations(const Manifest& manifest) {
  std::vector<std::string> names;
  for (const Manifest::Population& population : manifest.populations) {
    names.push_back(population.name);
  }
  return names;
}

/// Gives the file a second name, or a copy where it cannot have one.
void link_or_copy(const fs::path& file, const fs::path& second) {
  write_whole(
      second,
      [&](const fs::path& path) {
        std::error_code failure;
        fs::create_hard_link(file, path, failure);
        if (failure) fs::copy_file(file, path);
      },
      Survives::kProcess);
}

void remove_file(const fs::path& path) {
  std::error_code failure;
  fs::remove(path, failure);
  if (failure) {
    throw Error("E-FILE",
                fmt::format("{} cannot be deleted: {}.", path.string(), failure.message()),
                "Check the rights of the folder.", {{"path", path.string()}});
  }
}

/// Deletes the newest files of reports that are not among the written ones.
void drop_outdated(const fs::path& folder, const std::vector<std::string>& populations,
                   const std::set<fs::path>& written) {
  for (const std::string& population : populations) {
    for (const FamilySpec& family : families()) {
      for (const ReportSpec& report : family.reports) {
        const fs::path file = folder / population / csv_name(report.name);
        if (!written.contains(file)) remove_file(file);
      }
    }
  }
}

}  // namespace

std::size_t export_snapshot(Snapshot& snapshot, const std::vector<std::string>& populations,
                            const fs::path& folder, bool as_parquet, Progress& progress,
                            const Cancellation& cancellation) {
  const Zone zone = Zone::find(snapshot.manifest().timezone);
  ParquetSession parquet;
  std::size_t files = 0;
  prepare(folder, populations);
  for_each_table(snapshot, populations, progress, cancellation,
                 [&](const std::string& population, const Table& table) {
                   const fs::path target = folder / population;
                   if (as_parquet) {
                     parquet.write(target / fmt::format("{}.parquet", table.name()), {&table, 1});
                   } else {
                     write_csv_file(target / csv_name(table.name()), table, zone);
                   }
                   ++files;
                 });
  write_names(snapshot.manifest(), populations, folder);
  return files;
}

std::size_t write_report_tree(Snapshot& snapshot, const fs::path& folder, Progress& progress,
                              const Cancellation& cancellation) {
  const Zone zone = Zone::find(snapshot.manifest().timezone);
  const std::string day = format_day(snapshot.manifest().snapshot_date);
  const std::vector<std::string> populations = all_populations(snapshot.manifest());
  prepare(folder, populations);
  for (const std::string& population : populations) {
    make_folder(folder / population / day);
    remove_abandoned(folder / population / day);
  }
  std::set<fs::path> written;
  for_each_table(snapshot, populations, progress, cancellation,
                 [&](const std::string& population, const Table& table) {
                   if (table.rows() > kMostRowsInTree) return;
                   const fs::path file = folder / population / csv_name(table.name());
                   write_csv_file(file, table, zone);
                   link_or_copy(file, folder / population / day / csv_name(table.name()));
                   written.insert(file);
                 });
  drop_outdated(folder, populations, written);
  write_names(snapshot.manifest(), populations, folder);
  return written.size();
}

}  // namespace ca::reports
