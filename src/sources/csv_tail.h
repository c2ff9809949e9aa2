#pragma once

#include "sources/csv_file.h"

namespace ca::sources {

/// What was appended to a CSV since a load has seen it, as a file of its own: the header and the
/// new lines, read as the file was read before (csv_file.h). Lines are numbered as in the whole
/// file, and `seen` describes the whole file as it is now. `part` begins within its file.
CsvFile examine_tail(const FilePart& part, const Location& location,
                     const std::filesystem::path& scratch, std::size_t sample,
                     const Cancellation& cancellation);

}  // namespace ca::sources
