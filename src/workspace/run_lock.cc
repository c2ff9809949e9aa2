#include "workspace/run_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <nlohmann/json.hpp>
#include <thread>
#include <utility>

#include "base/error.h"

namespace ca::workspace {
namespace {

constexpr auto kPatience = std::chrono::milliseconds(50);
constexpr auto kPause = std::chrono::milliseconds(5);

File open_lock(const Home& home) { return File::open(home.lock_file(), O_RDWR | O_CREAT); }

/// Whether `operation` (LOCK_EX or LOCK_SH) was granted at once.
bool lock(const Home& home, const File& file, int operation) {
  while (::flock(file.descriptor(), operation | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK) return false;
    if (errno != EINTR) throw file_error("Cannot lock", home.lock_file(), errno);
  }
  return true;
}

/// What the holder wrote. It may be about to write it, so anything unreadable is just not known.
RunLock::Holder read_holder(const Home& home) {
  RunLock::Holder holder;
  const auto json = nlohmann::json::parse(read_file(home.lock_file()).value_or(""), nullptr, false);
  if (!json.is_object()) return holder;
  try {
    holder.pid = json.value("pid", pid_t{0});
    holder.run = json.value("run", std::string());
    holder.started_at = json.value("started_at", std::string());
  } catch (const nlohmann::json::exception&) {
    return {};
  }
  return holder;
}

Error busy(const RunLock::Holder& holder) {
  std::string who;
  if (holder.pid != 0 && holder.started_at.size() >= 16) {
    who = " (started " + holder.started_at.substr(0, 10) + " " + holder.started_at.substr(11, 5) +
          " UTC by process " + std::to_string(holder.pid) + ")";
  }
  return Error("E-BUSY", "A run is in progress" + who + ".",
               "Wait until it has ended, or cancel it.",
               {{"pid", std::to_string(holder.pid)},
                {"run", holder.run},
                {"started_at", holder.started_at}});
}

}  // namespace

RunLock::RunLock(Home home, File file, Holder holder)
    : home_(std::move(home)), file_(std::move(file)), holder_(std::move(holder)) {}

std::optional<RunLock> RunLock::try_acquire(const Home& home, const Clock& clock) {
  File file = open_lock(home);
  if (!lock(home, file, LOCK_EX)) return std::nullopt;
  const std::string now = utc_text(or_system_clock(clock)());
  RunLock held(home, std::move(file), {::getpid(), {}, now});
  held.write_holder();
  return held;
}

RunLock RunLock::acquire(const Home& home, const Clock& clock) {
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  for (;;) {
    if (std::optional<RunLock> held = try_acquire(home, clock)) return std::move(*held);
    if (std::chrono::steady_clock::now() >= deadline) throw busy(read_holder(home));
    std::this_thread::sleep_for(kPause);
  }
}

std::optional<RunLock::Holder> RunLock::holder(const Home& home) {
  const File file = open_lock(home);
  if (lock(home, file, LOCK_SH)) return std::nullopt;
  return read_holder(home);
}

RunLock::~RunLock() {
  // A forked child only closes its copy: the lock and the text are its parent's.
  if (!file_ || holder_.pid != ::getpid()) return;
  [[maybe_unused]] const int result = ::ftruncate(file_.descriptor(), 0);
  ::flock(file_.descriptor(), LOCK_UN);
}

void RunLock::name_run(std::string_view run) {
  holder_.run = run;
  write_holder();
}

void RunLock::write_holder() const {
  const nlohmann::json json = {
      {"pid", holder_.pid}, {"run", holder_.run}, {"started_at", holder_.started_at}};
  const std::string text = json.dump() + "\n";
  if (::ftruncate(file_.descriptor(), 0) != 0 ||
      ::pwrite(file_.descriptor(), text.data(), text.size(), 0) !=
          static_cast<ssize_t>(text.size())) {
    throw file_error("Cannot write", home_.lock_file(), errno);
  }
}

}  // namespace ca::workspace
