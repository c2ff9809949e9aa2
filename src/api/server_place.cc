#include "api/server_place.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>

#include "workspace/files.h"

namespace ca::api {

bool is_server_running(const workspace::Home& home) {
  const workspace::File lock(::open((home.folder() / "server.lock").c_str(), O_RDONLY | O_CLOEXEC));
  if (!lock) return false;
  int result = 0;
  do {
    result = ::flock(lock.descriptor(), LOCK_SH | LOCK_NB);
  } while (result != 0 && errno == EINTR);
  return result != 0 && errno == EWOULDBLOCK;
}

}  // namespace ca::api
