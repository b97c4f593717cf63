#include "serve/anthropic_service.h"

#include <utility>

#include "api/anthropic/answer.h"
#include "api/anthropic/blocks.h"
#include "api/anthropic/errors.h"
#include "api/common/prompt_limit.h"
#include "api/ollama/errors.h"
#include "base/random_text.h"
#include "serve/collect.h"
#include "serve/reply.h"
#include "serve/sse_stream.h"
#include "serve/v1_manners.h"

namespace corral::serve {

namespace anthropic = api::anthropic;

namespace {

constexpr std::size_t kIdDigits = 24;

anthropic::MessageHead message_head(const anthropic::MessagesRequest& asked) {
    return {"msg_" + random_hex(kIdDigits), asked.native.model, asked.stop_sequences};
}

std::string ping_frame() {
    std::string frame;
    anthropic::append_ping(frame);
    return frame;
}

}  // namespace

AnthropicService::Exchange AnthropicService::open(http::Response& response) {
    return {response, name_exchange(response)};
}

http::Task<void> AnthropicService::refuse(const Exchange& exchange, Error error) {
    const int status = api::ollama::http_status(error);
    advise_retries(exchange.response, status, error.code);
    // Claude Code shortens its conversation when it reads this.
    if (const auto excess = api::prompt_excess(error.message)) {
        error.message = fmt::format("prompt is too long: {} tokens > {} maximum", excess->n_prompt,
                                    excess->n_ctx - 1);
    }
    auto body = anthropic::error_body(status, error.message, exchange.request_id,
                                      anthropic::error_details(error));
    (void)co_await exchange.response.send(status, kPlainJsonType, std::move(body));
}

http::Task<void> AnthropicService::messages(http::Request& request, http::Response& response) {
    const auto exchange = open(response);
    auto asked = co_await read(request, anthropic::decode_request);
    if (!asked) co_return co_await refuse(exchange, asked.error());
    const auto fetched = co_await answerer_.fetch_images(asked->native, anthropic::kNoImageUrls);
    if (!fetched) co_return co_await refuse(exchange, fetched.error());
    apply_prompt_limit(asked->native, context_.settings);
    auto begun = co_await answerer_.begin(asked->native, response);
    if (begun && begun->bad_format) begun = fail(std::move(*begun->bad_format));
    if (!begun) co_return co_await refuse(exchange, begun.error());
    if (asked->native.streams()) {
        co_await stream(*asked, std::move(*begun), exchange);
    } else {
        co_await send(*asked, std::move(*begun), exchange);
    }
}

http::Task<void> AnthropicService::send(const anthropic::MessagesRequest& asked, Begun begun,
                                        const Exchange& exchange) {
    Collected answer;
    if (begun.events) {
        auto collected = co_await collect(*begun.events);
        if (!collected) co_return co_await refuse(exchange, collected.error());
        answer = std::move(*collected);
    }
    auto body = anthropic::message_body(message_head(asked), answer.answer, answer.done);
    co_await reply_plain(exchange.response, std::move(body));
}

http::Task<void> AnthropicService::stream(const anthropic::MessagesRequest& asked, Begun begun,
                                          const Exchange& exchange) {
    exchange.response.set_header("Cache-Control", "no-cache");
    SseStream stream(exchange.response, ping_frame());
    anthropic::MessageStream writer(message_head(asked));
    const auto n_guessed = begun.is_relayed() ? anthropic::estimated_tokens(asked.native) : 0;
    std::string frames;
    bool is_done = begun.events == nullptr;
    if (is_done) writer.end(frames, {});
    while (!is_done) {
        auto piece = co_await next_piece(*begun.events, stream);
        if (!piece && !stream.started()) co_return co_await refuse(exchange, piece.error());
        if (!piece) {
            anthropic::append_error_event(frames, piece.error().message, exchange.request_id);
            is_done = true;
        } else if (const auto* done = std::get_if<wire::Done>(&*piece)) {
            writer.end(frames, *done);
            is_done = true;
        } else {
            writer.piece(frames, std::get<wire::Delta>(*piece), n_guessed);
            if (!frames.empty() && !co_await stream.send(frames)) co_return;
        }
    }
    if (co_await stream.send(frames)) co_await stream.end();
}

http::Task<void> AnthropicService::count_tokens(http::Request& request, http::Response& response) {
    const auto exchange = open(response);
    auto asked = co_await read(request, anthropic::decode_count);
    if (!asked) co_return co_await refuse(exchange, asked.error());
    const auto fetched = co_await answerer_.fetch_images(asked->native, anthropic::kNoImageUrls);
    if (!fetched) co_return co_await refuse(exchange, fetched.error());
    const auto n_tokens = co_await answerer_.count_tokens(asked->native, response);
    if (!n_tokens) co_return co_await refuse(exchange, n_tokens.error());
    co_await reply_plain(response, anthropic::count_body(*n_tokens));
}

}  // namespace corral::serve
