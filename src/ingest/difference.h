#pragma once

#include "ingest/load.h"

namespace ca::ingest {

// How staged rows differ from the stored ones: what is the same is dropped from the staged tables,
// what replaces a stored row takes its number, and the duplicates among both are counted. Each
// function leaves its staged table as Staging describes it.

/// How the source was read: what is new in it, or all of it again.
enum class Reading : std::uint8_t { kNew, kAgain };

/// The number of staged rows whose key the store has, or may have; 0 means that their order among
/// those of earlier loads decides nothing.
std::int64_t overlap(sources::Kind kind, sql::Connection& connection);

/// Fills staged_matched(staged, stored, client, is_same): sessions of an order that the store has.
void compare_sessions(Reading reading, sql::Connection& connection, SourceRecord& record);
void compare_customers(Reading reading, std::size_t actions, sql::Connection& connection,
                       SourceRecord& record);
/// After sessions: also takes over lines of earlier loads whose order has come now.
void compare_lines(Reading reading, sql::Connection& connection);
void compare_deliveries(Reading reading, sql::Connection& connection, SourceRecord& record);

/// Fills staged_touched; after all of the above.
void find_touched(sql::Connection& connection);

/// The finding about rows whose order is not known, counted anew from what is put aside.
void count_unmatched(sources::Kind kind, sql::Connection& connection, SourceRecord& record);

}  // namespace ca::ingest
