#pragma once

#include <cstdint>
#include <vector>

#include "sources/source.h"

namespace ca::ingest {

/// What can be noted about a row, as bits of its column `notes`. A row with a bit of
/// note::kRejected is not stored.
struct NoteRule {
  std::uint32_t bit;
  const char* name;
  const char* severity;  ///< "error" rejects the row, "warn" changes a cell, "info" only tells
  bool shows_cell;       ///< samples are the cells that the source has; else the rows' keys
};

namespace note {
inline constexpr std::uint32_t kKeyMissing = 1U << 0;     ///< order id (client for customers)
inline constexpr std::uint32_t kClientMissing = 1U << 1;  ///< product for basket lines
inline constexpr std::uint32_t kDateMissing = 1U << 2;    ///< the required date
inline constexpr std::uint32_t kDateUnreadable = 1U << 3;
inline constexpr std::uint32_t kPurchasedMissing = 1U << 4;
inline constexpr std::uint32_t kPurchasedUnreadable = 1U << 5;
inline constexpr std::uint32_t kOrphan = 1U << 6;        ///< no session of that order id
inline constexpr std::uint32_t kDateSkipped = 1U << 7;   ///< wall clock in a DST gap
inline constexpr std::uint32_t kDateRepeated = 1U << 8;  ///< wall clock that occurs twice
inline constexpr std::uint32_t kOtherDateUnreadable = 1U << 9;
inline constexpr std::uint32_t kAmountUnreadable = 1U
                                                   << 10;  ///< price for basket lines, coordinates
inline constexpr std::uint32_t kDiscountUnreadable = 1U << 11;  ///< quantity for basket lines
inline constexpr std::uint32_t kActionUnreadable = 1U << 12;
inline constexpr std::uint32_t kAnonymous = 1U << 14;
inline constexpr std::uint32_t kUntrimmed = 1U << 15;  ///< a key has white space around it
inline constexpr std::uint32_t kOrganic = 1U << 16;    ///< no promotion (ruling 16)
inline constexpr std::uint32_t kRejected = kKeyMissing | kClientMissing | kDateMissing |
                                           kDateUnreadable | kPurchasedMissing |
                                           kPurchasedUnreadable | kOrphan;
}  // namespace note

/// The rules that rows of this kind can break, in the order of their bits.
const std::vector<NoteRule>& note_rules(sources::Kind kind);

}  // namespace ca::ingest
