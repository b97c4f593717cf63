#include "api/remote/ollama_call.h"

#include "api/json/writer.h"
#include "api/ollama/errors.h"
#include "api/ollama/message.h"
#include "api/ollama/prompts.h"
#include "api/remote/options.h"
#include "base/base64.h"
#include "wire/request.h"

namespace corral::api::remote {

namespace {

constexpr std::string_view kDefaultTemplate = "{{ .Prompt }}";

void put_keep_alive(json::ObjectWriter& writer, const std::optional<Duration>& keep_alive) {
    if (!keep_alive) return;
    auto& out = writer.key("keep_alive");
    if (*keep_alive == kForever) {
        out += "-1";
    } else {
        json::append_double(out, std::chrono::duration<double>(*keep_alive).count());
    }
}

void put_think(json::ObjectWriter& writer, wire::Thinking think) {
    using enum wire::Thinking;
    if (think == on || think == off) writer.boolean("think", think == on);
    if (const auto level = wire::level_name(think); !level.empty()) writer.text("think", level);
}

void put_flag(json::ObjectWriter& writer, std::string_view key, const std::optional<bool>& flag) {
    if (flag) writer.boolean(key, *flag);
}

void put_raw(json::ObjectWriter& writer, std::string_view key, std::string_view raw) {
    if (!raw.empty()) writer.json(key, raw);
}

// What chat and generate have in common.
Result<void> put_settings(json::ObjectWriter& writer, const ollama::AnswerRequest& request,
                          const models::ModelRecord& record) {
    CORRAL_TRY(const auto options, filled_options(record.params_json, request.options_json));
    writer.boolean("stream", true);
    put_raw(writer, "format", request.format_json);
    put_keep_alive(writer, request.keep_alive);
    put_raw(writer, "options", options);
    put_think(writer, request.think);
    put_flag(writer, "truncate", request.truncate);
    put_flag(writer, "shift", request.shift);
    if (request.logprobs) writer.boolean("logprobs", true);
    writer.integer_unless_zero("top_logprobs", request.top_logprobs);
    return {};
}

std::string template_for(const ollama::GenerateRequest& request,
                         const models::ModelRecord& record) {
    if (!request.template_text.empty() || request.raw) return request.template_text;
    const bool is_upstreams_stub = record.config.remote_api.empty();
    return record.go_template.value_or(is_upstreams_stub ? std::string(kDefaultTemplate) : "");
}

void put_context(json::ObjectWriter& writer, const std::vector<std::int64_t>& context) {
    auto& out = writer.key("context");
    out += '[';
    for (std::size_t i = 0; i < context.size(); ++i) {
        if (i > 0) out += ',';
        json::append_integer(out, context[i]);
    }
    out += ']';
}

std::vector<std::string> base64_texts(const std::vector<std::string>& images) {
    std::vector<std::string> texts;
    for (const auto& image : images) texts.push_back(base64_encode(image));
    return texts;
}

}  // namespace

Result<Call> ollama_chat(const ollama::ChatRequest& request, const models::ModelRecord& record) {
    if (request.tool_use != wire::ToolUse{}) {
        return ollama::refuse(400, ErrorCode::unsupported,
                              "the server that runs this model has no tool_choice");
    }
    CORRAL_TRY(const auto messages, ollama::conversation(request, record));
    Call call{.path = "/api/chat", .body = {}};
    json::ObjectWriter writer(call.body);
    writer.text("model", record.config.remote_model);
    ollama::append_messages(writer.key("messages"), messages);
    put_raw(writer, "tools", request.tools_json);
    CORRAL_CHECK(put_settings(writer, request, record));
    writer.end();
    return call;
}

Result<Call> ollama_generate(const ollama::GenerateRequest& request,
                             const models::ModelRecord& record) {
    Call call{.path = "/api/generate", .body = {}};
    json::ObjectWriter writer(call.body);
    writer.text("model", record.config.remote_model).text("prompt", request.prompt);
    writer.text_unless_empty("suffix", request.suffix);
    if (!request.raw) {
        writer.text_unless_empty("system", request.system.empty() ? record.system : request.system);
    }
    writer.text_unless_empty("template", template_for(request, record));
    if (request.context) put_context(writer, *request.context);
    if (request.raw) writer.boolean("raw", true);
    writer.strings_unless_empty("images", base64_texts(request.images));
    CORRAL_CHECK(put_settings(writer, request, record));
    writer.end();
    return call;
}

Result<Call> ollama_embed(const ollama::EmbedRequest& request, const models::ModelRecord& record) {
    CORRAL_TRY(const auto options, filled_options(record.params_json, request.options_json));
    Call call{.path = "/api/embed", .body = {}};
    json::ObjectWriter writer(call.body);
    writer.text("model", record.config.remote_model).strings("input", request.texts);
    const bool truncates = request.truncate && request.route == ollama::EmbedRoute::embed;
    writer.boolean("truncate", truncates).integer_unless_zero("dimensions", request.dimensions);
    put_keep_alive(writer, request.keep_alive);
    put_raw(writer, "options", options);
    writer.end();
    return call;
}

}  // namespace corral::api::remote
