#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/calendar.h"
#include "base/sql.h"
#include "ingest/mapping.h"

namespace ca::ingest {

/// Reads the cells of one source by rulings 1, 2, 9 and 10.
struct ValueReader {
  const Zone& zone;
  const std::string& pattern;
  char decimal = '.';

  enum class Outcome : std::uint8_t { kValue, kMissing, kUnreadable };
  struct Number {
    double value = 0;
    Outcome outcome = Outcome::kMissing;
  };
  /// A decimal number, exponent allowed, at most 1e15 in magnitude (ruling 66).
  Number number(std::string_view text) const;

  struct Boolean {
    bool value = false;
    Outcome outcome = Outcome::kMissing;
  };
  static Boolean boolean(std::string_view text);

  ReadInstant instant(std::string_view text) const { return read_instant(text, zone, pattern); }

  bool can_read(std::string_view text, FieldType type) const;
};

/// What can be noted about a row, as bits of its column `notes`. A row with a bit of note::kRejected
/// is not stored.
struct NoteRule {
  std::uint32_t bit;
  const char* name;
  const char* severity;  ///< "error" rejects the row, "warn" changes a cell, "info" only tells
  const char* sample;    ///< field whose raw text shows the case, or empty for the row's key
};

namespace note {
inline constexpr std::uint32_t kKeyMissing = 1U << 0;          ///< order id (client for customers)
inline constexpr std::uint32_t kClientMissing = 1U << 1;       ///< product for basket lines
inline constexpr std::uint32_t kDateMissing = 1U << 2;         ///< the required date
inline constexpr std::uint32_t kDateUnreadable = 1U << 3;
inline constexpr std::uint32_t kPurchasedMissing = 1U << 4;
inline constexpr std::uint32_t kPurchasedUnreadable = 1U << 5;
inline constexpr std::uint32_t kOrphan = 1U << 6;              ///< no session of that order id
inline constexpr std::uint32_t kDateSkipped = 1U << 7;         ///< wall clock in a DST gap
inline constexpr std::uint32_t kDateRepeated = 1U << 8;        ///< wall clock that occurs twice
inline constexpr std::uint32_t kOtherDateUnreadable = 1U << 9;
inline constexpr std::uint32_t kAmountUnreadable = 1U << 10;   ///< price for basket lines, coordinates
inline constexpr std::uint32_t kDiscountUnreadable = 1U << 11; ///< quantity for basket lines
inline constexpr std::uint32_t kActionUnreadable = 1U << 12;
inline constexpr std::uint32_t kAmountNegative = 1U << 13;
inline constexpr std::uint32_t kAnonymous = 1U << 14;
inline constexpr std::uint32_t kUntrimmed = 1U << 15;          ///< a key has white space around it
inline constexpr std::uint32_t kOrganic = 1U << 16;            ///< no promotion (ruling 16)
inline constexpr std::uint32_t kRejected =
    kKeyMissing | kClientMissing | kDateMissing | kDateUnreadable | kPurchasedMissing |
    kPurchasedUnreadable | kOrphan;
}  // namespace note

/// The rules that rows of this kind can break, in the order of their bits.
const std::vector<NoteRule>& note_rules(sources::Kind kind);

/// Registers the cleaning function of the source on the connection and gives the SELECT whose rows
/// are the cleaned rows of the relation, in its order:
///   sessions    order_id, client, promotion_id, dimension, number, session_start_date, date,
///               payment_amount, discount_amount, has_purchased, actions (bit i is the i-th action),
///               notes
///   customers   client, download_date, signup_date, action_0 ..., notes
///   products    order_id, product, category, price, quantity, notes
///   deliveries  order_id, delivery_date, prepare_date, return_date, latitude, longitude, notes
/// Instants are TIMESTAMP in UTC. Unmapped columns are null. `number` is different for every row that
/// this connection cleans; other tables refer to a session by it. Keys are as in the source: those
/// noted as kUntrimmed have still to be trimmed, which is rare and costs nothing this way.
/// With `raw_fields` the mapped source cells of these fields follow as raw_<field>. `rows`, where
/// given, counts the rows cleaned so far; any thread may look at it.
std::string cleaned_select(const SourcePlan& plan, bool keep_anonymous,
                           const sources::Relation& relation, sql::Connection& connection,
                           const std::vector<std::string>& raw_fields = {},
                           std::shared_ptr<std::atomic<std::int64_t>> rows = {});

/// Registers wall_clock(TIMESTAMP) -> TIMESTAMP: an instant as the clock of the zone shows it.
void register_wall_clock(sql::Connection& connection, const Zone& zone);

}  // namespace ca::ingest
