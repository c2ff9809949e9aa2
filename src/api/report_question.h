#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "api/live.h"
#include "api/reports.h"
#include "base/error.h"
#include "reports/facts.h"
#include "reports/snapshot.h"
#include "workspace/home.h"

namespace ca::api {

// What every question about reports begins with: for whom, of when, and whether there is such a
// thing.

/// The names of the populations that are asked by name or plain value, each once, in their order;
/// main where none is. Errors: E-DIMENSION, and E-PARAM for a union of nothing or with main.
std::vector<std::string> populations_of(const std::vector<std::string>& dimensions, bool as_union,
                                        const reports::Manifest& manifest);

/// Whether the answer is computed now.
bool is_live(const FrameQuery& query);

/// Throws when one of the reports is not there, has no window, or not the population, or when no
/// segment has the name that is asked.
void check_reports(const std::vector<std::string>& names, const FrameQuery& query,
                   const reports::Manifest& manifest, const std::vector<std::string>& populations);

/// A question's window. Error E-PARAM for days that are none, and for one that ends before it
/// begins.
struct Days {
  std::optional<Day> from;
  std::optional<Day> to;
};
Days days_of(const FrameQuery& query);

/// The populations of a live question, in the names of the answers.
struct LivePopulations {
  bool with_main = false;
  std::set<std::string> values;      ///< populations of the facts that are asked
  std::set<std::string> members;     ///< plain dimension values
  std::vector<std::string> answers;  ///< those asked, or their union
  bool is_union = false;

  const std::string& together() const { return answers.front(); }
};
LivePopulations live_populations(const FrameQuery& query, const reports::Manifest& manifest,
                                 const std::vector<std::string>& populations);

/// The customers of a segment that are there. Errors: E-SEGMENT when none of them is or no segment
/// has that name, E-SKIPPED when the snapshot has no segments.
struct LiveSegment {
  std::shared_ptr<const reports::CustomerSet> customers;
  std::string name;  ///< as answers say it
  std::string note;  ///< how many are not there, or empty
};
LiveSegment live_segment(const Segment& segment, const journeys::Journeys& journeys,
                         reports::Snapshot& snapshot);

/// What the folds of a live question must know.
reports::Facts live_facts(const LiveShop& shop, const Days& days,
                          const LivePopulations& populations, const LiveSegment& segment,
                          ThreadPool& pool);

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
