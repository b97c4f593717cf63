#pragma once

// Purpose: how near to this machine an address lies. A registry may send us to places as far away
// as itself or farther, never to nearer ones: those may trust whoever connects from here.

#include <sys/socket.h>

#include <optional>
#include <string_view>

namespace corral::registry {

// From far to near.
enum class Reach { internet, private_network, link, machine };

// IPv4, IPv6 and IPv4 within IPv6; other families count as `machine`.
Reach reach_of(const sockaddr& address);
// By the text of a host, with or without port; nothing for a name that only a resolver knows.
std::optional<Reach> reach_of_host(std::string_view host);

}  // namespace corral::registry
