#include "api/ollama/answer.h"

#include <iterator>

#include "api/json/writer.h"
#include "api/ollama/message.h"

namespace corral::api::ollama {

namespace {

void append_bytes(std::string& out, std::string_view text) {
    out += '[';
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (i > 0) out += ',';
        json::append_integer(out, static_cast<unsigned char>(text[i]));
    }
    out += ']';
}

json::ObjectWriter token_object(std::string& out, const wire::TokenLogprob& token) {
    json::ObjectWriter writer(out);
    writer.text("token", token.token);
    json::append_double(writer.key("logprob"), token.logprob);
    if (!token.token.empty()) append_bytes(writer.key("bytes"), token.token);
    return writer;
}

void append_logprobs(std::string& out, const std::vector<wire::Logprob>& logprobs) {
    out += '[';
    for (const auto& entry : logprobs) {
        if (&entry != &logprobs.front()) out += ',';
        auto writer = token_object(out, entry.chosen);
        if (!entry.top.empty()) {
            auto& top = writer.key("top_logprobs");
            for (const auto& token : entry.top) {
                top += &token == &entry.top.front() ? '[' : ',';
                token_object(top, token).end();
            }
            top += ']';
        }
        writer.end();
    }
    out += ']';
}

std::string_view reason_text(wire::DoneReason reason) {
    return wire::was_cut(reason) ? "length" : "stop";
}

template <class T>
void append_moved(std::vector<T>& into, std::vector<T>&& from) {
    into.insert(into.end(), std::make_move_iterator(from.begin()),
                std::make_move_iterator(from.end()));
}

void append_message(std::string& out, std::string_view role, const wire::Delta& delta) {
    json::ObjectWriter writer(out);
    writer.text("role", role).text("content", delta.content);
    writer.text_unless_empty("thinking", delta.thinking);
    if (!delta.tool_calls.empty()) append_tool_calls(writer.key("tool_calls"), delta.tool_calls);
    writer.end();
}

}  // namespace

// What an object says besides the answer itself. The default is a piece of a stream.
struct AnswerWriter::Ending {
    bool done = false;
    std::string_view role = "assistant";
    std::string_view reason = {};
    const wire::Done* engine = nullptr;  // null: no metrics and no context
    AnswerTimes times = {};
    std::string debug_json = {};

    void write_done(json::ObjectWriter& writer) const {
        writer.boolean("done", done).text_unless_empty("done_reason", reason);
    }
    void write_context(json::ObjectWriter& writer) const {
        if (engine == nullptr || engine->context.empty()) return;
        auto& out = writer.key("context");
        for (std::size_t i = 0; i < engine->context.size(); ++i) {
            out += i == 0 ? '[' : ',';
            json::append_integer(out, engine->context[i]);
        }
        out += ']';
    }
    void write_metrics(json::ObjectWriter& writer) const {
        if (engine == nullptr) return;
        const auto& timings = engine->timings;
        writer.integer_unless_zero("total_duration", times.total.count())
            .integer_unless_zero("load_duration", times.load.count())
            .integer_unless_zero("prompt_eval_count", timings.n_prompt)
            .integer_unless_zero("prompt_eval_duration", timings.prompt_ns)
            .integer_unless_zero("eval_count", timings.n_generated)
            .integer_unless_zero("eval_duration", timings.generate_ns);
    }
    void write_debug(json::ObjectWriter& writer) const {
        if (!debug_json.empty()) writer.json("_debug_info", debug_json);
    }
    void write_extensions(json::ObjectWriter& writer) const {
        if (engine == nullptr) return;
        writer.integer_unless_zero("prompt_tokens_dropped", engine->timings.n_prompt_dropped);
    }
};

AnswerWriter::AnswerWriter(AnswerRoute route, std::string_view model)
    : route_(route), model_(model) {}

void AnswerWriter::tell_remote(std::string_view model, std::string_view host) {
    remote_model_ = model;
    remote_host_ = host;
}

void AnswerWriter::piece(std::string& out, const wire::Delta& delta, TimePoint created) const {
    object(out, delta, Ending{}, created);
}

void AnswerWriter::end(std::string& out, const wire::Delta& rest, const wire::Done& done,
                       AnswerTimes times, TimePoint created) const {
    object(out, rest,
           {.done = true, .reason = reason_text(done.reason), .engine = &done, .times = times},
           created);
}

void AnswerWriter::bare(std::string& out, std::string_view done_reason, TimePoint created) const {
    object(out, {}, {.done = true, .reason = done_reason}, created);
}

void AnswerWriter::rendered(std::string& out, std::string_view prompt, std::size_t n_images,
                            TimePoint created) const {
    Ending ending{.role = {}};
    json::ObjectWriter(ending.debug_json)
        .text("rendered_template", prompt)
        .integer_unless_zero("image_count", static_cast<std::int64_t>(n_images))
        .end();
    object(out, {}, ending, created);
}

void AnswerWriter::object(std::string& out, const wire::Delta& delta, const Ending& ending,
                          TimePoint created) const {
    json::ObjectWriter writer(out);
    writer.text("model", model_)
        .text_unless_empty("remote_model", remote_model_)
        .text_unless_empty("remote_host", remote_host_)
        .text("created_at", format_rfc3339_utc(created));
    const auto write_logprobs = [&] {
        if (!delta.logprobs.empty()) append_logprobs(writer.key("logprobs"), delta.logprobs);
    };
    if (route_ == AnswerRoute::generate) {
        writer.text("response", delta.content).text_unless_empty("thinking", delta.thinking);
        ending.write_done(writer);
        ending.write_context(writer);
        ending.write_metrics(writer);
        if (!delta.tool_calls.empty()) {
            append_tool_calls(writer.key("tool_calls"), delta.tool_calls);
        }
        ending.write_debug(writer);
        write_logprobs();
    } else {
        append_message(writer.key("message"), ending.role, delta);
        ending.write_done(writer);
        ending.write_debug(writer);
        write_logprobs();
        ending.write_metrics(writer);
    }
    ending.write_extensions(writer);
    writer.integer_unless_zero("queue_position", delta.queue_position);
    writer.end();
}

void append_delta(wire::Delta& answer, wire::Delta&& delta) {
    answer.content += delta.content;
    answer.thinking += delta.thinking;
    append_moved(answer.tool_calls, std::move(delta.tool_calls));
    append_moved(answer.logprobs, std::move(delta.logprobs));
}

bool is_worth_a_line(const wire::Delta& delta) {
    return !delta.content.empty() || !delta.thinking.empty() || !delta.logprobs.empty() ||
           delta.queue_position > 0;
}

}  // namespace corral::api::ollama
