#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ca::people {

/// What a person may do; each role may do what those before it may (product.md 4.3.1).
enum class Role : std::uint8_t {
  kViewer,   ///< looks at reports
  kAnalyst,  ///< asks for customers behind numbers, exports, starts runs
  kAdmin,    ///< sources, schedule, people
  kOwner     ///< everything, also other admins and owners
};

std::string_view name_of(Role role);  ///< "viewer", "analyst", "admin", "owner"
std::optional<Role> role_of(std::string_view name);

/// What an API token may be used for; a person who signed in has all that the role allows.
enum class Scope : std::uint8_t {
  kRead,    ///< reports, members, runs, what is connected
  kRun,     ///< starts and cancels runs, sets the schedule
  kManage,  ///< sources, people, settings
  kMetrics  ///< /metrics
};

std::string_view name_of(Scope scope);  ///< "read", "run", "manage", "metrics"
std::optional<Scope> scope_of(std::string_view name);

/// Who asks.
struct Principal {
  std::int64_t user = 0;
  std::string username;
  Role role = Role::kViewer;
  /// Of an API token; nothing for a person who signed in.
  std::optional<std::vector<Scope>> scopes = {};
  std::string session = {};     ///< hash that names the session; empty for a token
  std::string csrf_token = {};  ///< of the session

  bool is_token() const { return scopes.has_value(); }
};

}  // namespace ca::people
