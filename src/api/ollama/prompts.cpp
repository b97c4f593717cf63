#include "api/ollama/prompts.h"

#include <algorithm>

#include "api/ollama/errors.h"
#include "api/ollama/fields.h"
#include "api/ollama/message.h"
#include "base/text.h"
#include "prompt/media_tags.h"

namespace corral::api::ollama {

namespace {

constexpr std::string_view kDefaultTemplate = "{{ .Prompt }}";

std::unexpected<Error> unsupported_format(const models::ModelRecord& record) {
    return refuse(
        501, ErrorCode::unsupported,
        fmt::format("{} needs a renderer or parser that this version of Corral lacks, and "
                    "its file carries no chat template to use instead",
                    record.name.short_form()));
}

bool keeps_thinking_out(const models::ModelRecord& record) {
    return record.config.model_family == "qwen3" || record.name.model() == "deepseek-r1";
}

// Takes a leading <think>…</think> block off.
void drop_thinking(std::string& content) {
    constexpr std::string_view kOpen = "<think>";
    constexpr std::string_view kClose = "</think>";
    if (!trim_left(content).starts_with(kOpen)) return;
    const auto close = content.find(kClose);
    if (close == std::string::npos) return;
    content = trim_left(std::string_view(content).substr(close + kClose.size()));
}

void drop_earlier_thinking(std::vector<wire::Message>& messages) {
    const auto last_user =
        std::ranges::find(messages.rbegin(), messages.rend(), "user", &wire::Message::role);
    const auto end = messages.begin() + (messages.rend() - last_user);
    for (auto message = messages.begin(); message != end; ++message) {
        if (message->role == "assistant") drop_thinking(message->content);
    }
}

Result<std::vector<std::int32_t>> context_tokens(const GenerateRequest& request) {
    if (!request.context) return std::vector<std::int32_t>();
    auto tokens = narrow_tokens(*request.context, "context");
    if (!tokens) tokens.error().http_status = 500;  // as upstream
    return tokens;
}

Result<std::vector<wire::Message>> stored_messages(const models::ModelRecord& record) {
    return parse_stored_messages(record.messages_json);
}

Result<Prompt> render_later(std::vector<wire::Message> messages, const models::ModelRecord& record,
                            std::vector<std::int32_t> context, std::string tools_json) {
    using enum models::TemplateChoice;
    if (record.template_choice == unsupported) return unsupported_format(record);
    wire::ChatPrompt prompt;
    prompt.context = std::move(context);
    prompt.messages = std::move(messages);
    prompt.tools_json = std::move(tools_json);
    if (record.template_choice == jinja_layer || record.template_choice == go_layer)
        prompt.template_override = *record.go_template;
    if (record.template_choice == go_layer) prompt.template_language = wire::TemplateLanguage::go;
    return prompt;
}

// What generate sends is a text in the end, and is cut as one.
Result<Prompt> as_completion(Result<Prompt> prompt) {
    if (!prompt) return prompt;
    if (auto* chat = std::get_if<wire::ChatPrompt>(&*prompt)) chat->completion = true;
    return prompt;
}

Result<std::vector<wire::Message>> generate_messages(const GenerateRequest& request,
                                                     const models::ModelRecord& record) {
    std::vector<wire::Message> messages;
    const auto& system = request.system.empty() ? record.system : request.system;
    if (!system.empty()) messages.push_back({.role = "system", .content = system});
    if (!request.context) {
        CORRAL_TRY(auto stored, stored_messages(record));
        std::ranges::move(stored, std::back_inserter(messages));
    }
    auto& question = messages.emplace_back();
    question.role = "user";
    question.content = request.render_only
                           ? prompt::place_tags(request.prompt, 0, request.images.size())
                           : request.prompt;
    question.images = request.images;
    return messages;
}

// The text as it is: it says itself where its images stand.
wire::TextPrompt bare_prompt(const GenerateRequest& request, std::vector<std::int32_t> context) {
    return {std::move(context), request.prompt, request.images};
}

// Tokens go to the model as they are, without a start token that they lack.
Result<Prompt> token_prompt(const GenerateRequest& request) {
    wire::TextPrompt prompt;
    CORRAL_TRY(prompt.context, narrow_tokens(request.prompt_tokens, "the prompt"));
    prompt.bare = true;
    return prompt;
}

wire::TextPrompt tagged_prompt(const GenerateRequest& request, std::vector<std::int32_t> context) {
    return {std::move(context), prompt::place_tags(request.prompt, 0, request.images.size()),
            request.images};
}

// The template that came with the request. One in Go is run as it is: it gets the whole
// conversation.
wire::ChatPrompt with_own_template(const GenerateRequest& request, wire::ChatPrompt prompt) {
    prompt.completion = true;
    prompt.template_override = request.template_text;
    if (models::is_jinja_template(request.template_text)) return prompt;
    prompt.template_language = wire::TemplateLanguage::go;
    prompt.keep_all = true;
    return prompt;
}

// The template that can fill in the middle; empty when the model's own tokens have to.
std::string gap_template(const GenerateRequest& request, const models::ModelRecord& record) {
    if (!request.template_text.empty()) return request.template_text;
    const std::string of_layer = record.go_template.value_or(std::string(kDefaultTemplate));
    const bool can_fill = record.weights && record.weights->can_fill;
    const auto names = models::go_capabilities(of_layer);
    const bool names_gap = std::ranges::find(names, "insert") != names.end();
    return can_fill && !names_gap ? std::string() : of_layer;
}

// Fill in the middle: what stands before and behind the gap.
Prompt with_gap(const GenerateRequest& request, const models::ModelRecord& record,
                std::vector<std::int32_t> context) {
    std::string template_text = gap_template(request, record);
    if (template_text.empty()) {
        auto text = bare_prompt(request, std::move(context));
        text.suffix = request.suffix;
        return text;
    }
    wire::ChatPrompt prompt;
    prompt.context = std::move(context);
    prompt.messages.push_back(
        {.role = "user", .content = request.prompt, .images = request.images});
    prompt.suffix = request.suffix;
    prompt.template_override = std::move(template_text);
    prompt.template_language = wire::TemplateLanguage::go;
    prompt.keep_all = true;
    prompt.completion = true;
    return prompt;
}

}  // namespace

Result<std::vector<wire::Message>> conversation(const ChatRequest& request,
                                                const models::ModelRecord& record) {
    std::vector<wire::Message> messages;
    const bool brings_system = !request.messages.empty() && request.messages[0].role == "system";
    if (!record.system.empty() && !brings_system) {
        messages.push_back({.role = "system", .content = record.system});
    }
    CORRAL_TRY(auto stored, stored_messages(record));
    std::ranges::move(stored, std::back_inserter(messages));
    std::ranges::copy(request.messages, std::back_inserter(messages));
    return messages;
}

Result<Prompt> make_prompt(const ChatRequest& request, const models::ModelRecord& record) {
    CORRAL_TRY(auto messages, conversation(request, record));
    if (keeps_thinking_out(record)) drop_earlier_thinking(messages);
    auto prompt = render_later(std::move(messages), record, {}, request.tools_json);
    if (prompt) std::get<wire::ChatPrompt>(*prompt).tool_use = request.tool_use;
    return prompt;
}

Result<Prompt> make_prompt(const GenerateRequest& request, const models::ModelRecord& record) {
    if (!request.prompt_tokens.empty()) return token_prompt(request);
    CORRAL_TRY(auto context, context_tokens(request));
    if (request.raw) return bare_prompt(request, {});
    if (!request.suffix.empty()) return with_gap(request, record, std::move(context));
    const bool has_template = !request.template_text.empty();
    if (!has_template && record.template_choice == models::TemplateChoice::none)
        return tagged_prompt(request, std::move(context));
    CORRAL_TRY(auto messages, generate_messages(request, record));
    if (has_template) {
        return with_own_template(request,
                                 {.context = std::move(context), .messages = std::move(messages)});
    }
    return as_completion(render_later(std::move(messages), record, std::move(context), {}));
}

}  // namespace corral::api::ollama
