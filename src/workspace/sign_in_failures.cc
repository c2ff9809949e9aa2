// Failed attempts to sign in.

#include "workspace/people_tables.h"
#include "workspace/workspace_impl.h"

namespace ca::workspace {
namespace {

std::vector<std::string> times_of(SQLite::Statement row) {
  std::vector<std::string> times;
  while (row.executeStep()) times.push_back(text(row, 0));
  return times;
}

}  // namespace

void SignInFailures::add(std::string_view username, std::string_view address, std::string_view at) {
  execute(database_, "INSERT INTO sign_in_failures (username, ip, ts) VALUES (?, ?, ?)", username,
          address, at);
}

std::vector<std::string> SignInFailures::of_name(std::string_view username, std::string_view since,
                                                 std::size_t count) const {
  return times_of(prepare(database_,
                          "SELECT ts FROM sign_in_failures WHERE username = ? AND ts > ? "
                          "ORDER BY ts DESC LIMIT ?",
                          username, since, static_cast<std::int64_t>(count)));
}

std::vector<std::string> SignInFailures::of_address(std::string_view address,
                                                    std::string_view since,
                                                    std::size_t count) const {
  return times_of(prepare(database_,
                          "SELECT ts FROM sign_in_failures WHERE ip = ? AND ts > ? "
                          "ORDER BY ts DESC LIMIT ?",
                          address, since, static_cast<std::int64_t>(count)));
}

void SignInFailures::remove(std::string_view username, std::string_view address) {
  execute(database_, "DELETE FROM sign_in_failures WHERE username = ? AND ip = ?", username,
          address);
}

void SignInFailures::remove_of_name(std::string_view username) {
  execute(database_, "DELETE FROM sign_in_failures WHERE username = ?", username);
}

void SignInFailures::remove_before(std::string_view at) {
  execute(database_, "DELETE FROM sign_in_failures WHERE ts <= ?", at);
}

}  // namespace ca::workspace
