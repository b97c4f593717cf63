#include "engine/prepare.h"

#include <algorithm>
#include <utility>

#include "engine/chat_template.h"
#include "engine/grammar.h"
#include "engine/prompt_fit.h"

namespace corral::engine {
namespace {

constexpr std::int64_t kMaxContexts = 10;  // num_predict is at most this many times num_ctx

struct Prompt {
    Tokens tokens;
    std::string text;
    std::int64_t n_dropped = 0;
    std::optional<Constraint> constraint;
    std::optional<common_chat_params> chat;
};

std::int64_t token_limit(std::int64_t num_predict, bool is_chat, std::int64_t n_ctx) {
    const std::int64_t most = kMaxContexts * n_ctx;
    if (num_predict == 0) return is_chat ? 1 : most;
    return num_predict < 0 ? most : std::min(num_predict, most);
}

// Start token, earlier context, text. A start token written out in the text is not doubled.
[[nodiscard]] Result<Tokens> join_tokens(const Vocabulary& vocabulary,
                                         const std::vector<std::int32_t>& context,
                                         std::string_view text) {
    if (!std::ranges::all_of(context, [&](llama_token token) { return vocabulary.valid(token); })) {
        return fail(
            Error{ErrorCode::invalid, "context holds tokens this model does not have", {}, 400});
    }
    Tokens tokens(context.begin(), context.end());
    const Tokens of_text = vocabulary.tokenize(text);
    tokens.insert(tokens.end(), of_text.begin(), of_text.end());
    const llama_token start = vocabulary.start_token();
    if (start != LLAMA_TOKEN_NULL && (tokens.empty() || tokens.front() != start)) {
        tokens.insert(tokens.begin(), start);
    }
    return tokens;
}

// Makes a prompt fit by cutting its middle out.
[[nodiscard]] Result<void> cut_as_text(Prompt& prompt, const Model& model,
                                       const wire::Generate& request) {
    const bool has_start_token = model.vocabulary->start_token() != LLAMA_TOKEN_NULL;
    CORRAL_TRY(const std::int64_t n_cut,
               fit_text(prompt.tokens, {.n_ctx = model.info.n_ctx,
                                        .num_keep = request.sampling.num_keep,
                                        .has_start_token = has_start_token,
                                        .truncate = request.truncate,
                                        .shift = request.shift}));
    prompt.n_dropped += n_cut;
    return {};
}

[[nodiscard]] Result<void> refuse_images_of_text() {
    return fail(Error{ErrorCode::invalid,
                      R"({"error":{"code":400,"message":"Multimodal data provided, but model does )"
                      R"(not support multimodal requests.","type":"invalid_request_error"}})",
                      {},
                      400});
}

// The format of a text holds from its first token on.
[[nodiscard]] Result<std::optional<Constraint>> text_constraint(const wire::Format& format) {
    CORRAL_TRY(std::string grammar, grammar_of(format));
    if (grammar.empty()) return std::nullopt;
    Constraint constraint;
    constraint.grammar = {COMMON_GRAMMAR_TYPE_USER, std::move(grammar)};
    return constraint;
}

[[nodiscard]] Result<Prompt> text_prompt(const Model& model, const wire::TextPrompt& text,
                                         const wire::Generate& request) {
    if (!text.images.empty()) CORRAL_CHECK(refuse_images_of_text());
    const Vocabulary& vocabulary = *model.vocabulary;
    Prompt prompt;
    CORRAL_TRY(prompt.tokens, join_tokens(vocabulary, text.context, text.text));
    if (request.render_only)
        prompt.text = vocabulary.text({text.context.begin(), text.context.end()}) + text.text;
    CORRAL_CHECK(cut_as_text(prompt, model, request));
    CORRAL_TRY(prompt.constraint, text_constraint(request.format));
    return prompt;
}

std::optional<Constraint> chat_constraint(const common_chat_params& rendered, bool has_tools) {
    if (rendered.grammar.empty()) return std::nullopt;
    Constraint constraint;
    constraint.grammar = {
        has_tools ? COMMON_GRAMMAR_TYPE_TOOL_CALLS : COMMON_GRAMMAR_TYPE_OUTPUT_FORMAT,
        rendered.grammar};
    constraint.lazy = rendered.grammar_lazy;
    constraint.triggers = rendered.grammar_triggers;
    constraint.preserved_tokens = rendered.preserved_tokens;
    constraint.generation_prompt = rendered.generation_prompt;
    constraint.thinking_start = rendered.thinking_start_tag;
    constraint.thinking_ends = rendered.thinking_end_tags;
    return constraint;
}

[[nodiscard]] Result<void> check_messages(const wire::ChatPrompt& chat) {
    for (const wire::Message& message : chat.messages) {
        if (message.images.empty()) continue;
        if (chat.completion) return refuse_images_of_text();
        return fail(
            Error{ErrorCode::unsupported, "image input is not supported by this model", {}, 500});
    }
    return {};
}

const wire::Format kFreeText;

