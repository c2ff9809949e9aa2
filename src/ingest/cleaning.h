#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/calendar.h"
#include "base/sql.h"
#include "ingest/mapping.h"
#include "ingest/notes.h"
#include "ingest/tally.h"
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
/// `tally`, where given, numbers and counts the rows and keeps the cells behind rules.
std::string cleaned_select(const SourcePlan& plan, bool keep_anonymous,
                           const sources::Relation& relation, sql::Connection& connection,
                           std::shared_ptr<CleaningTally> tally = {});

/// Registers name(TIMESTAMP) -> TIMESTAMP: an instant as the clock of the zone shows it.
void register_clock(sql::Connection& connection, const char* name, const Zone& zone);

}  // namespace ca::ingest
