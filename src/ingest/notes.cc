#include "ingest/notes.h"

namespace ca::ingest {

const std::vector<NoteRule>& note_rules(sources::Kind kind) {
  static const std::vector<NoteRule> sessions = {
      {note::kKeyMissing, "order_id_missing", "error", false},
      {note::kClientMissing, "client_missing", "error", false},
      {note::kDateMissing, "session_start_date_missing", "error", false},
      {note::kDateUnreadable, "session_start_date_unreadable", "error", true},
      {note::kPurchasedMissing, "has_purchased_missing", "error", false},
      {note::kPurchasedUnreadable, "has_purchased_unreadable", "error", true},
      {note::kDateSkipped, "wall_clock_skipped", "info", true},
      {note::kDateRepeated, "wall_clock_repeated", "info", true},
      {note::kOtherDateUnreadable, "date_unreadable", "warn", true},
      {note::kAmountUnreadable, "payment_amount_unreadable", "warn", true},
      {note::kDiscountUnreadable, "discount_amount_unreadable", "warn", true},
      {note::kActionUnreadable, "action_unreadable", "warn", true},
      {note::kAnonymous, "anonymous_kept", "info", false},
  };
  static const std::vector<NoteRule> customers = {
      {note::kKeyMissing, "client_missing", "error", false},
      {note::kDateMissing, "download_date_missing", "error", false},
      {note::kDateUnreadable, "download_date_unreadable", "error", true},
      {note::kDateSkipped, "wall_clock_skipped", "info", true},
      {note::kDateRepeated, "wall_clock_repeated", "info", true},
      {note::kOtherDateUnreadable, "signup_date_unreadable", "warn", true},
      {note::kActionUnreadable, "action_unreadable", "warn", true},
  };
  static const std::vector<NoteRule> products = {
      {note::kKeyMissing, "order_id_missing", "error", false},
      {note::kClientMissing, "product_missing", "error", false},
      {note::kOrphan, "order_unknown", "error", false},
      {note::kAmountUnreadable, "price_unreadable", "warn", true},
      {note::kDiscountUnreadable, "quantity_unreadable", "warn", true},
  };
  static const std::vector<NoteRule> deliveries = {
      {note::kKeyMissing, "order_id_missing", "error", false},
      {note::kDateMissing, "delivery_date_missing", "error", false},
      {note::kDateUnreadable, "delivery_date_unreadable", "error", true},
      {note::kOrphan, "order_unknown", "error", false},
      {note::kDateSkipped, "wall_clock_skipped", "info", true},
      {note::kDateRepeated, "wall_clock_repeated", "info", true},
      {note::kOtherDateUnreadable, "date_unreadable", "warn", true},
      {note::kAmountUnreadable, "coordinate_unreadable", "warn", true},
  };
  switch (kind) {
    case sources::Kind::kSessions: return sessions;
    case sources::Kind::kCustomers: return customers;
    case sources::Kind::kProducts: return products;
    case sources::Kind::kDeliveries: break;
  }
  return deliveries;
}

}  // namespace ca::ingest
