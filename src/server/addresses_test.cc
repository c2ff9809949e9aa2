#include "server/addresses.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace ca::server {
namespace {

endpoints::Headers forwarded(std::string hops, std::string protocol = "https") {
  return {{"X-Forwarded-For", std::move(hops)},
          {"X-Forwarded-Proto", std::move(protocol)},
          {"X-Other", "y"}};
}

TEST(Addresses, NetworksHoldTheirAddresses) {
  const auto holds = [](std::string_view network, std::string_view address) {
    return Network::parse(network).contains(*parse_address(address));
  };
  EXPECT_TRUE(holds("10.0.0.0/8", "10.255.0.1"));
  EXPECT_FALSE(holds("10.0.0.0/8", "11.0.0.1"));
  EXPECT_TRUE(holds("192.168.4.0/22", "192.168.7.255"));
  EXPECT_FALSE(holds("192.168.4.0/22", "192.168.8.0"));
  EXPECT_TRUE(holds("10.0.0.5", "::ffff:10.0.0.5"));
  EXPECT_TRUE(holds("fd00::/8", "fdff::1"));
  EXPECT_FALSE(holds("0.0.0.0/0", "::1"));
  for (const char* bad :
       {"", "x", "10.0.0.0/33", "10.0.0.0/", "10.0.0/8", "::1/129", "10.0.0.1/-1"}) {
    EXPECT_THROW(Network::parse(bad), Error) << bad;
  }
}

TEST(Addresses, AllOfANetworkOfIPv6HasOneShare) {
  const auto share = [](std::string_view text) { return share_of(*parse_address(text)); };
  EXPECT_EQ(share("2001:db8:1:2::1"), share("2001:db8:1:2:ffff::9"));
  EXPECT_NE(share("2001:db8:1:2::1"), share("2001:db8:1:3::1"));
  EXPECT_NE(share("10.0.0.1"), share("10.0.0.2"));
  EXPECT_EQ(share("10.0.0.1"), share("::ffff:10.0.0.1"));
}

TEST(Addresses, OnlyTrustedProxiesSayWhoTheClientIs) {
  const TrustedProxies proxies({Network::parse("10.0.0.0/8")});
  endpoints::Headers headers = forwarded("1.2.3.4");
  Client client = proxies.client_of(*parse_address("9.9.9.9"), false, headers);
  EXPECT_EQ(client.address, "9.9.9.9");
  EXPECT_FALSE(client.is_secure);
  EXPECT_EQ(headers.size(), 1);  // nobody behind may believe them either

  headers = forwarded("6.6.6.6, 1.2.3.4, 10.0.0.7");
  client = proxies.client_of(*parse_address("::ffff:10.0.0.1"), false, headers);
  EXPECT_EQ(client.address, "1.2.3.4");  // what stands before it the client may have made up
  EXPECT_TRUE(client.is_secure);

  headers = forwarded("1.2.3.4, rubbish", "http");
  client = proxies.client_of(*parse_address("10.0.0.1"), false, headers);
  EXPECT_EQ(client.address, "10.0.0.1");
  EXPECT_FALSE(client.is_secure);

  headers = forwarded("[2001:db8::1]:4711");
  EXPECT_EQ(proxies.client_of(*parse_address("10.0.0.1"), false, headers).address, "2001:db8::1");
}

TEST(Addresses, HostNamesAreComparedWithoutPortAndCase) {
  const HostNames names({"shop.example"});
  for (const char* good : {"localhost", "LOCALHOST:5000", "127.0.0.1:5000", "[::1]", "[::1]:80",
                           "shop.example", "Shop.Example.", "shop.example:443"}) {
    EXPECT_TRUE(names.allows(good)) << good;
  }
  for (const char* bad : {"evil.example", "localhost.evil.example", "127.0.0.2", "[::2]", "",
                          "shop.example@evil", "xlocalhost"}) {
    EXPECT_FALSE(names.allows(bad)) << bad;
  }
  EXPECT_TRUE(HostNames().allows("evil.example"));
  EXPECT_TRUE(HostNames::is_well_formed("a-b.c_d:80"));
  EXPECT_TRUE(HostNames::is_well_formed("[::1]:80"));
  for (const char* bad : {"", ":80", "a:b", "a/b", "a b", "[::1", "[x]", "a@b", "a,b"}) {
    EXPECT_FALSE(HostNames::is_well_formed(bad)) << bad;
  }
}

}  // namespace
}  // namespace ca::server
