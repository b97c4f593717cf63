#include "registry/reach.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>

namespace corral::registry {
namespace {

TEST(Reach, OfHostsIsToldByTheirText) {
    const auto check = [](Reach expected, std::initializer_list<const char*> hosts) {
        for (const char* host : hosts) EXPECT_EQ(reach_of_host(host), expected) << host;
    };
    check(Reach::machine, {"localhost", "a.localhost:1", "127.0.0.1:80", "[::1]:5000", "127.1",
                           "0x7f000001", "2130706433", "0.0.0.0", "[::ffff:127.0.0.1]", ""});
    check(Reach::link, {"169.254.169.254", "[fe80::1]"});
    check(Reach::private_network, {"10.1.2.3", "192.168.0.1", "172.31.0.1", "100.64.0.1",
                                   "[fd00::1]", "[::ffff:10.0.0.1]"});
    check(Reach::internet, {"8.8.8.8", "172.32.0.1", "[2001:db8::1]:443"});
    EXPECT_EQ(reach_of_host("registry.ollama.ai"), std::nullopt);
}

TEST(Reach, OfAddresses) {
    sockaddr_in v4{};
    v4.sin_family = AF_INET;
    v4.sin_addr.s_addr = htonl(0x0A000001);
    EXPECT_EQ(reach_of(reinterpret_cast<const sockaddr&>(v4)), Reach::private_network);
    sockaddr_in6 v6{};
    v6.sin6_family = AF_INET6;
    v6.sin6_addr = in6addr_loopback;
    EXPECT_EQ(reach_of(reinterpret_cast<const sockaddr&>(v6)), Reach::machine);
}

}  // namespace
}  // namespace corral::registry
