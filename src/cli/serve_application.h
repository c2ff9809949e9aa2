#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "api/demo_workspace.h"
#include "api/live.h"
#include "endpoints/application.h"
#include "endpoints/metrics.h"
#include "endpoints/pages.h"
#include "endpoints/router.h"
#include "endpoints/services.h"
#include "people/people.h"
#include "runs/scheduler.h"
#include "runs/supervisor.h"
#include "server/site.h"
#include "workspace/home.h"
#include "workspace/workspace.h"

namespace ca::cli {

/// What `serve` serves: the pages and the endpoints over a home, with all that they work with, and
/// what works beside them: runs are supervised, the schedule asks for them, and questions about
/// what was just published find it warm. Made after the process is the home's only server, before
/// it listens.
class ServeApplication : public endpoints::Application {
 public:
  /// `document` draws every page.
  ServeApplication(const workspace::Home& home, const server::SiteFile& document);
  ServeApplication(const ServeApplication&) = delete;
  ServeApplication& operator=(const ServeApplication&) = delete;
  ~ServeApplication() override;

  endpoints::Admission admit(endpoints::Request& request) override {
    return pages_->admit(request);
  }
  endpoints::Response answer(const endpoints::Request& request) override {
    return pages_->answer(request);
  }

  /// Begins what works beside the endpoints. `connections` counts the server's.
  void start(std::function<std::int64_t()> connections);
  /// Ends it. A run that works goes on: it is a process of its own.
  void stop();

  /// The address at which the first owner enrols, when there is nobody yet; else empty.
  std::string first_owner_address(const std::string& url);

 private:
  void keep_warm();

  workspace::Home home_;
  workspace::Workspace workspace_;
  api::Live live_;
  people::People people_;
  runs::Supervisor supervisor_;
  api::DemoWorkspace demo_;
  runs::Scheduler scheduler_;
  std::function<std::int64_t()> connections_;
  endpoints::Metrics metrics_;
  endpoints::Services services_;
  std::unique_ptr<endpoints::Router> router_;
  std::unique_ptr<endpoints::Pages> pages_;
  std::shared_ptr<Cancellation> warming_;
  std::thread warm_thread_;
};

}  // namespace ca::cli
