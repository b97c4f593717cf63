#include "registry/challenge.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "base/text.h"

namespace corral::registry {

namespace {

// base64 of the hex text of SHA-256 of nothing.
constexpr std::string_view kEmptyBodyDigest =
    "ZTNiMGM0NDI5OGZjMWMxNDlhZmJmNGM4OTk2ZmI5MjQyN2FlNDFlNDY0OWI5MzRjYTQ5NTk5MWI3ODUyYjg1NQ==";

// A quote ends the value only before a comma or at the end: values hold quotes unescaped.
std::string quoted_value(std::string_view header, std::string_view key) {
    const auto at = header.find(fmt::format("{}=\"", key));
    if (at == std::string_view::npos) return {};
    const std::string_view rest = header.substr(at + key.size() + 2);
    for (std::size_t end = rest.find('"'); end != std::string_view::npos;
         end = rest.find('"', end + 1)) {
        if (end + 1 == rest.size() || rest[end + 1] == ',') return std::string(rest.substr(0, end));
    }
    return {};
}

// The address without its port and brackets.
std::string bare_host(std::string_view host) {
    if (host.starts_with('[')) return std::string(host.substr(1, host.find(']') - 1));
    return std::string(host.substr(0, host.find(':')));
}

bool is_private(const in_addr& address) {
    const std::uint32_t value = ntohl(address.s_addr);
    constexpr std::array<std::pair<std::uint32_t, int>, 7> kNetworks = {{{0x00000000, 8},
                                                                         {0x0A000000, 8},
                                                                         {0x64400000, 10},
                                                                         {0x7F000000, 8},
                                                                         {0xA9FE0000, 16},
                                                                         {0xAC100000, 12},
                                                                         {0xC0A80000, 16}}};
    for (const auto& [network, bits] : kNetworks) {
        if ((value ^ network) >> (32 - bits) == 0) return true;
    }
    return false;
}

bool is_private(const in6_addr& address) {
    if (IN6_IS_ADDR_V4MAPPED(&address)) {
        in_addr inner{};
        std::copy_n(&address.s6_addr[12], 4, reinterpret_cast<unsigned char*>(&inner.s_addr));
        return is_private(inner);
    }
    return IN6_IS_ADDR_LOOPBACK(&address) || IN6_IS_ADDR_UNSPECIFIED(&address) ||
           IN6_IS_ADDR_LINKLOCAL(&address) || (address.s6_addr[0] & 0xFE) == 0xFC;
}

// Numbers in forms that resolvers take though inet_pton does not: 127.1, 0x7f000001, 2130706433.
bool is_odd_number(std::string_view host) {
    return !host.empty() &&
           lower(host).find_first_not_of("0123456789abcdefx.") == std::string::npos &&
           host.front() >= '0' && host.front() <= '9';
}

}  // namespace

std::string form_encode(std::string_view text) {
    constexpr std::string_view kPlain =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~";
    std::string encoded;
    for (const char c : text) {
        if (kPlain.contains(c)) {
            encoded += c;
        } else if (c == ' ') {
            encoded += '+';
        } else {
            encoded += fmt::format("%{:02X}", static_cast<unsigned char>(c));
        }
    }
    return encoded;
}

Challenge parse_challenge(std::string_view header) {
    if (header.starts_with("Bearer ")) header.remove_prefix(7);
    return {quoted_value(header, "realm"), quoted_value(header, "service"),
            quoted_value(header, "scope")};
}

std::string token_url(const Challenge& challenge, std::int64_t unix_time, std::string_view nonce) {
    std::string url = challenge.realm;
    url += url.find('?') == std::string::npos ? '?' : '&';
    url += fmt::format("nonce={}", form_encode(nonce));
    for (const std::string_view scope : split_words(challenge.scope)) {
        url += fmt::format("&scope={}", form_encode(scope));
    }
    return url + fmt::format("&service={}&ts={}", form_encode(challenge.service), unix_time);
}

std::string token_message(std::string_view url) {
    return fmt::format("GET,{},{}", url, kEmptyBodyDigest);
}

std::string_view host_of(std::string_view url) {
    const auto scheme_end = url.find("://");
    if (scheme_end == std::string_view::npos) return {};
    const std::string_view rest = url.substr(scheme_end + 3);
    const std::string_view authority = rest.substr(0, rest.find_first_of("/?#\\"));
    const auto user_end = authority.rfind('@');
    return user_end == std::string_view::npos ? authority : authority.substr(user_end + 1);
}

bool is_private_host(std::string_view host) {
    const std::string bare = lower(bare_host(host));
    in_addr v4{};
    in6_addr v6{};
    if (::inet_pton(AF_INET, bare.c_str(), &v4) == 1) return is_private(v4);
    if (::inet_pton(AF_INET6, bare.c_str(), &v6) == 1) return is_private(v6);
    return bare.empty() || bare == "localhost" || bare.ends_with(".localhost") ||
           is_odd_number(bare);
}

std::string resolve_location(std::string_view url, std::string_view location) {
    if (location.starts_with("https://") || location.starts_with("http://")) {
        return std::string(location);
    }
    const std::string_view scheme = url.substr(0, url.find("://"));
    if (location.starts_with("//")) return fmt::format("{}:{}", scheme, location);
    if (location.starts_with('/')) return fmt::format("{}://{}{}", scheme, host_of(url), location);
    return {};
}

}  // namespace corral::registry
