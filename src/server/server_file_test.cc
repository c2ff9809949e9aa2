#include "server/server_file.h"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <fstream>

#include "base/error.h"
#include "base/scratch_folder.h"
#include "server/systemd.h"

namespace ca::server {
namespace {

TEST(ServerFile, NamesTheProcessAsLongAsItServes) {
  const ScratchFolder folder;
  const auto home = workspace::Home::open(folder.path() / "home");
  EXPECT_FALSE(find_server(home));
  {
    ServerPlace place = ServerPlace::take(home);
    EXPECT_FALSE(find_server(home));
    place.announce("http://127.0.0.1:5000", "1.2.3");
    const auto server = find_server(home);
    ASSERT_TRUE(server);
    EXPECT_EQ(server->pid, ::getpid());
    EXPECT_EQ(server->url, "http://127.0.0.1:5000");
    EXPECT_EQ(server->version, "1.2.3");
    struct stat status {};
    ASSERT_EQ(::stat((home.folder() / "server.json").c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0600);
  }
  EXPECT_FALSE(find_server(home));
  EXPECT_FALSE(std::filesystem::exists(home.folder() / "server.json"));
}

TEST(ServerFile, AHomeHasOneServer) {
  const ScratchFolder folder;
  const auto home = workspace::Home::open(folder.path() / "home");
  ServerPlace place = ServerPlace::take(home);
  place.announce("http://127.0.0.1:5000", "1.2.3");
  try {
    ServerPlace::take(home);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "E-SERVER");
    EXPECT_NE(error.message().find("http://127.0.0.1:5000"), std::string::npos);
  }
}

TEST(ServerFile, AnotherProcessWithThatNumberIsNotTheServer) {
  const ScratchFolder folder;
  const auto home = workspace::Home::open(folder.path() / "home");
  const auto write = [&](const std::string& text) {
    std::ofstream(home.folder() / "server.json") << text;
  };
  const std::string rest = R"(,"url":"u","version":"v","started_at":"s"})";
  const std::string self = std::to_string(::getpid());
  write(R"({"pid":)" + self + R"(,"start_time":)" + std::to_string(*start_time_of(::getpid())) +
        rest);
  EXPECT_TRUE(find_server(home));
  write(R"({"pid":)" + self + R"(,"start_time":12345)" + rest);
  EXPECT_FALSE(find_server(home));
  for (const char* bad : {"", "{", "[]", R"({"pid":"x"})", R"({"pid":1})"}) {
    write(bad);
    EXPECT_FALSE(find_server(home)) << bad;
  }
}

TEST(ServerFile, AProcessThatHasEndedIsNotAlive) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(0);
  RunningServer server;
  server.pid = child;
  siginfo_t info{};
  ::waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOWAIT);
  EXPECT_FALSE(start_time_of(child));  // it has ended, though its parent has not looked yet
  ::waitpid(child, nullptr, 0);
  EXPECT_FALSE(start_time_of(child));
  EXPECT_FALSE(is_alive(server));
  EXPECT_FALSE(start_time_of(0));
}

TEST(Systemd, IsToldThroughItsSocket) {
  const ScratchFolder folder;
  const std::string path = folder.path() / "notify";
  const int socket = ::socket(AF_UNIX, SOCK_DGRAM, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, path.c_str(), sizeof(address.sun_path) - 1);
  ASSERT_EQ(::bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof(address)), 0);
  ::setenv("NOTIFY_SOCKET", path.c_str(), 1);
  notify_systemd("READY=1");
  ::unsetenv("NOTIFY_SOCKET");
  std::array<char, 100> bytes{};
  EXPECT_EQ(::recv(socket, bytes.data(), bytes.size(), MSG_DONTWAIT), 7);
  EXPECT_STREQ(bytes.data(), "READY=1");
  notify_systemd("READY=1");  // nobody asks: nothing happens
  EXPECT_EQ(::recv(socket, bytes.data(), bytes.size(), MSG_DONTWAIT), -1);
  ::close(socket);

  EXPECT_FALSE(watchdog_time());
  ::setenv("WATCHDOG_USEC", "30000000", 1);
  EXPECT_EQ(watchdog_time(), std::chrono::seconds(15));
  ::setenv("WATCHDOG_PID", "1", 1);
  EXPECT_FALSE(watchdog_time());
  ::unsetenv("WATCHDOG_PID");
  ::unsetenv("WATCHDOG_USEC");
}

}  // namespace
}  // namespace ca::server
