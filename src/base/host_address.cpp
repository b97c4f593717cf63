#include "base/host_address.h"

#include <arpa/inet.h>

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <optional>

#include "base/text.h"

namespace corral {
namespace {

// The canonical text of an IP address; nothing when it is not one.
std::optional<std::string> canonical_ip(std::string_view text) {
    const std::string address(text);
    std::array<unsigned char, sizeof(in6_addr)> bytes{};
    std::array<char, INET6_ADDRSTRLEN> out{};
    for (const int family : {AF_INET, AF_INET6}) {
        if (::inet_pton(family, address.c_str(), bytes.data()) == 1) {
            return ::inet_ntop(family, bytes.data(), out.data(), out.size());
        }
    }
    return std::nullopt;
}

struct HostPort {
    std::string_view host, port;
};

// "host:port" or "[host]:port"; nothing when there is no port or the colons are ambiguous.
std::optional<HostPort> split_host_port(std::string_view text) {
    const std::size_t colon = text.rfind(':');
    if (colon == text.npos) return std::nullopt;
    std::string_view host = text.substr(0, colon);
    const std::string_view port = text.substr(colon + 1);
    const bool bracketed = host.starts_with('[') && host.ends_with(']');
    if (bracketed) {
        host = host.substr(1, host.size() - 2);
    } else if (host.find(':') != host.npos) {
        return std::nullopt;
    }
    if (host.find_first_of("[]") != host.npos) return std::nullopt;
    return HostPort{host, port};
}

std::optional<std::uint16_t> parse_port(std::string_view text) {
    std::uint16_t port = 0;
    const auto [end, error] = std::from_chars(text.begin(), text.end(), port);
    if (error != std::errc() || end != text.end()) return std::nullopt;
    return port;
}

// Splits "scheme://" off `text` and sets scheme and default port by it.
void take_scheme(std::string_view& text, HostAddress& address) {
    constexpr std::string_view kMark = "://";
    const std::size_t at = text.find(kMark);
    if (at == text.npos) {
        if (text != "ollama.com") return;
        address.scheme = "https";
        address.port = 443;
        return;
    }
    address.scheme = text.substr(0, at);
    if (address.scheme == "http") address.port = 80;
    if (address.scheme == "https") address.port = 443;
    text.remove_prefix(at + kMark.size());
}

}  // namespace

HostAddress parse_host_address(std::string_view text, std::vector<std::string>& warnings) {
    HostAddress address;
    take_scheme(text, address);
    if (const std::size_t slash = text.find('/'); slash != text.npos) {
        address.path = trim_right(text.substr(slash), "/");
        text = text.substr(0, slash);
    }
    const auto parts = split_host_port(text);
    if (!parts) {
        if (!text.empty())
            address.host = canonical_ip(trim(text, "[]")).value_or(std::string(text));
        return address;
    }
    address.host = parts->host;
    if (const auto port = parse_port(parts->port)) {
        address.port = *port;
    } else {
        warnings.push_back(
            fmt::format("invalid port, using default: {} ({})", parts->port, address.port));
    }
    return address;
}

std::string HostAddress::url() const {
    const bool needs_brackets = host.find(':') != std::string::npos;
    return fmt::format("{}://{}{}{}:{}{}", scheme, needs_brackets ? "[" : "", host,
                       needs_brackets ? "]" : "", port, path);
}

bool HostAddress::is_loopback() const {
    if (host.empty() || equals_ignoring_case(host, "localhost")) return true;
    in_addr v4{};
    if (::inet_pton(AF_INET, host.c_str(), &v4) == 1) {
        const auto value = ntohl(v4.s_addr);
        return value == INADDR_ANY || value >> 24 == 127;
    }
    in6_addr v6{};
    if (::inet_pton(AF_INET6, host.c_str(), &v6) != 1) return false;
    return IN6_IS_ADDR_LOOPBACK(&v6) || IN6_IS_ADDR_UNSPECIFIED(&v6);
}

}  // namespace corral
