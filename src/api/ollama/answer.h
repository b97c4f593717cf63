#pragma once

// Purpose: what a model answers, as the objects of /api/generate and /api/chat.
//
// Writing a piece of a stream is the hot path: it only appends to the caller's text. No object ends
// with a newline.
//
// After upstream's keys there may be extensions, which clients that do not know them ignore: in a
// final object `prompt_tokens_dropped`, how many tokens of a too long prompt were cut off; in a
// piece without text `queue_position`, the place of a request that waits, where 1 is the next.
// Source: native-api.md 5.8 to 5.10, 6.2, 6.3, 8.5, 8.6, 13.1.

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "wire/event.h"

namespace corral::api::ollama {

enum class AnswerRoute { generate, chat };

// Wall-clock parts of a final object that the server measures.
struct AnswerTimes {
    std::chrono::nanoseconds total{};
    std::chrono::nanoseconds load{};
};

class AnswerWriter {
public:
    // `model` is echoed as the client sent it.
    AnswerWriter(AnswerRoute route, std::string_view model);

    // For a model that runs on another server: every object says where.
    void tell_remote(std::string_view model, std::string_view host);

    // One piece, `done` false.
    void piece(std::string& out, const wire::Delta& delta, TimePoint created) const;
    // The end, `done` true. `rest` is what still belongs to the answer: nothing or tool calls in a
    // stream, everything otherwise.
    void end(std::string& out, const wire::Delta& rest, const wire::Done& done, AnswerTimes times,
             TimePoint created) const;
    // The answer to a request that only loads or unloads ("load", "unload").
    void bare(std::string& out, std::string_view done_reason, TimePoint created) const;
    // The prompt that would have been used (_debug_render_only).
    void rendered(std::string& out, std::string_view prompt, std::size_t n_images,
                  TimePoint created) const;

private:
    struct Ending;
    void object(std::string& out, const wire::Delta& delta, const Ending& ending,
                TimePoint created) const;

    AnswerRoute route_;
    std::string model_;
    std::string remote_model_;  // empty for a model of our own
    std::string remote_host_;
};

// Adds a piece to an answer that is sent as a whole.
void append_delta(wire::Delta& answer, wire::Delta&& delta);

// Whether a piece has anything to say; tool calls wait for the final object.
bool is_worth_a_line(const wire::Delta& delta);

}  // namespace corral::api::ollama
