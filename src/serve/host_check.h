#pragma once

// Purpose: refuses requests whose Host names some other machine, which is how web pages reach a
// server on loopback by DNS rebinding.
//
// Source: native-api.md 2.2.

#include <functional>
#include <string>
#include <string_view>

#include "http/server.h"

namespace corral::serve {

enum class HostVerdict {
    address,  // an IP address that is this machine's or private
    name,     // a name that stands for this machine or its network
    refused,
};

// As Go's net.SplitHostPort: "[::1]:80" gives "::1". The whole text when there is no port to split
// off, brackets included.
std::string_view without_port(std::string_view host);

// Whether an address, without brackets or port, belongs to an interface of this machine.
using IsLocalAddress = std::function<bool(const std::string& address)>;
bool is_local_address(const std::string& address);

HostVerdict judge_host(std::string_view host_header, std::string_view machine_name,
                       const IsLocalAddress& is_local);

// Answers refused hosts (403), and OPTIONS for allowed names (204). Does nothing while `active` is
// false; the server sets it once it knows that it listens on loopback.
http::Router::Filter host_filter(std::string machine_name, const bool& active);

}  // namespace corral::serve
