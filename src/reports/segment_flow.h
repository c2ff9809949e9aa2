#pragma once

#include "base/table.h"
#include "reports/catalogue.h"

namespace ca::reports {

// What compares the segments of two snapshots of one population. Tables as Snapshot::report() gives
// them.

/// Customers by the segment they were in and the one they are in: rows of segment_flow. Both tables
/// are rfm, in the order of clients. Who is new has no `from`, who is gone no `to`.
Table segment_flow(const Table& before, const Table& now, const Schema& schema);

/// segment_table with the change of its customers since the segmentation of the other snapshot.
Table with_change(const Table& segment_table, const Table& before);

}  // namespace ca::reports
