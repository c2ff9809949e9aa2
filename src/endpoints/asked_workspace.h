#pragma once

#include <memory>
#include <string_view>

#include "api/demo_workspace.h"
#include "endpoints/endpoint.h"
#include "endpoints/services.h"

namespace ca::endpoints {

/// The workspace that a request is about: the real one, or the demo shop, which it holds for as
/// long as it lives.
class AskedWorkspace {
 public:
  AskedWorkspace(Services& services, std::shared_ptr<api::DemoWorkspace::Place> demo)
      : services_(services), demo_(std::move(demo)) {}

  bool is_sample() const { return demo_ != nullptr; }
  const workspace::Home& home() const { return demo_ ? demo_->home : services_.home; }
  workspace::Workspace& workspace() const { return demo_ ? demo_->workspace : services_.workspace; }
  api::Live& live() const { return demo_ ? demo_->live : services_.live; }

 private:
  Services& services_;
  std::shared_ptr<api::DemoWorkspace::Place> demo_;
};

/// By the parameter `workspace`: "main", which is also meant where none is named, or "demo". Error
/// E-DEMO when the demo shop is not ready.
AskedWorkspace asked_workspace(Services& services, const Call& call);
AskedWorkspace asked_workspace(Services& services, std::string_view name);

Schema workspace_schema();
Parameter workspace_parameter();

}  // namespace ca::endpoints
