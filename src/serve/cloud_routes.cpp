// Upstream's routes about its cloud and its accounts, with the answers upstream gives where the
// cloud is switched off and nobody is signed in (native-api.md 8.1, 8.14, 8.15, 9.1).

#include "api/ollama/cloud.h"
#include "base/text.h"
#include "serve/cloud_switch.h"
#include "serve/context.h"
#include "serve/reply.h"

namespace corral::serve {

namespace {

// web_search and web_fetch look at their body before they look at the switch.
http::Handler cloud_feature(Context& context, std::string_view what) {
    return [&context, what](http::Request& request, http::Response& response) -> http::Task<void> {
        const auto body = co_await request.read_body(context.settings.max_body_bytes);
        if (!body) co_return co_await reply_error(response, body.error());
        if (trim(*body).empty())
            co_return co_await reply_error(response, 400, "missing request body");
        co_await reply_error(response, 403,
                             fmt::format("ollama cloud is disabled: {} is unavailable", what));
    };
}

http::Task<void> whoami(http::Request& /*request*/, http::Response& response) {
    co_await reply_error(response, 503, "account unavailable");
}

http::Task<void> sign_out(http::Request& /*request*/, http::Response& response) {
    co_await reply_error(response, 401, "you are not currently signed in");
}

http::Task<void> recommend(http::Request& /*request*/, http::Response& response) {
    co_await reply_json(response, 200, api::ollama::recommendations_body());
}

}  // namespace

void add_cloud_routes(http::Router& router, Context& context) {
    const auto source = source_text(read_cloud_switch(context.settings));
    router.add("GET", "/api/status", [source](http::Request&, http::Response& response) {
        return reply_json(response, 200, api::ollama::cloud_status_body(source));
    });
    router.add("POST", "/api/me", whoami);
    router.add("POST", "/api/signout", sign_out);
    router.add("DELETE", "/api/user/keys/:encodedKey", sign_out);
    router.add("POST", "/api/experimental/web_search", cloud_feature(context, "web search"));
    router.add("POST", "/api/experimental/web_fetch", cloud_feature(context, "web fetch"));
    router.add("GET", "/api/experimental/model-recommendations", recommend);
}

}  // namespace corral::serve
