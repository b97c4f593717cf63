#include "api/common/prompt_limit.h"

#include "api/json/value.h"

namespace corral::api {

bool is_prompt_too_long(std::string_view message) {
    constexpr std::string_view kTexts[] = {"the prompt is longer than the context length",
                                           "the input length exceeds the context length"};
    for (const auto text : kTexts) {
        if (message.starts_with(text)) return true;
    }
    return prompt_excess(message).has_value();
}

std::optional<PromptExcess> prompt_excess(std::string_view message) {
    if (!message.starts_with("{")) return std::nullopt;
    const auto body = json::parse(message);
    const auto* error = body ? body->find("error") : nullptr;
    if (error == nullptr) return std::nullopt;
    const auto* type = error->find("type");
    const auto* n_prompt = error->find("n_prompt_tokens");
    const auto* n_ctx = error->find("n_ctx");
    if (type == nullptr || !type->is_string() || type->text() != "exceed_context_size_error" ||
        n_prompt == nullptr || n_ctx == nullptr) {
        return std::nullopt;
    }
    return PromptExcess{n_prompt->integer().value_or(0), n_ctx->integer().value_or(0)};
}

}  // namespace corral::api
