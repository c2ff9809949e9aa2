#include "server/request_log.h"

#include <algorithm>
#include <utility>

#include "base/log.h"

namespace ca::server {
namespace {

constexpr std::size_t kMostLines = 10'000;  ///< waiting to be written

void write(const RequestEntry& entry) {
  log::write(entry.is_slow ? log::Level::kWarning : log::Level::kInfo,
             entry.is_slow ? "slow request" : "request",
             {{"id", entry.id},
              {"method", entry.method},
              {"path", entry.path},
              {"parameters", entry.parameters},
              {"status", entry.status},
              {"ms", entry.milliseconds},
              {"bytes", entry.bytes},
              {"address", entry.address},
              {"user", entry.user}});
}

}  // namespace

std::string parameter_names(std::string_view query) {
  std::string names;
  while (!query.empty() && names.size() < 200) {
    const std::size_t end = query.find('&');
    const std::string_view pair = query.substr(0, end);
    const std::string_view name = pair.substr(0, pair.find('='));
    if (!names.empty()) names += ',';
    // A text without "=" is a value as likely as a name.
    names += pair.size() == name.size() ? std::string_view("?") : name.substr(0, 40);
    query.remove_prefix(end == std::string_view::npos ? query.size() : end + 1);
  }
  return names;
}

bool Rate::lets_pass(std::chrono::steady_clock::time_point now) {
  const std::chrono::duration<double> since = now - last_;
  last_ = now;
  left_ = std::min(most_, left_ + since.count() * a_second_);
  if (left_ < 1) {
    ++held_back_;
    return false;
  }
  left_ -= 1;
  return true;
}

void RequestLog::add(RequestEntry entry) {
  // Anybody can send what is not a request at all; what was served is bounded by the work it is.
  if (entry.status >= 400 && entry.user.empty()) {
    if (!failed_.lets_pass(std::chrono::steady_clock::now())) return;
    if (const std::uint64_t more = failed_.take_held_back(); more > 0) {
      add_line([more] { log::warning("requests not logged", {{"count", more}}); });
    }
  }
  add_line([entry = std::move(entry)] { write(entry); });
}

void RequestLog::add_refused(std::string_view reason, std::string_view address) {
  if (!refused_.lets_pass(std::chrono::steady_clock::now())) return;
  add_line([reason = std::string(reason), address = std::string(address),
            more = refused_.take_held_back()] {
    log::warning("connection refused",
                 {{"reason", reason}, {"address", address}, {"not_logged", more}});
  });
}

void RequestLog::add_line(std::function<void()> line) {
  {
    const std::lock_guard lock(queue_->mutex);
    if (queue_->lines.size() >= kMostLines) {
      ++queue_->left_out;
      return;
    }
    queue_->lines.push_back(std::move(line));
    if (std::exchange(queue_->is_flushing, true)) return;
  }
  run_([queue = queue_] { flush(*queue); });
}

void RequestLog::flush(Queue& queue) {
  for (;;) {
    std::vector<std::function<void()>> lines;
    std::uint64_t left_out = 0;
    {
      const std::lock_guard lock(queue.mutex);
      lines.swap(queue.lines);
      left_out = std::exchange(queue.left_out, 0);
      if (lines.empty() && left_out == 0) {
        queue.is_flushing = false;
        return;
      }
    }
    for (const auto& line : lines) line();
    if (left_out > 0) log::warning("requests not logged", {{"count", left_out}});
  }
}

}  // namespace ca::server
