#pragma once

#include <map>
#include <string>

#include "support/cells.h"

namespace ca::tests {

/// The reports of segments, written a second time and plainly, from the key figures of customers:
/// O(k n^2) clusters, the sentences of reports.md 5.7 instead of a table of rules.

/// Where scores are cut, by metric.
using SecondCuts = std::map<std::string, std::vector<double>>;

/// Of main's client_kpis.
SecondCuts second_cuts(const Cells& client_kpis);

/// rfm and segmentation of one population's client_kpis, by name.
std::map<std::string, Cells> second_segments(const Cells& client_kpis, const SecondCuts& cuts);

}  // namespace ca::tests
