#include "serve/host_check.h"

#include <gtest/gtest.h>

namespace corral::serve {
namespace {

void check(HostVerdict expected, std::initializer_list<const char*> hosts) {
    const auto is_local = [](const std::string& address) { return address == "198.51.100.7"; };
    for (const char* host : hosts) {
        EXPECT_EQ(judge_host(host, "Ranch", is_local), expected) << host;
    }
}

TEST(HostCheckTest, AcceptsAddressesOfThisMachineAndPrivateNetworks) {
    check(HostVerdict::address,
          {"127.0.0.1", "127.0.0.1:11434", "127.1.2.3", "0.0.0.0:1", "[::1]:11434", "::1", "[::]:1",
           "10.1.2.3", "172.16.0.1", "172.31.255.255:80", "192.168.1.1", "[fd00::1]:80",
           "[::ffff:127.0.0.1]:80", "198.51.100.7:11434"});
}

TEST(HostCheckTest, AcceptsNamesOfThisMachine) {
    check(HostVerdict::name, {"", "localhost", "LocalHost:11434", "ranch", "RANCH:80", "x.local",
                              "my.app.Localhost", "host.docker.internal:11434"});
}

TEST(HostCheckTest, RefusesOthers) {
    check(HostVerdict::refused,
          {"example.com", "example.com:11434", "8.8.8.8", "172.32.0.1", "[2001:db8::1]:80", "[::1]",
           "localhost.example.com", "local", "xlocalhost", "a:b:c"});
}

}  // namespace
}  // namespace corral::serve
