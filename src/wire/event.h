#pragma once

// Purpose: what a runner tells the server. One definition for every dialect; the API layer turns
// events into JSON.
//
// Per generation the order is: Delta*, then exactly one Done or Failed; an Embed is answered by one
// Embedded or Failed. Loading* then Loaded or Failed answer Load (id 0), Devices answers Discover.
// Times are nanoseconds.

#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/result.h"
#include "wire/device.h"
#include "wire/request.h"

namespace corral::wire {

struct TokenLogprob {
    std::string token;
    double logprob = 0;  // NaN where nothing came before the token

    template <class Archive>
    void fields(Archive& a) {
        a(token, logprob);
    }
};

struct Logprob {
    TokenLogprob chosen;
    std::vector<TokenLogprob> top;  // descending; at most Generate::top_logprobs

    template <class Archive>
    void fields(Archive& a) {
        a(chosen, top);
    }
};

// What the arguments of a tool call have more than was told, while the model writes them. All
// pieces of a call, joined, are the arguments of the complete call, without blanks.
struct ToolCallPiece {
    std::int64_t index = 0;
    std::string id;
    std::string name;
    std::string arguments;

    bool operator==(const ToolCallPiece&) const = default;
    template <class Archive>
    void fields(Archive& a) {
        a(index, id, name, arguments);
    }
};

// Puts pieces behind others.
inline void join_call_pieces(std::vector<ToolCallPiece>& pieces,
                             std::vector<ToolCallPiece>&& more) {
    for (ToolCallPiece& piece : more) {
        if (!pieces.empty() && pieces.back().index == piece.index) {
            pieces.back().arguments += piece.arguments;
        } else {
            pieces.push_back(std::move(piece));
        }
    }
}

// A piece of the answer. Whole UTF-8 characters only, never part of a stop string.
struct Delta {
    std::string content;
    std::string thinking;
    std::vector<ToolCall> tool_calls;  // complete calls
    std::vector<Logprob> logprobs;
    // Not a piece at all but a sign of life of a request that waits: 1 = it is the next. Then the
    // rest is empty. Of joined pieces the last one counts.
    std::int64_t queue_position = 0;
    // On the first piece: what Timings will say of the prompt.
    std::int64_t n_prompt = 0;
    std::int64_t n_prompt_cached = 0;
    // With Generate::stream_calls: of calls that are complete later, or never when the answer is
    // cut off. They come behind the content and before complete calls.
    std::vector<ToolCallPiece> call_pieces = {};

    template <class Archive>
    void fields(Archive& a) {
        a(content, thinking, tool_calls, logprobs, queue_position, n_prompt, n_prompt_cached,
          call_pieces);
    }
};

enum class DoneReason : std::uint8_t {
    stop,
    length,        // as many tokens as were wanted
    context_full,  // no room for another token, and none can be made
};
// Whether the model had more to say.
constexpr bool was_cut(DoneReason reason) {
    return reason != DoneReason::stop;
}

struct Timings {
    std::int64_t n_prompt = 0;          // prompt tokens, those taken from the prefix cache included
    std::int64_t n_prompt_cached = 0;   // of which taken from the prefix cache
    std::int64_t n_prompt_dropped = 0;  // prompt tokens cut off because the prompt was too long
    std::int64_t n_generated = 0;
    std::int64_t n_thinking = 0;  // of which thoughts, with the marks around them
    std::int64_t prompt_ns = 0;
    std::int64_t generate_ns = 0;

    template <class Archive>
    void fields(Archive& a) {
        a(n_prompt, n_prompt_cached, n_prompt_dropped, n_generated, n_thinking, prompt_ns,
          generate_ns);
    }
};

struct Done {
    DoneReason reason = DoneReason::stop;
    Timings timings;
    std::vector<std::int32_t> context;  // when Generate::want_context
    std::string rendered_prompt;        // when Generate::render_only
    std::string stop_text;              // which of SamplingOptions::stop ended it, or empty
    std::vector<std::string> pieces;    // bytes, when Generate::want_pieces

    template <class Archive>
    void fields(Archive& a) {
        a(reason, timings, context, rendered_prompt, stop_text, pieces);
    }
};

// The vectors of an Embed, in the order of its texts, one behind the other.
struct Embedded {
    std::vector<float> values;   // n_texts x width
    std::int64_t width = 0;      // values of one vector
    std::int64_t n_tokens = 0;   // read by the model, all texts together
    std::int64_t n_dropped = 0;  // cut off because texts were too long

    template <class Archive>
    void fields(Archive& a) {
        a(values, width, n_tokens, n_dropped);
    }
};

struct Failed {
    ErrorCode code = ErrorCode::internal;
    std::string message;
    std::int32_t http_status = 0;

    template <class Archive>
    void fields(Archive& a) {
        a(code, message, http_status);
    }
};

struct Loading {
    float progress = 0;  // 0 to 1

    template <class Archive>
    void fields(Archive& a) {
        a(progress);
    }
};

// The model is ready.
struct Loaded {
    std::int64_t n_ctx = 0;  // tokens one sequence may use
    std::int64_t n_ctx_train = 0;
    std::int64_t n_parallel = 0;
    std::int64_t memory_bytes = 0;      // weights, KV cache and compute buffers together
    std::int64_t gpu_memory_bytes = 0;  // of which on GPUs

    template <class Archive>
    void fields(Archive& a) {
        a(n_ctx, n_ctx_train, n_parallel, memory_bytes, gpu_memory_bytes);
    }
};

struct Devices {
    std::vector<Device> list;

    template <class Archive>
    void fields(Archive& a) {
        a(list);
    }
};

// Runner to server.
struct FromRunner {
    std::uint64_t id = 0;
    std::variant<Loading, Loaded, Delta, Done, Failed, Embedded, Devices> body;

    template <class Archive>
    void fields(Archive& a) {
        a(id, body);
    }
};

}  // namespace corral::wire
