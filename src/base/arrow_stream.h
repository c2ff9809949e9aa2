#pragma once

#include <string>

#include "base/table.h"

namespace ca {

/// The table as an Arrow IPC stream (application/vnd.apache.arrow.stream): a schema, record batches
/// of at most 8,192 rows, and the end. Integers are int64, days date32, instants timestamp[us] with
/// the zone's name, texts utf8 with U+FFFD where they are not UTF-8. The same table gives the same
/// bytes. Source: Arrow columnar format 1.3, "IPC streaming format".
std::string to_arrow_stream(const Table& table, const Zone& zone);

}  // namespace ca
