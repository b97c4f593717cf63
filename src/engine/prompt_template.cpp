#include "engine/prompt_template.h"

#include <algorithm>
#include <array>
#include <ctime>
#include <utility>

#include "chat-auto-parser.h"
#include "common.h"

namespace corral::engine {
namespace {

// Of templates that know developers, and of those for which llama.cpp trims what messages say.
constexpr std::array kTreatedApart = {
    "<|channel|>", "You have access to the following functions in JSONSchema format"};

std::string token_text(const llama_vocab* vocab, llama_token token) {
    if (vocab == nullptr || token == LLAMA_TOKEN_NULL) return {};
    return common_token_to_piece(vocab, token, true);
}

std::string today(const char* format) {
    const std::time_t now = std::time(nullptr);
    std::tm local{};
    localtime_r(&now, &local);
    char text[32];
    return {text, std::strftime(text, sizeof text, format, &local)};
}

// Arguments as templates want them: objects, not their JSON.
void read_arguments(common_json& message) {
    if (!message.contains("tool_calls")) return;
    for (auto& call : message.at("tool_calls")) {
        auto& arguments = call.at("function").at("arguments");
        if (arguments.is_string()) arguments = common_json::parse(arguments.get<std::string>());
    }
}

}  // namespace

std::optional<PromptTemplate> PromptTemplate::create(const common_chat_templates* templates,
                                                     const llama_model* model) {
    if (!common_chat_templates_source(templates, "tool_use").empty()) return std::nullopt;
    const std::string source = common_chat_templates_source(templates);
    const auto* vocab = model == nullptr ? nullptr : llama_model_get_vocab(model);
    const auto start = vocab == nullptr ? LLAMA_TOKEN_NULL : llama_vocab_bos(vocab);
    const auto end = vocab == nullptr ? LLAMA_TOKEN_NULL : llama_vocab_eos(vocab);
    common_chat_template parsed(source, token_text(vocab, start), token_text(vocab, end));
    const bool is_apart =
        std::ranges::any_of(kTreatedApart, [&](const char* text) { return source.contains(text); });
    if (is_apart || !parsed.original_caps().supports_system_role) return std::nullopt;
    return PromptTemplate(std::move(parsed), vocab);
}

PromptTemplate::PromptTemplate(common_chat_template parsed, const llama_vocab* vocab)
    : parsed_(std::move(parsed)) {
    if (vocab == nullptr) return;
    adds_start_ = llama_vocab_get_add_bos(vocab);
    adds_end_ = llama_vocab_get_add_eos(vocab);
}

std::string PromptTemplate::prompt(const common_chat_templates_inputs& inputs) const {
    autoparser::generation_params params;
    params.messages = common_json::array();
    const bool wants_objects = parsed_.original_caps().supports_object_arguments;
    for (const common_chat_msg& message : inputs.messages) {
        common_json shown = message.to_json_oaicompat();
        if (message.role == "developer") shown["role"] = "system";
        if (wants_objects) read_arguments(shown);
        params.messages.push_back(std::move(shown));
    }
    params.tools = common_chat_tools_to_json_oaicompat(inputs.tools);
    params.enable_thinking = inputs.enable_thinking;
    params.add_generation_prompt = true;
    params.add_bos = adds_start_;
    params.add_eos = adds_end_;
    params.extra_context =
        common_json{{"datetime", today("%b %d %Y")}, {"date_string", today("%d %b %Y")}};
    for (const auto& [name, value] : inputs.chat_template_kwargs)
        params.extra_context[name] = common_json::parse(value);
    return common_chat_template_direct_apply(parsed_, params);
}

}  // namespace corral::engine
