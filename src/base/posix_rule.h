#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace ca {

/// From `at` (seconds since 1970-01-01 UTC) on, clocks show UTC plus `offset` seconds.
struct OffsetChange {
  std::int64_t at = 0;
  std::int64_t offset = 0;
};

/// The changes in the years [first_year, last_year] by the rule that ends a compiled time-zone
/// file, such as `EST5EDT,M3.2.0,M11.1.0` (POSIX TZ with RFC 8536's wider hours), in order of time.
/// The tz library reads only the listed changes, which stop in 2037 or, in "slim" files, with the
/// last change of law. Empty for a rule without summer time and for one that is not of this form.
std::vector<OffsetChange> changes_by_posix_rule(std::string_view text, int first_year,
                                                int last_year);

}  // namespace ca
