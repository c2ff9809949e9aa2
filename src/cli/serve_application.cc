#include "cli/serve_application.h"

#include <fmt/format.h>

#include <chrono>

#include "base/error.h"
#include "base/log.h"
#include "endpoints/authentication.h"
#include "endpoints/endpoints.h"
#include "endpoints/target.h"
#include "runs/housekeeping.h"

namespace ca::cli {
namespace {

/// Live questions wait for their turn on these threads, so they are more than processors.
constexpr std::size_t kWaitingQuestions = 32;

}  // namespace

ServeApplication::ServeApplication(const workspace::Home& home, const server::SiteFile& document)
    : home_(home),
      workspace_(home),
      live_(home, {.waiting = kWaitingQuestions}),
      people_(workspace_, home),
      supervisor_(home_, workspace_),
      demo_(home_),
      scheduler_(
          workspace_,
          [this](const runs::DueRun& due) {
            supervisor_.start({due.options, workspace::Trigger::kSchedule, due.schedule});
          },
          [this](workspace::TimePoint now) { runs::keep_house(workspace_, now); }),
      metrics_(CA_VERSION, {.connections = [this] { return connections_ ? connections_() : 0; },
                            .questions_waiting =
                                [this] { return static_cast<std::int64_t>(live_.waiting()); }}),
      services_{home_, workspace_, live_, people_, supervisor_, metrics_, demo_},
      router_(std::make_unique<endpoints::Router>(
          endpoints::all_endpoints(services_, CA_VERSION),
          [this](const endpoints::Request& request) { return identify(people_, request); },
          [this](std::string_view route, std::string_view method, int status, double seconds) {
            metrics_.observe_request(route, method, status, seconds);
          })),
      pages_(std::make_unique<endpoints::Pages>(
          *router_,
          [this](const endpoints::Request& request) { return identify(people_, request); },
          document.content, document.tag)),
      warming_(std::make_shared<Cancellation>()) {}

ServeApplication::~ServeApplication() { stop(); }

void ServeApplication::start(std::function<std::int64_t()> connections) {
  connections_ = std::move(connections);
  scheduler_.start();
  warm_thread_ = std::thread([this] { keep_warm(); });
}

void ServeApplication::stop() {
  warming_->cancel();
  if (warm_thread_.joinable()) warm_thread_.join();
  scheduler_.stop();
  demo_.stop();
  supervisor_.shutdown();
}

/// Maps the journeys of what was published, so that no question pays for that.
void ServeApplication::keep_warm() {
  std::optional<workspace::Current> warm;
  std::string told;
  while (!warming_->is_cancelled()) {
    try {
      const auto current = workspace::read_current(home_);
      if (current != warm) {
        live_.warm(*warming_);
        warm = current;
      }
      told.clear();
    } catch (const Error& error) {
      if (error.message() != told && !warming_->is_cancelled()) {
        log::warning("not warm", {{"code", error.code()}, {"reason", error.message()}});
      }
      told = error.message();
    }
    for (int wait = 0; wait < 10 && !warming_->is_cancelled(); ++wait) {
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
  }
}

std::string ServeApplication::first_owner_address(const std::string& url) {
  const auto link = people_.first_owner_link();
  if (!link) return {};
  return fmt::format("{}/register#token={}", url, endpoints::encode(link->token));
}

}  // namespace ca::cli
