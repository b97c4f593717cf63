#pragma once

// Purpose: which web pages may call the API (CORS).
//
// Source: native-api.md 2.1, to the header.

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "http/server.h"

namespace corral::serve {

class CorsRules {
public:
    // `configured` are the entries of OLLAMA_ORIGINS; the built-in ones follow them. Errors
    // (invalid): an entry with neither `*` nor a known scheme, or with more than one `*`.
    [[nodiscard]] static Result<CorsRules> create(const std::vector<std::string>& configured);

    enum class Verdict {
        not_cross_origin,  // no Origin, or that of the server itself: no headers
        allowed,
        refused,
    };
    Verdict judge(std::string_view origin, std::string_view host) const;
    bool allows_all() const { return allows_all_; }

private:
    struct Wildcard {
        std::string prefix;
        std::string suffix;
    };
    bool matches(std::string_view origin) const;

    std::vector<std::string> exact_;
    std::vector<Wildcard> wildcards_;
    bool allows_all_ = false;
};

// Adds the headers; answers preflight requests (204) and refused origins (403).
http::Router::Filter cors_filter(CorsRules rules);

}  // namespace corral::serve
