#pragma once

// Purpose: the system text and the messages of /v1/messages as native ones.
//
// A message's texts are joined without separator. The results of tools become messages of their
// own, for a user before what else was said, with the name of the tool that was called. Documents
// come as their text; what a block says that a model cannot read is refused, never dropped, unless
// it carries nothing to read (`redacted_thinking`, unknown blocks). What comes to nothing is left
// out. Errors are 400 with the texts of the source.
// Source: openai-anthropic-api.md 10.2, 10.3, 15.4.

#include <string>
#include <vector>

#include "api/json/value.h"
#include "base/result.h"
#include "wire/request.h"

namespace corral::api::anthropic {

// A text, or a list of text blocks; anything else is empty.
std::string decode_system(const json::Value& system);

[[nodiscard]] Result<std::vector<wire::Message>> decode_messages(const json::Value& list);

}  // namespace corral::api::anthropic
