#include "registry/challenge.h"

#include <fmt/format.h>

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
