#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "workspace/clock.h"

namespace ca::people {

// Codes that change with time (TOTP, RFC 6238): 30-second steps, HMAC-SHA-1, six digits, which is
// what authenticator apps know.

/// The step a moment is in.
std::int64_t totp_step(workspace::TimePoint time);
/// The code of a step; `secret` is bytes.
std::string totp_code(std::string_view secret, std::int64_t step, int digits = 6);
/// The step whose code it is, among the present one and its neighbours, after `last_used`, so that
/// no code is good twice.
std::optional<std::int64_t> totp_match(std::string_view secret, std::string_view code,
                                       workspace::TimePoint now, std::int64_t last_used);

/// 160 bits of chance.
std::string random_totp_secret();
/// RFC 4648, without padding: how people type a secret.
std::string base32(std::string_view bytes);
/// What an authenticator app reads from a QR code.
std::string totp_uri(std::string_view secret, std::string_view username);

}  // namespace ca::people
