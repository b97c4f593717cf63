#pragma once

// Purpose: how a request's prompt reaches the model: as a conversation that the runner renders with
// a template, or as plain text.
//
// The template is the one that was chosen for the model (models/template_choice.h) or comes with
// the request, in Go or, an extension of Corral, in Jinja. Models that only a missing renderer or
// parser could serve are refused with status 501.
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

using Prompt = std::variant<wire::TextPrompt, wire::ChatPrompt>;

// The model's own system text and stored messages, then those of the request.
[[nodiscard]] Result<std::vector<wire::Message>> conversation(const ChatRequest& request,
                                                              const models::ModelRecord& record);

[[nodiscard]] Result<Prompt> make_prompt(const ChatRequest& request,
                                         const models::ModelRecord& record);
[[nodiscard]] Result<Prompt> make_prompt(const GenerateRequest& request,
                                         const models::ModelRecord& record);

}  // namespace corral::api::ollama
