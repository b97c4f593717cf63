#include "engine/prepare.h"

#include <algorithm>
#include <functional>
#include <span>
#include <utility>

#include "engine/chat_constraint.h"
#include "engine/chat_template.h"
#include "engine/go_chat.h"
#include "engine/grammar.h"
#include "engine/media/prompt.h"
#include "engine/prompt_fit.h"
#include "engine/thinking_limit.h"

namespace corral::engine {
namespace {

constexpr std::int64_t kMaxContexts = 10;  // num_predict is at most this many times num_ctx

struct Prompt {
    Tokens tokens;
    MediaPieces media;
    std::string text;  // a conversation's without the context it follows
    std::int64_t n_dropped = 0;
    std::int64_t n_media_tokens = 0;  // what images are taken to need while messages are dropped
    std::optional<Constraint> constraint;
    std::optional<common_chat_params> chat;
    std::unique_ptr<parse::OutputParser> parser;
    std::vector<std::string> preserved_words;
    std::optional<ThinkingMarks> thinking;  // of a model that thinks
};

std::int64_t token_limit(const wire::Generate& request, bool is_chat, std::int64_t n_ctx) {
    const std::int64_t most = kMaxContexts * n_ctx;
    const std::int64_t num_predict = request.sampling.num_predict;
    if (num_predict == 0 && request.echo) return 0;
    if (num_predict == 0) return is_chat ? 1 : most;
    return num_predict < 0 ? most : std::min(num_predict, most);
}

// Start token, earlier context, text. A start token written out in the text is not doubled.
[[nodiscard]] Result<Tokens> join_tokens(const Vocabulary& vocabulary,
                                         const std::vector<std::int32_t>& context,
                                         std::string_view text, bool bare = false) {
    if (!std::ranges::all_of(context, [&](llama_token token) { return vocabulary.valid(token); })) {
        return fail(
            Error{ErrorCode::invalid, "context holds tokens this model does not have", {}, 500});
    }
    Tokens tokens(context.begin(), context.end());
    const Tokens of_text = vocabulary.tokenize(text);
    tokens.insert(tokens.end(), of_text.begin(), of_text.end());
    const llama_token start = vocabulary.start_token();
    if (bare || start == LLAMA_TOKEN_NULL) return tokens;
    if (tokens.empty() || tokens.front() != start) tokens.insert(tokens.begin(), start);
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

// The format of a text holds from its first token on.
[[nodiscard]] Result<std::optional<Constraint>> text_constraint(const wire::Format& format) {
    CORRAL_TRY(std::string grammar, grammar_of(format));
    if (grammar.empty()) return std::nullopt;
    Constraint constraint;
    constraint.grammar = std::move(grammar);
    return constraint;
}

// The texts around a gap, each behind its mark; the answer fills the gap.
[[nodiscard]] Result<Prompt> fill_prompt(const Model& model, const wire::TextPrompt& text,
                                         const wire::Generate& request) {
    const Vocabulary& vocabulary = *model.vocabulary;
    const auto marks = vocabulary.fill_marks();
    if (!marks)
        return fail(Error{ErrorCode::unsupported, "the model cannot fill in (insert)", {}, 400});
    Tokens before = vocabulary.tokenize(text.text);
    Tokens behind = vocabulary.tokenize(*text.suffix);
    Prompt prompt;
    CORRAL_TRY(prompt.tokens, join_tokens(vocabulary, text.context, {}));
    if (request.truncate) {
        constexpr std::int64_t kMarks = 3;
        const auto n_context = static_cast<std::int64_t>(prompt.tokens.size());
        // Room for an answer, as for other texts that are cut.
        const std::int64_t n_most = model.info.n_ctx / 2 - n_context - kMarks;
        const auto n = static_cast<std::int64_t>(before.size() + behind.size());
        if (n + n_context + kMarks >= model.info.n_ctx)
            prompt.n_dropped = fit_around_gap(before, behind, std::max<std::int64_t>(n_most, 0));
    }
    prompt.tokens.push_back(marks->before);
    prompt.tokens.insert(prompt.tokens.end(), before.begin(), before.end());
    prompt.tokens.push_back(marks->behind);
    prompt.tokens.insert(prompt.tokens.end(), behind.begin(), behind.end());
    prompt.tokens.push_back(marks->between);
    if (request.render_only) prompt.text = vocabulary.text(prompt.tokens);
    CORRAL_TRY(prompt.constraint, text_constraint(request.format));
    return prompt;
}

[[nodiscard]] Result<Prompt> text_prompt(const Model& model, const wire::TextPrompt& text,
                                         const wire::Generate& request) {
    if (text.suffix) return fill_prompt(model, text, request);
    const Vocabulary& vocabulary = *model.vocabulary;
    Prompt prompt;
    CORRAL_TRY(prompt.tokens, join_tokens(vocabulary, text.context, text.text, text.bare));
    if (request.render_only)
        prompt.text = vocabulary.text({text.context.begin(), text.context.end()}) + text.text;
    CORRAL_TRY(prompt.constraint, text_constraint(request.format));
    if (!text.images.empty()) {
        CORRAL_TRY(MediaPrompt with_media, tokenize_media(model, text));
        prompt.tokens = std::move(with_media.tokens);
        prompt.media = std::move(with_media.pieces);
        return prompt;
    }
    CORRAL_CHECK(cut_as_text(prompt, model, request));
    return prompt;
}

const wire::Format kFreeText;

// A conversation as text, and what a Jinja template says about the answer.
struct Rendered {
    std::string text;
    std::optional<Constraint> constraint;
    std::optional<common_chat_params> chat;
};
using Render = std::function<Result<Rendered>(std::span<const wire::Message>)>;

// Renders conversations for one request and measures what they come to.
class ChatPromptMaker {
public:
    ChatPromptMaker(const Model& model, Render render, const wire::ChatPrompt& chat,
                    const wire::Generate& request, const TaggedMessages& tagged)
        : model_(model),
          render_(std::move(render)),
          chat_(chat),
          request_(request),
          tagged_(tagged) {}

    [[nodiscard]] Result<Prompt> make() const {
        CORRAL_TRY(Prompt whole, render(0));
        const std::size_t n_messages = tagged_.messages.size();
        const bool may_drop = request_.truncate && !chat_.keep_all && n_messages > 1;
        if (fits(whole) || !may_drop) return whole;
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
        CORRAL_TRY(Rendered rendered, render_(drop_oldest(tagged_.messages, n_drop)));
        Prompt prompt;
        CORRAL_TRY(prompt.tokens, join_tokens(*model_.vocabulary, chat_.context, rendered.text));
        if (!tagged_.files.empty()) prompt.n_media_tokens = estimated_media_tokens(rendered.text);
        prompt.text = std::move(rendered.text);
        prompt.constraint = std::move(rendered.constraint);
        prompt.chat = std::move(rendered.chat);
        return prompt;
    }

    std::int64_t estimated_media_tokens(const std::string& text) const {
        constexpr std::int64_t kTokensOfOne = 768;  // native-api.md 7.2
        return kTokensOfOne * count_tags(text, tagged_.files.size(), model_.projector->tags());
    }

    bool fits(const Prompt& prompt) const {
        const auto n = static_cast<std::int64_t>(prompt.tokens.size());
        return n + prompt.n_media_tokens < model_.info.n_ctx;
    }

    const Model& model_;
    Render render_;
    const wire::ChatPrompt& chat_;
    const wire::Generate& request_;
    const TaggedMessages& tagged_;
};

// Puts the media where their tags stand in the rendered text.
[[nodiscard]] Result<void> add_media(Prompt& prompt, const Model& model,
                                     const wire::ChatPrompt& chat, const TaggedMessages& tagged) {
    if (tagged.files.empty()) return {};
    CORRAL_TRY(MediaPrompt with_media, tokenize_media(model, chat, prompt.text, tagged.files));
    prompt.tokens = std::move(with_media.tokens);
    prompt.media = std::move(with_media.pieces);
    return {};
}

[[nodiscard]] Result<Prompt> go_prompt(const Model& model, const wire::ChatPrompt& chat,
                                       const wire::Generate& request,
                                       const TaggedMessages& tagged) {
    CORRAL_TRY(const GoChat go_chat, GoChat::create(chat, request.thinking));
    const Render render = [&](std::span<const wire::Message> messages) -> Result<Rendered> {
        CORRAL_TRY(std::string text, go_chat.render(messages));
        return Rendered{std::move(text), std::nullopt, std::nullopt};
    };
    CORRAL_TRY(Prompt prompt, ChatPromptMaker(model, render, chat, request, tagged).make());
    CORRAL_CHECK(add_media(prompt, model, chat, tagged));
    if (prompt.media.empty()) CORRAL_CHECK(cut_as_text(prompt, model, request));
    CORRAL_TRY(prompt.constraint, go_chat.constraint(request.format, prompt.text));
    const parse::TaggedOutput::Notation notation = go_chat.notation(prompt.text);
    if (!notation.thinking_opening.empty())
        prompt.thinking = {
            notation.thinking_opening, {notation.thinking_closing}, notation.begins_thinking};
    prompt.parser = std::make_unique<parse::TaggedOutput>(notation);
    prompt.preserved_words = go_chat.preserved_words();
    return prompt;
}

std::optional<ThinkingMarks> thinking_marks(const common_chat_params& chat) {
    if (chat.thinking_start_tag.empty() || chat.thinking_end_tags.empty()) return std::nullopt;
    Constraint notation;
    notation.thinking_start = chat.thinking_start_tag;
    notation.thinking_ends = chat.thinking_end_tags;
    notation.generation_prompt = chat.generation_prompt;
    return ThinkingMarks{chat.thinking_start_tag, chat.thinking_end_tags,
                         notation.begins_in_thinking()};
}

[[nodiscard]] Result<Prompt> jinja_prompt(const Model& model, const wire::ChatPrompt& chat,
                                          const wire::Generate& request,
                                          const TaggedMessages& tagged) {
    std::optional<ChatTemplate> given;
    if (!chat.template_override.empty()) {
        CORRAL_TRY(given, ChatTemplate::create(model.weights.get(), chat.template_override));
    } else if (!*model.chat_template) {
        return fail(model.chat_template->error());
    }
    const ChatTemplate& chat_template = given ? *given : **model.chat_template;
    const Render render = [&](std::span<const wire::Message> messages) -> Result<Rendered> {
        const wire::Format& format = chat.completion ? kFreeText : request.format;
        CORRAL_TRY(RenderedChat rendered,
                   render_chat(chat_template, {messages, chat.tools_json, request.thinking, format,
                                               chat.tool_use}));
        std::string text = rendered.params.prompt;
        return Rendered{std::move(text), std::move(rendered.constraint),
                        std::move(rendered.params)};
    };
    CORRAL_TRY(Prompt prompt, ChatPromptMaker(model, render, chat, request, tagged).make());
    CORRAL_CHECK(add_media(prompt, model, chat, tagged));
    prompt.thinking = thinking_marks(*prompt.chat);
    return prompt;
}

// A thought that the prompt begins is told apart, lest the answer begin in the middle of one; a
// format holds behind it. (Upstream shows the rest of the thought and its closing tag.)
void split_thinking(Prompt& prompt) {
    const ThinkingMarks& marks = *prompt.thinking;
    parse::TaggedOutput::Notation notation;
    notation.thinking_opening = marks.start;
    notation.thinking_closing = marks.ends.front();
    notation.begins_thinking = true;
    prompt.parser = std::make_unique<parse::TaggedOutput>(notation);
    prompt.preserved_words = {notation.thinking_opening, notation.thinking_closing};
    if (!prompt.constraint) return;
    prompt.constraint->after_thinking = true;
    prompt.constraint->thinking_start = marks.start;
    prompt.constraint->thinking_ends = marks.ends;
    prompt.constraint->generation_prompt = marks.start;
    prompt.constraint->preserved_tokens = prompt.preserved_words;
}

[[nodiscard]] Result<Prompt> chat_prompt(const Model& model, const wire::ChatPrompt& chat,
                                         const wire::Generate& request) {
    CORRAL_TRY(const TaggedMessages tagged, tag_media(model, chat));
    if (chat.template_language == wire::TemplateLanguage::go)
        return go_prompt(model, chat, request, tagged);
    CORRAL_TRY(Prompt prompt, jinja_prompt(model, chat, request, tagged));
    if (chat.completion) {
        if (prompt.media.empty()) CORRAL_CHECK(cut_as_text(prompt, model, request));
        CORRAL_TRY(prompt.constraint, text_constraint(request.format));
        prompt.chat.reset();  // the answer is shown as it is, with thoughts that it begins itself
        if (prompt.thinking && prompt.thinking->is_begun) split_thinking(prompt);
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

// Null when the prompt is not to be told.
[[nodiscard]] Result<std::unique_ptr<Echo>> make_echo(const Model& model,
                                                      const wire::Generate& request,
                                                      const Prepared& prepared) {
    if (!request.echo) return nullptr;
    const auto* text = std::get_if<wire::TextPrompt>(&request.prompt);
    if (text == nullptr || text->suffix || !prepared.media.empty()) {
        return fail(
            Error{ErrorCode::invalid, "only a text can be told before its answer (echo)", {}, 400});
    }
    const auto& vocabulary = *model.vocabulary;
    const auto told = vocabulary.text({text->context.begin(), text->context.end()}) + text->text;
    return std::make_unique<Echo>(
        vocabulary, prepared.tokens,
        Echo::Setup{told, request.logprobs, request.logprobs ? request.top_logprobs : 0});
}

// The sampler that a request asks for, with what its prompt demands of the answer.
[[nodiscard]] Result<std::unique_ptr<Sampler>> sampler_for(const Model& model,
                                                           const wire::Generate& request,
                                                           Prompt& prompt) {
    CORRAL_TRY(auto sampler, make_sampler(*model.vocabulary, {request.sampling, model.info.n_ctx,
                                                              std::move(prompt.constraint)}));
    if (request.sampling.num_think < 0 || !prompt.thinking) return sampler;
    return std::make_unique<ThinkingLimit>(*model.vocabulary, std::move(sampler), *prompt.thinking,
                                           request.sampling.num_think);
}

// What the penalties know: vectors of images are no tokens.
Tokens text_tokens(const Prepared& prepared) {
    Tokens tokens = prepared.tokens;
    if (!prepared.media.empty()) std::erase_if(tokens, [](llama_token token) { return token < 0; });
    return tokens;
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
    prepared.n_predict = token_limit(request, is_chat, n_ctx);
    prepared.n_keep = kept_tokens(request.sampling.num_keep, n_prompt,
                                  model.vocabulary->start_token() != LLAMA_TOKEN_NULL);
    prepared.shift = request.shift;
    prepared.want_context = request.want_context;
    prepared.logprobs = request.logprobs;
    prepared.n_top_logprobs = request.top_logprobs;
    prepared.render_only = request.render_only;
    prepared.want_pieces = request.want_pieces;
    if (request.render_only) {
        prepared.rendered_prompt = std::move(prompt.text);
        if (chat != nullptr)
            prepared.rendered_prompt.insert(
                0, model.vocabulary->text({chat->context.begin(), chat->context.end()}));
    }
    prepared.tokens = std::move(prompt.tokens);
    prepared.media = std::move(prompt.media);
    if (request.render_only) return prepared;
    if (prepared.tokens.empty()) {
        return fail(Error{ErrorCode::invalid, "the prompt has no tokens", {}, 400});
    }
    CORRAL_TRY(prepared.echo, make_echo(model, request, prepared));
    CORRAL_CHECK(check_length(n_prompt, n_ctx));
    CORRAL_CHECK(check_batch(prepared.media, model.n_batch));
    CORRAL_TRY(prepared.sampler, sampler_for(model, request, prompt));
    prepared.sampler->accept_prompt(text_tokens(prepared));
    const bool has_tools = chat != nullptr && !chat->tools_json.empty();
    prepared.answer = std::make_unique<Answer>(
        *model.vocabulary,
        Answer::Setup{request.sampling.stop, std::move(prompt.chat), has_tools,
                      std::move(prompt.parser), std::move(prompt.preserved_words),
                      chat != nullptr && chat->tool_use.one_call, request.stream_calls});
    return prepared;
}

wire::FromRunner shown_prompt(const Model& model, Prepared& request) {
    wire::Done done;
    done.timings.n_prompt = static_cast<std::int64_t>(request.tokens.size());
    if (request.want_pieces) {
        for (llama_token token : request.tokens)
            done.pieces.push_back(model.vocabulary->piece(token, true));
    }
    if (request.want_context) done.context = std::move(request.tokens);
    done.rendered_prompt = std::move(request.rendered_prompt);
    return {request.id, std::move(done)};
}

}  // namespace corral::engine
