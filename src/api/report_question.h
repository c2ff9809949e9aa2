#pragma once

#include <string>
#include <vector>

#include "api/reports.h"
#include "base/error.h"
#include "reports/facts.h"
#include "reports/snapshot.h"
#include "workspace/home.h"

namespace ca::api {

// What every question about reports begins with: for whom, of when, and whether there is such a
// thing.

/// The names of the asked populations, each once, in their order. Errors: E-DIMENSION, E-PARAM.
std::vector<std::string> populations_of(const ReportQuery& query,
                                        const reports::Manifest& manifest);

/// Throws when one of the reports is not there, has no window, or not the population.
void check_reports(const ReportQuery& query, const reports::Manifest& manifest,
                   const std::vector<std::string>& populations);

/// Error E-PARAM for days that are none, and for a window that ends before it begins.
reports::Window window_of(const ReportQuery& query, const reports::Manifest& manifest);

/// The columns as a JSON list of {name, type, unit}.
std::string to_json(const std::vector<reports::ColumnSpec>& columns);

/// Asks again when a run that published meanwhile has deleted the files that were about to be read.
template <class Ask>
auto undisturbed(const workspace::Home& home, Ask ask) {
  for (;;) {
    const auto current = workspace::read_current(home);
    try {
      return ask();
    } catch (const Error&) {
      if (workspace::read_current(home) == current) throw;
    }
  }
}

}  // namespace ca::api