// Renders conversations for one request and measures what they come to.
class ChatPromptMaker {
public:
    ChatPromptMaker(const Model& model, const ChatTemplate& chat_template,
                    const wire::ChatPrompt& chat, const wire::Generate& request)
        : model_(model), template_(chat_template), chat_(chat), request_(request) {}

    [[nodiscard]] Result<Prompt> make() const {
        CORRAL_TRY(Prompt whole, render(0));
        const std::size_t n_messages = chat_.messages.size();
        if (fits(whole) || !request_.truncate || n_messages < 2) return whole;
        const std::size_t n_drop = messages_to_drop(n_messages, [this](std::size_t n) {
            const Result<Prompt> shorter = render(n);
            return shorter && fits(*shorter);
        });
        CORRAL_TRY(Prompt rest, render(n_drop));
        rest.n_dropped = static_cast<std::int64_t>(whole.tokens.size() - rest.tokens.size());
        return rest;
    }

private:
    [[nodiscard]] Result<Prompt> render(std::size_t n_drop) const {
        const std::vector<wire::Message> messages = drop_oldest(chat_.messages, n_drop);
        const wire::Format& format = chat_.completion ? kFreeText : request_.format;
        CORRAL_TRY(common_chat_params rendered,
                   template_.render({messages, chat_.tools_json, request_.thinking, format}));
        Prompt prompt;
        CORRAL_TRY(prompt.tokens, join_tokens(*model_.vocabulary, chat_.context, rendered.prompt));
        if (request_.render_only) {
            prompt.text = model_.vocabulary->text({chat_.context.begin(), chat_.context.end()}) +
                          rendered.prompt;
        }
        prompt.constraint = chat_constraint(rendered, !chat_.tools_json.empty());
        prompt.chat = std::move(rendered);
        return prompt;
    }

    bool fits(const Prompt& prompt) const {
        return static_cast<std::int64_t>(prompt.tokens.size()) < model_.info.n_ctx;
    }

    const Model& model_;
    const ChatTemplate& template_;
    const wire::ChatPrompt& chat_;
    const wire::Generate& request_;
};

[[nodiscard]] Result<Prompt> chat_prompt(const Model& model, const wire::ChatPrompt& chat,
                                         const wire::Generate& request) {
    CORRAL_CHECK(check_messages(chat));
    CORRAL_TRY(const ChatTemplate chat_template,
               ChatTemplate::create(model.weights.get(), chat.template_override));
    CORRAL_TRY(Prompt prompt, ChatPromptMaker(model, chat_template, chat, request).make());
    if (chat.completion) {
        CORRAL_CHECK(cut_as_text(prompt, model, request));
        CORRAL_TRY(prompt.constraint, text_constraint(request.format));
        prompt.chat.reset();  // the answer is shown as it is, thinking tags included
        return prompt;
    }
    const bool continues = !chat.messages.empty() && chat.messages.back().role == "assistant";
    if (continues && prompt.chat->supports_thinking && request.thinking != wire::Thinking::off) {
        return fail(Error{ErrorCode::invalid,
                          "Assistant response prefill is incompatible with enable_thinking.",
                          {},
                          400});
    }
    return prompt;
}

}  // namespace

Result<Prepared> prepare(const Model& model, std::uint64_t id, const wire::Generate& request) {
    const auto* chat = std::get_if<wire::ChatPrompt>(&request.prompt);
    CORRAL_TRY(Prompt prompt,
               chat != nullptr
                   ? chat_prompt(model, *chat, request)
                   : text_prompt(model, std::get<wire::TextPrompt>(request.prompt), request));
    const bool is_chat = prompt.chat.has_value();
    const std::int64_t n_ctx = model.info.n_ctx;
    const auto n_prompt = static_cast<std::int64_t>(prompt.tokens.size());
    Prepared prepared;
    prepared.id = id;
    prepared.n_dropped = prompt.n_dropped;
    prepared.n_predict = token_limit(request.sampling.num_predict, is_chat, n_ctx);
    prepared.n_keep = kept_tokens(request.sampling.num_keep, n_prompt,
                                  model.vocabulary->start_token() != LLAMA_TOKEN_NULL);
    prepared.shift = request.shift;
    prepared.want_context = request.want_context;
    prepared.logprobs = request.logprobs;
    prepared.n_top_logprobs = request.top_logprobs;
    prepared.render_only = request.render_only;
    prepared.rendered_prompt = std::move(prompt.text);
    prepared.tokens = std::move(prompt.tokens);
    if (request.render_only) return prepared;
    if (prepared.tokens.empty()) {
        return fail(Error{ErrorCode::invalid, "the prompt has no tokens", {}, 400});
    }
    CORRAL_CHECK(check_length(n_prompt, n_ctx));
    CORRAL_TRY(prepared.sampler, make_sampler(model.weights.get(), {request.sampling, n_ctx,
                                                                    std::move(prompt.constraint)}));
    prepared.sampler->accept_prompt(prepared.tokens);
    prepared.answer = std::make_unique<Answer>(
        *model.vocabulary, Answer::Setup{request.sampling.stop, std::move(prompt.chat)});
    return prepared;
}

}  // namespace corral::engine
