#include "server/connection.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <exception>
#include <utility>

#include "base/log.h"

namespace ca::server {
namespace {

namespace asio = boost::asio;
using std::chrono::milliseconds;

constexpr std::size_t kBodyRoom = 64 * 1024;     ///< bytes of a body that wait for their turn
constexpr std::size_t kSinkPiece = 256 * 1024;   ///< bytes a BodySink gets at a time
constexpr std::size_t kTogether = 32 * 1024;     ///< a body up to here goes with its head
constexpr std::size_t kWritePiece = 256 * 1024;  ///< of which progress is noticed
constexpr milliseconds kParting{1'000};
/// A client that closed its half right behind its request may still want a quick answer.
constexpr milliseconds kGrace{200};
constexpr std::chrono::seconds kSlow{5};
constexpr int kClientGone = 499;  ///< for the log alone

/// One's place among the streams of the server and of a user, until it is destroyed.
class StreamPlace {
 public:
  /// Throws Refusal when there are too many.
  StreamPlace(std::shared_ptr<Shared> shared, std::string user)
      : shared_(std::move(shared)), user_(std::move(user)) {
    const Limits& limits = shared_->options.limits;
    if (shared_->all_streams >= limits.streams) {
      throw Refusal{503, "E-BUSY", "Too many streams of events are open. Try again later."};
    }
    const auto own = shared_->streams.find(user_);
    if (own != shared_->streams.end() && own->second >= limits.streams_per_user) {
      throw Refusal{429, "M-429", "Slow down a little."};
    }
    ++shared_->all_streams;
    ++shared_->streams[user_];
  }
  StreamPlace(const StreamPlace&) = delete;
  StreamPlace& operator=(const StreamPlace&) = delete;
  ~StreamPlace() {
    --shared_->all_streams;
    const auto own = shared_->streams.find(user_);
    if (--own->second == 0) shared_->streams.erase(own);
  }

 private:
  std::shared_ptr<Shared> shared_;
  std::string user_;
};

/// Whether a request that begins so is a HEAD. An empty line may stand before it.
bool is_head(std::string_view begin) {
  if (begin.starts_with("\r\n")) begin.remove_prefix(2);
  return begin.starts_with("HEAD ");
}

/// What anybody may ask of a server behind a proxy: whoever watches whether it is alive.
bool is_health(std::string_view path) { return path == "/healthz" || path == "/readyz"; }

}  // namespace

Time Pace::deadline() const {
  const auto rate = std::max<std::size_t>(limits_.least_rate, 1);
  const auto earned = milliseconds(bytes_ * 1'000 / rate);
  return std::min(last_ + limits_.idle_time, began_ + limits_.idle_time + earned);
}

void Connection::start(std::shared_ptr<Shared> shared, std::shared_ptr<Wire> wire, Address peer) {
  asio::io_context& io = shared->io;
  auto connection = std::make_shared<Connection>(shared, std::move(wire), peer);
  shared->connections.insert(connection.get());
  ++*shared->open;
  // The lambda below holds the connection until its coroutine has ended.
  auto end = [connection, shared](const std::exception_ptr& failure) {
    connection->wire_->close();
    if (connection->exchange_) {
      connection->exchange_->bell = nullptr;
      connection->exchange_->request.cancellation->cancel();
    }
    shared->body_bytes -= connection->held_;
    shared->connections.erase(connection.get());
    --*shared->open;
    if (!failure) return;
    try {
      std::rethrow_exception(failure);
    } catch (const std::exception& error) {
      log::error("connection failed", {{"reason", error.what()}});
    }
  };
  asio::co_spawn(io, connection->serve(), std::move(end));
}

Connection::Awaitable<void> Connection::serve() {
  const Time deadline = Clock::now() + limits().head_time;
  wire_->shake_hands();
  while (!wire_->is_ready() && !wire_->is_broken()) {
    if (Clock::now() >= deadline || shared_->is_draining) wire_->close();
    co_await wire_->bell().wait(deadline);
  }
  bool is_open = wire_->is_ready();
  while (is_open) is_open = co_await serve_one();
  if (!wire_->is_broken()) co_await part();
}

Connection::Awaitable<bool> Connection::read_head(RequestReader& reader) {
  const bool is_first = std::exchange(is_first_, false);
  idle_since_ = headless_since_ = Clock::now();
  Time deadline = *idle_since_ + (is_first ? limits().head_time : limits().keep_alive_time);
  for (;;) {
    if (!wire_->arrived().empty()) {
      if (idle_since_) {
        idle_since_.reset();
        began_ = Clock::now();
        headless_since_ = began_;
        deadline = began_ + limits().head_time;
      }
      // Also an answer to what cannot be read has no body when it was a HEAD.
      exchange_->is_head = is_head(wire_->arrived());
      wire_->use(reader.read_head(wire_->arrived()));
      if (reader.has_head()) {
        headless_since_.reset();
        co_return true;
      }
    }
    if (wire_->is_ended() || shared_->is_breaking_off) co_return false;
    if (idle_since_ && shared_->is_draining) co_return false;
    if (Clock::now() >= deadline) {
      if (idle_since_) co_return false;
      throw Refusal{408, "E-TIMEOUT", "The request took too long to arrive."};
    }
    wire_->read_on(limits().head_bytes + 16);
    co_await wire_->bell().wait(deadline);
  }
}

void Connection::take_head(RequestReader& reader) {
  endpoints::Request& request = exchange_->request;
  request.method = std::move(reader.head().method);
  request.path = std::move(reader.head().path);
  request.query = std::move(reader.head().query);
  request.headers = std::move(reader.head().headers);
  endpoints::join_lists(request.headers);
  const Client client = shared_->proxies.client_of(peer_, shared_->is_tls, request.headers);
  request.address = client.address;
  request.is_secure = client.is_secure;
  wants_close_ = reader.wants_close();
  check_peer_and_host();
  exchange_->accept_encoding = request.header("Accept-Encoding");
  exchange_->if_none_match = request.header("If-None-Match");
  exchange_->has_body = reader.has_body();
}

void Connection::check_peer_and_host() const {
  const endpoints::Request& request = exchange_->request;
  // Whoever comes around the proxy would send passwords in the clear (SEC-33).
  if (shared_->options.behind_proxy && !shared_->is_tls && !shared_->proxies.trusts(peer_) &&
      !is_health(request.path)) {
    throw Refusal{403, "E-FORBIDDEN", "This server answers its proxy alone. Speak to that."};
  }
  const std::string_view host = request.header("Host");
  if (!HostNames::is_well_formed(host)) throw Refusal{400, "E-HTTP", "The Host is malformed."};
  if (!shared_->names.allows(host)) {
    throw Refusal{421, "E-HTTP", "This server does not answer at that host name."};
  }
}

bool Connection::is_static(const SiteFile*& file) const {
  const std::string& method = exchange_->request.method;
  file = shared_->options.site.find(exchange_->request.path);
  // Documents are the application's: it knows who may see which page.
  if (file == nullptr || file->path.ends_with(".html")) return false;
  if (method != "GET" && method != "HEAD") {
    throw Refusal{405, "E-METHOD", method + " is not possible here.", "GET, HEAD"};
  }
  return !exchange_->has_body;
}

Answer Connection::static_answer(const SiteFile& file) const {
  const bool is_small =
      !file.gzip.empty() && choose_encoding(exchange_->accept_encoding, false) == Encoding::kGzip;
  const bool is_kept = file.path.starts_with("/assets/");
  const bool is_known = names_tag(exchange_->if_none_match, file.tag);
  endpoints::Response response;
  response.set_header(
      "ETag", is_known ? form_named(exchange_->if_none_match, file.tag)
                       : tag_of_form(file.tag, is_small ? Encoding::kGzip : Encoding::kIdentity));
  response.set_header("Cache-Control",
                      is_kept ? "public, max-age=31536000, immutable" : "no-cache");
  if (!file.gzip.empty()) response.set_header("Vary", "Accept-Encoding");
  if (is_known) {
    response.status = 304;
  } else {
    response.set_header("Content-Type", std::string(file.type));
    if (is_small) response.set_header("Content-Encoding", "gzip");
  }
  const std::string_view content = is_small ? file.gzip : file.content;
  return make_static_answer(response, content, exchange_->request.id, shared_->rules);
}

Connection::Awaitable<bool> Connection::serve_one() {
  exchange_ = std::make_shared<Exchange>(*shared_);
  exchange_->request.id = shared_->next_id();
  exchange_->request.address = text_of(peer_);
  exchange_->request.cancellation = std::make_shared<Cancellation>();
  exchange_->bell = &wire_->bell();
  sent_ = 0;
  wants_close_ = true;
  bool is_there = false;
  bool is_good = false;
  std::optional<Refusal> refusal;
  std::optional<StreamPlace> place;
  try {
    RequestReader reader(limits());
    is_there = co_await read_head(reader);
    if (!is_there) co_return false;
    take_head(reader);
    const SiteFile* file = nullptr;
    if (is_static(file)) {
      exchange_->answer().emplace(static_answer(*file));
      is_good = true;
    } else {
      if (exchange_->is_head) exchange_->request.method = "GET";
      name_plain_tags(exchange_->request.headers);
      exchange_->begin();
      is_good = co_await worker();
      if (is_good && exchange_->has_body) {
        if (!exchange_->answer()) is_good = co_await read_body(reader);
        // Of a body that was not read to its end nobody knows where the next request begins.
        if (!reader.is_complete()) wants_close_ = has_unread_ = true;
        if (is_good && !exchange_->answer()) {
          exchange_->answer_it();
          is_good = co_await worker();
        }
      }
    }
    if (is_good && exchange_->answer()->is_stream() && !exchange_->is_head) {
      place.emplace(shared_, exchange_->user());
    }
  } catch (const Refusal& refused) {
    refusal = refused;
  }
  if (refusal) {
    headless_since_.reset();
    co_await refuse(*refusal);
    co_return false;
  }
  if (is_good) {
    waited_ = Clock::now() - began_;
    is_good = co_await send(*exchange_->answer());
  }
  end_exchange(is_good ? exchange_->answer()->status : kClientGone);
  co_return is_good && !wants_close_ && !shared_->is_draining;
}

Connection::Awaitable<bool> Connection::worker() {
  Cancellation& cancellation = *exchange_->request.cancellation;
  // From now: however long the body took, that was not the worker's time.
  const Time deadline = Clock::now() + limits().answer_time;
  std::optional<Time> ended;
  while (exchange_->is_busy()) {
    const Time now = Clock::now();
    if (wire_->is_broken() || shared_->is_breaking_off) {
      cancellation.cancel();
      co_return false;
    }
    if (now >= deadline) {
      cancellation.cancel();
      throw Refusal{503, "E-TIMEOUT", "The answer took too long."};
    }
    Time next = deadline;
    if (wire_->is_ended()) {
      if (!ended) ended = now + kGrace;
      if (now >= *ended) {
        cancellation.cancel();
      } else {
        next = std::min(next, *ended);
      }
    }
    wire_->read_on(limits().head_bytes);
    co_await wire_->bell().wait(next);
  }
  co_return !wire_->is_broken();
}

Connection::Awaitable<bool> Connection::read_body(RequestReader& reader) {
  const std::uint64_t limit = exchange_->admission().body_limit;
  const bool has_sink = exchange_->admission().sink != nullptr;
  std::string piece;
  reader.read_body({}, limit, piece);
  Pace pace(limits());
  if (reader.expects_continue() && wire_->arrived().empty()) {
    constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
    if (!co_await write(go_on, pace)) co_return false;
    sent_ = 0;
  }
  for (;;) {
    std::string& into = has_sink ? piece : exchange_->request.body;
    const std::size_t before = into.size();
    const std::size_t used = reader.read_body(wire_->arrived(), limit, into);
    wire_->use(used);
    if (used > 0) pace.progress(used);
    if (!has_sink) {
      held_ += into.size() - before;
      shared_->body_bytes += into.size() - before;
      if (shared_->body_bytes > limits().body_memory) {
        throw Refusal{503, "E-BUSY", "There is too much to do at the moment. Try again later."};
      }
    } else if (piece.size() >= kSinkPiece || (reader.is_complete() && !piece.empty())) {
      const Time asked = Clock::now();
      exchange_->give_to_sink(std::exchange(piece, {}));
      if (!co_await worker()) co_return false;
      pace.excuse(Clock::now() - asked);
      if (exchange_->answer()) co_return true;
      if (!reader.is_complete()) continue;  // more may have arrived meanwhile
    }
    if (reader.is_complete()) co_return true;
    if (wire_->is_ended() || shared_->is_breaking_off) co_return false;
    if (Clock::now() >= pace.deadline()) {
      throw Refusal{408, "E-TIMEOUT", "The body took too long to arrive."};
    }
    wire_->read_on(kBodyRoom);
    co_await wire_->bell().wait(pace.deadline());
  }
}

Connection::Awaitable<bool> Connection::write(std::string_view bytes, Pace& pace) {
  while (!bytes.empty()) {
    wire_->write(bytes.substr(0, kWritePiece));
    std::size_t in_flight = wire_->in_flight();
    while (wire_->is_writing()) {
      // A client that reads slowly takes what the system holds long before that takes more.
      if (!wire_->is_broken() && Clock::now() >= pace.deadline()) {
        const std::size_t left = wire_->in_flight();
        if (left < in_flight) pace.progress(0);
        in_flight = left;
      }
      if (!wire_->is_broken() && (Clock::now() >= pace.deadline() || shared_->is_breaking_off)) {
        wire_->close();
      }
      // What was begun ends soon after close(); the bytes are its own until then.
      const Time deadline = wire_->is_broken() ? Clock::now() + kParting : pace.deadline();
      if (wire_->is_writing()) co_await wire_->bell().wait(deadline);
    }
    if (wire_->is_broken()) co_return false;
    pace.progress(wire_->written());
    sent_ += wire_->written();
    bytes.remove_prefix(wire_->written());
  }
  co_return true;
}

Connection::Awaitable<bool> Connection::send(Answer& answer) {
  if (shared_->is_draining) wants_close_ = true;
  std::string head = fmt::format("{}Date: {}\r\n{}\r\n", answer.head, http_date(),
                                 wants_close_ ? "Connection: close\r\n" : "");
  std::string_view body;
  if (const auto* bytes = std::get_if<endpoints::Bytes>(&answer.body)) body = **bytes;
  if (const auto* bytes = std::get_if<std::string_view>(&answer.body)) body = *bytes;
  if (exchange_->is_head) body = {};
  Pace pace(limits());
  if (body.size() <= kTogether) head += std::exchange(body, {});
  if (!co_await write(head, pace)) co_return false;
  if (exchange_->is_head) co_return true;
  if (!body.empty()) co_return co_await write(body, pace);
  if (const auto* file = std::get_if<OpenFile>(&answer.body)) {
    co_return co_await send_file(*file, pace);
  }
  if (answer.is_stream()) co_return co_await send_events(*std::get<3>(answer.body));
  co_return true;
}

Connection::Awaitable<bool> Connection::send_file(const OpenFile& file, Pace& pace) {
  std::uint64_t offset = 0;
  while (offset < file.size()) {
    const Time asked = Clock::now();
    exchange_->read_file(file, offset);
    while (exchange_->is_busy()) {
      const Time deadline = Clock::now() + limits().idle_time;
      co_await wire_->bell().wait(deadline);
    }
    pace.excuse(Clock::now() - asked);
    // A file that has become shorter cannot keep what Content-Length promised.
    if (exchange_->piece().empty()) co_return false;
    offset += exchange_->piece().size();
    if (!co_await write(exchange_->piece(), pace)) co_return false;
  }
  co_return true;
}

Connection::Awaitable<bool> Connection::send_events(endpoints::EventSource& source) {
  Time last = Clock::now();
  for (bool is_over = false; !is_over;) {
    const Time next = Clock::now() + shared_->options.poll_time;
    exchange_->poll(source);
    while (exchange_->is_busy()) {
      const Time deadline = Clock::now() + limits().idle_time;
      co_await wire_->bell().wait(deadline);
    }
    is_over = exchange_->is_over() || shared_->is_draining;
    std::string events = exchange_->piece();
    if (events.empty() && Clock::now() - last >= shared_->options.heartbeat_time) events = ":\n\n";
    if (!events.empty()) {
      Pace pace(limits());
      const std::string chunk = fmt::format("{:x}\r\n{}\r\n", events.size(), events);
      if (!co_await write(chunk, pace)) co_return false;
      last = Clock::now();
    }
    while (!is_over && Clock::now() < next) {
      if (wire_->is_ended() || shared_->is_breaking_off) co_return false;
      if (shared_->is_draining) break;
      wire_->read_on(limits().head_bytes);
      co_await wire_->bell().wait(next);
    }
  }
  Pace pace(limits());
  constexpr std::string_view end = "0\r\n\r\n";
  co_return co_await write(end, pace);
}

Connection::Awaitable<void> Connection::refuse(const Refusal& refusal) {
  const std::string& id = exchange_->request.id;
  Answer answer = make_answer(problem_of(refusal, id), id, {}, {}, shared_->rules);
  wants_close_ = has_unread_ = true;
  waited_ = Clock::now() - began_;
  const bool is_sent = co_await send(answer);
  end_exchange(is_sent ? refusal.status : kClientGone);
}

void Connection::end_exchange(int status) {
  log_request(status);
  exchange_->request.cancellation->cancel();
  exchange_->bell = nullptr;
  if (!exchange_->is_busy()) exchange_->drop_sink();
  exchange_.reset();
  shared_->body_bytes -= std::exchange(held_, 0);
}

Connection::Awaitable<void> Connection::part() {
  const bool is_idle = idle_since_.has_value();
  Time deadline = Clock::now() + kParting;
  if (is_idle) deadline = Clock::now() + (shared_->is_tls ? kGrace : milliseconds(0));
  if (shared_->is_tls) {
    // Once the farewell of TLS was said nothing can be read any more: first what is under way.
    while (has_unread_ && !wire_->is_ended() && Clock::now() < deadline) {
      wire_->use(wire_->arrived().size());
      wire_->read_on(kBodyRoom);
      co_await wire_->bell().wait(deadline);
    }
    deadline = Clock::now() + kGrace;
  }
  if (!wire_->is_broken()) wire_->end_sending();
  while (Clock::now() < deadline && !shared_->is_breaking_off) {
    wire_->use(wire_->arrived().size());
    if (wire_->is_ended() || (shared_->is_tls && wire_->has_ended_sending())) break;
    wire_->read_on(kBodyRoom);
    co_await wire_->bell().wait(deadline);
  }
  wire_->close();
}

void Connection::log_request(int status) {
  const endpoints::Request& request = exchange_->request;
  const std::chrono::duration<double, std::milli> time = Clock::now() - began_;
  RequestEntry entry;
  entry.id = request.id;
  entry.method = exchange_->is_head ? "HEAD" : request.method;
  entry.path = request.path.substr(0, 200);
  entry.parameters = parameter_names(request.query);
  entry.status = status;
  entry.milliseconds = time.count();
  entry.bytes = sent_;
  entry.address = request.address;
  entry.is_slow = waited_ > kSlow;
  if (!exchange_->is_busy()) entry.user = exchange_->user();
  shared_->log.add(std::move(entry));
}

}  // namespace ca::server
