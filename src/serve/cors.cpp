#include "serve/cors.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace corral::serve {

namespace {

constexpr std::array kLocalHosts = {"localhost", "127.0.0.1", "0.0.0.0"};
constexpr std::array kAppOrigins = {"app://*", "file://*", "tauri://*", "vscode-webview://*",
                                    "vscode-file://*"};
constexpr std::array kKnownSchemes = {"http://",
                                      "https://",
                                      "chrome-extension://",
                                      "safari-extension://",
                                      "moz-extension://",
                                      "ms-browser-extension://"};
constexpr std::string_view kMethods = "GET,POST,PUT,PATCH,DELETE,HEAD,OPTIONS";
constexpr std::string_view kHeaders =
    "Authorization,Content-Type,User-Agent,Accept,X-Requested-With,Openai-Beta,X-Stainless-Arch,"
    "X-Stainless-Async,X-Stainless-Custom-Poll-Interval,X-Stainless-Helper-Method,"
    "X-Stainless-Lang,X-Stainless-Os,X-Stainless-Package-Version,X-Stainless-Poll-Helper,"
    "X-Stainless-Retry-Count,X-Stainless-Runtime,X-Stainless-Runtime-Version,X-Stainless-Timeout"
    // Beyond upstream: what SDKs send from browsers (openai-anthropic-api.md 15.5).
    ",X-Stainless-Helper,X-Stainless-Raw-Response,X-Stainless-Stream-Helper,X-Api-Key,"
    "Anthropic-Version,Anthropic-Beta,Anthropic-Dangerous-Direct-Browser-Access,"
    "Openai-Organization,Openai-Project,Idempotency-Key";
constexpr std::string_view kMaxAgeSeconds = "43200";

std::vector<std::string> built_in_origins() {
    std::vector<std::string> origins;
    for (const char* host : kLocalHosts) {
        for (const char* form : {"http://{}", "https://{}", "http://{}:*", "https://{}:*"}) {
            origins.push_back(fmt::format(fmt::runtime(form), host));
        }
    }
    origins.insert(origins.end(), kAppOrigins.begin(), kAppOrigins.end());
    return origins;
}

Result<void> check_origin(const std::string& origin) {
    const auto stars = std::ranges::count(origin, '*');
    if (stars > 1) {
        return fail(ErrorCode::invalid, "OLLAMA_ORIGINS: only one * is allowed in {}",
                    go_quote(origin));
    }
    const bool known = std::ranges::any_of(
        kKnownSchemes, [&](std::string_view scheme) { return origin.starts_with(scheme); });
    if (stars == 0 && !known) {
        return fail(ErrorCode::invalid, "OLLAMA_ORIGINS: {} must contain * or begin with one of {}",
                    go_quote(origin), fmt::join(kKnownSchemes, ", "));
    }
    return {};
}

void add_origin_headers(http::Response& response, bool allows_all, std::string_view origin) {
    response.set_header("Access-Control-Allow-Origin", allows_all ? "*" : origin);
    if (!allows_all) response.add_header("Vary", "Origin");
}

void add_preflight_headers(http::Response& response, bool allows_all) {
    response.set_header("Access-Control-Allow-Methods", kMethods);
    response.set_header("Access-Control-Allow-Headers", kHeaders);
    response.set_header("Access-Control-Max-Age", kMaxAgeSeconds);
    if (allows_all) return;
    response.add_header("Vary", "Access-Control-Request-Method");
    response.add_header("Vary", "Access-Control-Request-Headers");
}

http::Task<bool> apply(const CorsRules& rules, http::Request& request, http::Response& response) {
    const std::string_view origin = request.header("Origin");
    switch (rules.judge(origin, request.header("Host"))) {
        case CorsRules::Verdict::not_cross_origin:
            co_return false;
        case CorsRules::Verdict::refused:
            (void)co_await response.send(403, "", "");
            co_return true;
        case CorsRules::Verdict::allowed:
            break;
    }
    add_origin_headers(response, rules.allows_all(), origin);
    if (request.method() != "OPTIONS") co_return false;
    add_preflight_headers(response, rules.allows_all());
    (void)co_await response.send(204, "", "");
    co_return true;
}

}  // namespace

Result<CorsRules> CorsRules::create(const std::vector<std::string>& configured) {
    std::vector<std::string> origins = configured;
    std::ranges::copy(built_in_origins(), std::back_inserter(origins));
    CorsRules rules;
    for (const std::string& origin : origins) {
        CORRAL_CHECK(check_origin(origin));
        if (origin == "*") rules.allows_all_ = true;
        const std::size_t star = origin.find('*');
        if (star == std::string::npos) {
            rules.exact_.push_back(lower(trim(origin)));
        } else {
            rules.wildcards_.push_back({origin.substr(0, star), origin.substr(star + 1)});
        }
    }
    return rules;
}

CorsRules::Verdict CorsRules::judge(std::string_view origin, std::string_view host) const {
    if (origin.empty()) return Verdict::not_cross_origin;
    for (const std::string_view scheme : {"http://", "https://"}) {
        if (origin.starts_with(scheme) && origin.substr(scheme.size()) == host) {
            return Verdict::not_cross_origin;
        }
    }
    return allows_all_ || matches(origin) ? Verdict::allowed : Verdict::refused;
}

bool CorsRules::matches(std::string_view origin) const {
    if (std::ranges::find(exact_, origin) != exact_.end()) return true;
    return std::ranges::any_of(wildcards_, [&](const Wildcard& wildcard) {
        return origin.starts_with(wildcard.prefix) && origin.ends_with(wildcard.suffix);
    });
}

http::Router::Filter cors_filter(CorsRules rules) {
    return [rules = std::move(rules)](http::Request& request, http::Response& response) {
        return apply(rules, request, response);
    };
}

}  // namespace corral::serve
