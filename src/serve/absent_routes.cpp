// Upstream's routes that this version lacks, and the part of /api/pull that it has.

#include <array>

#include "api/ollama/errors.h"
#include "api/ollama/pull.h"
#include "serve/context.h"
#include "serve/reply.h"

namespace corral::serve {

namespace {

constexpr int kNotAvailable = 501;

struct AbsentRoute {
    std::string_view method;
    std::string_view path;
    std::string_view what;
};

constexpr std::array kAbsentRoutes = {
    AbsentRoute{"POST", "/api/push", "pushing models"},
    AbsentRoute{"POST", "/api/me", "signing in"},
    AbsentRoute{"POST", "/api/signout", "signing out"},
    AbsentRoute{"DELETE", "/api/user/keys/:encodedKey", "signing out"},
    AbsentRoute{"POST", "/api/experimental/web_search", "web search"},
    AbsentRoute{"POST", "/api/experimental/web_fetch", "web fetch"},
    AbsentRoute{"GET", "/api/experimental/model-recommendations", "model recommendations"},
    AbsentRoute{"POST", "/api/embed", "/api/embed"},
    AbsentRoute{"POST", "/api/embeddings", "/api/embeddings"},
    AbsentRoute{"POST", "/v1/chat/completions", "/v1/chat/completions"},
    AbsentRoute{"POST", "/v1/completions", "/v1/completions"},
    AbsentRoute{"POST", "/v1/embeddings", "/v1/embeddings"},
    AbsentRoute{"GET", "/v1/models", "/v1/models"},
    AbsentRoute{"GET", "/v1/models/:model", "/v1/models"},
    AbsentRoute{"POST", "/v1/responses", "/v1/responses"},
    AbsentRoute{"POST", "/v1/audio/transcriptions", "/v1/audio/transcriptions"},
    AbsentRoute{"POST", "/v1/messages", "/v1/messages"},
};

std::string absent_text(std::string_view what) {
    return fmt::format("{} is not available in this version of Corral", what);
}

// Whether the model came with Corral; then it is visible afterwards, also when it had been removed.
Result<bool> restore_built_in(store::Store& store, const store::ModelName& name) {
    CORRAL_TRY(const bool restored, store.restore(name));
    if (restored) return true;
    const auto model = store.find(name);
    return model && model->read_only;
}

http::Task<void> pull(Context& context, http::Request& request, http::Response& response) {
    const auto body = co_await request.read_body(context.settings.max_body_bytes);
    if (!body) {
        co_await reply_error(response, body.error());
        co_return;
    }
    const auto wanted = api::ollama::decode_pull(*body);
    if (!wanted) {
        co_await reply_error(response, wanted.error());
        co_return;
    }
    const auto restored = restore_built_in(context.store, wanted->name);
    if (!restored) {
        co_await reply_error(response, restored.error());
    } else if (!*restored) {
        co_await reply_error(response, kNotAvailable, absent_text("pulling models"));
    } else if (!wanted->stream) {
        (void)co_await response.send(200, kPlainJsonType, api::ollama::status_body("success"));
    } else {
        (void)co_await response.start(200, kNdjsonType);
        for (const char* status : {"pulling manifest", "success"}) {
            (void)co_await response.write(api::ollama::status_body(status) + "\n");
        }
        (void)co_await response.finish();
    }
}

}  // namespace

void add_absent_routes(http::Router& router, Context& context) {
    router.add("POST", "/api/pull", [&context](http::Request& request, http::Response& response) {
        return pull(context, request, response);
    });
    for (const AbsentRoute& route : kAbsentRoutes) {
        router.add(route.method, route.path,
                   [what = route.what](http::Request&, http::Response& response) {
                       return reply_error(response, kNotAvailable, absent_text(what));
                   });
    }
}

}  // namespace corral::serve
