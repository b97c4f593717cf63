#pragma once

// Purpose: the handlers of Anthropic's routes: shells around api/anthropic and the Answerer.
//
// Counting renders and tokenizes the prompt in the model's runner, which is loaded for it, and
// waits for no generation.
// Ownership: shared by the route table. Threads: the I/O thread.
// Source: openai-anthropic-api.md 3.2, 10, 15.

#include <string>
#include <string_view>

#include "api/anthropic/request.h"
#include "http/server.h"
#include "serve/answerer.h"
#include "serve/context.h"
#include "serve/v1_manners.h"

namespace corral::serve {

class AnthropicService {
public:
    AnthropicService(Context& context, Answerer& answerer)
        : context_(context), answerer_(answerer) {}

    http::Task<void> messages(http::Request& request, http::Response& response);
    http::Task<void> count_tokens(http::Request& request, http::Response& response);

private:
    // The exchange and the name it goes by, in headers and in errors.
    struct Exchange {
        http::Response& response;
        std::string request_id;  // "req_…"
    };
    static Exchange open(http::Response& response);

    template <class Decode>
    auto read(http::Request& request, Decode decode) -> http::Task<decltype(decode({}))> {
        auto body = co_await read_v1_body(request, context_.settings.max_body_bytes);
        if (!body) co_return std::unexpected(std::move(body).error());
        co_return decode(*body);
    }
    static http::Task<void> refuse(const Exchange& exchange, Error error);
    http::Task<void> send(const api::anthropic::MessagesRequest& asked, Begun begun,
                          const Exchange& exchange);
    http::Task<void> stream(const api::anthropic::MessagesRequest& asked, Begun begun,
                            const Exchange& exchange);

    Context& context_;
    Answerer& answerer_;
};

}  // namespace corral::serve
