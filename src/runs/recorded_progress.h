#pragma once

#include <algorithm>
#include <atomic>
#include <string>
#include <string_view>

#include "base/progress.h"
#include "workspace/workspace.h"

namespace ca::runs {

/// Shows progress where the caller wants it and records it for everyone else.
class RecordedProgress : public Progress {
 public:
  RecordedProgress(Progress& shown, workspace::Workspace& workspace, std::string run)
      : shown_(shown), workspace_(workspace), run_(std::move(run)) {}

  void begin(const std::string& stage) { stage_ = stage; }

  void stage(std::string_view name, std::uint64_t total, std::string_view unit) override {
    total_ = total;
    done_ = 0;
    shown_.stage(name, total, unit);
  }
  void advance(std::uint64_t units) override {
    shown_.advance(units);
    const std::uint64_t done = done_ += units;
    if (total_ > 0) {
      workspace_.stage_progress(
          run_, stage_, {}, std::min(1.0, static_cast<double>(done) / static_cast<double>(total_)));
    }
  }
  void finish() override { shown_.finish(); }

 private:
  Progress& shown_;
  workspace::Workspace& workspace_;
  std::string run_;
  std::string stage_;
  std::uint64_t total_ = 0;
  std::atomic<std::uint64_t> done_{0};
};

}  // namespace ca::runs
