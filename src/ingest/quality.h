#pragma once

#include <vector>

#include "base/cancellation.h"
#include "base/sql.h"
#include "ingest/load.h"

namespace ca::ingest {

/// The checks that need several tables, on the tables sessions, customers, basket_lines and
/// deliveries of the connection: unknown customers, sessions and orders before the download,
/// negative and missing payments, deliveries of sessions that did not buy, their durations and
/// coordinates that cannot be.
std::vector<QualityFinding> check_quality(const ShopPlan& plan, sql::Connection& connection,
                                          const Cancellation& cancellation);

}  // namespace ca::ingest
