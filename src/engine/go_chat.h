#pragma once

// Purpose: conversations to prompts with a Go template, and how the answers to them are read: by
// what the template gives away about thinking and tool calls.
//
// Errors: a template that cannot be read or run is invalid with http_status 500.
// Source: native-api.md 7.1, 7.2; modelfile-create-templates.md 14, 15, 16.

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "engine/constraint.h"
#include "parse/tagged_output.h"
#include "prompt/model_template.h"
#include "prompt/tool_notation.h"
#include "wire/request.h"

namespace corral::engine {

class GoChat {
public:
    // Borrows the request's prompt.
    [[nodiscard]] static Result<GoChat> create(const wire::ChatPrompt& chat,
                                               wire::Thinking thinking);

    [[nodiscard]] Result<std::string> render(std::span<const wire::Message> messages) const;

    parse::TaggedOutput::Notation notation(std::string_view prompt) const;
    // The marks of the notation: special tokens that are shown as their text.
    std::vector<std::string> preserved_words() const;

    // What the answer must look like: of the format, behind thinking, or a tool call where there
    // are tools; a call where one is required; the arguments of strict tools. Nothing when it is
    // free. Errors: a call is required and the template does not show how one is written, 400.
    [[nodiscard]] Result<std::optional<Constraint>> constraint(const wire::Format& format,
                                                               std::string_view prompt) const;

private:
    GoChat(const wire::ChatPrompt& chat, wire::Thinking thinking, prompt::ModelTemplate parsed)
        : chat_(&chat), thinking_(thinking), template_(std::move(parsed)) {}

    [[nodiscard]] Result<std::optional<Constraint>> required_call(std::string_view prompt) const;
    [[nodiscard]] Result<std::optional<Constraint>> strict_calls(std::string_view prompt) const;
    [[nodiscard]] Result<Constraint> written_call(const prompt::ToolNotation& notation,
                                                  std::string_view prompt) const;
    bool thinks() const;
    std::vector<std::string> callable_tools() const;
    void let_think_first(Constraint& constraint, std::string_view prompt) const;
    void let_call_tools(Constraint& constraint) const;
    bool has_tools() const { return !chat_->completion && !chat_->tools_json.empty(); }

    const wire::ChatPrompt* chat_;
    wire::Thinking thinking_;
    prompt::ModelTemplate template_;
};

}  // namespace corral::engine
