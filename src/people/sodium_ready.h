#pragma once

namespace ca::people {

/// Before anything else of libsodium, as often as one likes, in any thread.
void make_sodium_ready();

}  // namespace ca::people
