#include "api/ollama/prompts.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <limits>

#include "api/ollama/errors.h"
#include "api/ollama/message.h"
#include "base/text.h"

namespace corral::api::ollama {

namespace {

std::unexpected<Error> unsupported_template(std::string_view whose) {
    return refuse(501, ErrorCode::unsupported,
                  fmt::format("the Go template of {} is not supported by this version of Corral; "
                              "use a model whose file carries a chat template, or give a TEMPLATE "
                              "in Jinja",
                              whose));
}

// The first word of a `{{ … }}` action, without the trim mark.
std::string_view first_word(std::string_view action) {
    if (action.starts_with('-')) action.remove_prefix(1);
    action = trim_left(action);
    std::size_t length = 0;
    while (length < action.size() && std::isalnum(static_cast<unsigned char>(action[length]))) {
        ++length;
    }
    return action.substr(0, std::max<std::size_t>(length, action.empty() ? 0 : 1));
}

bool is_go_word(std::string_view word) {
    constexpr std::array<std::string_view, 26> kGoWords = {
        "",      "if",       "else", "end",   "range", "with",  "define", "template", "block",
        "break", "continue", "and",  "or",    "not",   "eq",    "ne",     "lt",       "le",
        "gt",    "ge",       "len",  "index", "slice", "print", "printf", "json"};
    return word.starts_with('.') || word.starts_with('$') || word.starts_with('(') ||
           word.starts_with('/') || word.starts_with('`') ||
           std::ranges::find(kGoWords, word) != kGoWords.end();
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

// What a template of `{{ .Prompt }}` makes of a conversation: what was said, without roles.
wire::TextPrompt spoken_text(const std::vector<wire::Message>& messages) {
    wire::TextPrompt prompt;
    for (const auto& message : messages) {
        if (message.role != "user" && message.role != "assistant") continue;
        prompt.text += message.content;
        prompt.images.insert(prompt.images.end(), message.images.begin(), message.images.end());
    }
    return prompt;
}

Result<std::vector<std::int32_t>> context_tokens(const GenerateRequest& request) {
    std::vector<std::int32_t> tokens;
    if (!request.context) return tokens;
    tokens.reserve(request.context->size());
    for (const auto token : *request.context) {
        if (token < 0 || token > std::numeric_limits<std::int32_t>::max()) {
            return refuse(500, ErrorCode::invalid,
                          fmt::format("context holds {}, which is not a token", token));
        }
        tokens.push_back(static_cast<std::int32_t>(token));
    }
    return tokens;
}

Result<std::vector<wire::Message>> stored_messages(const models::ModelRecord& record) {
    return parse_stored_messages(record.messages_json);
}

Result<Prompt> render_later(std::vector<wire::Message> messages, const models::ModelRecord& record,
                            std::vector<std::int32_t> context, std::string tools_json) {
    const auto kind = template_kind(record);
    if (kind == TemplateKind::go) {
        return unsupported_template(record.name.short_form());
    }
    if (kind == TemplateKind::prompt) {
        auto text = spoken_text(messages);
        text.context = std::move(context);
        return text;
    }
    wire::ChatPrompt prompt;
    prompt.context = std::move(context);
    prompt.messages = std::move(messages);
    prompt.tools_json = std::move(tools_json);
    if (kind == TemplateKind::jinja) prompt.template_override = *record.go_template;
    return prompt;
}

// What generate sends is a text in the end, and is cut as one.
Result<Prompt> as_completion(Result<Prompt> prompt) {
    if (!prompt) return prompt;
    if (auto* chat = std::get_if<wire::ChatPrompt>(&*prompt)) chat->completion = true;
    return prompt;
}

// Image N is marked where the N-th [img] stands; those without a place stand in front.
std::string with_image_markers(const GenerateRequest& request) {
    constexpr std::string_view kPlace = "[img]";
    auto text = request.prompt;
    std::string in_front;
    std::size_t from = 0;
    for (std::size_t i = 0; i < request.images.size(); ++i) {
        const auto marker = fmt::format("[img-{}]", i);
        const auto place = text.find(kPlace, from);
        if (place == std::string::npos) {
            in_front += marker;
        } else {
            text.replace(place, kPlace.size(), marker);
            from = place + marker.size();
        }
    }
    return in_front + text;
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
    question.content = request.render_only ? with_image_markers(request) : request.prompt;
    question.images = request.images;
    return messages;
}

wire::TextPrompt bare_prompt(const GenerateRequest& request, std::vector<std::int32_t> context) {
    return {std::move(context), request.prompt, request.images};
}

}  // namespace

bool is_bare_prompt_template(std::string_view text) {
    auto inner = trim(text);
    if (!inner.starts_with("{{") || !inner.ends_with("}}")) return false;
    inner = inner.substr(2, inner.size() - 4);
    return trim(inner) == ".Prompt";
}

bool is_jinja_template(std::string_view text) {
    if (text.find("{%") != std::string_view::npos) return true;
    bool has_action = false;
    for (auto at = text.find("{{"); at != std::string_view::npos; at = text.find("{{", at + 2)) {
        if (is_go_word(first_word(text.substr(at + 2)))) return false;
        has_action = true;
    }
    return has_action;
}

TemplateKind template_kind(const models::ModelRecord& record) {
    if (record.go_template) {
        if (is_jinja_template(*record.go_template)) return TemplateKind::jinja;
        if (is_bare_prompt_template(*record.go_template)) return TemplateKind::prompt;
    }
    if (record.weights && !record.weights->chat_template.empty()) return TemplateKind::file;
    return record.go_template ? TemplateKind::go : TemplateKind::none;
}

Result<Prompt> make_prompt(const ChatRequest& request, const models::ModelRecord& record) {
    std::vector<wire::Message> messages;
    const bool brings_system = !request.messages.empty() && request.messages[0].role == "system";
    if (!record.system.empty() && !brings_system) {
        messages.push_back({.role = "system", .content = record.system});
    }
    CORRAL_TRY(auto stored, stored_messages(record));
    std::ranges::move(stored, std::back_inserter(messages));
    std::ranges::copy(request.messages, std::back_inserter(messages));
    if (keeps_thinking_out(record)) drop_earlier_thinking(messages);
    return render_later(std::move(messages), record, {}, request.tools_json);
}

Result<Prompt> make_prompt(const GenerateRequest& request, const models::ModelRecord& record) {
    CORRAL_TRY(auto context, context_tokens(request));
    if (request.raw) return bare_prompt(request, {});
    if (is_bare_prompt_template(request.template_text)) {
        return bare_prompt(request, std::move(context));
    }
    const bool brings_jinja = is_jinja_template(request.template_text);
    if (!request.template_text.empty() && !brings_jinja) {
        return unsupported_template("this request");
    }
    if (!request.suffix.empty()) return unsupported_template(record.name.short_form());
    if (!brings_jinja && template_kind(record) == TemplateKind::none) {
        return bare_prompt(request, std::move(context));
    }
    CORRAL_TRY(auto messages, generate_messages(request, record));
    if (brings_jinja) {
        return wire::ChatPrompt{
            std::move(context), std::move(messages), {}, request.template_text, true};
    }
    return as_completion(render_later(std::move(messages), record, std::move(context), {}));
}

}  // namespace corral::api::ollama
