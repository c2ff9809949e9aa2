#pragma once

#include <cstddef>
#include <memory>
#include <optional>

#include "endpoints/message.h"

namespace ca::endpoints {

/// Which threads answer: questions that compute must not keep others from what is at hand, and
/// passwords, which anybody can send to be hashed, must not keep questions from their threads.
enum class Lane : std::uint8_t { kQuick, kLong, kPassword };

/// What is known of a request before its body is read.
struct Admission {
  std::optional<Response> refusal;  ///< sent at once; the body is not read
  std::size_t body_limit = 0;       ///< bytes
  Lane lane = Lane::kQuick;
  std::unique_ptr<BodySink> sink;  ///< takes the body, and answers; else answer() does
};

/// What a server serves. For any thread.
class Application {
 public:
  virtual ~Application() = default;
  /// Looks at a request without its body: whether it is let in, and how much may follow. Called on
  /// a quick worker's thread, and leaves in the request what answer() needs to know. Throws
  /// nothing.
  virtual Admission admit(Request& request) = 0;
  /// Answers a request that was admitted, whose body is complete. Called on a thread of its lane.
  /// Throws nothing: failures are answers.
  virtual Response answer(const Request& request) = 0;
};

}  // namespace ca::endpoints
