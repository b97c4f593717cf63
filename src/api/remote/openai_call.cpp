#include "api/remote/openai_call.h"

#include <array>

#include "api/json/writer.h"
#include "api/ollama/fields.h"
#include "api/ollama/prompts.h"
#include "api/remote/openai_messages.h"
#include "api/remote/options.h"
#include "api/remote/tool_choice.h"
#include "wire/request.h"

namespace corral::api::remote {

namespace {

struct OptionName {
    std::string_view ours;
    std::string_view theirs;
};

constexpr std::array kOptionNames = {
    OptionName{"temperature", "temperature"},
    OptionName{"top_p", "top_p"},
    OptionName{"seed", "seed"},
    OptionName{"stop", "stop"},
    OptionName{"presence_penalty", "presence_penalty"},
    OptionName{"frequency_penalty", "frequency_penalty"},
    OptionName{"top_k", "top_k"},
    OptionName{"min_p", "min_p"},
    OptionName{"repeat_penalty", "repetition_penalty"},
};

// No limit, and none at all, are said by saying nothing.
void put_limit(json::ObjectWriter& writer, const json::Value& options) {
    const auto* limit = options.find("num_predict");
    if (limit == nullptr || limit->kind != json::Value::Kind::number) return;
    const auto n_tokens = limit->integer();
    if (n_tokens && *n_tokens > 0) writer.integer("max_tokens", *n_tokens);
}

Result<void> put_options(json::ObjectWriter& writer, const ollama::AnswerRequest& request,
                         const models::ModelRecord& record) {
    CORRAL_TRY(const auto text, filled_options(record.params_json, request.options_json));
    if (text.empty()) return {};
    CORRAL_TRY(const auto options, json::parse(text));
    for (const auto& name : kOptionNames) {
        if (const auto* value = options.find(name.ours)) {
            json::append_value(writer.key(name.theirs), *value);
        }
    }
    put_limit(writer, options);
    return {};
}

void put_format(json::ObjectWriter& writer, const wire::Format& format) {
    using Kind = wire::Format::Kind;
    if (format.kind == Kind::json) {
        json::ObjectWriter(writer.key("response_format")).text("type", "json_object").end();
    } else if (format.kind == Kind::schema) {
        json::ObjectWriter object(writer.key("response_format"));
        object.text("type", "json_schema");
        json::ObjectWriter(object.key("json_schema"))
            .text("name", "answer")
            .json("schema", format.schema_json)
            .boolean("strict", true)
            .end();
        object.end();
    }
}

// OpenAI has levels and none; that it thinks at all is the model's choice.
void put_thinking(json::ObjectWriter& writer, wire::Thinking think) {
    if (think == wire::Thinking::off) writer.text("reasoning_effort", "none");
    const auto level = wire::level_name(think);
    if (!level.empty()) writer.text("reasoning_effort", level == "max" ? "high" : level);
}

Result<void> put_openai_settings(json::ObjectWriter& writer, const ollama::AnswerRequest& request,
                                 const models::ModelRecord& record) {
    CORRAL_TRY(const auto format, ollama::decode_format(request.format_json));
    writer.boolean("stream", true);
    json::ObjectWriter(writer.key("stream_options")).boolean("include_usage", true).end();
    CORRAL_CHECK(put_options(writer, request, record));
    put_format(writer, format);
    put_thinking(writer, request.think);
    return {};
}

Result<Call> chat_of(const ollama::AnswerRequest& request, std::vector<wire::Message> messages,
                     const std::string& tools_json, const wire::ToolUse& tool_use,
                     const models::ModelRecord& record) {
    Call call{.path = "/chat/completions", .body = {}};
    json::ObjectWriter writer(call.body);
    writer.text("model", record.config.remote_model);
    append_openai_messages(writer.key("messages"), std::move(messages));
    if (!tools_json.empty()) {
        writer.json("tools", tools_json);
        put_tool_choice(writer, tool_use);
    }
    if (request.logprobs) writer.boolean("logprobs", true);
    writer.integer_unless_zero("top_logprobs", request.logprobs ? request.top_logprobs : 0);
    CORRAL_CHECK(put_openai_settings(writer, request, record));
    writer.end();
    return call;
}

Result<Call> completion_of(const ollama::GenerateRequest& request,
                           const models::ModelRecord& record) {
    Call call{.path = "/completions", .body = {}};
    json::ObjectWriter writer(call.body);
    writer.text("model", record.config.remote_model).text("prompt", request.prompt);
    writer.text_unless_empty("suffix", request.suffix);
    if (request.raw) writer.boolean("raw", true);
    CORRAL_CHECK(put_openai_settings(writer, request, record));
    writer.end();
    return call;
}

}  // namespace

Result<Call> openai_chat(const ollama::ChatRequest& request, const models::ModelRecord& record) {
    CORRAL_TRY(auto messages, ollama::conversation(request, record));
    return chat_of(request, std::move(messages), request.tools_json, request.tool_use, record);
}

Result<Call> openai_generate(const ollama::GenerateRequest& request,
                             const models::ModelRecord& record) {
    if (request.raw || !request.suffix.empty()) return completion_of(request, record);
    std::vector<wire::Message> messages;
    const auto& system = request.system.empty() ? record.system : request.system;
    if (!system.empty()) messages.push_back({.role = "system", .content = system});
    messages.push_back({.role = "user", .content = request.prompt, .images = request.images});
    return chat_of(request, std::move(messages), {}, {}, record);
}

Result<Call> openai_embed(const ollama::EmbedRequest& request, const models::ModelRecord& record) {
    Call call{.path = "/embeddings", .body = {}};
    json::ObjectWriter(call.body)
        .text("model", record.config.remote_model)
        .strings("input", request.texts)
        .text("encoding_format", "float")
        .integer_unless_zero("dimensions", request.dimensions)
        .end();
    return call;
}

}  // namespace corral::api::remote
