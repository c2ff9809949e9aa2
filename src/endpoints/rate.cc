#include "endpoints/rate.h"

#include <utility>

#include "base/messages.h"

namespace ca::endpoints {

Rate::Rate(std::size_t most, std::chrono::seconds within, Clock clock)
    : most_(most), within_(within), clock_(std::move(clock)) {}

void Rate::use(const std::string& who) {
  const std::lock_guard guard(mutex_);
  const auto now = clock_();
  for (auto user = uses_.begin(); user != uses_.end();) {
    auto& times = user->second;
    while (!times.empty() && now - times.front() >= within_) times.pop_front();
    user = times.empty() ? uses_.erase(user) : std::next(user);
  }
  auto& times = uses_[who];
  if (times.size() >= most_) throw message_error("M-429");
  times.push_back(now);
}

}  // namespace ca::endpoints
