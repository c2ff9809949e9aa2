#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/calendar.h"
#include "base/sql.h"
#include "ingest/mapping.h"
#include "ingest/notes.h"
#include "ingest/value_reader.h"

namespace ca::ingest {

/// Registers the cleaning function of the source on the connection and gives the SELECT whose rows
/// are the cleaned rows of the relation, in its order:
///   sessions    order_id, client, promotion_id, dimension, number, session_start_date, date,
///               payment_amount, discount_amount, has_purchased, actions (bit i is the i-th
///               action), notes
///   customers   client, download_date, signup_date, action_0 ..., notes
///   products    order_id, product, category, price, quantity, notes
///   deliveries  order_id, delivery_date, prepare_date, return_date, latitude, longitude, notes
/// Instants are TIMESTAMP in UTC. Unmapped columns are null. `number` is different for every row
/// that this connection cleans; other tables refer to a session by it. Keys are as in the source:
/// those noted as kUntrimmed have still to be trimmed, which is rare and costs nothing this way.
/// With `raw_fields` the mapped source cells of these fields follow as raw_<field>. `rows`, where
/// given, counts the rows cleaned so far; any thread may look at it.
std::string cleaned_select(const SourcePlan& plan, bool keep_anonymous,
                           const sources::Relation& relation, sql::Connection& connection,
                           const std::vector<std::string>& raw_fields = {},
                           std::shared_ptr<std::atomic<std::int64_t>> rows = {});

/// Registers wall_clock(TIMESTAMP) -> TIMESTAMP: an instant as the clock of the zone shows it.
void register_wall_clock(sql::Connection& connection, const Zone& zone);

}  // namespace ca::ingest
