#include "base/messages.h"

#include <algorithm>
#include <stdexcept>

namespace ca {
namespace {

using Severity = Message::Severity;

constexpr Message kMessages[] = {
    {"M-AUTH-BAD", Severity::kError, "User name or password is not correct."},
    {"M-AUTH-LOCKED", Severity::kError, "Too many attempts. Try again in {minutes} minutes."},
    {"M-AUTH-EXPIRED", Severity::kInfo, "You were signed out after inactivity."},
    {"M-AUTH-TOTP", Severity::kError, "Enter the current code of your authenticator app."},
    {"M-LINK-BAD", Severity::kError, "This link is not valid any more. Ask for a new one."},
    {"M-REG-USER", Severity::kError, "That user name is already in use."},
    {"M-REG-MAIL", Severity::kError, "That e-mail is already in use."},
    {"M-REG-PW", Severity::kError,
     "Choose a longer or less common password (at least 12 characters)."},
    {"M-REG-OK", Severity::kSuccess, "Account created. Sign in to continue."},
    {"M-REG-CLOSED", Severity::kInfo, "Ask an administrator for an invitation."},
    {"M-403", Severity::kError, "You do not have access to this page."},
    {"M-404", Severity::kError, "This page does not exist."},
    {"M-500", Severity::kError, "Something failed on our side. Reference {id}."},
    {"M-429", Severity::kError, "Slow down a little."},
    {"M-NEED-BOTH", Severity::kWarning, "Connect both Sessions and Customers to schedule a run."},
    {"M-HINT-BASKET", Severity::kInfo,
     "Add a Baskets source to unlock product analytics and product tests."},
    {"M-SRC-NONE", Severity::kInfo, "No source connected."},
    {"M-SRC-ONLY-S", Severity::kWarning, "Sessions connected. Customers still missing."},
    {"M-SRC-ONLY-C", Severity::kWarning, "Customers connected. Sessions still missing."},
    {"M-SRC-BOTH", Severity::kInfo, "Sessions and Customers are connected."},
    {"M-SRC-OK", Severity::kSuccess, "{source} connected: {rows} rows sampled, {cols} columns."},
    {"M-SRC-FAIL", Severity::kError, "{source} could not be connected: {cause} {hint}"},
    {"M-SRC-P-OK", Severity::kSuccess, "Baskets connected."},
    {"M-SRC-D-OK", Severity::kSuccess, "Deliveries connected."},
    {"M-SCH-OK", Severity::kSuccess, "Schedule {tag} saved. Next run {time}."},
    {"M-SCH-REPLACED", Severity::kInfo, "Previous schedule replaced."},
    {"M-SCH-DEL", Severity::kSuccess, "Schedule removed."},
    {"M-SCH-BUSY", Severity::kWarning, "A run is in progress; cancel it or wait."},
    {"M-RUN-STAGE-OK", Severity::kSuccess, "{stage} finished ({rows} rows, {sec} s)."},
    {"M-RUN-STAGE-FAIL", Severity::kError, "{stage} failed: {cause}"},
    {"M-RUN-INGEST", Severity::kSuccess,
     "{source}: {inserted} new, {updated} updated, {rejected} rejected."},
    {"M-RUN-DONE", Severity::kSuccess, "Run finished in {duration}."},
    {"M-RUN-PARTIAL", Severity::kWarning, "Run finished with {n} failed stages."},
    {"M-RUN-CANCEL", Severity::kInfo, "Run cancelled by {user}."},
    {"M-EMPTY-NORUN", Severity::kInfo,
     "No results yet. Start a run on the Schedule page, or explore the demo."},
    {"M-EMPTY-SNAPSHOT", Severity::kInfo, "No snapshot on or before {day}."},
    {"M-EMPTY-FILTER", Severity::kInfo, "No rows match these filters."},
    {"M-SET-OK", Severity::kSuccess, "Saved."},
    {"M-SET-PW", Severity::kError, "Current password is not correct."},
    {"M-SET-DEL", Severity::kWarning, "This cannot be undone."},
};

}  // namespace

std::span<const Message> messages() { return kMessages; }

std::string message_text(std::string_view id, MessageValues values) {
  const auto* const message = std::ranges::find(kMessages, id, &Message::id);
  if (message == std::end(kMessages)) throw std::out_of_range("no message " + std::string(id));
  std::string text(message->text);
  for (const auto& [name, value] : values) {
    const std::string place = "{" + std::string(name) + "}";
    if (const auto at = text.find(place); at != std::string::npos) {
      text.replace(at, place.size(), value);
    }
  }
  return text;
}

Error message_error(std::string_view id, MessageValues values, std::string hint) {
  Error::Details details;
  for (const auto& [name, value] : values) details.emplace_back(name, value);
  return {std::string(id), message_text(id, values), std::move(hint), std::move(details)};
}

}  // namespace ca
