#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "http/head.h"
#include "http/server.h"
#include "http/uri.h"

namespace corral::http {

namespace {

std::vector<std::string> segments_of(std::string_view path) {
    std::vector<std::string> segments;
    for (const std::string_view part :
         split(path.substr(std::min<std::size_t>(1, path.size())), '/')) {
        segments.emplace_back(part);
    }
    return segments;
}

bool matches(const std::vector<std::string>& pattern, const std::vector<std::string>& path) {
    return std::ranges::equal(pattern, path,
                              [](const std::string& wanted, const std::string& part) {
                                  return wanted.starts_with(':') ? !part.empty() : wanted == part;
                              });
}

// The slash may have come escaped.
std::string without_last_slash(std::string_view encoded_path) {
    constexpr std::string_view kEscaped = "%2F";
    const std::size_t length = encoded_path.ends_with('/') ? 1 : kEscaped.size();
    return std::string(encoded_path.substr(0, encoded_path.size() - length));
}

// As Go's http.Redirect answers: only GET gets the page.
Task<void> redirect(const Request& request, Response& response, int status, std::string path) {
    std::string location = std::move(path);
    if (const auto parts = split_target(request.target()); parts && !parts->query.empty()) {
        location.append("?").append(parts->query);
    }
    response.set_header("Location", location);
    const bool page_wanted = request.method() == "GET" || request.method() == "HEAD";
    std::string page;
    if (page_wanted) {
        page =
            fmt::format("<a href=\"{}\">{}</a>.\n\n", html_escape(location), reason_phrase(status));
    }
    (void)co_await response.send(status, page_wanted ? "text/html; charset=utf-8" : "",
                                 std::move(page));
}

}  // namespace

void Router::add(std::string_view method, std::string_view pattern, Handler handler) {
    if (std::ranges::find(methods_, method) == methods_.end()) methods_.emplace_back(method);
    routes_.push_back({std::string(method), segments_of(pattern), std::move(handler)});
}

void Router::add_filter(Filter filter) {
    filters_.push_back(std::move(filter));
}

const Router::Route* Router::find(std::string_view method, std::string_view path) const {
    if (!path.starts_with('/')) return nullptr;  // "*", or what CONNECT names
    const std::vector<std::string> segments = segments_of(path);
    const auto found = std::ranges::find_if(routes_, [&](const Route& route) {
        return route.method == method && matches(route.segments, segments);
    });
    return found == routes_.end() ? nullptr : &*found;
}

std::string Router::allowed_methods(std::string_view path) const {
    std::vector<std::string> allowed;
    for (const std::string& method : methods_) {
        if (find(method, path) != nullptr) allowed.push_back(method);
    }
    return join(allowed, ", ");
}

void Router::set_unknown(Unknown unknown) {
    unknown_ = std::move(unknown);
}

Task<bool> Router::run_filters(Request& request, Response& response) const {
    for (const Filter& filter : filters_) {
        const bool answered = co_await filter(request, response);
        if (answered) co_return true;
    }
    co_return false;
}

Task<void> Router::dispatch(Request& request, Response& response) const {
    const auto parts = split_target(request.target());
    const std::string_view encoded_path = parts ? parts->path : request.path();
    if (request.method() != "CONNECT" && encoded_path.starts_with('/') &&
        clean_path(encoded_path) != encoded_path) {
        co_await redirect(request, response, 307, clean_path(encoded_path));
        co_return;
    }

    const std::string_view path = request.path();
    const Route* route = find(request.method(), path);
    if (route != nullptr) {
        const std::vector<std::string> segments = segments_of(path);
        for (std::size_t i = 0; i < segments.size(); ++i) {
            const std::string& wanted = route->segments[i];
            if (wanted.starts_with(':')) request.parameters[wanted.substr(1)] = segments[i];
        }
        if (!co_await run_filters(request, response)) co_await route->handler(request, response);
        co_return;
    }

    if (path.size() > 1 && path.ends_with('/') &&
        find(request.method(), path.substr(0, path.size() - 1)) != nullptr) {
        const int status = request.method() == "GET" ? 301 : 307;
        co_await redirect(request, response, status, without_last_slash(encoded_path));
        co_return;
    }

    const std::string allowed = allowed_methods(path);
    if (!allowed.empty()) response.set_header("Allow", allowed);
    if (co_await run_filters(request, response)) co_return;
    if (unknown_) {
        const bool answered = co_await unknown_(request, response, allowed.empty() ? 404 : 405);
        if (answered) co_return;
    }
    if (allowed.empty()) {
        (void)co_await response.send(404, "text/plain", "404 page not found");
    } else {
        (void)co_await response.send(405, "text/plain", "405 method not allowed");
    }
}

}  // namespace corral::http
