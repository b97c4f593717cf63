#pragma once

// Purpose: a conversation in the form of OpenAI's chat/completions. Internal to api/remote.
//
// Clients of the native API need not give tool calls ids, which OpenAI's API demands: calls without
// one get one, and a tool's answer without one gets that of the first call that waits for it.

#include <string>
#include <vector>

#include "wire/request.h"

namespace corral::api::remote {

void append_openai_messages(std::string& out, std::vector<wire::Message> messages);

}  // namespace corral::api::remote
