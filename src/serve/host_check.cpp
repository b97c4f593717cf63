#include "serve/host_check.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <boost/asio/ip/address.hpp>
#include <memory>
#include <optional>

#include "base/text.h"

namespace corral::serve {

namespace {

namespace ip = boost::asio::ip;

bool is_private(const ip::address& address) {
    if (address.is_v6()) return (address.to_v6().to_bytes()[0] & 0xFE) == 0xFC;
    const auto bytes = address.to_v4().to_bytes();
    return bytes[0] == 10 || (bytes[0] == 172 && (bytes[1] & 0xF0) == 16) ||
           (bytes[0] == 192 && bytes[1] == 168);
}

std::optional<ip::address> parse_address(std::string_view text) {
    boost::system::error_code code;
    auto address = ip::make_address(std::string(text), code);
    if (code) return std::nullopt;
    if (address.is_v6() && address.to_v6().is_v4_mapped()) {
        address = ip::make_address_v4(ip::v4_mapped, address.to_v6());
    }
    return address;
}

bool is_allowed_name(std::string_view name, std::string_view machine_name) {
    constexpr std::array kDomains = {".localhost", ".local", ".internal"};
    if (name.empty() || equals_ignoring_case(name, "localhost")) return true;
    if (equals_ignoring_case(name, machine_name)) return true;
    return std::ranges::any_of(
        kDomains, [&](std::string_view domain) { return ends_with_ignoring_case(name, domain); });
}

http::Task<bool> apply(const std::string& machine_name, http::Request& request,
                       http::Response& response) {
    const HostVerdict verdict = judge_host(request.header("Host"), machine_name, is_local_address);
    if (verdict == HostVerdict::refused) {
        (void)co_await response.send(403, "", "");
        co_return true;
    }
    if (verdict == HostVerdict::name && request.method() == "OPTIONS") {
        (void)co_await response.send(204, "", "");
        co_return true;
    }
    co_return false;
}

http::Task<bool> pass() {
    co_return false;
}

}  // namespace

std::string_view without_port(std::string_view host_header) {
    const std::size_t colon = host_header.rfind(':');
    if (colon == std::string_view::npos) return host_header;
    const std::string_view host = host_header.substr(0, colon);
    if (host.starts_with('[')) {
        return host.ends_with(']') ? host.substr(1, host.size() - 2) : host_header;
    }
    return host.find(':') == std::string_view::npos ? host : host_header;
}

bool is_local_address(const std::string& address) {
    ifaddrs* first = nullptr;
    if (::getifaddrs(&first) != 0) return false;
    const std::unique_ptr<ifaddrs, decltype(&::freeifaddrs)> owner(first, ::freeifaddrs);
    for (const ifaddrs* entry = first; entry != nullptr; entry = entry->ifa_next) {
        if (entry->ifa_addr == nullptr) continue;
        std::array<char, INET6_ADDRSTRLEN> text{};
        const int family = entry->ifa_addr->sa_family;
        const void* raw = nullptr;
        if (family == AF_INET) raw = &reinterpret_cast<sockaddr_in*>(entry->ifa_addr)->sin_addr;
        if (family == AF_INET6) raw = &reinterpret_cast<sockaddr_in6*>(entry->ifa_addr)->sin6_addr;
        if (raw == nullptr || ::inet_ntop(family, raw, text.data(), text.size()) == nullptr) {
            continue;
        }
        if (address == text.data()) return true;
    }
    return false;
}

HostVerdict judge_host(std::string_view host_header, std::string_view machine_name,
                       const IsLocalAddress& is_local) {
    const std::string_view host = without_port(host_header);
    if (const auto address = parse_address(host)) {
        const bool ours = address->is_loopback() || address->is_unspecified() ||
                          is_private(*address) || is_local(address->to_string());
        return ours ? HostVerdict::address : HostVerdict::refused;
    }
    return is_allowed_name(host, machine_name) ? HostVerdict::name : HostVerdict::refused;
}

http::Router::Filter host_filter(std::string machine_name, const bool& active) {
    return [machine_name = std::move(machine_name), &active](http::Request& request,
                                                             http::Response& response) {
        return active ? apply(machine_name, request, response) : pass();
    };
}

}  // namespace corral::serve
