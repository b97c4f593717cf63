#pragma once

// Purpose: the path of a request target: split, decoded, cleaned. Pure functions.
//
// Source: RFC 3986; cleaning as Go's path.Clean with a trailing slash kept (native-api.md 1.2).

#include <optional>
#include <string>
#include <string_view>

namespace corral::http {

struct TargetParts {
    std::string_view path;       // "/api/tags", still percent-encoded
    std::string_view query;      // without '?'; empty when there is none
    std::string_view authority;  // of an absolute target ("http://host:1/x" gives "host:1")
};

// Takes origin form ("/x?y"), absolute form and "*". Nothing when it is none of these.
std::optional<TargetParts> split_target(std::string_view target);

// "%41" becomes "A". Nothing when an escape is malformed or stands for a NUL byte.
std::optional<std::string> percent_decode(std::string_view text);

// Without empty, "." and ".." segments; always begins with '/'.
std::string clean_path(std::string_view path);

// `<`, `>`, `&`, `"` and `'` as HTML entities.
std::string html_escape(std::string_view text);

}  // namespace corral::http
