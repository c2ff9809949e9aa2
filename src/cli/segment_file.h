#pragma once

#include <string>

#include "api/reports.h"

namespace ca::cli {

/// The segment that --segment names: the name of one of the newest snapshot's, or @FILE, a file of
/// customers, one a line or in the first column of a CSV file, such as `members --format csv`
/// prints; a first line "client" is its header. Errors: E-PARAM for an empty text; E-FILE.
api::Segment segment_of(const std::string& text);

}  // namespace ca::cli
