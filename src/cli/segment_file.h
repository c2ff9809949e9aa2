#pragma once

#include <optional>
#include <string>

#include "api/reports.h"

namespace ca::cli {

/// The segment that --segment names: @FILE is a file of customers, one a line or in the first
/// column of a CSV file, such as `members --format csv` prints; a first line "client" is its
/// header. Nothing for an empty text. Errors: E-SEGMENT for a name, of which there are none;
/// E-FILE.
std::optional<api::Segment> segment_of(const std::string& text);

}  // namespace ca::cli
