// What was done, by whom.

#include "people/people_impl.h"

namespace ca::people {

void People::Impl::audit(PeopleTables& tables, const Actor& actor, std::string_view action,
                         std::string_view object, std::string_view before,
                         std::string_view after) const {
  workspace::AuditRecord record;
  record.at = now_text();
  record.user = actor.user;
  record.username = actor.username;
  record.address = actor.address;
  record.action = action;
  record.object = object;
  record.before_json = before;
  record.after_json = after;
  tables.audit.add(record);
}

void People::record(const Actor& actor, std::string_view action, std::string_view object,
                    std::string_view before_json, std::string_view after_json) {
  impl_->database.write([&](PeopleTables& tables) {
    impl_->audit(tables, actor, action, object, before_json, after_json);
  });
}

std::vector<workspace::AuditRecord> People::audit(std::int64_t before_id, std::size_t limit) const {
  return impl_->database.read(
      [&](PeopleTables& tables) { return tables.audit.list(before_id, limit); });
}

}  // namespace ca::people
