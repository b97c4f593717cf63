#pragma once

// Purpose: what the server asks a runner to do, independent of the API dialect it came through.
//
// Every struct lists its members once, in `fields`, from which the frame encoder and decoder are
// made (codec.h). Text is UTF-8. Ownership: plain values. Source: native-api.md sections 5 and 7.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "wire/options.h"

namespace corral::wire {

struct ToolCall {
    std::string id;
    std::int64_t index = 0;
    std::string name;
    std::string arguments_json;  // a JSON object, keys in the order they came

    bool operator==(const ToolCall&) const = default;
    template <class Archive>
    void fields(Archive& a) {
        a(id, index, name, arguments_json);
    }
};

struct Message {
    std::string role;  // lower case: system, user, assistant, tool, or whatever the client sent
    std::string content;
    std::string thinking;
    std::vector<std::string> images;  // raw bytes of images or audio, already base64-decoded
    std::vector<ToolCall> tool_calls;
    std::string tool_name;
    std::string tool_call_id;

    bool operator==(const Message&) const = default;
    template <class Archive>
    void fields(Archive& a) {
        a(role, content, thinking, images, tool_calls, tool_name, tool_call_id);
    }
};

enum class Thinking : std::uint8_t { unset, off, on, low, medium, high, max };

// The word that every API and template has for a level; empty for what is none.
constexpr std::string_view level_name(Thinking thinking) {
    switch (thinking) {
        case Thinking::low:
            return "low";
        case Thinking::medium:
            return "medium";
        case Thinking::high:
            return "high";
        case Thinking::max:
            return "max";
        case Thinking::unset:
        case Thinking::off:
        case Thinking::on:
            break;
    }
    return {};
}

// What constrains the output.
struct Format {
    enum class Kind : std::uint8_t { none, json, schema } kind = Kind::none;
    std::string schema_json;  // when kind is schema

    bool operator==(const Format&) const = default;
    template <class Archive>
    void fields(Archive& a) {
        a(kind, schema_json);
    }
};

// A prompt given as text, sent to the model as it is (special tokens in it are recognised).
struct TextPrompt {
    std::vector<std::int32_t> context;  // tokens put before the text (generate's `context`)
    std::string text;
    std::vector<std::string> images;
    // What follows the gap that the answer fills. The model's own tokens mark the three places.
    std::optional<std::string> suffix = std::nullopt;
    bool bare = false;  // no start token is put before it

    template <class Archive>
    void fields(Archive& a) {
        a(context, text, images, suffix, bare);
    }
};

enum class TemplateLanguage : std::uint8_t { jinja, go };

enum class ToolChoice : std::uint8_t { automatic, required };

// How the offered tools may be used. That none may be is said by offering none.
struct ToolUse {
    ToolChoice choice = ToolChoice::automatic;
    std::vector<std::string> allowed;  // names of those that may be called; empty: all
    bool one_call = false;             // no calls beside each other

    bool operator==(const ToolUse&) const = default;
    template <class Archive>
    void fields(Archive& a) {
        a(choice, allowed, one_call);
    }
};

// A conversation, rendered by the runner with the model's chat template.
struct ChatPrompt {
    std::vector<std::int32_t> context;  // tokens put before the rendered text
    std::vector<Message> messages;
    std::string tools_json;  // array of tool definitions, or empty
    ToolUse tool_use;
    std::string template_override;  // instead of the file's own, or empty
    TemplateLanguage template_language = TemplateLanguage::jinja;  // of template_override
    std::string suffix;       // fill in between the only message and this; Go only
    bool keep_all = false;    // drop no messages, however long the prompt is
    bool completion = false;  // asked for as text (generate): when too long it is cut as one

