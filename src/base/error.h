#pragma once

#include <exception>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ca {

/// A failure the user can do something about. `code` is one of the stable words of the product
/// (E-MAP-MISSING, E-FILE, ...); `message` says what happened and why, in one sentence; `hint` says
/// what to do next; `details` are name-value pairs for programs. Thrown by value, caught at the
/// border (command line, API), where it becomes a red line or problem+json. Libraries never print.
class Error : public std::exception {
 public:
  using Details = std::vector<std::pair<std::string, std::string>>;

  Error(std::string code, std::string message, std::string hint = {}, Details details = {})
      : code_(std::move(code)),
        message_(std::move(message)),
        hint_(std::move(hint)),
        details_(std::move(details)) {}

  const char* what() const noexcept override { return message_.c_str(); }
  const std::string& code() const { return code_; }
  const std::string& message() const { return message_; }
  const std::string& hint() const { return hint_; }
  const Details& details() const { return details_; }

 private:
  std::string code_;
  std::string message_;
  std::string hint_;
  Details details_;
};

/// The candidate closest to `word` by edit distance without regard to case, or empty when none is
/// close enough to be a likely slip of the finger.
std::string nearest_name(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace ca
