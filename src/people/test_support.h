#pragma once

#include <optional>
#include <string>

#include "people/people.h"
#include "workspace/test_support.h"

namespace ca::people::testing {

using workspace::testing::code_of;

/// Hashes in a moment. The real cost has a test of its own.
inline constexpr PasswordCost kCheap{1, 8192};
inline constexpr char kPassword[] = "a horse of many colours";
inline constexpr char kOther[] = "a cow that never was there";

/// A workspace with its people, whose clock stands still.
struct Town {
  ScratchFolderInMemory folder;
  workspace::Home home = workspace::Home::open(folder.path());
  workspace::testing::FakeClock time;
  workspace::Workspace workspace{home, time.clock()};
  People people{workspace, home, kCheap};
  Visitor visitor{"192.0.2.1", "Browser"};

  Account add(const std::string& name, Role role = Role::kViewer) {
    return people.add_user(Actor::command_line(), {name, "", kPassword, role});
  }
  SignedIn sign_in(const std::string& name, bool remember = false,
                   const std::string& password = kPassword) {
    return people.sign_in({name, password, "", remember, "", ""}, visitor);
  }
  Actor actor(const Account& account) {
    return {account.id, account.username, account.role, "192.0.2.1"};
  }
  template <class Duration>
  void wait(Duration duration) {
    time.now += std::chrono::duration_cast<workspace::TimePoint::duration>(duration);
  }
};

}  // namespace ca::people::testing
