#include "endpoints/run_events.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "api/run_json.h"

namespace ca::endpoints {
namespace {

using Json = nlohmann::json;
using workspace::RunState;

/// A stream is sent in pieces of so many lines of the log.
constexpr std::size_t kLinesAtOnce = 500;
constexpr auto kLookAtReader = std::chrono::seconds(2);

std::string text_of(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

void add(std::string& events, std::string_view name, const Json& data) {
  events += fmt::format("event: {}\ndata: {}\n\n", name, text_of(data));
}

void hide_text(Json& error) {
  if (!error.is_null()) error["message"] = "The reason is shown to analysts.";
}

}  // namespace

Json shown_stage(Json stage, bool is_told_texts) {
  if (!is_told_texts) hide_text(stage.at("error"));
  return stage;
}

Json shown_run(Json run, bool is_told_texts) {
  if (is_told_texts) return run;
  hide_text(run.at("error"));
  if (const auto stages = run.find("stages"); stages != run.end()) {
    for (Json& stage : *stages) hide_text(stage.at("error"));
    run["warnings"] = Json::array();
  }
  return run;
}

bool RunEvents::is_allowed() {
  const auto now = std::chrono::steady_clock::now();
  if (now - looked_at_ < kLookAtReader) return true;
  looked_at_ = now;
  return reader_.is_allowed();
}

std::string RunEvents::poll() {
  std::string events;
  if (is_over_) return events;
  if (!is_allowed()) {
    is_over_ = true;
    return events;
  }
  // What is read after it belongs to it, so nothing of a run that has ended is missed.
  const auto run = workspace_.run(run_);
  const bool has_ended =
      !run || (run->state != RunState::kRunning && run->state != RunState::kQueued);
  add_stages(events);
  const std::int64_t before = after_;
  if (reader_.is_told_texts) add_log(events);
  if (has_ended && after_ == before) {
    is_over_ = true;
    if (run) add(events, "end", shown_run(api::run_json(workspace_, *run), reader_.is_told_texts));
  }
  return events;
}

void RunEvents::add_stages(std::string& events) {
  const auto now = std::chrono::system_clock::now();
  for (workspace::StageRecord& stage : workspace_.stages(run_)) {
    const auto known = told_.find(stage.stage);
    const bool is_new = known == told_.end() || known->second.state != stage.state ||
                        known->second.attempt != stage.attempt;
    if (is_new) {
      add(events, "stage", shown_stage(api::stage_json(stage, now), reader_.is_told_texts));
    } else if (known->second.units != stage.units) {
      add(events, "progress", shown_stage(api::stage_json(stage, now), reader_.is_told_texts));
    }
    told_.insert_or_assign(stage.stage, std::move(stage));
  }
}

void RunEvents::add_log(std::string& events) {
  for (const workspace::EventRecord& event :
       workspace_.events(run_, {.after = after_, .limit = kLinesAtOnce})) {
    events += fmt::format("id: {}\n", event.id);
    add(events, "log", api::event_json(event));
    after_ = event.id;
  }
}

}  // namespace ca::endpoints
