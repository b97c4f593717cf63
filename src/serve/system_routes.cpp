#include <fmt/format.h>

#include "corral_version.h"
#include "serve/context.h"
#include "serve/reply.h"

namespace corral::serve {

namespace {

http::Task<void> banner(http::Request& /*request*/, http::Response& response) {
    (void)co_await response.send(200, "text/plain; charset=utf-8", "Ollama is running");
}

http::Task<void> version(http::Request& /*request*/, http::Response& response) {
    co_await reply_json(
        response, 200,
        fmt::format(R"({{"version":"{}","corral_version":"{}"}})", kOllamaVersion, kVersion));
}

}  // namespace

void add_system_routes(http::Router& router, Context& /*context*/) {
    router.add("HEAD", "/", banner);
    router.add("GET", "/", banner);
    router.add("HEAD", "/api/version", version);
    router.add("GET", "/api/version", version);
}

}  // namespace corral::serve