    template <class Archive>
    void fields(Archive& a) {
        a(context, messages, tools_json, tool_use, template_override, template_language, suffix,
          keep_all, completion);
    }
};

// One generation. Answered by any number of Delta events and one Done or Failed.
struct Generate {
    std::variant<TextPrompt, ChatPrompt> prompt;
    SamplingOptions sampling;
    Format format;
    Thinking thinking = Thinking::unset;
    bool truncate =
        true;  // drop old messages (or the middle of a text prompt) when the prompt is too long
    bool shift = true;          // forget the oldest half and go on when the context is full
    bool want_context = false;  // put the tokens of prompt and answer into Done::context
    bool logprobs = false;
    std::int64_t top_logprobs = 0;
    // Answer with Done::rendered_prompt and generate nothing; with `want_context` all tokens of the
    // prompt are in Done::context.
    bool render_only = false;
    bool want_pieces = false;  // put what each token of Done::context stands for into Done::pieces
    // The prompt, a text, is told first as if it had been generated, with how probable the model
    // finds it when `logprobs` says so. Then num_predict = 0 means just that.
    bool echo = false;
    bool stream_calls = false;  // tell tool calls while they are written (Delta::call_pieces)

    template <class Archive>
    void fields(Archive& a) {
        a(prompt, sampling, format, thinking, truncate, shift, want_context, logprobs, top_logprobs,
          render_only, want_pieces, echo, stream_calls);
    }
};

// Texts to vectors. Answered by one Embedded or Failed; one text that cannot be embedded fails all.
struct Embed {
    std::vector<std::string> texts;
    // Further texts, as the model's own tokens without those that it puts around a text.
    std::vector<std::vector<std::int32_t>> token_texts = {};
    // Rerank: the texts are documents, and the one value of each "vector" says how well it fits
    // this. Of what follows only `truncate` counts then.
    std::optional<std::string> query = std::nullopt;
    // Of a text without its start and end token (native-api.md 8.7); longer ones are cut, or
    // refused without `truncate`.
    std::int64_t max_tokens = kUnlimited;
    // What a text is cut to when the model still refuses it.
    std::int64_t batch_tokens = kUnlimited;
    bool truncate = true;
    std::int64_t dimensions = 0;        // leading values kept of every vector; <= 0 = all
    bool raw_if_model_says_so = false;  // /api/embeddings: some old models are not normalised

    static constexpr std::int64_t kUnlimited = std::int64_t{1} << 40;

    bool operator==(const Embed&) const = default;
    template <class Archive>
    void fields(Archive& a) {
        a(texts, token_texts, query, max_tokens, batch_tokens, truncate, dimensions,
          raw_if_model_says_so);
    }
};

// What a runner needs to load its model: its first message, sent once.
struct Load {
    std::string model_path;
    std::vector<std::string> projector_paths;
    std::vector<std::string> adapter_paths;
    LoadOptions options;
    std::int64_t n_parallel = 8;  // sequences that may be generated at the same time
    std::string kv_cache_type;    // ggml type name for K and V, or empty for f16
    std::optional<bool> flash_attention;
    bool embedding = false;            // answers Embed
    bool completion = true;            // answers Generate
    std::vector<std::string> devices;  // GPUs that may be used, by Device::name; empty: none
    bool fit_layers = true;  // where num_gpu is -1: only as many layers as fit on the devices
    std::int64_t device_margin_bytes = std::int64_t{1} << 30;  // left free on each when fitting
    bool vocabulary_only = false;  // no weights: answers Generate with render_only alone

    template <class Archive>
    void fields(Archive& a) {
        a(model_path, projector_paths, adapter_paths, options, n_parallel, kv_cache_type,
          flash_attention, embedding, completion, devices, fit_layers, device_margin_bytes,
          vocabulary_only);
    }
};

// Asks for the machine's GPUs instead of loading a model: also a first and only message.
struct Discover {
    template <class Archive>
    void fields(Archive&) {}
};

struct Cancel {
    template <class Archive>
    void fields(Archive&) {}
};

// Finish what is running, take nothing new, then exit.
struct Drain {
    template <class Archive>
    void fields(Archive&) {}
};

// Server to runner. `id` names the request in both directions; 0 for Load, Discover and Drain.
struct ToRunner {
    using Body = std::variant<Load, Generate, Cancel, Drain, Embed, Discover>;
    std::uint64_t id = 0;
    Body body;

    template <class Archive>
    void fields(Archive& a) {
        a(id, body);
    }
};

}  // namespace corral::wire
