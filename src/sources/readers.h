#pragma once

#include <filesystem>

#include "base/cancellation.h"
#include "base/sql.h"
#include "sources/source.h"

namespace ca::sources {

/// location.parts where given, else every file of the location from its beginning.
std::vector<FilePart> parts_of(const Location& location);

/// What open() does for each type; see there.
Relation open_csv(const Location& location, const std::filesystem::path& scratch,
                  const Cancellation& cancellation);
Relation open_parquet(const Location& location, sql::Connection& connection,
                      const std::filesystem::path& scratch);

}  // namespace ca::sources
