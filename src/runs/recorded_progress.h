#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <string_view>

#include "base/progress.h"
#include "workspace/workspace.h"

namespace ca::runs {

/// Shows the progress of one stage where the caller wants it and records it for everyone else.
class RecordedProgress : public Progress {
 public:
  RecordedProgress(std::unique_ptr<Progress> shown, workspace::Workspace& workspace,
                   std::string run, std::string stage)
      : shown_(std::move(shown)),
        workspace_(workspace),
        run_(std::move(run)),
        stage_(std::move(stage)) {}

  void stage(std::string_view name, std::uint64_t total, std::string_view unit) override {
    total_ = static_cast<std::int64_t>(total);
    unit_ = unit;
    done_ = 0;
    shown_->stage(name, total, unit);
    workspace_.stage_progress(run_, stage_, {}, {0, total_, unit_});
  }
  void advance(std::uint64_t units) override {
    shown_->advance(units);
    const std::int64_t done = done_ += static_cast<std::int64_t>(units);
    workspace_.stage_progress(run_, stage_, {}, {done, total_, unit_});
  }
  void finish() override { shown_->finish(); }

 private:
  std::unique_ptr<Progress> shown_;
  workspace::Workspace& workspace_;
  std::string run_;
  std::string stage_;
  std::int64_t total_ = 0;
  std::string unit_;
  std::atomic<std::int64_t> done_{0};
};

}  // namespace ca::runs
