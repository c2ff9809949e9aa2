#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "endpoints/message.h"

namespace ca::server {

/// An IP address; IPv4 ones as they stand within IPv6 (::ffff:a.b.c.d), so that both are one kind.
using Address = std::array<std::uint8_t, 16>;

/// Nothing for any text that is no address. Brackets and a zone are not part of one.
std::optional<Address> parse_address(std::string_view text);
bool is_loopback(const Address& address);
/// Whom the address stands for where shares are counted: of IPv6 the network of 64 bits, all of
/// which one client has.
Address share_of(const Address& address);
/// As people write it; of ::ffff:a.b.c.d a.b.c.d.
std::string text_of(const Address& address);

/// "10.0.0.0/8", "fd00::/8" or a single address.
struct Network {
  Address address{};
  int bits = 128;

  /// Throws Error E-PARAM for any other text.
  static Network parse(std::string_view text);
  bool contains(const Address& other) const;
};

/// Who asked, as the connection and trusted proxies say.
struct Client {
  std::string address;
  bool is_secure = false;
};

/// The proxies whose word about clients is taken.
class TrustedProxies {
 public:
  TrustedProxies() = default;
  explicit TrustedProxies(std::vector<Network> networks) : networks_(std::move(networks)) {}

  bool trusts(const Address& address) const;
  /// Of a request that came from `peer`: when that is trusted, the last address in
  /// X-Forwarded-For that is none of the proxies', and what the last X-Forwarded-Proto says. Of
  /// anybody else the headers that claim such things are taken out.
  Client client_of(const Address& peer, bool is_tls, endpoints::Headers& headers) const;

 private:
  std::vector<Network> networks_;
};

/// The names at which a server answers, so that a page elsewhere cannot reach it through a name
/// of its own that it points at this machine (DNS rebinding).
class HostNames {
 public:
  /// Any name is allowed.
  HostNames() = default;
  /// These, and the names of the machine itself: localhost, 127.0.0.1, [::1].
  explicit HostNames(std::vector<std::string> names);

  /// `host`: a Host header, with or without a port.
  bool allows(std::string_view host) const;
  /// Whether the text can be a Host at all.
  static bool is_well_formed(std::string_view host);

 private:
  std::optional<std::vector<std::string>> names_;
};

}  // namespace ca::server
