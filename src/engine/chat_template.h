#pragma once

// Purpose: conversations to prompts, with the Jinja template in the model's file or one given by
// the caller; a file without one gets ChatML.
//
// The prompt shows tools as they were defined; the answer's grammar holds their arguments to what
// binds (engine/argument_schemas.h).
//
// Errors: templates are foreign programs; what they throw becomes ErrorCode::invalid with
// http_status 400, naming the template's complaint; so do strict schemas that cannot be followed.
// Threads: one at a time.

#include <memory>
#include <optional>
#include <span>
#include <string>

#include "base/result.h"
#include "chat.h"
#include "engine/answer_forms.h"
#include "engine/argument_schemas.h"
#include "engine/prompt_template.h"
#include "wire/request.h"

namespace corral::engine {

class ChatTemplate {
public:
    // `override_source` replaces the file's template; empty keeps it.
    [[nodiscard]] static Result<ChatTemplate> create(const llama_model* model,
                                                     const std::string& override_source);

    struct Request {
        std::span<const wire::Message> messages;
        const std::string& tools_json;  // array of tool definitions, or empty
        wire::Thinking thinking;
        const wire::Format& format;
        wire::ToolUse tool_use = {};
    };
    // The prompt, and how to constrain and read the answer.
    [[nodiscard]] Result<common_chat_params> render(const Request& request) const;

    std::size_t n_forms_kept() const { return forms_.size(); }  // for tests

private:
    ChatTemplate(common_chat_templates_ptr templates, const llama_model* model);
    common_chat_templates_inputs inputs_of(const Request& request) const;
    bool is_plain(const Request& request) const;
    common_chat_params render_plain(common_chat_templates_inputs inputs) const;
    [[nodiscard]] Result<common_chat_params> render_at_once(
        const Request& request, const common_chat_templates_inputs& inputs) const;
    [[nodiscard]] Result<common_chat_params> render_by_form(
        const Request& request, const common_chat_templates_inputs& inputs) const;
    common_chat_params apply_bound(common_chat_templates_inputs inputs,
                                   const ArgumentSchemas& schemas) const;
    std::string strict_grammar(common_chat_templates_inputs inputs,
                               const ArgumentSchemas& schemas) const;

    common_chat_templates_ptr templates_;
    std::optional<PromptTemplate> prompts_;
    bool knows_thinking_;  // the template mentions it
    bool is_analysed_;     // llama.cpp does not know it by name and has to find out
    bool supports_parallel_calls_;
    mutable AnswerForms forms_;
};

}  // namespace corral::engine
