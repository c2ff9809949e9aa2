#include "server/wire.h"

#include <linux/sockios.h>
#include <sys/ioctl.h>

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

namespace ca::server {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

std::size_t in_flight_of(tcp::socket& socket) {
  int bytes = 0;
  if (::ioctl(socket.native_handle(), SIOCOUTQ, &bytes) != 0 || bytes < 0) return 0;
  return static_cast<std::size_t>(bytes);
}

class PlainWire final : public Wire {
 public:
  explicit PlainWire(tcp::socket socket)
      : Wire(socket.get_executor()), socket_(std::move(socket)) {}

  void end_sending() override {
    error_code ignored;
    socket_.shutdown(tcp::socket::shutdown_send, ignored);
    on_ended_sending();
  }
  std::size_t in_flight() override { return in_flight_of(socket_); }

 private:
  std::shared_ptr<PlainWire> self() {
    return std::static_pointer_cast<PlainWire>(shared_from_this());
  }

  void start_read(asio::mutable_buffer into) override {
    socket_.async_read_some(into, [self = self()](const error_code& error, std::size_t bytes) {
      self->on_read(error, bytes);
    });
  }
  void start_write(asio::const_buffer bytes) override {
    socket_.async_write_some(bytes, [self = self()](const error_code& error, std::size_t sent) {
      self->on_written(error, sent);
    });
  }
  void close_socket() override {
    error_code ignored;
    socket_.close(ignored);
  }

  tcp::socket socket_;
};

class TlsWire final : public Wire {
 public:
  TlsWire(tcp::socket socket, std::shared_ptr<asio::ssl::context> context)
      : Wire(socket.get_executor()),
        context_(std::move(context)),
        stream_(std::move(socket), *context_) {}

  void shake_hands() override {
    stream_.async_handshake(asio::ssl::stream_base::server,
                            [self = self()](const error_code& error) { self->on_ready(!error); });
  }
  void end_sending() override {
    stream_.async_shutdown([self = self()](const error_code&) { self->on_ended_sending(); });
  }
  std::size_t in_flight() override { return in_flight_of(stream_.next_layer()); }

 private:
  std::shared_ptr<TlsWire> self() { return std::static_pointer_cast<TlsWire>(shared_from_this()); }

  void start_read(asio::mutable_buffer into) override {
    stream_.async_read_some(into, [self = self()](const error_code& error, std::size_t bytes) {
      self->on_read(error, bytes);
    });
  }
  void start_write(asio::const_buffer bytes) override {
    stream_.async_write_some(bytes, [self = self()](const error_code& error, std::size_t sent) {
      self->on_written(error, sent);
    });
  }
  void close_socket() override {
    error_code ignored;
    stream_.next_layer().close(ignored);
  }

  std::shared_ptr<asio::ssl::context> context_;
  asio::ssl::stream<tcp::socket> stream_;
};

}  // namespace

asio::awaitable<void> Bell::wait(Time deadline) {
  if (!is_rung_) {
    timer_.expires_at(deadline);
    constexpr auto token = asio::as_tuple(asio::use_awaitable);
    co_await timer_.async_wait(token);
  }
  is_rung_ = false;
}

std::shared_ptr<Wire> Wire::plain(tcp::socket socket) {
  return std::make_shared<PlainWire>(std::move(socket));
}

std::shared_ptr<Wire> Wire::over_tls(tcp::socket socket,
                                     std::shared_ptr<asio::ssl::context> context) {
  return std::make_shared<TlsWire>(std::move(socket), std::move(context));
}

void Wire::use(std::size_t bytes) {
  used_ += bytes;
  if (used_ == arrived_.size()) {
    arrived_.clear();
    used_ = 0;
  } else if (used_ > landing_.size()) {
    arrived_.erase(0, used_);
    used_ = 0;
  }
}

void Wire::read_on(std::size_t room) {
  const std::size_t there = arrived().size();
  if (is_reading_ || is_ended_ || there >= room) return;
  is_reading_ = true;
  start_read(asio::buffer(landing_.data(), std::min(landing_.size(), room - there)));
}

void Wire::write(std::string_view bytes) {
  written_ = 0;
  if (is_broken_) return;
  is_writing_ = true;
  start_write(asio::buffer(bytes.data(), bytes.size()));
}

void Wire::close() {
  is_ended_ = is_broken_ = true;
  close_socket();
  bell_.ring();
}

void Wire::on_ready(bool is_good) {
  is_ready_ = is_good;
  if (!is_good) is_ended_ = is_broken_ = true;
  bell_.ring();
}

void Wire::on_read(const error_code& error, std::size_t bytes) {
  is_reading_ = false;
  arrived_.append(landing_.data(), bytes);
  if (error) {
    is_ended_ = true;
    // Over TLS a client that closes without a farewell is one that has ended, like EOF.
    if (error != asio::error::eof && error != asio::ssl::error::stream_truncated) is_broken_ = true;
  }
  bell_.ring();
}

void Wire::on_written(const error_code& error, std::size_t bytes) {
  is_writing_ = false;
  written_ = bytes;
  if (error) is_ended_ = is_broken_ = true;
  bell_.ring();
}

void Wire::on_ended_sending() {
  has_ended_sending_ = true;
  bell_.ring();
}

}  // namespace ca::server
