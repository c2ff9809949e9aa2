#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "endpoints/application.h"
#include "endpoints/authentication.h"
#include "endpoints/endpoint.h"

namespace ca::endpoints {

/// Brings requests to endpoints: finds the one of that method and path, asks who asks, lets in who
/// may (deny by default), checks parameters and body against the declaration, and makes problems of
/// failures. For any thread.
class Router : public Application {
 public:
  using Identify = std::function<Identity(const Request&)>;
  /// Told of every answer: the path as declared (empty when there is none), method, status,
  /// seconds.
  using Observe = std::function<void(std::string_view, std::string_view, int, double)>;

  Router(std::vector<Endpoint> endpoints, Identify identify, Observe observe = {});

  Admission admit(Request& request) override;
  Response answer(const Request& request) override;

  const std::vector<Endpoint>& endpoints() const { return endpoints_; }

 private:
  struct Admitted;
  struct Found;

  Found find(const Request& request) const;
  /// `headers` are those of the identity, also when it throws after that was found.
  std::shared_ptr<Admitted> let_in(const Request& request, Headers& headers);
  Response refuse(const Error& error, const Request& request, std::string_view path) const;

  std::vector<Endpoint> endpoints_;
  std::vector<std::vector<std::string>> segments_;  ///< of each endpoint's path
  Identify identify_;
  Observe observe_;
};

}  // namespace ca::endpoints
