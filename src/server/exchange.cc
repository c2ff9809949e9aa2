#include "server/exchange.h"

#include <boost/asio/post.hpp>

#include "base/error.h"
#include "endpoints/problem.h"

namespace ca::server {
namespace {

namespace asio = boost::asio;

constexpr std::size_t kFilePiece = 256 * 1024;
/// A text from here on is compressed where long questions are answered.
constexpr std::size_t kLongText = 1 << 20;

std::uint64_t mixed(std::uint64_t x) {  // splitmix64: different numbers stay different
  x += 0x9e3779b97f4a7c15;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
  x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
  return x ^ (x >> 31);
}

std::size_t size_of_text(const endpoints::Response& response) {
  if (const auto* text = std::get_if<std::string>(&response.body)) return text->size();
  if (const auto* bytes = std::get_if<endpoints::Bytes>(&response.body)) {
    return *bytes == nullptr ? 0 : (*bytes)->size();
  }
  return 0;
}

}  // namespace

std::string Shared::next_id() {
  constexpr std::string_view digits = "0123456789abcdefghjkmnpqrstvwxyz";
  std::uint64_t number = mixed(ids++);
  std::string id(13, '0');
  for (char& c : id) {
    c = digits[number % 32];
    number /= 32;
  }
  return id;
}

void Exchange::begin_work() {
  is_busy_ = true;
  awaited_.emplace(shared_.io.get_executor());
}

void Exchange::on_worker(asio::thread_pool& pool, std::function<void()> work) {
  begin_work();
  asio::post(pool, [self = shared_from_this(), work = std::move(work)] { work(); });
}

void Exchange::done() {
  asio::post(shared_.io, [self = shared_from_this()] {
    self->is_busy_ = false;
    self->awaited_.reset();
    if (self->bell != nullptr) self->bell->ring();
  });
}

endpoints::Response Exchange::failure() const {
  try {
    throw;
  } catch (const Error& error) {
    return endpoints::problem(error, request);
  } catch (const std::exception& error) {
    return endpoints::problem(Error("E-INTERNAL", error.what()), request);
  } catch (...) {
    return endpoints::problem(Error("E-INTERNAL", "an unknown exception"), request);
  }
}

void Exchange::begin() {
  on_worker(shared_.quick, [this] {
    try {
      admission_ = shared_.application.admit(request);
    } catch (...) {
      admission_ = {};
      admission_.refusal = failure();
    }
    if (admission_.refusal) {
      finish(std::move(*admission_.refusal));
    } else if (has_body) {
      done();
    } else if (admission_.lane == endpoints::Lane::kQuick) {
      compose();
    } else {
      queue();
    }
  });
}

void Exchange::queue() {
  if (admission_.lane != endpoints::Lane::kPassword) {
    asio::post(shared_.pool(admission_.lane), [self = shared_from_this()] { self->compose(); });
    return;
  }
  std::atomic<std::size_t>& waiting = *shared_.passwords_waiting;
  if (waiting.fetch_add(1) >= shared_.options.limits.passwords_waiting) {
    --waiting;
    asio::post(shared_.quick, [self = shared_from_this()] {
      self->finish(endpoints::problem(
          Error("E-BUSY", "Too many passwords are being checked.", "Try again in a moment."),
          self->request));
    });
    return;
  }
  asio::post(shared_.passwords, [self = shared_from_this(), &waiting] {
    --waiting;
    if (self->request.cancellation->is_cancelled()) {  // nobody waits for it any more
      self->finish(endpoints::problem(Error("E-CANCELLED", "The client has gone."), self->request));
    } else {
      self->compose();
    }
  });
}

void Exchange::give_to_sink(std::string piece) {
  on_worker(shared_.pool(admission_.lane), [this, piece = std::move(piece)] {
    try {
      admission_.sink->write(piece);
      done();
    } catch (...) {
      endpoints::Response response = failure();
      admission_.sink.reset();
      finish(std::move(response));
    }
  });
}

void Exchange::answer_it() {
  begin_work();
  queue();
}

void Exchange::compose() {
  endpoints::Response response;
  try {
    response = admission_.sink ? admission_.sink->finish() : shared_.application.answer(request);
  } catch (...) {
    response = failure();
  }
  admission_.sink.reset();
  if (admission_.lane == endpoints::Lane::kQuick && size_of_text(response) > kLongText) {
    auto kept = std::make_shared<endpoints::Response>(std::move(response));
    asio::post(shared_.slow, [self = shared_from_this(), kept] { self->finish(std::move(*kept)); });
  } else {
    finish(std::move(response));
  }
}

void Exchange::finish(endpoints::Response response) {
  user_ = std::move(response.user);
  try {
    answer_.emplace(make_answer(std::move(response), request.id, accept_encoding, if_none_match,
                                shared_.rules));
  } catch (...) {
    answer_.emplace(make_answer(failure(), request.id, {}, {}, shared_.rules));
  }
  done();
}

void Exchange::poll(endpoints::EventSource& source) {
  on_worker(shared_.quick, [this, &source] {
    try {
      is_over_ = source.is_over();  // asked first: what came last is polled after it
      piece_ = source.poll();
    } catch (...) {
      is_over_ = true;
      piece_.clear();
      failure();
    }
    done();
  });
}

void Exchange::read_file(const OpenFile& file, std::uint64_t offset) {
  on_worker(shared_.quick, [this, &file, offset] {
    piece_ = file.read(offset, kFilePiece);
    done();
  });
}

void Exchange::drop_sink() {
  if (!admission_.sink) return;
  on_worker(shared_.quick, [this] {
    admission_.sink.reset();
    done();
  });
}

}  // namespace ca::server
