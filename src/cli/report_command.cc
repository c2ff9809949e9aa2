#include <fmt/format.h>

#include <iostream>
#include <nlohmann/json.hpp>
#include <set>

#include "api/forms.h"
#include "api/members.h"
#include "api/reports.h"
#include "base/error.h"
#include "base/folder.h"
#include "base/progress.h"
#include "base/terminal.h"
#include "base/whole_file.h"
#include "base/writers.h"
#include "cli/commands.h"
#include "cli/print.h"
#include "cli/segment_file.h"

namespace ca::cli {
namespace {

namespace fs = std::filesystem;

Format format_of(const std::string& text) {
  if (const auto format = parse_format(text)) return *format;
  throw Error("E-PARAM", fmt::format("There is no format \"{}\".", text),
              "Formats are table, csv, json, parquet and arrow.");
}

void set_frame(api::FrameQuery& query, const FrameArguments& arguments) {
  query.dimensions = arguments.dimensions;
  query.as_union = arguments.as_union;
  query.from = optional_text(arguments.from);
  query.to = optional_text(arguments.to);
  if (arguments.segment) query.segment = segment_of(*arguments.segment);
}

void write_tables(std::vector<api::ReportResult> results, const ReportArguments& arguments,
                  Format format, const Zone& zone) {
  const api::Form form = {format, arguments.spreadsheet_safe};
  const std::vector<Table> tables = api::tables_of(std::move(results));
  if (arguments.out.empty()) {
    if (tables.size() > 1) {
      throw Error("E-PARAM", fmt::format("Several reports as {} need a folder.", name_of(format)),
                  "Add --out DIR.");
    }
    std::cout << api::encode(tables.front(), form, zone);
    return;
  }
  make_folder(arguments.out);
  for (const Table& table : tables) {
    write_whole(arguments.out / fmt::format("{}.{}", table.name(), name_of(format)),
                api::encode(table, form, zone));
  }
}

}  // namespace

int report(const Common& common, const ReportArguments& arguments,
           const Cancellation& cancellation) {
  const Format format = common.json ? Format::kJson : format_of(arguments.format);
  const workspace::Home home = open_home(common);
  api::ReportQuery query;
  query.names = arguments.names;
  set_frame(query, arguments);
  query.snapshot = optional_text(arguments.snapshot);
  query.nearest = arguments.nearest;
  query.compare = optional_text(arguments.compare);
  query.shown.limit = arguments.limit;
  query.shown.sort = optional_text(arguments.sort);
  query.shown.is_descending = arguments.is_descending;
  std::vector<api::ReportResult> results = api::query(home, query, cancellation);
  const Zone zone = Zone::find(results.front().timezone);
  std::set<std::string> notes;
  for (const api::ReportResult& result : results) {
    if (!result.note.empty() && notes.insert(result.note).second) show_warning(result.note);
  }
  switch (format) {
    case Format::kJson: std::cout << api::to_json(results) << '\n'; break;
    case Format::kTable:
      for (const api::ReportResult& result : results) {
        if (results.size() > 1)
          std::cout << fmt::format("{} ({}{}{})\n", result.report, result.dimension,
                                   result.period.empty() ? "" : ", ", result.period);
        show(result.table, zone, arguments.limit.value_or(50));
      }
      break;
    case Format::kCsv:
    case Format::kParquet:
    case Format::kArrow: write_tables(std::move(results), arguments, format, zone); break;
  }
  return 0;
}

int members(const Common& common, const MembersArguments& arguments,
            const Cancellation& cancellation) {
  const Format format = common.json ? Format::kJson : format_of(arguments.format);
  api::MembersQuery query;
  query.report = arguments.report;
  query.cell = arguments.cell;
  set_frame(query, arguments);
  if (!arguments.sort.empty()) query.order = {arguments.sort, arguments.is_descending};
  query.offset = arguments.offset;
  query.limit = arguments.limit;
  const api::MembersResult result = api::members(open_home(common), query, cancellation);
  const reports::Members& members = result.members;
  const Zone zone = Zone::find(result.timezone);
  switch (format) {
    case Format::kJson: std::cout << api::to_json(result) << '\n'; break;
    case Format::kTable: show(members.table, zone, arguments.limit.value_or(50)); break;
    case Format::kCsv:
    case Format::kParquet:
    case Format::kArrow:
      std::cout << api::encode(members.table, {format, arguments.spreadsheet_safe}, zone);
      break;
  }
  std::cout.flush();  // the notes below stand below it
  if (format == Format::kTable) {
    show_note(fmt::format("{} customers in all; their n add up to {}.",
                          with_separators(members.total), with_separators(members.n)));
  }
  if (members.anonymous > 0) {
    show_note(fmt::format("Of sessions without a client: {} {}.",
                          with_separators(members.anonymous), reports::name_of(result.counts)));
  }
  return 0;
}

int export_files(const Common& common, const ExportArguments& arguments,
                 const Cancellation& cancellation) {
  const Format format = format_of(arguments.format);
  if (format != Format::kCsv && format != Format::kParquet) {
    throw Error("E-PARAM", "Files are exported as csv or parquet.");
  }
  const auto progress = progress_on_stderr();
  const std::size_t files =
      api::export_reports(open_home(common), arguments.folder, arguments.dimensions, arguments.all,
                          format == Format::kParquet, *progress, cancellation);
  if (common.json) {
    std::cout << dump({{"folder", arguments.folder.string()}, {"files", files}}) << '\n';
  } else {
    std::cout << fmt::format("{} files written to {}.\n", files, arguments.folder.string());
  }
  return 0;
}

}  // namespace ca::cli
