#include "serve/collect.h"

#include <chrono>
#include <utility>

#include "api/ollama/answer.h"
#include "api/ollama/message.h"

namespace corral::serve {

namespace {

using Piece = std::variant<wire::Delta, wire::Done>;

// Proxies and clients give up on connections that say nothing for half a minute or more.
constexpr std::chrono::seconds kPingAfter{10};

Result<Piece> piece_of(sched::Event event) {
    if (auto* failed = std::get_if<wire::Failed>(&event)) {
        return fail(Error{failed->code, std::move(failed->message), {}, failed->http_status});
    }
    if (auto* done = std::get_if<wire::Done>(&event)) return std::move(*done);
    auto& delta = std::get<wire::Delta>(event);
    for (auto& call : delta.tool_calls) {
        CORRAL_TRY(call, api::ollama::checked_tool_call(std::move(call)));
    }
    return std::move(delta);
}

}  // namespace

http::Task<Result<Piece>> next_piece(sched::EventStream& events) {
    co_return piece_of(co_await events.next());
}

http::Task<Result<Piece>> next_piece(sched::EventStream& events, SseStream& stream) {
    while (true) {
        auto event = co_await events.next_within(kPingAfter);
        if (event) co_return piece_of(std::move(*event));
        const bool is_there = co_await stream.ping();
        if (!is_there) co_return fail(ErrorCode::cancelled, "request canceled");
    }
}

http::Task<Result<Collected>> collect(sched::EventStream& events) {
    Collected collected;
    while (true) {
        auto piece = co_await next_piece(events);
        if (!piece) co_return fail(piece.error());
        if (auto* done = std::get_if<wire::Done>(&*piece)) {
            collected.done = std::move(*done);
            co_return collected;
        }
        api::ollama::append_delta(collected.answer, std::move(std::get<wire::Delta>(*piece)));
    }
}

// OpenAI's and Anthropic's SDKs try 5xx again, which only helps when the cause may pass.
void advise_retries(http::Response& response, int status, ErrorCode code) {
    if (status == 503) response.set_header("Retry-After", "1");
    const bool is_lasting =
        code == ErrorCode::invalid || code == ErrorCode::unsupported || code == ErrorCode::corrupt;
    if (status >= 500 && is_lasting) response.set_header("x-should-retry", "false");
}

}  // namespace corral::serve
