#pragma once

// Purpose: the Go template of a model: renders conversations and fill-in-the-middle prompts.
//
// A template that mentions .Messages gets the conversation at once. An older one is run once for
// every turn, the last time only up to where the answer begins.
//
// Errors: parse: invalid, with the engine's text (`template: :1: unexpected EOF`). Rendering:
// invalid with http_status 500. Threads: immutable.
// Source: modelfile-create-templates.md 11.4, 12.

#include <span>
#include <string>

#include "base/result.h"
#include "prompt/go/template.h"
#include "prompt/template_facts.h"
#include "wire/request.h"

namespace corral::prompt {

struct Conversation {
    std::span<const wire::Message> messages;
    const std::string& tools_json;  // an array of tool definitions, or empty
    wire::Thinking thinking = wire::Thinking::unset;
};

struct Gap {
    std::string_view before;
    std::string_view behind;
    wire::Thinking thinking = wire::Thinking::unset;
};

class ModelTemplate {
public:
    [[nodiscard]] static Result<ModelTemplate> parse(std::string text);

    const TemplateFacts& facts() const { return facts_; }

    [[nodiscard]] Result<std::string> render(const Conversation& conversation) const;
    [[nodiscard]] Result<std::string> render(const Gap& gap) const;

private:
    ModelTemplate(go::Template parsed, TemplateFacts facts)
        : template_(std::move(parsed)), facts_(std::move(facts)) {}

    go::Template template_;
    TemplateFacts facts_;
};

}  // namespace corral::prompt
