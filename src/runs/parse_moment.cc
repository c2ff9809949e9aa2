#include <fmt/format.h>

#include "base/error.h"
#include "runs/runner.h"

namespace ca::runs {

Instant parse_moment(std::string_view text, const Zone& zone) {
  const ReadInstant read = read_instant(text, zone);
  switch (read.reading) {
    case InstantReading::kMissing:
    case InstantReading::kUnreadable: break;
    case InstantReading::kDateOnly: return zone.end_of(zone.to_local(read.instant).day);
    case InstantReading::kExact:
    case InstantReading::kSkipped:
    case InstantReading::kRepeated: return read.instant;
  }
  throw Error("E-PARAM", fmt::format("\"{}\" is not a moment.", text),
              "Write a day like 2021-03-15 or a moment like 2021-03-15T08:30.");
}

}  // namespace ca::runs
