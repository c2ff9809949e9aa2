#include "server/test_support.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <stdexcept>
#include <thread>

namespace ca::server {
namespace {

constexpr std::chrono::seconds kPatience{10};

struct CountingSink : endpoints::BodySink {
  explicit CountingSink(TestApplication& owner) : application(owner) { ++application.sinks; }
  ~CountingSink() override { --application.sinks; }

  void write(std::string_view piece) override {
    count += piece.size();
    if (count > application.sink_limit) throw std::runtime_error("the sink is full");
  }
  endpoints::Response finish() override {
    endpoints::Response response;
    response.body = std::to_string(count);
    return response;
  }

  TestApplication& application;
  std::size_t count = 0;
};

}  // namespace

RawClient::RawClient(std::uint16_t port, int receive_buffer)
    : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
  if (receive_buffer > 0) {
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof(receive_buffer));
  }
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) {
    close();
  }
}

RawClient::RawClient(RawClient&& other) noexcept
    : socket_(std::exchange(other.socket_, -1)), buffer_(std::move(other.buffer_)) {}

RawClient::~RawClient() { close(); }

bool RawClient::send(std::string_view bytes) {
  while (!bytes.empty()) {
    pollfd poll{socket_, POLLOUT, 0};
    if (::poll(&poll, 1, 10'000) != 1) return false;
    const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

std::string RawClient::read_some(std::chrono::steady_clock::time_point deadline) {
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
      deadline - std::chrono::steady_clock::now());
  pollfd poll{socket_, POLLIN, 0};
  if (left.count() < 0 || ::poll(&poll, 1, static_cast<int>(left.count())) != 1) return {};
  std::array<char, 65536> bytes{};
  const ssize_t got = ::recv(socket_, bytes.data(), bytes.size(), 0);
  return got <= 0 ? std::string() : std::string(bytes.data(), static_cast<std::size_t>(got));
}

bool RawClient::fill() {
  const std::string more = read_some(std::chrono::steady_clock::now() + kPatience);
  buffer_ += more;
  return !more.empty();
}

bool RawClient::has_bytes(std::chrono::milliseconds within) const {
  pollfd poll{socket_, POLLIN, 0};
  return ::poll(&poll, 1, static_cast<int>(within.count())) == 1;
}

std::string RawClient::read_until(std::string_view end) {
  while (buffer_.find(end) == std::string::npos) {
    if (!fill()) return std::exchange(buffer_, {});
  }
  const std::size_t size = buffer_.find(end) + end.size();
  std::string out = buffer_.substr(0, size);
  buffer_.erase(0, size);
  return out;
}

Reply RawClient::reply(bool is_head) {
  Reply reply;
  std::string head = read_until("\r\n\r\n");
  if (!head.ends_with("\r\n\r\n") || head.size() < 12) return reply;
  reply.status = std::stoi(head.substr(9, 3));
  std::size_t at = head.find("\r\n") + 2;
  while (head.compare(at, 2, "\r\n") != 0) {
    const std::size_t end = head.find("\r\n", at);
    const std::size_t colon = head.find(": ", at);
    reply.headers.emplace_back(head.substr(at, colon - at),
                               head.substr(colon + 2, end - colon - 2));
    at = end + 2;
  }
  const std::string length = reply.header("Content-Length");
  if (is_head || length.empty()) return reply;
  const std::size_t size = std::stoul(length);
  while (buffer_.size() < size && fill()) {
  }
  reply.body = buffer_.substr(0, size);
  buffer_.erase(0, size);
  return reply;
}

bool RawClient::is_closed(std::chrono::milliseconds within) {
  const auto deadline = std::chrono::steady_clock::now() + within;
  for (;;) {
    pollfd poll{socket_, POLLIN, 0};
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        deadline - std::chrono::steady_clock::now());
    if (left.count() < 0 || ::poll(&poll, 1, static_cast<int>(left.count())) != 1) return false;
    std::array<char, 4096> bytes{};
    if (::recv(socket_, bytes.data(), bytes.size(), 0) <= 0) return true;
  }
}

void RawClient::close_half() { ::shutdown(socket_, SHUT_WR); }

void RawClient::close() {
  if (socket_ >= 0) ::close(std::exchange(socket_, -1));
}

void RawClient::reset() {
  const linger at_once{1, 0};
  ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
  close();
}

std::string get(std::string_view path, std::string_view headers) {
  return fmt::format("GET {} HTTP/1.1\r\nHost: localhost\r\n{}\r\n", path, headers);
}

std::string post(std::string_view path, std::string_view body, std::string_view headers) {
  return fmt::format("POST {} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {}\r\n{}\r\n{}", path,
                     body.size(), headers, body);
}

bool eventually(const std::function<bool()>& condition) {
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return true;
}

std::string TestApplication::Events::poll() {
  ++polls;
  const std::lock_guard lock(mutex);
  return std::exchange(waiting, {});
}

void TestApplication::Events::add(std::string event) {
  const std::lock_guard lock(mutex);
  waiting += event;
}

endpoints::Admission TestApplication::admit(endpoints::Request& request) {
  endpoints::Admission admission;
  admission.body_limit = body_limit;
  if (request.path == "/sink") admission.sink = std::make_unique<CountingSink>(*this);
  if (request.query == "long") admission.lane = endpoints::Lane::kLong;
  if (request.query == "password") admission.lane = endpoints::Lane::kPassword;
  if (request.path == "/refused") {
    admission.refusal.emplace();
    admission.refusal->status = 401;
    admission.refusal->body = std::string("who are you");
  }
  return admission;
}

endpoints::Response TestApplication::answer(const endpoints::Request& request) {
  ++answered;
  endpoints::Response response;
  response.set_header("Content-Type", "text/plain");
  response.user = "somebody";
  if (request.path == "/hello") {
    response.body = std::string("hello");
  } else if (request.path == "/about") {
    std::string text = fmt::format("{} {} {}\n{} {}\n", request.method, request.path, request.query,
                                   request.address, request.is_secure);
    for (const auto& [name, value] : request.headers) text += fmt::format("{}={}\n", name, value);
    response.body = text;
  } else if (request.path == "/echo") {
    response.body = request.body;
  } else if (request.path == "/text") {
    std::string text;
    const std::size_t size = std::stoul(request.query);
    while (text.size() < size) text += fmt::format("line {}\n", text.size());
    text.resize(size);
    response.body = std::move(text);
  } else if (request.path == "/tagged") {
    response.headers = {{"Content-Type", "application/json"}, {"ETag", "\"v1\""}};
    if (request.header("If-None-Match") == "\"v1\"") {
      response.status = 304;
    } else {
      std::string text = "[0";
      while (text.size() < 6'000) text += ",0";
      response.body = std::make_shared<const std::string>(text + "]");
    }
  } else if (request.path == "/wait") {
    ++waiting;
    while (!released && !request.cancellation->is_cancelled()) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    if (request.cancellation->is_cancelled()) ++cancelled;
    --waiting;
    response.body = std::string("waited");
  } else if (request.path == "/file") {
    response.body = endpoints::FileBody{file};
  } else if (request.path == "/events") {
    response.headers.clear();
    response.body = std::shared_ptr<endpoints::EventSource>(events);
  } else if (request.path == "/throws") {
    throw std::runtime_error("a secret of the inside");
  } else {
    response.status = 404;
    response.body = std::string("nothing here");
  }
  return response;
}

Running::Running(const std::function<void(Options&)>& change) {
  Options options;
  options.port = 0;
  options.drain_time = std::chrono::milliseconds(500);
  options.poll_time = std::chrono::milliseconds(5);
  options.limits.head_time = std::chrono::seconds(20);
  options.site = Site(embedded_test_site());
  if (change) change(options);
  server = std::make_unique<Server>(application, options);
  server->start();
}

Reply Running::ask(std::string_view request) const {
  RawClient asking = client();
  asking.send(request);
  return asking.reply(request.starts_with("HEAD"));
}

}  // namespace ca::server
