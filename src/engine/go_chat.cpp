#include "engine/go_chat.h"

#include "base/text.h"
#include "engine/go_tool_grammar.h"
#include "engine/grammar.h"
#include "engine/tool_definitions.h"

namespace corral::engine {
namespace {

// "[TOOL_CALLS]" of "[TOOL_CALLS] [", "<tool_call>" of itself; empty of others.
std::string leading_bracket(std::string_view mark) {
    const char close = mark.starts_with('[') ? ']' : '>';
    if (!mark.starts_with('[') && !mark.starts_with('<')) return {};
    const std::size_t end = mark.find(close);
    return end == std::string_view::npos ? std::string() : std::string(mark.substr(0, end + 1));
}

// Calls that begin like any other JSON.
bool is_bare(std::string_view mark) {
    return mark == "{" || mark == "[";
}

}  // namespace

Result<GoChat> GoChat::create(const wire::ChatPrompt& chat, wire::Thinking thinking) {
    auto parsed = prompt::ModelTemplate::parse(chat.template_override);
    if (!parsed) {
        parsed.error().http_status = 500;
        return fail(std::move(parsed).error());
    }
    return GoChat(chat, thinking, std::move(*parsed));
}

Result<std::string> GoChat::render(std::span<const wire::Message> messages) const {
    if (chat_->suffix.empty())
        return template_.render(prompt::Conversation{messages, chat_->tools_json, thinking_});
    return template_.render(prompt::Gap{messages.front().content, chat_->suffix, thinking_});
}

bool GoChat::thinks() const {
    return thinking_ != wire::Thinking::unset && thinking_ != wire::Thinking::off &&
           template_.facts().thinking.has_value();
}

std::vector<std::string> GoChat::callable_tools() const {
    const auto& allowed = chat_->tool_use.allowed;
    return allowed.empty() ? tool_names(chat_->tools_json) : allowed;
}

parse::TaggedOutput::Notation GoChat::notation(std::string_view prompt) const {
    parse::TaggedOutput::Notation notation;
    if (thinks()) {
        notation.thinking_opening = template_.facts().thinking->opening;
        notation.thinking_closing = template_.facts().thinking->closing;
        notation.begins_thinking = trim_right(prompt).ends_with(notation.thinking_opening);
    }
    if (has_tools()) {
        notation.tool_mark = template_.facts().tool_mark;
        notation.tool_names = callable_tools();
    }
    return notation;
}

std::vector<std::string> GoChat::preserved_words() const {
    std::vector<std::string> words;
    if (thinks()) {
        words.push_back(template_.facts().thinking->opening);
        words.push_back(template_.facts().thinking->closing);
    }
    const std::string bracket =
        has_tools() ? leading_bracket(template_.facts().tool_mark) : std::string();
    if (!bracket.empty()) words.push_back(bracket);
    return words;
}

Result<std::optional<Constraint>> GoChat::constraint(const wire::Format& format,
                                                     std::string_view prompt) const {
    if (has_tools() && chat_->tool_use.choice == wire::ToolChoice::required)
        return required_call(prompt);
    if (format.kind == wire::Format::Kind::none) return strict_calls(prompt);
    const std::string& mark = template_.facts().tool_mark;
    const bool may_call_bare = has_tools() && is_bare(mark);
    Constraint constraint;
    CORRAL_TRY(constraint.grammar,
               grammar_of(may_call_bare ? format_or_bare_call(format, callable_tools(), mark == "[")
                                        : format));
    if (thinks()) let_think_first(constraint, prompt);
    if (has_tools() && !may_call_bare) let_call_tools(constraint);
    return constraint;
}

Result<std::optional<Constraint>> GoChat::required_call(std::string_view prompt) const {
    const auto notation = prompt::tool_notation(template_);
    if (!notation) {
        return fail(Error{ErrorCode::unsupported,
                          "a tool call cannot be required of the model: its Go template does not "
                          "show how one is written",
                          {},
                          400});
    }
    CORRAL_TRY(Constraint constraint, written_call(*notation, prompt));
    constraint.must_call = true;
    return constraint;
}

Result<std::optional<Constraint>> GoChat::strict_calls(std::string_view prompt) const {
    if (!has_tools()) return std::nullopt;
    const auto strict = strict_tool_names(tools_named(chat_->tools_json, chat_->tool_use.allowed));
    if (strict.empty()) return std::nullopt;
    const auto notation = prompt::tool_notation(template_);
    if (!notation) return std::nullopt;
    CORRAL_TRY(Constraint constraint, written_call(*notation, prompt));
    if (is_bare(template_.facts().tool_mark)) constraint.triggers = {unmarked_call(strict)};
    return constraint;
}

// Once it has begun, a call goes on as the template writes one.
Result<Constraint> GoChat::written_call(const prompt::ToolNotation& notation,
                                        std::string_view prompt) const {
    Constraint constraint;
    if (thinks()) let_think_first(constraint, prompt);
    let_call_tools(constraint);
    CORRAL_TRY(constraint.tool_grammar,
               go_tool_grammar(notation, tools_named(chat_->tools_json, chat_->tool_use.allowed)));
    return constraint;
}

void GoChat::let_think_first(Constraint& constraint, std::string_view prompt) const {
    const parse::TaggedOutput::Notation tags = notation(prompt);
    constraint.after_thinking = true;
    constraint.thinking_start = tags.thinking_opening;
    constraint.thinking_ends = {tags.thinking_closing};
    if (tags.begins_thinking) constraint.generation_prompt = tags.thinking_opening;
    constraint.preserved_tokens = {tags.thinking_opening, tags.thinking_closing};
}

void GoChat::let_call_tools(Constraint& constraint) const {
    const std::string& mark = template_.facts().tool_mark;
    constraint.after_thinking = true;  // if there is any; calls are looked for behind it
    constraint.tool_grammar = marked_call_grammar(mark);
    constraint.triggers = {{.type = COMMON_GRAMMAR_TRIGGER_TYPE_WORD, .value = mark}};
    if (auto bracket = leading_bracket(mark); !bracket.empty())
        constraint.preserved_tokens.push_back(std::move(bracket));
}

}  // namespace corral::engine
