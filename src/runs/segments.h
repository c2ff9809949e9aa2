#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/cancellation.h"
#include "base/thread_pool.h"
#include "reports/pass.h"
#include "reports/snapshot.h"
#include "workspace/configuration.h"
#include "workspace/home.h"
#include "workspace/workspace.h"

namespace ca::runs {

// What the stage segments does beside computing its reports.

/// What [rfm] of the configuration says. Errors: E-FILE when a file of rules cannot be read,
/// E-PARAM for rules, scales or a refit that are none.
reports::SegmentSettings segment_settings(const workspace::Configuration& configuration);

/// What cuts are found for, as a text that differs where they must be found anew: how sources are
/// read, and the settings.
std::string cuts_made_for(const workspace::Configuration& configuration,
                          const reports::SegmentSettings& settings);

/// The cuts of a run as of the moment of `facts`: those of `last`, the snapshot in force, where the
/// settings say so and they were made for the same, else new ones (rulings 32 and 44). `why` says
/// which.
reports::KeptSegments cuts_of_run(const journeys::Journeys& journeys,
                                  const reports::SegmentSettings& settings,
                                  const std::string& made_for,
                                  const std::optional<reports::KeptSegments>& last,
                                  const reports::Facts& facts, ThreadPool& pool,
                                  const Cancellation& cancellation, std::string& why);

/// The newest published snapshot of a day before `today` that has segments and can be read.
std::optional<reports::Snapshot> previous_segments(const workspace::Home& home,
                                                   const workspace::Workspace& workspace,
                                                   Day today);

/// Fills segment_table.change and adds segment_flow, by comparing with the previous snapshot.
void compare_with(reports::Snapshot* previous, const reports::Schema& schema,
                  std::vector<reports::Answer>& answers);

}  // namespace ca::runs
