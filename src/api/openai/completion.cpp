#include "api/openai/completion.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "api/common/sse.h"
#include "api/json/field.h"
#include "api/json/reader.h"
#include "api/json/writer.h"
#include "api/ollama/fields.h"
#include "api/openai/chat_request.h"
#include "api/openai/content.h"
#include "api/openai/sampling_fields.h"
#include "base/json_string.h"

namespace corral::api::openai {

namespace {

constexpr std::size_t kMaxPrompts = 128;
constexpr std::int64_t kMaxCandidates = 20;

using json::refuse_field;

// A prompt as text or as the model's own tokens.
struct AskedPrompt {
    std::string text;
    std::vector<std::int64_t> tokens;
};

void read_prompt(json::Reader& reader, const json::Value& value, AskedPrompt& prompt) {
    if (value.kind != json::Value::Kind::array) return reader.text(prompt.text)(value);
    std::optional<std::vector<std::int64_t>> tokens;
    reader.integers(tokens)(value);
    prompt.tokens = std::move(tokens).value_or(std::vector<std::int64_t>());
}

// One prompt or a list of them; a list of numbers is one.
json::Reader::Read read_prompts(json::Reader& reader, std::vector<AskedPrompt>& prompts) {
    return [&](const json::Value& value) {
        prompts.clear();
        const bool is_list = value.kind == json::Value::Kind::array && !value.items.empty() &&
                             value.items.front().kind != json::Value::Kind::number;
        if (!is_list) return read_prompt(reader, value, prompts.emplace_back());
        reader.each(value, [&](const json::Value& item) {
            read_prompt(reader, item, prompts.emplace_back());
        });
    };
}

// This route takes texts only to stop at.
Result<void> check_stop(const json::Value& body) {
    const auto* stop = body.find("stop");
    if (stop == nullptr || stop->kind != json::Value::Kind::array) return {};
    for (std::size_t i = 0; i < stop->items.size(); ++i) {
        const auto& item = stop->items[i];
        if (!item.is_string())
            return refuse_field("stop" + json::element(i),
                                fmt::format("invalid type for 'stop' field: {}", go_type_of(&item)),
                                json::kInvalidType);
    }
    return {};
}

void append_text_head(json::ObjectWriter& writer, const CompletionHead& head) {
    writer.text("id", head.id).text("object", "text_completion").integer("created", head.seconds());
}

void append_model(json::ObjectWriter& writer, const CompletionHead& head) {
    writer.text("model", head.model).text("system_fingerprint", "fp_ollama");
}

// Of one token, among those of all. The first of a prompt has none.
void append_probability(std::string& values, std::string& candidates, const wire::Logprob& entry) {
    if (std::isnan(entry.chosen.logprob)) {
        values += "null";
        candidates += "null";
        return;
    }
    json::append_double(values, entry.chosen.logprob);
    json::ObjectWriter top(candidates);
    for (const auto& token : entry.top) json::append_double(top.key(token.token), token.logprob);
    top.end();
}

// `{"tokens":[…],"token_logprobs":[…],"top_logprobs":[{…}],"text_offset":[…]}`.
void append_text_logprobs(std::string& out, const std::vector<wire::Logprob>& logprobs) {
    std::string tokens, values, candidates, offsets;
    std::int64_t offset = 0;
    for (const auto& entry : logprobs) {
        const std::string_view comma = tokens.empty() ? "" : ",";
        append_json_string(tokens.append(comma), entry.chosen.token);
        append_probability(values.append(comma), candidates.append(comma), entry);
        json::append_integer(offsets.append(comma), offset);
        offset += static_cast<std::int64_t>(entry.chosen.token.size());
    }
    json::ObjectWriter writer(out);
    writer.json("tokens", "[" + tokens + "]")
        .json("token_logprobs", "[" + values + "]")
        .json("top_logprobs", "[" + candidates + "]")
        .json("text_offset", "[" + offsets + "]")
        .end();
}

void append_text_choice(std::string& out, const CompletionChoice& choice, std::int64_t index) {
    json::ObjectWriter writer(out);
    writer.text("text", choice.text).integer("index", index);
    if (!choice.logprobs.empty()) append_text_logprobs(writer.key("logprobs"), choice.logprobs);
    if (choice.finish.empty()) {
        writer.json("finish_reason", "null");
    } else {
        writer.text("finish_reason", choice.finish);
    }
    writer.end();
}

constexpr std::string_view kZeroUsage =
    R"({"prompt_tokens":0,"completion_tokens":0,"total_tokens":0})";

}  // namespace

Result<CompletionRequest> decode_completion(std::string_view body, Precedence precedence) {
    CORRAL_TRY(const auto value, parse_body(body));
    CompletionRequest request;
    ollama::GenerateRequest native;
    native.stream = false;
    SamplingFields sampling({{"temperature", "1"},
                             {"top_p", "1"},
                             {"frequency_penalty", "0"},
                             {"presence_penalty", "0"}},
                            precedence);
    std::vector<AskedPrompt> prompts;
    std::int64_t n_candidates = 0, n = 1, best_of = 0;
    json::Reader reader("CompletionRequest");
    const auto read_stream_options = [&](const json::Value& options) {
        reader.object(options, "openai.StreamOptions",
                      {{"include_usage", reader.boolean(request.include_usage)}});
    };
    auto fields = sampling.fields(reader);
    fields.insert(fields.end(), {{"model", reader.text(native.model)},
                                 {"prompt", read_prompts(reader, prompts)},
                                 {"suffix", reader.text(native.suffix)},
                                 {"stream", reader.boolean(native.stream)},
                                 {"stream_options", read_stream_options},
                                 {"keep_alive", ollama::read_keep_alive(reader, native.keep_alive)},
                                 {"raw", reader.boolean(native.raw)},
                                 {"logprobs", reader.integer(n_candidates)},
                                 {"n", reader.integer(n)},
                                 {"best_of", reader.integer(best_of)},
                                 {"echo", reader.boolean(native.echo)},
                                 {"_debug_render_only", reader.boolean(native.render_only)}});
    reader.object(value, "openai.CompletionRequest", fields);
    CORRAL_CHECK(reader.finish());
    CORRAL_CHECK(check_stop(value));
    sampling.forget_zero("top_p");
    if (!native.stream) native.stream = false;
    if (n_candidates < 0 || n_candidates > kMaxCandidates)
        return refuse_field("logprobs", "top_logprobs must be between 0 and 20");
    CORRAL_CHECK(check_range("n", n, 1, kMaxChoices));
    if (prompts.size() > kMaxPrompts)
        return refuse_field("prompt",
                            fmt::format("at most {} prompts are taken at a time", kMaxPrompts),
                            "array_above_max_length");
    if (best_of > n)
        return refuse_field("best_of", "best_of is not supported, please choose among n answers",
                            json::kUnsupported);
    if (native.echo && !native.suffix.empty())
        return refuse_field("echo", "echo is not supported together with suffix",
                            json::kUnsupported);
    const auto has_tokens = [](const AskedPrompt& prompt) { return !prompt.tokens.empty(); };
    if (!native.suffix.empty() && std::ranges::any_of(prompts, has_tokens))
        return refuse_field("suffix", "suffix is not supported behind a prompt of tokens",
                            json::kUnsupported);
    native.logprobs = n_candidates > 0;
    native.top_logprobs = n_candidates;
    native.think = wire::Thinking::off;
    native.options_json = sampling.options_json();
    if (prompts.empty()) prompts.emplace_back();
    if (native.echo) {  // what is told is what the model read: all of it, and no template's words
        native.raw = true;
        native.truncate = false;
    }
    for (auto& prompt : prompts) {
        native.prompt = std::move(prompt.text);
        native.prompt_tokens = std::move(prompt.tokens);
        request.choices.insert(request.choices.end(), static_cast<std::size_t>(n), native);
    }
    return request;
}

std::string completion_body(const CompletionHead& head,
                            const std::vector<CompletionChoice>& choices, const Usage& usage) {
    std::string out;
    json::ObjectWriter writer(out);
    append_text_head(writer, head);
    append_model(writer, head);
    writer.key("choices") += '[';
    for (std::size_t i = 0; i < choices.size(); ++i) {
        if (i > 0) out += ',';
        append_text_choice(out, choices[i], static_cast<std::int64_t>(i));
    }
    out += ']';
    append_usage(writer.key("usage"), usage);
    writer.end();
    return out += '\n';
}

void CompletionStream::frame(std::string& out, const CompletionChoice& piece) const {
    std::string data;
    json::ObjectWriter writer(data);
    append_text_head(writer, head_);
    append_text_choice(writer.key("choices").append("["), piece, index_);
    data += ']';
    append_model(writer, head_);
    if (usage_zero_) writer.json("usage", kZeroUsage);
    writer.end();
    sse::append_data(out, data);
}

void CompletionStream::piece(std::string& out, const wire::Delta& delta) {
    if (delta.content.empty() && delta.logprobs.empty()) return;
    frame(out, {delta.content, delta.logprobs, {}});
}

void CompletionStream::finish(std::string& out, std::string_view reason) {
    frame(out, {{}, {}, reason});
}

void CompletionStream::end(std::string& out, const wire::Done& done) {
    finish(out, finish_reason(done.reason, false));
}

void append_completion_usage(std::string& out, const CompletionHead& head, const Usage& usage) {
    std::string frame;
    json::ObjectWriter writer(frame);
    append_text_head(writer, head);
    writer.json("choices", "[]");
    append_model(writer, head);
    append_usage(writer.key("usage"), usage);
    writer.end();
    sse::append_data(out, frame);
}

}  // namespace corral::api::openai
