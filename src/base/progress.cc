#include "base/progress.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <iostream>
#include <mutex>

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

class ShownProgress final : public Progress {
 public:
  ShownProgress(std::ostream& out, const Terminal& terminal, Clock clock)
      : out_(out),
        terminal_(terminal),
        clock_(std::move(clock)),
        pause_(terminal.is_terminal ? milliseconds(100) : milliseconds(2000)) {}

  ~ShownProgress() override {
    if (running_ && terminal_.is_terminal) out_ << '\n' << std::flush;
  }

  void stage(std::string_view name, std::uint64_t total_units, std::string_view unit) override {
    finish();
    const std::lock_guard lock(mutex_);
    stage_ = {visible(name), visible(unit), total_units, clock_()};
    done_ = 0;
    running_ = true;
    // A bar appears at once, a line only when the stage turns out to be long.
    const TimePoint first = terminal_.is_terminal ? stage_.began : stage_.began + pause_;
    next_draw_ = first.time_since_epoch().count();
    if (terminal_.is_terminal) draw(stage_.began);
  }

  void advance(std::uint64_t units) override {
    done_.fetch_add(units, std::memory_order_relaxed);
    const TimePoint now = clock_();
    if (now.time_since_epoch().count() < next_draw_.load(std::memory_order_relaxed)) return;
    const std::unique_lock lock(mutex_, std::try_to_lock);
    if (!lock.owns_lock() || !running_) return;
    if (now.time_since_epoch().count() >= next_draw_.load()) draw(now);
  }

  void finish() override {
    const std::lock_guard lock(mutex_);
    if (!running_) return;
    running_ = false;
    const Snapshot snapshot = snapshot_at(clock_());
    std::string line =
        fmt::format("{}{}{} {} in {}", stage_.name, terminal_.is_terminal ? "  " : ": ",
                    count_text(snapshot.done), stage_.unit, duration_text(snapshot.seconds));
    if (const std::string rate = snapshot.rate(stage_); !rate.empty() && snapshot.done > 0) {
      line += fmt::format(" ({})", rate);
    }
    if (!terminal_.is_terminal) {
      out_ << line << '\n' << std::flush;
      return;
    }
    const std::string_view tick = terminal_.unicode ? "✓ " : "* ";
    out_ << kLineStart << (terminal_.colour ? "\x1b[32m" : "") << tick
         << (terminal_.colour ? "\x1b[0m" : "") << cut(line, 2) << '\n'
         << std::flush;
  }

 private:
  static constexpr std::string_view kLineStart = "\r\x1b[2K";

  Snapshot snapshot_at(TimePoint now) const {
    return {static_cast<double>(done_.load(std::memory_order_relaxed)),
            std::chrono::duration<double>(now - stage_.began).count()};
  }

  /// The line without its last characters when the terminal is narrower than `before` and the line.
  std::string cut(std::string_view line, std::size_t before) const {
    const auto columns = static_cast<std::size_t>(std::max(0, terminal_.columns));
    return cut_to(line, columns > before + 1 ? columns - before - 1 : 0, terminal_.unicode);
  }

  /// A bar of `width` cells.
  std::string bar(double fraction, int width) const {
    const auto full = static_cast<int>(fraction * width);
    std::string out;
    for (int i = 0; i < full; ++i) out += terminal_.unicode ? "━" : "#";
    if (terminal_.colour) out = "\x1b[36m" + out + "\x1b[0m\x1b[2m";
    for (int i = full; i < width; ++i) out += terminal_.unicode ? "─" : "-";
    if (terminal_.colour) out += "\x1b[0m";
    return out;
  }

  void draw(TimePoint now) {
    next_draw_ = (now + pause_).time_since_epoch().count();
    const Snapshot snapshot = snapshot_at(now);
    if (!terminal_.is_terminal) {
      out_ << stage_.name << ": " << snapshot.words(stage_, ", ") << '\n' << std::flush;
      return;
    }
    constexpr int kBarWidth = 24;
    const std::string words = snapshot.words(stage_, "  ");
    const std::size_t without_bar = 2 + columns_of(stage_.name) + 2 + columns_of(words);
    const bool has_room = without_bar + kBarWidth + 2 < static_cast<std::size_t>(terminal_.columns);
    out_ << kLineStart << "  ";
    if (stage_.total > 0 && has_room) {
      out_ << stage_.name << "  " << bar(snapshot.fraction(stage_), kBarWidth) << "  " << words;
    } else {
      out_ << cut(stage_.name + "  " + words, 2);
    }
    out_ << std::flush;
  }

  std::ostream& out_;
  const Terminal terminal_;
  const Clock clock_;
  const milliseconds pause_;

  std::atomic<std::uint64_t> done_{0};
  std::atomic<TimePoint::rep> next_draw_{0};
  std::mutex mutex_;  ///< guards the output and what follows
  Stage stage_;
  bool running_ = false;
};

}  // namespace

Progress& no_progress() {
  static NoProgress none;
  return none;
}

std::unique_ptr<Progress> show_progress(std::ostream& out, const Terminal& terminal, Clock clock) {
  return std::make_unique<ShownProgress>(out, terminal, std::move(clock));
}

std::unique_ptr<Progress> progress_on_stderr() { return show_progress(std::cerr, terminal_of(2)); }

}  // namespace ca
