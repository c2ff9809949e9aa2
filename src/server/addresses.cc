#include "server/addresses.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstring>

#include "base/error.h"
#include "endpoints/header_text.h"

namespace ca::server {
namespace {

/// An address as proxies write it: maybe in brackets, maybe with a port.
std::optional<Address> parse_hop(std::string_view text) {
  text = endpoints::without_blanks(text);
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos) return std::nullopt;
    return parse_address(text.substr(1, end - 1));
  }
  if (std::ranges::count(text, ':') == 1) text = text.substr(0, text.find(':'));
  return parse_address(text);
}

bool is_claim(std::string_view name) {
  return name.size() > 12 ? endpoints::is_same_name(name.substr(0, 12), "X-Forwarded-")
                          : endpoints::is_same_name(name, "Forwarded") ||
                                endpoints::is_same_name(name, "X-Real-IP");
}

bool is_four(const Address& address) {
  constexpr std::array<std::uint8_t, 12> within = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  return std::equal(within.begin(), within.end(), address.begin());
}

/// The host without its port; brackets stay.
std::string_view without_port(std::string_view host) {
  const std::size_t colon = host.starts_with('[') ? host.find(':', host.find(']')) : host.find(':');
  return host.substr(0, colon);
}

}  // namespace

std::optional<Address> parse_address(std::string_view text) {
  const std::string copy(text);
  Address address{};
  if (::inet_pton(AF_INET6, copy.c_str(), address.data()) == 1) return address;
  address = {};
  address[10] = address[11] = 0xff;
  if (::inet_pton(AF_INET, copy.c_str(), address.data() + 12) == 1) return address;
  return std::nullopt;
}

bool is_loopback(const Address& address) {
  return Network::parse("127.0.0.0/8").contains(address) || address == *parse_address("::1");
}

Address share_of(const Address& address) {
  Address share = address;
  if (!is_four(address)) std::fill(share.begin() + 8, share.end(), std::uint8_t{0});
  return share;
}

std::string text_of(const Address& address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (is_four(address)) {
    ::inet_ntop(AF_INET, address.data() + 12, text.data(), text.size());
  } else {
    ::inet_ntop(AF_INET6, address.data(), text.data(), text.size());
  }
  return text.data();
}

Network Network::parse(std::string_view text) {
  const std::size_t slash = text.find('/');
  const std::optional<Address> address = parse_address(text.substr(0, slash));
  Network network;
  bool is_good = address.has_value();
  if (is_good && slash != std::string_view::npos) {
    const std::string_view number = text.substr(slash + 1);
    const char* end = number.data() + number.size();
    const auto [at, error] = std::from_chars(number.data(), end, network.bits);
    const bool is_four = text.find(':') == std::string_view::npos;
    is_good = error == std::errc() && at == end && network.bits >= 0 &&
              network.bits <= (is_four ? 32 : 128);
    if (is_four) network.bits += 96;
  }
  if (!is_good) {
    throw Error("E-PARAM", fmt::format("\"{}\" is neither an address nor a network.", text),
                "Write an IP address, as 10.0.0.5, or a network, as 10.0.0.0/8.");
  }
  network.address = *address;
  return network;
}

bool Network::contains(const Address& other) const {
  const auto whole = static_cast<std::size_t>(bits / 8);
  if (std::memcmp(address.data(), other.data(), whole) != 0) return false;
  const int rest = bits % 8;
  return rest == 0 || (address.at(whole) >> (8 - rest)) == (other.at(whole) >> (8 - rest));
}

bool TrustedProxies::trusts(const Address& address) const {
  return std::ranges::any_of(networks_,
                             [&](const Network& network) { return network.contains(address); });
}

Client TrustedProxies::client_of(const Address& peer, bool is_tls,
                                 endpoints::Headers& headers) const {
  Client client{text_of(peer), is_tls};
  if (!trusts(peer)) {
    std::erase_if(headers, [](const auto& header) { return is_claim(header.first); });
    return client;
  }
  std::string hops;
  for (const auto& [name, value] : headers) {
    if (endpoints::is_same_name(name, "X-Forwarded-For")) hops += (hops.empty() ? "" : ",") + value;
    if (endpoints::is_same_name(name, "X-Forwarded-Proto")) {
      const std::size_t comma = value.rfind(',');
      const std::string_view last =
          std::string_view(value).substr(comma == std::string::npos ? 0 : comma + 1);
      client.is_secure = endpoints::is_same_name(endpoints::without_blanks(last), "https");
    }
  }
  std::string_view rest = hops;
  while (!rest.empty()) {
    const std::size_t comma = rest.rfind(',');
    const std::string_view hop = rest.substr(comma == std::string_view::npos ? 0 : comma + 1);
    rest = rest.substr(0, comma == std::string_view::npos ? 0 : comma);
    const std::optional<Address> address = parse_hop(hop);
    if (!address) break;  // whoever stands before it could have written anything
    client.address = text_of(*address);
    if (!trusts(*address)) break;
  }
  return client;
}

HostNames::HostNames(std::vector<std::string> names) : names_(std::move(names)) {
  for (const char* own : {"localhost", "127.0.0.1", "[::1]"}) names_->emplace_back(own);
}

bool HostNames::allows(std::string_view host) const {
  if (!names_) return true;
  std::string_view name = without_port(host);
  if (name.ends_with('.')) name.remove_suffix(1);
  return std::ranges::any_of(
      *names_, [&](const std::string& allowed) { return endpoints::is_same_name(allowed, name); });
}

bool HostNames::is_well_formed(std::string_view host) {
  const std::string_view name = without_port(host);
  const std::string_view port = host.substr(name.size());
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  if (!port.empty() && !std::ranges::all_of(port.substr(1), is_digit)) return false;
  if (name.starts_with('[')) {
    return name.ends_with(']') && parse_address(name.substr(1, name.size() - 2)).has_value();
  }
  return !name.empty() && std::ranges::all_of(name, [&](char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' ||
           c == '-' || c == '_';
  });
}

}  // namespace ca::server
