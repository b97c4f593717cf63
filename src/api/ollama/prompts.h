#pragma once

// Purpose: how a request's prompt reaches the model: as a conversation that the runner renders with
// the Jinja template of the GGUF, or as plain text.
//
// This version has no Go-template engine. Of a model that has both kinds of template the Jinja one
// is used; a Go template that is just `{{ .Prompt }}` is carried out here; a template layer that
// is written in Jinja is used as such (an extension of Corral); any other Go template without a
// Jinja one beside it is refused with status 501.
// Source: native-api.md 7.1, 7.2, 8.5, 12.28; modelfile-create-templates.md 14.1.

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "api/ollama/requests.h"
#include "base/result.h"
#include "models/resolve.h"
#include "wire/request.h"

namespace corral::api::ollama {

enum class TemplateKind {
    none,    // neither the file nor the model has a template
    file,    // the GGUF's own Jinja template
    jinja,   // a template layer written in Jinja
    prompt,  // a Go template that prints the prompt and nothing else
    go,      // any other Go template, and no Jinja one to use instead
};

TemplateKind template_kind(const models::ModelRecord& record);

// Whether a template text is `{{ .Prompt }}`, and whether it is Jinja rather than Go.
bool is_bare_prompt_template(std::string_view text);
bool is_jinja_template(std::string_view text);

using Prompt = std::variant<wire::TextPrompt, wire::ChatPrompt>;

[[nodiscard]] Result<Prompt> make_prompt(const ChatRequest& request,
                                         const models::ModelRecord& record);
[[nodiscard]] Result<Prompt> make_prompt(const GenerateRequest& request,
                                         const models::ModelRecord& record);

}  // namespace corral::api::ollama
