#pragma once

// Purpose: one choice of chat/completions or completions as frames of a stream, from its first
// event to its last.
//
// `Writer` writes frames: `piece(out, delta)`, `end(out, done)` and `finish(out, reason)` for a
// choice of which nothing is generated. Frames are sent as they come, but the last stay in `out`:
// more may follow them.
// Threads: the I/O thread. Source: openai-anthropic-api.md 4.6, 5, 15.1.

#include <optional>
#include <string>

#include "api/openai/chat_answer.h"
#include "serve/answerer.h"
#include "serve/collect.h"
#include "serve/openai_service.h"
#include "serve/sse_stream.h"

namespace corral::serve {

// How the choice ended; nothing when the answer as a whole has: it was refused, broke off with the
// error that a stream ends with, or has lost its client.
template <class Writer>
http::Task<std::optional<wire::Done>> stream_choice(const Begun& choice, Writer& writer,
                                                    std::string& out, SseStream& stream,
                                                    http::Response& response) {
    if (!choice.events) {
        writer.finish(out, choice.bare);
        co_return wire::Done{};
    }
    while (true) {
        auto piece = co_await next_piece(*choice.events, stream);
        if (!piece) {
            co_await break_off(piece.error(), out, stream, response);
            co_return std::nullopt;
        }
        if (auto* done = std::get_if<wire::Done>(&*piece)) {
            writer.end(out, *done);
            co_return std::move(*done);
        }
        const auto& delta = std::get<wire::Delta>(*piece);
        if (!api::openai::is_worth_a_chunk(delta)) continue;
        writer.piece(out, delta);
        if (out.empty()) continue;
        const bool is_there = co_await stream.send(out);
        if (!is_there) co_return std::nullopt;
    }
}

}  // namespace corral::serve
