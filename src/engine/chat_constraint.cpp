#include "engine/chat_constraint.h"

#include <algorithm>
#include <utility>

#include "engine/chat_output.h"
#include "engine/grammar.h"
#include "engine/tool_definitions.h"

namespace corral::engine {
namespace {

Constraint notation_of(const common_chat_params& params) {
    Constraint constraint;
    constraint.thinking_start = params.thinking_start_tag;
    constraint.thinking_ends = params.thinking_end_tags;
    constraint.generation_prompt = params.generation_prompt;
    constraint.preserved_tokens = params.preserved_tokens;
    return constraint;
}

// What llama.cpp demands: of the whole answer, or of tool calls once they begin.
std::optional<Constraint> llama_constraint(const common_chat_params& params) {
    if (params.grammar.empty()) return std::nullopt;
    Constraint constraint = notation_of(params);
    if (params.grammar_lazy) {
        constraint.tool_grammar = params.grammar;
        constraint.triggers = params.grammar_triggers;
    } else {
        constraint.grammar = params.grammar;
        constraint.begun = params.generation_prompt;
    }
    return constraint;
}

bool knows_marks(const common_chat_params& params) {
    return std::ranges::all_of(params.grammar_triggers, [](const common_grammar_trigger& trigger) {
        return trigger.type == COMMON_GRAMMAR_TRIGGER_TYPE_WORD;
    });
}

// Whether an answer is just text, after thinking, unless it begins with a tool call's mark.
bool answers_in_plain_text(const common_chat_params& params) {
    if (!knows_marks(params) || (!params.grammar.empty() && !params.grammar_lazy)) return false;
    constexpr std::string_view kAnswer = "[1]";
    std::string answer;
    if (notation_of(params).begins_in_thinking()) answer = "x" + params.thinking_end_tags.front();
    return reads_as_content(params, answer.append(kAnswer), kAnswer);
}

std::string begun_answer(std::span<const wire::Message> messages) {
    if (messages.empty() || messages.back().role != "assistant") return {};
    return messages.back().tool_calls.empty() ? messages.back().content : std::string();
}

// An answer that is a tool call, after thinking: it has to begin with the mark of one. Where calls
// have no mark, llama.cpp's grammar for the whole answer lets the model talk before it calls, but
// not end.
Result<std::optional<Constraint>> required_call(const ChatTemplate& chat_template,
                                                const ChatTemplate::Request& request,
                                                common_chat_params& params) {
    if (params.grammar_lazy && !params.grammar.empty() && knows_marks(params)) {
        Constraint constraint = notation_of(params);
        if (request.thinking == wire::Thinking::off) constraint.thinking_start.clear();
        constraint.must_call = true;
        constraint.after_thinking = true;
        constraint.tool_grammar = params.grammar;
        constraint.triggers = params.grammar_triggers;
        return constraint;
    }
    CORRAL_TRY(params, chat_template.render(request));
    auto constraint = llama_constraint(params);
    if (constraint) return constraint;
    return fail(Error{ErrorCode::unsupported,
                      "the model's chat template has no tool calls that could be required",
                      {},
                      400});
}

// Calls without a mark, which a free answer may be by chance: once one names a strict tool, its
// arguments follow their schema.
Result<std::optional<Constraint>> unmarked_strict_call(const ChatTemplate& chat_template,
                                                       const ChatTemplate::Request& request) {
    const std::vector<std::string> names = strict_tool_names(request.tools_json);
    if (names.empty()) return std::nullopt;
    const wire::Format free_text;
    wire::ToolUse must_call = request.tool_use;
    must_call.choice = wire::ToolChoice::required;
    CORRAL_TRY(const common_chat_params call,
               chat_template.render(
                   {request.messages, request.tools_json, request.thinking, free_text, must_call}));
    if (call.grammar.empty() || call.grammar_lazy) return std::nullopt;
    Constraint constraint = notation_of(call);
    constraint.tool_grammar = call.grammar;
    constraint.tool_begun = call.generation_prompt;
    constraint.triggers = {unmarked_call(names)};
    return constraint;
}

// What binds an answer that is free in form, with tools or without.
Result<std::optional<Constraint>> free_constraint(const ChatTemplate& chat_template,
                                                  const ChatTemplate::Request& request,
                                                  const common_chat_params& params) {
    auto constraint = llama_constraint(params);
    if (constraint) return constraint;
    return unmarked_strict_call(chat_template, request);
}

// How the answer may go on, where only some of the offered tools may be called, or one has to be.
// The prompt still offers all of them, which keeps it in the prefix cache.
Result<RenderedChat> render_tool_use(const ChatTemplate& chat_template,
                                     const ChatTemplate::Request& request) {
    const wire::Format free_text;
    const std::string callable = tools_named(request.tools_json, request.tool_use.allowed);
    wire::ToolUse may_call = request.tool_use;
    may_call.choice = wire::ToolChoice::automatic;
    RenderedChat chat;
    CORRAL_TRY(chat.params, chat_template.render({request.messages, callable, request.thinking,
                                                  free_text, may_call}));
    if (request.tool_use.choice == wire::ToolChoice::required) {
        CORRAL_TRY(chat.constraint, required_call(chat_template,
                                                  {request.messages, callable, request.thinking,
                                                   free_text, request.tool_use},
                                                  chat.params));
    } else {
        CORRAL_TRY(chat.constraint, free_constraint(chat_template,
                                                    {request.messages, callable, request.thinking,
                                                     free_text, may_call},
                                                    chat.params));
    }
    if (request.tool_use.allowed.empty()) return chat;
    CORRAL_TRY(const auto offered, chat_template.render({request.messages, request.tools_json,
                                                         request.thinking, free_text, may_call}));
    chat.params.prompt = offered.prompt;
    return chat;
}

}  // namespace

Result<RenderedChat> render_chat(const ChatTemplate& chat_template,
                                 const ChatTemplate::Request& request) {
    const bool is_required = request.tool_use.choice == wire::ToolChoice::required;
    if (is_required || !request.tool_use.allowed.empty())
        return render_tool_use(chat_template, request);
    CORRAL_TRY(std::string format, grammar_of(request.format));
    const wire::Format free_text;
    RenderedChat chat;
    CORRAL_TRY(chat.params, chat_template.render({request.messages, request.tools_json,
                                                  request.thinking, free_text, request.tool_use}));
    if (format.empty()) {
        CORRAL_TRY(chat.constraint, free_constraint(chat_template, request, chat.params));
        return chat;
    }
    if (!answers_in_plain_text(chat.params)) {
        CORRAL_TRY(chat.params, chat_template.render(request));
        chat.constraint = llama_constraint(chat.params);
        return chat;
    }
    Constraint constraint = notation_of(chat.params);
    if (request.thinking == wire::Thinking::off) constraint.thinking_start.clear();
    constraint.grammar = std::move(format);
    constraint.after_thinking = true;
    constraint.begun = begun_answer(request.messages);
    constraint.tool_grammar = chat.params.grammar;
    constraint.triggers = chat.params.grammar_triggers;
    chat.constraint = std::move(constraint);
    return chat;
}

}  // namespace corral::engine
