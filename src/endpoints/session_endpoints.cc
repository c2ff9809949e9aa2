// Signing in and out, registering, and links that were sent to somebody.

#include <nlohmann/json.hpp>

#include "base/messages.h"
#include "endpoints/cookies.h"
#include "endpoints/people_answers.h"
#include "endpoints/problem.h"

namespace ca::endpoints {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kSmallBody = 16 << 10;

Response sign_in(people::People& people, const Call& call) {
  const Json& body = *call.body;
  people::SignIn attempt;
  attempt.username = body.at("username").get<std::string>();
  attempt.password = body.at("password").get<std::string>();
  attempt.totp = text_or_empty(body, "totp");
  attempt.remember = body.value("remember", false);
  if (call.who != nullptr) attempt.previous_session = call.who->session;
  attempt.previous_remember = remember_cookie(call.request);
  return begun(people, call, people.sign_in(attempt, visitor_of(call)));
}

Response sign_out(people::People& people, const Call& call) {
  people.sign_out(*call.who, remember_cookie(call.request), visitor_of(call));
  Response response = no_content();
  delete_session_cookie(response.headers, call.request);
  delete_remember_cookie(response.headers, call.request);
  return response;
}

Response enrol(people::People& people, const Call& call) {
  const Json& body = *call.body;
  const people::Account account =
      people.enrol({body.at("username").get<std::string>(), text_or_empty(body, "email"),
                    body.at("password").get<std::string>(), text_or_empty(body, "invitation")},
                   visitor_of(call));
  return json_response(Json{{"username", account.username},
                            {"role", name_of(account.role)},
                            {"message", "M-REG-OK"},
                            {"text", message_text("M-REG-OK")}},
                       201);
}

}  // namespace

std::vector<Endpoint> session_endpoints(people::People& people) {
  return {
      {.method = "GET",
       .path = "/api/v1/session",
       .tag = "session",
       .summary = "Who is signed in",
       .description = "Also for nobody: what a page must know before anybody has signed in.",
       .access = Access::anyone(),
       .answers = {{200, "Who asks, and what a page may offer", session_schema()}},
       .problems = {401},
       .run = [&people](const Call& call) { return session_response(people, call.who); }},
      {.method = "POST",
       .path = "/api/v1/session",
       .tag = "session",
       .summary = "Sign in",
       .description =
           "Sets the session's cookie, and with `remember` one that begins new sessions for 30 "
           "days. M-AUTH-BAD whether there is no such user or the password is another's; "
           "M-AUTH-TOTP when the password is right and `totp` is asked for; M-AUTH-LOCKED after "
           "five failures of one name or from one address in 15 minutes.",
       .access = Access::anyone(),
       .body =
           object({required("username", username_schema()), required("password", password_schema()),
                   optional("totp", text().at_most(16).or_null().about("Six digits.")),
                   optional("remember", boolean())}),
       .body_limit = kSmallBody,
       .answers = {{200, "A session began", session_schema()}},
       .problems = {401, 429},
       .run = [&people](const Call& call) { return sign_in(people, call); },
       .lane = password_lane,
       .is_without_csrf = true},
      {.method = "DELETE",
       .path = "/api/v1/session",
       .tag = "session",
       .summary = "Sign out",
       .description = "Ends the session and forgets the browser.",
       .access = Access::signed_in(),
       .answers = {{204, "Signed out", {}}},
       .run = [&people](const Call& call) { return sign_out(people, call); }},
      {.method = "POST",
       .path = "/api/v1/registration",
       .tag = "session",
       .summary = "Make oneself an account",
       .description =
           "With an invitation, also that of the first owner, in the role it gives; without one "
           "only while registration is open, as a viewer. Nobody is signed in by it. M-REG-CLOSED "
           "before anything else is looked at; M-LINK-BAD for an invitation that is not good.",
       .access = Access::anyone(),
       .body = object({required("username", username_schema()),
                       optional("email", email_schema().or_null()),
                       required("password",
                                password_schema().about("12 to 128 characters, not a common one.")),
                       optional("invitation", secret_text_schema().or_null())}),
       .body_limit = kSmallBody,
       .answers = {{201, "The account was made",
                    object({required("username", text()), required("role", role_schema()),
                            required("message", word({"M-REG-OK"})), required("text", text())})}},
       .problems = {401, 409, 422, 429},
       .run = [&people](const Call& call) { return enrol(people, call); },
       .lane = password_lane,
       .is_without_csrf = true},
      {.method = "POST",
       .path = "/api/v1/invitations/check",
       .tag = "session",
       .summary = "Whether an invitation is still good",
       .description = "And nothing else about it. A POST, so that no log of addresses holds it.",
       .access = Access::anyone(),
       .body = object({required("invitation", secret_text_schema())}),
       .body_limit = kSmallBody,
       .answers = {{200, "Whether it is", object({required("is_good", boolean())})}},
       .problems = {401},
       .run =
           [&people](const Call& call) {
             const auto token = call.body->at("invitation").get<std::string>();
             return json_response(Json{{"is_good", people.is_good_invitation(token)}});
           },
       .is_without_csrf = true},
      {.method = "POST",
       .path = "/api/v1/password-reset",
       .tag = "session",
       .summary = "Set a new password by a link",
       .description = "Ends all sessions of the user. M-LINK-BAD for a link that is not good.",
       .access = Access::anyone(),
       .body = object(
           {required("token", secret_text_schema()), required("password", password_schema())}),
       .body_limit = kSmallBody,
       .answers = {{204, "The password is set", {}}},
       .problems = {401, 422},
       .run =
           [&people](const Call& call) {
             people.reset_password(call.body->at("token").get<std::string>(),
                                   call.body->at("password").get<std::string>(), visitor_of(call));
             return no_content();
           },
       .lane = password_lane,
       .is_without_csrf = true},
  };
}

}  // namespace ca::endpoints
