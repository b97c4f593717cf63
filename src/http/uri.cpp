#include "http/uri.h"

#include <vector>

namespace corral::http {

namespace {

int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

TargetParts split_query(std::string_view text) {
    const std::size_t mark = text.find('?');
    if (mark == std::string_view::npos) return {text, {}, {}};
    return {text.substr(0, mark), text.substr(mark + 1), {}};
}

}  // namespace

std::optional<TargetParts> split_target(std::string_view target) {
    if (target == "*") return TargetParts{target, {}, {}};
    if (target.starts_with('/')) return split_query(target);
    const std::size_t scheme_end = target.find("://");
    if (scheme_end == std::string_view::npos || scheme_end == 0) return std::nullopt;
    const std::string_view rest = target.substr(scheme_end + 3);
    const std::size_t authority_end = rest.find_first_of("/?");
    if (authority_end == 0) return std::nullopt;
    if (authority_end == std::string_view::npos) return TargetParts{"/", {}, rest};
    TargetParts parts = split_query(rest.substr(authority_end));
    if (parts.path.empty()) parts.path = "/";
    parts.authority = rest.substr(0, authority_end);
    return parts;
}

std::optional<std::string> percent_decode(std::string_view text) {
    std::string decoded;
    decoded.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            decoded += text[i];
            continue;
        }
        if (i + 2 >= text.size()) return std::nullopt;
        const int high = hex_value(text[i + 1]);
        const int low = hex_value(text[i + 2]);
        if (high < 0 || low < 0 || high + low == 0) return std::nullopt;
        decoded += static_cast<char>(high * 16 + low);
        i += 2;
    }
    return decoded;
}

std::string clean_path(std::string_view path) {
    std::vector<std::string_view> kept;
    for (std::size_t begin = 0; begin <= path.size();) {
        const std::size_t end = std::min(path.find('/', begin), path.size());
        const std::string_view segment = path.substr(begin, end - begin);
        begin = end + 1;
        if (segment.empty() || segment == ".") continue;
        if (segment != "..") {
            kept.push_back(segment);
        } else if (!kept.empty()) {
            kept.pop_back();
        }
    }
    std::string cleaned;
    for (const std::string_view segment : kept) cleaned.append("/").append(segment);
    if (cleaned.empty() || path.ends_with('/')) cleaned += '/';
    return cleaned;
}

std::string html_escape(std::string_view text) {
    std::string escaped;
    for (const char c : text) {
        switch (c) {
            case '<':
                escaped += "&lt;";
                break;
            case '>':
                escaped += "&gt;";
                break;
            case '&':
                escaped += "&amp;";
                break;
            case '"':
                escaped += "&#34;";
                break;
            case '\'':
                escaped += "&#39;";
                break;
            default:
                escaped += c;
        }
    }
    return escaped;
}

}  // namespace corral::http
