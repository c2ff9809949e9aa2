#include "base/progress.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <iostream>
#include <mutex>
#include <vector>

namespace ca {
namespace {

using TimePoint = std::chrono::steady_clock::time_point;
using std::chrono::milliseconds;

class NoProgress final : public Progress {
 public:
  void stage(std::string_view, std::uint64_t, std::string_view) override {}
  void advance(std::uint64_t) override {}
  void finish() override {}
};

/// 0:07, 12:34, 1:02:03.
std::string clock_text(double seconds) {
  const std::int64_t whole = std::llround(std::min(seconds, 1e9));
  if (whole < 3600) return fmt::format("{}:{:02}", whole / 60, whole % 60);
  return fmt::format("{}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60);
}

std::string duration_text(double seconds) {
  return seconds < 60 ? fmt::format("{:.1f} s", seconds) : clock_text(seconds);
}

std::string count_text(double count) {
  if (count < 1e6) return with_separators(static_cast<std::int64_t>(count));
  return count < 1e9 ? fmt::format("{:.1f} M", count / 1e6) : fmt::format("{:.2f} G", count / 1e9);
}

struct Stage {
  std::string name;
  std::string unit;
  std::uint64_t total = 0;
  TimePoint began;
};

/// What is shown of a stage at one moment.
struct Snapshot {
  double done;
  double seconds;

  std::string rate(const Stage& stage) const {
    if (seconds < 0.001) return {};
    return fmt::format("{} {}/s", count_text(done / seconds), stage.unit);
  }
  double fraction(const Stage& stage) const {
    return stage.total == 0 ? 0 : std::min(1.0, done / static_cast<double>(stage.total));
  }
  /// `43 %  1.2 M rows  400,000 rows/s  ETA 0:07`, as far as it is known.
  std::string words(const Stage& stage, std::string_view gap) const {
    std::string out;
    const double part = fraction(stage);
    if (stage.total > 0) out += fmt::format("{:.0f} %{}", std::min(99.0, 100 * part), gap);
    out += fmt::format("{} {}", count_text(done), stage.unit);
    if (const std::string speed = rate(stage); !speed.empty() && done > 0) {
      out += fmt::format("{}{}", gap, speed);
      if (part > 0) out += fmt::format("{}ETA {}", gap, clock_text(seconds * (1 - part) / part));
    }
    return out;
  }
};

/// Work of its own that is told through another's Progress.
class Forwarding final : public Progress {
 public:
  Forwarding(Progress& other, std::mutex& turn) : other_(other), turn_(turn) {}
  void stage(std::string_view name, std::uint64_t total_units, std::string_view unit) override {
    const std::lock_guard lock(turn_);
    other_.stage(name, total_units, unit);
  }
  void advance(std::uint64_t units) override { other_.advance(units); }
  void finish() override {
    const std::lock_guard lock(turn_);
    other_.finish();
  }

 private:
  Progress& other_;
  std::mutex& turn_;
};

class ShownProgress;

/// Where the stages that are at work are shown.
struct Screen {
  Screen(std::ostream& to, const Terminal& on, Clock time)
      : out(to),
        terminal(on),
        clock(std::move(time)),
        pause(on.is_terminal ? milliseconds(100) : milliseconds(2000)) {}

  /// The line without its last characters when the terminal is narrower than `before` and the line.
  std::string cut(std::string_view line, std::size_t before) const {
    const auto columns = static_cast<std::size_t>(std::max(0, terminal.columns));
    return cut_to(line, columns > before + 1 ? columns - before - 1 : 0, terminal.unicode);
  }
  /// A bar of `width` cells.
  std::string bar(double fraction, int width) const {
    const auto full = static_cast<int>(fraction * width);
    std::string text;
    for (int i = 0; i < full; ++i) text += terminal.unicode ? "━" : "#";
    if (terminal.colour) text = "\x1b[36m" + text + "\x1b[0m\x1b[2m";
    for (int i = full; i < width; ++i) text += terminal.unicode ? "─" : "-";
    if (terminal.colour) text += "\x1b[0m";
    return text;
  }

  std::ostream& out;
  const Terminal terminal;
  const Clock clock;
  const milliseconds pause;
  std::atomic<TimePoint::rep> next_draw{0};  ///< of the bar
  std::mutex mutex;                          ///< guards the output and what follows
  std::vector<ShownProgress*> running;       ///< the oldest first
};

class ShownProgress final : public Progress {
 public:
  explicit ShownProgress(std::shared_ptr<Screen> screen) : screen_(std::move(screen)) {}

  ~ShownProgress() override {
    const std::lock_guard lock(screen_->mutex);
    if (!running_) return;
    leave();
    if (!screen_->terminal.is_terminal) return;
    if (!screen_->running.empty()) screen_->out << kLineStart << "  " << line_of(*this);
    screen_->out << '\n' << std::flush;
    redraw(screen_->clock());
  }

  void stage(std::string_view name, std::uint64_t total_units, std::string_view unit) override {
    finish();
    const std::lock_guard lock(screen_->mutex);
    stage_ = {visible(name), visible(unit), total_units, screen_->clock()};
    done_ = 0;
    running_ = true;
    screen_->running.push_back(this);
    // A bar appears at once, a line only when the stage turns out to be long.
    next_line_ = (stage_.began + screen_->pause).time_since_epoch().count();
    redraw(stage_.began);
  }

  void advance(std::uint64_t units) override {
    done_.fetch_add(units, std::memory_order_relaxed);
    const TimePoint now = screen_->clock();
    if (!is_due(now)) return;
    const std::unique_lock lock(screen_->mutex, std::try_to_lock);
    if (!lock.owns_lock() || !running_ || !is_due(now)) return;
    if (screen_->terminal.is_terminal) return redraw(now);
    next_line_ = (now + screen_->pause).time_since_epoch().count();
    screen_->out << stage_.name << ": " << snapshot_at(now).words(stage_, ", ") << '\n'
                 << std::flush;
  }

  void finish() override {
    const std::lock_guard lock(screen_->mutex);
    if (!running_) return;
    leave();
    const Terminal& terminal = screen_->terminal;
    const TimePoint now = screen_->clock();
    const Snapshot snapshot = snapshot_at(now);
    std::string line =
        fmt::format("{}{}{} {} in {}", stage_.name, terminal.is_terminal ? "  " : ": ",
                    count_text(snapshot.done), stage_.unit, duration_text(snapshot.seconds));
    if (const std::string rate = snapshot.rate(stage_); !rate.empty() && snapshot.done > 0) {
      line += fmt::format(" ({})", rate);
    }
    if (!terminal.is_terminal) {
      screen_->out << line << '\n' << std::flush;
      return;
    }
    const std::string_view tick = terminal.unicode ? "✓ " : "* ";
    screen_->out << kLineStart << (terminal.colour ? "\x1b[32m" : "") << tick
                 << (terminal.colour ? "\x1b[0m" : "") << screen_->cut(line, 2) << '\n'
                 << std::flush;
    redraw(now);
  }

  std::unique_ptr<Progress> beside() override { return std::make_unique<ShownProgress>(screen_); }

 private:
  static constexpr std::string_view kLineStart = "\r\x1b[2K";

  void leave() {
    running_ = false;
    std::erase(screen_->running, this);
  }

  bool is_due(TimePoint now) const {
    const auto& next = screen_->terminal.is_terminal ? screen_->next_draw : next_line_;
    return now.time_since_epoch().count() >= next.load(std::memory_order_relaxed);
  }

  Snapshot snapshot_at(TimePoint now) const {
    return {static_cast<double>(done_.load(std::memory_order_relaxed)),
            std::chrono::duration<double>(now - stage_.began).count()};
  }

  std::string line_of(const ShownProgress& shown) const {
    return screen_->cut(
        shown.stage_.name + "  " + shown.snapshot_at(screen_->clock()).words(shown.stage_, "  "),
        2);
  }

  /// `  + tests 40 %`, of those that are at work beside the oldest.
  std::string others(TimePoint now) const {
    std::string text;
    for (std::size_t i = 1; i < screen_->running.size(); ++i) {
      const ShownProgress& other = *screen_->running[i];
      text += fmt::format("  + {}", other.stage_.name);
      if (other.stage_.total == 0) continue;
      text += fmt::format(" {:.0f} %",
                          std::min(99.0, 100 * other.snapshot_at(now).fraction(other.stage_)));
    }
    return text;
  }

  /// On a terminal: the bar of the oldest stage.
  void redraw(TimePoint now) {
    if (!screen_->terminal.is_terminal || screen_->running.empty()) return;
    screen_->next_draw = (now + screen_->pause).time_since_epoch().count();
    const ShownProgress& oldest = *screen_->running.front();
    const Stage& stage = oldest.stage_;
    const Snapshot snapshot = oldest.snapshot_at(now);
    constexpr int kBarWidth = 24;
    const std::string words = snapshot.words(stage, "  ") + others(now);
    const std::size_t without_bar = 2 + columns_of(stage.name) + 2 + columns_of(words);
    const bool has_room =
        without_bar + kBarWidth + 2 < static_cast<std::size_t>(screen_->terminal.columns);
    screen_->out << kLineStart << "  ";
    if (stage.total > 0 && has_room) {
      screen_->out << stage.name << "  " << screen_->bar(snapshot.fraction(stage), kBarWidth)
                   << "  " << words;
    } else {
      screen_->out << screen_->cut(stage.name + "  " + words, 2);
    }
    screen_->out << std::flush;
  }

  const std::shared_ptr<Screen> screen_;
  std::atomic<std::uint64_t> done_{0};
  std::atomic<TimePoint::rep> next_line_{0};  ///< where there is no bar
  Stage stage_;                               ///< this and running_: guarded by the screen's mutex
  bool running_ = false;
};

}  // namespace

std::unique_ptr<Progress> Progress::beside() { return std::make_unique<Forwarding>(*this, turn_); }

Progress& no_progress() {
  static NoProgress none;
  return none;
}

std::unique_ptr<Progress> show_progress(std::ostream& out, const Terminal& terminal, Clock clock) {
  return std::make_unique<ShownProgress>(std::make_shared<Screen>(out, terminal, std::move(clock)));
}

std::unique_ptr<Progress> progress_on_stderr() { return show_progress(std::cerr, terminal_of(2)); }

}  // namespace ca
