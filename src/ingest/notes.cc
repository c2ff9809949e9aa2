#include "ingest/notes.h"

namespace ca::ingest {

const std::vector<NoteRule>& note_rules(sources::Kind kind) {
  static const std::vector<NoteRule> sessions = {
      {note::kKeyMissing, "order_id_missing", "error", ""},
      {note::kClientMissing, "client_missing", "error", ""},
      {note::kDateMissing, "session_start_date_missing", "error", ""},
      {note::kDateUnreadable, "session_start_date_unreadable", "error", "session_start_date"},
      {note::kPurchasedMissing, "has_purchased_missing", "error", ""},
      {note::kPurchasedUnreadable, "has_purchased_unreadable", "error", "has_purchased"},
      {note::kDateSkipped, "wall_clock_skipped", "info", "session_start_date"},
      {note::kDateRepeated, "wall_clock_repeated", "info", "session_start_date"},
      {note::kOtherDateUnreadable, "date_unreadable", "warn", "date"},
      {note::kAmountUnreadable, "payment_amount_unreadable", "warn", "payment_amount"},
      {note::kDiscountUnreadable, "discount_amount_unreadable", "warn", "discount_amount"},
      {note::kActionUnreadable, "action_unreadable", "warn", ""},
      {note::kAnonymous, "anonymous_kept", "info", ""},
  };
  static const std::vector<NoteRule> customers = {
      {note::kKeyMissing, "client_missing", "error", ""},
      {note::kDateMissing, "download_date_missing", "error", ""},
      {note::kDateUnreadable, "download_date_unreadable", "error", "download_date"},
      {note::kDateSkipped, "wall_clock_skipped", "info", "download_date"},
      {note::kDateRepeated, "wall_clock_repeated", "info", "download_date"},
      {note::kOtherDateUnreadable, "signup_date_unreadable", "warn", "signup_date"},
      {note::kActionUnreadable, "action_unreadable", "warn", ""},
  };
  static const std::vector<NoteRule> products = {
      {note::kKeyMissing, "order_id_missing", "error", ""},
      {note::kClientMissing, "product_missing", "error", ""},
      {note::kOrphan, "order_unknown", "error", ""},
      {note::kAmountUnreadable, "price_unreadable", "warn", "price"},
      {note::kDiscountUnreadable, "quantity_unreadable", "warn", "quantity"},
  };
  static const std::vector<NoteRule> deliveries = {
      {note::kKeyMissing, "order_id_missing", "error", ""},
      {note::kDateMissing, "delivery_date_missing", "error", ""},
      {note::kDateUnreadable, "delivery_date_unreadable", "error", "delivery_date"},
      {note::kOrphan, "order_unknown", "error", ""},
      {note::kDateSkipped, "wall_clock_skipped", "info", "delivery_date"},
      {note::kDateRepeated, "wall_clock_repeated", "info", "delivery_date"},
      {note::kOtherDateUnreadable, "date_unreadable", "warn", "prepare_date"},
      {note::kAmountUnreadable, "coordinate_unreadable", "warn", "latitude"},
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
