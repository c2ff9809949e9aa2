#include <gtest/gtest.h>

#include <set>

#include "endpoints/people_answers.h"
#include "people/test_support.h"

namespace ca::endpoints {
namespace {

TEST(SessionEndpoints, WhatHashesPasswordsAndNothingElseHasTheLaneOfPasswords) {
  people::testing::Town town;
  std::set<std::string> found;
  const Request request;
  for (const auto& part : {session_endpoints(town.people), account_endpoints(town.people),
                           user_endpoints(town.people)}) {
    for (const Endpoint& endpoint : part) {
      const Lane lane =
          endpoint.lane ? endpoint.lane({request, nullptr, {}, {}, nullptr}) : Lane::kQuick;
      if (lane == Lane::kPassword) found.insert(endpoint.method + " " + endpoint.path);
      EXPECT_NE(lane, Lane::kLong) << endpoint.path;
    }
  }
  EXPECT_EQ(found,
            (std::set<std::string>{"POST /api/v1/session", "POST /api/v1/registration",
                                   "POST /api/v1/password-reset", "PUT /api/v1/account/password",
                                   "POST /api/v1/account/totp", "DELETE /api/v1/account/totp",
                                   "DELETE /api/v1/account"}));
}

}  // namespace
}  // namespace ca::endpoints
