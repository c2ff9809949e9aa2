#pragma once

#include <array>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <memory>
#include <string>
#include <string_view>

namespace ca::server {

using Clock = std::chrono::steady_clock;
using Time = Clock::time_point;

/// Wakes the coroutine of a connection, which waits for one of several things: bytes, a worker, the
/// end of the server, a moment. Whoever has news rings; whoever wakes looks at everything. So
/// nothing has to be cancelled, and no news gets lost. All of it on the thread of the sockets.
class Bell {
 public:
  explicit Bell(const boost::asio::any_io_executor& executor) : timer_(executor) {}

  void ring() {
    is_rung_ = true;
    timer_.cancel();
  }
  /// Returns when it was rung since the last return, or at the deadline.
  boost::asio::awaitable<void> wait(Time deadline);

 private:
  boost::asio::steady_timer timer_;
  bool is_rung_ = false;
};

/// A connection as bytes that arrived and bytes that go, plain or over TLS. At most one read and
/// one write are under way; both ring the bell. A read stays under way while an answer is made and
/// sent: it tells when the client has gone, and what arrives meanwhile is kept.
class Wire : public std::enable_shared_from_this<Wire> {
 public:
  static std::shared_ptr<Wire> plain(boost::asio::ip::tcp::socket socket);
  static std::shared_ptr<Wire> over_tls(boost::asio::ip::tcp::socket socket,
                                        std::shared_ptr<boost::asio::ssl::context> context);
  virtual ~Wire() = default;

  Bell& bell() { return bell_; }

  /// Begins TLS, or nothing.
  virtual void shake_hands() { is_ready_ = true; }
  bool is_ready() const { return is_ready_; }

  std::string_view arrived() const { return std::string_view(arrived_).substr(used_); }
  void use(std::size_t bytes);
  /// Reads unless a read is under way, nothing will come any more, or `room` bytes are there.
  void read_on(std::size_t room);
  /// The client sends nothing any more: it has gone, or closed its half.
  bool is_ended() const { return is_ended_; }
  /// Nothing can be sent either.
  bool is_broken() const { return is_broken_; }

  /// `bytes` stay valid until is_writing() is false again; written() says how many went.
  void write(std::string_view bytes);
  bool is_writing() const { return is_writing_; }
  std::size_t written() const { return written_; }
  /// Bytes that the system took and the client's system has not yet.
  virtual std::size_t in_flight() = 0;

  /// Says that nothing more will be sent.
  virtual void end_sending() = 0;
  bool has_ended_sending() const { return has_ended_sending_; }
  /// What is under way ends as broken.
  void close();

 protected:
  explicit Wire(const boost::asio::any_io_executor& executor) : bell_(executor) {}

  virtual void start_read(boost::asio::mutable_buffer into) = 0;
  virtual void start_write(boost::asio::const_buffer bytes) = 0;
  virtual void close_socket() = 0;

  void on_ready(bool is_good);
  void on_read(const boost::system::error_code& error, std::size_t bytes);
  void on_written(const boost::system::error_code& error, std::size_t bytes);
  void on_ended_sending();

 private:
  Bell bell_;
  std::string arrived_;
  std::size_t used_ = 0;
  std::array<char, 16 * 1024> landing_{};
  bool is_ready_ = false;
  bool is_reading_ = false;
  bool is_writing_ = false;
  bool is_ended_ = false;
  bool is_broken_ = false;
  bool has_ended_sending_ = false;
  std::size_t written_ = 0;
};

}  // namespace ca::server
