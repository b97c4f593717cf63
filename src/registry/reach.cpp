#include "registry/reach.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>

#include "base/text.h"

namespace corral::registry {

namespace {

struct Network {
    std::uint32_t address;
    int bits;
    Reach reach;
};
constexpr std::array<Network, 7> kNetworks = {{{0x00000000, 8, Reach::machine},
                                               {0x7F000000, 8, Reach::machine},
                                               {0xA9FE0000, 16, Reach::link},
                                               {0x0A000000, 8, Reach::private_network},
                                               {0x64400000, 10, Reach::private_network},
                                               {0xAC100000, 12, Reach::private_network},
                                               {0xC0A80000, 16, Reach::private_network}}};

Reach reach_of_v4(const in_addr& address) {
    const std::uint32_t value = ntohl(address.s_addr);
    const auto found = std::ranges::find_if(kNetworks, [&](const Network& network) {
        return (value ^ network.address) >> (32 - network.bits) == 0;
    });
    return found == kNetworks.end() ? Reach::internet : found->reach;
}

Reach reach_of_v6(const in6_addr& address) {
    if (IN6_IS_ADDR_V4MAPPED(&address)) {
        in_addr inner{};
        std::copy_n(&address.s6_addr[12], 4, reinterpret_cast<unsigned char*>(&inner.s_addr));
        return reach_of_v4(inner);
    }
    if (IN6_IS_ADDR_LOOPBACK(&address) || IN6_IS_ADDR_UNSPECIFIED(&address)) return Reach::machine;
    if (IN6_IS_ADDR_LINKLOCAL(&address)) return Reach::link;
    return (address.s6_addr[0] & 0xFE) == 0xFC ? Reach::private_network : Reach::internet;
}

// The address without its port and brackets.
std::string bare_host(std::string_view host) {
    if (host.starts_with('[')) return lower(host.substr(1, host.find(']') - 1));
    return lower(host.substr(0, host.find(':')));
}

// Numbers in forms that resolvers take though inet_pton does not: 127.1, 0x7f000001, 2130706433.
bool is_odd_number(std::string_view host) {
    return host.find_first_not_of("0123456789abcdefx.") == std::string_view::npos &&
           host.front() >= '0' && host.front() <= '9';
}

}  // namespace

Reach reach_of(const sockaddr& address) {
    switch (address.sa_family) {
        case AF_INET:
            return reach_of_v4(reinterpret_cast<const sockaddr_in&>(address).sin_addr);
        case AF_INET6:
            return reach_of_v6(reinterpret_cast<const sockaddr_in6&>(address).sin6_addr);
        default:
            return Reach::machine;
    }
}

std::optional<Reach> reach_of_host(std::string_view host) {
    const std::string bare = bare_host(host);
    in_addr v4{};
    in6_addr v6{};
    if (::inet_pton(AF_INET, bare.c_str(), &v4) == 1) return reach_of_v4(v4);
    if (::inet_pton(AF_INET6, bare.c_str(), &v6) == 1) return reach_of_v6(v6);
    if (bare.empty() || bare == "localhost" || bare.ends_with(".localhost") ||
        is_odd_number(bare)) {
        return Reach::machine;
    }
    return std::nullopt;
}

}  // namespace corral::registry
