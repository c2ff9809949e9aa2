#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "endpoints/application.h"
#include "endpoints/authentication.h"

namespace ca::endpoints {

/// The addresses of the page in a browser, in front of the interface for programs
/// (product.md 1.0.3):
///   - every page at /NAME and /NAME.html, as the one document that draws all of them;
///   - who is not signed in is sent to /login?next=..., and / to the first page;
///   - a form that the older program's bookmarks post (fields index and date) to the same question
///     as an address, but nobody is somebody by a field username: 401 (SEC-01);
///   - other methods at a page: 405;
///   - an address that no page and no endpoint has: 404, with the document where a browser asks.
/// Everything else goes to the application behind. For any thread.
class Pages : public Application {
 public:
  using Identify = std::function<Identity(const Request&)>;

  /// `document` is the HTML that draws every page, `tag` its entity tag with quotes. All must
  /// outlive this.
  Pages(Application& behind, Identify identify, std::string_view document, std::string_view tag);

  Admission admit(Request& request) override;
  Response answer(const Request& request) override;

 private:
  Response document_with(int status, const Request& request) const;
  Response page(std::string_view name, const Request& request) const;
  Response form(std::string_view name, const Request& request) const;

  Application& behind_;
  Identify identify_;
  std::string_view document_;
  std::string_view tag_;
};

}  // namespace ca::endpoints
